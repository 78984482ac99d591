// Keys and values of a record in the order in which they came. Records are small and their fields are read in loops: the first few keys are
// searched by their bits, without counting a reference and without hashing; more of them get a table. (An OrderedDictionary does the
// same for its keys, but lets nobody write a value at a place without moving the whole of it out and back.)

import Lang

package struct RecordEntries: RandomAccessCollection, ExpressibleByDictionaryLiteral {
  package typealias Element = (key: Symbol, value: Value)

  package private(set) var keys: ContiguousArray<Symbol> = []
  package internal(set) var values: ContiguousArray<Value> = []
  /// The places of all keys, once there are more than `few`.
  private var places: [Symbol: Int]?

  private static let few = 12

  package init() {}

  /// Of pairs with the same key the last one counts, in the place of the first.
  package init(_ pairs: some Sequence<Element>) {
    for (key, value) in pairs { self[key] = value }
  }

  package init(dictionaryLiteral pairs: (Symbol, Value)...) {
    for (key, value) in pairs { self[key] = value }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { keys.count }
  package subscript(place: Int) -> Element { (keys[place], values[place]) }

  /// The value of a key. Setting nil removes the key; a new key comes last. O(1), removing O(n).
  package subscript(key: Symbol) -> Value? {
    get { place(of: key).map { values[$0] } }
    set {
      guard let newValue else {
        removeValue(forKey: key)
        return
      }
      set(key, to: newValue)
    }
  }

  /// Sets the value of a key; a new one comes last. O(1).
  @inline(__always)
  package mutating func set(_ key: Symbol, to value: consuming Value) {
    if let place = place(of: key) {
      values[place] = value
    } else {
      append(key, value)
    }
  }

  @inline(never)
  private mutating func append(_ key: Symbol, _ value: Value) {
    keys.append(key)
    values.append(value)
    if places != nil {
      places?[key] = keys.count - 1
    } else if keys.count > Self.few {
      number()
    }
  }

  /// Removes a key and gives its value; the order of the others stays. O(n).
  @discardableResult
  package mutating func removeValue(forKey key: Symbol) -> Value? {
    guard let place = place(of: key) else { return nil }
    keys.remove(at: place)
    places = nil
    if keys.count > Self.few { number() }
    return values.remove(at: place)
  }

  /// Room for so many keys. Without it the table of places moves millions of them at a stretch, where it grows.
  package mutating func reserveCapacity(_ count: Int) {
    keys.reserveCapacity(count)
    values.reserveCapacity(count)
    if count > Self.few { number(room: count) }
  }

  private mutating func number(room: Int = 0) {
    var places: [Symbol: Int] = [:]
    places.reserveCapacity(Swift.max(room, keys.count))
    for (place, key) in keys.enumerated() { places[key] = place }
    self.places = places
  }

  // MARK: Many entries

  /// More are copied one by one, where Ctrl-C is seen. Fewer are faster at a stretch, which moves the table of places as it is.
  private static let many = 1 << 18

  /// The same entries, for a write: many of them are copied here, and not at a stretch by the write. Throws `interrupted`.
  package func own() throws -> RecordEntries { count > Self.many ? try copied() : self }

  /// The entries without that of a key, nil where there is none. O(n). Throws `interrupted`.
  package func removing(_ key: Symbol) throws -> RecordEntries? {
    guard let place = place(of: key) else { return nil }
    return try copied(except: place)
  }

  private func copied(except left: Int? = nil) throws -> RecordEntries {
    var copy = RecordEntries()
    copy.reserveCapacity(count)
    try inBlocks(count, of: 1 << 13) { block in
      for place in block where place != left { copy.append(keys[place], values[place]) }
    }
    return copy
  }

  /// Where a key lies.
  @inline(__always)
  package func place(of key: Symbol) -> Int? {
    if let place = withUnsafePointer(to: key, { place(ofBits: $0) }) { return place }
    return placeByName(key)
  }

  /// Where the same key lies among the first few, by its bits. Nil does not say that it is not here: it may be a text of the same name.
  @inline(__always)
  func place(ofBits key: UnsafePointer<Symbol>) -> Int? {
    let wanted = UnsafeRawPointer(key).load(as: UInt64.self)
    return keys.withUnsafeBufferPointer { keys in
      guard let first = keys.baseAddress else { return nil }
      let words = UnsafeRawPointer(first).assumingMemoryBound(to: UInt64.self)
      for place in 0..<Swift.min(keys.count, Self.few) where words[place] == wanted { return place }
      return nil
    }
  }

  @inline(never)
  private func placeByName(_ key: Symbol) -> Int? {
    if let places { return places[key] }
    return keys.firstIndex(of: key)
  }
}
