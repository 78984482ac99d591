// Tensors from numbers and nested lists.

import Lang

extension Tensor {
  /// A tensor of rank 0.
  package init(scalar: Double) throws {
    try self.init(shape: []) { target in target[0] = Float(scalar) }
  }

  /// A tensor from a number, a list (of lists …) of numbers, bools or tensors of one shape; a mask when all that is inside is bools and
  /// masks. Nil when something else is inside; lists of different lengths throw `badShape`. Walks with a list of its own, so that depth
  /// is no danger.
  package init?(nested value: Value) throws {
    // A small list whose parts are shared can have more elements than there is memory: the first elements say how many.
    let expected = try Tensor.elementCount(of: Tensor.outline(of: value))
    let (bytes, overflow) = expected.multipliedReportingOverflow(by: 2 * MemoryLayout<Value>.stride)
    guard !overflow else { throw Fault.outOfMemory(bytes: 4 * Double(expected)) }
    try MemoryBudget.shared.reserve(bytes)
    defer { MemoryBudget.shared.release(bytes) }
    var shape: [Int] = []
    var level: [Value] = [value]
    // One pass a level: all values of a level are lists of one length, until all of them are numbers or tensors.
    while let first = level.first, let size = try Tensor.items(of: first)?.count {
      try checkInterrupt()
      var next: [Value] = []
      for (index, item) in level.enumerated() {
        if index & 0x3FFF == 0x3FFF { try checkInterrupt() }
        guard let items = try Tensor.items(of: item) else {
          if item.asNumber == nil, item.asTensor == nil, item.asBool == nil { return nil }
          throw Fault.badShape(
            "the lists of a tensor are not equally deep: axis \(shape.count) holds lists and numbers")
        }
        guard items.count == size else {
          throw Fault.badShape(
            "the lists of a tensor must have one length: axis \(shape.count) has \(size) and \(items.count) elements")
        }
        try items.eachBlock { next.append(contentsOf: $0) }
      }
      shape.append(size)
      guard shape.count <= 64 else { throw Fault.badShape("a tensor has at most 64 axes") }
      level = next
    }
    let inner = level.first?.asTensor?.shape ?? []
    for (index, item) in level.enumerated() {
      if index & 0x3FFF == 0x3FFF { try checkInterrupt() }
      if let tensor = item.asTensor {
        guard tensor.shape == inner else { throw Fault.shapeMismatch("stack", inner, tensor.shape) }
      } else {
        guard item.asNumber != nil || item.asBool != nil else { return nil }
        guard inner.isEmpty else { throw Fault.badShape("a tensor cannot be made of tensors and numbers side by side") }
      }
    }
    let block = try Tensor.elementCount(of: inner)
    let isMask = try !level.isEmpty && !level.containsInBlocks { $0.asBool == nil && $0.asTensor?.isMask != true }
    try self.init(shape: shape + inner, isMask: isMask) { target in
      for (slot, item) in level.enumerated() {
        if slot & 0x3FFF == 0x3FFF { try checkInterrupt() }
        switch item {
        case .number(let number): target[slot] = Float(number)
        case .bool(let bool): target[slot] = bool ? 1 : 0
        default:
          guard let tensor = item.asTensor else { continue }
          try tensor.copyElements(to: UnsafeMutableBufferPointer(rebasing: target[slot * block..<(slot + 1) * block]))
        }
      }
    }
  }

  /// The sizes of a list, of its first element, of the first element of that, and so on.
  private static func outline(of value: Value) -> [Int] {
    var sizes: [Int] = []
    var value = value
    while sizes.count <= 64, let items = value.asList?.items {
      sizes.append(items.count)
      guard let first = items.first else { break }
      value = first
    }
    return sizes
  }

  /// The first thing in nested lists that is neither number nor bool nor tensor, among the first ones; nil when there is none.
  package static func misfit(in value: Value) -> Value? {
    var level = [value]
    while !level.isEmpty, level.count < 1 << 16 {
      var next: [Value] = []
      for item in level {
        if let list = item.asList {
          next.append(contentsOf: list.items.prefix(1 << 16))
        } else if item.asNumber == nil, item.asBool == nil, item.asTensor == nil, item.asRange == nil {
          return item
        }
      }
      level = next
    }
    return nil
  }

  /// The items of a list, or the numbers that a range stands for; nil for anything else.
  private static func items(of value: Value) throws -> ContiguousArray<Value>? {
    value.asRange == nil ? value.asList?.items : try Runtime.elements(of: value)
  }
}
