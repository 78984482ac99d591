import Lang
import Runtime
import Testing

@Suite struct ArithmeticTests {
  private func evaluate(_ left: Value, _ op: BinaryOperator, _ right: Value) throws -> Value? {
    try (left.asObject as? TensorObject ?? right.asObject as? TensorObject)?.binary(op, left, right)
  }

  // numpy: (np.arange(24).reshape(2, 3, 4) + np.array([[10], [20], [30]]))[1]
  @Test func broadcastsAsNumPy() throws {
    let sum = try Tensor.combine(.add, counting(2, 3, 4), Tensor([10, 20, 30]).reshaped([3, 1]))
    #expect(sum.shape == [2, 3, 4])
    #expect(try sum.row(1).elements() == [22, 23, 24, 25, 36, 37, 38, 39, 50, 51, 52, 53])
    let outer = try Tensor.combine(.multiply, counting(3).reshaped([3, 1]), counting(2))
    #expect(try outer.elements() == [0, 0, 0, 1, 0, 2])
    #expect(try Tensor.combine(.add, counting(2, 0), counting(1, 1)).shape == [2, 0])
    let fault = message { _ = try Tensor.combine(.add, counting(3, 4), counting(3)) }
    #expect(fault?.message == "cannot add 3x4 and 3")
    #expect(
      message { _ = try Tensor.combine(.subtract, counting(3, 4), counting(4, 3)) }?.help == "did one side want `.T`?")
  }

  // numpy: np.array([7, -7, 7, -7, 5.5, 0]) // np.array([3, 3, -3, -3, -2, 5]), and %
  @Test func divisionFloors() throws {
    let a = try Tensor([7, -7, 7, -7, 5.5, 0])
    let b = try Tensor([3, 3, -3, -3, -2, 5])
    #expect(try Tensor.combine(.floorDivide, a, b).elements() == [2, -3, -3, 2, -3, 0])
    #expect(try Tensor.combine(.modulo, a, b).elements() == [1, 2, -2, -1, -0.5, 0])
  }

  @Test func numbersStandOnEitherSide() throws {
    let a = try Tensor([1, 2, 4])
    #expect(try evaluate(.number(1), .subtract, .tensor(a))?.asTensor?.elements() == [0, -1, -3])
    #expect(try evaluate(.number(2), .power, .tensor(a))?.asTensor?.elements() == [2, 4, 16])
    #expect(try evaluate(.tensor(a), .power, .number(2))?.asTensor?.elements() == [1, 4, 16])
    #expect(try evaluate(.number(2), .lessEqual, .tensor(a))?.asTensor?.elements() == [0, 1, 1])
    #expect(try evaluate(.tensor(a), .greater, .number(2))?.asTensor?.elements() == [0, 0, 1])
    #expect(try evaluate(.tensor(a), .notEqual, .numbers([1, 2, 3]))?.asTensor?.elements() == [0, 0, 1])
    #expect(try TensorObject(a).negated()?.asTensor?.elements() == [-1, -2, -4])
    #expect(try evaluate(.tensor(a), .add, .string("x")) == nil)
  }

  @Test func membership() throws {
    let a = try counting(3, 2)
    #expect(try evaluate(.number(5), .isIn, .tensor(a))?.asBool == true)
    #expect(try evaluate(.number(6), .notIn, .tensor(a))?.asBool == true)
    #expect(try evaluate(.tensor(Tensor([2, 3])), .isIn, .tensor(a))?.asBool == true)
    #expect(try evaluate(.tensor(Tensor([1, 2])), .isIn, .tensor(a))?.asBool == false)
  }

  @Test func labelsStayWithTheirRows() throws {
    let e = try labelled()
    #expect(try e.scaled(by: 2).labels != nil)
    #expect(try Tensor.combine(.subtract, e, Tensor([1, 2])).labels != nil)
    #expect(try Tensor.combine(.add, Tensor([1, 2]), e).labels != nil)
    #expect(try Tensor.combine(.add, e, e).labels != nil)
    let reversed = e.sliced(axis: 0, first: 5, count: 6, step: -1)
    #expect(try Tensor.combine(.add, e, reversed).labels == nil)
  }

  // Every stride pattern must give what the elements say.
  @Test(arguments: 0..<40) func viewsGiveTheSameAsCopies(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed))
    func view() throws -> Tensor {
      let base = try Tensor((0..<96).map { _ in Float(Int(random.next() % 19)) - 9 }).reshaped([6, 4, 4])
      var x = base.sliced(axis: 0, first: 5, count: 3, step: -2)
      if random.next() % 2 == 0 { x = x.movingAxis(1, to: 2) }
      if random.next() % 2 == 0 { x = x.sliced(axis: 2, first: 1, count: 1, step: 1) }
      if random.next() % 3 == 0 { x = x.row(1) }
      return x
    }
    let (a, b) = (try view(), try view())
    let sum = try Tensor.combine(.subtract, a, b)
    let expected = try Tensor.combine(.subtract, a.rowMajor(), b.rowMajor())
    #expect(try sum.elements() == expected.elements())
    let shape = try #require(try Tensor.broadcastShape(a.shape, b.shape))
    let (x, y) = (try #require(a.broadcast(to: shape)).elements, try #require(b.broadcast(to: shape)).elements)
    #expect(try sum.elements() == zip(x(), y()).map { $0 - $1 })
  }

  @Test func largeTensorsAreTheSameInParallel() throws {
    let n = 300_001
    let a = try Tensor((0..<n).map { Float($0 % 1000) })
    let sum = try Tensor.combine(.add, a, a)
    #expect(try sum.elements() == (0..<n).map { Float(2 * ($0 % 1000)) })
    let matrix = try Tensor.combine(
      .add, a.sliced(axis: 0, first: 0, count: 300_000).reshaped([3000, 100]), counting(100))
    #expect(try matrix.row(2999).elements()[99] == Float(299_999 % 1000 + 99))
  }
}

/// Sebastiano Vigna's SplitMix64: test data that repeats.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
