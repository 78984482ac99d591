// `tw FILE --help`: everything it says comes from the recipe's text.

import Lang
import Runtime

enum RecipeHelp {
  /// True when the words after the file ask for help. `--help` may also be the value of an option: `--prefix --help`.
  static func isWanted(by words: [String], params: [ParamDeclaration]) -> Bool {
    var index = 0
    while index < words.count {
      let word = words[index]
      if word == "--help" || word == "-h" { return true }
      index += takesNextWord(word, params) ? 2 : 1
    }
    return false
  }

  private static func takesNextWord(_ word: String, _ params: [ParamDeclaration]) -> Bool {
    guard word.hasPrefix("--"), !word.contains("=") else { return false }
    let name = ParamDeclaration.name(of: word.dropFirst(2))
    return params.contains { $0.type != .bool && $0.name == name }
  }

  static func text(path: String, recipe: RecipeInfo, width: Int) -> String {
    var blocks: [String] = []
    if !recipe.documentation.isEmpty { blocks.append(recipe.documentation) }
    blocks.append("USAGE: " + usage(path: path, recipe.params))
    if !recipe.params.isEmpty {
      let rows =
        recipe.params.map { (left: $0.option, right: explanation($0)) } + [(left: "-h, --help", right: "Shows this.")]
      let column = min(rows.reduce(0) { max($0, terminalWidth(of: $1.left)) }, 28) + 4
      blocks.append(
        (["OPTIONS:"] + rows.map { row($0.left, $0.right, column: column, width: width) }).joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n")
  }

  /// "tw probe.tw --k NUMBER [--NAME VALUE ...]": what is required, and that there is more.
  static func usage(path: String, _ params: [ParamDeclaration]) -> String {
    let required = params.filter { $0.defaultText == nil }.map { " " + $0.option }.joined()
    return "tw \(path)" + required + (params.contains { $0.defaultText != nil } ? " [--NAME VALUE ...]" : "")
  }

  /// The help of a param, its type and default.
  static func explanation(_ param: ParamDeclaration) -> String {
    let words = [param.help, param.documentation].filter { !$0.isEmpty }.joined(separator: "\n")
    // Where the default is nil the words say what happens.
    let preset = param.defaultText.map { $0 == "nil" ? "" : ", default: \($0)" } ?? ", required"
    return words + (words.isEmpty ? "" : " ") + "(\(param.type.rawValue)\(preset))"
  }

  /// One option and its explanation, broken at spaces into the space beside it.
  private static func row(_ left: String, _ right: String, column: Int, width: Int) -> String {
    let room = max(width - column, 24)
    let lines = right.split(separator: "\n").flatMap { wrapped(String($0), to: room) }
    var output = "  " + left
    for (index, line) in lines.enumerated() {
      let used = index == 0 ? terminalWidth(of: left) + 2 : 0
      if index > 0 || used >= column { output += "\n" }
      output += String(repeating: " ", count: index == 0 && used < column ? column - used : column) + line
    }
    return output
  }

  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, terminalWidth(of: line) + 1 + terminalWidth(of: String(word)) > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
