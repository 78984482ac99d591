// Long loops in blocks, so that Ctrl-C is seen between two of them.

/// Calls `body` with 0 ..< count in ranges of at most `size`, in order, and looks for Ctrl-C before each. A block should take a
/// few milliseconds at most. Throws `interrupted` and what `body` throws.
@inlinable
package func inBlocks(_ count: Int, of size: Int = 1 << 16, _ body: (Range<Int>) throws -> Void) throws {
  var start = 0
  while start < count {
    try checkInterrupt()
    let end = min(start + size, count)
    try body(start..<end)
    start = end
  }
}

extension RandomAccessCollection {
  /// Calls `body` with pieces of at most `size` elements, in order, and looks for Ctrl-C before each.
  @inlinable
  package func eachBlock(of size: Int = 1 << 16, _ body: (SubSequence) throws -> Void) throws {
    var start = startIndex
    try inBlocks(count, of: size) { block in
      let end = index(start, offsetBy: block.count)
      try body(self[start..<end])
      start = end
    }
  }

  /// `map` of something long, as any collection of results. Throws `interrupted`, and what `body` throws.
  @inlinable
  package func mapInBlocks<Results: RangeReplaceableCollection>(
    _ body: (Element) throws -> Results.Element
  ) throws -> Results {
    var results = Results()
    results.reserveCapacity(count)
    try eachBlock { block in
      for element in block { results.append(try body(element)) }
    }
    return results
  }

  /// The same for values of the language. What an error leaves of them is released in pieces.
  @inlinable
  package func mapInBlocks(_ body: (Element) throws -> Value) throws -> ContiguousArray<Value> {
    var results: ContiguousArray<Value> = []
    results.reserveCapacity(count)
    do {
      try eachBlock { block in
        for element in block { results.append(try body(element)) }
      }
    } catch {
      results.releaseInPieces()
      throw error
    }
    return results
  }

  /// The elements of something long for which `isWanted` holds. Throws as `mapInBlocks`.
  @inlinable
  package func filterInBlocks(_ isWanted: (Element) throws -> Bool) throws -> [Element] {
    var kept: [Element] = []
    try eachBlock { block in
      for element in block where try isWanted(element) { kept.append(element) }
    }
    return kept
  }

  /// Whether `isWanted` holds for an element of something long. Throws as `mapInBlocks`.
  @inlinable
  package func containsInBlocks(where isWanted: (Element) throws -> Bool) throws -> Bool {
    var isFound = false
    try eachBlock { block in
      if !isFound { isFound = try block.contains(where: isWanted) }
    }
    return isFound
  }
}

extension Value {
  /// A list whose elements are made one by one. Throws `outOfMemory`, `interrupted`, and what `element` throws.
  @inlinable
  package static func list(count: Int, _ element: (Int) throws -> Value) throws -> Value {
    try checkListFits(count)
    return .list(try (0..<count).mapInBlocks(element))
  }

  /// Whole numbers as a list.
  @inlinable
  package static func list(numbers: some RandomAccessCollection<Int>) throws -> Value {
    try checkListFits(numbers.count)
    return .list(try numbers.mapInBlocks { .number(Double($0)) })
  }
}
