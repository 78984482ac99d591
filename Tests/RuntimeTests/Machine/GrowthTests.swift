import Glibc
import Lang
import Runtime
import Testing

@Suite struct GrowthTests {
  @Test func whatCannotFitIsSaidWhileItGrows() {
    var growth = Growth()
    var added = 0.0
    let step = 1 << 40
    #expect(throws: Fault.self) {
      while added < 0x1p62 {
        try growth.add(step)
        added += Double(step)
      }
    }
    #expect(added <= 2 * Double(MemoryBudget.shared.limit) + Double(step))
  }

  @Test func growingListKeepsItsElements() throws {
    var list = GrowingList(count: 1 << 20)
    for index in 0..<(1 << 20) { try list.append(.number(index)) }
    let items = list.taken()
    #expect(items.count == 1 << 20)
    #expect(items.last?.asNumber == Double((1 << 20) - 1))
  }

  /// Nested lists and records that die on several threads at once, a million deep.
  @Test func containersAreReleasedOnAnyThread() throws {
    try parallelTiles(4, on: 4) { _, _ in
      var nested = Value.list([.number(0)])
      for index in 0..<100_000 {
        nested = index % 2 == 0 ? .list([nested]) : .object(RecordObject(["a": nested]))
      }
      #expect(nested.asObject != nil)
    }
  }
}
