// Recipes on GGUF files that were split: any part names the model, what a recipe says of its making lists all of them, and a part that is
// missing is named.

import Testing

@Suite struct GGUFRecipeTests {
  let scratch: Scratch

  private static let parts = (1...3).map { "split-0000\($0)-of-00003.gguf" }

  init() throws {
    scratch = try Scratch()
    let copied = try scratch.run("mkdir r && cp '\(Machine.root)'/Tests/Fixtures/gguf/split-* .")
    try #require(copied.status == 0, "\(copied.errors)")
    try scratch.write(
      "r/r.tw",
      """
      param model: model = "mini"
      param out: folder = "out"
      save(line(mean(model.wte, axis=0)), "{out}/mean.svg")
      print(model.name, forward(model, [3, 1, 4]).logits[-1, :3])
      """)
  }

  private func recipe(_ model: String, _ words: String = "") throws -> Machine.Result {
    try scratch.run("$TW --safe r/r.tw --model \(model) \(words)")
  }

  /// A recipe of others may read the parts that were not named as well.
  @Test func eachPartLoadsTheSameModel() throws {
    let whole = try scratch.run(
      "cp '\(Machine.root)/Tests/Fixtures/gguf/llama3.gguf' . && $TW --safe r/r.tw --model llama3.gguf")
    #expect(whole.output.hasPrefix("llama3.gguf "), "\(whole.output)\(whole.errors)")
    let numbers = whole.output.dropFirst("llama3.gguf".count)
    for part in Self.parts {
      let run = try recipe(part)
      #expect(run.output == "\(Self.parts[0])\(numbers)", "\(part): \(run.errors)")
    }
  }

  /// Whichever part was named, the same bytes are written, and `tw rerun` finds every part again.
  @Test func provenanceListsAllParts() throws {
    _ = try recipe(Self.parts[0], "--out first")
    _ = try recipe(Self.parts[1], "--out second")
    let made = try scratch.run(
      """
      cmp first/mean.svg second/mean.svg && $TW why --json first/mean.svg | python3 -c '
      import hashlib, json, sys
      (model,) = json.load(sys.stdin)["models"]
      print(model["name"])
      for file in model["files"]:
          print(file["name"], file["sha256"] == hashlib.sha256(open(file["name"], "rb").read()).hexdigest())'
      """)
    #expect(made.output == "\(Self.parts[0])\n" + Self.parts.map { "\($0) True\n" }.joined(), "\(made.errors)")
    let again = try scratch.run("$TW rerun first/mean.svg")
    #expect(again.output.hasSuffix("first/mean.svg: identical\n"), "\(again.output)\(again.errors)")
    let changed = try scratch.run("printf x >>\(Self.parts[2]); $TW rerun first/mean.svg")
    #expect(changed.status != 0)
    #expect(
      changed.errors.contains("\(Self.parts[2])`: it is not the file")
        || changed.errors.contains("\(Self.parts[2]): it is not the file"), "\(changed.errors)")
  }

  /// A part that changes between two calls makes another model of it.
  @Test func aChangedPartIsLoadedAgain() throws {
    let session = try scratch.run(
      """
      cat >s.tw <<'end'
      m = load("\(Self.parts[0])")
      print(try load("\(Self.parts[1])").name catch e { e.message })
      end
      $TW s.tw; rm \(Self.parts[2]); $TW s.tw
      """)
    #expect(session.output == "\(Self.parts[0])\n", "\(session.output)")
    #expect(session.errors.contains("\(Self.parts[2])"), "\(session.errors)")
  }

  @Test(arguments: 0..<3, 0..<3) func aMissingPartIsNamed(missing: Int, named: Int) throws {
    guard missing != named else { return }
    let run = try scratch.run("rm \(Self.parts[missing]); $TW -e 'load(\"\(Self.parts[named])\")'")
    #expect(run.status == 1)
    #expect(
      run.errors.contains(
        "cannot read ./\(Self.parts[missing]): no such file, yet it is part \(missing + 1) of 3 of the model"),
      "\(run.errors)")
    #expect(run.errors.contains("put all parts of the model into one folder"))
  }

  /// What a name promises and the file does not say, or the other way round.
  @Test func namesThatLieAreRefused() throws {
    for (from, to, reason) in [
      (Self.parts[1], "alone.gguf", "its name says a whole model, and within it split.no is 1, split.count 3"),
      (Self.parts[2], Self.parts[1], "its name says part 2 of 3, and within it split.no is 2, split.count 3"),
      (
        "'\(Machine.root)/Tests/Fixtures/gguf/llama3.gguf'", Self.parts[0],
        "its name says part 1 of 3, and within it there is no split.count"
      ),
    ] {
      let run = try scratch.run("cp \(from) \(to); $TW -e 'load(\"\(to)\")'")
      #expect(run.errors.contains(reason), "\(to): \(run.output)\(run.errors)")
      _ = try scratch.run("cp '\(Machine.root)'/Tests/Fixtures/gguf/split-* .")
    }
  }

  /// Five digits, as llama.cpp writes them; whatever else a person calls a file says nothing of parts.
  @Test(arguments: ["m-001-of-003.gguf", "m-00002-of-00001.gguf", "m-00000-of-00003.gguf", "m-00001-of-00001.gguf"])
  func otherNamesAreThoseOfWholeModels(name: String) throws {
    let run = try scratch.run(
      "cp '\(Machine.root)/Tests/Fixtures/gguf/llama3.gguf' \(name); $TW -e 'load(\"\(name)\").name'")
    #expect(run.output == "\(name)\n", "\(run.errors)")
  }

  @Test func modelsListsASplitModelOnce() throws {
    let run = try scratch.run("mkdir cache && cp split-* cache && LLAMA_CACHE=cache $TW -e 'models().name'")
    #expect(run.output == "[\"mini\", \"cache/\(Self.parts[0])\"]\n", "\(run.output)\(run.errors)")
  }
}
