// Whether two texts are the same program: equal trees, with the same comments and documentation, wherever they stand.

extension Tree {
  /// The first place in this tree where `other` differs; nil when both are the same program.
  func firstDifference(from other: Tree) -> Place? {
    guard other.faults.isEmpty else { return Place(file, other.faults[0].place?.span ?? Span(0, 0)) }
    for (index, node) in nodes.enumerated() {
      guard index < other.nodes.count, Self.same(node, other.nodes[index]) else { return Place(file, spans[index]) }
    }
    let whole = Place(file, Span(0, 0))
    guard nodes.count == other.nodes.count, functions.count == other.functions.count,
      params.count == other.params.count,
      uses.count == other.uses.count, needed?.text == other.needed?.text, same(documentation, other.documentation)
    else { return whole }
    for (mine, theirs) in zip(functions, other.functions) {
      let matches =
        mine.name == theirs.name && mine.body == theirs.body && same(mine.documentation, theirs.documentation)
      guard matches, mine.parameters.count == theirs.parameters.count,
        zip(mine.parameters, theirs.parameters).allSatisfy({
          $0.name == $1.name && $0.defaultValue == $1.defaultValue && $0.isRest == $1.isRest
        })
      else { return Place(file, mine.span) }
    }
    for (mine, theirs) in zip(params, other.params) {
      let matches = mine.name == theirs.name && mine.type == theirs.type && mine.defaultValue == theirs.defaultValue
      guard matches, Self.same(mine.help, theirs.help), same(mine.documentation, theirs.documentation) else {
        return place(mine.name)
      }
    }
    for (mine, theirs) in zip(uses, other.uses) {
      guard Self.same(mine.path, theirs.path), mine.isFile == theirs.isFile, mine.binding == theirs.binding else {
        return place(mine.binding)
      }
    }
    return firstCommentDifference(from: other)
  }

  private func firstCommentDifference(from other: Tree) -> Place? {
    for (index, comment) in comments.enumerated() {
      guard index < other.comments.count,
        same(file.text(comment.span), other.file.text(other.comments[index].span))
      else { return Place(file, comment.span) }
    }
    return comments.count == other.comments.count ? nil : Place(file, Span(0, 0))
  }

  /// By code points: Swift's own equality takes different spellings of a letter for the same.
  private static func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

  /// Blanks at line ends do not count.
  private func same(_ a: String, _ b: String) -> Bool {
    func lines(_ text: String) -> [String] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { withoutTrailingBlanks(String($0)) }
    }
    return Self.same(a, b)
      || zip(lines(a), lines(b)).allSatisfy { Self.same($0, $1) } && lines(a).count == lines(b).count
  }

  /// Equal up to spans. Children are compared by number: the parser gives the same numbers to the same program.
  private static func same(_ a: Node, _ b: Node) -> Bool {
    switch (a, b) {
    case (.nil, .nil), (.breakLoop, .breakLoop), (.continueLoop, .continueLoop), (.invalid, .invalid),
      (.needs, .needs):
      true
    case (.bool(let x), .bool(let y)): x == y
    case (.number(let x), .number(let y)): x == y
    case (.string(let x), .string(let y)), (.name(let x), .name(let y)): same(x, y)
    case (.interpolation(let x), .interpolation(let y)): x.count == y.count && zip(x, y).allSatisfy(same)
    case (.list(let x), .list(let y)), (.block(let x), .block(let y)): x == y
    case (.record(let x), .record(let y)):
      x.count == y.count
        && zip(x, y).allSatisfy {
          same($0.key, $1.key) && $0.computedKey == $1.computedKey && $0.value == $1.value
            && $0.isSpread == $1.isSpread
        }
    case (.negate(let x), .negate(let y)), (.invert(let x), .invert(let y)), (.not(let x), .not(let y)),
      (.group(let x), .group(let y)):
      x == y
    case (.binary(let op, let x, let y), .binary(let otherOp, let v, let w)): op == otherOp && x == v && y == w
    case (.and(let x, let y), .and(let v, let w)), (.or(let x, let y), .or(let v, let w)),
      (.pipe(let x, let y), .pipe(let v, let w)), (.tryElse(let x, let y), .tryElse(let v, let w)),
      (.assign(let x, let y), .assign(let v, let w)), (.whileLoop(let x, let y), .whileLoop(let v, let w)):
      x == v && y == w
    case (.call(let x, let xs), .call(let y, let ys)): x == y && xs.count == ys.count && zip(xs, ys).allSatisfy(same)
    case (.index(let x, let xs), .index(let y, let ys)): x == y && xs == ys
    case (.slice(let x, let y, let z), .slice(let u, let v, let w)): x == u && y == v && z == w
    case (.field(let x, let name, _), .field(let y, let otherName, _)): x == y && same(name, otherName)
    case (.lambda(let x), .lambda(let y)): x == y
    case (.conditional(let xs, let x), .conditional(let ys, let y)):
      x == y && xs.count == ys.count && zip(xs, ys).allSatisfy { $0.condition == $1.condition && $0.body == $1.body }
    case (.tryCatch(let x, let y, let z), .tryCatch(let u, let v, let w)): x == u && y == v && z == w
    case (.unpack(let xs, let x), .unpack(let ys, let y)): xs == ys && x == y
    case (.augmented(let op, let x, let y), .augmented(let otherOp, let v, let w)): op == otherOp && x == v && y == w
    case (.function(let x, let f), .function(let y, let g)): x == y && f == g
    case (.forLoop(let xs, let x, let y), .forLoop(let ys, let v, let w)): xs == ys && x == v && y == w
    case (.returnValue(let x), .returnValue(let y)): x == y
    case (.param(let x), .param(let y)), (.use(let x), .use(let y)): x == y
    default: false
    }
  }

  private static func same(_ a: StringPart, _ b: StringPart) -> Bool {
    switch (a, b) {
    case (.text(let x), .text(let y)): same(x, y)
    case (.value(let x, let format), .value(let y, let otherFormat)): x == y && same(format ?? "", otherFormat ?? "")
    default: false
    }
  }

  private static func same(_ a: Argument, _ b: Argument) -> Bool {
    a.name == b.name && a.value == b.value && a.isSpread == b.isSpread
  }
}
