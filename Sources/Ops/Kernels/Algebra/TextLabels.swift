// Names for rows and columns that are given as texts: `label(x, rows=["a", "b"])`.

import Lang
import Runtime

/// A vocabulary of its own for one axis.
package final class TextVocabulary: Vocabulary {
  private let texts: [String]
  /// The first place of a text, or of another with its hash, and for each place the next such: two pieces of memory for millions of texts.
  private var firsts: [Int: Int] = [:]
  private var nexts: [Int]

  /// Throws `interrupted`.
  package init(_ texts: [String]) throws {
    self.texts = texts
    nexts = try texts.mapInBlocks { _ in -1 }
    // Growing it would move millions of places at once.
    firsts.reserveCapacity(texts.count)
    for place in texts.indices.reversed() {
      if place & 0xFFF == 0 { try checkInterrupt() }
      let hash = Self.hash(texts[place])
      if let next = firsts.updateValue(place, forKey: hash) { nexts[place] = next }
    }
  }

  /// Of the bytes: Swift's own takes texts as equal that are not.
  private static func hash(_ text: String) -> Int {
    var (hasher, text) = (Hasher(), text)
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    return hasher.finalize()
  }

  package var count: Int { texts.count }
  package func text(of id: Int) -> String { texts.indices.contains(id) ? texts[id] : "" }
  /// The places at which a text stands, in rising order.
  package func ids(of text: String) -> [Int] {
    var ids: [Int] = []
    var place = firsts[Self.hash(text)] ?? -1
    while place >= 0 {
      if texts[place].isIdentical(to: text) { ids.append(place) }
      place = nexts[place]
    }
    return ids
  }
}

extension Registrations {
  package static let labels: [Operation] = [
    Operation(
      "label", "(x: tensor|list|range, rows: list|nil = nil, columns: list|nil = nil) -> tensor",
      """
      The tensor with texts as names of its rows, of its columns, or of both; nil leaves an axis as it is.
      Named rows are looked up by their texts, `x["a"]`, and `nearest`, `topk` and figures show the names. `x.labels` gives those of the rows,
      `x.T.labels` those of a matrix's columns. Errors: as many texts as rows or columns.
      """, example: "label(eye(2), rows=[\"a\", \"b\"])[\"b\"]"
    ) { call in
      var x = try call.tensorOperand(0)
      for (index, axis, what) in [(1, 0, "row"), (2, 1, "column")] where !call.isNil(index) {
        let items = try call.list(index)
        let texts: [String] = try items.indices.mapInBlocks { place in
          guard let text = items[place].asString else {
            throw call.wrongElement(index, "a list of texts", at: place, items[place])
          }
          return text
        }
        guard axis < x.rank else {
          throw Fault.badShape("\(Tensor.phrase(shape: x.shape)) has no \(what)s to label")
        }
        guard texts.count == x.shape[axis] else {
          throw Fault.badShape(
            "`label` got \(counted(texts.count, "text")) for \(counted(x.shape[axis], what))",
            help: "one text for every \(what)")
        }
        x = x.labelled(Labels(try TextVocabulary(texts)), axis: axis)
      }
      return .tensor(x)
    }
  ]
}
