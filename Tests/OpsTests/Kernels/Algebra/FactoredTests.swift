import Kernels
import Lang
import Runtime
import Testing

@Suite struct FactoredTests {
  // numpy: A = (np.arange(15) % 7 - 3).reshape(5, 3) / 2; B = (np.arange(15) % 4 - 1).reshape(3, 5) / 4
  private func factored() throws -> FactoredObject {
    try FactoredObject(
      left: Tensor((0..<15).map { Float($0 % 7 - 3) / 2 }).reshaped([5, 3]),
      right: Tensor((0..<15).map { Float($0 % 4 - 1) / 4 }).reshaped([3, 5]))
  }

  // numpy: np.linalg.norm(A @ B), np.trace(A @ B), (A @ B)[1]
  @Test func normAndTraceStayInTheFactors() throws {
    let f = try factored()
    #expect(abs(try f.frobeniusNorm() - 2.7726341266023544) < 1e-12)
    #expect(try f.trace() == -0.125)
    #expect(try isClose(f.dense().row(1), [0.25, 0.625, 0, -0.125, 0.25]))
    #expect(abs(try f.transposed().frobeniusNorm() - 2.7726341266023544) < 1e-12)
  }

  // numpy: ((A @ B) @ (A @ B))[2]
  @Test func productsKeepTheSmallerInnerSize() throws {
    let f = try factored()
    let square = try f.product(with: f)
    #expect(try isClose(square.dense().row(2), [0.375, 0.390625, -0.65625, -0.078125, 0.375]))
    let thin = try FactoredObject(left: counting(5, 1), right: counting(1, 5))
    #expect(try f.product(with: thin).inner == 1)
    #expect(try thin.product(with: f).inner == 1)
  }

  @Test func tensorsMultiplyFromBothSides() throws {
    let f = try factored()
    let dense = Value.tensor(try f.dense())
    let x = Value.tensor(try counting(2, 5))
    let y = Value.tensor(try counting(5))
    let left = try f.binary(.matmul, x, .object(f))?.asTensor
    #expect(try left?.elements() == x.asTensor?.product(with: f.dense()).elements())
    let right = try f.binary(.matmul, .object(f), y)?.asTensor
    #expect(try right?.elements() == dense.asTensor?.product(with: counting(5)).elements())
    #expect(code { _ = try f.binary(.matmul, .tensor(counting(2, 4)), .object(f)) } == .innerSizeMismatch)
    #expect(code { _ = try f.binary(.matmul, .object(f), .tensor(counting(4))) } == .innerSizeMismatch)
  }

  @Test func scalesStayFactored() throws {
    let f = try factored()
    let scaled = try #require(try f.binary(.multiply, .number(3), .object(f))?.asObject as? FactoredObject)
    #expect(abs(try scaled.frobeniusNorm() - 3 * f.frobeniusNorm()) < 1e-6)
    let negated = try #require(try f.negated()?.asObject as? FactoredObject)
    #expect(try negated.trace() == 0.125)
    #expect(try f.binary(.add, .object(f), .object(f)) == nil)
    #expect(f.description == "factored 5x5 of rank ≤ 3")
  }
}
