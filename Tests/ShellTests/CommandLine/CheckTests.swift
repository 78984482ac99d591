// `tw check`: what is found without running anything, in a program and in its modules.

import Testing

@Suite struct CheckTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.run("mkdir lib")
    try scratch.write(
      "lib/mine.tw",
      """
      size = 5
      _hidden = 1
      fn twice(x) = 2 * x
      fn both(a, b=2, rest...) = [a, b, rest]
      changed = x => x
      changed = 3

      """)
  }

  private func check(_ text: String) throws -> Machine.Result {
    try scratch.write("probe.tw", text + "\n")
    return try scratch.run("$TW check probe.tw")
  }

  /// The codes and places of what was found, "E0205 2:7".
  private func found(_ text: String) throws -> [String] {
    let lines = try check(text).errors.split(separator: "\n").map(String.init)
    return lines.indices.compactMap { index in
      guard lines[index].hasPrefix("error[") || lines[index].hasPrefix("warning[") else { return nil }
      let code = lines[index].drop { $0 != "[" }.dropFirst().prefix(5)
      let place = index + 1 < lines.count ? lines[index + 1].split(separator: ":").suffix(2).joined(separator: ":") : ""
      return "\(code) \(place)"
    }
  }

  // MARK: Modules

  @Test(
    arguments: [
      ("print(mine.size, mine.twice(2), mine.both(1, b=3), 3 |> mine.twice, mine.both(1, 2, 3, 4))", []),
      ("print(mine.sise)", ["E0203 2:12"]),
      ("print(mine._hidden)", ["E0203 2:12"]),
      ("print(mine.twice())", ["E0205 2:7"]),
      ("print(mine.twice(1, 2))", ["E0205 2:7"]),
      ("print(3 |> mine.twice(4))", ["E0205 2:12"]),
      ("print(3 |> mine.twice(x=4))", ["E0205 2:12"]),
      ("print(mine.both(1, c=2))", ["E0204 2:20"]),
      ("print(mine.both(b=2))", ["E0205 2:7"]),
      ("f = () => mine.twice()\nf()", ["E0205 2:11"]),
      ("fn f(mine) = mine.anything(1, 2, 3)\nf({anything: 1})", []),
      ("mine.more = 3\nprint(mine.more)", []),
      ("if true { mine = {a: x => x} }\nprint(mine.a(1))", []),
      // What may be something else by then is not looked at.
      ("print(mine.changed(1, 2, 3))", []),
    ] as [(String, [String])])
  func callsOfAModulesFunctions(code: String, expected: [String]) throws {
    #expect(try found("use \"lib/mine.tw\" as mine\n" + code) == expected)
  }

  @Test func theStandardLibraryIsLookedInto() throws {
    #expect(
      try found("use options\nprint(options.whole(\"--k\", 1, 0), options.whol(1), options.between(1))")
        == ["E0203 2:43", "E0205 2:52"])
  }

  @Test func namesAndArgumentsAreInTheMessage() throws {
    let errors = try check("use \"lib/mine.tw\" as mine\nmine.twise(1)\nmine.twice(1, 2)\nmine.both(a=1, d=2)").errors
    #expect(errors.contains("the module `mine` has no name `twise`\n"))
    #expect(errors.contains("= help: it has a similar name: `twice`"))
    #expect(errors.contains("`mine.twice` takes at most 1 argument, got 2\n"))
    #expect(errors.contains("= help: it is twice(x)"))
    #expect(errors.contains("`mine.both` has no argument `d`\n"))
  }

  @Test func whatIsWrongInAModuleIsToldOnce() throws {
    try scratch.write("lib/faulty.tw", "fn f(x) = x + nowhere\nlen()\n")
    try scratch.write("lib/between.tw", "use \"faulty.tw\" as faulty\ny = faulty.f()\n")
    try scratch.write("a.tw", "use \"lib/between.tw\" as b\nuse \"lib/faulty.tw\" as f\nprint(b.y, f.f(1))\n")
    for files in ["a.tw", "a.tw lib/faulty.tw lib/between.tw", "lib/faulty.tw ./a.tw lib", "."] {
      let run = try scratch.run("$TW check \(files)")
      #expect(run.status == 1)
      let heads = run.errors.split(separator: "\n").filter { $0.hasPrefix("error[") }
      #expect(heads.count == 3, "\(files): \(run.errors)")
      #expect(run.errors.contains("--> lib/faulty.tw:1:15\n") || run.errors.contains("--> ./lib/faulty.tw:1:15\n"))
    }
  }

  @Test(arguments: [
    ("use \"none.tw\" as none", "cannot read ./none.tw: No such file or directory"),
    ("use nowhere", "there is no module `nowhere`"), ("use \"lib\" as l", "cannot read ./lib: it is no file"),
    ("use \"pipe\" as p", "cannot read ./pipe: it is no file"),
    ("use \"loop.tw\" as l", "modules use each other in a circle: probe.tw → loop.tw → probe.tw"),
  ]) func aModuleThatCannotBeUsed(code: String, message: String) throws {
    try scratch.write("loop.tw", "use \"probe.tw\" as p\n")
    let run = try scratch.run("mkfifo pipe; echo '\(code)' >probe.tw; timeout 10 $TW check probe.tw")
    #expect(run.status == 1)
    #expect(run.errors.contains("]: \(message)"), "\(run.errors)")
  }

  // MARK: What is probably not meant

  @Test(
    arguments: [
      ("sum = 3\nprint(sum([1, 2]))", ["E0213 2:7"]),
      ("print(sum([1, 2]))\nsum = sum([1, 2])\nprint(sum)", []),
      ("fn f(xs) = sum(xs)\nsum = 3\nprint(f([1]), sum)", ["E0213 1:12"]),
      ("fn f(len) {\n  len([1])\n}\nf(1)", ["E0213 2:3"]),
      ("for max in [1, 2] { print(max([1])) }", ["E0213 1:27"]),
      ("sort = true\nprint([2, 1] |> sort)", ["E0213 2:17"]),
      ("mean = 3\nf = () => mean([1])\nf()", ["E0213 2:11"]),
      ("sum = 3\nprint(sum)", []),
      ("fn sum(xs) = 1\nprint(sum([1, 2]))", []),
      ("norm = x => x\nprint(norm(3))", []),
      ("fn f() {\n  sum = 1\n  sum\n}\nprint(sum([f()]))", []),
    ] as [(String, [String])])
  func aBuiltinUnderAnotherMeaning(code: String, expected: [String]) throws {
    #expect(try found(code) == expected)
  }

  @Test(
    arguments: [
      ("r = {a: 1}\nprint(try r.b else 0)", ["E0214 2:11"]),
      ("r = {a: {b: 1}}\nprint(try (r.a.c) else 1 + 1)", ["E0214 2:12"]),
      ("r = {a: 1}\nprint(try r[\"b\"] else 0)", ["E0214 2:11"]),
      ("r = {a: 1}\nprint(try r.a + 1 else 0)", []),
      ("print(try number(\"x\") else 0)", []),
      ("E = load(\"mini\").wte\nprint(try E[\" king\"] else nil)", []),
    ] as [(String, [String])])
  func tryInPlaceOfGet(code: String, expected: [String]) throws {
    #expect(try found(code) == expected)
  }

  @Test func theHelpSaysHowToWriteIt() throws {
    let errors = try check("row = {a: 1}\nprint(try row.count else 1 + 1)").errors
    #expect(errors.contains("= help: for a key that may be missing: get(row, \"count\", 1 + 1)\n"), "\(errors)")
  }

  @Test(
    arguments: [
      ("f = x => {}\nf(1)", ["E0212 1:10"]), ("f = () => { }\nf()", ["E0212 1:11"]),
      ("fn f() = {}\nf()", ["E0212 1:10"]),
      ("fn f() {}\nf()", []), ("f = x => { ; }\nf(1)", []), ("x = {}\nprint(x)", []), ("f = x => {a: 1}\nf(1)", []),
    ] as [(String, [String])])
  func emptyBodies(code: String, expected: [String]) throws {
    #expect(try found(code) == expected)
  }

  // MARK: The first edition

  @Test(
    arguments: [
      ("param out: string = \"out\"\nsave(1, \"{out}/a.txt\")", ["E0215 1:7"]),
      ("param out: string = \"a.txt\"\nsave(1, out)", ["E0215 1:7"]),
      ("param out: string = \"csv\"\nprint(out)", []),
      ("param out: folder = \"out\"\nsave(1, \"{out}/a.txt\")", []),
      ("param model: string = \"mini\"\nm = load(model)\nm", ["E0215 1:7"]),
      ("param model: string = \"mini\"\nm = model |> load\nm", ["E0215 1:7"]),
      ("param model: string = \"mini\"\nprint(map(split(model, \",\"), load))", []),
      ("param other: string = \"mini\"\nload(other)", []),
      ("param model: model = \"mini\"\nload(model)", ["E0215 2:1"]),
      ("a, b = \"xy\"\nprint(a, b)", ["E0215 1:8"]),
      ("text = \"x{1}\"\na, b = text\nprint(a, b)", ["E0215 2:8"]),
      ("for a, b in [\"xy\", \"zw\"] { print(a, b) }", ["E0215 1:13"]),
      ("r = {x: 1, y: 2}\na, b = r\nprint(a, b)", ["E0215 2:8"]),
      ("for i, c in enumerate(\"xy\") { print(i, c) }", []),
      ("for a, b in [[\"x\", \"y\"]] { print(a, b) }", []),
      ("x = 4\nprint([\"no\", \"yes\"][x > 3])", ["E0215 2:21"]),
      ("x = tensor([1, 2])\nprint(x[x > 1])", []),
      ("x = tensor([1, 2])\nprint(x[(x > 0) * (x < 5)])", ["E0215 2:9"]),
      ("x = ones(2, 2)\nm = (x[0] > 0) * (x[1] < 5) * (x[0] > 1)\nprint(x[:, m])", ["E0215 3:12"]),
      ("x = tensor([1, 2])\nprint(x[1 - (x > 0)], x[1 - isnan(x)])", ["E0215 2:9", "E0215 2:25"]),
      ("x = tensor([1, 2])\nprint(x[(x > 0) * 1], x[2 - (x > 0)], x[x[0] * x[1] - 2], x[x > 0 & x < 5])", []),
      (
        "g = group_by([1, 2], x => x > 1)\nprint(g.true, g[\"true\"], keys(g))",
        ["E0215 2:9", "E0215 2:15", "E0215 2:26"]
      ),
      ("g = [1, 2] |> group_by(x => x > 1)\nprint(values(g))", ["E0215 2:7"]),
      ("g = group_by([1, 2], x => x > 1)\nprint(g[0].items, len(g))\nfor key, items in g { print(key, items) }", []),
      ("for k in {a: 1} { print(k) }", []),
    ] as [(String, [String])])
  func whatTheFirstEditionDidOtherwise(code: String, expected: [String]) throws {
    #expect(try found(code) == expected)
    #expect(
      try check(code).errors.split(separator: "\n").count { $0.contains("docs/second-edition.md") } == expected.count)
  }

  @Test func theHelpWritesTheMask() throws {
    for (index, mask) in [
      ("(x > 0) * (x < 5)", "x > 0 & x < 5"), ("1 - (x > 0)", "~(x > 0)"),
      ("isnan(x) * (1 - (x > 0) * (x < 5))", "isnan(x) & ~(x > 0 & x < 5)"),
    ] {
      let errors = try check("x = tensor([1, 2])\nprint(x[\(index)])").errors
      #expect(errors.contains("= help: write \(mask). See docs/second-edition.md\n"), "\(errors)")
    }
    // Names that stand for each other are not followed without end.
    let names = (0..<60).map { "m\($0 + 1) = m\($0) * m\($0)\n" }.joined()
    #expect(try found("x = tensor([1])\nm0 = x > 0\n" + names + "print(x[m60])") == [])
  }

  // MARK: Everything else

  @Test func aPlaceIsComplainedAboutOnce() throws {
    #expect(try found("import numpy\nprint(import_me)") == ["E0114 1:1", "E0201 2:7"])
  }

  @Test func warningsAreNoFailure() throws {
    let run = try check("sum = 3\nprint(sum([1]))")
    #expect(run.status == 0 && run.output == "")
    #expect(run.errors.hasPrefix("warning[E0213]: `sum` is called"), "\(run.errors)")
    // They are no errors of a running program.
    #expect(try check("sum = 3\nprint(sum(1))\nlen()").status == 1)
  }

  @Test func whatIsInTheRepositoryIsClean() throws {
    for folder in ["examples", "stdlib", "bench"] {
      let run = try scratch.run("$TW check '\(Machine.root)/\(folder)'")
      #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    }
  }
}
