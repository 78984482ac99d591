import Kernels
import Lang
import Operations
import Runtime
import Testing

@Suite struct DecompositionTests {
  // numpy: A = ((np.arange(18) * 7 + 3) % 11 - 5).reshape(6, 3) / 4; B = ((np.arange(18) * 5 + 1) % 13 - 6).reshape(3, 6) / 8
  private static let matrices = """
    fn grid(rows, columns, a, b, m, c) = reshape(tensor(map(0..rows * columns, i => ((i * a + b) % m - m // 2) / c)), rows, columns)
    A = grid(6, 3, 7, 3, 11, 4)
    B = grid(3, 6, 5, 1, 13, 8)

    """

  /// f is A B as a factored value: the product of a factored identity and the tensors would not be one.
  private func factored(_ left: Tensor, _ right: Tensor) throws -> FactoredObject {
    try FactoredObject(left: left, right: right)
  }

  private func grid(_ rows: Int, _ columns: Int, _ a: Int, _ b: Int, _ m: Int, _ c: Float) throws -> Tensor {
    try Tensor((0..<rows * columns).map { Float(($0 * a + b) % m - m / 2) / c }).reshaped([rows, columns])
  }

  /// The result of an operation on values from Swift.
  private func run(_ name: String, _ arguments: Value...) throws -> Value {
    let interpreter = Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule)
    return try interpreter.call(interpreter.builtin(name), arguments)
  }

  private func numbers(_ value: Value?) throws -> [Double] { try #require(value?.asTensor).elements().map(Double.init) }

  // numpy: np.linalg.svd(A @ B)[1][:3], np.linalg.eigvals(A @ B) by falling modulus
  @Test func aFactoredMatrix() throws {
    let f = try factored(grid(6, 3, 7, 3, 11, 4), grid(3, 6, 5, 1, 13, 8))
    let result = try #require(run("svd", .object(f)).asRecord)
    #expect(agree(try numbers(result["s"]), [3.4308065987533882, 2.2332208652836427, 0.54406027819717], 1e-6))
    let eigenvalues = try numbers(run("eig", .object(f)))
    #expect(agree(eigenvalues, [-0.08003213, 0.75886695, -0.08003213, -0.75886695, -0.08993575, 0], 1e-6, floor: 0.1))
    // gap: (s_i - s_{i+1}) / s_i, and nothing behind the last
    #expect(agree(try numbers(result["gap"]), [0.349068, 0.756379, 1], 1e-5))
    let (u, v) = (try #require(result["u"]?.asTensor), try #require(result["v"]?.asTensor))
    #expect(u.shape == [6, 3] && v.shape == [6, 3])
    let s = try #require(result["s"]?.asTensor)
    let rebuilt = try Tensor.combine(.multiply, u, s).product(with: v.transposed)
    #expect(try isClose(rebuilt, f.dense().elements().map(Double.init)))
    #expect(try isClose(u.transposed.product(with: u), [1, 0, 0, 0, 1, 0, 0, 0, 1]))
    for column in 0..<3 {
      let elements = try u.transposed.row(column).elements()
      #expect(try #require(elements.max { abs($0) < abs($1) }) > 0)
    }
  }

  // numpy: C = A.copy(); C[:, 2] = C[:, 0] - C[:, 1]; np.linalg.svd(C @ B)[1]
  @Test func aRankDeficientFactor() throws {
    var left = try grid(6, 3, 7, 3, 11, 4).elements()
    for row in 0..<6 { left[3 * row + 2] = left[3 * row] - left[3 * row + 1] }
    let f = try factored(Tensor(left).reshaped([6, 3]), grid(3, 6, 5, 1, 13, 8))
    let result = try #require(run("svd", .object(f)).asRecord)
    let s = try numbers(result["s"])
    #expect(agree(Array(s.prefix(2)), [4.610528654867391, 1.5025558093284561], 1e-6) && s[2] < 1e-12)
    #expect(try run("rank", .object(f)).asNumber == 2)
    let v = try #require(result["v"]?.asTensor)
    #expect(try isClose(v.transposed.product(with: v), [1, 0, 0, 0, 1, 0, 0, 0, 1]))
  }

  // numpy: the singular values of Q @ R, 4 x 4 of rank 3, and of K @ L, 3 x 3 with an inner size of 5
  @Test func factorsAsWideAsTheMatrixAndWider() throws {
    let square = try factored(grid(4, 4, 7, 3, 11, 4), grid(4, 4, 5, 1, 13, 8))
    let s = try numbers(try #require(run("svd", .object(square)).asRecord)["s"])
    #expect(agree(Array(s.prefix(3)), [2.2078908589054618, 0.5022873004790461, 0.11213322629431968], 1e-6))
    #expect(s.count == 4 && s[3] < 1e-12)
    #expect(try run("rank", .object(square)).asNumber == 3)
    let wide = try factored(grid(3, 5, 7, 3, 11, 4), grid(5, 3, 5, 1, 13, 8))
    let result = try #require(run("svd", .object(wide)).asRecord)
    #expect(agree(try numbers(result["s"]), [1.8678441272, 0.9313308047, 0.0150519495], 1e-6))
    #expect(result["u"]?.asTensor?.shape == [3, 3])
    #expect(
      agree(try numbers(run("eig", .object(wide))), [1.58178562, 0, -0.79023323, 0, 0.02094761, 0], 1e-5, floor: 1))
  }

  @Test func zerosHaveAnAnswer() throws {
    let zero = try factored(Tensor(shape: [6, 2]) { $0.update(repeating: 0) }, grid(2, 6, 5, 1, 13, 8))
    let result = try #require(run("svd", .object(zero)).asRecord)
    #expect(try numbers(result["s"]) == [0, 0] && numbers(result["gap"]) == [0, 0])
    #expect(try run("rank", .object(zero)).asNumber == 0)
    #expect(try numbers(run("eig", .object(zero))) == [0, 0, 0, 0])
    let empty = try factored(Tensor([]).reshaped([0, 2]), grid(2, 6, 5, 1, 13, 8))
    #expect(try #require(run("svd", .object(empty)).asRecord)["u"]?.asTensor?.shape == [0, 0])
  }

  @Test func aListGivesWhatEachMatrixGives() throws {
    let f = try factored(grid(6, 3, 7, 3, 11, 4), grid(3, 6, 5, 1, 13, 8))
    let space = Value.tensor(try grid(20, 6, 3, 2, 7, 2))
    let both = try #require(run("svd", .list([.object(f), .tensor(f.dense())]), 2.value, space).asList)
    let one = try #require(run("svd", .object(f), 2.value, space).asRecord)
    for item in both.items {
      for name in ["u", "s", "v", "gap"] {
        #expect(agree(try numbers(item.asRecord?[name]), try numbers(one[name]), 1e-5, floor: 0.1), "\(name)")
      }
    }
  }

  @Test func signsFollowTheSpace() throws {
    let f = try factored(grid(6, 3, 7, 3, 11, 4), grid(3, 6, 5, 1, 13, 8))
    let free = try #require(run("svd", .object(f)).asRecord)
    let rows = try #require(free["v"]?.asTensor).transposed
    // The space holds the opposite of the first direction, the second one, and both signs of the third: a tie.
    let space = try Tensor(
      rows.row(0).scaled(by: -2).elements() + rows.row(1).elements() + rows.row(2).elements()
        + rows.row(2).scaled(by: -1).elements()
    ).reshaped([4, 6])
    let aligned = try #require(run("svd", .object(f), .nil, .tensor(space)).asRecord)
    for name in ["u", "v"] {
      let (a, b) = (try #require(free[name]?.asTensor).transposed, try #require(aligned[name]?.asTensor).transposed)
      #expect(try b.row(0).elements() == a.row(0).scaled(by: -1).elements())
      #expect(try b.row(1).elements() == a.row(1).elements())
      #expect(try b.row(2).elements() == a.row(2).elements())
    }
    let none = Value.tensor(try Tensor([]).reshaped([0, 6]))
    let unaligned = try #require(run("svd", .object(f), .nil, none).asRecord)
    #expect(try numbers(unaligned["v"]) == numbers(free["v"]))
  }

  // numpy: np.linalg.eigvalsh, solve, lstsq and qr (its signs turned so that the diagonal of R is positive)
  @Test(arguments: [
    ("eigh(A[0:3] @ A[0:3].T).values", [0, 0.3695720493098422, 4.692927950690157]),
    ("x = A[0:3] @ A[0:3].T; e = eigh(x); norm(x - (e.vectors * e.values) @ e.vectors.T)", [0]),
    ("solve(grid(4, 4, 7, 3, 11, 4), [1, 2, 3, 4])", [12, 0, 4, -8]),
    ("solve(A, [0, 1, 2, 3, 4, 5])", [0, 1, -5]),
    ("solve(A.T, [0, 1, 2])", [1.22727273, 0.40909091, -0.40909091, -1.22727273, -0.09090909, -0.90909091]),
    ("qr(A).r", [2.43669859, -1.00032889, -0.48733972, 0, 1.56103879, -0.51247926, 0, 0, 1.19890159]),
    ("norm(qr(A).q @ qr(A).r - A)", [0]),
    ("norm(qr(A).q.T @ qr(A).q - eye(3))", [0]),
    ("svd(A @ B, top=2).s", [3.4308065987533882, 2.2332208652836427]),
    ("rank(A @ B)", [3]),
    ("rank(zeros(2, 3))", [0]),
    ("rank([[1, 0], [0, 0.001]], tol=0.01)", [1]),
    ("eig([[0, 1], [-1, 0]])", [0, 1, 0, -1]),
  ])
  func plainTensors(_ code: String, _ wanted: [Double]) throws {
    #expect(agree(try Program.numbers(Self.matrices + code), wanted, 2e-6, floor: 1))
  }

  @Test(arguments: [
    ("svd([[1, 0 / 0]])", "E0306 `svd` got a 1x2 matrix that holds NaN or infinity"),
    ("rank([[1, 1 / 0]])", "E0306 `rank` got a 1x2 matrix that holds NaN or infinity"),
    ("svd([1, 2])", "E0404 `svd` needs a matrix, got a vector of 2"),
    ("svd(A, top=-1)", "E0306 `svd` wants `top` to be at least 0, got -1"),
    ("svd(A, top=0.5)", "E0308 `top` must be a whole number, got 0.5"),
    (
      "svd(A, align=A)",
      "E0404 `svd` cannot align the right vectors, of length 3, with the rows of a 6x4 matrix"
    ),
    ("eig(A)", "E0404 `eig` needs a square matrix, got 6x3"),
    (
      "eigh([[1, 2], [3, 4]])",
      "E0306 `eigh` needs a symmetric matrix: elements (0, 1) and (1, 0) of this 2x2 one differ"
    ),
    ("solve([[1, 2], [2, 4]], [1, 2])", "E0306 `solve` got a 2x2 matrix that is singular"),
    ("solve(A, [1, 2])", "E0402 `solve` wants as many rows in `b` as in `a`, got a vector of 2 and a 6x3 matrix"),
    ("svd([A, 1])", "E0302 `svd` wants a matrix, or a list of matrices, for `x`, got a number at index 1"),
  ])
  func mistakes(_ code: String, _ wanted: String) {
    let code = code.replacing("align=A", with: "align=zeros(6, 4)")
    #expect(fault { _ = try Program.value(Self.matrices + code) } == wanted)
  }
}

extension Int {
  fileprivate var value: Value { .number(self) }
}
