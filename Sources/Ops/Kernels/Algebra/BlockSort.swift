// Sorting many elements so that Ctrl-C is seen while it goes on: blocks are sorted one by one and merged in pairs, pairs of pairs, …

import Runtime

extension UnsafeMutableBufferPointer {
  /// Elements that the library sorts at a stretch, and that are merged between two looks at Ctrl-C.
  private static var block: Int { 1 << 16 }

  /// Sorts in place; equal elements keep their order. O(n log n), with memory for another n elements, which must be trivial.
  /// Throws `interrupted`, with the elements in no order, and `outOfMemory`.
  @inline(__always)
  package func sortInBlocks(by isLess: (Element, Element) -> Bool) throws {
    var all = self
    guard count > Self.block else { return all.sort(by: isLess) }
    try checkListFits(count, bytesEach: MemoryLayout<Element>.stride)
    let scratch = Self.allocate(capacity: count)
    defer { scratch.deallocate() }
    try inBlocks(count, of: Self.block) { range in
      var part = Self(rebasing: self[range])
      part.sort(by: isLess)
    }
    var (source, target) = (self, scratch)
    var width = Self.block
    while width < count {
      for start in stride(from: 0, to: count, by: 2 * width) {
        let (middle, end) = (Swift.min(start + width, count), Swift.min(start + 2 * width, count))
        try source.merge(start..<middle, middle..<end, into: target, by: isLess)
      }
      swap(&source, &target)
      width *= 2
    }
    if source.baseAddress != baseAddress {
      try inBlocks(count, of: 16 * Self.block) { range in
        _ = Self(rebasing: target[range]).update(fromContentsOf: source[range])
      }
    }
  }

  /// Merges two sorted ranges that lie side by side to the same place in `target`.
  @inline(__always)
  private func merge(
    _ left: Range<Int>, _ right: Range<Int>, into target: Self, by isLess: (Element, Element) -> Bool
  ) throws {
    var (a, b, out) = (left.lowerBound, right.lowerBound, left.lowerBound)
    while a < left.upperBound, b < right.upperBound {
      try checkInterrupt()
      let stop = Swift.min(out + Self.block, right.upperBound)
      while out < stop, a < left.upperBound, b < right.upperBound {
        if isLess(self[b], self[a]) {
          target[out] = self[b]
          b += 1
        } else {
          target[out] = self[a]
          a += 1
        }
        out += 1
      }
    }
    let rest = a < left.upperBound ? a..<left.upperBound : b..<right.upperBound
    try inBlocks(rest.count, of: 16 * Self.block) { range in
      let (from, to) = (rest.lowerBound + range.lowerBound, out + range.lowerBound)
      _ = Self(rebasing: target[to..<to + range.count]).update(fromContentsOf: self[from..<from + range.count])
    }
  }

  /// Brings the element to place `rank` that stands there in rising order, smaller ones before it and larger ones after it.
  /// O(n) on average. Throws `interrupted`.
  package func select(_ rank: Int) throws -> Element where Element == Double {
    var (low, high) = (0, count - 1)
    var steps = 0
    while low < high {
      // The middle of three keeps sorted numbers from being the worst case.
      let (first, middle, last) = (self[low], self[(low + high) / 2], self[high])
      let pivot = Swift.max(Swift.min(first, middle), Swift.min(Swift.max(first, middle), last))
      var (i, j) = (low, high)
      while i <= j {
        while self[i] < pivot {
          i += 1
          steps &+= 1
          if steps & 0xFFFF == 0 { try checkInterrupt() }
        }
        while self[j] > pivot {
          j -= 1
          steps &+= 1
          if steps & 0xFFFF == 0 { try checkInterrupt() }
        }
        if i <= j {
          swapAt(i, j)
          i += 1
          j -= 1
          steps &+= 1
          if steps & 0xFFFF == 0 { try checkInterrupt() }
        }
      }
      if rank <= j { high = j } else if rank >= i { low = i } else { break }
    }
    return self[rank]
  }
}
