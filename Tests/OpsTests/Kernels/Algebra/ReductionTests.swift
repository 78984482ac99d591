import Kernels
import Runtime
import Testing

@Suite struct ReductionTests {
  // numpy: a = np.arange(12, dtype=np.float32).reshape(3, 4); b = np.arange(24).reshape(2, 3, 4)
  // a.mean(0), a.std(1, ddof=1), a.var(0), np.linalg.norm(a, axis=1), np.linalg.norm(a), b.sum(1), b.max(2), a.var(), a.std(ddof=1)
  @Test func agreesWithNumPy() throws {
    let (a, b) = (try counting(3, 4), try counting(2, 3, 4))
    #expect(try isClose(a.reduced(.mean, axis: 0), [4, 5, 6, 7]))
    #expect(try isClose(a.reduced(.deviation(ddof: 1), axis: 1), [1.29099444, 1.29099444, 1.29099444]))
    #expect(try isClose(a.reduced(.variance(ddof: 0), axis: 0), [10.6666667, 10.6666667, 10.6666667, 10.6666667]))
    #expect(try isClose(a.reduced(.norm, axis: 1), [3.74165749, 11.2249718, 19.1311264]))
    #expect(abs(try a.reduced(.norm) - 22.494444) < 1e-5)
    #expect(try isClose(b.reduced(.sum, axis: 1), [12, 15, 18, 21, 48, 51, 54, 57]))
    #expect(try isClose(b.reduced(.maximum, axis: -1), [3, 7, 11, 15, 19, 23]))
    #expect(try isClose(b.reduced(.minimum, axis: 0), (0..<12).map(Double.init)))
    #expect(abs(try a.reduced(.variance(ddof: 0)) - 11.9166667) < 1e-6)
    #expect(abs(try a.reduced(.deviation(ddof: 1)) - 3.6055512) < 1e-6)
  }

  /// Sums of a long line look for Ctrl-C between stretches of it, and come out the same to the last bit; those of a short one do not look.
  @Test func longLinesLookForControlC() throws {
    struct Stop: Error {}
    for (count, expected) in [(100, 0), (1 << 20 + 5, 3)] {
      let a = (0..<count).map { Float($0 % 1013) / 7 }
      let b = (0..<count).map { Float($0 % 877) / 3 }
      var looks = 0
      let look = { looks += 1 }
      #expect(RowKernels.sum(a, count, look: look) == inLanes(count) { Double(a[$0]) })
      #expect(RowKernels.dot(a, b, count, look: look) == inLanes(count) { Double(a[$0]) * Double(b[$0]) })
      #expect(
        RowKernels.sumOfSquares(a, count, centre: 2, look: look)
          == inLanes(count) { (Double(a[$0]) - 2) * (Double(a[$0]) - 2) })
      #expect(
        RowKernels.squaredDistance(a, b, count, look: look)
          == inLanes(count) { (Double(a[$0]) - Double(b[$0])) * (Double(a[$0]) - Double(b[$0])) })
      #expect(looks == 4 * expected)
      guard expected > 0 else { continue }
      #expect(throws: Stop.self) { try RowKernels.sum(a, count) { throw Stop() } }
    }
  }

  /// The order of additions that the sums promise: eight running totals, their sum by halves, then the rest.
  private func inLanes(_ count: Int, _ term: (Int) -> Double) -> Double {
    var totals = SIMD8<Double>.zero
    let whole = count / 8 * 8
    for i in 0..<whole { totals[i % 8] += term(i) }
    return totals.sum() + (whole..<count).reduce(0) { $0 + term($1) }
  }

  @Test func keepLeavesAnAxisOfSizeOne() throws {
    let a = try counting(3, 4)
    #expect(try a.reduced(.sum, axis: 0, keep: true).shape == [1, 4])
    #expect(try a.reduced(.sum, axis: 1, keep: true).shape == [3, 1])
    #expect(try a.transposed.reduced(.sum, axis: 0, keep: true).shape == [1, 3])
  }

  @Test(arguments: [0, 1]) func transposedMatricesReduceTheirOwnAxes(axis: Int) throws {
    let view = try counting(3, 4).transposed
    for rule in [Reduction.sum, .mean, .norm, .variance(ddof: 1), .minimum, .maximum, .any, .all] {
      #expect(try view.reduced(rule, axis: axis).elements() == view.rowMajor().reduced(rule, axis: axis).elements())
    }
  }

  @Test func labelsStayUnlessTheirAxisIsReduced() throws {
    let e = try counting(2, 3).named([" a", " b"])
    #expect(try e.reduced(.norm, axis: 1).labels?.text(ofRow: 1) == " b")
    #expect(try e.reduced(.norm, axis: 0).labels == nil)
  }

  @Test func nanSpreadsAsInNumPy() throws {
    let a = try Tensor([1, .nan, 3, 0, 5, 2]).reshaped([2, 3])
    #expect(try a.reduced(.maximum).isNaN && a.reduced(.minimum).isNaN && a.reduced(.sum).isNaN)
    let columns = try a.reduced(.minimum, axis: 0).elements()
    #expect(columns[0] == 0 && columns[1].isNaN && columns[2] == 2)
    let rows = try a.reduced(.maximum, axis: 1).elements()
    #expect(rows[0].isNaN && rows[1] == 5)
    #expect(try a.reduced(.any) == 1 && a.reduced(.all) == 0)
  }

  @Test func sumsAreInDouble() throws {
    let n = 1 << 20
    let ones = try Tensor([Float](repeating: 0.1, count: n) + [1e8, -1e8])
    #expect(abs(try ones.reduced(.sum) - Double(Float(0.1)) * Double(n)) < 1e-3)
    #expect(try Reduction.sum.value(of: [0.1, 0.2]) == 0.1 + 0.2)
  }

  @Test func nothingHasNoExtremeButASum() throws {
    #expect(try counting(0).reduced(.sum) == 0)
    #expect(try counting(0).reduced(.mean).isNaN)
    #expect(code { _ = try counting(0).reduced(.maximum) } == .badValue)
    #expect(code { _ = try counting(2, 0).reduced(.minimum, axis: 1) } == .badValue)
    #expect(try counting(0, 2).reduced(.sum, axis: 0).elements() == [0, 0])
    #expect(code { _ = try counting(2, 3).reduced(.sum, axis: 2) } == .badShape)
  }
}
