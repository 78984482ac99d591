// Warnings of `tw check`: programs that run, and do something else than they seem to.

extension Checker {
  mutating func checkHabits(_ id: NodeID, in function: Int) {
    switch tree[id] {
    case .call(let callee, _): checkShadowing(callee, in: function)
    case .pipe(_, let right): if case .name = tree[right] { checkShadowing(right, in: function) }
    case .tryElse(let attempt, let otherwise): checkTry(attempt, otherwise, in: function)
    case .lambda(let body), .function(_, let body): checkEmptyBraces(tree.functions[body.index])
    default: break
    }
  }

  /// `sum = 3` and then `sum(xs)`: the name is no longer the operation. What is a function by its definition is meant.
  private mutating func checkShadowing(_ callee: NodeID, in function: Int) {
    guard case .name(let name) = tree[callee], builtins.hasBuiltin(name) else { return }
    let isRunInOrder = function == 0
    let other = facts.givens(of: callee, in: function).first { given in
      // Up to where the file gives it a value the name is the built-in one.
      if isRunInOrder, let node = given.node, tree.span(node).end > tree.span(callee).start { return false }
      switch given {
      case .function, .module: return false
      case .value(let value):
        if case .lambda = tree[facts.value(of: value, in: function)] { return false }
        return true
      case .other: return true
      }
    }
    guard let binder = other?.node else { return }
    faults.append(
      Fault(
        .shadowedBuiltin,
        "`\(name)` is called, and is no longer the built-in function: line \(tree.place(binder).line) gives it a value",
        help: "give the value another name", at: tree.place(callee)))
  }

  /// `try r.x else v`: a slip in `r` gives v as well.
  private mutating func checkTry(_ attempt: NodeID, _ otherwise: NodeID, in function: Int) {
    var node = attempt
    while case .group(let inner) = tree[node] { node = inner }
    let base: NodeID
    let key: String
    switch tree[node] {
    case .field(let record, let name, _): (base, key) = (record, name)
    case .index(let record, let indices):
      guard indices.count == 1, case .string(let text) = tree[indices[0]], isRecord(record, in: function) else {
        return
      }
      (base, key) = (record, text)
    default: return
    }
    let file = tree.file
    let quoted = "\"" + key.replacingQuotes + "\""
    faults.append(
      Fault(
        .hiddenErrors,
        "`try … else` hides every error in `\(file.text(tree.span(node)))`, not only that `\(key)` is missing",
        help:
          "for a key that may be missing: get(\(file.text(tree.span(base))), \(quoted), \(file.text(tree.span(otherwise))))",
        at: tree.place(node)))
  }

  /// Whether an expression is known to be a record: tensors and tables are indexed by texts too, and have no `get`.
  private func isRecord(_ node: NodeID, in function: Int) -> Bool {
    switch tree[facts.value(of: node, in: function)] {
    case .record: return true
    case .call(let callee, _): return ["read_json", "record", "merge", "remove"].contains(tree.nameText(callee))
    default: return false
    }
  }

  /// `=> {}` looks like an empty record, and is an empty block.
  private mutating func checkEmptyBraces(_ function: FunctionNode) {
    guard case .block(let statements) = tree[function.body], statements.isEmpty else { return }
    let body = tree.span(function.body)
    let between = tree.file.text(Span(Int(body.start) + 1, Int(body.end) - 1))
    let head = tree.file.bytes[..<Int(body.start)].last { $0 != 32 && $0 != 10 && $0 != 9 && $0 != 13 }
    guard between.allSatisfy(\.isWhitespace), head == UInt8(ascii: ">") || head == UInt8(ascii: "=") else { return }
    faults.append(
      Fault(
        .emptyBlock, "these braces are an empty block, whose value is nil",
        help: "an empty record is written `record()`, no value `nil`. \(SecondEdition.page)",
        at: tree.place(function.body)))
  }
}

extension String {
  fileprivate var replacingQuotes: String {
    reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" || $1 == "{" ? "\\\($1)" : String($1) }
  }
}
