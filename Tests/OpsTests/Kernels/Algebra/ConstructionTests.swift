import Kernels
import Runtime
import Testing

@Suite struct ConstructionTests {
  @Test func nestedListsBecomeTensors() throws {
    let list = Value.list([.numbers([1, 2]), .numbers([3, 4])])
    #expect(try Tensor(nested: list)?.shape == [2, 2])
    #expect(try Tensor(nested: .list([.tensor(counting(3)), .tensor(counting(3))]))?.shape == [2, 3])
    #expect(try Tensor(nested: .list([]))?.shape == [0])
    #expect(try Tensor(nested: .list([.string("a")])) == nil)
    #expect(code { _ = try Tensor(nested: .list([.numbers([1]), .numbers([1, 2])])) } == .badShape)
    #expect(code { _ = try Tensor(nested: .list([.numbers([1]), .number(1)])) } == .badShape)
  }

  @Test func joinsAndStacks() throws {
    let (a, b) = (try counting(2, 2), try counting(1, 2))
    #expect(try Tensor.concatenated([a, b], axis: 0).elements() == [0, 1, 2, 3, 0, 1])
    #expect(try Tensor.concatenated([a.transposed, a], axis: -1).elements() == [0, 2, 0, 1, 1, 3, 2, 3])
    #expect(try Tensor.stacked([a, a], axis: 1).shape == [2, 2, 2])
    #expect(try Tensor.stacked([counting(2), counting(2)], axis: -1).elements() == [0, 0, 1, 1])
    #expect(code { _ = try Tensor.concatenated([a, counting(2, 3)], axis: 0) } == .shapeMismatch)
  }

  @Test func joinedRowsKeepTheirNames() throws {
    let e = try counting(3, 2).named([" a", " b", " c"])
    let joined = try Tensor.concatenated(
      [e.sliced(axis: 0, first: 2, count: 1), e.sliced(axis: 0, first: 0, count: 2)], axis: 0)
    #expect(joined.labels?.ids == [2, 0, 1])
  }

  @Test func shapesInferOneSize() throws {
    #expect(try counting(6).reshaped(inferring: [2, -1]).shape == [2, 3])
    #expect(code { _ = try counting(6).reshaped(inferring: [4, -1]) } == .badShape)
    #expect(code { _ = try counting(6).reshaped(inferring: [-1, -1]) } == .badShape)
  }

  @Test func diagonals() throws {
    #expect(try counting(2).diagonal().elements() == [0, 0, 0, 1])
    #expect(try counting(2, 3).diagonal().elements() == [0, 4])
    #expect(try Tensor.identity(rows: 2, columns: 3).elements() == [1, 0, 0, 0, 1, 0])
  }

  @Test func hugeShapesAreAnErrorNotAnEnd() {
    #expect(code { _ = try Tensor.filled(0, shape: [1 << 40, 1 << 40]) } == .outOfMemory)
    #expect(code { _ = try Tensor.filled(0, shape: [1 << 45]) } == .outOfMemory)
  }

  // Known answers of Random123 (kat_vectors, philox4x32 10).
  @Test func philoxGivesTheKnownAnswers() {
    #expect(Philox(seed: 0).words(at: SIMD4(0, 0, 0, 0)) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox(seed: .max).words(at: SIMD4(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox(seed: 0x299f_31d0_a409_3822).words(at: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func normalNumbersRepeatAndAreNormal() throws {
    let x = try Tensor.standardNormal(shape: [200_003], seed: 7)
    #expect(try x.elements() == Tensor.standardNormal(shape: [200_003], seed: 7).elements())
    #expect(abs(try x.reduced(.mean)) < 0.01)
    #expect(abs(try x.reduced(.deviation(ddof: 0)) - 1) < 0.01)
    let within = try Tensor.combine(.less, x.mapped { abs($0) }, Tensor(scalar: 1)).reduced(.mean)
    #expect(abs(within - 0.6827) < 0.005)
  }
}
