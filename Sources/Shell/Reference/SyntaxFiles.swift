// Syntax highlighting for editors, from the list of keywords and the registrations.

import Lang
import Operations
import Runtime

/// The words of the language, by what they are.
struct LanguageWords {
  let constants: [String]
  let operators = ["and", "or", "not", "in"]
  /// All other keywords.
  let keywords: [String]
  /// Operations, and functions of the modules that are always loaded.
  let functions: [String]
  let types = ParamType.allCases.map(\.rawValue)
  /// Keywords that are names but at the start of a line.
  let first = Keyword.all.filter(\.isContextual).map(\.word)

  init() {
    let literals = ["true", "false", "nil"]
    constants = literals + Registrations.all.filter { $0.constant != nil }.map(\.name)
    let others = Set(literals + operators)
    keywords = TokenKind.keywords.keys.filter { !others.contains($0) }.sorted()
    let always = Interpreter.alwaysLoaded.map { "stdlib: " + $0.dropLast(3) }
    functions = Reference().sections.filter { !$0.title.hasPrefix("stdlib: ") || always.contains($0.title) }
      .flatMap { $0.entries.map(\.name) }.filter { [constants] in
        TokenKind.keywords[$0] == nil && !constants.contains($0)
      }.sorted()
  }
}

enum VimSyntax {
  static var text: String {
    let words = LanguageWords()
    return """
      " Vim syntax file for tw, made by `make docs` from the language's own lists.
      if exists("b:current_syntax")
        finish
      endif

      syn case match
      syn iskeyword @,48-57,_,192-255
      \(lines("syn keyword twKeyword", words.keywords))
      \(lines("syn keyword twOperatorWord", words.operators))
      \(lines("syn keyword twConstant", words.constants))
      \(lines("syn keyword twFunction", words.functions))
      syn match twKeyword "^\\%(\(words.first.joined(separator: "\\|"))\\)\\ze\\s\\+tw\\>"
      syn match twField "\\.\\s*\\h\\w*"
      syn match twParamType ":\\s*\\%(\(words.types.joined(separator: "\\|"))\\)\\>" contained
      syn match twParam "^\\s*param\\s.*$" contains=twKeyword,twParamType,twString,twNumber,twConstant,twComment
      syn match twNumber "\\<0x[0-9a-fA-F_]\\+\\|\\<\\d[0-9_]*\\%(\\.\\d[0-9_]*\\)\\?\\%([eE][+-]\\?\\d\\+\\)\\?"
      syn match twArrow "=>\\||>"
      syn match twEscape +\\\\\\%([ntr"\\\\{]\\|u{\\x*}\\|x\\x\\x\\)+ contained
      syn region twInterpolation matchgroup=twEscape start="{" end="}" contained contains=TOP
      syn region twString start=+"+ skip=+\\\\.+ end=+"+ contains=twEscape,twInterpolation
      syn region twString start=+\"\"\"+ skip=+\\\\.+ end=+\"\"\"+ contains=twEscape,twInterpolation
      syn region twString start=+\\<r"+ end=+"+
      syn match twComment "#.*$" contains=@Spell
      syn match twDocumentation "^\\s*##.*$" contains=@Spell

      hi def link twKeyword Keyword
      hi def link twOperatorWord Operator
      hi def link twConstant Constant
      hi def link twFunction Function
      hi def link twParamType Type
      hi def link twNumber Number
      hi def link twArrow Operator
      hi def link twString String
      hi def link twEscape SpecialChar
      hi def link twComment Comment
      hi def link twDocumentation SpecialComment

      let b:current_syntax = "tw"

      """
  }

  /// One command for some words, in lines that can be read.
  private static func lines(_ head: String, _ words: [String]) -> String {
    var lines: [String] = []
    var line = head
    for word in words {
      if line.count + 1 + word.count > 100 {
        lines.append(line)
        line = head
      }
      line += " " + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

/// The format of TextMate, which Visual Studio Code and GitHub read too.
enum TextMateGrammar {
  static var text: String {
    let words = LanguageWords()
    let rules = [
      rule("comment.block.documentation.tw", match: "##.*$"),
      rule("comment.line.number-sign.tw", match: "#.*$"),
      string("\"\"\"", end: "\"\"\""),
      "    { \"name\": \"string.quoted.raw.tw\", \"begin\": \"\\\\br\\\"\", \"end\": \"\\\"\" }",
      string("\"", end: "\""),
      rule("constant.numeric.tw", match: "\\b(0x[0-9a-fA-F_]+|[0-9][0-9_]*(\\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?)\\b"),
      // A keyword may name a field.
      rule("variable.other.member.tw", match: "(?<=\\.)\\s*[\\p{L}_][\\p{L}\\p{N}_]*"),
      rule("keyword.control.tw", match: any(of: words.keywords) + "|^" + any(of: words.first) + "(?=\\s+tw\\b)"),
      rule("keyword.operator.word.tw", match: any(of: words.operators)),
      rule("constant.language.tw", match: any(of: words.constants)),
      rule("support.function.tw", match: any(of: words.functions) + "(?!\\s*=[^=>])"),
      rule("keyword.operator.tw", match: "\\|>|=>|\\.\\.|[-+*/%^@]=?|[<>=!]=?|[|&~]"),
    ]
    return """
      {
        "name": "tw",
        "scopeName": "source.tw",
        "fileTypes": ["tw"],
        "firstLineMatch": "^#!.*\\\\btw\\\\b",
        "patterns": [{ "include": "#expression" }],
        "repository": {
          "expression": { "patterns": [
      \(rules.joined(separator: ",\n"))
          ] }
        }
      }

      """
  }

  private static func any(of words: [String]) -> String { "\\b(" + words.joined(separator: "|") + ")\\b" }

  private static func rule(_ name: String, match: String) -> String {
    "    { \"name\": \"\(name)\", \"match\": \(JSONText.quoted(match)) }"
  }

  private static func string(_ begin: String, end: String) -> String {
    let escape = JSONText.quoted("\\\\([ntr\"\\\\{]|u\\{[0-9a-fA-F]*\\}|x[0-9a-fA-F]{2})")
    return """
          { "name": "string.quoted.double.tw", "begin": \(JSONText.quoted(begin)), "end": \(JSONText.quoted(end)), "patterns": [
            { "name": "constant.character.escape.tw", "match": \(escape) },
            { "name": "meta.embedded.tw", "begin": "\\\\{", "end": "\\\\}", "patterns": [{ "include": "#expression" }] }
          ] }
      """
  }

  private enum JSONText {
    static func quoted(_ text: String) -> String {
      "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
  }
}
