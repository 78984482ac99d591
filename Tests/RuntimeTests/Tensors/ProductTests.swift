import Lang
import COpenBLAS
import Runtime
import Testing

@Suite struct ProductTests {
  // numpy: a = np.arange(12).reshape(3, 4); a.T[::2] @ a[:, ::-1]
  @Test func stridedAndReversedViews() throws {
    let a = try counting(3, 4)
    let left = a.transposed.sliced(axis: 0, first: 0, count: 2, step: 2)
    let right = a.sliced(axis: 1, first: 3, count: 4, step: -1)
    #expect(try left.product(with: right).elements() == [116, 104, 92, 80, 158, 140, 122, 104])
  }

  // numpy: b = np.arange(24).reshape(2, 3, 4); b @ np.arange(4); (b @ a.T)[1];
  //        (np.stack([a, a + 1])[:, None] @ b.transpose(0, 2, 1))[1, 0]
  @Test func stacksBroadcast() throws {
    let (a, b) = (try counting(3, 4), try counting(2, 3, 4))
    #expect(try b.product(with: counting(4)).elements() == [14, 38, 62, 86, 110, 134])
    #expect(try b.product(with: a.transposed).row(1).elements() == [86, 302, 518, 110, 390, 670, 134, 478, 822])
    let stacked = try Tensor(a.elements() + a.elements().map { $0 + 1 }).reshaped([2, 1, 3, 4])
    let product = try stacked.product(with: b.movingAxis(1, to: 2))
    #expect(product.shape == [2, 2, 3, 3])
    #expect(try product.row(1).row(0).elements() == [20, 60, 100, 44, 148, 252, 68, 236, 404])
  }

  // numpy: a @ np.arange(4); np.arange(3) @ a; a[:, 1] @ a; a.T @ a[::-1, 1]
  @Test func vectorsLoseTheirAxis() throws {
    let a = try counting(3, 4)
    #expect(try a.product(with: counting(4)).elements() == [14, 38, 62])
    #expect(try counting(3).product(with: a).elements() == [20, 23, 26, 29])
    let dot = try TensorObject(counting(3)).binary(.matmul, .tensor(counting(3)), .tensor(counting(3)))
    #expect(dot?.asNumber == 5)
    let column = a.selected(axis: 1, index: 1)
    #expect(try column.product(with: a).elements() == [92, 107, 122, 137])
    #expect(
      try a.transposed.product(with: column.sliced(axis: 0, first: 2, count: 3, step: -1)).elements() == [
        28, 43, 58, 73,
      ])
  }

  @Test func emptyInnerSizesGiveZeros() throws {
    #expect(try counting(2, 0).product(with: counting(0, 3)).elements() == [0, 0, 0, 0, 0, 0])
    #expect(try counting(0, 2).product(with: counting(2, 3)).shape == [0, 3])
  }

  @Test func theLeftOperandsLabelsStay() throws {
    let e = try labelled()
    #expect(try e.product(with: counting(2, 3)).labels != nil)
    #expect(try e.product(with: counting(2)).labels != nil)
    #expect(try counting(3, 6).product(with: e).labels == nil)
  }

  @Test func errorsNameBothShapes() throws {
    let fault = message { _ = try counting(3, 4).product(with: counting(2, 4)) }
    #expect(fault?.message == "cannot multiply 3x4 @ 2x4: the inner sizes 4 and 2 differ")
    #expect(fault?.help == "did the right side want `.T`?")
  }

  // Tiles are fixed by the shapes, so the threads cannot show.
  @Test func oneThreadAndManyGiveTheSameBits() throws {
    var random = SplitMix(state: 5)
    let a = try Tensor((0..<300 * 90).map { _ in Float.random(in: -1...1, using: &random) }).reshaped([300, 90])
    let b = try Tensor((0..<90 * 1100).map { _ in Float.random(in: -1...1, using: &random) }).reshaped([90, 1100])
    let many = try a.product(with: b).elements()
    let threads = Parallel.threadCount
    Parallel.threadCount = 1
    defer { Parallel.threadCount = threads }
    #expect(try a.product(with: b).elements() == many)
    let (row, column) = (try a.row(299).elements(), try b.selected(axis: 1, index: 1099).elements())
    let exact = zip(row, column).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(Double(many[300 * 1100 - 1]) - exact) < 1e-5)
  }

  // A few rows are shared among the threads by columns; every element is summed up the same way wherever its tile begins.
  @Test(arguments: [1, 3, 8, 13, 32], [false, true])
  func fewRowsGiveTheSameBitsOnAnyThreadsAndInAnyCompany(rows: Int, isTransposed: Bool) throws {
    let (k, n) = (203, 2_317)
    var random = SplitMix(state: 6)
    func matrix(_ rows: Int, _ columns: Int) throws -> Tensor {
      let elements = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
      return try Tensor(elements).reshaped([rows, columns])
    }
    let a = try matrix(rows, k)
    let b = isTransposed ? try matrix(n, k).transposed : try matrix(k, n)
    let product = try a.product(with: b).elements()
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    for count in [1, 2, 5] {
      Parallel.threadCount = count
      #expect(try a.product(with: b).elements() == product, "\(count) threads")
    }
    let last = a.sliced(axis: 0, first: rows - 1, count: 1)
    // More rows than that kernel takes on this processor go to another one.
    if rows <= Int(tw_few_rows_most(isTransposed)) {
      #expect(try last.product(with: b).elements() == Array(product.suffix(n)))
    }
    let (row, columns) = (try last.elements(), try b.transposed.rowMajor().elements())
    for column in [0, 255, 256, n - 14, n - 1] {
      let exact = zip(row, columns[column * k..<(column + 1) * k]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(Double(product[(rows - 1) * n + column]) - exact) < 2e-5)
    }
  }
}
