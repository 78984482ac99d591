// A recipe that comes from a stranger.

import Testing

@Suite struct PermissionTests {
  let scratch: Scratch

  /// `project` is the current folder; `secret` lies beside it.
  init() throws {
    scratch = try Scratch()
    _ = try scratch.run("mkdir -p project/recipes project/data project/model secret")
    try scratch.write("secret/key.txt", "sesame")
    try scratch.write("project/data/words.txt", "time")
  }

  private func run(_ recipe: String, _ limits: String = "", _ options: String = "") throws -> Machine.Result {
    try scratch.write("project/recipes/stranger.tw", recipe)
    return try scratch.run("cd project; $TW \(limits) recipes/stranger.tw \(options)")
  }

  private func isThere(_ name: String) -> Bool { Machine.read(scratch.path + "/" + name) != nil }

  // MARK: Writing

  @Test(arguments: [
    ("../secret/a.txt", "../secret/a.txt, which is @/secret/a.txt"),
    ("{out}/../../secret/a.txt", "out/../../secret/a.txt, which is @/secret/a.txt"),
    ("@/secret/a.txt", "@/secret/a.txt"),
    ("out/link/a.txt", "out/link/a.txt, which is @/secret/a.txt"),
    ("out/link/new/a.txt", "out/link/new/a.txt, which is @/secret/new/a.txt"),
    ("out/file.txt", "out/file.txt, which is @/secret/a.txt"),
    ("a.txt", "a.txt, which is @/project/a.txt"),
  ]) func strangerWritesOnlyBelowOut(path: String, refused: String) throws {
    _ = try scratch.run(
      "mkdir project/out; ln -s ../../secret project/out/link; ln -s ../../secret/a.txt project/out/file.txt")
    let root = scratch.path
    let place = path.replacing("@", with: root)
    let result = try run("param out: folder = \"out\" \"folder\"\nsave(\"x\", \"\(place)\")")
    #expect(result.status == 1)
    #expect(
      result.errors.hasPrefix(
        "error[E0605]: this program may not write \(refused.replacing("@", with: root))\n"), "\(result.errors)")
    #expect(
      result.errors.contains("= help: it may write below \(root)/project/out; to allow more: tw --allow-write \(root)/")
    )
    #expect(!isThere("secret/a.txt") && !isThere("project/a.txt") && !isThere("secret/new/a.txt"))
  }

  @Test func outIsWhereTheUserSays() throws {
    let recipe = "param out: folder = \"out\" \"folder\"\nsave(\"x\", \"{out}/sub/a.txt\")"
    #expect(try run(recipe).status == 0)
    #expect(isThere("project/out/sub/a.txt"))
    #expect(try run(recipe, "", "--out ../secret").status == 0)
    #expect(isThere("secret/sub/a.txt"))
  }

  @Test(arguments: [
    "../secret", "/tmp", "~", "away", "/etc", "/", "out/../../secret", "..", "away/new", "./away/../secret",
    "out/../..",
  ]) func authorsDefaultOpensNothingOutside(out: String) throws {
    _ = try scratch.run("ln -s ../secret project/away")
    let result = try run(
      "print(\"ran\")\nparam x: folder = \"\(out)\" \"folder\"\nsave(\"x\", \"{x}/a.txt\")\nsave(\"x\", \"../secret/a.txt\")"
    )
    // Before anything runs, and with the way to allow it.
    #expect(result.status == 1 && result.output == "")
    #expect(result.errors.hasPrefix("error[E0605]"), "\(result.errors)")
    #expect(
      result.errors.contains("= help: what a recipe's own default names opens nothing; to allow it: --x \(out)\n"))
    #expect(!isThere("secret/a.txt"))
  }

  @Test func aJoinedOrBracketedDefaultIsSeenThrough() throws {
    for text in ["\"../\" + \"secret\"", "(\"../secret\")", "(\"..\" + (\"/sec\" + \"ret\"))"] {
      let result = try run("param out: folder = \(text)\nsave(\"x\", \"{out}/a.txt\")")
      #expect(result.errors.hasPrefix("error[E0605]") && !isThere("secret/a.txt"), "\(result.errors)")
    }
    #expect(try run("param out: folder = \"o\" + \"ut\"\nsave(\"x\", \"{out}/a.txt\")").status == 0)
    #expect(isThere("project/out/a.txt"))
  }

  /// Neither a name nor a text in the recipe opens anything.
  @Test(arguments: ["out: string", "model: string", "out: list"]) func onlyTypesOpen(param: String) throws {
    let name = param.split(separator: ":")[0]
    let result = try run(
      "param \(param) = nil\nout = \"../secret\"\nsave(\"x\", \"{out}/a.txt\")", "", "--\(name) ../secret")
    #expect(result.errors.hasPrefix("error[E0605]"), "\(result.errors)")
    #expect(!isThere("secret/a.txt"))
  }

  @Test func aReassignedParamOpensNothing() throws {
    let result = try run(
      "param out: folder = \"out\"\nout = \"../secret\"\nsave(\"x\", \"{out}/a.txt\")")
    #expect(result.errors.hasPrefix("error[E0605]"), "\(result.errors)")
  }

  @Test func everyFolderOpensItsOwn() throws {
    let recipe =
      "param a: folder = \"one\"\nparam b: folder = nil\nsave(\"x\", \"{if b == nil { a } else { b }}/a.txt\")"
    #expect(try run(recipe).status == 0)
    #expect(try run(recipe, "", "--b ../secret").status == 0)
    #expect(isThere("project/one/a.txt") && isThere("secret/a.txt"))
    // With a folder the current one is not open.
    #expect(try run("param b: folder = nil\nsave(\"x\", \"c.txt\")").errors.hasPrefix("error[E0605]"))
  }

  @Test func paramsOfAModuleOpenNothing() throws {
    try scratch.write(
      "project/recipes/lib.tw",
      "param out: folder = \"../secret\"\nparam words: file = \"../secret/key.txt\"\nfn write() = save(\"x\", \"{out}/a.txt\")\n"
    )
    let write = try run("use \"lib.tw\" as lib\nlib.write()")
    #expect(write.errors.hasPrefix("error[E0605]") && !isThere("secret/a.txt"), "\(write.errors)")
    let read = try run("use \"lib.tw\" as lib\nread_text(lib.words)", "--safe")
    #expect(read.errors.hasPrefix("error[E0605]"), "\(read.errors)")
    // What the user names for the recipe is not the module's.
    let named = try run("param out: folder = \"out\"\nuse \"lib.tw\" as lib\nprint(out, lib.out)", "", "--out here")
    #expect(named.output == "here ../secret\n", "\(named.errors)")
  }

  @Test func withoutOutTheCurrentFolderIsOpen() throws {
    #expect(try run("save(\"x\", \"sub/a.txt\")").status == 0)
    #expect(isThere("project/sub/a.txt"))
    #expect(try run("save(\"x\", \"../a.txt\")").errors.hasPrefix("error[E0605]"))
    #expect(try scratch.run("cd project; $TW -e 'save(1, \"b.txt\")'").status == 0)
    #expect(try scratch.run("cd project; $TW -e 'save(1, \"../b.txt\")'").errors.hasPrefix("error[E0605]"))
    #expect(try scratch.run("cd project; echo 'save(1, \"../b.txt\")' | $TW").errors.hasPrefix("error[E0605]"))
    #expect(!isThere("b.txt"))
  }

  @Test func allowWriteWidens() throws {
    let recipe = "param out: folder = \"out\" \"folder\"\nsave(\"x\", \"../secret/a.txt\")\nsave(\"x\", \"data/b.txt\")"
    #expect(try run(recipe, "--allow-write data").status == 1)
    #expect(try run(recipe, "--allow-write data --allow-write=../secret").status == 0)
    #expect(isThere("secret/a.txt") && isThere("project/data/b.txt"))
  }

  @Test func refusalCanBeCaught() throws {
    let result = try run("print(try save(1, \"../a.txt\") else \"no\")")
    #expect(result.output == "no\n")
  }

  // MARK: Reading

  @Test func readsWhatTheUserCanRead() throws {
    #expect(try run("print(read_text(\"../secret/key.txt\"))").output == "sesame\n")
  }

  @Test(arguments: [
    "read_text(\"../secret/key.txt\")", "read_lines(\"@/secret/key.txt\")", "read_csv(\"recipes/link/key.txt\")",
    "read_json(\"data/link.txt\")", "read_npy(\"../secret/none.npy\")",
    "read_image(\"../secret/key.png\")", "load(\"../secret\")",
    "tokenizer(\"../secret\")",
    "tokenizer(\"../secret/key.txt\")", "use \"../../secret/key.txt\" as x", "use \"../../secret/none.tw\" as x",
    "read_text(\"stray.txt\")",
  ]) func safeNarrowsReading(code: String) throws {
    try scratch.write("project/stray.txt", "")
    _ = try scratch.run("ln -s ../../secret project/recipes/link; ln -s ../../secret/key.txt project/data/link.txt")
    let result = try run(code.replacing("@", with: scratch.path), "--safe")
    #expect(result.errors.hasPrefix("error[E0605]: this program may not read "), "\(result.errors)")
    #expect(result.errors.contains("tw --allow-read "))
    #expect(!result.errors.contains("sesame"))
  }

  @Test func safeReadsTheRecipesFolderDataAndTheModel() throws {
    try scratch.write("project/recipes/beside.tw", "x = 7")
    let recipe = """
      param model: model = "mini" "model"
      use "beside.tw" as b
      print(b.x, read_text("data/words.txt"), len(read_lines("data/common_nouns.txt")) == 100, model.name)
      print(len(models()) > 0)
      """
    let result = try run(recipe, "--safe")
    #expect(result.output == "7 time true mini\ntrue\n", "\(result.errors)")
    let given = try run("param m: model = \"mini\"\nm", "--safe", "--m model")
    #expect(given.errors.hasPrefix("error[E0501]: cannot read model/config.json"), "\(given.errors)")
  }

  /// Under `--safe` the command line opens what it names, and the text nothing.
  @Test(arguments: [
    ("param m: model = \"../secret\"\nm", ""), ("param m: model = \"model\"\nm", ""),
    ("param f: file = \"../secret/key.txt\"\nprint(read_text(f))", ""),
    ("param f: file = \"recipes/link/key.txt\"\nprint(read_text(f))", ""),
    ("param f: file = \"data/link.txt\"\nprint(read_text(f))", ""),
    ("param f: file = \"data/../../secret/key.txt\"\nprint(read_text(f))", ""),
    ("param f: string = nil\nprint(read_text(f))", "--f ../secret/key.txt"),
    ("param model: string = nil\nload(model)", "--model ../secret"),
    ("param f: file\nf = \"../secret/other.txt\"\nprint(read_text(f))", "--f ../secret/key.txt"),
    ("param out: folder\nprint(read_text(\"{out}/key.txt\"))", "--out ../secret"),
  ]) func textsOpenNothingToRead(recipe: String, options: String) throws {
    try scratch.write("secret/other.txt", "sesame too")
    _ = try scratch.run("ln -s ../../secret project/recipes/link; ln -s ../../secret/key.txt project/data/link.txt")
    let result = try run("print(\"ran\")\n" + recipe, "--safe", options)
    #expect(result.errors.hasPrefix("error[E0605]: this program may not read "), "\(result.errors)")
    #expect(!result.output.contains("sesame") && !result.errors.contains("sesame"))
    if options.isEmpty { #expect(result.output == "") }
  }

  @Test func theCommandLineOpensWhatItNames() throws {
    _ = try scratch.run("ln -s secret/key.txt link.txt; cp '\(Machine.root)'/Models/mini/* secret/")
    let file = "param f: file = nil\nprint(read_text(f))"
    for path in ["../secret/key.txt", "$PWD/../secret/key.txt", "../link.txt", "data/../../secret/key.txt"] {
      #expect(try run(file, "--safe", "--f \(path)").output == "sesame\n", "\(path)")
    }
    #expect(
      try run("param f: file\nprint(read_text(\"../secret/vocab.json\"))", "--safe", "--f ../secret/key.txt").status
        == 1)
    let model = try run("param m: model = \"mini\"\nprint(m.name, len(m.blocks))", "--safe", "--m ../secret")
    #expect(model.output == "secret 6\n", "\(model.errors)")
  }

  @Test func allowReadWidensSafe() throws {
    let result = try run("print(read_text(\"../secret/key.txt\"))", "--safe --allow-read ../secret")
    #expect(result.output == "sesame\n")
  }

  // MARK: Command line

  @Test func limitsStandBeforeTheFile() throws {
    let recipe = "param safe: bool = false\nparam k: number = 1\nprint(safe, k)"
    #expect(try run(recipe, "--safe --max-steps=100", "--safe --k 3").output == "true 3\n")
    #expect(try scratch.run("$TW --safe -e '6 * 7'").output == "42\n")
    #expect(try scratch.run("echo 'print(5)' | $TW --safe").output == "5\n")
    #expect(try scratch.run("echo 'print(5)' | $TW --safe -").output == "5\n")
  }

  @Test(arguments: [
    "--max-memory 1", "--max-memory much", "--max-steps 0", "--max-steps x", "--allow-read", "--unsafe",
  ])
  func wrongLimitsAreAWrongCommandLine(words: String) throws {
    #expect(try scratch.run("$TW \(words) -e 1").status == 2)
  }

  @Test func helpListsTheLimits() throws {
    let help = try scratch.run("$TW --help").output
    for option in ["--safe", "--allow-read", "--allow-write", "--max-memory", "--max-steps"] {
      #expect(help.contains(option))
    }
  }
}
