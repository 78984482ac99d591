// The numbers behind tensors: float32 in memory of our own, or a stretch of a mapped file that is widened to float32 when it
// is first read. Many tensors (views, slices, heads) share one storage.

import CPlatform
import Glibc
import Lang
import Synchronization

package final class TensorStorage: @unchecked Sendable {
  /// Number of elements.
  package let count: Int
  private let ownsElements: Bool
  private let source: Source?
  /// Float32 elements, once they are there: from the start for memory of our own, after the first use for weights. Any thread may be
  /// the first; `widening`, which storages of a file have, lets one of them do it.
  private let elements: Atomic<UnsafeMutableRawPointer?>
  private let widening: Lock<Void>?
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

  /// The elements, widened on first use, by whichever thread that is. Mapped float32 weights must not be written: tensors copy on
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

  /// The elements of a file as float32, looked through once for what is no number. Ctrl-C leaves them as they were.
  private func ready(_ source: Source) throws -> UnsafeMutablePointer<Float> {
    try source.mapping?.checkUnchanged()
    let mapped = UnsafeMutableRawPointer(mutating: source.bytes).assumingMemoryBound(to: Float.self)
    let (target, bytes) = ownsElements ? try Self.allocate(count) : (mapped, 0)
    let bad = Atomic<Int>(0)
    let tiles = Tiles(count, of: 1 << 18)
    do {
      try parallel(tiles.count) { tile in
        if ownsElements { widen(source, tiles[tile], into: target) }
        let found = Self.nonFinite(target + tiles[tile].lowerBound, tiles[tile].count)
        if found > 0 { bad.add(found, ordering: .relaxed) }
      }
      // It may have become shorter under our hands.
      try source.mapping?.checkUnchanged()
    } catch {
      if ownsElements { free(target) }
      MemoryBudget.shared.release(bytes)
      throw error
    }
    reservation = bytes
    report(bad.load(ordering: .relaxed), in: source)
    return target
  }

  /// How many numbers are NaN or infinite. Few files hold one: a sum of x · 0 says so at the speed of the memory.
  private static func nonFinite(_ numbers: UnsafePointer<Float>, _ count: Int) -> Int {
    var total = SIMD16<Float>.zero
    var whole = 0
    while whole + 16 <= count {
      total += UnsafeRawPointer(numbers + whole).loadUnaligned(as: SIMD16<Float>.self) * 0
      whole += 16
    }
    let suspects = total.sum() == 0 ? whole..<count : 0..<count
    return suspects.reduce(0) { numbers[$1].isFinite ? $0 : $0 + 1 }
  }

  private func widen(_ source: Source, _ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    switch source.type {
    case .float32:
      memcpy(target + range.lowerBound, source.bytes + 4 * range.lowerBound, range.count * 4)
    case .float16:
      for i in range {
        let bits = UInt16(littleEndian: source.bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
        target[i] = Float(Float16(bitPattern: bits))
      }
    case .bfloat16:
      for i in range {
        let bits = UInt16(littleEndian: source.bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
        target[i] = Float(bitPattern: UInt32(bits) << 16)
      }
    default:
      // Tiles hold whole blocks, as the whole does.
      let (elements, bytes) = source.type.block
      for block in range.lowerBound / elements..<range.upperBound / elements {
        source.type.widenBlock(source.bytes + block * bytes, into: target + block * elements)
      }
    }
  }

  private func report(_ bad: Int, in source: Source) {
    guard bad > 0 else { return }
    Notices.warn(
      "\(source.name) holds \(bad) value\(bad == 1 ? "" : "s") that \(bad == 1 ? "is" : "are") NaN or infinite")
  }
}
