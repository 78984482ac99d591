// Sorting and making tables.

import Lang
import Operations
import Runtime
import Testing

@Suite struct SortingTests {
  func order(_ values: [Value], reverse: Bool = false) throws -> [Int] {
    try Sorting.order([ContiguousArray(values)], reverse: [reverse])
  }

  @Test func nanIsLastBothWays() throws {
    let numbers: [Value] = [.number(2), .number(.nan), .number(-1), .number(.infinity)]
    #expect(try order(numbers) == [2, 0, 3, 1])
    #expect(try order(numbers, reverse: true) == [3, 0, 2, 1])
    #expect(try Sorting.sorted(Tensor([2, .nan, -1]), reverse: true).elements().prefix(2) == [2, -1])
  }

  @Test func equalKeysKeepTheirOrder() throws {
    let keys = (0..<1000).map { Value.number($0 % 7) }
    for reverse in [false, true] {
      let places = try order(keys, reverse: reverse)
      for (a, b) in zip(places, places.dropFirst()) where a % 7 == b % 7 { #expect(a < b) }
      #expect((places.first ?? 0) % 7 == (reverse ? 6 : 0))
    }
  }

  @Test func mixedTypesAreAnError() {
    for values in [
      [Value.number(1), .string("a")], [.nil], [.object(RecordObject([:] as KeyValuePairs))],
      [.bool(true), .number(0)],
    ] {
      let fault = #expect(throws: Fault.self) { try order(values) }
      #expect(fault?.code == .badOperands)
    }
  }

  @Test func tablesComeFromColumnsAndFromRows() throws {
    let columns = Value.object(RecordObject(["a": .object(RangeObject(0, 2)), "b": .tensor(try Tensor([0.5, 1.5]))]))
    #expect(try Tables.table(from: columns).description == "a    b\n0  0.5\n1  1.5")
    let rows = Value.list([
      .object(RecordObject(["a": .number(1)])), .object(RecordObject(["b": .string("x"), "a": .number(2)])),
    ])
    #expect(try Tables.table(from: rows).description == "a  b\n1  nil\n2  x")
    for bad in [
      Value.number(1), .list([.number(1)]), .object(RecordObject(["a": .number(1)])),
      .object(RecordObject(["a": .list([]), "b": .list([.nil])])),
      .object(RecordObject(["a": .object(RangeObject(0, .max))])),
    ] {
      #expect(throws: Fault.self) { try Tables.table(from: bad) }
    }
  }

  @Test func aListBeyondTheBudgetIsAnErrorBeforeItIsMade() {
    let fault = #expect(throws: Fault.self) { try elements(of: .object(RangeObject(0, 1_000_000_000_000))) }
    #expect(fault?.code == .outOfMemory)
  }
}
