import Runtime
import Testing

@Suite struct RowMajorTests {
  @Test func stridesAreRowMajor() throws {
    let layout = try Tensor.RowMajor(of: [2, 3, 4])
    #expect(layout.count == 24)
    #expect(layout.strides == [12, 4, 1])
    #expect(try Tensor.RowMajor(of: []).count == 1)
  }

  @Test func aSizeOfZeroMakesNoElementsAndKeepsTheStrides() throws {
    let layout = try Tensor.RowMajor(of: [3, 0, 5])
    #expect(layout.count == 0)
    #expect(layout.strides == [5, 5, 1])
  }

  // The product of all sizes but 0 is at most 2^59, wherever the 0 stands.
  @Test(arguments: [
    [1 << 30, 1 << 30], [0, 1 << 30, 1 << 30], [1 << 30, 0, 1 << 30], [1 << 30, 1 << 30, 0], [Int.max], [0, .max],
    [.max, 0], [1 << 59, 2], [-1], [3, -1, 0],
  ])
  func whatNoMemoryHoldsIsAnError(shape: [Int]) {
    #expect(message { _ = try Tensor.RowMajor(of: shape) }?.code == .outOfMemory)
  }

  @Test(arguments: [[1 << 59], [1 << 29, 0, 1 << 30], [1, 1 << 59, 1]])
  func theLargestThatFits(shape: [Int]) throws {
    #expect(try Tensor.RowMajor(of: shape).count == (shape.contains(0) ? 0 : 1 << 59))
  }

  // Two operands without elements can have a shape in common that neither has alone.
  @Test func broadcastShapesAreChecked() {
    #expect(message { _ = try Tensor.broadcastShape([0, 1, 1 << 40], [0, 1 << 40, 1]) }?.code == .outOfMemory)
  }

  @Test func newAxesOfEmptyTensors() throws {
    let x = try Tensor([]).reshaped([0, 1 << 58])
    #expect(x.insertingAxis(0).insertingAxis(0).shape == [1, 1, 0, 1 << 58])
    #expect(x.transposed.insertingAxis(0).insertingAxis(3).shape == [1, 1 << 58, 0, 1])
    #expect(try x.transposed.insertingAxis(0).rowMajor().count == 0)
  }
}
