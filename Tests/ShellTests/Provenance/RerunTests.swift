// `tw rerun`: the recipe comes out of the file, and the same comes out of the recipe.

import Testing

@Suite struct RerunTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write("r.tw", ProvenanceTests.recipe)
  }

  @Test(arguments: ["f.png", "f.svg", "f.pdf", "f.html", "x.npz", "x.safetensors", "sub/x.npy", "a.csv"])
  func theSameComesOut(file: String) throws {
    let result = try scratch.run("$TW r.tw --k 4 --text 'a,b'; mv out old; rm r.tw; $TW rerun old/\(file); ls")
    #expect(result.output == "old/\(file): identical\nold\n")
    #expect(result.errors.contains("old/\(file) holds the recipe r.tw, 9 lines, made with tw "))
  }

  @Test func differencesAreNamedTheLargestOfNumbers() throws {
    let result = try scratch.run(
      """
      $TW r.tw; echo 'a
      1.5
      7' >out/a.csv; $TW rerun out/a.csv; echo $?; sed -i 's/a/b/' out/a.csv; $TW rerun out/a.csv
      $TW -e 'save({x: ones(2, 2), y: randn(3, seed=4) + tensor([0, 0.5, 0])}, "out/y.npz")'; python3 - <<'end'
      import zipfile
      note = zipfile.ZipFile("out/x.npz").read("provenance.json")
      with zipfile.ZipFile("out/y.npz") as old, zipfile.ZipFile("out/x.npz", "w") as new:
          for name in old.namelist(): new.writestr(name, old.read(name))
          new.writestr("provenance.json", note)
      end
      $TW rerun out/x.npz
      """)
    let lines = result.output.split(separator: "\n")
    #expect(lines.first == "out/a.csv: 2 of 2 numbers differ, at most by 5: line 3, 7 was, 2 is")
    #expect(lines.dropFirst().first == "1")
    #expect(lines.dropFirst(2).first == "out/a.csv: differs from line 1 on: `b` was, `a` is")
    #expect(lines.last?.hasPrefix("out/x.npz: 1 numbers differ, at most by 0.5: y[1], ") == true)
  }

  @Test func outKeepsWhatItWrites() throws {
    let result = try scratch.run(
      "$TW r.tw; $TW rerun out/f.svg --out again 2>/dev/null; cmp out/f.svg again/f.svg; cmp out/x.npz again/x.npz; ls again"
    )
    #expect(result.output.hasPrefix("out/f.svg: identical\na.csv\nf.html\n"))
  }

  @Test func aRecipeWithoutAFolderWritesNowhereElse() throws {
    try scratch.write("words.txt", "a\nb\n")
    try scratch.write("m.tw", "save(table({w: read_lines(\"words.txt\")}), \"deep/w.csv\")\n")
    let result = try scratch.run(
      "$TW m.tw; chmod 444 deep/w.csv; touch -d 2020-01-01 deep/w.csv; $TW rerun deep/w.csv; stat -c %y deep/w.csv | cut -c-4"
    )
    #expect(result.output == "deep/w.csv: identical\n2020\n")
  }

  @Test func modulesAndInputsComeAlong() throws {
    try scratch.write("words.txt", "a\nb\n")
    try scratch.write(
      "m.tw",
      "param words: file\nparam out: folder\nuse \"lib/mine.tw\" as mine\nsave([mine.count(words)], \"{out}/n.json\")\n"
    )
    let made = try scratch.run(
      "mkdir lib; echo 'fn count(p) = len(read_lines(p))' >lib/mine.tw; $TW m.tw --words words.txt --out out; rm -r lib m.tw; $TW rerun out/n.json"
    )
    #expect(made.output == "out/n.json: identical\n")
    let changed = try scratch.run(
      "echo c >>words.txt; $TW rerun out/n.json; echo $?; rm words.txt; $TW rerun out/n.json")
    #expect(changed.output == "1\n")
    #expect(changed.errors.contains("error[E0503]: words.txt: it is not the file that out/n.json was made with"))
    #expect(
      changed.errors.contains("error[E0501]: cannot read words.txt: out/n.json was made with it, and it is not here"))
  }

  // MARK: A stranger's file

  @Test func aStrangersRecipeReadsAndWritesNothingElse() throws {
    for (name, line) in [
      ("read", "read_text(\"/etc/hostname\")"), ("write", "save([1], \"\(scratch.path)/stolen.json\")"),
    ] {
      try scratch.write("\(name).tw", "param out: folder\nx = \(line)\nsave([1], \"{out}/\(name).json\")\n")
      _ = try scratch.run("$TW --allow-write . \(name).tw --out \(name); rm -f stolen.json")
      let result = try scratch.run("$TW rerun \(name)/\(name).json; echo $?; ls stolen.json 2>/dev/null")
      #expect(result.output == "1\n")
      #expect(result.errors.contains("error[E0605]: this program may not \(name) "))
    }
  }

  @Test func whatCannotBeRunSaysSo() throws {
    let result = try scratch.run(
      """
      $TW r.tw; sed 's/"tw":"0[^"]*"/"tw":"99.1"/' out/f.html >new.html; $TW rerun new.html; sed 's/randn(k, seed=3)/randn(k, seed=4)/' out/f.html >forged.html; $TW rerun forged.html
      echo x >x.txt; $TW rerun x.txt; $TW rerun nowhere.svg; sed 's/"recipe":/"recipes":/' out/f.html >none.html; $TW rerun none.html; ls
      """)
    #expect(result.errors.contains("error[E0116]: new.html was made by tw 99.1, this is tw "))
    #expect(result.errors.contains("error[E0503]: forged.html: the recipe in it is not the one that it names"))
    #expect(result.errors.contains("error[E0503]: x.txt: it does not say how it was made"))
    #expect(result.errors.contains("error[E0501]: cannot read nowhere.svg"))
    #expect(result.errors.contains("error[E0503]: none.html: what it says of its making has no recipe"))
    #expect(result.output == "forged.html\nnew.html\nnone.html\nout\nr.tw\nx.txt\n")
  }

  @Test func otherWeightsAreNamed() throws {
    try scratch.write("m.tw", "param model: model\nsave([1], \"a.json\")\n")
    let result = try scratch.run(
      """
      mkdir w; cp '\(Machine.root)'/Models/mini/* w; $TW m.tw --model ./w; $TW rerun a.json; mv w v; $TW rerun a.json; $TW rerun a.json --model ./v
      mv v w; echo >>w/merges.txt; $TW rerun a.json
      """)
    #expect(result.output == "a.json: identical\na.json: identical\n")
    #expect(result.errors.contains("error[E0504]: there is no model `w`"))
    #expect(result.errors.contains("tw rerun a.json --model FOLDER"))
    #expect(
      result.errors.contains(
        "error[E0505]: w/merges.txt: it is not the file that a.json was made with (sha256 566122ffeaef…)"))
  }
}
