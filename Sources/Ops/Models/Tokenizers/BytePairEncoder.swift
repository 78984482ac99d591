// Byte pair encoding (Sennrich, Haddow & Birch 2016): of all neighbours that may be merged, the pair with the lowest rank is
// merged first, the leftmost among equals, until none is left.

import Lang
import Runtime

struct BytePairEncoder {
  /// What a tokenizer's `model` says beside its tokens and merges.
  struct Settings {
    /// A piece that is a token is not merged from its symbols.
    var ignoresMerges = false
    /// What is no token becomes the tokens `<0x00>` … of its bytes, where all are there.
    var fallsBackToBytes = false
    /// Stands for what is no token; nil: it vanishes.
    var unknown: [UInt8]?
    /// One for a run of them.
    var fusesUnknown = false
  }

  private let settings: Settings
  private let tokens: TokenStore
  private let merges: MergeTable
  /// Id of each single byte, or nil where the vocabulary lacks it.
  private let byteIDs: [UInt32?]
  /// Id of each byte's token `<0xHH>`, where the model falls back to them.
  private let fallbackIDs: [UInt32?]
  private let unknownID: UInt32?
  private let path: String
  // Kept between pieces so that short words allocate nothing.
  private var ids: [UInt32] = []
  private var ranks: [UInt64] = []

  init(merges: MergeTable, tokens: TokenStore, _ settings: Settings, path: String) throws {
    self.settings = settings
    self.merges = merges
    self.tokens = tokens
    self.path = path
    byteIDs = (0..<256).map { byte in tokens.id(of: [UInt8(byte)]).map { UInt32($0) } }
    fallbackIDs = (0..<256).map { byte in
      settings.fallsBackToBytes ? tokens.id(of: ByteToken.text(of: UInt8(byte))).map { UInt32($0) } : nil
    }
    unknownID = try settings.unknown.map { text in
      guard let id = tokens.id(of: text) ?? tokens.id(of: text, literal: true) else {
        let shown = Printer.quoted(String(decoding: text, as: UTF8.self))
        throw Fault.badTokenizer(path, reason: "its `unk_token` \(shown) is not in the vocabulary")
      }
      return UInt32(id)
    }
  }

  /// Up to this many symbols the next merge is found by looking at all pairs; longer pieces keep them in a heap.
  private static let scanLimit = 64

  /// Appends the ids of one piece of text.
  mutating func encode(_ piece: UnsafeBufferPointer<UInt8>, into output: inout [Int]) throws {
    if settings.ignoresMerges, let id = tokens.id(of: piece) { return output.append(id) }
    ids.removeAll(keepingCapacity: true)
    // A long piece: its ids and their neighbours, candidates in a heap, and the result.
    if piece.count > Self.scanLimit { try checkListFits(piece.count, bytesEach: 64) }
    switch tokens.spelling {
    case .byteAlphabet: try readBytes(piece)
    case .text: try readCodePoints(piece)
    }
    if ids.count > Self.scanLimit { try mergeByHeap() } else { mergeByScan() }
    for id in ids { output.append(Int(id)) }
  }

  private mutating func readBytes(_ piece: UnsafeBufferPointer<UInt8>) throws {
    var wasUnknown = false
    for (index, byte) in piece.enumerated() {
      if index & 0xFFFF == 0xFFFF { try checkInterrupt() }
      if let id = byteIDs[Int(byte)] {
        ids.append(id)
        wasUnknown = false
        continue
      }
      guard let unknownID else {
        throw Fault.badTokenizer(
          path, reason: "the vocabulary has no token for the byte 0x\(String(byte, radix: 16)), so this text has no ids"
        )
      }
      if !(wasUnknown && settings.fusesUnknown) { ids.append(unknownID) }
      wasUnknown = true
    }
  }

  /// Symbols are code points. As in tokenizers (`BPE::merge_word`), an unknown one waits for the next that is a token, and the bytes
  /// of others may pass it.
  private mutating func readCodePoints(_ piece: UnsafeBufferPointer<UInt8>) throws {
    var waiting = false
    var at = 0
    var looked = 0
    while at < piece.count {
      if at - looked > 1 << 16 {
        try checkInterrupt()
        looked = at
      }
      let end = CodePoints.scalar(at: at, in: piece)?.end ?? piece.count
      let symbol = UnsafeBufferPointer(rebasing: piece[at..<end])
      at = end
      if let id = symbol.count == 1 ? byteIDs[Int(symbol[0])] : tokens.id(of: symbol).map({ UInt32($0) }) {
        if waiting, let unknownID { ids.append(unknownID) }
        waiting = false
        ids.append(id)
      } else if settings.fallsBackToBytes, symbol.allSatisfy({ fallbackIDs[Int($0)] != nil }) {
        for byte in symbol { if let id = fallbackIDs[Int(byte)] { ids.append(id) } }
      } else if let unknownID {
        if waiting, !settings.fusesUnknown { ids.append(unknownID) }
        waiting = true
      }
    }
    if waiting, let unknownID { ids.append(unknownID) }
  }

  private mutating func mergeByScan() {
    guard ids.count > 1 else { return }
    ranks.removeAll(keepingCapacity: true)
    for i in 0..<(ids.count - 1) { ranks.append(merges.lookUp(ids[i], ids[i + 1])) }
    while true {
      var best = MergeTable.none
      var at = 0
      for (i, rank) in ranks.enumerated() where rank < best { (best, at) = (rank, i) }
      guard best != MergeTable.none else { return }
      ids[at] = UInt32(truncatingIfNeeded: best)
      ids.remove(at: at + 1)
      ranks.remove(at: at)
      if at > 0 { ranks[at - 1] = merges.lookUp(ids[at - 1], ids[at]) }
      if at < ranks.count { ranks[at] = merges.lookUp(ids[at], ids[at + 1]) }
    }
  }

  /// The same in n log n steps: symbols form a linked list, candidate merges a heap. A candidate that no longer describes its
  /// neighbours is dropped when it comes up.
  private mutating func mergeByHeap() throws {
    guard ids.count < Int(Int32.max) else { throw Fault.badValue("a word of \(ids.count) bytes is too long to encode") }
    var word = try LinkedWord(ids, merges)
    var heap = try MinHeap(ids.count) { word.candidate($0) }
    var steps = 0
    while let top = heap.pop() {
      steps += 1
      if steps & 0xFFFF == 0 { try checkInterrupt() }
      let left = Int(top & 0xFFFF_FFFF)
      guard word.candidate(left) == top else { continue }
      word.merge(left)
      heap.push(word.candidate(left))
      if let before = word.before(left) { heap.push(word.candidate(before)) }
    }
    ids = try word.symbols()
  }
}

/// A word as a linked list of symbols, so that a merge moves nothing.
private struct LinkedWord {
  private static let gone: Int32 = -2

  private let merges: MergeTable
  private var ids: [UInt32]
  /// Position of the right neighbour; `gone` marks a symbol that was merged into its left neighbour.
  private var next: [Int32]
  private var previous: [Int32]

  init(_ ids: [UInt32], _ merges: MergeTable) throws {
    self.merges = merges
    self.ids = ids
    next = []
    previous = []
    next.reserveCapacity(ids.count)
    previous.reserveCapacity(ids.count)
    try inBlocks(ids.count) { block in
      for place in block {
        next.append(Int32(place + 1))
        previous.append(Int32(place - 1))
      }
    }
  }

  /// rank << 32 | position of the merge of a symbol with its right neighbour, or `MergeTable.none`.
  func candidate(_ left: Int) -> UInt64 {
    let right = Int(next[left])
    guard right >= 0, right < ids.count else { return MergeTable.none }
    let merge = merges.lookUp(ids[left], ids[right])
    return merge == MergeTable.none ? merge : merge & ~0xFFFF_FFFF | UInt64(left)
  }

  mutating func merge(_ left: Int) {
    let right = Int(next[left])
    ids[left] = UInt32(truncatingIfNeeded: merges.lookUp(ids[left], ids[right]))
    next[left] = next[right]
    next[right] = Self.gone
    let after = Int(next[left])
    if after < ids.count { previous[after] = Int32(left) }
  }

  func before(_ position: Int) -> Int? { previous[position] >= 0 ? Int(previous[position]) : nil }

  func symbols() throws -> [UInt32] {
    var symbols: [UInt32] = []
    try inBlocks(ids.count) { block in
      for place in block where next[place] != Self.gone { symbols.append(ids[place]) }
    }
    return symbols
  }
}

/// A binary heap with the smallest integer on top.
private struct MinHeap {
  private var items: [UInt64]

  /// Of `count` items, without those that are `MergeTable.none`. Throws `interrupted`.
  init(_ count: Int, _ item: (Int) -> UInt64) throws {
    items = []
    items.reserveCapacity(count)
    try inBlocks(count) { block in
      for index in block {
        let item = item(index)
        if item != MergeTable.none { items.append(item) }
      }
    }
    for index in stride(from: items.count / 2 - 1, through: 0, by: -1) {
      if index & 0xFFFF == 0 { try checkInterrupt() }
      sink(index)
    }
  }

  /// Adds an item unless it is `MergeTable.none`.
  mutating func push(_ item: UInt64) {
    guard item != MergeTable.none else { return }
    items.append(item)
    var index = items.count - 1
    while index > 0, items[(index - 1) / 2] > items[index] {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func pop() -> UInt64? {
    guard let top = items.first, let last = items.popLast() else { return nil }
    if !items.isEmpty {
      items[0] = last
      sink(0)
    }
    return top
  }

  private mutating func sink(_ start: Int) {
    items.withUnsafeMutableBufferPointer { items in
      let item = items[start]
      var index = start
      while true {
        var child = 2 * index + 1
        guard child < items.count else { break }
        if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
        guard items[child] < item else { break }
        items[index] = items[child]
        index = child
      }
      items[index] = item
    }
  }
}
