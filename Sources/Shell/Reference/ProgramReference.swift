// `tw doc FILE`: what a recipe or a module says about itself, as Markdown. All of it comes from its text; nothing is run.

import Lang
import Runtime

enum ProgramReference {
  /// Throws the errors of a text that cannot be read.
  static func text(of source: SourceFile) throws -> String {
    let tree = Parser.parse(source)
    try checkInterrupt()
    guard tree.faults.isEmpty else { throw FaultList(faults: tree.faults) }
    let (text, example) = Markdown.splitExample(tree.documentation)
    var blocks = ["# \(source.name)"]
    if !text.isEmpty { blocks.append(Markdown.prose(text)) }
    if !example.isEmpty { blocks.append("```tw\n\(example)\n```") }
    let params = RecipeInfo(of: tree).params
    if !params.isEmpty {
      blocks.append("## Options")
      blocks.append("```\n\(RecipeHelp.usage(path: source.name, params))\n```")
      blocks.append(
        params.map { "- `\($0.option)` " + Markdown.prose(RecipeHelp.explanation($0)).joinedLines }.joined(
          separator: "\n"))
    }
    let functions = Reference.functions(of: tree)
    if !functions.isEmpty {
      blocks.append("## Functions")
      blocks += functions.map { Reference.markdown($0).withoutLastBreak }
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }
}

extension String {
  /// On one line, for an item of a list.
  fileprivate var joinedLines: String { split(separator: "\n").joined(separator: " ") }

  fileprivate var withoutLastBreak: String { hasSuffix("\n") ? String(dropLast()) : self }
}
