// Finds added tokens in a text: from left to right, the longest of those that begin at one place, none overlapping another.

import Glibc

struct AddedSearch {
  struct Entry {
    let token: AddedToken
    let id: Int
    /// What is found is left to the merges.
    let isSplit: Bool
  }

  private let entries: [Entry]

  init(_ entries: [Entry]) { self.entries = entries }

  /// Calls `body` with each part of a text in order: an added token's id, or nil for what lies between.
  func split(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (Int?, UnsafeBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    /// Where each was found last; nil when there is none ahead. Each is searched only past its last place, so that many added
    /// tokens in a long text cost one pass each.
    var places: [Int?] = entries.map { _ in -1 }
    /// End of what was given to `body`, and of the last match.
    var done = 0
    var at = 0
    while let (range, entry) = next(in: bytes, from: at, &places) {
      at = range.upperBound
      if entry.isSplit || entry.token.isSingleWord && !Word.isWhole(range, in: bytes) { continue }
      // Never back into what the match before has taken.
      let start =
        entry.token.takesLeft ? max(Word.spaceStart(before: range.lowerBound, in: bytes), done) : range.lowerBound
      let end = entry.token.takesRight ? Word.spaceEnd(after: range.upperBound, in: bytes) : range.upperBound
      if done < start { try body(nil, UnsafeBufferPointer(rebasing: bytes[done..<start])) }
      // What the token before has taken altogether is gone.
      if start < end { try body(entry.id, UnsafeBufferPointer(rebasing: bytes[start..<end])) }
      done = end
    }
    if done < bytes.count { try body(nil, UnsafeBufferPointer(rebasing: bytes[done...])) }
  }

  private func next(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ places: inout [Int?]
  ) -> (range: Range<Int>, entry: Entry)? {
    var best: (range: Range<Int>, entry: Entry)?
    for (index, entry) in entries.enumerated() {
      if let place = places[index], place < start {
        places[index] = Self.position(of: entry.token.content, in: bytes, from: start)
      }
      guard let at = places[index] else { continue }
      let range = at..<(at + entry.token.content.count)
      if let known = best?.range, (known.lowerBound, -known.count) <= (at, -range.count) { continue }
      best = (range, entry)
    }
    return best
  }

  private static func position(of wanted: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = bytes.baseAddress, let first = wanted.first else { return nil }
    var at = start
    while at + wanted.count <= bytes.count, let found = memchr(base + at, Int32(first), bytes.count - at) {
      at = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if bytes[at...].starts(with: wanted) { return at }
      at += 1
    }
    return nil
  }
}

/// `\w` and `\s` at the edges of a place in a text (valid UTF-8).
private enum Word {
  /// Whether no word goes on at either side of a range.
  static func isWhole(_ range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let before = scalar(before: range.lowerBound, in: bytes)
    let after = scalar(at: range.upperBound, in: bytes)
    return !(before.map { isWord($0.scalar) } ?? false) && !(after.map { isWord($0.scalar) } ?? false)
  }

  static func spaceStart(before place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var at = place
    while let (scalar, start) = scalar(before: at, in: bytes), scalar.properties.isWhitespace { at = start }
    return at
  }

  static func spaceEnd(after place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var at = place
    while let (scalar, end) = scalar(at: at, in: bytes), scalar.properties.isWhitespace { at = end }
    return at
  }

  /// Letters, marks, decimal digits, connecting punctuation and the joiners (Unicode Technical Standard 18, annex C).
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    if properties.isAlphabetic || properties.isJoinControl { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }

  private static func scalar(at place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (scalar: Unicode.Scalar, end: Int)?
  {
    guard place < bytes.count else { return nil }
    let lead = UInt32(bytes[place])
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard place + length <= bytes.count else { return nil }
    var value = length == 1 ? lead : lead & (0x7F >> UInt32(length))
    for index in (place + 1)..<(place + length) { value = value << 6 | UInt32(bytes[index] & 0x3F) }
    return Unicode.Scalar(value).map { ($0, place + length) }
  }

  private static func scalar(
    before place: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> (scalar: Unicode.Scalar, start: Int)? {
    guard place > 0 else { return nil }
    var start = place - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(at: start, in: bytes).map { ($0.scalar, start) }
  }
}
