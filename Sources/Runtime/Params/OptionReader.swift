// A recipe's own command line: `--name VALUE`, `--name=VALUE`, `--flag`, `--no-flag`, as its `param`s declare them.

import CPlatform
import Lang

enum OptionReader {
  /// Values by param name. Throws `badOption` for what the recipe does not declare, for what is given twice, and for what it
  /// requires and does not get; `hint` is what the host says to an unknown name.
  static func read(
    _ words: [String], for params: [ParamNode], hint: (String) -> String? = { _ in nil }
  ) throws -> [String: Value] {
    var values: [String: Value] = [:]
    // What was written for each.
    var written: [String: String] = [:]
    func note(_ param: ParamNode, _ text: String) throws {
      guard let before = written.updateValue(text, forKey: param.nameText) else { return }
      throw givenTwice(param, before, text)
    }
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word.hasPrefix("--"), word.utf8.count > 2 else {
        throw Fault(
          .badOption, "`\(word)` is not an option", help: "options are written --name VALUE; --help lists them")
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = ParamDeclaration.name(of: parts[0])
      let inline = parts.count > 1 ? String(parts[1]) : nil
      if let param = params.first(where: { $0.nameText == name }) {
        if param.type == .bool {
          try note(param, word)
          values[name] = .bool(try inline.map { try bool($0, name) } ?? true)
          continue
        }
        guard let text = inline ?? (index < words.count ? words[index] : nil) else {
          throw Fault(.badOption, "--\(name) needs a value", help: help(param))
        }
        if inline == nil { index += 1 }
        try note(param, inline == nil ? "\(word) \(text)" : word)
        values[name] = try value(text, param)
      } else if name.hasPrefix("no_"), inline == nil,
        let param = params.first(where: { $0.nameText == name.dropFirst(3) && $0.type == .bool })
      {
        try note(param, word)
        values[param.nameText] = .bool(false)
      } else {
        throw unknown(String(parts[0]), params, hint(String(parts[0])))
      }
    }
    let missing = params.filter { $0.defaultValue == nil && values[$0.nameText] == nil }
    if !missing.isEmpty { throw Fault.missingOptions(missing) }
    return values
  }

  private static func value(_ text: String, _ param: ParamNode) throws -> Value {
    switch param.type {
    case .number:
      guard let number = number(text) else {
        throw Fault(.badOption, "--\(param.nameText) wants a number, got `\(text)`", help: help(param))
      }
      return .number(number)
    case .list:
      if text.isEmpty { return .list([]) }
      let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let numbers = items.compactMap(number)
      return numbers.count == items.count ? .list(numbers.map(Value.number)) : .strings(items)
    default: return .string(text)
    }
  }

  /// A number as the language writes it, with a sign.
  private static func number(_ text: String) -> Double? {
    guard let first = text.utf8.first, first != 32, !text.utf8.contains(0) else { return nil }
    let plain = text.filter { $0 != "_" }
    var value = 0.0
    return tw_parse_double(plain, &value) ? value : nil
  }

  private static func bool(_ text: String, _ name: String) throws -> Bool {
    switch text {
    case "true", "yes", "1": return true
    case "false", "no", "0": return false
    default: throw Fault(.badOption, "--\(name) is true or false, got `\(text)`")
    }
  }

  private static func help(_ param: ParamNode) -> String {
    "--\(param.nameText): \(param.help.isEmpty ? param.type?.rawValue ?? "" : param.help)"
  }

  private static func givenTwice(_ param: ParamNode, _ first: String, _ second: String) -> Fault {
    Fault(
      .badOption, "--\(param.nameText) is given twice: `\(first)` and `\(second)`",
      help: param.type == .list ? "leave one out; a list is one option, its items by commas" : "leave one out")
  }

  private static func unknown(_ name: String, _ params: [ParamNode], _ hint: String?) -> Fault {
    let near = nearestName(to: name, among: params.map(\.nameText)).map { "did you mean --\($0)?" }
    let all = params.isEmpty ? "the recipe takes no options" : "--help lists what the recipe takes"
    return Fault(.badOption, "the recipe has no option --\(name)", help: hint ?? near ?? all)
  }
}
