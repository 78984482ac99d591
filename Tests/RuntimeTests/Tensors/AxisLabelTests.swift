// Names of all axes go where their axis goes.

import Lang
import Runtime
import Testing

@Suite struct AxisLabels {
  private let rows = Labels(words, ids: [0, 1])
  private let columns = Labels(words, ids: [4, 1, 0])

  /// [2, 3] named on both axes.
  private func matrix() throws -> Tensor {
    try counting(2, 3).labelled(rows, axis: 0).labelled(columns, axis: 1)
  }

  /// Token ids of each axis.
  private func ids(_ tensor: Tensor) -> [[Int]?] {
    tensor.shape.indices.map { axis in
      tensor.labels(ofAxis: axis).map { labels in (0..<tensor.shape[axis]).map { labels.id(ofRow: $0) } }
    }
  }

  @Test func viewsCarryThem() throws {
    let x = try matrix()
    #expect(ids(x.transposed) == [[4, 1, 0], [0, 1]])
    #expect(ids(x.row(1)) == [[4, 1, 0]])
    #expect(ids(x.selected(axis: 1, index: 0)) == [[0, 1]])
    #expect(ids(x.sliced(axis: 1, first: 0, count: 2, step: 2)) == [[0, 1], [4, 0]])
    #expect(ids(try x.gathered(axis: 1, [2, 0])) == [[0, 1], [0, 4]])
    #expect(ids(x.insertingAxis(1)) == [[0, 1], nil, [4, 1, 0]])
    #expect(ids(x.movingAxis(0, to: 1)) == [[4, 1, 0], [0, 1]])
    #expect(ids(x.insertingAxis(1).movingAxis(0, to: 2)) == [nil, [4, 1, 0], [0, 1]])
    #expect(ids(try x.transposed.rowMajor()) == [[4, 1, 0], [0, 1]])
  }

  @Test func reshapingKeepsTheAxesInFrontAndBehind() throws {
    let x = try matrix()
    #expect(ids(try x.reshaped([2, 1, 3])) == [[0, 1], nil, [4, 1, 0]])
    #expect(ids(try x.reshaped([6])) == [nil])
    #expect(ids(try x.reshaped([1, 2, 3])) == [nil, [0, 1], [4, 1, 0]])
  }

  @Test func arithmeticKeepsThoseOfBothWhereTheyAgree() throws {
    let x = try matrix()
    let plain = try counting(2, 3)
    #expect(ids(try Tensor.combine(.add, plain, x)) == [[0, 1], [4, 1, 0]])
    // A vector names the last axis; one row repeated names nothing.
    #expect(ids(try Tensor.combine(.add, plain, x.row(0))) == [nil, [4, 1, 0]])
    #expect(ids(try Tensor.combine(.multiply, plain, x.sliced(axis: 0, first: 0, count: 1))) == [nil, [4, 1, 0]])
    let other = plain.labelled(Labels(words, ids: [4, 1, 2]), axis: 1)
    #expect(ids(try Tensor.combine(.subtract, x, other)) == [[0, 1], nil])
  }

  @Test func aProductHasTheRowsOfTheLeftAndTheColumnsOfTheRight() throws {
    let x = try matrix()
    #expect(ids(try x.product(with: x.transposed)) == [[0, 1], [0, 1]])
    #expect(ids(try counting(3).product(with: x.transposed)) == [[0, 1]])
    #expect(ids(try x.product(with: counting(3))) == [[0, 1]])
    #expect(ids(try counting(4, 2, 3).product(with: x.transposed)) == [nil, nil, [0, 1]])
  }

  @Test func columnsAreFoundByText() throws {
    let x = try matrix()
    #expect(try x[slice(nil, nil), .string(" man")].asTensor?.elements() == [1, 4])
    #expect(try x[.number(1), .strings([" king", " queen"])].asTensor?.elements() == [5, 3])
    let unnamed = try counting(2, 3).labelled(rows, axis: 0)
    let fault = message { _ = try unnamed[.number(0), .string(" man")] }
    #expect(fault?.message == "the columns of this 2x3 tensor have no labels to look \" man\" up in")
  }
}
