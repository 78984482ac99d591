// The numbers behind tensors: float32 in memory of our own, or a stretch of a mapped file. Numbers of other types stay in the file as they
// are: who needs some of them reads these as float32, and products read them where they lie. Many tensors (views, slices, heads) share
// one storage.

import COpenBLAS
import CPlatform
import Glibc
import Lang
import Synchronization

package final class TensorStorage: @unchecked Sendable {
  /// Number of elements.
  package let count: Int
  private let ownsElements: Bool
  private let source: Source?
  /// Float32 elements, once they are there: from the start for memory of our own, after the first use for float32 weights and for short
  /// vectors of other types. Any thread may be the first; `widening`, which storages of a file have, lets one of them do it.
  private let elements: Atomic<UnsafeMutableRawPointer?>
  private let widening: Lock<Void>?
  /// Whether somebody has looked for what is no number, and said so.
  private let isReported = Atomic(false)
  /// Lengths of rows that somebody has measured, of a file's elements.
  package let measuredRows = Lock<[MeasuredRows]>([])
  /// How much has been done to have the elements of a file in memory: see `TensorStorage+Pages`.
  let pages = Atomic<UInt8>(0)
  /// Bytes that the budget counts; written by who makes the elements, before they are there.
  private var reservation = 0

  /// Elements that still lie in a mapped file.
  package struct Source {
    package let bytes: UnsafeRawPointer
    package let type: ElementType
    /// The mapping that they lie in; nil for those that were compiled into the program.
    package let mapping: FileMapping?
    /// As reports name it, e.g. "h.0.attn.c_attn.weight in model.safetensors".
    package let name: String

    package init(bytes: UnsafeRawPointer, type: ElementType, mapping: FileMapping?, name: String) {
      self.bytes = bytes
      self.type = type
      self.mapping = mapping
      self.name = name
    }
  }

  /// Memory for `count` elements, not initialised. Throws `outOfMemory` when the budget does not allow it.
  package init(uninitialized count: Int) throws {
    self.count = count
    source = nil
    widening = nil
    ownsElements = true
    let (memory, bytes) = try Self.allocate(count)
    elements = Atomic(UnsafeMutableRawPointer(memory))
    reservation = bytes
  }

  /// Elements of a mapped file, touched only when they are used. Those of a blocked type are whole blocks.
  package init(source: Source, count: Int) {
    self.count = count
    self.source = source
    widening = Lock(())
    // Aligned little-endian float32 is used where it lies.
    ownsElements = !(source.type == .float32 && Int(bitPattern: source.bytes) % 4 == 0)
    elements = Atomic(nil)
  }

  deinit {
    if ownsElements { free(elements.load(ordering: .relaxed)) }
    MemoryBudget.shared.release(reservation)
  }

  /// Fewer elements are float32 from the first use on: biases and gains, which every pass reads.
  private static let mostKept = 1 << 14

  /// Whether the elements lie in a file as another type than float32, and are too many for a copy of all to be kept.
  package var isStored: Bool {
    guard let source, source.type != .float32 else { return false }
    return count > Self.mostKept && elements.load(ordering: .relaxed) == nil
  }

  /// All elements as the kernels take them: as they are stored, or as float32. Throws as `pointer`.
  package func numbers() throws -> tw_numbers {
    guard isStored, let source else { return tw_numbers(bytes: try pointer(), type: TW_F32, first: 0) }
    try source.mapping?.checkUnchanged()
    return tw_numbers(bytes: source.bytes, type: source.type.kernelType, first: 0)
  }

  /// Element `index`.
  package func number(at index: Int) throws -> Float {
    guard isStored else { return try pointer()[index] }
    let numbers = try numbers()
    var number: Float = 0
    tw_widen(numbers.type, numbers.bytes, index, 1, &number)
    if !number.isFinite { try reportNonFinite() }
    return number
  }

  /// The elements, widened on first use, by whichever thread that is: for few, or where a file's are float32. Who may meet many of another
  /// type asks `Tensor.widened` first, or the copy of all stays. Mapped float32 weights must not be written: tensors copy on
  /// write. Throws `fileChanged` when the file of mapped ones is not what it was.
  package func pointer() throws -> UnsafeMutablePointer<Float> {
    if let ready = elements.load(ordering: .acquiring) {
      if !ownsElements, let mapping = source?.mapping { try mapping.checkUnchanged() }
      return ready.assumingMemoryBound(to: Float.self)
    }
    guard let source, let widening else { throw Fault(.outOfMemory, "a tensor has lost its memory") }
    return try widening.withLock { _ in
      // Another thread may have been first.
      if let ready = elements.load(ordering: .relaxed) { return ready.assumingMemoryBound(to: Float.self) }
      let made = try ready(source)
      elements.store(UnsafeMutableRawPointer(made), ordering: .releasing)
      return made
    }
  }

  /// Whether the elements may be changed in place (they are ours, not a mapped file's).
  package var isWritable: Bool { source == nil }

  /// The file that the elements come from, before or after their first use.
  package var origin: Source? { source }

  /// Memory for `count` elements, and the bytes that the budget counts for it.
  private static func allocate(_ count: Int) throws -> (UnsafeMutablePointer<Float>, bytes: Int) {
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow else { throw Fault.outOfMemory(bytes: Double(count) * 4) }
    try MemoryBudget.shared.reserve(bytes)
    // Large arrays ask for large pages: without them most of `E + v` is page faults.
    let isLarge = bytes >= 8 << 20
    guard let memory = tw_try_allocate(isLarge ? 2 << 20 : 64, bytes) else {
      MemoryBudget.shared.release(bytes)
      throw Fault.systemOutOfMemory(bytes: Double(bytes))
    }
    if isLarge { madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
    return (memory.bindMemory(to: Float.self, capacity: max(count, 1)), bytes)
  }

  /// The elements of a file as float32. Ctrl-C leaves them as they were. Those that are made or few are looked through for what is no
  /// number; others when somebody meets one.
  private func ready(_ source: Source) throws -> UnsafeMutablePointer<Float> {
    try source.mapping?.checkUnchanged()
    let mapped = UnsafeMutableRawPointer(mutating: source.bytes).assumingMemoryBound(to: Float.self)
    guard ownsElements else {
      if count <= Self.mostKept, Self.nonFinite(mapped, count) > 0 { try reportNonFinite(in: mapped) }
      return mapped
    }
    let (target, bytes) = try Self.allocate(count)
    let bad = Atomic(false)
    let tiles = Tiles(count, of: 1 << 18)
    do {
      try parallel(tiles.count) { tile in
        let (first, length) = (tiles[tile].lowerBound, tiles[tile].count)
        tw_widen(source.type.kernelType, source.bytes, first, length, target + first)
        if Self.nonFinite(target + first, length) > 0 { bad.store(true, ordering: .relaxed) }
      }
      // It may have become shorter under our hands.
      try source.mapping?.checkUnchanged()
      if bad.load(ordering: .relaxed) { try reportNonFinite(in: target) }
    } catch {
      free(target)
      MemoryBudget.shared.release(bytes)
      throw error
    }
    reservation = bytes
    return target
  }

  // MARK: What is no number

  /// How many numbers are NaN or infinite. Few files hold one: a sum of x · 0 says so at the speed of the memory.
  package static func nonFinite(_ numbers: UnsafePointer<Float>, _ count: Int) -> Int {
    var total = SIMD16<Float>.zero
    var whole = 0
    while whole + 16 <= count {
      total += UnsafeRawPointer(numbers + whole).loadUnaligned(as: SIMD16<Float>.self) * 0
      whole += 16
    }
    let suspects = total.sum() == 0 ? whole..<count : 0..<count
    return suspects.reduce(0) { numbers[$1].isFinite ? $0 : $0 + 1 }
  }

  /// Looks through the elements of a file and says how many are NaN or infinite, if any and if nobody has done so before. Nothing for
  /// memory of our own. Throws `interrupted`.
  package func reportNonFinite() throws {
    guard source != nil, !isReported.load(ordering: .relaxed) else { return }
    if isStored { try reportNonFinite(in: nil) } else { try reportNonFinite(in: pointer()) }
  }

  private func reportNonFinite(in ready: UnsafePointer<Float>?) throws {
    guard let source, !isReported.exchange(true, ordering: .relaxed) else { return }
    let count = try countNonFinite(source, in: ready)
    guard count > 0 else { return }
    Notices.warn(
      "\(source.name) holds \(count) value\(count == 1 ? "" : "s") that \(count == 1 ? "is" : "are") NaN or infinite")
  }

  /// How many elements of a file are NaN or infinite; nil for memory of our own. Reads all of them. Throws as `pointer`, and `interrupted`.
  package func countNonFinite() throws -> Int? {
    guard let source else { return nil }
    let count = try countNonFinite(source, in: isStored ? nil : UnsafePointer(pointer()))
    try source.mapping?.checkUnchanged()
    return count
  }

  private func countNonFinite(_ source: Source, in ready: UnsafePointer<Float>?) throws -> Int {
    let bad = Atomic<Int>(0)
    let tiles = Tiles(count, of: 1 << 14)
    try parallel(tiles.count) { tile in
      let (first, length) = (tiles[tile].lowerBound, tiles[tile].count)
      let found = withUnsafeTemporaryAllocation(of: Float.self, capacity: 1 << 14) { room in
        if let ready { return Self.nonFinite(ready + first, length) }
        guard let piece = room.baseAddress else { return 0 }
        tw_widen(source.type.kernelType, source.bytes, first, length, piece)
        return Self.nonFinite(piece, length)
      }
      if found > 0 { bad.add(found, ordering: .relaxed) }
    }
    return bad.load(ordering: .relaxed)
  }
}
