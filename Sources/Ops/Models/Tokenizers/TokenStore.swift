// The tokens of a vocabulary as bytes, stored end to end: GPT-2's 50,257 tokens take a megabyte with their index, where as many
// strings would take ten. Ids may have gaps; there is no token then.

import Glibc
import Lang
import Runtime

/// How a vocabulary writes its tokens.
enum TokenSpelling {
  /// Bytes in GPT-2's alphabet.
  case byteAlphabet
  /// As they are.
  case text

  /// Appends what is written as `text`. False, and nothing appended, when it cannot be written so.
  func decode(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Bool {
    if self == .byteAlphabet { return ByteAlphabet.decode(text, into: &output) }
    output.append(contentsOf: text)
    return true
  }
}

struct TokenStore {
  private(set) var spelling = TokenSpelling.byteAlphabet
  /// Bytes of all tokens.
  private var bytes: [UInt8] = []
  private var starts: [UInt32] = []
  private var ends: [UInt32] = []
  /// Ids of tokens that are not written as the others are: their text stands for itself. Merges never make them.
  private var literals: Set<Int> = []
  /// Bytes of the longest token.
  private(set) var longest = 0
  /// Open addressing on the bytes: id + 1, or 0 for a free slot. The length is a power of 2.
  private var slots: [UInt32] = []

  /// The largest id + 1.
  var count: Int { starts.count }

  private static let gap = UInt32.max

  /// Whether an id below `count` has a token.
  func holds(_ id: Int) -> Bool { starts[id] != Self.gap }

  /// Bytes of a token, none for a gap. `id` is below `count`.
  func withBytes<R>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    guard holds(id) else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
    return try bytes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[Int(starts[id])..<Int(ends[id])]))
    }
  }

  /// Decoded text of a token, with U+FFFD for what is not UTF-8.
  func text(of id: Int) -> String { withBytes(of: id) { String(decoding: $0, as: UTF8.self) } }

  func isLiteral(_ id: Int) -> Bool { !literals.isEmpty && literals.contains(id) }

  /// Id of the token with these bytes.
  func id(of wanted: UnsafeBufferPointer<UInt8>, literal: Bool = false) -> Int? {
    guard !slots.isEmpty else { return nil }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(wanted)) & mask
    return bytes.withUnsafeBufferPointer { all in
      while slots[slot] != 0 {
        let id = Int(slots[slot]) - 1
        let (start, end) = (Int(starts[id]), Int(ends[id]))
        if end - start == wanted.count, all[start..<end].elementsEqual(wanted), literals.contains(id) == literal {
          return id
        }
        slot = (slot + 1) & mask
      }
      return nil
    }
  }

  func id(of wanted: [UInt8], literal: Bool = false) -> Int? {
    wanted.withUnsafeBufferPointer { id(of: $0, literal: literal) }
  }

  /// FNV-1a with the high bits folded in, since the low ones choose the slot.
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash ^ (hash >> 32)
  }

  private static func isEqual(
    _ all: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ wanted: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard range.count == wanted.count else { return false }
    guard let a = all.baseAddress, let b = wanted.baseAddress else { return true }
    return memcmp(a + range.lowerBound, b, wanted.count) == 0
  }

  // MARK: Building

  /// Tokens in the order of a file, before their ids have been checked.
  struct Builder {
    let path: String
    let spelling: TokenSpelling
    private var bytes: [UInt8] = []
    private var tokens: [(id: UInt32, start: UInt32, end: UInt32)] = []
    private var literals: Set<Int> = []

    init(path: String, _ spelling: TokenSpelling = .byteAlphabet) {
      self.path = path
      self.spelling = spelling
    }

    /// Adds a token as a vocabulary file writes it, e.g. `Ġthe`.
    mutating func add(written text: [UInt8], id: Double) throws {
      let start = bytes.count
      let id = try checked(id, text)
      if !text.withUnsafeBufferPointer({ spelling.decode($0, into: &bytes) }) {
        bytes.append(contentsOf: text)
        literals.insert(Int(id))
      }
      try append(id, start)
    }

    /// Adds a token whose text stands for itself.
    mutating func add(literal text: [UInt8], id: Double) throws {
      let start = bytes.count
      let id = try checked(id, text)
      bytes.append(contentsOf: text)
      literals.insert(Int(id))
      try append(id, start)
    }

    private mutating func append(_ id: UInt32, _ start: Int) throws {
      guard let first = UInt32(exactly: start), let end = UInt32(exactly: bytes.count) else {
        throw Fault.badTokenizer(path, reason: "it holds more than 4 GB of tokens")
      }
      tokens.append((id, first, end))
    }

    private func checked(_ id: Double, _ text: [UInt8]) throws -> UInt32 {
      if let id = UInt32(exactly: id), id < 1 << 30 { return id }
      let shown = Printer.quoted(String(decoding: text, as: UTF8.self))
      throw Fault.badTokenizer(path, reason: "the token \(shown) has the id \(numberText(id)); ids count from 0")
    }

    var count: Int { tokens.count }

    /// Finds ids of tokens by what a file writes for them.
    struct Index {
      fileprivate var written: [[UInt8]: Int] = [:]

      /// Id of the token that a vocabulary writes as `text`.
      func id(_ text: [UInt8]) -> Int? { written[text] }
    }

    /// What of `texts` has been added, looked for in one pass.
    func index(of texts: [[UInt8]]) -> Index {
      var index = Index()
      var wanted: [[UInt8]: [[UInt8]]] = [:]
      for text in Set(texts) {
        wanted[written(text) ?? text, default: []].append(text)
      }
      guard !wanted.isEmpty else { return index }
      let lengths = Set(wanted.keys.map(\.count))
      for token in tokens where lengths.contains(Int(token.end - token.start)) {
        let bytes = Array(bytes[Int(token.start)..<Int(token.end)])
        for text in wanted[bytes] ?? [] {
          if (written(text) != nil) != literals.contains(Int(token.id)) { index.written[text] = Int(token.id) }
        }
      }
      return index
    }

    /// What a vocabulary means by a text; nil when it does not write so.
    private func written(_ text: [UInt8]) -> [UInt8]? {
      var bytes: [UInt8] = []
      return text.withUnsafeBufferPointer { spelling.decode($0, into: &bytes) } ? bytes : nil
    }

    /// Ids beyond twice the number of tokens and this are no vocabulary's.
    private static let slack = 1 << 16

    /// Checks that each id and each token appears once.
    func build() throws -> TokenStore {
      var store = TokenStore()
      store.spelling = spelling
      store.bytes = bytes
      store.literals = literals
      let count = tokens.reduce(0) { max($0, Int($1.id) + 1) }
      // A file that names id 1,000,000,000 must not make us allocate for it.
      guard count <= 2 * tokens.count + Self.slack else {
        throw Fault.badTokenizer(path, reason: "it has \(tokens.count) tokens, yet ids run to \(count - 1)")
      }
      store.starts = [UInt32](repeating: TokenStore.gap, count: count)
      store.ends = [UInt32](repeating: TokenStore.gap, count: count)
      for (id, start, end) in tokens {
        let id = Int(id)
        guard !store.holds(id) else {
          let other = String(decoding: bytes[Int(start)..<Int(end)], as: UTF8.self)
          let (a, b) = (Printer.quoted(store.text(of: id)), Printer.quoted(other))
          throw Fault.badTokenizer(path, reason: "the id \(id) belongs to two tokens, \(a) and \(b)")
        }
        store.starts[id] = start
        store.ends[id] = end
        store.longest = max(store.longest, Int(end - start))
      }
      try store.buildIndex(path)
      return store
    }
  }

  private mutating func buildIndex(_ path: String) throws {
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    var slots = [UInt32](repeating: 0, count: capacity)
    let mask = capacity - 1
    var twin: Int?
    bytes.withUnsafeBufferPointer { all in
      for id in 0..<count where holds(id) {
        let token = UnsafeBufferPointer(rebasing: all[Int(starts[id])..<Int(ends[id])])
        var slot = Int(truncatingIfNeeded: Self.hash(token)) & mask
        while slots[slot] != 0 {
          let other = Int(slots[slot]) - 1
          if Self.isEqual(all, Int(starts[other])..<Int(ends[other]), token), isLiteral(other) == isLiteral(id) {
            twin = id
            return
          }
          slot = (slot + 1) & mask
        }
        slots[slot] = UInt32(id + 1)
      }
    }
    if let twin { throw Fault.badTokenizer(path, reason: "the token \(Printer.quoted(text(of: twin))) appears twice") }
    self.slots = slots
  }
}
