// Names for the places along a tensor's axes. Rows of an embedding are named by their tokens; so are the columns of logits and
// both sides of an attention pattern. The names go where their axis goes: through slices, transposes, arithmetic and products.

import Lang

/// Names for the places along an axis: a tokenizer's vocabulary.
package protocol Vocabulary: AnyObject {
  /// Number of tokens.
  var count: Int { get }
  /// Decoded text of a token, with U+FFFD for bytes that are not UTF-8.
  func text(of id: Int) -> String
  /// All ids whose decoded text is `text`, in rising order.
  func ids(of text: String) -> [Int]
  /// The bytes of a token whose text is not all of it; nil where the text is whole.
  func strayBytes(of id: Int) -> [UInt8]?
  /// What a text means in the notations in which files and other libraries write tokens, other than the text itself.
  func readings(of text: String) -> [String]
}

extension Vocabulary {
  package func strayBytes(of id: Int) -> [UInt8]? { nil }
  package func readings(of text: String) -> [String] { [] }

  /// The token for people to read: its text, with the bytes that are not UTF-8 as `\xF0`, so that tokens which share a text can be
  /// told from each other.
  package func spelling(of id: Int) -> String {
    strayBytes(of: id).map { spelled($0) { String($0) } } ?? text(of: id)
  }

  /// The same between quotes.
  func quotedSpelling(of id: Int) -> String {
    guard let bytes = strayBytes(of: id) else { return Printer.quoted(text(of: id)) }
    return "\"" + spelled(bytes) { String(Printer.quoted(String($0)).dropFirst().dropLast()) } + "\""
  }
}

/// Bytes as text, `part` of what is UTF-8 and `\xF0` for every byte that is not.
private func spelled(_ bytes: [UInt8], _ part: (Substring) -> String) -> String {
  var output = ""
  var rest = bytes[...]
  while !rest.isEmpty {
    // The longest head that is UTF-8; tokens have few bytes.
    var length = rest.count
    while length > 0, String(validating: rest.prefix(length), as: UTF8.self) == nil { length -= 1 }
    if length > 0 {
      output += part(String(decoding: rest.prefix(length), as: UTF8.self)[...])
      rest = rest.dropFirst(length)
    } else if let byte = rest.popFirst() {
      let digits = String(byte, radix: 16, uppercase: true)
      output += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
    }
  }
  return output
}

/// The vocabulary of an axis, and which of its tokens stand there.
package struct Labels {
  package let vocabulary: Vocabulary
  /// Token id of each place; nil when place i is token i.
  package let ids: [Int32]?

  package init(_ vocabulary: Vocabulary, ids: [Int32]? = nil) {
    self.vocabulary = vocabulary
    self.ids = ids
  }

  /// Token id of a place.
  package func id(ofRow row: Int) -> Int { ids.map { Int($0[row]) } ?? row }

  package func text(ofRow row: Int) -> String { vocabulary.text(of: id(ofRow: row)) }

  /// The text for people to read, with stray bytes told apart.
  package func spelling(ofRow row: Int) -> String { vocabulary.spelling(of: id(ofRow: row)) }

  /// The same between quotes.
  package func quotedSpelling(ofRow row: Int) -> String { vocabulary.quotedSpelling(of: id(ofRow: row)) }

  func sliced(first: Int, count: Int, step: Int) -> Labels {
    if ids == nil, first == 0, step == 1 || count < 2 { return self }
    return gathered((0..<count).map { first + $0 * step })
  }

  func gathered(_ rows: [Int]) -> Labels {
    Labels(vocabulary, ids: rows.map { Int32(truncatingIfNeeded: id(ofRow: $0)) })
  }

  /// Whether `rows` rows have the same names in both.
  package func names(_ rows: Int, as other: Labels) -> Bool {
    guard vocabulary === other.vocabulary else {
      return (0..<rows).allSatisfy { text(ofRow: $0).utf8.elementsEqual(other.text(ofRow: $0).utf8) }
    }
    if ids == nil, other.ids == nil { return true }
    return (0..<rows).allSatisfy { id(ofRow: $0) == other.id(ofRow: $0) }
  }

  /// The one token that reads `text`.
  func id(of text: String) throws -> Int {
    let ids = vocabulary.ids(of: text)
    guard let id = ids.first else { throw Fault.unknownToken(text, in: vocabulary) }
    guard ids.count == 1 else { throw Fault.ambiguousToken(text, ids: ids) }
    return id
  }
}

extension Tensor {
  /// Names of the first axis.
  package var labels: Labels? {
    get { axisLabels.first ?? nil }
    set { self = labelled(newValue, axis: 0) }
  }

  /// Names of an axis.
  package func labels(ofAxis axis: Int) -> Labels? { axisLabels.isEmpty ? nil : axisLabels[axis] }

  /// The same tensor with other names, or none, on an axis that it has. A scalar has no axes and stays as it is.
  package func labelled(_ labels: Labels?, axis: Int) -> Tensor {
    var result = self
    guard axis < rank, labels != nil || !axisLabels.isEmpty else { return result }
    if axisLabels.isEmpty { result.axisLabels = [Labels?](repeating: nil, count: rank) }
    result.axisLabels[axis] = labels
    if labels == nil { result.axisLabels = Tensor.normal(result.axisLabels) }
    return result
  }

  /// The same tensor with these names, one entry an axis, or none at all.
  package func labelled(_ labels: [Labels?]) -> Tensor {
    var result = self
    result.axisLabels = labels.count == rank ? Tensor.normal(labels) : []
    return result
  }

  /// Names for all axes, empty where there are none at all.
  static func normal(_ labels: [Labels?]) -> [Labels?] { labels.allSatisfy { $0 == nil } ? [] : labels }

  /// The names without those of one axis, which goes away or is merged.
  package func axisLabels(without axis: Int) -> [Labels?] {
    guard !axisLabels.isEmpty else { return [] }
    var rest = axisLabels
    rest.remove(at: axis)
    return Tensor.normal(rest)
  }

  /// Names of the result of an operation of two operands, axis by axis from the last, as shapes broadcast: an operand's, where it
  /// is not repeated along the axis and the other one does not contradict.
  static func commonLabels(_ a: Tensor, _ b: Tensor, shape: [Int]) -> [Labels?] {
    if a.axisLabels.isEmpty, b.axisLabels.isEmpty { return [] }
    func labels(_ x: Tensor, _ axis: Int) -> Labels? {
      let own = axis - (shape.count - x.rank)
      return own >= 0 && x.shape[own] == shape[axis] ? x.labels(ofAxis: own) : nil
    }
    return normal(
      shape.indices.map { axis in
        guard let left = labels(a, axis) else { return labels(b, axis) }
        guard let right = labels(b, axis) else { return left }
        return left.names(shape[axis], as: right) ? left : nil
      })
  }

  /// Names of the product `full` of two stacks of matrices: of its rows and stacks as on the left, of its columns as on the right.
  static func productLabels(_ a: Tensor, _ b: Tensor, _ full: [Int]) -> [Labels?] {
    if a.axisLabels.isEmpty, b.axisLabels.isEmpty { return [] }
    var labels = full.indices.map { axis -> Labels? in
      let own = axis - (full.count - a.rank)
      return own >= 0 && a.shape[own] == full[axis] ? a.labels(ofAxis: own) : nil
    }
    labels[full.count - 1] = b.labels(ofAxis: b.rank - 1)
    return normal(labels)
  }
}
