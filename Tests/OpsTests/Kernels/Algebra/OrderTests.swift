import Runtime
import Testing

@Suite struct OrderTests {
  @Test func sortsWithNaNLast() throws {
    let x = try Tensor([3, .nan, 1, 2])
    let sorted = try x.sorted().elements()
    #expect(Array(sorted[..<3]) == [1, 2, 3] && sorted[3].isNaN)
    #expect(Array(try x.sorted(descending: true).elements()[..<3]) == [3, 2, 1])
    #expect(try Tensor([3, 1, 2, 0]).reshaped([2, 2]).sorted(axis: 0).elements() == [2, 0, 3, 1])
  }

  // numpy: np.argsort([2, 1, nan, 1], kind="stable"); np.argsort([[3, 1], [2, 5]], axis=0)
  @Test func sortingIndicesAreStable() throws {
    #expect(try Tensor([2, 1, .nan, 1]).sortingIndices(axis: 0).indices == [[1, 3, 0, 2]])
    #expect(try Tensor([2, 1, .nan, 1]).sortingIndices(axis: 0, descending: true).indices == [[0, 1, 3, 2]])
    #expect(try Tensor([3, 1, 2, 5]).reshaped([2, 2]).sortingIndices(axis: 0).indices == [[1, 0], [0, 1]])
  }

  // numpy: np.argmax([1, 3, 3]), np.argmin([2, nan, 1]), np.argmax(np.arange(6).reshape(2, 3).T, axis=0)
  @Test func extremesAreTheFirst() throws {
    #expect(try Tensor([1, 3, 3]).indexOfExtreme(largest: true) == 1)
    #expect(try Tensor([2, .nan, 1]).indexOfExtreme(largest: false) == 1)
    #expect(try counting(2, 3).transposed.indicesOfExtreme(largest: true, axis: 0).indices == [2, 2])
    #expect(code { _ = try counting(0).indexOfExtreme(largest: true) } == .badValue)
  }

  @Test func bestKeepsTiesByLowerIndexAndNaNLast() throws {
    let x = try Tensor([5, .nan, 7, 5, 7, -.infinity])
    #expect(try x.best(3)[0].map(\.index) == [2, 4, 0])
    #expect(try x.best(9)[0].map(\.index) == [2, 4, 0, 3, 5, 1])
    #expect(try x.best(2, largest: false)[0].map(\.index) == [5, 0])
    #expect(try counting(2, 3).best(1).map { $0[0].index } == [2, 2])
  }

  @Test(arguments: 0..<10) func bestIsTheHeadOfTheSortedRow(seed: Int) throws {
    let x = try Tensor.standardNormal(shape: [1000], seed: UInt64(seed)).rounded(decimals: 1)
    let order = try x.sortingIndices(axis: 0, descending: true).indices[0]
    #expect(try x.best(50)[0].map(\.index) == Array(order.prefix(50)))
  }

  @Test func distinctElementsAreSorted() throws {
    #expect(try Tensor([3, 1, 3, 2, 1]).distinct().elements() == [1, 2, 3])
  }
}
