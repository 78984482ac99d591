// Entries of the prompt as a program that runs without it.

import Figures
import Lang
import Operations
import Runtime

enum Recipe {
  /// One entry that succeeded.
  struct Entry {
    /// As a program: a line that goes on from the last value names it.
    let text: String
    /// What shows the value in a recipe; nil when there is none to speak of.
    private let printer: String?
    /// Where the expression stands whose value the entry has, in bytes.
    private let expression: Range<Int>?
    private let isSilent: Bool
    /// What the recipe prints for the value; empty where it shows none, or a figure.
    let shown: String
    /// Whether the recipe prints more than `shown`.
    let isCut: Bool
    /// Names that stand in it, in either side of an assignment.
    private let names: Set<String>

    /// Whether it goes on from the last value.
    var usesAnswer: Bool { mentions("ans") }

    init(text: String, value: Value) {
      let continues = text.drop { $0.isWhitespace }
      let isContinuation = continues.hasPrefix("|>") || continues.hasPrefix(".")
      self.text = isContinuation ? "ans " + continues : text
      let tree = Parser.parse(SourceFile(name: "<recipe>", text: self.text))
      names = Set(tree.nodes.compactMap { if case .name(let name) = $0 { name } else { nil } })
      isSilent = tree.isSilent
      let isPrinted = !value.isNil && !isSilent && !(value.asObject is FigureObject)
      (shown, isCut) = isPrinted ? Self.excerpt(of: value) : ("", false)
      printer = value.isNil ? nil : value.asObject is FigureObject ? "show" : "print"
      expression = value.isNil ? nil : Self.lastExpression(of: tree)
    }

    /// The beginning of what `print` shows, and whether there is more.
    private static func excerpt(of value: Value) -> (text: String, isCut: Bool) {
      let isContainer = value.asList != nil || value.asRecord != nil
      let text = value.asString ?? Printer.text(of: value, steps: longest / 8, longest: longest)
      let whole = text.unicodeScalars
      let part = whole.prefix(longest).prefix { !isContainer || $0 != "…" }
      return part.endIndex == whole.endIndex ? (text + "\n", false) : (String(Substring(part)), true)
    }

    /// Code points of a value's text that are compared.
    private static let longest = 1 << 14

    /// The text, with its value kept as `ans`.
    var keepingAnswer: String { replacingExpression { "ans = " + $0 } }

    /// The lines of a recipe: what the prompt showed is printed.
    func lines(answerIsUsed: Bool) -> String {
      guard let printer, expression != nil else { return text }
      if answerIsUsed { return keepingAnswer + (isSilent ? "" : "\n\(printer)(ans)") }
      return isSilent ? text : replacingExpression { "\(printer)(\($0))" }
    }

    var hasAnswer: Bool { expression != nil }

    func mentions(_ name: String) -> Bool { names.contains(name) }

    private func replacingExpression(_ change: (String) -> String) -> String {
      guard let expression else { return text }
      let bytes = Array(text.utf8)
      guard expression.upperBound <= bytes.count else { return text }
      return String(decoding: bytes[..<expression.lowerBound], as: UTF8.self)
        + change(String(decoding: bytes[expression], as: UTF8.self))
        + String(decoding: bytes[expression.upperBound...], as: UTF8.self)
    }

    private static func lastExpression(of tree: Tree) -> Range<Int>? {
      guard tree.faults.isEmpty, let file = tree.functions.first, case .block(let statements) = tree[file.body],
        let last = statements.last
      else { return nil }
      switch tree[last] {
      case .assign, .unpack, .augmented, .function, .forLoop, .whileLoop, .breakLoop, .continueLoop, .returnValue,
        .param, .use, .needs, .invalid:
        return nil
      default:
        let span = tree.span(last)
        return Int(span.start)..<Int(span.end)
      }
    }
  }

  /// The text of a recipe, which with its defaults does what the session did. Each of `parameters` is the name of a constant that
  /// becomes a `param`; `reset` are those that a later line sets again. Throws `badValue` for one that was given no constant.
  static func text(of entries: [Entry], parameters: [String]) throws -> (text: String, reset: [String]) {
    var roles: [Int: Role] = [:]
    var reset: [String] = []
    for name in parameters {
      guard let (own, isSetAgain) = Self.roles(of: name, in: entries) else {
        throw Fault.badValue(
          "`\(name)` is no constant of this session",
          help: "a parameter comes from a line like `\(name) = 5`: a number, a string, a bool or a list of them")
      }
      roles.merge(own) { $1 }
      if isSetAgain { reset.append(name) }
    }
    var lines: [String] = []
    for (index, entry) in entries.enumerated() {
      switch roles[index] {
      case .param(let text): lines.append(text)
      case .overwritten: break
      case nil:
        let following = entries[(index + 1)...]
        // Up to the next value, which is then the last one.
        let reach = following.firstIndex { $0.hasAnswer }.map { following[...$0] } ?? following
        lines.append(entry.lines(answerIsUsed: reach.contains { $0.usesAnswer }))
      }
    }
    let text = lines.joined(separator: "\n") + "\n"
    guard case .formatted(let bytes) = Formatter.format(SourceFile(name: "<recipe>", text: text)) else {
      return (text, reset)
    }
    return (String(decoding: bytes, as: UTF8.self), reset)
  }

  /// What becomes of an entry that gives a parameter its constant.
  private enum Role {
    case param(String)
    /// Nothing has looked at it before another constant came.
    case overwritten
  }

  /// The constant that a name has when it is first used becomes its default. Nil when it has none by then.
  private static func roles(of name: String, in entries: [Entry]) -> (roles: [Int: Role], isSetAgain: Bool)? {
    let constants = entries.indices.filter { param(entries[$0])?.name == name }
    let firstUse = entries.indices.first { !constants.contains($0) && entries[$0].mentions(name) } ?? entries.endIndex
    guard let last = constants.last(where: { $0 < firstUse }), let param = param(entries[last]) else { return nil }
    var roles: [Int: Role] = [last: .param(param.text)]
    for index in constants where index < last { roles[index] = .overwritten }
    return (roles, constants.contains { $0 > last })
  }

  /// `k = 5` as `param k: number = 5`.
  private static func param(_ entry: Entry) -> (name: String, text: String)? {
    let tree = Parser.parse(SourceFile(name: "<recipe>", text: entry.text))
    guard tree.faults.isEmpty, let file = tree.functions.first, case .block(let statements) = tree[file.body],
      statements.count == 1, case .assign(let target, let value) = tree[statements[0]],
      case .name(let name) = tree[target], let type = type(of: value, in: tree)
    else { return nil }
    return (name, "param \(name): \(type) = \(tree.file.text(tree.span(value)))")
  }

  private static func type(of node: NodeID, in tree: Tree) -> String? {
    switch tree[node] {
    case .number: return "number"
    case .string: return "string"
    case .bool: return "bool"
    case .negate(let inner):
      if case .number = tree[inner] { return "number" }
      return nil
    case .list(let items): return items.allSatisfy { type(of: $0, in: tree) != nil } ? "list" : nil
    default: return nil
    }
  }
}
