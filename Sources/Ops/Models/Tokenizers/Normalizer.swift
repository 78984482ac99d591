// What changes a text before it is cut: the `normalizer` of tokenizer.json.

import Formats
import Lang
import Runtime

indirect enum Normalizer {
  case sequence([Normalizer])
  case form(UnicodeForm)
  case lowercase
  case prepend([UInt8])
  case replace([UInt8], with: [UInt8])
  case strip(left: Bool, right: Bool)
  case bert(BertNormalizer)

  /// Nil for null. Throws `Unsupported` for what is not supported, `badTokenizer` for what is damaged.
  static func read(_ json: JSON, _ path: String) throws -> Normalizer? {
    if json.isNull { return nil }
    var part = try TokenizerPart(json, kind: "normalizer", path: path)
    let normalizer: Normalizer
    switch part.type {
    case "Sequence": normalizer = .sequence(try part.list("normalizers").compactMap { try read($0, path) })
    case "NFC": normalizer = .form(.composed)
    case "NFD": normalizer = .form(.decomposed)
    case "Lowercase": normalizer = .lowercase
    case "Prepend":
      guard let text = try part.text("prepend") else { throw part.missing("prepend") }
      normalizer = .prepend(text)
    case "Replace":
      guard let pattern = part.take("pattern") else { throw part.missing("pattern") }
      guard let wanted = pattern["String"]?.asString, !wanted.isEmpty else {
        throw Unsupported("its normalizer Replace with a pattern is not supported")
      }
      guard let content = try part.text("content") else { throw part.missing("content") }
      normalizer = .replace(Array(wanted.utf8), with: content)
    case "Strip":
      normalizer = .strip(left: try part.bool("strip_left") ?? true, right: try part.bool("strip_right") ?? true)
    case "BertNormalizer": normalizer = .bert(try BertNormalizer(&part))
    default: throw part.unsupported
    }
    try part.finish()
    return normalizer
  }

  /// The new text (valid UTF-8). Complexity: linear.
  package func apply(_ bytes: [UInt8]) throws -> [UInt8] {
    switch self {
    case .sequence(let parts): return try parts.reduce(bytes) { try $1.apply($0) }
    case .form(let form): return try form.of(bytes)
    case .lowercase:
      var growth = Growth()
      return try CodePoints.map(bytes, Self.appendLowercase) { try growth.add($0) }
    case .prepend(let text): return bytes.isEmpty ? bytes : text + bytes
    case .replace(let wanted, let content): return try Self.replace(wanted, with: content, in: bytes)
    case .strip(let left, let right):
      return bytes.withUnsafeBufferPointer { bytes in
        var (start, end) = (0, bytes.count)
        while left, let (scalar, next) = CodePoints.scalar(at: start, in: bytes), scalar.properties.isWhitespace {
          start = next
        }
        while right, end > start, let (scalar, before) = CodePoints.scalar(before: end, in: bytes),
          scalar.properties.isWhitespace
        {
          end = before
        }
        return Array(bytes[start..<end])
      }
    case .bert(let normalizer): return try normalizer.apply(bytes)
    }
  }

  /// It may drop the first code points of a text, so that what comes first then does not stand at the start of the text.
  var mayDropTheStart: Bool {
    switch self {
    case .sequence(let parts): parts.contains(where: \.mayDropTheStart)
    case .strip(let left, _): left
    case .replace(_, let content): content.isEmpty
    case .bert: true
    case .form, .lowercase, .prepend: false
    }
  }

  /// Code point by code point: a final sigma is not told apart.
  static func appendLowercase(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    if scalar.value < 0x80 {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      output.append(byte &- 65 < 26 ? byte | 0x20 : byte)
    } else {
      output.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
    }
  }

  static func replace(_ wanted: [UInt8], with content: [UInt8], in bytes: [UInt8]) throws -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var growth = Growth()
    try bytes.withUnsafeBufferPointer { bytes in
      var done = 0
      while let found = Bytes.position(of: wanted, in: bytes, from: done) {
        output.append(contentsOf: bytes[done..<found])
        output.append(contentsOf: content)
        try growth.add(found - done + content.count)
        done = found + wanted.count
      }
      output.append(contentsOf: bytes[done...])
    }
    return output
  }
}
