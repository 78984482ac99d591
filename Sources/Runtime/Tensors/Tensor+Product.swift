// The matrix product `@`. Views go to the kernels as they are where one of their last two strides is 1; work is cut into fixed
// tiles, each one a call of a kernel on one thread.

import COpenBLAS
import Lang
import Synchronization

/// A matrix as the kernels see it: numbers, leading dimension, and whether the rows lie behind each other or the columns.
private struct MatrixView {
  private let numbers: tw_numbers
  package let rows: Int
  package let columns: Int
  package let leading: Int
  let isTransposed: Bool
  /// Keeps the memory alive.
  let owner: Tensor

  /// `tensor` has rank 2. It is copied only if neither stride is 1, or the other one is no leading dimension.
  init(_ tensor: Tensor) throws {
    (rows, columns) = (tensor.shape[0], tensor.shape[1])
    let rowStride = rows > 1 ? tensor.strides[0] : columns
    let columnStride = columns > 1 ? tensor.strides[1] : 1
    if columnStride == 1, rowStride >= max(columns, 1), rowStride <= Int(Int32.max) {
      (owner, leading, isTransposed) = (tensor, rowStride, false)
    } else if rows <= 1 || tensor.strides[0] == 1, columnStride >= max(rows, 1), columnStride <= Int(Int32.max) {
      (owner, leading, isTransposed) = (tensor, columnStride, true)
    } else {
      (owner, leading, isTransposed) = (try tensor.rowMajor(), max(columns, 1), false)
    }
    var numbers = try owner.storage.numbers()
    numbers.first = owner.offset
    self.numbers = numbers
  }

  /// Whether the numbers are those of a file in another type than float32.
  var isStored: Bool { numbers.type != TW_F32 }

  var flag: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }

  /// The numbers from a place on, as the kernels take them on the right.
  func numbers(_ row: Int, _ column: Int) -> tw_numbers {
    var numbers = numbers
    numbers.first += isTransposed ? row + column * leading : row * leading + column
    return numbers
  }

  /// The same of float32 numbers, as they are taken on the left.
  func at(_ row: Int, _ column: Int) -> UnsafePointer<Float> {
    let numbers = numbers(row, column)
    return numbers.bytes.assumingMemoryBound(to: Float.self) + numbers.first
  }

  /// The same matrix in float32.
  func widened() throws -> MatrixView { isStored ? try MatrixView(owner.widened()) : self }

  /// The same matrix as the kernels read it on the right: of types in blocks, rows or columns begin where sixteen numbers do.
  func readable() throws -> MatrixView {
    guard isStored, tw_block_elements(numbers.type) > 1, numbers.first % 16 != 0 || leading % 16 != 0 else {
      return self
    }
    return try widened()
  }

  /// Some rows of it.
  func rows(_ range: Range<Int>) throws -> MatrixView {
    try MatrixView(owner.sliced(axis: 0, first: range.lowerBound, count: range.count))
  }
}

extension Tensor {
  /// `self @ other` by NumPy's rules: vectors lose their axis, leading axes broadcast. Rows have the labels of the left
  /// operand's rows, columns those of the right one's columns. Throws `innerSizeMismatch` when the inner sizes differ.
  package func product(with other: Tensor) throws -> Tensor {
    guard rank > 0, other.rank > 0 else {
      throw Fault.badShape("`@` needs vectors or matrices, got a scalar", help: "scale with `*`")
    }
    let a = rank == 1 ? insertingAxis(0) : self
    let b = other.rank == 1 ? other.insertingAxis(1) : other
    let (m, k, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1], b.shape[b.rank - 1])
    guard b.shape[b.rank - 2] == k else { throw Fault.innerSizeMismatch(shape, other.shape) }
    let (aLead, bLead) = (Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    guard let lead = try Tensor.broadcastShape(aLead, bLead) else {
      throw Fault.shapeMismatch("multiply the stacks", shape, other.shape)
    }
    guard m <= Int(Int32.max), k <= Int(Int32.max), n <= Int(Int32.max) else {
      throw Fault.badShape("a product of \(m)x\(k) and \(k)x\(n) is too large")
    }
    let full = lead + [m, n]
    var result = try Tensor(shape: full) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      guard k > 0 else { return target.update(repeating: 0) }
      guard !lead.isEmpty else {
        return try Tensor.multiply(MatrixView(a), MatrixView(b), into: out, rowStride: n, adding: false)
      }
      try Tensor.multiplyStacks(a, b, lead: lead, into: out, size: m * n)
    }
    result.axisLabels = Tensor.productLabels(a, b, full)
    if other.rank == 1 { result = result.selected(axis: lead.count + 1, index: 0) }
    if rank == 1 { result = result.selected(axis: lead.count, index: 0) }
    return result
  }

  /// What is done with a piece of a row of a product as soon as it is whole, on whichever thread has made it.
  package typealias Finish = (UnsafeMutableBufferPointer<Float>) -> Void

  /// target = self @ other, or target += self @ other, for matrices [m, k] and [k, n]. Rows of `target` hold n elements and lie
  /// `rowStride` apart. The caller has checked the shapes.
  package func writeProduct(
    with other: Tensor, to target: UnsafeMutablePointer<Float>, rowStride: Int, adding: Bool, then finish: Finish? = nil
  ) throws {
    guard shape[0] > 0, other.shape[1] > 0 else { return }
    guard shape[1] > 0 else {
      guard !adding else { return }
      for row in 0..<shape[0] { (target + row * rowStride).update(repeating: 0, count: other.shape[1]) }
      return
    }
    try Tensor.multiply(
      MatrixView(self), MatrixView(other), into: target, rowStride: rowStride, adding: adding, then: finish)
  }

  private static func multiplyStacks(
    _ a: Tensor, _ b: Tensor, lead: [Int], into out: UnsafeMutablePointer<Float>, size: Int
  ) throws {
    let (aRank, bRank) = (a.rank, b.rank)
    guard let aStrides = a.broadcastStrides(to: lead + a.shape[(aRank - 2)...]),
      let bStrides = b.broadcastStrides(to: lead + b.shape[(bRank - 2)...])
    else { throw Fault.shapeMismatch("multiply the stacks", a.shape, b.shape) }
    for index in 0..<lead.reduce(1, *) {
      var (rest, aAt, bAt) = (index, a.offset, b.offset)
      for axis in lead.indices.reversed() {
        let place = rest % lead[axis]
        rest /= lead[axis]
        aAt += place * aStrides[axis]
        bAt += place * bStrides[axis]
      }
      let left = Tensor(
        storage: a.storage, offset: aAt, shape: Array(a.shape.suffix(2)), strides: Array(a.strides.suffix(2)))
      let right = Tensor(
        storage: b.storage, offset: bAt, shape: Array(b.shape.suffix(2)), strides: Array(b.strides.suffix(2)))
      try multiply(
        MatrixView(left), MatrixView(right), into: out + index * size, rowStride: b.shape[bRank - 1], adding: false)
    }
  }

  /// out[m, n] = a[m, k] b[k, n], or added to what is there; rows of `out` lie `rowStride` apart.
  private static func multiply(
    _ a: MatrixView, _ b: MatrixView, into out: UnsafeMutablePointer<Float>, rowStride: Int, adding: Bool,
    then finish: Finish? = nil
  ) throws {
    // A product with weights that are no numbers shows it: here, before `finish` may hide it.
    let isOdd = Atomic(false)
    let isOfFile = a.owner.storage.origin != nil || b.owner.storage.origin != nil
    try multiply(a, b, into: out, rowStride: rowStride, adding: adding) { target, rows, columns in
      for row in 0..<rows {
        let piece = UnsafeMutableBufferPointer(start: target + row * rowStride, count: columns)
        if isOfFile, !isOdd.load(ordering: .relaxed), TensorStorage.nonFinite(target + row * rowStride, columns) > 0 {
          isOdd.store(true, ordering: .relaxed)
        }
        finish?(piece)
      }
    }
    if isOdd.load(ordering: .relaxed) { for side in [a, b] { try side.owner.storage.reportNonFinite() } }
  }

  /// What is done with a tile of a product as soon as it is whole: its start, rows and columns.
  private typealias FinishTile = (UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int) -> Void

  private static func multiply(
    _ a: MatrixView, _ b: MatrixView, into out: UnsafeMutablePointer<Float>, rowStride: Int, adding: Bool,
    then finish: FinishTile
  ) throws {
    let (m, k, n) = (a.rows, a.columns, b.columns)
    if isNarrow(a, b) {
      return try multiplyFewRows(
        a.widened(), b.readable(), into: out, rowStride: rowStride, adding: adding, then: finish)
    }
    if m == 1 || n == 1 {
      if n == 1 {
        try multiplyVector(a.readable(), b.owner.widened(), into: out, step: rowStride, adding: adding)
      } else {
        try multiplyVector(b.flipped.readable(), a.owner.widened(), into: out, step: 1, adding: adding)
      }
      return finish(out, m, n)
    }
    let b = try b.readable()
    let (rowTiles, columnTiles) = tiles(m, k, n)
    let depthTiles = Tiles(k, of: 2048)
    try parallel(rowTiles.count * columnTiles.count) { tile in
      let rows = rowTiles[tile / columnTiles.count]
      let columns = columnTiles[tile % columnTiles.count]
      let target = out + rows.lowerBound * rowStride + columns.lowerBound
      // Weights on the left become float32 tile by tile.
      let left = a.isStored ? try a.rows(rows).widened() : a
      let top = a.isStored ? 0 : rows.lowerBound
      for step in 0..<depthTiles.count {
        let depth = depthTiles[step]
        if step > 0 { try checkInterrupt() }
        tw_product_stored(
          left.flag, b.flag, Int32(rows.count), Int32(columns.count), Int32(depth.count), 1,
          left.at(top, depth.lowerBound), Int32(left.leading), b.numbers(depth.lowerBound, columns.lowerBound),
          Int32(b.leading), adding || step > 0, target, Int32(rowStride))
      }
      withExtendedLifetime(left) {}
      finish(target, rows.count, columns.count)
    }
    withExtendedLifetime(b) {}
  }

  /// Tiles of an m x n product of depth k. 256 x 1024 x 2048 multiplications take about 50 ms of one core: the time to notice
  /// Ctrl-C. Below 2^18 multiplications it would take longer to share the work than to do it.
  private static func tiles(_ m: Int, _ k: Int, _ n: Int) -> (rows: Tiles, columns: Tiles) {
    let rows = Tiles(m, of: 256)
    let shared = n / max(1, 8 / rows.count)
    let least = (1 << 18) / max(1, min(m, 256) * k)
    let columns = (max(shared, least, 1) + 63) / 64 * 64
    return (rows, Tiles(n, of: min(columns, 1024)))
  }

  // MARK: A few rows with a large matrix

  private static let mostFewRows = [false, true].map { Int(tw_few_rows_most($0)) }

  /// Whether the matrix on the right is better read where it lies than copied: for few rows, unless a side of
  /// the matrix is shorter than what the kernel holds in registers.
  private static func isNarrow(_ a: MatrixView, _ b: MatrixView) -> Bool {
    a.rows <= mostFewRows[b.isTransposed ? 1 : 0] && !a.isTransposed && min(b.rows, b.columns) >= 64
  }

  /// The same as `multiply`. The columns are shared evenly among the threads, since wide tiles are read faster: here alone tiles
  /// depend on the number of threads, and the sum of an element does not depend on its tile.
  private static func multiplyFewRows(
    _ a: MatrixView, _ b: MatrixView, into out: UnsafeMutablePointer<Float>, rowStride: Int, adding: Bool,
    then finish: FinishTile
  ) throws {
    let (m, k, n) = (a.rows, a.columns, b.columns)
    let threads = m * k * n < 1 << 18 ? 1 : Parallel.threadCount
    let count = threads * ((n - 1) / (threads * 1024) + 1)
    let tiles = Tiles(n, of: max(128, (n / count + 63) / 64 * 64))
    let depthTiles = Tiles(k, of: Int(TW_FEW_ROWS_DEPTH))
    try parallel(tiles.count) { tile in
      let columns = tiles[tile]
      let target = out + columns.lowerBound
      if !adding { for row in 0..<m { (target + row * rowStride).update(repeating: 0, count: columns.count) } }
      for step in 0..<depthTiles.count {
        let depth = depthTiles[step]
        if step > 0 { try checkInterrupt() }
        tw_few_rows(
          b.flag, Int32(m), Int32(columns.count), Int32(depth.count), a.at(0, depth.lowerBound), Int32(a.leading),
          b.numbers(depth.lowerBound, columns.lowerBound), Int32(b.leading), target, Int32(rowStride))
      }
      finish(target, m, columns.count)
    }
    withExtendedLifetime((a, b)) {}
  }

  /// out[m] = a[m, k] x[k], or added to what is there; elements of `out` lie `step` apart. x is a float32 tensor of k elements.
  private static func multiplyVector(
    _ a: MatrixView, _ x: Tensor, into out: UnsafeMutablePointer<Float>, step: Int, adding: Bool
  ) throws {
    let (m, k) = (a.rows, a.columns)
    let stride = x.shape[0] == k && k > 1 ? x.strides[0] : x.strides.last ?? 1
    guard k == 1 || stride == 1 else {
      return try multiplyVector(a, x.rowMajor(), into: out, step: step, adding: adding)
    }
    guard m == 1 || step == 1 else {
      let dense = try TensorStorage(uninitialized: m)
      let results = try dense.pointer()
      try multiplyVector(a, x, into: results, step: 1, adding: false)
      for row in 0..<m { out[row * step] = results[row] + (adding ? out[row * step] : 0) }
      return
    }
    let elements = try x.base()
    let tiles = Tiles(m, of: max(64, (1 << 17) / max(k, 1)))
    let depthTiles = Tiles(k, of: Int(TW_FEW_ROWS_DEPTH))
    try parallel(tiles.count) { tile in
      let rows = tiles[tile]
      let target = out + rows.lowerBound
      if !adding { target.update(repeating: 0, count: rows.count) }
      for step in 0..<depthTiles.count {
        let depth = depthTiles[step]
        // (a x)ᵀ = xᵀ aᵀ, one row.
        tw_few_rows(
          a.isTransposed ? CblasNoTrans : CblasTrans, 1, Int32(rows.count), Int32(depth.count),
          elements + depth.lowerBound, Int32(k), a.numbers(rows.lowerBound, depth.lowerBound), Int32(a.leading), target,
          Int32(rows.count))
      }
    }
    withExtendedLifetime((a, x)) {}
  }
}

extension MatrixView {
  private init(flipping other: MatrixView) {
    (numbers, leading, owner) = (other.numbers, other.leading, other.owner)
    (rows, columns, isTransposed) = (other.columns, other.rows, !other.isTransposed)
  }

  /// The transposed matrix in the same memory.
  fileprivate var flipped: MatrixView { MatrixView(flipping: self) }
}
