// Explanations of the errors about types, values, shapes and indices (03, 04).

extension ErrorExplanation {
  static var badOperands: ErrorExplanation {
    ErrorExplanation(
      "an operator does not work on these values",
      cause: "The types on both sides of an operator do not go together.",
      .program("1 + \"a\""),
      fix: "Convert one side: `number(\"1\")`, or `\"{x}\"` for a text.")
  }

  static var wrongType: ErrorExplanation {
    ErrorExplanation(
      "an argument has the wrong type",
      cause: "An operation was given a value of a type that it does not take.",
      .program("sqrt(\"2\")"),
      fix: "The message names the argument and the types that it takes.")
  }

  static var notCallable: ErrorExplanation {
    ErrorExplanation(
      "this is not a function",
      cause: "A value that is no function is called; perhaps a name hides a function.",
      .program("x = 5\nx(1)"),
      fix: "Remove the brackets, or give the value another name.")
  }

  static var notACondition: ErrorExplanation {
    ErrorExplanation(
      "a condition is neither true nor false",
      cause: "`if`, `while`, `and`, `or` and `not` take true, false or nil. A number or a tensor is none of them.",
      .program("if 1 { print(\"yes\") }"),
      fix: "Compare: `x != 0`, `len(xs) > 0`; for tensors `any(x)` or `all(x)`.")
  }

  static var notIndexable: ErrorExplanation {
    ErrorExplanation(
      "this has no elements or cannot be looped over",
      cause: "Only lists, ranges, strings, records, tables and tensors have elements.",
      .program("x = 5\nx[0]"),
      fix: "Look at the value with `type(x)`.")
  }

  static var badValue: ErrorExplanation {
    ErrorExplanation(
      "a value is not one of those that make sense",
      cause: "The type is right, the value is not: a negative count, an unknown choice, a text that is no number.",
      .program("number(\"abc\")"),
      fix: "The message names the argument and what it takes.")
  }

  static var badFormat: ErrorExplanation {
    ErrorExplanation(
      "a format is wrong",
      cause:
        "What stands behind `:` in `{x:…}` is not part of Python's format mini-language, or does not fit the value.",
      .program("print(\"{3.5:d}\")"),
      fix: "`d` takes whole numbers, `f`, `e` and `%` any number, `s` a text: `{3.5:.1f}`.")
  }

  static var notWhole: ErrorExplanation {
    ErrorExplanation(
      "a whole number is needed",
      cause: "An index, a size or a count has a fraction, or is too large to count with.",
      .program("xs = [1, 2]\nxs[0.5]"),
      fix: "Round it: `round(x)`, or divide with `//`.")
  }

  static var unpackMismatch: ErrorExplanation {
    ErrorExplanation(
      "the values do not fit the names",
      cause:
        "`a, b = …` needs a list, a row or a record of as many values as there are names. A text is one value and is never taken apart.",
      .program("a, b = [1, 2, 3]"),
      fix: "Add names, or take a slice: `a, b = xs[0:2]`.")
  }

  static var indexOutOfRange: ErrorExplanation {
    ErrorExplanation(
      "an index is out of range",
      cause: "The element does not exist. The first is 0, the last -1; slices clip, single indices do not.",
      .program("xs = [1, 2]\nxs[2]"),
      fix: "The message shows the axis and its size.")
  }

  static var shapeMismatch: ErrorExplanation {
    ErrorExplanation(
      "shapes do not fit each other",
      cause: "Broadcasting follows NumPy: sizes are compared from the last axis, and must be equal or 1.",
      .program("zeros(2, 3) + zeros(2, 4)"),
      fix: "Compare the shapes in the message; `reshape`, `.T` and `keep=true` in reductions help.")
  }

  static var innerSizeMismatch: ErrorExplanation {
    ErrorExplanation(
      "a matrix product does not fit",
      cause: "In `a @ b` the columns of `a` must be as many as the rows of `b`.",
      .program("zeros(91, 768) @ zeros(64, 768)"),
      fix: "Often one side wants `.T`.")
  }

  static var badShape: ErrorExplanation {
    ErrorExplanation(
      "a shape is not possible here",
      cause:
        "An operation needs another number of axes, an axis that does not exist is named, or rows have different lengths.",
      .program("sum(zeros(2, 3), axis=5)"),
      fix: "Look at `x.shape`; axes count from 0, or from the end with -1.")
  }

  static var badLabel: ErrorExplanation {
    ErrorExplanation(
      "a text is not the label of one row",
      cause: "No token reads like this, several do, or the tensor is not labelled.",
      .program("m = load(\"mini\")\nm.wte[\"qwertyuiop\"]"),
      fix: "Mind the space at the start of most words (`\" time\"`), or index by the token's id.")
  }
}
