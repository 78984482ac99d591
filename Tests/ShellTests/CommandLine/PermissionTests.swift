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
    let result = try run("param out: string = \"out\" \"folder\"\nsave(\"x\", \"\(place)\")")
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
    let recipe = "param out: string = \"out\" \"folder\"\nsave(\"x\", \"{out}/sub/a.txt\")"
    #expect(try run(recipe).status == 0)
    #expect(isThere("project/out/sub/a.txt"))
    #expect(try run(recipe, "", "--out ../secret").status == 0)
    #expect(isThere("secret/sub/a.txt"))
  }

  @Test(arguments: ["../secret", "/tmp", "~", "away"]) func authorsDefaultOpensNothingOutside(out: String) throws {
    _ = try scratch.run("ln -s ../secret project/away")
    let result = try run("param out: string = \"\(out)\" \"folder\"\nsave(\"x\", \"{out}/a.txt\")")
    #expect(result.errors.hasPrefix("error[E0605]"), "\(result.errors)")
    #expect(!isThere("secret/a.txt"))
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
    let recipe = "param out: string = \"out\" \"folder\"\nsave(\"x\", \"../secret/a.txt\")\nsave(\"x\", \"data/b.txt\")"
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
    "read_json(\"data/link.txt\")", "read_npy(\"../secret/none.npy\")", "load(\"../secret\")",
    "tokenizer(\"../secret\")",
    "tokenizer(\"../secret/key.txt\")", "use \"../../secret/key.txt\" as x", "read_text(\"stray.txt\")",
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
      param model: string = "mini" "model"
      use "beside.tw" as b
      print(b.x, read_text("data/words.txt"), len(read_lines("data/common_nouns.txt")) == 100, load(model).name)
      print(len(models()) > 0)
      """
    let result = try run(recipe, "--safe")
    #expect(result.output == "7 time true mini\ntrue\n", "\(result.errors)")
    let given = try run("param model: string = \"mini\"\nload(model)", "--safe", "--model model")
    #expect(given.errors.hasPrefix("error[E0501]: cannot read model/config.json"), "\(given.errors)")
    let outside = try run("param model: string = \"../secret\"\nload(model)", "--safe")
    #expect(outside.errors.hasPrefix("error[E0605]"), "\(outside.errors)")
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
