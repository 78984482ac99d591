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
}
