// Explanations of the errors about names, arguments and options (02).

extension ErrorExplanation {
  static var unknownName: ErrorExplanation {
    ErrorExplanation(
      "there is no such name",
      cause: "The name is misspelt, or is assigned only inside another function.",
      .program("pritn(len([1, 2]))"),
      fix: "Take the suggested name, or assign it first.")
  }

  static var unboundName: ErrorExplanation {
    ErrorExplanation(
      "a name has no value yet",
      cause:
        "The name is assigned further down, or in a branch that did not run. A function that assigns a name anywhere has a name of its own.",
      .program("x = 1\nfn f() {\n  y = x\n  x = 2\n  y\n}\nf()"),
      fix: "Assign it before it is read, or pass the value in as an argument.")
  }

  static var unknownField: ErrorExplanation {
    ErrorExplanation(
      "there is no such field",
      cause: "What stands before the `.` has no field of that name.",
      .program("m = load(\"mini\")\nm.weights"),
      fix: "`?m` at the prompt shows the fields; so does Tab after the `.`.")
  }

  static var unknownArgument: ErrorExplanation {
    ErrorExplanation(
      "there is no such argument",
      cause: "A call names an argument that the function does not have.",
      .program("round(1.5, digit=1)"),
      fix: "Take a name from the signature in the help line.")
  }

  static var wrongArgumentCount: ErrorExplanation {
    ErrorExplanation(
      "too many or too few arguments",
      cause: "A call gives more arguments than the function takes, or leaves out one that has no default.",
      .program("len()"),
      fix: "Compare with the signature in the help line.")
  }

  static var unknownKey: ErrorExplanation {
    ErrorExplanation(
      "the record has no such key",
      cause: "A record is indexed with a key that it does not hold.",
      .program("r = {name: \"mini\"}\nprint(r[\"size\"])"),
      fix: "Test for the key first (`\"size\" in r`), or write `try r[\"size\"] else 0`.")
  }

  static var unknownModule: ErrorExplanation {
    ErrorExplanation(
      "there is no such module",
      cause: "`use` names a module that is not part of the standard library.",
      .program("use geometri"),
      fix: "Take the suggested name. A file of your own is named by its path: `use \"lib/mine.tw\"`.")
  }

  static var moduleCycle: ErrorExplanation {
    ErrorExplanation(
      "modules use each other in a circle",
      cause: "A module needs itself before it is complete; the message shows the chain.",
      .command("echo 'use \"loop.tw\"' >loop.tw && tw loop.tw"),
      fix: "Move what both need into a third module.")
  }

  static var badOption: ErrorExplanation {
    ErrorExplanation(
      "the command line does not fit the recipe",
      cause:
        "An option is unknown, has no value, or its value does not have the type that the recipe's `param` declares. The exit status is 2.",
      .command("echo 'param k: number = 5' >probe.tw && tw probe.tw --k five"),
      fix: "`tw FILE --help` shows what a recipe takes.")
  }

  static var unusedParam: ErrorExplanation {
    ErrorExplanation(
      "a param is never used",
      cause: "A recipe declares an option and does nothing with it. Only `tw check` looks for this.",
      .check("param k: number = 5 \"tokens to show\"\nprint(\"hello\")"),
      fix: "Use it, or remove it.")
  }

  static var unreachableCode: ErrorExplanation {
    ErrorExplanation(
      "a statement can never run",
      cause: "It stands behind `return`, `break` or `continue` in the same block. Only `tw check` looks for this.",
      .check("fn f(x) {\n  return x\n  print(\"never\")\n}\nf(1)"),
      fix: "Remove it, or put the `return` behind it or into an `if`.")
  }

  static var emptyBlock: ErrorExplanation {
    ErrorExplanation(
      "an empty block where a value is expected",
      cause:
        "After `=>`, and after the `=` of a `fn`, `{}` is a block without statements, and gives nil. A warning of `tw check`.",
      .check("counts = map(0..3, i => {})\nprint(counts)"),
      fix: "An empty record is written `record()` there; where no value is meant, write `nil`.")
  }

  static var shadowedBuiltin: ErrorExplanation {
    ErrorExplanation(
      "a name is called that is no longer the built-in function",
      cause: "The program gives the name of a built-in function another value, and calls it. A warning of `tw check`.",
      .check("len = 3\nif false { print(len([1, 2])) }"),
      fix:
        "Give the value another name. A function of your own under such a name, `fn len(x) = …`, is meant and not reported."
    )
  }

  static var hiddenErrors: ErrorExplanation {
    ErrorExplanation(
      "`try` hides more than a missing key",
      cause: "`try r.x else v` gives `v` after every error, a slip in the name `r` included. A warning of `tw check`.",
      .check("r = {a: 1}\nprint(try r.b else 0)"),
      fix: "Write `get(r, \"x\", v)`, which gives `v` only where the key is missing.")
  }

  static var firstEdition: ErrorExplanation {
    ErrorExplanation(
      "this meant something else in the first edition",
      cause: "The recipe was written for tw 0.1, and what stands here works otherwise now. A warning of `tw check`.",
      .check("param out: string = \"out\"\nif false { save(\"x\", \"{out}/a.txt\") }"),
      fix: "[second-edition.md](second-edition.md) says what changed and how a recipe is changed.")
  }
}
