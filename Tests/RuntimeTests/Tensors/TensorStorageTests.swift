// The elements behind tensors: what is no number in a file is reported wherever it lies.

import Runtime
import Testing

@Suite(.serialized) struct TensorStorageTests {
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
    Notices.listener = { heard.append($0) }
    defer { Notices.listener = nil }
    let mapping = try numbers.withUnsafeBytes { try mapped($0) }
    let start = try #require(mapping.bytes.baseAddress)
    let storage = TensorStorage(
      source: .init(bytes: start, type: .float32, mapping: mapping, name: "w in a file"), count: numbers.count)
    _ = try storage.pointer()
    return heard
  }
}
