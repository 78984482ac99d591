// Weights that stay in their file in another type than float32: whatever is done with them gives what their copy in float32 gives, bit for
// bit, and nothing of them stays behind in memory.

import COpenBLAS
import Lang
import Runtime
import Testing

@Suite(.serialized) struct StoredTensorTests {
  /// [rows, columns], more elements than are kept after their first use.
  private static let shape = [192, 256]

  private static let types: [ElementType] = ElementType.allCases.filter { $0 != .float32 }

  @Test(arguments: types) func productsReadThemWhereTheyLie(type: ElementType) throws {
    let (stored, copy) = try pair(type)
    let before = MemoryBudget.shared.used
    // Few rows, as many as a panel, and more than a tile; on either side, either way round, and within.
    for count in [1, 2, 7, 16, 33, 300] {
      let rows = try random([count, 256], seed: count)
      let columns = try random([count, 192], seed: count)
      try same(rows.product(with: stored.transposed), rows.product(with: copy.transposed))
      try same(columns.product(with: stored), columns.product(with: copy))
      try same(stored.product(with: rows.transposed), copy.product(with: rows.transposed))
      try same(stored.transposed.product(with: columns.transposed), copy.transposed.product(with: columns.transposed))
      for (first, size) in [(16, 80), (5, 100), (64, 64)] {
        let part = { (tensor: Tensor) in tensor.sliced(axis: 1, first: first, count: size) }
        try same(part(rows).product(with: part(stored).transposed), part(rows).product(with: part(copy).transposed))
        try same(columns.product(with: part(stored)), columns.product(with: part(copy)))
      }
    }
    try same(stored.row(3).product(with: stored.transposed), copy.row(3).product(with: copy.transposed))
    #expect(MemoryBudget.shared.used == before)
  }

  @Test(arguments: types) func elementsAreThoseOfTheCopy(type: ElementType) throws {
    let (stored, copy) = try pair(type)
    #expect(stored.storage.isStored && !copy.storage.isStored)
    let views: [(Tensor) throws -> Tensor] = [
      { $0 }, { $0.transposed }, { $0.row(17) }, { $0.selected(axis: 1, index: 9) },
      { $0.sliced(axis: 0, first: 191, count: 64, step: -3) }, { $0.sliced(axis: 1, first: 200, count: 50, step: -4) },
      { try $0.reshaped([4, 48, 256]).selected(axis: 1, index: 7) }, { try $0.gathered(axis: 0, [5, 191, 5, 0]) },
      { try $0.gathered(axis: 1, [255, 0, 31]) }, { try $0.scaled(by: 2) }, { try $0.transposed.rowMajor() },
      { try Tensor.combine(.add, $0, $0.row(1)) }, { try Tensor.paired($0, $0.row(2), verb: "take") { max($0, $1) } },
      { try $0.row(0).broadcast(to: [3, 256])?.widened() ?? $0 },
    ]
    for view in views { try same(view(stored), view(copy)) }
    #expect(try stored.storage.number(at: 1234) == copy.storage.number(at: 1234))
    #expect(TensorObject(stored).display(width: 80) == TensorObject(copy).display(width: 80))
    let changed = TensorObject(stored)
    try changed.setElement(at: [.number(1), .number(2)], to: .number(7))
    #expect(try changed.tensor.storage.number(at: 258) == 7)
    try same(stored, copy)
  }

  @Test func aProductSaysThatANumberIsNone() throws {
    var heard: [String] = []
    Notices.listener = { heard.append($0) }
    defer { Notices.listener = nil }
    var bytes = try bytes(of: .bfloat16)
    // NaN in row 100.
    (bytes[2 * (100 * 256 + 7)], bytes[2 * (100 * 256 + 7) + 1]) = (0xC0, 0x7F)
    let stored = try tensor(bytes, .bfloat16)
    _ = try stored.row(5).product(with: stored.sliced(axis: 0, first: 0, count: 99).transposed)
    #expect(heard == [])
    for _ in 0..<2 { _ = try random([3, 256], seed: 1).product(with: stored.transposed) }
    #expect(heard == ["w in a file holds 1 value that is NaN or infinite"])
  }

  // MARK: Inputs

  private func pair(_ type: ElementType) throws -> (stored: Tensor, copy: Tensor) {
    let bytes = try bytes(of: type)
    let count = Self.shape.reduce(1, *)
    let copy = try Tensor(shape: Self.shape) { target in
      bytes.withUnsafeBytes { source in
        if let from = source.baseAddress, let out = target.baseAddress {
          tw_widen(type.kernelType, from, 0, count, out)
        }
      }
    }
    return (try tensor(bytes, type), copy)
  }

  /// Random bits, with scales and numbers of the size of weights.
  private func bytes(of type: ElementType) throws -> [UInt8] {
    let (elements, size) = type.block
    var state: UInt32 = 7
    var bytes = (0..<Self.shape.reduce(1, *) / elements * size).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let halves: [Int] =
      switch type {
      case .q41, .q51, .q4k, .q5k: [0, 2]
      case .q2k: [80, 82]
      case .q3k: [108]
      case .q6k: [208]
      default: [0]
      }
    for block in 0..<bytes.count / size {
      for half in halves {
        let place = block * size + half + 1
        bytes[place] = bytes[place] & 0x83 | (type == .bfloat16 ? 0x3C : 0x20)
      }
    }
    return bytes
  }

  private func tensor(_ bytes: [UInt8], _ type: ElementType) throws -> Tensor {
    let mapping = try bytes.withUnsafeBytes { try mapped($0) }
    let start = try #require(mapping.bytes.baseAddress)
    let storage = TensorStorage(
      source: .init(bytes: start, type: type, mapping: mapping, name: "w in a file"), count: Self.shape.reduce(1, *))
    return Tensor(storage: storage, offset: 0, shape: Self.shape, strides: [Self.shape[1], 1])
  }

  private func random(_ shape: [Int], seed: Int) throws -> Tensor {
    var state = UInt32(truncatingIfNeeded: seed)
    return try Tensor(shape: shape) { target in
      for i in target.indices {
        state = state &* 1_664_525 &+ 1_013_904_223
        target[i] = Float(state >> 8) / Float(1 << 24) - 0.5
      }
    }
  }

  private func same(_ a: Tensor, _ b: Tensor, location: SourceLocation = #_sourceLocation) throws {
    #expect(a.shape == b.shape, sourceLocation: location)
    let (left, right) = (try a.elements().map(\.bitPattern), try b.elements().map(\.bitPattern))
    #expect(left == right, sourceLocation: location)
  }
}
