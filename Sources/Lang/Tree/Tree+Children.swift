// The one place that knows which nodes a node consists of.

extension Tree {
  /// Calls `body` for each direct child in source order, without entering nested functions (their names and bodies belong to
  /// another scope). `isTarget` is true for names that the node binds.
  package func forEachChild(of id: NodeID, _ body: (_ child: NodeID, _ isTarget: Bool) -> Void) {
    switch self[id] {
    case .nil, .bool, .number, .string, .name, .breakLoop, .continueLoop, .invalid, .needs, .lambda: break
    case .interpolation(let parts):
      for case .value(let value, _) in parts { body(value, false) }
    case .list(let items), .block(let items):
      for item in items { body(item, false) }
    case .record(let entries):
      for entry in entries {
        if let key = entry.computedKey { body(key, false) }
        body(entry.value, false)
      }
    case .negate(let inner), .invert(let inner), .not(let inner), .group(let inner), .field(let inner, _, _):
      body(inner, false)
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right),
      .pipe(let left, let right),
      .tryElse(let left, let right), .whileLoop(let left, let right):
      body(left, false)
      body(right, false)
    case .call(let callee, let arguments):
      body(callee, false)
      for argument in arguments { body(argument.value, false) }
    case .index(let base, let indices):
      body(base, false)
      for index in indices { body(index, false) }
    case .slice(let start, let end, let step):
      for part in [start, end, step] { if let part { body(part, false) } }
    case .conditional(let branches, let otherwise):
      for branch in branches {
        body(branch.condition, false)
        body(branch.body, false)
      }
      if let otherwise { body(otherwise, false) }
    case .tryCatch(let attempt, let name, let handler):
      body(attempt, false)
      if let name { body(name, true) }
      body(handler, false)
    case .assign(let target, let value):
      visitTarget(target, body)
      body(value, false)
    case .augmented(_, let target, let value):
      visitTarget(target, body)
      body(value, false)
    case .unpack(let targets, let value):
      for target in targets { visitTarget(target, body) }
      body(value, false)
    case .function(let name, _): body(name, true)
    case .forLoop(let names, let iterable, let loop):
      body(iterable, false)
      for name in names { body(name, true) }
      body(loop, false)
    case .returnValue(let value):
      if let value { body(value, false) }
    case .param(let index):
      if let value = params[index].defaultValue { body(value, false) }
      body(params[index].name, true)
    case .use(let index): body(uses[index].binding, true)
    }
  }

  /// A target `x` binds x; a target `x[i].b` also binds x, and reads its indices.
  private func visitTarget(_ target: NodeID, _ body: (NodeID, Bool) -> Void) {
    var node = target
    while true {
      switch self[node] {
      case .name:
        body(node, true)
        return
      case .index(let base, let indices):
        for index in indices { body(index, false) }
        node = base
      case .field(let base, _, _): node = base
      default: return
      }
    }
  }
}
