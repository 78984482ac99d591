// Finds added tokens in a text: from left to right, the longest of those that begin at one place, none overlapping another.

import Runtime

struct AddedSearch {
  struct Entry {
    let token: AddedToken
    let id: Int
    /// What is looked for: the token's text, normalised where the text is.
    let pattern: [UInt8]
    /// What is found is left to the merges.
    let isSplit: Bool
  }

  /// In the order of their patterns' bytes, each pattern once.
  private let entries: [Entry]
  /// For each byte the entries that begin with it.
  private let starts: [Range<Int>]

  /// Of several with one pattern the first counts.
  init(_ entries: [Entry]) {
    var known: Set<[UInt8]> = []
    let entries = entries.filter { !$0.pattern.isEmpty && known.insert($0.pattern).inserted }
      .sorted { $0.pattern.lexicographicallyPrecedes($1.pattern) }
    var starts = [Range<Int>](repeating: 0..<0, count: 256)
    for (place, entry) in entries.enumerated() {
      let byte = Int(entry.pattern.first ?? 0)
      starts[byte] = (starts[byte].isEmpty ? place : starts[byte].lowerBound)..<(place + 1)
    }
    self.entries = entries
    self.starts = starts
  }

  /// Calls `body` with each part of a text in order: an added token's id, or nil for what lies between, and its range.
  func split(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Int?, Range<Int>) throws -> Void) throws {
    /// End of what was given to `body`, and of the last match.
    var done = 0
    var at = 0
    while let (range, entry) = try next(in: bytes, from: at) {
      at = range.upperBound
      if entry.isSplit || entry.token.isSingleWord && !Word.isWhole(range, in: bytes) { continue }
      // Never back into what the match before has taken.
      let start =
        entry.token.takesLeft ? max(Word.spaceStart(before: range.lowerBound, in: bytes), done) : range.lowerBound
      let end = entry.token.takesRight ? Word.spaceEnd(after: range.upperBound, in: bytes) : range.upperBound
      if done < start { try body(nil, done..<start) }
      // What the token before has taken altogether is gone.
      if start < end { try body(entry.id, start..<end) }
      done = end
    }
    if done < bytes.count { try body(nil, done..<bytes.count) }
  }

  private func next(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) throws -> (range: Range<Int>, entry: Entry)? {
    guard !entries.isEmpty else { return nil }
    return try starts.withUnsafeBufferPointer { starts in
      for at in start..<max(start, bytes.count) {
        if at & 0xFFFF == 0xFFFF { try checkInterrupt() }
        let candidates = starts[Int(bytes[at])]
        if candidates.isEmpty { continue }
        if let entry = longest(of: candidates, in: bytes, at: at) { return (at..<(at + entry.pattern.count), entry) }
      }
      return nil
    }
  }

  /// The longest of some entries, all with one first byte, that stands at a place. Each further byte narrows them down.
  private func longest(of candidates: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Entry? {
    var candidates = candidates
    var best: Entry?
    var depth = 1
    while !candidates.isEmpty {
      // The shortest of those that agree so far comes first.
      let first = entries[candidates.lowerBound]
      if first.pattern.count == depth {
        best = first
        candidates = (candidates.lowerBound + 1)..<candidates.upperBound
      }
      guard place + depth < bytes.count, !candidates.isEmpty else { break }
      let byte = bytes[place + depth]
      let low = bound(candidates) { $0.pattern[depth] < byte }
      let high = bound(low..<candidates.upperBound) { $0.pattern[depth] <= byte }
      candidates = low..<high
      depth += 1
    }
    return best
  }

  /// The first of some entries for which `isBefore` no longer holds.
  private func bound(_ range: Range<Int>, _ isBefore: (Entry) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(entries[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// `\w` and `\s` at the edges of a place in a text (valid UTF-8).
private enum Word {
  /// Whether no word goes on at either side of a range.
  static func isWhole(_ range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let before = CodePoints.scalar(before: range.lowerBound, in: bytes)
    let after = CodePoints.scalar(at: range.upperBound, in: bytes)
    return !(before.map { isWord($0.scalar) } ?? false) && !(after.map { isWord($0.scalar) } ?? false)
  }

  static func spaceStart(before place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var at = place
    while let (scalar, start) = CodePoints.scalar(before: at, in: bytes), scalar.properties.isWhitespace { at = start }
    return at
  }

  static func spaceEnd(after place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var at = place
    while let (scalar, end) = CodePoints.scalar(at: at, in: bytes), scalar.properties.isWhitespace { at = end }
    return at
  }

  /// Letters, marks, decimal digits, connecting punctuation and the joiners (Unicode Technical Standard 18, annex C), as Unicode 16
  /// has them.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    if scalar.value >= 0x80, (properties.age?.major ?? 99) > 16 { return false }
    if properties.isAlphabetic || properties.isJoinControl { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}
