import Runtime
import Testing

@Suite(.serialized) struct TensorStorageTests {
  /// Elements as a weights file holds them.
  private final class Bytes {
    let start: UnsafeMutableRawPointer
    init(_ numbers: [Float]) {
      start = .allocate(byteCount: 4 * numbers.count + 4, alignment: 16)
      numbers.withUnsafeBytes { start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: $0.count) }
    }
    deinit { start.deallocate() }
  }

  // The first of a full stretch of 16 elements, the last of one, and each of the elements behind the last full stretch.
  @Test(arguments: [16, 17, 31, 40], [Float.nan, .infinity, -.infinity])
  func aNumberThatIsNoneIsFoundWhereverItLies(count: Int, bad: Float) throws {
    for place in [0, 15] + Array(16..<max(16, count)) where place < count {
      var numbers = [Float](repeating: 1, count: count)
      numbers[place] = bad
      #expect(try warnings(numbers) == ["w in a file holds 1 value that is NaN or infinite"], "place \(place)")
    }
    #expect(try warnings([Float](repeating: 1, count: count)) == [])
  }

  private func warnings(_ numbers: [Float]) throws -> [String] {
    var heard: [String] = []
    let before = Notices.sink
    Notices.sink = { heard.append($0) }
    defer { Notices.sink = before }
    let bytes = Bytes(numbers)
    let storage = TensorStorage(
      source: .init(bytes: UnsafeRawPointer(bytes.start), type: .float32, owner: bytes, name: "w in a file"),
      count: numbers.count)
    _ = try storage.pointer()
    return heard
  }

  @Test func memoryIsGivenBackWithTheTensor() throws {
    let before = MemoryBudget.shared.used
    do {
      let tensor = try Tensor(shape: [1000]) { $0.update(repeating: 0) }
      #expect(MemoryBudget.shared.used >= before + 4000)
      _ = tensor.count
    }
    #expect(MemoryBudget.shared.used == before)
  }
}
