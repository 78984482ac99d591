import Runtime
import Testing

@Suite struct AssignmentTests {
  @Test func aSharedTensorIsCopiedBeforeItIsWritten() throws {
    let a = TensorObject(try counting(3, 4))
    let copy = TensorObject(a.tensor)
    let row = try #require(try a.element(at: [.number(0)]).asTensor)
    try a.setElement(at: [.number(0), .number(0)], to: .number(9))
    #expect(try a.tensor.elements()[0] == 9)
    #expect(try copy.tensor.elements()[0] == 0)
    #expect(try row.elements() == [0, 1, 2, 3])
  }

  @Test func anUnsharedTensorIsWrittenInPlace() throws {
    let a = TensorObject(try counting(3, 4))
    let before = try a.tensor.base()
    try a.setElement(at: [.number(-1)], to: .number(7))
    #expect(try a.tensor.base() == before)
    #expect(try a.tensor.elements() == [0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7])
  }

  @Test func tensorsBroadcastToTheSelection() throws {
    let a = TensorObject(try counting(3, 4))
    try a.setElement(at: [slice(nil, nil, 2), slice(1, 3)], to: .tensor(Tensor([50, 60])))
    #expect(try a.tensor.elements() == [0, 50, 60, 3, 4, 5, 6, 7, 8, 50, 60, 11])
    try a.setElement(at: [slice(nil, nil), .numbers([3, 0])], to: .tensor(Tensor([-1, -2, -3]).reshaped([3, 1])))
    #expect(try a.tensor.elements() == [-1, 50, 60, -1, -2, 5, 6, -2, -3, 50, 60, -3])
    try a.setElement(at: [.tensor(Tensor.combine(.less, a.tensor, Tensor(scalar: 0)))], to: .number(0))
    #expect(try a.tensor.elements() == [0, 50, 60, 0, 0, 5, 6, 0, 0, 50, 60, 0])
    #expect(message { try a.setElement(at: [.number(0)], to: .tensor(Tensor([1, 2, 3]))) }?.code == .shapeMismatch)
    #expect(message { try a.setElement(at: [.number(0)], to: .string("x")) }?.code == .wrongType)
  }

  @Test func aTensorMayBeAssignedToItsOwnReverse() throws {
    let a = TensorObject(try counting(6))
    try a.setElement(at: [slice(nil, nil, -1)], to: .object(a))
    #expect(try a.tensor.elements() == [5, 4, 3, 2, 1, 0])
  }

  @Test func transposedViewsAreWrittenWhereTheyShow() throws {
    let a = TensorObject(try counting(2, 3).transposed)
    try a.setElement(at: [.number(2), .number(0)], to: .number(9))
    try a.setElement(at: [.tensor(Tensor.combine(.equal, a.tensor, Tensor(scalar: 4)))], to: .number(8))
    #expect(try a.tensor.elements() == [0, 3, 1, 8, 9, 5])
  }
}
