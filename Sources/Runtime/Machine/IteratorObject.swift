// What a `for` loop steps through. It holds the collection as it was when the loop began.

import Lang

final class IteratorObject: Object {
  private enum Source {
    case list(ContiguousArray<Value>)
    case range(Int)
    /// Not its code points one by one: the loop of a long text would not start, nor end, at once.
    case string(String)
    case entries(RecordEntries)
    case object(Object)
  }

  private var source: Source
  private var position = 0
  /// Where the next element of a text starts.
  private var place = "".startIndex
  /// Elements in all.
  let size: Int

  /// `names`: how many names the loop has. With two, a record gives its keys with their values.
  init(_ value: Value, names: Int) throws {
    guard case .object(let object) = value, let count = object.count else { throw Fault.notIterable(value) }
    size = count
    if let list = value.asList {
      source = .list(list.items)
    } else if let range = value.asRange {
      source = .range(range.start)
    } else if let text = value.asString {
      source = .string(text)
      place = text.startIndex
    } else if names > 1, let record = value.asRecord {
      guard names == 2 else { throw Fault.notKeyAndValue(names: names) }
      source = .entries(record.entries)
    } else {
      source = .object(object)
    }
    super.init(kind: .iterator)
  }

  /// Puts the next element into a register; false when there is none.
  package func next(into target: UnsafeMutablePointer<Value>) throws -> Bool {
    guard position < size else {
      // The collection is not needed any more, though the register may keep this object for a while.
      source = .range(0)
      return false
    }
    switch source {
    case .list(let items): target.pointee = items[position]
    case .range(let start): target.pointee = .number(start + position)
    case .string(let text):
      target.pointee = .string(String(Character(text.unicodeScalars[place])))
      text.unicodeScalars.formIndex(after: &place)
    case .entries(let entries):
      let (key, value) = entries[position]
      target.pointee = .list([.string(key.name), value])
    case .object(let object): target.pointee = try object.iterated(position)
    }
    position += 1
    return true
  }
}
