// Wording of the errors about indices, labels and operands of tensors.

import Lang

extension Fault {
  static func tooManyIndices(_ count: Int, shape: [Int]) -> Fault {
    Fault(
      .indexOutOfRange,
      "\(count) indices for a tensor of shape \(Tensor.describe(shape: shape)), which has \(shape.count) "
        + (shape.count == 1 ? "axis" : "axes"))
  }

  static func axisIndexOutOfRange(_ index: Int, shape: [Int], axis: Int) -> Fault {
    indexOutOfRange(index, size: shape[axis], axis: axis, of: "a tensor of shape \(Tensor.describe(shape: shape)),")
  }

  static func badTensorIndex(_ value: Value) -> Fault {
    Fault(
      .wrongType, "a tensor cannot be indexed with \(value.typePhrase)",
      help: value.isNil
        ? NameUse.newAxisHelp
        : "indices are numbers, slices a:b:step, lists of them, masks, and token texts where rows are labelled")
  }

  static func severalTokens(_ texts: [String], shape: [Int]) -> Fault {
    let list = texts.prefix(3).map(Printer.quoted).joined(separator: ", ") + (texts.count > 3 ? ", …" : "")
    return badLabel(
      "\(texts.count) token texts for \(Tensor.phrase(shape: shape)), of which only the rows are labelled",
      help: "several rows are a list of texts: x[[\(list)]]")
  }

  static func mixedIndexList() -> Fault {
    Fault(.wrongType, "a list of indices must hold only numbers, only token texts or only bools")
  }

  static func severalIndexLists() -> Fault {
    Fault(
      .badShape, "only one list or mask can stand in an index", help: "take one after the other: x[rows][:, columns]")
  }

  static func maskLength(_ length: Int, shape: [Int], axis: Int) -> Fault {
    Fault(
      .shapeMismatch, "a mask of \(length) elements does not fit axis \(axis) of \(Tensor.describe(shape: shape))")
  }

  static func maskShape(_ mask: [Int], shape: [Int], axis: Int) -> Fault {
    Fault(
      .shapeMismatch,
      "a mask of shape \(Tensor.describe(shape: mask)) does not fit axis \(axis) of \(Tensor.describe(shape: shape))",
      help: "a mask has the length of the axis, or the shape of the whole tensor")
  }

  static func notAMask(_ element: Float) -> Fault {
    Fault(
      .badValue, "a tensor as an index is a mask of 0 and 1, got \(numberText(Double(element)))",
      help: "pick rows by number with a list: x[[2, 0, 1]]")
  }

  static func cannotAssign(_ value: [Int], to selection: [Int]) -> Fault {
    Fault(
      .shapeMismatch,
      "cannot assign \(Tensor.describe(shape: value)) to a selection of shape \(Tensor.describe(shape: selection))")
  }

  static func cannotAssign(_ value: Value) -> Fault {
    Fault(.wrongType, "elements of a tensor are numbers, got \(value.typePhrase)")
  }

  /// The verb of an operator, for shape errors: "cannot add 3x4 and 5".
  static func operandShapes(_ op: BinaryOperator, _ a: [Int], _ b: [Int]) -> Fault {
    let verb =
      switch op {
      case .add: "add"
      case .subtract: "subtract"
      case .multiply: "multiply"
      case .divide, .floorDivide, .modulo: "divide"
      default: "compare"
      }
    let help = a.reversed() == b && a != b ? "did one side want `.T`?" : nil
    return shapeMismatch(op == .power ? "raise to a power" : verb, a, b, help: help)
  }

  // MARK: Labels

  static func noLabels(_ text: String, shape: [Int], axis: Int) -> Fault {
    let places = axis == 0 ? "the rows" : axis == 1 && shape.count == 2 ? "the columns" : "the places of axis \(axis)"
    return badLabel(
      "\(places) of this \(Tensor.describe(shape: shape)) tensor have no labels to look \(Printer.quoted(text)) up in",
      help: "index with a number; m.wte and ln(m.wte) are labelled by token")
  }

  static func unknownToken(_ text: String, in vocabulary: Vocabulary) -> Fault {
    badLabel(
      "no token reads \(Printer.quoted(text))",
      help: SimilarTokens.help(for: text) { vocabulary.ids(of: $0).count == 1 }
        ?? "encode(m, text) shows the tokens of a text")
  }

  static func ambiguousToken(_ text: String, ids: [Int]) -> Fault {
    let first = ids.prefix(4).map(String.init).joined(separator: ", ")
    return badLabel(
      "\(ids.count) tokens read \(Printer.quoted(text))",
      help: "pick one by its id: \(first)\(ids.count > 4 ? ", …" : "")")
  }

  static func tokenNotAmongRows(_ text: String, id: Int, labels: Labels, rows: Int) -> Fault {
    let help = SimilarTokens.help(for: text) { form in
      labels.vocabulary.ids(of: form).contains { other in
        labels.ids.map { $0.contains { Int($0) == other } } ?? (other < rows)
      }
    }
    return badLabel("the token \(Printer.quoted(text)) (id \(id)) is not among these \(rows) rows", help: help)
  }

  static func tokenInSeveralRows(_ text: String, rows: [Int]) -> Fault {
    badLabel(
      "the token \(Printer.quoted(text)) stands in \(rows.count) of these rows",
      help: "pick one by its row: \(rows.prefix(4).map(String.init).joined(separator: ", "))")
  }
}
