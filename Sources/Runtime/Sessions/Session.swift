// A program, or an hour at the prompt: texts that run one after the other over the same names.

import Lang

/// What a recipe says about one of its `param`s.
package struct ParamDeclaration {
  package let name: String
  package let type: ParamType
  /// The default as it is written; nil where the option is required.
  package let defaultText: String?
  package let help: String
  package let documentation: String

  /// As the command line has it: "--k NUMBER", "--[no-]dense".
  package var option: String { Self.option(name, type) }

  static func option(_ name: String, _ type: ParamType?) -> String {
    switch type {
    case .bool: "--[no-]\(name)"
    case .list: "--\(name) A,B,..."
    default: "--\(name) \((type ?? .string).rawValue.uppercased())"
    }
  }

  /// Which param an option without its `--` means: `min-dist` is `min_dist`.
  package static func name(of option: some StringProtocol) -> String {
    String(option.map { $0 == "-" ? "_" : $0 })
  }
}

/// What `tw FILE --help` shows.
package struct RecipeInfo {
  package let documentation: String
  package let params: [ParamDeclaration]

  package init(of tree: Tree) {
    documentation = tree.documentation
    params = tree.params.map { param in
      ParamDeclaration(
        name: param.nameText, type: param.type ?? .string,
        defaultText: param.defaultValue.map { tree.file.text(tree.span($0)) }, help: param.help,
        documentation: param.documentation)
    }
  }
}

/// The command line of a recipe, read as often as it is wanted, without running anything.
package struct RecipeOptions {
  private let tree: Tree

  /// Throws what is wrong with the text.
  package init(_ source: SourceFile) throws {
    tree = Parser.parse(source)
    if !tree.faults.isEmpty { throw FaultList.error(tree.faults) }
  }

  /// The values that words give to params. Throws `badOption`.
  package func values(_ words: [String]) throws -> [String: Value] { try OptionReader.read(words, for: tree.params) }

  /// The files that a program uses as modules, the modules of modules too, in the order in which they are met. Those of the standard library
  /// belong to tw. Throws what is wrong with one.
  package static func modules(of source: SourceFile, _ interpreter: Interpreter) throws -> [SourceFile] {
    var found: [SourceFile] = []
    var waiting = [source]
    while let user = waiting.popLast() {
      for use in Parser.parse(user).uses where use.isFile {
        let module = try interpreter.modules.source(of: use, path: Paths.joined(user.folder ?? ".", use.path))
        guard !found.contains(where: { $0.name == module.name }) else { continue }
        found.append(module)
        waiting.append(module)
      }
    }
    return found
  }
}

package final class Session {
  package let interpreter: Interpreter
  private let isInteractive: Bool
  let module: Module
  /// What to say to an option (without its dashes) that the program does not declare.
  package var optionHint: (String) -> String? = { _ in nil }

  /// `folder` is where the program's text lies, for `use "…"`.
  package init(interpreter: Interpreter, isInteractive: Bool, folder: String? = nil) {
    self.interpreter = interpreter
    self.isInteractive = isInteractive
    module = Module(folder: folder)
  }

  package struct Outcome {
    /// Value of the last statement.
    package let value: Value
    /// The text ends with `;`.
    package let isSilent: Bool
  }

  /// Compiles and runs a text. `options` are the words behind the file on the command line; nil leaves all params at their
  /// defaults. Throws a `Fault`, or a `FaultList` when the text has several errors; nothing has run then.
  package func run(_ source: SourceFile, options: [String]?) throws -> Outcome {
    DeferredRelease.goOn()
    let tree = Parser.parse(source, isInteractive: isInteractive)
    module.options = [:]
    if let options, tree.faults.isEmpty {
      module.options = try OptionReader.read(options, for: tree.params, hint: optionHint)
      interpreter.permissions.allow(
        tree.params, given: { self.module.options[$0.nameText]?.asString },
        byDefault: { $0.defaultValue.flatMap(tree.constantText) },
        besideModel: { self.interpreter.paramSources?.filesBeside(model: $0) ?? [] })
    }
    if let record = interpreter.record {
      let given = module.options
      record.params = { [unowned module] in
        tree.params.compactMap { param in
          let name = param.nameText
          guard let value = module.value(of: name) else { return nil }
          return RunRecord.Param(
            name: name, type: param.type ?? .string, value: value,
            text: given[name]?.asString ?? param.defaultValue.flatMap(tree.constantText), isGiven: given[name] != nil)
        }
      }
    }
    let value = try interpreter.run(tree, in: module, isProgram: true)
    return Outcome(value: value, isSilent: tree.isSilent)
  }

  /// What a recipe's text says about itself.
  package func recipeInfo(_ source: SourceFile) throws -> RecipeInfo {
    let tree = Parser.parse(source)
    if !tree.faults.isEmpty { throw FaultList.error(tree.faults) }
    return RecipeInfo(of: tree)
  }

  /// The value of one of the session's own names, or of a built-in one.
  package func value(named name: String) -> Value? {
    if let value = module.value(of: name) { return value }
    return interpreter.hasBuiltin(name) ? try? interpreter.builtin(name) : nil
  }

  /// All names that may be used.
  package var names: [String] {
    module.names.names.filter { module.value(of: $0) != nil } + interpreter.builtinNames
  }

  package func setAns(_ value: Value) { module.set("ans", to: value) }
}
