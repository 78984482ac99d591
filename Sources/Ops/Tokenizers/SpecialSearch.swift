// Finds special tokens in a text. They are cut out before anything else, so that `<|endoftext|>` is never merged from its bytes.

import Glibc

struct SpecialSearch {
  private let specials: [TokenizerDefinition.SpecialToken]
  /// Where each was found last; nil when there is none ahead. Each is searched only past its last place, so that many
  /// special tokens in a long text cost one pass each.
  private var places: [Int?]

  init(_ specials: [TokenizerDefinition.SpecialToken]) {
    self.specials = specials
    places = specials.map { _ in -1 }
  }

  /// The leftmost special token from `start` on, the longest of those that begin there.
  mutating func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (range: Range<Int>, id: Int)? {
    var best: (range: Range<Int>, id: Int)?
    for (index, special) in specials.enumerated() {
      if let place = places[index], place < start {
        places[index] = Self.position(of: special.bytes, in: bytes, from: start)
      }
      guard let at = places[index] else { continue }
      let range = at..<(at + special.bytes.count)
      if let known = best?.range, (known.lowerBound, -known.count) <= (at, -range.count) { continue }
      best = (range, special.id)
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
