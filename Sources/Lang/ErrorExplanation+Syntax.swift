// Explanations of the errors of the lexer and the parser (01).

extension ErrorExplanation {
  static var unexpectedCharacter: ErrorExplanation {
    ErrorExplanation(
      "a character has no meaning here",
      cause: "A sign stands outside a string that no part of the language is written with.",
      .program("x = 3 § 4"),
      fix: "Remove it, or put it into a string.")
  }

  static var unterminatedString: ErrorExplanation {
    ErrorExplanation(
      "a string does not end",
      cause: "The closing quote is missing, or a string between single `\"` quotes runs over the end of its line.",
      .program("print(\"hello)"),
      fix: "Add the quote. A text of several lines stands between `\"\"\"` and `\"\"\"`.")
  }

  static var badEscape: ErrorExplanation {
    ErrorExplanation(
      "there is no such escape",
      cause:
        "A backslash in a string is followed by something that is not one of `\\n \\t \\r \\\" \\\\ \\{ \\x41 \\u{1F600}`.",
      .program("path = \"C:\\data\""),
      fix: "Write the backslash twice, or use a raw string: `r\"C:\\data\"`.")
  }

  static var badNumber: ErrorExplanation {
    ErrorExplanation(
      "this is not a number",
      cause: "Digits run into letters, or a `_` stands at the end of a number.",
      .program("x = 12abc"),
      fix: "Numbers are written `12`, `1_000`, `0.5`, `1e-5` or `0xff`; names start with a letter.")
  }

  static var unexpectedToken: ErrorExplanation {
    ErrorExplanation(
      "something else is expected here",
      cause: "The text stops making sense at this place; often a sign is missing just before it.",
      .program("x = * 3"),
      fix: "Look at the caret and at what stands before it; the message says what could follow.")
  }

  static var unclosedBracket: ErrorExplanation {
    ErrorExplanation(
      "a bracket has no partner",
      cause: "A `(`, `[` or `{` is never closed, or a closing one has nothing to close.",
      .program("xs = [1, 2"),
      fix: "Add the missing bracket, or remove the extra one.")
  }

  static var badInterpolation: ErrorExplanation {
    ErrorExplanation(
      "braces in a string do not hold an expression",
      cause: "In a string `{` starts an expression, so `{}` and `{{` mean nothing.",
      .program("print(\"a set: {}\")"),
      fix: "For a brace itself write `\\{`, or use a raw string.")
  }

  static var chainedComparison: ErrorExplanation {
    ErrorExplanation(
      "comparisons do not chain",
      cause: "`a < b < c` would compare a truth value with `c`.",
      .program("x = 3\nprint(0 < x < 5)"),
      fix: "Join two comparisons: `0 < x and x < 5`.")
  }

  static var nestedTooDeeply: ErrorExplanation {
    ErrorExplanation(
      "brackets are nested too deeply",
      cause: "More than a thousand brackets, blocks or functions lie inside each other.",
      .command("tw -e \"$(printf '%2000s' | tr ' ' '[')\""),
      fix: "Give inner parts names of their own.")
  }

  static var notAssignable: ErrorExplanation {
    ErrorExplanation(
      "this cannot be assigned to",
      cause: "The left side of `=` is a call, a literal or an expression, not a name, an element or a field.",
      .program("len(\"a\") = 1"),
      fix: "Assign to a name. For equality write `==`.")
  }

  static var badParameterList: ErrorExplanation {
    ErrorExplanation(
      "parameters, arguments or a param are wrong",
      cause:
        "A name stands twice, a parameter without a default follows one with a default, a positional argument follows a named one, or the default of a `param` is computed.",
      .program("fn f(a, a) = a"),
      fix: "Do what the message says; each case has its own help line.")
  }

  static var misplacedStatement: ErrorExplanation {
    ErrorExplanation(
      "a statement stands where it cannot work",
      cause:
        "`return` works inside functions, `break` and `continue` inside loops, `param` at the top level of a file.",
      .program("return 1"),
      fix: "Move it, or remove it.")
  }

  static var badEncoding: ErrorExplanation {
    ErrorExplanation(
      "the text is not UTF-8",
      cause: "The file was saved in another encoding, or is not a text.",
      .command("printf 'print(\"caf\\351\")' | tw -"),
      fix: "Save the file as UTF-8.")
  }

  static var foreignSyntax: ErrorExplanation {
    ErrorExplanation(
      "this is written differently here",
      cause: "The sign belongs to another language: `++`, `&&`, `**`, curly quotes and others.",
      .program("i = 1\ni++"),
      fix: "The help line shows how tw writes it.")
  }

  static var tooLarge: ErrorExplanation {
    ErrorExplanation(
      "a part of the program is too large",
      cause: "A function uses more than 60,000 names and values, or a program more than 65,535 field names.",
      .command("(echo 'fn f() {'; seq -f 'a%.0f = 1' 70000; echo '}') | tw -"),
      fix: "Split it. Long data belongs in a file: `read_json`, `read_csv`.")
  }

  static var tooOld: ErrorExplanation {
    ErrorExplanation(
      "the file needs a newer tw",
      cause:
        "The file says so in its first statement, `needs tw >= VERSION`, and this tw is older. Nothing of it was run.",
      .program("needs tw >= 1000.0\nprint(1)"),
      fix: "Install a newer tw, or an older version of the file.")
  }
}
