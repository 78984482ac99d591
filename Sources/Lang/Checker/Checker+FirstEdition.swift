// Warnings of `tw check` about what a recipe of the first edition does differently now. Each names docs/second-edition.md.

enum SecondEdition {
  static let page = "See docs/second-edition.md"
}

extension Checker {
  mutating func checkFirstEdition(_ id: NodeID, in function: Int) {
    switch tree[id] {
    case .param(let index): checkPermission(of: tree.params[index])
    case .unpack(_, let value):
      if isText(value, in: function) { noteUnpackedText(tree.place(value)) }
      if case .record = tree[facts.value(of: value, in: function)] {
        warn("a record unpacks into its values, no longer into its keys", "keys(r) gives those", at: tree.place(value))
      }
    case .forLoop(let names, let iterable, _) where names.count > 1:
      if holdsTexts(iterable, in: function) { noteUnpackedText(tree.place(iterable)) }
    case .index(let base, let indices):
      checkPosition(base, indices, in: function)
      for index in indices { checkNumbersAsMask(index, in: function) }
      if indices.count == 1, isText(indices[0], in: function) { checkGroups(base, tree.place(id), in: function) }
    case .field(let base, _, let span): checkGroups(base, Place(tree.file, span), in: function)
    case .call(let callee, let arguments):
      if ["keys", "values", "items"].contains(tree.nameText(callee)), facts.key(of: callee, in: function) == nil,
        let first = arguments.first
      {
        checkGroups(first.value, tree.place(id), in: function)
      }
    default: break
    }
  }

  private mutating func warn(_ message: String, _ help: String, at place: Place) {
    faults.append(Fault(.firstEdition, message, help: "\(help). \(SecondEdition.page)", at: place))
  }

  // MARK: Params

  /// Names gave permissions: `out` to write, `model` to read.
  private mutating func checkPermission(of param: ParamNode) {
    let name = param.nameText
    guard param.type == .model || param.type == .string && ["model", "out"].contains(name),
      let use = facts.nodes.first(where: { isUse($0.id, of: param, in: $0.function) })
    else { return }
    if param.type == .model {
      faults.append(
        Fault(
          .firstEdition, "`\(name)` is loaded already: it is a param of type model",
          help: "write `\(name)` for the model. \(SecondEdition.page)", at: tree.place(use.id)))
    } else if name == "out" {
      warn(
        "a param named `out` no longer opens a folder: the type does",
        "write `param out: folder` for a folder to write in; for a single file, name its folder",
        at: tree.place(param.name))
    } else if name == "model" {
      warn(
        "a param named `model` no longer opens a model: the type does",
        "write `param model: model`; its value is the loaded model", at: tree.place(param.name))
    }
  }

  /// Whether a node loads the param as a model, or (where it is `out`) writes to it.
  private func isUse(_ id: NodeID, of param: ParamNode, in function: Int) -> Bool {
    func isParam(_ node: NodeID) -> Bool {
      tree.nameText(node) == param.nameText && facts.key(of: node, in: function)?.function == 0
    }
    func isOperation(_ callee: NodeID, _ names: [String]) -> Bool {
      names.contains(tree.nameText(callee)) && facts.key(of: callee, in: function) == nil
    }
    let isOut = param.nameText == "out" && param.type == .string
    switch tree[id] {
    case .call(let callee, let arguments):
      if isOut { return arguments.count > 1 && isOperation(callee, ["save"]) && isParam(arguments[1].value) }
      return arguments.first.map { isParam($0.value) } == true && isOperation(callee, ["load", "tokenizer"])
    case .pipe(let left, let right): return !isOut && isParam(left) && isOperation(right, ["load", "tokenizer"])
    case .interpolation(let parts):
      let shown = parts.filter { if case .text("") = $0 { false } else { true } }
      guard isOut, shown.count > 1, case .value(let value, nil) = shown[0], case .text(let next) = shown[1] else {
        return false
      }
      return isParam(value) && next.hasPrefix("/")
    default: return false
    }
  }

  // MARK: Values

  private func isText(_ node: NodeID, in function: Int) -> Bool {
    switch tree[facts.value(of: node, in: function)] {
    case .string, .interpolation: true
    default: false
    }
  }

  /// A text, or a list that starts with one.
  private func holdsTexts(_ node: NodeID, in function: Int) -> Bool {
    if case .list(let items) = tree[facts.value(of: node, in: function)] {
      return items.first.map { isText($0, in: function) } ?? false
    }
    return isText(node, in: function)
  }

  private mutating func noteUnpackedText(_ place: Place) {
    warn("a string no longer unpacks into its signs", "make a list of them first: map(text, c => c)", at: place)
  }

  /// A comparison as the position in a list: `["no", "yes"][x > 3]`.
  private mutating func checkPosition(_ base: NodeID, _ indices: [NodeID], in function: Int) {
    guard indices.count == 1, case .list = tree[facts.value(of: base, in: function)] else { return }
    switch tree[facts.value(of: indices[0], in: function)] {
    case .bool, .not, .and, .or: break
    case .binary(let op, _, _) where op.isComparison: break
    default: return
    }
    warn("a bool is no position: masks select", "write if c { a } else { b }", at: tree.place(indices[0]))
  }

  /// A product of comparisons, or `1 - …` of one, as an index: tensors of 0 and 1 selected.
  private mutating func checkNumbersAsMask(_ index: NodeID, in function: Int) {
    switch tree[facts.value(of: index, in: function)] {
    case .binary(.multiply, _, _), .binary(.subtract, _, _): break
    default: return
    }
    guard let mask = maskText(index, in: function) else { return }
    warn(
      "this is a tensor of 0 and 1, and as an index it is positions: only a mask selects", "write \(mask)",
      at: tree.place(index))
  }

  /// How an expression that the first edition took for a mask is written as one; nil for what was none, and for more than anybody
  /// multiplies: names may stand for each other without end.
  private func maskText(_ node: NodeID, in function: Int, depth: Int = 0) -> String? {
    guard depth < 6 else { return nil }
    let value = facts.value(of: node, in: function)
    let text = tree.file.text(tree.span(value))
    switch tree[value] {
    case .binary(let op, _, _) where op.isComparison: return text
    case .binary(.multiply, let left, let right):
      guard let left = maskText(left, in: function, depth: depth + 1),
        let right = maskText(right, in: function, depth: depth + 1)
      else { return nil }
      return "\(left) & \(right)"
    case .binary(.subtract, let left, let right):
      guard case .number(1) = tree[left], let mask = maskText(right, in: function, depth: depth + 1) else {
        return nil
      }
      return "~(\(mask))"
    case .call(let callee, _) where tree.nameText(callee) == "isnan" && facts.key(of: callee, in: function) == nil:
      return text
    default: return nil
    }
  }

  /// `group_by` gave a record by the key's text.
  private mutating func checkGroups(_ base: NodeID, _ place: Place, in function: Int) {
    let value = facts.value(of: base, in: function)
    let callee: NodeID?
    switch tree[value] {
    case .call(let name, _): callee = name
    case .pipe(_, let right):
      if case .call(let name, _) = tree[right] { callee = name } else { callee = right }
    default: callee = nil
    }
    guard let callee, tree.nameText(callee) == "group_by", facts.key(of: callee, in: function) == nil else { return }
    warn(
      "`group_by` gives a list of groups, not a record by keys",
      "loop over it: for key, items in group_by(…); each group has .key and .items", at: place)
  }
}
