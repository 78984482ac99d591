// A record's key, or a table's column. Names that stand in a program's text are interned: compiled code carries them ready made, and
// comparing two of them compares one integer. Names that a running program puts together ("k{i}") are texts of their own, which
// go with the last record that has them: interned, a loop over three million of them would keep them all for ever.

import Lang

package enum Symbol: Hashable {
  case interned(Int32)
  case text(KeyText)

  /// A name that a running program looks up or puts together.
  package init(_ name: String) {
    self = InternedNames.find(name).map(Symbol.interned) ?? .text(KeyText(name))
  }

  /// A name that stands in a text of the program or of ours, which stays.
  package init(interning name: String) { self = .interned(InternedNames.add(name)) }

  package var name: String {
    switch self {
    case .interned(let id): InternedNames[id].text
    case .text(let key): key.text
    }
  }

  @inline(__always)
  package static func == (a: Symbol, b: Symbol) -> Bool {
    if case .interned(let x) = a, case .interned(let y) = b { return x == y }
    return a.key.isIdentical(to: b.key)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(key.code) }

  private var key: KeyText {
    switch self {
    case .interned(let id): InternedNames[id]
    case .text(let key): key
    }
  }
}

/// A name, with what compares it fast with others. A name may be interned after a text of it was made, so both kinds hash alike.
package final class KeyText {
  let text: String
  let code: Int

  init(_ text: String) {
    self.text = text
    // By code points, as strings are compared.
    var hasher = Hasher()
    var bytes = text
    bytes.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    code = hasher.finalize()
  }

  @inline(never)
  func isIdentical(to other: KeyText) -> Bool {
    self === other || (code == other.code && text.isIdentical(to: other.text))
  }
}

/// The names of all programs that this process has compiled. They are added under a lock, and read without one: an entry never
/// moves or changes, and whoever has its number got it after it was written.
private enum InternedNames {
  /// Block b holds the 2^b entries from number 2^b - 1 on.
  nonisolated(unsafe) private static let blocks: UnsafeMutablePointer<UnsafeMutablePointer<KeyText>?> = {
    let blocks = UnsafeMutablePointer<UnsafeMutablePointer<KeyText>?>.allocate(capacity: 32)
    blocks.initialize(repeating: nil, count: 32)
    return blocks
  }()

  private struct CodePoints: Hashable {
    let key: KeyText
    static func == (a: CodePoints, b: CodePoints) -> Bool { a.key.isIdentical(to: b.key) }
    func hash(into hasher: inout Hasher) { hasher.combine(key.code) }
  }

  private static let ids = Lock<[CodePoints: Int32]>([:])

  static subscript(id: Int32) -> KeyText {
    let (block, index) = place(id)
    guard let entries = blocks[block] else { return KeyText("") }
    return entries[index]
  }

  private static func place(_ id: Int32) -> (block: Int, index: Int) {
    let number = Int(id) + 1
    let block = Int.bitWidth - 1 - number.leadingZeroBitCount
    return (block, number - 1 << block)
  }

  static func find(_ name: String) -> Int32? {
    let key = CodePoints(key: KeyText(name))
    return ids.withLock { $0[key] }
  }

  static func add(_ name: String) -> Int32 {
    let key = KeyText(name)
    return ids.withLock { ids in
      if let known = ids[CodePoints(key: key)] { return known }
      let id = Int32(ids.count)
      let (block, index) = place(id)
      if blocks[block] == nil { blocks[block] = .allocate(capacity: 1 << block) }
      if let entries = blocks[block] { (entries + index).initialize(to: key) }
      ids[CodePoints(key: key)] = id
      return id
    }
  }
}
