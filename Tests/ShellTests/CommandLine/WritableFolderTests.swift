// A recipe whose folder cannot be written ends before it starts.

import Testing

@Suite struct WritableFolderTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write("file", "x")
    try scratch.write(
      "probe.tw", "param out: folder = \"out\" \"folder\"\nprint(\"long work\")\nsave(\"x\", \"{out}/sub/a.txt\")\n")
  }

  @Test(arguments: [
    ("file", "cannot write below file: Not a directory"),
    ("file/deeper", "cannot write below file/deeper: Not a directory"),
    ("/dev/null/x", "cannot write below /dev/null/x: Not a directory"),
    // A file system that takes no files, whoever asks.
    ("/proc/x", "cannot write below /proc/x: No such file or directory"),
  ]) func aPlaceThatTakesNoFilesIsRefusedAtTheStart(out: String, message: String) throws {
    let run = try scratch.run("$TW probe.tw --out \(out)")
    #expect(run.status == 1 && run.output == "")
    #expect(run.errors == "error[E0502]: \(message)\n   = help: --out names another folder\n", "\(run.errors)")
  }

  @Test func anEmptyPlaceIsAWrongCommandLine() throws {
    let run = try scratch.run("$TW probe.tw --out ''")
    #expect(run.status == 2 && run.output == "")
    #expect(run.errors == "error[E0209]: --out is empty\n   = help: --out . is the current folder\n", "\(run.errors)")
  }

  @Test func theDefaultIsCheckedToo() throws {
    let run = try scratch.run("touch out; $TW probe.tw")
    #expect(run.status == 1 && run.output == "")
    #expect(run.errors.hasPrefix("error[E0502]: cannot write below out: Not a directory\n"), "\(run.errors)")
  }

  @Test func lookingLeavesNothingBehind() throws {
    try scratch.write("fails.tw", "param out: folder = \"out\" \"folder\"\nerror(\"no {out}/a\")\n")
    #expect(try scratch.run("$TW fails.tw --out new/folder").status == 1)
    #expect(try scratch.run("$TW fails.tw --out file/x --help").status == 0)
    #expect(try scratch.run("ls -A | grep -v '^[.]'").output == "fails.tw\nfile\nprobe.tw\n")
    #expect(
      try scratch.run("$TW probe.tw --out new/folder; find new -type f | sort").output
        == "long work\nnew/folder/sub/a.txt\nnew/folder/sub/provenance.json\n")
    #expect(try scratch.run("ls -A new/folder").output == "sub\n")
  }

  @Test func aFileIsNoFolder() throws {
    try scratch.write("one.tw", "param out: folder = \"b.txt\" \"folder\"\nprint(out)\n")
    try scratch.write("b.txt", "old")
    for options in ["", "--out b.txt", "--out ./file"] {
      let run = try scratch.run("$TW one.tw \(options)")
      #expect(run.status == 1 && run.output == "")
      #expect(run.errors.contains(": Not a directory\n"), "\(run.errors)")
    }
  }

  @Test func theOptionIsNamedWhateverItIsCalled() throws {
    try scratch.write("two.tw", "param tables: folder\nparam pictures: folder = nil\nprint(tables, pictures)\n")
    #expect(try scratch.run("$TW two.tw --tables new").output == "new nil\n")
    let run = try scratch.run("$TW two.tw --tables new --pictures file")
    #expect(run.errors.contains("   = help: --pictures names another folder\n"), "\(run.errors)")
    #expect(try scratch.run("$TW two.tw --tables ''").errors.hasPrefix("error[E0209]: --tables is empty\n"))
  }
}
