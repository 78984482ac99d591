// What files say of their making: `tw why`, and what other programs find in them.

import Testing

@Suite struct ProvenanceTests {
  let scratch: Scratch

  static let recipe = """
    param out: folder = "out" "where"
    param text: string = "é <b> & \\"c\\""
    param k: number = 5
    f = line(randn(k, seed=3), title=text)
    for e in ["png", "svg", "pdf", "html"] { save(f, "{out}/f.{e}") }
    save({x: ones(2, 2), y: randn(3, seed=4)}, "{out}/x.npz")
    save({x: ones(2, 2)}, "{out}/x.safetensors")
    save(ones(3), "{out}/sub/x.npy")
    save(table({a: [1, 2]}), "{out}/a.csv")
    """

  init() throws {
    scratch = try Scratch()
    try scratch.write("r.tw", Self.recipe)
  }

  private static let carriers = "f.png f.svg f.pdf f.html x.npz x.safetensors"

  @Test func otherProgramsFindItInTheFile() throws {
    _ = try scratch.run("$TW r.tw --k 4")
    let result = try scratch.run("cd out && python3 '\(Machine.root)/Tests/servers/notes.py' \(Self.carriers)")
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines == Self.carriers.split(separator: " ").map { $0 + #" r.tw {"text": "\u00e9 <b> & \"c\"", "k": 4}"# })
  }

  @Test func theFilesThemselvesStayReadable() throws {
    let result = try scratch.run(
      "$TW r.tw && $TW -e 'print(read_npy(\"out/x.npz\") |> keys, read_npy(\"out/sub/x.npy\"), read_csv(\"out/a.csv\").a)'"
    )
    #expect(result.output == "[\"x\", \"y\"] [1, 1, 1] [1, 2]\n")
  }

  @Test func theSameRunGivesTheSameBytes() throws {
    let result = try scratch.run(
      """
      $TW r.tw --out a; sleep 1; mkdir elsewhere; cd elsewhere; cp ../r.tw .; taskset -c 0 $TW r.tw --out ../b; cd ..
      for f in \(Self.carriers) a.csv sub/x.npy; do cmp a/$f b/$f; done; grep -l "$PWD" a/* b/*; echo done
      """)
    #expect(result.output == "done\n")
  }

  @Test func whySaysHowAFileWasMade() throws {
    try scratch.write("words.txt", "to kill two birds\n")
    try scratch.write(
      "m.tw",
      """
      param model: model = "mini"
      param words: file
      use "lib/mine.tw"
      use geometry
      save(table({n: [mine.twice(len(read_lines(words)))]}), "out/n.md")
      save(line(mean(model.wte, axis=0)[:5] + randn(5, seed=7)), "out/l.svg")
      """)
    _ = try scratch.run("mkdir -p lib; echo 'fn twice(x) = 2 * x' >lib/mine.tw; $TW m.tw --words \"$PWD/words.txt\"")
    for file in ["out/n.md", "out/l.svg"] {
      let why = try scratch.run("$TW why \(file)").output
      #expect(why.hasPrefix("\(file): made by m.tw (sha256 "))
      #expect(why.contains("model = \"mini\"  (default)\n"))
      #expect(why.contains("words = \"words.txt\"\n"))
      #expect(why.contains("  models      mini, F16\n"))
      #expect(why.contains("  inputs      words.txt  "))
      #expect(why.contains("lib/mine.tw  "))
      #expect(why.contains("geometry.tw  ") && why.contains("(part of tw)"))
      #expect(!why.contains(scratch.path))
    }
    #expect(try scratch.run("$TW why out/l.svg").output.contains("seeds       randn: 7"))
    #expect(try scratch.run("$TW why --recipe out/l.svg | cmp - m.tw").status == 0)
    let sum =
      "$TW why --json out/l.svg | python3 -c 'import json, sys; print([f[\"sha256\"] for m in json.load(sys.stdin)[\"models\"] for f in m[\"files\"] if f[\"name\"] == \"model.safetensors\"][0])'"
    #expect(
      try scratch.run("\(sum); sha256sum <'\(Machine.root)/Models/mini/model.safetensors' | cut -c-64").output.split(
        separator: "\n"
      ).count == 2)
    #expect(
      try scratch.run("[[ $(\(sum)) == $(sha256sum <'\(Machine.root)/Models/mini/model.safetensors' | cut -c-64) ]]")
        .status == 0)
  }

  // MARK: provenance.json

  @Test func tablesShareOneFile() throws {
    try scratch.write("two.tw", "param out: folder\nsave([1], \"{out}/b.json\")\n")
    _ = try scratch.run("$TW r.tw; $TW two.tw --out out; $TW two.tw --out out")
    let result = try scratch.run(
      """
      python3 - <<'end'
      import hashlib, json
      made = json.load(open("out/provenance.json"))
      print(len(made["runs"]), sorted(made["files"]))
      for name, file in made["files"].items():
          assert hashlib.sha256(open("out/" + name, "rb").read()).hexdigest() == file["sha256"]
          run = made["runs"][file["run"]]
          print(run["recipe"]["name"], sorted(set(run) & {"finished", "seconds", "peak_memory", "threads", "cpu", "blas"}))
      end
      """)
    let machine = "['blas', 'cpu', 'finished', 'peak_memory', 'seconds', 'threads']"
    #expect(result.output == "2 ['a.csv', 'b.json']\nr.tw \(machine)\ntwo.tw \(machine)\n")
    #expect(try scratch.run("echo x >>out/a.csv; $TW why out/a.csv").output.contains("it has been changed since"))
  }

  @Test func anothersFileOfThatNameIsLeftAlone() throws {
    let result = try scratch.run("mkdir out; echo '{}' >out/provenance.json; $TW r.tw; cat out/provenance.json")
    #expect(result.output == "{}\n")
    #expect(result.errors.contains("warning: out/provenance.json is a file of something else"))
  }

  // MARK: Without it

  @Test func itCanBeLeftOut() throws {
    let result = try scratch.run(
      "$TW --no-provenance r.tw; grep -l provenance out/* 2>/dev/null; ls out/provenance.json; $TW why out/f.svg")
    #expect(result.output == "")
    #expect(result.errors.contains("error[E0503]: out/f.svg: it does not say how it was made"))
    let code = try scratch.run("$TW -e 'save([1], \"c.json\"); provenance()'; ls")
    #expect(code.output == "c.json\nout\nr.tw\n")
  }

  @Test func withoutChecksumsARecipeStillRuns() throws {
    let result = try scratch.run(
      "mkdir lib && : >lib/libcrypto.so.3 && : >lib/libcrypto.so.1.1; LD_LIBRARY_PATH=lib $TW r.tw; ls out")
    #expect(result.output.contains("f.png") && !result.output.contains("provenance.json"))
    #expect(result.errors.contains("warning: files do not say how they were made: OpenSSL"))
    #expect(result.errors.contains("apt install libssl3"))
    #expect(result.errors.split(separator: "\n").filter { $0.contains("OpenSSL") }.count == 1)
  }

  // MARK: Weights

  @Test func checksumsOfWeightsComeFromTheCacheOrAreKept() throws {
    let hub = try LoopbackHub()
    _ = try hub.run(
      "cp '\(Machine.root)'/Models/mini/* repos/org/tiny/; $TW pull org/tiny; printf 'param model: model\\nsave([1], \"out/a.json\")\\n' >m.tw"
    )
    let result = try hub.run(
      """
      place=$(echo home/hub/models--org--tiny/snapshots/*); cp -rL $place folder
      $TW m.tw --model org/tiny; $TW why out/a.json | grep -A2 models; cat .cache/traveling-words/checksums | wc -l
      $TW m.tw --model folder; $TW why out/a.json | grep models; wc -l <.cache/traveling-words/checksums
      """)
    let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines.first == "models org/tiny, F16, revision 73ab91d089d99e929fda86d0083cb6089f801420")
    // Of the cache only config.json is named by another checksum.
    #expect(lines.dropFirst(3) == ["1", "models folder, F16", "6"])
  }

  // MARK: RO-Crate

  @Test func aCrateNamesFilesAndRuns() throws {
    let result = try scratch.run(
      """
      $TW r.tw; cp r.tw 'out/with space.txt'; $TW crate out --license https://spdx.org/licenses/CC-BY-4.0; python3 - <<'end'
      import json
      graph = {entity["@id"]: entity for entity in json.load(open("out/ro-crate-metadata.json"))["@graph"]}
      root = graph["./"]
      assert all(part["@id"] in graph for part in root["hasPart"])
      print(len(root["hasPart"]), "with%20space.txt" in graph, root["license"])
      (action,) = [graph[entry["@id"]] for entry in root["mentions"]]
      print(action["@type"], graph[action["instrument"]["@id"]]["name"], len(action["result"]), action["endTime"][:2])
      assert all(entry["@id"] in graph for entry in action["object"] + action["result"])
      end
      """)
    #expect(
      result.output
        == "out/ro-crate-metadata.json: 11 files, 1 run\n11 True https://spdx.org/licenses/CC-BY-4.0\nCreateAction r.tw 8 20\n"
    )
    let bad = try scratch.run("mkdir empty; $TW crate empty; $TW crate nowhere")
    #expect(bad.errors.contains("no file in it says how it was made"))
    #expect(bad.errors.contains("cannot read nowhere: it is no folder"))
  }
}
