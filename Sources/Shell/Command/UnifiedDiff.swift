// A unified diff, as `diff -u` and `patch` know it. The shortest edit script after Myers, "An O(ND) Difference Algorithm and
// Its Variations" (1986).

enum UnifiedDiff {
  private static let context = 3
  /// Texts that differ more than this are shown as one replacement: the search takes the square of the distance.
  private static let largestDistance = 4000

  private enum Edit {
    case keep(Int, Int)
    case remove(Int)
    case add(Int)
  }

  /// The diff between two texts, or "" when they are equal.
  static func text(from old: [UInt8], to new: [UInt8], name: String) -> String {
    if old == new { return "" }
    let a = lines(old)
    let b = lines(new)
    let edits = script(a, b)
    var result = "--- \(name)\n+++ \(name)\n"
    for hunk in hunks(edits) { result += shown(edits[hunk], a, b) }
    return result
  }

  /// Lines with their line breaks, so that a missing last one counts as a difference.
  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      result.append(bytes[start...index])
      start = index + 1
    }
    if start < bytes.count { result.append(bytes[start...]) }
    return result
  }

  private static func script(_ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>]) -> [Edit] {
    // The furthest x on each diagonal k = x - y, for every distance; walked back to find the path.
    var furthest = [Int](repeating: 0, count: 2 * (a.count + b.count) + 3)
    let zero = a.count + b.count + 1
    var history: [[Int]] = []
    for distance in 0...(a.count + b.count) {
      if distance > largestDistance { return a.indices.map(Edit.remove) + b.indices.map(Edit.add) }
      history.append(Array(furthest[(zero - distance - 1)...min(zero + distance + 1, furthest.count - 1)]))
      for k in stride(from: -distance, through: distance, by: 2) {
        let goesDown = k == -distance || (k != distance && furthest[zero + k - 1] < furthest[zero + k + 1])
        var x = goesDown ? furthest[zero + k + 1] : furthest[zero + k - 1] + 1
        while x < a.count, x - k >= 0, x - k < b.count, a[x] == b[x - k] { x += 1 }
        furthest[zero + k] = x
        if x >= a.count, x - k >= b.count { return path(history, to: (a.count, b.count)) }
      }
    }
    return []
  }

  private static func path(_ history: [[Int]], to end: (Int, Int)) -> [Edit] {
    var (x, y) = end
    var edits: [Edit] = []
    for (distance, row) in history.enumerated().reversed() {
      func furthest(_ k: Int) -> Int { row[k + distance + 1] }
      let k = x - y
      let goesDown = k == -distance || (k != distance && furthest(k - 1) < furthest(k + 1))
      let beforeX = distance == 0 ? 0 : goesDown ? furthest(k + 1) : furthest(k - 1)
      let beforeY = distance == 0 ? 0 : beforeX - (goesDown ? k + 1 : k - 1)
      while x > beforeX, y > beforeY {
        x -= 1
        y -= 1
        edits.append(.keep(x, y))
      }
      if distance > 0 { edits.append(goesDown ? .add(beforeY) : .remove(beforeX)) }
      (x, y) = (beforeX, beforeY)
    }
    return edits.reversed()
  }

  /// Ranges of edits: changes that are near each other share a hunk.
  private static func hunks(_ edits: [Edit]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for (index, edit) in edits.enumerated() {
      if case .keep = edit { continue }
      let range = max(0, index - context)..<min(edits.count, index + context + 1)
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<range.upperBound
      } else {
        result.append(range)
      }
    }
    return result
  }

  private static func shown(_ edits: ArraySlice<Edit>, _ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>]) -> String {
    var body = ""
    var firstOld: Int?
    var firstNew: Int?
    var (old, new) = (0, 0)
    // Where the other side stands while only one moves.
    for edit in edits {
      switch edit {
      case .keep(let x, let y):
        firstOld = firstOld ?? x
        firstNew = firstNew ?? y
        old += 1
        new += 1
        body += line(" ", a[x])
      case .remove(let x):
        firstOld = firstOld ?? x
        old += 1
        body += line("-", a[x])
      case .add(let y):
        firstNew = firstNew ?? y
        new += 1
        body += line("+", b[y])
      }
    }
    return "@@ -\(range(firstOld, old)) +\(range(firstNew, new)) @@\n" + body
  }

  /// "start,count"; an empty range stands before line 1.
  private static func range(_ first: Int?, _ count: Int) -> String {
    guard let first else { return "0,0" }
    return count == 1 ? "\(first + 1)" : "\(first + 1),\(count)"
  }

  private static func line(_ mark: String, _ text: ArraySlice<UInt8>) -> String {
    let line = mark + String(decoding: text, as: UTF8.self)
    return text.last == UInt8(ascii: "\n") ? line : line + "\n\\ No newline at end of file\n"
  }
}
