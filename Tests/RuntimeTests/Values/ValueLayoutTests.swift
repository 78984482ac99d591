// The machine reads the object of a register from its first byte: what that rests on.

import Runtime
import Testing

@Suite struct ValueLayoutTests {
  @Test func aValueIsSixteenBytesWithItsObjectFirst() {
    #expect(MemoryLayout<Value>.stride == 16)
    let object = ListObject([.number(1)])
    var value = Value.object(object)
    let first = withUnsafeBytes(of: &value) { $0.load(as: Unmanaged<Object>.self).toOpaque() }
    #expect(first == Unmanaged<Object>.passUnretained(object).toOpaque())
  }

  @Test func freshMemoryOfZerosIsAPlainValue() {
    // The stack of registers starts as zero pages and is assigned without being initialised first.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: 16)
    let value = memory.bindMemory(to: Value.self, capacity: 1)
    #expect(value.pointee.asObject == nil)
    value.pointee = .string("x")
    #expect(value.pointee.asString == "x")
    value.deinitialize(count: 1)
    memory.deallocate()
  }

  @Test func aKeyIsOneWord() {
    #expect(MemoryLayout<Symbol>.size == 8)
  }

  @Test func aKeyThatWasPutTogetherEqualsTheSameNameInAProgram() {
    let made = Symbol("made at run time")
    let record = RecordObject()
    record.entries[made] = .number(1)
    let interned = Symbol(interning: "made at run time")
    #expect(made == interned)
    #expect(made.hashValue == interned.hashValue)
    #expect(record.entries[interned]?.asNumber == 1)
    #expect(Symbol("made at run time") == interned)
    #expect(Symbol("e\u{301}") != Symbol("\u{E9}"))
  }
}
