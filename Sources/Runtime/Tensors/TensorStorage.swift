// The numbers behind tensors: float32 in memory of our own, or a stretch of a mapped file that is widened to float32 when it
// is first read. Many tensors (views, slices, heads) share one storage.

import CPlatform
import Glibc
import Lang

/// How the numbers of a weights file are stored. Everything is float32 once it is used.
public enum ElementType: String {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"

  public var size: Int { self == .float32 ? 4 : 2 }
}

public final class TensorStorage {
  /// Number of elements.
  public let count: Int
  /// Float32 elements, once they are there: from the start for memory of our own, after the first use for weights.
  private var elements: UnsafeMutablePointer<Float>?
  private let ownsElements: Bool
  private let source: Source?
  private var reservation = 0

  /// Elements that still lie in a mapped file.
  public struct Source {
    public let bytes: UnsafeRawPointer
    public let type: ElementType
    /// Keeps the mapping alive.
    public let owner: AnyObject
    /// As reports name it, e.g. "h.0.attn.c_attn.weight in model.safetensors".
    public let name: String

    public init(bytes: UnsafeRawPointer, type: ElementType, owner: AnyObject, name: String) {
      self.bytes = bytes
      self.type = type
      self.owner = owner
      self.name = name
    }
  }

  /// Memory for `count` elements, not initialised. Throws `outOfMemory` when the budget does not allow it.
  public init(uninitialized count: Int) throws {
    self.count = count
    source = nil
    ownsElements = true
    try allocate()
  }

  /// Elements of a mapped file, touched only when they are used.
  public init(source: Source, count: Int) {
    self.count = count
    self.source = source
    // Aligned little-endian float32 is used where it lies.
    ownsElements = !(source.type == .float32 && Int(bitPattern: source.bytes) % 4 == 0)
  }

  deinit {
    if ownsElements, let elements { free(elements) }
    MemoryBudget.shared.release(reservation)
  }

  /// The elements, widened on first use. Mapped float32 weights must not be written: tensors copy on write.
  public func pointer() throws -> UnsafeMutablePointer<Float> {
    if let elements { return elements }
    guard let source else { throw Fault(.outOfMemory, "a tensor has lost its memory") }
    if ownsElements {
      let target = try allocate()
      widen(source, into: target)
    } else {
      elements = UnsafeMutableRawPointer(mutating: source.bytes).assumingMemoryBound(to: Float.self)
    }
    guard let elements else { throw Fault(.outOfMemory, "a tensor has lost its memory") }
    reportNonFinite(in: elements, of: source)
    return elements
  }

  /// Whether the elements may be changed in place (they are ours, not a mapped file's).
  public var isWritable: Bool { source == nil }

  /// The file that the elements come from, before or after their first use.
  public var origin: Source? { source }

  @discardableResult
  private func allocate() throws -> UnsafeMutablePointer<Float> {
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow else { throw Fault.outOfMemory(bytes: Double(count) * 4) }
    try MemoryBudget.shared.reserve(bytes)
    reservation = bytes
    var memory: UnsafeMutableRawPointer?
    // Large arrays ask for large pages: without them most of `E + v` is page faults.
    let isLarge = bytes >= 8 << 20
    guard posix_memalign(&memory, isLarge ? 2 << 20 : 64, bytes) == 0, let memory else {
      MemoryBudget.shared.release(bytes)
      reservation = 0
      throw Fault.outOfMemory(bytes: Double(bytes))
    }
    if isLarge { madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
    let typed = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    elements = typed
    return typed
  }

  private func widen(_ source: Source, into target: UnsafeMutablePointer<Float>) {
    switch source.type {
    case .float32:
      memcpy(target, source.bytes, count * 4)
    case .float16:
      for i in 0..<count {
        let bits = UInt16(littleEndian: source.bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
        target[i] = Float(Float16(bitPattern: bits))
      }
    case .bfloat16:
      for i in 0..<count {
        let bits = UInt16(littleEndian: source.bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
        target[i] = Float(bitPattern: UInt32(bits) << 16)
      }
    }
  }

  private func reportNonFinite(in elements: UnsafeMutablePointer<Float>, of source: Source) {
    var bad = 0
    for i in 0..<count where !elements[i].isFinite { bad += 1 }
    if bad > 0 {
      Notices.warn(
        "\(source.name) holds \(bad) value\(bad == 1 ? "" : "s") that \(bad == 1 ? "is" : "are") NaN or infinite")
    }
  }
}
