// Assignment to one element or field of a local: the paths of length one, which loops take millions of times. Longer paths
// are `assignPath`'s.

import Lang

extension Machine {
  /// Takes the object out of a register, so that the reference is the only one if nobody else holds the object; a copy if
  /// somebody does. The caller puts it back.
  @inline(__always)
  private func takeForWriting(_ target: UnsafeMutablePointer<Value>) throws -> Object? {
    guard case .object(var object) = target.pointee else { return nil }
    target.pointee = .unbound
    if !isKnownUniquelyReferenced(&object) {
      do {
        guard let copy = try object.copyForWriting() else { throw Fault.notAssignable(.object(object)) }
        object = copy
      } catch {
        target.pointee = .object(object)
        throw error
      }
    }
    return object
  }

  /// `target[index] = value`; the value's register becomes unbound.
  @inline(never)
  func setElement(
    _ target: UnsafeMutablePointer<Value>, _ index: UnsafePointer<Value>, _ value: UnsafeMutablePointer<Value>
  ) throws {
    // The usual case, without counting references: a list that nobody shares.
    if case .number(let number) = index.pointee, let list = target.peek(ListObject.self, .list),
      target.isUniquelyReferenced
    {
      let isDone = try list._withUnsafeGuaranteedRef { list in
        guard let position = Int(exactly: number), list.items.indices.contains(position) else { return false }
        try list.items.makeOwn()
        list.items[position] = value.take()
        return true
      }
      if isDone { return }
    }
    guard let object = try takeForWriting(target) else { throw Fault.notIndexable(target.pointee) }
    defer { target.pointee = .object(object) }
    if object.kind == .list, case .number(let number) = index.pointee {
      let list = unsafeDowncast(object, to: ListObject.self)
      let position = try list.position(of: number)
      try list.items.makeOwn()
      list.items[position] = value.take()
    } else {
      try object.setElement(at: [index.pointee], to: value.take())
    }
  }

  /// `target.symbol = value`; the value's register becomes unbound.
  @inline(never)
  func setField(
    _ target: UnsafeMutablePointer<Value>, _ symbol: UnsafePointer<Symbol>, _ value: UnsafeMutablePointer<Value>
  ) throws {
    // The usual case, without counting references: a record that nobody shares.
    if let record = target.peek(RecordObject.self, .record), target.isUniquelyReferenced {
      record._withUnsafeGuaranteedRef { $0.entries.set(symbol.pointee, to: value.take()) }
      return
    }
    guard let object = try takeForWriting(target) else {
      throw Fault.unknownField(symbol.pointee.name, of: target.pointee)
    }
    defer { target.pointee = .object(object) }
    if object.kind == .record {
      unsafeDowncast(object, to: RecordObject.self).entries.set(symbol.pointee, to: value.take())
    } else if object.kind == .table {
      try object.setElement(at: [.string(symbol.pointee.name)], to: value.take())
    } else {
      throw Fault.notAssignable(.object(object))
    }
  }
}
