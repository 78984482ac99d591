// The merges of byte pair encoding: which two tokens join, into which, and how early. Looked up for every pair of neighbours of
// every word, so the pair is one integer and the table is flat.

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
    for (number, line) in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty || line.starts(with: "#version".utf8) { continue }
      let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw Fault.badTokenizer(file.path, reason: "line \(number + 1) is not two tokens with a blank between them")
      }
      try add(parts[0], parts[1], &reading, place: "line \(number + 1)")
    }
  }

  /// The array `merges` of tokenizer.json, at `offset`: elements are `"a b"` or `["a", "b"]`.
  init(json file: MappedFile, offset: Int, tokens: TokenStore) throws {
    self.init(capacity: tokens.count)
    var reading = Reading(path: file.path, tokens: tokens)
    var reader = JSONReader(file.bytes, name: file.path, from: offset)
    var table = MergeTable(capacity: tokens.count)
    try reader.array { reader in
      let place = "merge \(reading.rank + 1)"
      var parts: [[UInt8]] = []
      if try reader.peek() == UInt8(ascii: "[") {
        try reader.array { inner in
          try inner.stringIntoText()
          parts.append(inner.text)
        }
      } else {
        try reader.stringIntoText()
        parts = reader.text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { Array($0) }
      }
      guard parts.count == 2 else { throw reader.fault("\(place) is not two tokens") }
      try table.add(parts[0], parts[1], &reading, place: place)
    }
    self = table
  }

  private struct Reading {
    let path: String
    let tokens: TokenStore
    var rank = 0
    var scratch: [UInt8] = []
    var joined: [UInt8] = []
  }

  private mutating func add(
    _ left: some Collection<UInt8>, _ right: some Collection<UInt8>, _ reading: inout Reading, place: String
  ) throws {
    func id(_ text: some Collection<UInt8>) throws -> Int {
      if let id = reading.tokens.id(ofWritten: text, scratch: &reading.scratch) { return id }
      let shown = Printer.quoted(String(decoding: text, as: UTF8.self))
      throw Fault.badTokenizer(reading.path, reason: "\(place) needs the token \(shown), which the vocabulary lacks")
    }
    reading.joined.removeAll(keepingCapacity: true)
    reading.joined.append(contentsOf: left)
    reading.joined.append(contentsOf: right)
    let joined = reading.joined
    insert(try id(left), try id(right), rank: reading.rank, joined: try id(joined))
    reading.rank += 1
  }
}
