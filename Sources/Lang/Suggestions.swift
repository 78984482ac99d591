// "Did you mean": names that are near enough to be worth naming.

import CPlatform

/// Bytes of the longest text that counts as a name.
private let longestName = 1000

/// The candidate that is nearest to `name`, if at most one of three letters is wrong and no more than three in all. A wrong first
/// letter counts twice, since people mistype the others, and so does any replaced letter of three, since `det` is no slip of `dot`;
/// capitals do not count. Nothing is near to a text that is no name; after Ctrl-C nothing is looked for.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  guard name.utf8.count <= longestName else { return nil }
  let wanted = Array(name.lowercased().unicodeScalars)
  // A slip in a word of two letters makes it any other word.
  let most = min(3, wanted.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates where candidate != name {
    if tw_must_stop() { return nil }
    guard candidate.utf8.count <= 2 * longestName else { continue }
    let letters = Array(candidate.lowercased().unicodeScalars)
    let firstLetter = letters.first == wanted.first ? 0 : 1
    guard let distance = editDistance(wanted, letters, limit: most + 1 - firstLetter),
      wanted.count > 3 || letters.count != wanted.count || letters.sorted() == wanted.sorted()
    else { continue }
    if distance + firstLetter < (best?.distance ?? Int.max) { best = (candidate, distance + firstLetter) }
  }
  return best?.name
}

/// Levenshtein distance with transpositions counted as one, or nil when it reaches `limit`.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], limit: Int) -> Int? {
  if abs(a.count - b.count) >= limit { return nil }
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) < limit ? max(a.count, b.count) : nil }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      let substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      row[j] = min(last[j] + 1, row[j - 1] + 1, substitution)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
    }
    beforeLast = last
    last = row
  }
  return last[b.count] < limit ? last[b.count] : nil
}
