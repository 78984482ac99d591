// One way of cutting a text: what is looked for, and what becomes of it.

import Lang
import Runtime

struct Cut {
  enum Pattern {
    case words(WordPattern)
    case text([UInt8])
    /// Each code point of a kind.
    case character((Unicode.Scalar) -> Bool)
  }

  /// What becomes of a match: a piece of its own, dropped, one piece with what stands before or after it, or with its neighbours.
  enum Behaviour: String {
    case isolated = "Isolated"
    case removed = "Removed"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    init(_ name: String, _ part: inout TokenizerPart) throws {
      guard let known = Self(rawValue: name) else {
        throw Unsupported(
          "its \(part.kind) \(part.type) has the behavior \(Printer.quoted(name)), which is not supported")
      }
      self = known
    }
  }

  private let pattern: Pattern
  private let behaviour: Behaviour
  /// What is not matched counts as a match, and the other way round.
  private var isInverted = false

  init(_ pattern: Pattern, _ behaviour: Behaviour) {
    self.pattern = pattern
    self.behaviour = behaviour
  }

  /// `Split` of tokenizer.json. Throws `Unsupported` for a pattern that is not known.
  init(_ part: inout TokenizerPart) throws {
    guard let json = part.take("pattern") else { throw part.missing("pattern") }
    if let text = json["String"]?.asString, !text.isEmpty {
      pattern = .text(Array(text.utf8))
    } else if let text = json["Regex"]?.asString {
      guard let known = WordPattern(text) else {
        throw Unsupported("its pre-tokenizer \(part.type) has a pattern that is not known, \(Printer.quoted(text))")
      }
      pattern = .words(known)
    } else {
      throw part.fault("pattern", json, "a `String` or a `Regex`")
    }
    guard let name = try part.text("behavior") else { throw part.missing("behavior") }
    behaviour = try Behaviour(String(decoding: name, as: UTF8.self), &part)
    isInverted = try part.bool("invert") ?? false
  }

  /// Calls `body` with the range of each piece in order.
  package func pieces(of bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) throws -> Void) throws {
    /// What has not been given to `body`: it may grow.
    var held: Range<Int>?
    var wasMatch = false
    try matches(in: bytes) { range, isMatch in
      let isMatch = isMatch != isInverted
      let joins: Bool
      switch behaviour {
      case .isolated: return try body(range)
      case .removed:
        if !isMatch { try body(range) }
        return
      case .mergedWithPrevious: joins = isMatch && !wasMatch
      case .mergedWithNext: joins = wasMatch && !isMatch
      case .contiguous: joins = isMatch == wasMatch
      }
      wasMatch = isMatch
      if joins, let before = held {
        held = before.lowerBound..<range.upperBound
      } else {
        if let held { try body(held) }
        held = range
      }
    }
    if let held { try body(held) }
  }

  /// Calls `body` with each match and with what lies between, which together are the whole text.
  private func matches(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, Bool) throws -> Void) throws {
    switch pattern {
    case .words(let pattern):
      var words = WordScanner(bytes, pattern)
      while let (range, isMatch) = try words.next() { try body(range, isMatch) }
    case .text(let wanted):
      var done = 0
      while let found = Bytes.position(of: wanted, in: bytes, from: done) {
        if done < found { try body(done..<found, false) }
        done = found + wanted.count
        try body(found..<done, true)
      }
      if done < bytes.count { try body(done..<bytes.count, false) }
    case .character(let isWanted):
      var growth = Growth()
      var done = 0
      var at = 0
      while let (scalar, end) = CodePoints.scalar(at: at, in: bytes) {
        try growth.add(1)
        if isWanted(scalar) {
          if done < at { try body(done..<at, false) }
          try body(at..<end, true)
          done = end
        }
        at = end
      }
      if done < bytes.count { try body(done..<bytes.count, false) }
    }
  }
}
