import Testing

@Suite struct FormatCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func filesAreReplacedAndKeepTheirPermissions() throws {
    try scratch.write("a.tw", "x=1\n")
    let result = try scratch.run(
      "chmod 741 a.tw; ln -s a.tw b.tw; $TW fmt b.tw; cat a.tw; stat -c %a a.tw; test -L b.tw && ls -A")
    #expect(result.output.hasPrefix("x = 1\n741\n"))
    #expect(!result.output.contains(".tmp"))
    #expect(result.errors == "")
  }

  @Test func foldersAreSearchedForPrograms() throws {
    _ = try scratch.run("mkdir -p src/deep src/.hidden")
    for name in ["src/b.tw", "src/deep/a.tw", "src/.hidden/c.tw", "src/notes.txt"] { try scratch.write(name, "x=1\n") }
    let result = try scratch.run("$TW fmt --check src")
    #expect(result.output == "src/b.tw\nsrc/deep/a.tw\n")
    #expect(result.status == 1)
    #expect(try scratch.run("$TW fmt src && $TW fmt --check src; cat src/notes.txt").output == "x=1\n")
  }

  @Test func theDiffIsOneThatPatchTakes() throws {
    let lines = (0..<40).map { $0 % 13 == 5 ? "y=\($0)" : "x = \($0)" }
    try scratch.write("a.tw", lines.joined(separator: "\n"))
    let result = try scratch.run(
      "cp a.tw b.tw; $TW fmt --diff a.tw >a.diff; echo $?; patch -s b.tw a.diff && $TW fmt a.tw && cmp a.tw b.tw && head -3 a.diff"
    )
    #expect(result.output == "1\n--- a.tw\n+++ a.tw\n@@ -3,7 +3,7 @@\n")
    #expect(result.status == 0)
    #expect(try scratch.run("$TW fmt --diff a.tw; echo $?").output == "0\n")
  }

  @Test func standardInputGoesToStandardOutput() throws {
    #expect(try scratch.run("printf 'x=1' | $TW fmt -").output == "x = 1\n")
    #expect(try scratch.run("printf 'x=1' | $TW fmt --check -").output == "<stdin>\n")
  }

  @Test func faultyProgramsAreLeftAloneAndTheOthersFormatted() throws {
    try scratch.write("a.tw", "x = (\n")
    try scratch.write("b.tw", "x=1\n")
    let result = try scratch.run("$TW fmt a.tw b.tw nowhere.tw; echo $?; cat a.tw b.tw")
    #expect(result.output == "1\nx = (\nx = 1\n")
    #expect(result.errors.contains("error[E0105]") && result.errors.contains("--> a.tw:"))
    #expect(result.errors.contains("cannot read nowhere.tw"))
  }

  @Test(arguments: ["fmt", "fmt --check --diff a.tw", "fmt --wrong a.tw", "check", "doc --errors len"])
  func wrongCommandLinesEndWith2(line: String) throws {
    #expect(try scratch.run("$TW \(line)").status == 2)
  }

  @Test func checkTakesFoldersToo() throws {
    _ = try scratch.run("mkdir src")
    try scratch.write("src/a.tw", "print(lenght(1))\n")
    try scratch.write("src/b.tw", "print(1)\n")
    let result = try scratch.run("$TW check src; echo $?; $TW check src/b.tw; echo $?; echo 'x' | $TW check -; echo $?")
    #expect(result.output == "1\n0\n1\n")
    #expect(result.errors.contains("--> src/a.tw:1:7"))
    #expect(result.errors.contains("--> <stdin>:1:1"))
  }

  // MARK: The programs of this repository

  @Test func examplesAndLibraryAreFormattedAndCheck() throws {
    let result = try scratch.run("cd '\(Machine.root)' && $TW fmt --check examples stdlib && $TW check examples stdlib")
    #expect(result.output + result.errors == "")
    #expect(result.status == 0)
  }

  @Test func everyProgramIsFormattedOnceAndForAll() throws {
    let result = try scratch.run(
      """
      cp -r '\(Machine.root)'/{examples,stdlib} . && cp -r '\(Machine.root)/Tests/language' .
      $TW fmt examples stdlib language 2>first
      grep -A1 internal first
      $TW fmt --check examples stdlib language 2>second
      cmp first second
      """)
    #expect(result.output == "")
    #expect(result.status == 0)
  }
}
