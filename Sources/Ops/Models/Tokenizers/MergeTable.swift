// The merges of byte pair encoding: which two tokens join, into which, and how early. Looked up for every pair of neighbours of
// every word, so the pair is one integer and the table is flat.

import Formats
import Lang
import Runtime

struct MergeTable {
  /// Pair of ids (left << 32 | right), `.max` for a free slot; the length is a power of 2.
  private var keys: [UInt64]
  /// rank << 32 | id of the joined token.
  private var values: [UInt64]
  private var count = 0

  /// No merge: larger than every rank.
  static let none = UInt64.max

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = [UInt64](repeating: .max, count: size)
    values = [UInt64](repeating: 0, count: size)
  }

  /// rank << 32 | joined id for two neighbours, or `none`.
  @inline(__always)
  func lookUp(_ left: UInt32, _ right: UInt32) -> UInt64 {
    let key = UInt64(left) << 32 | UInt64(right)
    let mask = keys.count - 1
    var slot = Self.slot(key, mask)
    while keys[slot] != key {
      if keys[slot] == .max { return Self.none }
      slot = (slot + 1) & mask
    }
    return values[slot]
  }

  private mutating func insert(_ left: Int, _ right: Int, rank: Int, joined: Int) {
    if count * 2 >= keys.count { grow() }
    let value = UInt64(rank) << 32 | UInt64(joined)
    put(UInt64(left) << 32 | UInt64(right), value)
  }

  private mutating func put(_ key: UInt64, _ value: UInt64) {
    let mask = keys.count - 1
    var slot = Self.slot(key, mask)
    while keys[slot] != key, keys[slot] != .max { slot = (slot + 1) & mask }
    if keys[slot] == .max { count += 1 }
    keys[slot] = key
    values[slot] = value
  }

  private mutating func grow() {
    var larger = MergeTable(capacity: keys.count)
    for (key, value) in zip(keys, values) where key != .max { larger.put(key, value) }
    self = larger
  }

  /// Fibonacci hashing: the high bits of the product are the mixed ones.
  private static func slot(_ key: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
  }
}

// MARK: - Reading

extension MergeTable {
  /// merges.txt: one merge a line, two tokens and a blank between them; the first line may be `#version: …`.
  init(text file: MappedFile, tokens: TokenStore) throws {
    self.init(capacity: tokens.count)
    var reading = Reading(path: file.path, tokens: tokens)
    let bytes = file.bytes.assumingMemoryBound(to: UInt8.self)
    var start = 0
    var number = 0
    while start < bytes.count {
      let next = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      var line = UnsafeBufferPointer(rebasing: bytes[start..<next])
      start = next + 1
      number += 1
      if line.last == UInt8(ascii: "\r") { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
      if line.isEmpty || line.starts(with: "#version".utf8) { continue }
      guard try add(line, &reading, place: "line \(number)") else {
        throw Fault.badTokenizer(file.path, reason: "line \(number) is not two tokens with a blank between them")
      }
    }
  }

  /// The array `merges` of tokenizer.json, at `offset`: elements are `"a b"` or `["a", "b"]`.
  init(json file: MappedFile, offset: Int, tokens: TokenStore) throws {
    var reading = Reading(path: file.path, tokens: tokens)
    var reader = JSONReader(file.bytes, name: file.path, from: offset)
    var table = MergeTable(capacity: tokens.count)
    var number = 0
    try reader.array { reader in
      number += 1
      if try reader.peek() == UInt8(ascii: "[") {
        var parts: [[UInt8]] = []
        try reader.array { inner in
          try inner.stringIntoText()
          parts.append(inner.text)
        }
        guard parts.count == 2 else { throw reader.fault("a merge is not two tokens") }
        try parts[0].withUnsafeBufferPointer { left in
          try parts[1].withUnsafeBufferPointer { try table.add(left, $0, &reading, place: "merge \(number)") }
        }
      } else {
        try reader.stringIntoText()
        let isPair = try reader.text.withUnsafeBufferPointer { try table.add($0, &reading, place: "merge \(number)") }
        guard isPair else { throw reader.fault("a merge is not two tokens with a blank between them") }
      }
    }
    self = table
  }

  private struct Reading {
    let path: String
    let tokens: TokenStore
    var rank = 0
    /// Bytes of the joined token.
    var scratch: [UInt8] = []
  }

  /// Adds "a b". False when the text is not of that form.
  private mutating func add(
    _ pair: UnsafeBufferPointer<UInt8>, _ reading: inout Reading, place: @autoclosure () -> String
  ) throws -> Bool {
    let blank = UInt8(ascii: " ")
    guard let middle = pair.firstIndex(of: blank), middle > 0, middle + 1 < pair.count,
      !pair[(middle + 1)...].contains(blank)
    else { return false }
    let (left, right) = (pair[..<middle], pair[(middle + 1)...])
    try add(UnsafeBufferPointer(rebasing: left), UnsafeBufferPointer(rebasing: right), &reading, place: place())
    return true
  }

  private mutating func add(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, _ reading: inout Reading,
    place: @autoclosure () -> String
  ) throws {
    func lacks(_ text: UnsafeBufferPointer<UInt8>) -> Fault {
      let shown = Printer.quoted(String(decoding: text, as: UTF8.self))
      return Fault.badTokenizer(reading.path, reason: "\(place()) needs the token \(shown), which the vocabulary lacks")
    }
    reading.scratch.removeAll(keepingCapacity: true)
    let spelling = reading.tokens.spelling
    guard spelling.decode(left, into: &reading.scratch) else { throw lacks(left) }
    let middle = reading.scratch.count
    guard spelling.decode(right, into: &reading.scratch) else { throw lacks(right) }
    try reading.scratch.withUnsafeBufferPointer { joined in
      func id(_ range: Range<Int>) throws -> Int {
        let bytes = UnsafeBufferPointer(rebasing: joined[range])
        guard let id = reading.tokens.id(of: bytes) else { throw lacks(bytes) }
        return id
      }
      let count = joined.count
      insert(try id(0..<middle), try id(middle..<count), rank: reading.rank, joined: try id(0..<count))
    }
    reading.rank += 1
  }
}
