// A program, or an hour at the prompt: texts that run one after the other over the same names.

import Lang

/// What a recipe says about one of its `param`s.
public struct ParamDeclaration {
  public let name: String
  /// string, number, bool or list.
  public let type: String
  /// The default as it is written.
  public let defaultText: String
  public let help: String
  public let documentation: String

  /// Which param an option without its `--` means: `min-dist` is `min_dist`.
  public static func name(of option: some StringProtocol) -> String {
    String(option.map { $0 == "-" ? "_" : $0 })
  }
}

/// What `tw FILE --help` shows.
public struct RecipeInfo {
  public let documentation: String
  public let params: [ParamDeclaration]
}

public final class Session {
  public let interpreter: Interpreter
  private let isInteractive: Bool
  let module: Module
  /// What to say to an option (without its dashes) that the program does not declare.
  public var optionHint: (String) -> String? = { _ in nil }

  /// `folder` is where the program's text lies, for `use "…"`.
  public init(interpreter: Interpreter, isInteractive: Bool, folder: String? = nil) {
    self.interpreter = interpreter
    self.isInteractive = isInteractive
    module = Module(folder: folder)
  }

  public struct Outcome {
    /// Value of the last statement.
    public let value: Value
    /// The text ends with `;`.
    public let isSilent: Bool
  }

  /// Compiles and runs a text. `options` are the words behind the file on the command line; nil leaves all params at their
  /// defaults. Throws a `Fault`, or a `FaultList` when the text has several errors; nothing has run then.
  public func run(_ source: SourceFile, options: [String]?) throws -> Outcome {
    let tree = Parser.parse(source, isInteractive: isInteractive)
    if let options, tree.faults.isEmpty {
      module.options = try OptionReader.read(options, for: tree.params, hint: optionHint)
      interpreter.permissions.allowParameters { folder(named: $0, in: tree) }
      if let out = folder(named: "out", in: tree) {
        try OutFolder.check(
          out.path, isFolder: tree.hasText(startingWith: "out", then: "/"), permissions: interpreter.permissions)
      }
    }
    let value = try interpreter.run(tree, in: module)
    return Outcome(value: value, isSilent: tree.isSilent)
  }

  /// What a parameter says when the program starts: the user's word, or else the default in the text.
  private func folder(named name: String, in tree: Tree) -> (path: String, chooser: Permissions.Chooser)? {
    guard let param = tree.params.first(where: { $0.nameText == name }) else { return nil }
    if let given = module.options[name] { return given.asString.map { ($0, .user) } }
    var value = tree[param.defaultValue]
    while case .group(let inner) = value { value = tree[inner] }
    if case .string(let text) = value { return (text, .recipe) }
    return nil
  }

  /// All errors that can be found without running anything.
  public func check(_ source: SourceFile) -> [Fault] {
    let tree = Parser.parse(source)
    let resolution = Resolver.resolve(tree, globals: GlobalNames(), builtins: interpreter)
    var faults = tree.faults + resolution.faults
    // Names that a faulty statement would have defined are not worth a second complaint.
    if tree.faults.isEmpty { faults += Checker.check(tree, resolution, builtins: interpreter) }
    return faults.sorted { ($0.place?.span.start ?? 0) < ($1.place?.span.start ?? 0) }
  }

  /// What a recipe's text says about itself.
  public func recipeInfo(_ source: SourceFile) throws -> RecipeInfo {
    let tree = Parser.parse(source)
    if !tree.faults.isEmpty { throw FaultList.error(tree.faults) }
    let params = tree.params.map { param in
      ParamDeclaration(
        name: param.nameText, type: param.type, defaultText: source.text(tree.span(param.defaultValue)),
        help: param.help,
        documentation: param.documentation)
    }
    return RecipeInfo(documentation: tree.documentation, params: params)
  }

  /// The value of one of the session's own names, or of a built-in one.
  public func value(named name: String) -> Value? {
    if let value = module.value(of: name) { return value }
    return interpreter.hasBuiltin(name) ? try? interpreter.builtin(name) : nil
  }

  /// All names that may be used.
  public var names: [String] {
    module.names.names.filter { module.value(of: $0) != nil } + interpreter.builtinNames
  }

  public func setAns(_ value: Value) { module.set("ans", to: value) }
}
