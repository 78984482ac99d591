// The parts of instructions that are not the common fast case.

import CPlatform
import Glibc
import Lang

/// x % y with the sign of y, as in Python.
@inline(__always)
func flooredRemainder(_ x: Double, _ y: Double) -> Double {
  // Whole numbers, the usual case, need no fmod.
  if abs(x) < 9e15, abs(y) < 9e15 {
    let (a, b) = (Int64(x), Int64(y))
    if b != 0, Double(a) == x, Double(b) == y, a >= 0, b > 0 { return Double(a % b) }
  }
  let remainder = fmod(x, y)
  // Nothing remains of -6 / 3: 0, as of whole numbers, and not fmod's -0.
  if remainder == 0 { return 0 }
  return (remainder < 0) != (y < 0) ? remainder + y : remainder
}

extension Machine {
  /// `left op right` for any values.
  @inline(never)
  func binary(_ op: BinaryOperator, _ left: UnsafePointer<Value>, _ right: UnsafePointer<Value>) throws -> Value {
    let result = try binaryOperation(op, left.pointee, right.pointee)
    if tw_interrupted() { try answerInterrupt() }
    return result
  }

  /// A comparison as a condition.
  @inline(never)
  func test(_ op: BinaryOperator, _ left: UnsafePointer<Value>, _ right: UnsafePointer<Value>) throws -> Bool {
    let result = try binaryOperation(op, left.pointee, right.pointee)
    return try conditionValue(result, "if")
  }

  @inline(never)
  func negated(_ value: UnsafePointer<Value>) throws -> Value {
    if case .object(let object) = value.pointee, let result = try object.negated() { return result }
    throw Fault.badOperand(unary: "-", value.pointee)
  }

  /// `~value`: of a bool, and of what computes it element by element.
  @inline(never)
  func inverted(_ value: UnsafePointer<Value>) throws -> Value {
    if case .bool(let flag) = value.pointee { return .bool(!flag) }
    if case .object(let object) = value.pointee, let result = try object.inverted() { return result }
    throw Fault.badOperand(unary: "~", value.pointee)
  }

  /// The truth of a condition: bools, and nil as false.
  @inline(never)
  func condition(_ value: UnsafePointer<Value>, _ construct: UInt8) throws -> Bool {
    try conditionValue(value.pointee, ConditionConstruct(rawValue: construct)?.text ?? "if")
  }

  /// `target += value`: a list or a text that nobody else holds grows in place.
  @inline(never)
  func addInPlace(_ target: UnsafeMutablePointer<Value>, _ value: UnsafePointer<Value>) throws {
    guard case .object(var object) = target.pointee else {
      target.pointee = try binaryOperation(.add, target.pointee, value.pointee)
      return
    }
    if object.kind == .list, let list = value.pointee.asList, !list.isColumn,
      !unsafeDowncast(object, to: ListObject.self).isColumn
    {
      let appended = list.items
      try checkGrowth(from: unsafeDowncast(object, to: ListObject.self).items.count, by: appended.count)
      // The reference in `target` goes, so that ours is the only one if nobody else holds the list.
      target.pointee = .unbound
      defer { target.pointee = .object(object) }
      if !isKnownUniquelyReferenced(&object) { object = ListObject(unsafeDowncast(object, to: ListObject.self).items) }
      unsafeDowncast(object, to: ListObject.self).items.append(contentsOf: appended)
    } else if object.kind == .string, let appended = value.pointee.asString {
      try checkGrowth(
        from: unsafeDowncast(object, to: StringObject.self).byteCount, by: appended.utf8.count, bytesEach: 1)
      target.pointee = .unbound
      defer { target.pointee = .object(object) }
      if !isKnownUniquelyReferenced(&object) {
        object = StringObject(unsafeDowncast(object, to: StringObject.self).text)
      }
      unsafeDowncast(object, to: StringObject.self).append(appended)
    } else {
      target.pointee = try binaryOperation(.add, target.pointee, value.pointee)
    }
  }

  /// `target += [value]`: appends to a list that nobody else holds; the value's register becomes unbound.
  @inline(never)
  func appendElement(_ target: UnsafeMutablePointer<Value>, _ value: UnsafeMutablePointer<Value>) throws {
    if let list = target.peek(ListObject.self, .list), !list._withUnsafeGuaranteedRef({ $0.isColumn }) {
      var held = list
      if !target.isUniquelyReferenced {
        let copy = ListObject(list._withUnsafeGuaranteedRef { $0.items })
        target.pointee = .object(copy)
        held = .passUnretained(copy)
      }
      try held._withUnsafeGuaranteedRef {
        try checkGrowth(from: $0.items.count, by: 1)
        $0.items.append(value.take())
      }
      return
    }
    var added = Value.list(CollectionOfOne(value.take()))
    try addInPlace(target, &added)
  }

  /// Asks the memory budget when a size passes a power of two: often enough, and seldom in a loop of appends.
  private func checkGrowth(from size: Int, by more: Int, bytesEach: Int = MemoryLayout<Value>.stride) throws {
    let total = size + more
    if total.leadingZeroBitCount != size.leadingZeroBitCount || more > size {
      try checkListFits(total, bytesEach: bytesEach)
    }
  }

  func appendToList(_ target: UnsafeMutablePointer<Value>, _ source: UnsafeMutablePointer<Value>, count: Int) {
    if let list = target.pointee.asList {
      list.items.append(contentsOf: UnsafeBufferPointer(start: source, count: count))
    }
    for offset in 0..<count { source[offset] = .unbound }
  }

  func newRecord(_ code: Unmanaged<Code>, shape: Int, _ source: UnsafeMutablePointer<Value>) -> Value {
    let symbols = code._withUnsafeGuaranteedRef { $0.recordShapes[shape] }
    let record = RecordObject()
    record.entries.reserveCapacity(symbols.count)
    for (offset, symbol) in symbols.enumerated() {
      record.entries[symbol] = source[offset]
      source[offset] = .unbound
    }
    return .object(record)
  }

  /// `{source..., …}`: later entries win, and keep the place of the earlier.
  func spreadEntries(_ target: UnsafeMutablePointer<Value>, _ source: UnsafeMutablePointer<Value>) throws {
    let value = source.take()
    guard let record = target.pointee.asRecord, let added = value.asRecord else { throw Fault.notSpreadable(value) }
    try inBlocks(added.entries.count, of: 1 << 13) { block in
      for place in block { record.entries[added.entries.keys[place]] = added.entries.values[place] }
    }
  }

  func checkRange(_ cursor: UnsafeMutablePointer<Value>) throws {
    for (offset, what) in [(0, "the start of a range"), (1, "the end of a range")] {
      guard case .number(let number) = cursor[offset] else {
        throw Fault.badOperands(.range, cursor[0], cursor[1])
      }
      _ = try rangeBound(number, what: what)
    }
  }

  func slice(_ parts: UnsafeMutablePointer<Value>) throws -> Value {
    func part(_ offset: Int) throws -> Int? {
      switch parts[offset] {
      case .nil, .unbound: return nil
      case .number(let number):
        // Slices clip, so an end beyond all sizes is as good as a large one.
        if number >= 0x1p53 { return 1 << 53 }
        if number <= -0x1p53 { return -(1 << 53) }
        return try wholeNumber(number, what: "a slice's bound")
      default: throw Fault.badValue("a slice's bounds are numbers, got \(parts[offset].typePhrase)")
      }
    }
    let step = try part(2) ?? 1
    guard step != 0 else { throw Fault.badValue("a slice's step cannot be 0") }
    return .object(SliceObject(start: try part(0), end: try part(1), step: step))
  }

  // MARK: Elements and fields

  @inline(never)
  func element(_ base: UnsafePointer<Value>, _ indices: UnsafePointer<Value>, count: Int) throws -> Value {
    guard case .object(let object) = base.pointee else { throw Fault.notIndexable(base.pointee) }
    let result = try object.element(at: Array(UnsafeBufferPointer(start: indices, count: count)))
    if tw_interrupted() { try answerInterrupt() }
    return result
  }

  @inline(never)
  func field(_ base: UnsafePointer<Value>, _ symbol: UnsafePointer<Symbol>, _ code: Unmanaged<Code>) throws -> Value {
    if let record = base.peek(RecordObject.self, .record) {
      if let value = record._withUnsafeGuaranteedRef({ $0.value(of: symbol) }) { return value }
    } else if let object = base.unmanagedObject,
      let value = try object._withUnsafeGuaranteedRef({ try $0.field(symbol.pointee.name) })
    {
      if value.isNil, let reason = object._withUnsafeGuaranteedRef({ $0.reason(whyNil: symbol.pointee.name) }) {
        nilField = (symbol.pointee.name, reason)
      }
      return value
    }
    let name = symbol.pointee.name
    let operation = interpreter.hasBuiltin(name) ? above(base, code) { interpreter.callShape(of: name) } : nil
    throw Fault.unknownField(name, of: base.pointee, operation: operation)
  }

  /// `root.path = value`: every container on the path is copied if somebody else holds it.
  @inline(never)
  func assignPath(
    _ code: Unmanaged<Code>, form: Int, _ register: UnsafeMutablePointer<Value>,
    _ operands: UnsafeMutablePointer<Value>,
    _ globals: UnsafeMutablePointer<Value>
  ) throws {
    let path = code._withUnsafeGuaranteedRef { $0.pathForms[form] }
    let root = path.globalSlot.map { globals + $0 } ?? register
    if case .unbound = root.pointee, let slot = path.globalSlot {
      root.pointee = try unboundGlobal(code, slot: slot, register: operands)
    }
    let value = operands[path.operandCount]
    operands[path.operandCount] = .unbound
    try assign(value, at: path.steps[...], operands, in: &root.pointee)
  }

  private func assign(
    _ value: Value, at steps: ArraySlice<PathForm.Step>, _ operands: UnsafeMutablePointer<Value>, in target: inout Value
  ) throws {
    guard let step = steps.first else {
      target = value
      return
    }
    guard case .object(var object) = target else {
      switch step {
      case .field(let symbol): throw Fault.unknownField(symbol.name, of: target)
      case .index: throw Fault.notIndexable(target)
      }
    }
    // The reference in `target` goes, so that ours is the only one if nobody else holds the object.
    target = .unbound
    defer { target = .object(object) }
    if !isKnownUniquelyReferenced(&object) {
      guard let copy = try object.copyForWriting() else { throw Fault.notAssignable(.object(object)) }
      object = copy
    }
    switch step {
    case .field(let symbol): try assign(value, field: symbol, rest: steps.dropFirst(), operands, in: object)
    case .index(let count):
      let indices = Array(UnsafeBufferPointer(start: operands, count: count))
      try assign(value, index: indices, rest: steps.dropFirst(), operands + count, in: object)
    }
  }

  private func assign(
    _ value: Value, field symbol: Symbol, rest: ArraySlice<PathForm.Step>, _ operands: UnsafeMutablePointer<Value>,
    in object: Object
  ) throws {
    guard object.kind == .record else {
      guard object.kind == .table else { throw Fault.notAssignable(.object(object)) }
      if rest.isEmpty { return try object.setElement(at: [.string(symbol.name)], to: value) }
      return try unsafeDowncast(object, to: TableObject.self).changeColumn(symbol) {
        try assign(value, at: rest, operands, in: &$0)
      }
    }
    let record = unsafeDowncast(object, to: RecordObject.self)
    if rest.isEmpty {
      record.entries[symbol] = value
      return
    }
    guard var inner = record.entries[symbol] else { throw Fault.unknownField(symbol.name, of: .object(object)) }
    record.entries[symbol] = .nil
    defer { record.entries[symbol] = inner }
    try assign(value, at: rest, operands, in: &inner)
  }

  private func assign(
    _ value: Value, index indices: [Value], rest: ArraySlice<PathForm.Step>, _ operands: UnsafeMutablePointer<Value>,
    in object: Object
  ) throws {
    if rest.isEmpty { return try object.setElement(at: indices, to: value) }
    if object.kind == .list, indices.count == 1, case .number(let number) = indices[0] {
      let list = unsafeDowncast(object, to: ListObject.self)
      let index = try list.position(of: number)
      try list.items.makeOwn()
      return try assign(value, at: rest, operands, in: &list.items[index])
    }
    if object.kind == .record, indices.count == 1, let key = indices[0].asString {
      return try assign(value, field: Symbol(key), rest: rest, operands, in: object)
    }
    // Elements of other values (tensor rows) are taken out, changed and put back.
    var inner = try object.element(at: indices)
    try assign(value, at: rest, operands, in: &inner)
    try object.setElement(at: indices, to: inner)
  }

  /// `a, b = value`: the elements of a list or a row, the values of a record. A text is one value, however many letters it has.
  @inline(never)
  func unpack(_ source: UnsafePointer<Value>, _ targets: UnsafeMutablePointer<Value>, count: Int) throws {
    let value = source.pointee
    if let record = value.asRecord {
      guard record.entries.count == count else { throw Fault.unpackMismatch(value, wanted: count) }
      for (offset, entry) in record.entries.values.enumerated() { targets[offset] = entry }
      return
    }
    guard value.asString == nil, value.asTable == nil, value.asObject?.count != nil else {
      throw Fault.notUnpackable(value, wanted: count)
    }
    let iterator = try IteratorObject(value, names: 1)
    guard iterator.size == count else { throw Fault.unpackMismatch(value, wanted: count) }
    for offset in 0..<count { _ = try iterator.next(into: targets + offset) }
  }
}

/// The truth of a value as a condition of `construct`: a bool, nil as false, and objects that are one bool. Throws `notACondition`.
package func conditionValue(_ value: Value, _ construct: @autoclosure () -> String) throws -> Bool {
  switch value {
  case .bool(let flag): return flag
  case .nil, .unbound: return false
  case .object(let object): if let flag = object.truth { return flag }
  case .number: break
  }
  throw Fault.notACondition(value, construct())
}

extension ListObject {
  /// A number as a position in the list; negative ones count from the end.
  func position(of number: Double) throws -> Int {
    let index = try wholeNumber(number, what: "a list's index")
    let resolved = index < 0 ? index + items.count : index
    guard items.indices.contains(resolved) else {
      throw Fault.indexOutOfRange(index, size: items.count, of: "the list")
    }
    return resolved
  }
}
