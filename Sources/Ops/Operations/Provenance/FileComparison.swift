// Whether a file that was made again is the same, and where it is not.

import Formats
import Lang
import Runtime

package enum FileComparison {
  /// Nil for files that are the same but for what they say of their making; else the first difference in words, of numbers the
  /// largest.
  package static func difference(_ old: String, _ new: String) throws -> String? {
    let (first, second) = (try Provenance.contents(old), try Provenance.contents(new))
    if first == second { return nil }
    switch Paths.fileExtension(old) {
    case "npy":
      return try arrays([("", NumpyFile.tensor(first, path: old))], [("", NumpyFile.tensor(second, path: new))])
    case "npz": return try arrays(archive(first, old), archive(second, new))
    case "safetensors": return try arrays(tensors(old), tensors(new))
    case "png", "pdf": return bytes(first, second)
    default: return texts(first, second)
    }
  }

  private static func bytes(_ old: [UInt8], _ new: [UInt8]) -> String {
    let same = zip(old, new).prefix { $0 == $1 }.count
    return "differs from byte \(same) of \(old.count) on (\(new.count) bytes now)"
  }

  // MARK: Texts

  private struct Number {
    let value: Double
    let text: String
    let line: Int
  }

  /// Numbers are compared as numbers where all else is the same.
  private static func texts(_ old: [UInt8], _ new: [UInt8]) -> String {
    let (first, second) = (parts(old), parts(new))
    guard first.rest == second.rest, first.numbers.count == second.numbers.count else {
      let lines = (
        old.split(separator: 10, omittingEmptySubsequences: false),
        new.split(separator: 10, omittingEmptySubsequences: false)
      )
      let same = zip(lines.0, lines.1).prefix { $0 == $1 }.count
      func line(_ lines: [ArraySlice<UInt8>]) -> String {
        same < lines.count ? String(decoding: lines[same], as: UTF8.self).abridged(to: 80) : "the end of the file"
      }
      return "differs from line \(same + 1) on: `\(line(lines.0))` was, `\(line(lines.1))` is"
    }
    let pairs = zip(first.numbers, second.numbers).filter { $0.text != $1.text }
    guard let largest = pairs.max(by: { abs($0.0.value - $0.1.value) < abs($1.0.value - $1.1.value) }) else {
      return bytes(old, new)
    }
    let gap = abs(largest.0.value - largest.1.value)
    return "\(pairs.count) of \(first.numbers.count) numbers differ, at most by \(numberText(gap)): "
      + "line \(largest.0.line), \(largest.0.text) was, \(largest.1.text) is"
  }

  /// The numbers of a text, and the text with a zero byte in the place of each.
  private static func parts(_ bytes: [UInt8]) -> (numbers: [Number], rest: [UInt8]) {
    var numbers: [Number] = []
    var rest: [UInt8] = []
    var line = 1
    var at = 0
    func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
    func isWord(_ byte: UInt8) -> Bool {
      byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }
    while at < bytes.count {
      let byte = bytes[at]
      let sign = byte == UInt8(ascii: "-") && at + 1 < bytes.count && isDigit(bytes[at + 1])
      guard isDigit(byte) || sign, at == 0 || !isWord(bytes[at - 1]) else {
        if byte == 10 { line += 1 }
        rest.append(byte)
        at += 1
        continue
      }
      var end = at + 1
      while end < bytes.count {
        let isExponentSign =
          (bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+"))
          && bytes[end - 1] | 32 == UInt8(ascii: "e")
        let isExponent =
          bytes[end] | 32 == UInt8(ascii: "e") && end + 1 < bytes.count
          && (isDigit(bytes[end + 1]) || bytes[end + 1] == UInt8(ascii: "-"))
        guard isDigit(bytes[end]) || bytes[end] == UInt8(ascii: ".") || isExponent || isExponentSign else { break }
        end += 1
      }
      let text = String(decoding: bytes[at..<end], as: UTF8.self)
      numbers.append(Number(value: Double(text) ?? .nan, text: text, line: line))
      rest.append(0)
      at = end
    }
    return (numbers, rest)
  }

  // MARK: Arrays

  private static func tensors(_ path: String) throws -> [(name: String, tensor: Tensor)] {
    let file = try Safetensors(path: Paths.expanded(path))
    return try file.entries.map { entry in
      let strides = try Tensor.RowMajor(of: entry.shape).strides
      return (
        entry.name,
        Tensor(storage: try file.storage(of: entry), offset: 0, shape: entry.shape, strides: strides, labels: nil)
      )
    }
  }

  private static func archive(_ bytes: [UInt8], _ path: String) throws -> [(name: String, tensor: Tensor)] {
    try NumpyArchive.record(bytes, path: path).entries.compactMap { key, value in value.asTensor.map { (key.name, $0) }
    }
  }

  private static func arrays(_ old: [(name: String, tensor: Tensor)], _ new: [(name: String, tensor: Tensor)]) throws
    -> String?
  {
    for (name, tensor) in old {
      guard let other = new.first(where: { $0.name == name })?.tensor else { return "`\(name)` is not in it any more" }
      guard other.shape == tensor.shape else {
        return "`\(name)` was \(Tensor.describe(shape: tensor.shape)), is \(Tensor.describe(shape: other.shape))"
      }
    }
    if let more = new.first(where: { pair in !old.contains { $0.name == pair.name } }) {
      return "`\(more.name)` is new in it"
    }
    var worst: (gap: Float, words: String)?
    var differing = 0
    for (name, tensor) in old {
      guard let other = new.first(where: { $0.name == name })?.tensor else { continue }
      let (before, now) = (try tensor.elements(), try other.elements())
      for index in before.indices where before[index].bitPattern != now[index].bitPattern {
        differing += 1
        let gap = abs(before[index] - now[index])
        guard gap > (worst?.gap ?? -1) || worst == nil else { continue }
        let place = place(of: index, in: tensor.shape).map(String.init).joined(separator: ", ")
        worst = (gap, "\(name.isEmpty ? "" : name)[\(place)], \(before[index]) was, \(now[index]) is")
      }
    }
    return worst.map { "\(differing) numbers differ, at most by \($0.gap): \($0.words)" }
  }

  private static func place(of index: Int, in shape: [Int]) -> [Int] {
    var rest = index
    return shape.reversed().map { size in
      defer { rest /= max(size, 1) }
      return rest % max(size, 1)
    }.reversed()
  }
}
