// Names for rows and columns that are given as texts: `label(x, rows=["a", "b"])`.

import Lang
import Runtime

/// A vocabulary of its own for one axis.
final class TextVocabulary: Vocabulary {
  private let texts: [String]
  private let places: [[UInt8]: [Int]]

  init(_ texts: [String]) {
    self.texts = texts
    places = Dictionary(grouping: texts.indices) { Array(texts[$0].utf8) }
  }

  var count: Int { texts.count }
  func text(of id: Int) -> String { texts.indices.contains(id) ? texts[id] : "" }
  func ids(of text: String) -> [Int] { places[Array(text.utf8)] ?? [] }
}

extension Operations {
  static let labels: [Operation] = [
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
        let texts = try call.list(index).enumerated().map { place, item in
          guard let text = item.asString else { throw call.wrongElement(index, "a list of texts", at: place, item) }
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
        x = x.labelled(Labels(TextVocabulary(texts)), axis: axis)
      }
      return .tensor(x)
    }
  ]
}
