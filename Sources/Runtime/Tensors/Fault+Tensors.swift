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

  // MARK: One index

  static func outOfRange(_ index: Int, _ axis: IndexedAxis) -> Fault {
    switch axis.owner {
    case .list: indexOutOfRange(index, size: axis.size, of: "the list")
    case .range: indexOutOfRange(index, size: axis.size, of: "the range")
    case .table: indexOutOfRange(index, size: axis.size, axis: 0, of: "a table")
    case .tensor(let tensor, let number): axisIndexOutOfRange(index, shape: tensor.shape, axis: number)
    }
  }

  static func badIndex(_ index: Value, of axis: IndexedAxis) -> Fault {
    switch axis.owner {
    case .list: badIndex(index, of: "a list")
    case .range: badIndex(index, of: "a range")
    case .table: badTableIndex(index)
    case .tensor: badTensorIndex(index)
    }
  }

  static func mixedIndexList(_ axis: IndexedAxis) -> Fault {
    let texts = if case .tensor = axis.owner { ", only token texts" } else { "" }
    return Fault(.wrongType, "a list of indices must hold only numbers\(texts) or only bools")
  }

  static func unevenIndexLists() -> Fault {
    Fault(.badShape, "lists of indices inside a list must have one length")
  }

  /// A mask that has not the length of the axis.
  static func wrongMask(_ mask: [Int], for axis: IndexedAxis) -> Fault {
    if case .tensor(let tensor, let number) = axis.owner {
      return mask.count == 1
        ? maskLength(mask[0], shape: tensor.shape, axis: number) : maskShape(mask, shape: tensor.shape, axis: number)
    }
    let what = if case .table = axis.owner { "a table of \(axis.size) rows" } else { elements(axis.size) }
    let length = mask.count == 1 ? elements(mask[0]) : "shape \(Tensor.describe(shape: mask))"
    return badShape("a mask of \(length) does not fit \(what)")
  }

  private static func elements(_ count: Int) -> String { "\(count) element\(count == 1 ? "" : "s")" }

  // MARK: Several

  static func listsDoNotPair(_ a: [Int], _ b: [Int]) -> Fault {
    let (left, right) = (Tensor.describe(shape: a), Tensor.describe(shape: b))
    return Fault(
      .shapeMismatch, "lists of indices pair up, but those of \(left) and of \(right) places do not",
      help: "every row with every column: x[rows][:, columns]")
  }

  static func numberApartFromList() -> Fault {
    Fault(
      .badShape, "a slice stands between the number and the list of this index: NumPy would put the list's axis first",
      help: "take the number first, which keeps the order of the axes: x[0][:, [1, 2]]")
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

  static func maskLength(_ length: Int, shape: [Int], axis: Int) -> Fault {
    Fault(
      .shapeMismatch, "a mask of \(elements(length)) does not fit axis \(axis) of \(Tensor.describe(shape: shape))")
  }

  static func maskShape(_ mask: [Int], shape: [Int], axis: Int) -> Fault {
    Fault(
      .shapeMismatch,
      "a mask of shape \(Tensor.describe(shape: mask)) does not fit axis \(axis) of \(Tensor.describe(shape: shape))",
      help: "a mask has the sizes of the axes that it selects from")
  }

  static func cannotAssign(_ value: [Int], to selection: [Int]) -> Fault {
    Fault(
      .shapeMismatch,
      "cannot assign \(Tensor.describe(shape: value)) to a selection of shape \(Tensor.describe(shape: selection))")
  }

  static func cannotAssign(_ value: Value, toMask isMask: Bool) -> Fault {
    isMask
      ? Fault(
        .wrongType, "elements of a mask are true and false, got \(value.typePhrase)",
        help: "as numbers, 1 and 0, they are a tensor: x = mask * 1")
      : Fault(.wrongType, "elements of a tensor are numbers, got \(value.typePhrase)")
  }

  /// The verb of an operator, for shape errors: "cannot add 3x4 and 5".
  static func operandShapes(_ op: BinaryOperator, _ a: [Int], _ b: [Int]) -> Fault {
    let verb =
      switch op {
      case .add: "add"
      case .subtract: "subtract"
      case .multiply: "multiply"
      case .divide, .floorDivide, .modulo: "divide"
      case .maskAnd, .maskOr: "combine"
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
      help: SimilarTokens.help(for: text, in: vocabulary) { vocabulary.ids(of: $0).count == 1 }
        ?? "encode(m, text) shows the tokens of a text")
  }

  static func ambiguousToken(_ text: String, ids: [Int]) -> Fault {
    let first = ids.prefix(4).map(String.init).joined(separator: ", ")
    return badLabel(
      "\(ids.count) tokens read \(Printer.quoted(text))",
      help: "pick one by its id: \(first)\(ids.count > 4 ? ", …" : "")")
  }

  static func tokenNotAmongRows(_ text: String, id: Int, labels: Labels, rows: Int) -> Fault {
    let help = SimilarTokens.help(for: text, in: labels.vocabulary) { form in
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
