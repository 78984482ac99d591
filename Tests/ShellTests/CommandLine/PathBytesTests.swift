// File names that are no UTF-8 at every place from which `tw` takes a path: the current folder, the command line, the environment.

import Testing

@Suite struct PathBytesCommandTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.run(#"mkdir $'caf\xe9'"#)
  }

  /// What is in the scratch folder, a path a line, stray bytes as `\xe9`.
  private func files() throws -> String {
    try scratch.run("find . -mindepth 1 -type f ! -name '.*' | LC_ALL=C sort | LC_ALL=C sed 's/\\xe9/\\\\xe9/g'").output
  }

  @Test func theCurrentFolder() throws {
    let run = try scratch.run(
      #"cd $'caf\xe9' && $TW -e 'save("x", "y.txt"); save(line([1]), "a/f.html"); print(read_text("./y.txt"))'"#)
    #expect(run.status == 0 && run.output.hasSuffix("x\n"), "\(run.errors)")
    #expect(try files() == "./caf\\xe9/a/f.html\n./caf\\xe9/y.txt\n")
  }

  @Test func recipesAndTheirOptions() throws {
    try scratch.write("r.tw", "use \"m.tw\" as m\nparam out: string = \"out\"\nsave(m.x, \"{out}/a.txt\")\nprint(42)\n")
    try scratch.write("m.tw", "x = \"module\"\n")
    let run = try scratch.run(
      #"mv r.tw $'caf\xe9/r\xe9.tw'; mv m.tw $'caf\xe9'; $TW $'caf\xe9/r\xe9.tw' --out $'caf\xe9/o\xe9' && cat $'caf\xe9/o\xe9/a.txt'"#
    )
    #expect(run.status == 0 && run.output == "42\nmodule", "\(run.errors)")
    #expect(try scratch.run(#"$TW fmt --check $'caf\xe9/r\xe9.tw'"#).status == 0)
    #expect(try scratch.run(#"$TW check $'caf\xe9'"#).status == 0)
  }

  @Test func confinementTellsNamesApart() throws {
    try scratch.write("r.tw", "param path: string = \"a.txt\"\nsave(\"x\", path)\n")
    let run = try scratch.run(
      #"mkdir here $'caf\xea'; cd here; for n in $'caf\xe9' $'caf\xea'; do $TW --safe --allow-write $'../caf\xe9' ../r.tw --path ../$n/a.txt; done"#
    )
    #expect(run.errors.contains(#"this program may not write ../caf\xEA/a.txt"#), "\(run.errors)")
    #expect(try files() == "./caf\\xe9/a.txt\n./caf\\xe9/provenance.json\n./r.tw\n")
  }

  @Test func theEnvironment() throws {
    // HOME and its relatives: `~`, the cache of models, the installed library.
    let run = try scratch.run(
      #"HOME=$PWD/$'caf\xe9' $TW -e 'save("x", "~/h.txt")'; HF_HOME=$PWD/$'caf\xe9' $TW -e 'load("gpt2-none")'; cat $'caf\xe9/h.txt'"#
    )
    #expect(run.output == "x" && run.errors.contains(#"caf\xE9/hub/models--gpt2-none"#), "\(run.errors)")
    #expect(try files() == "./caf\\xe9/h.txt\n")
  }

  @Test func modelsInSuchFolders() throws {
    let run = try scratch.run(
      #"mkdir -p $'caf\xe9/hub/models--a--b/snapshots/1'; cp \#(Machine.root)/Models/mini/* $'caf\xe9/hub/models--a--b/snapshots/1'; "#
        + #"HF_HOME=$PWD/$'caf\xe9' $TW -e 'load("a/b").name'; cd $'caf\xe9'; $TW -e 'load("./hub/models--a--b/snapshots/1").wte.shape'"#
    )
    #expect(run.status == 0 && run.output == "a/b\n[8192, 192]\n", "\(run.errors)")
  }

  @Test func errorsShowTheBytes() throws {
    let run = try scratch.run(#"$TW $'caf\xe9/none.tw'"#)
    #expect(run.errors == "error[E0501]: cannot read caf\\xE9/none.tw: No such file or directory\n", "\(run.errors)")
  }
}
