import Kernels
import Runtime
import Testing

@Suite struct GeometryTests {
  // numpy: A = (np.arange(15) % 7 - 3).reshape(5, 3) / 2; B = A[::-1] + 1; row-wise cosine and np.linalg.norm(A - B, axis=1)
  @Test func cosineAndDistanceAreRowByRow() throws {
    let a = try Tensor((0..<15).map { Float($0 % 7 - 3) / 2 }).reshaped([5, 3])
    let b = try Tensor.combine(.add, a.sliced(axis: 0, first: 4, count: 5, step: -1), Tensor(scalar: 1))
    let cosines = [-0.8660254037844386, 0.9561828874675149, 0.7526178090063816, 0.2626128657194451, -0.753778361444409]
    #expect(try isClose(Tensor.rowWise(.cosine, a, b), cosines))
    let distances = [4.949747468305833, 0.8660254037844386, 1.7320508075688772, 2.598076211353316, 2.9154759474226504]
    #expect(try isClose(Tensor.rowWise(.l2, a, b), distances))
    #expect(try abs(Tensor.score(.cosine, a.row(0), b.row(0)) - cosines[0]) < 1e-12)
    #expect(try isClose(Tensor.rowWise(.l2, a, b.row(2)).row(2), [1.7320508]))
    #expect(code { _ = try Tensor.rowWise(.l2, a, counting(4, 3)) } == .shapeMismatch)
    let columns = try a.rowMajor().transposed
    #expect(try Tensor.rowWise(.l2, columns, columns.row(0)).elements()[0] == 0)
  }

  // numpy: Q = np.linalg.qr(np.array([[1, 2, 0, 1], [0, 1, 1, 0.]]).T)[0]; [1, 2, 3, 4] @ Q @ Q.T
  @Test func projectionsOnARankDeficientSpan() throws {
    let span = try Tensor([1, 2, 0, 1, 0, 1, 1, 0, 1, 3, 1, 1]).reshaped([3, 4])
    let x = try Tensor([1, 2, 3, 4])
    #expect(try isClose(x.projected(onto: span), [1, 3.5, 1.5, 1]))
    #expect(try isClose(x.projected(onto: Tensor([0, 0, 2, 0])), [0, 0, 3, 0]))
    #expect(try x.projected(onto: counting(1, 4).mapped { _ in 0 }).elements() == [0, 0, 0, 0])
    #expect(
      try isClose(counting(3, 4).projected(onto: Tensor.identity(rows: 4, columns: 4)), (0..<12).map(Double.init)))
  }

  @Test func projectingTwiceChangesNothing() throws {
    let x = try Tensor.standardNormal(shape: [9, 40], seed: 1)
    let span = try Tensor.standardNormal(shape: [25, 40], seed: 2)
    let once = try x.projected(onto: span)
    #expect(try isClose(once.projected(onto: span), once.elements().map(Double.init), 1e-5))
    let rest = try Tensor.combine(.subtract, x, once).product(with: span.transposed)
    #expect(try rest.elements().allSatisfy { abs($0) < 1e-4 })
  }

  // numpy: x = np.array([1, 2, 4, 8.]); (x - x.mean()) / np.sqrt(x.var() + e) * g + b
  @Test func layerNormIsTheFormula() throws {
    let x = try Tensor([1, 2, 4, 8, 1, 2, 4, 8]).reshaped([2, 4]).named(["a", "b"])
    let plain = try normalised(x, .layer, gain: nil, bias: nil, epsilon: 1e-5)
    let row = [-1.025754575496193, -0.6527529116793956, 0.09325041595419938, 1.5852570712213894]
    #expect(try isClose(plain, row + row))
    #expect(plain.labels?.text(ofRow: 1) == "b")
    let full = try normalised(
      x.row(0), .layer, gain: Tensor([1, 2, 3, 4]), bias: Tensor([0.5, 0, -0.5, 1]), epsilon: 0.1)
    #expect(try isClose(full, [-0.5186932065428747, -1.296518626509113, -0.22217458003376145, 7.297376185901407]))
    #expect(code { _ = try normalised(x, .layer, gain: Tensor([1]), bias: nil, epsilon: 0) } == .badShape)
  }

  // numpy: x = np.array([1, 2, 4, 8.]); x / np.sqrt((x ** 2).mean() + 0.1) * [1, 2, 3, 4]
  @Test func rmsNormIsTheFormula() throws {
    let y = try normalised(Tensor([1, 2, 4, 8]), .rms, gain: Tensor([1, 2, 3, 4]), bias: nil, epsilon: 0.1)
    #expect(try isClose(y, [0.21642183, 0.86568731, 2.59706193, 6.92549849]))
  }

  // ‖ln(x)‖ = √(d v / (v + ε)), and the mean of each row is 0.
  @Test func layerNormPutsRowsOnASphere() throws {
    let x = try Tensor.standardNormal(shape: [100, 77], seed: 9)
    let y = try normalised(x, .layer, gain: nil, bias: nil, epsilon: 1e-5)
    #expect(try y.reduced(.mean, axis: 1).elements().allSatisfy { abs($0) < 1e-6 })
    let v = try x.reduced(.variance(ddof: 0), axis: 1).elements().map(Double.init)
    #expect(try isClose(y.reduced(.norm, axis: 1), v.map { (77 * $0 / ($0 + 1e-5)).squareRoot() }))
  }
}
