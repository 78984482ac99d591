// The values of params that stand for something outside the program, before it starts.

import Lang

extension Interpreter {
  /// Puts the values of `model`, `file` and `folder` params into the module's options: a model is loaded; that a file can be read and a
  /// folder be written is found out (unless `module` is one that another file uses: it may never get there). Throws what is wrong with
  /// a place, at the default in the text where it comes from there; `unboundName` for a required param that nothing gives a value.
  func settleParams(of tree: Tree, in module: Module, isProgram: Bool) throws {
    for param in tree.params where param.defaultValue == nil && module.options[param.nameText] == nil {
      throw Fault.paramWithoutValue(param.nameText, at: tree.place(param.name))
    }
    // What is quick to find out comes before the models.
    for isModel in [false, true] {
      for param in tree.params where param.type?.isPlace == true && (param.type == .model) == isModel {
        let given = module.options[param.nameText]?.asString
        let preset = param.defaultValue.flatMap(tree.constantText)
        guard let text = given ?? preset else {
          module.options[param.nameText] = .nil
          continue
        }
        do {
          module.options[param.nameText] = try place(text, for: param, isGiven: given != nil, isProgram: isProgram)
        } catch let fault as Fault {
          throw given == nil ? fault.at(param.defaultValue.map(tree.place)) : fault
        }
      }
    }
  }

  private func place(_ text: String, for param: ParamNode, isGiven: Bool, isProgram: Bool) throws -> Value {
    let option = "--\(param.nameText)"
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw Fault.emptyPlace(option, param.type, isEmpty: text.isEmpty)
    }
    if param.type == .model {
      guard let paramSources else { throw Fault(.unsupported, "there are no models here") }
      return try paramSources.loadModel(text, permissions: permissions)
    }
    guard isProgram else { return .string(text) }
    do {
      if param.type == .folder {
        try WritableFolder.check(text, option: option, permissions: permissions)
      } else {
        try paramSources?.checkFile(text, permissions: permissions)
      }
    } catch var fault as Fault where fault.code == .notPermitted && !isGiven {
      fault.help = "what a recipe's own default names opens nothing; to allow it: \(option) \(text)"
      throw fault
    }
    return .string(text)
  }
}

extension Fault {
  /// `isEmpty`: there is no text at all, else it holds a zero byte.
  static func emptyPlace(_ option: String, _ type: ParamType?, isEmpty: Bool) -> Fault {
    Fault(
      .badOption, isEmpty ? "\(option) is empty" : "\(option) holds a zero byte",
      help: type == .folder ? "\(option) . is the current folder" : nil)
  }

  static func paramWithoutValue(_ name: String, at place: Place) -> Fault {
    Fault(
      .unboundName, "the param `\(name)` has no value",
      help: "without a default it gets one on the command line only: tw FILE --\(name) VALUE", at: place)
  }

  /// Required options that the command line does not give, each with its kind and help.
  static func missingOptions(_ params: [ParamNode]) -> Fault {
    let names = params.map { "--\($0.nameText)" }
    let listed =
      names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    let lines = params.map { param in
      ParamDeclaration.option(param.nameText, param.type) + (param.help.isEmpty ? "" : ": \(param.help)")
    }
    return Fault(
      .badOption, "\(listed) \(names.count == 1 ? "is" : "are") required", help: lines.joined(separator: "\n"))
  }
}
