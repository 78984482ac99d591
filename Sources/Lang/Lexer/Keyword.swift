// The keywords, each with what `?if` and `tw doc if` say about it.

package struct Keyword {
  package let word: String
  /// `.name` for a word that only means something in one place.
  let kind: TokenKind
  /// How it is written.
  package let form: String
  package let documentation: String
  /// A program that runs as it stands.
  package let example: String

  private init(_ word: String, _ kind: TokenKind, _ form: String, _ documentation: String, example: String) {
    self.kind = kind
    self.word = word
    self.form = form
    self.documentation = documentation
    self.example = example
  }

  /// A word that is a name like any other but where it says something.
  package var isContextual: Bool { kind == .name }

  package static func named(_ word: String) -> Keyword? { all.first { $0.word == word } }

  /// In the order of the alphabet.
  package static let all: [Keyword] = [
    Keyword(
      "and", .and, "a and b", "True when both are. The right side is looked at only when the left one is true.",
      example: "x = 3\nx > 0 and x < 10"),
    Keyword(
      "break", .break, "break", "Leaves the innermost loop.",
      example: "for x in [1, 4, 9, 16] {\n  if x > 5 { break }\n  print(x)\n}"),
    Keyword(
      "catch", .catch, "try { … } catch e { … }",
      "What happens after an error in the block before it: `e.message` says which, `e.code` and `e.line` what kind and where. error(e) raises it again.",
      example: "try { [1, 2][5] } catch e { print(e.message) }"),
    Keyword(
      "continue", .continue, "continue", "Goes on with the next turn of the innermost loop.",
      example: "for x in 0..5 {\n  if x % 2 == 0 { continue }\n  print(x)\n}"),
    Keyword(
      "else", .else, "if c { … } else { … }, try e else v",
      "What happens, or the value, when the condition is false, or the expression fails.",
      example: "if 1 > 2 { \"more\" } else { \"less\" }"),
    Keyword(
      "false", .false, "false", "One of the two bools; the other is `true`.", example: "not false"),
    Keyword(
      "fn", .fn, "fn name(a, b=2, rest...) { … }, fn name(a) = e",
      "Defines a function. Its value is that of its last expression. `##` lines above it are its documentation. A function without a name is a lambda: x => x + 1.",
      example: "fn hypotenuse(a, b=4) = sqrt(a ^ 2 + b ^ 2)\nhypotenuse(3)"),
    Keyword(
      "for", .for, "for x in xs { … }",
      "Runs the block for each element of a list, range, string or tensor (rows), for each row of a table and each key of a record. With several names an element is unpacked; a record gives its keys and values, for key, value in r.",
      example: "for i, word in enumerate([\"to\", \"kill\"]) { print(i, word) }"),
    Keyword(
      "if", .if, "if c { … } else if d { … } else { … }",
      "Runs the block whose condition is true; its value is that of the block. A condition is a bool or nil: compare, or ask any(x), all(x), len(x) > 0.",
      example: "x = -3\nsign = if x < 0 { -1 } else { 1 }\nsign"),
    Keyword(
      "in", .in, "x in xs, x not in xs, for x in xs { … }",
      "Whether a collection holds an element, a record a key, or a string a part.",
      example: "\"ill\" in \"kill\" and 3 in [1, 2, 3]"),
    Keyword(
      "needs", .name, "needs tw >= VERSION",
      "The first statement of a file that needs this version of tw or a later one: an older one says so in one line and stops. Elsewhere `needs` is a name like any other.",
      example: "needs tw >= 0.2\nm = load(\"mini\")\nm.name"),
    Keyword(
      "nil", .nil, "nil", "The value of what gives none. In a condition it counts as false.",
      example: "x = nil\nx == nil"),
    Keyword(
      "not", .not, "not a, x not in xs", "True when `a` is false.", example: "not (1 > 2) and 5 not in [1, 2]"),
    Keyword(
      "or", .or, "a or b", "True when one of them is. The right side is looked at only when the left one is false.",
      example: "x = 30\nx < 0 or x > 10"),
    Keyword(
      "param", .param, "param name: type = default \"help\"",
      "Declares an option of a recipe: `tw FILE --name VALUE`. Types are \(ParamType.listed): a `model` is loaded, a `file` is one to read, a `folder` a place to write. Without `= default` the option is required.",
      example: "param k: number = 5 \"nearest tokens to show\"\nk"),
    Keyword(
      "return", .return, "return e, return", "Leaves the function, or the lambda, with a value.",
      example: "fn first_above(xs, limit) {\n  for x in xs { if x > limit { return x } }\n}\nfirst_above([1, 4, 9], 3)"),
    Keyword(
      "true", .true, "true", "One of the two bools; the other is `false`.", example: "true and not false"),
    Keyword(
      "try", .try, "try e else v, try { … } catch e { … }",
      "Goes on after an error: with the value `v`, or with a block.",
      example: "r = {a: 1}\ntry r[\"b\"] else 0"),
    Keyword(
      "use", .use, "use name, use \"FILE.tw\" as name",
      "Brings in a module: one of the standard library, or a file beside the program. It is a record of the names that the file defines; names that start with `_` stay inside.",
      example: "use prelude\nkeys(prelude)"),
    Keyword(
      "while", .while, "while c { … }", "Runs the block as long as the condition is true.",
      example: "n = 100\nwhile n > 10 { n = n / 2 }\nn"),
  ]
}
