import Testing

@Suite struct CommandLineTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  // MARK: -e

  @Test func codePrintsItsLastValue() throws {
    let result = try scratch.run("$TW -e '1+1'")
    #expect(result.output == "2\n")
    #expect(result.errors == "")
    #expect(result.status == 0)
  }

  @Test(arguments: ["nil", "x = 3", "1 + 1;"]) func codeWithoutAValueIsSilent(code: String) throws {
    let result = try scratch.run("$TW -e '\(code)'")
    #expect(result.output == "")
    #expect(result.errors == "")
    #expect(result.status == 0)
  }

  /// Words behind the program belong to it; a limit that stands there would not hold.
  @Test func aLimitBehindTheProgramIsPointedOut() throws {
    let code = try scratch.run("$TW -e '1 + 1' --allow-write out")
    #expect(code.status == 2)
    #expect(code.errors.contains("stands before the program: tw --allow-write <dir> -e CODE"))
    try scratch.write("probe.tw", "param safe_mode: bool = false\nprint(safe_mode)\n")
    #expect(try scratch.run("$TW probe.tw --safe").errors.contains("tw --safe probe.tw"))
    try scratch.write("own.tw", "param safe: bool = false\nprint(safe)\n")
    #expect(try scratch.run("$TW own.tw --safe").output == "true\n")
  }

  @Test func stringsAreBareWhenPrinted() throws {
    #expect(try scratch.run(#"$TW -e '"a b"'"#).output == "a b\n")
  }

  // MARK: Files and standard input

  @Test func fileOnlyPrintsWhatItPrints() throws {
    try scratch.write("probe.tw", "#!/usr/bin/env tw\n1 + 1\nprint(\"three\")\n4\n")
    #expect(try scratch.run("$TW probe.tw").output == "three\n")
  }

  @Test(arguments: ["| $TW", "| $TW -"]) func standardInputRunsAsAFile(how: String) throws {
    let result = try scratch.run("printf '5\\nprint(6 * 7)\\n' \(how)")
    #expect(result.output == "42\n")
    #expect(result.status == 0)
  }

  @Test func missingFileIsNamed() throws {
    let result = try scratch.run("$TW nowhere.tw")
    #expect(result.status == 1)
    #expect(result.errors == "error[E0501]: cannot read nowhere.tw: No such file or directory\n")
  }

  @Test func folderIsNoProgram() throws {
    let result = try scratch.run("$TW .")
    #expect(result.status == 1)
    #expect(result.errors == "error[E0501]: cannot read .: Is a directory\n")
  }

  // MARK: tw's own options

  @Test func helpListsTheForms() throws {
    let result = try scratch.run("$TW --help")
    #expect(result.status == 0)
    #expect(result.errors == "")
    for form in ["tw FILE [--NAME VALUE ...]", "tw -e CODE", "tw -  ", "tw check FILE ...", "--version"] {
      #expect(result.output.contains(form))
    }
  }

  @Test func versionIsOneLine() throws {
    let result = try scratch.run("$TW --version")
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("tw "))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test(arguments: ["--bogus", "-e", "-x", "check"]) func wrongCommandLinesExitWith2(words: String) throws {
    let result = try scratch.run("$TW \(words)")
    #expect(result.status == 2)
    #expect(result.output == "")
    #expect(result.errors.contains("Error: "))
    #expect(result.errors.contains("tw --help") || result.errors.contains("USAGE"))
  }

  // MARK: tw check

  @Test func checkRunsNothing() throws {
    try scratch.write("good.tw", "print(\"ran\")\n")
    let result = try scratch.run("$TW check good.tw")
    #expect(result.status == 0)
    #expect(result.output + result.errors == "")
  }

  /// The name of a param is there although its type is wrong, and an unknown argument is told what it is called here.
  @Test func checkComplainsOnceAboutOneMistake() throws {
    try scratch.write("type.tw", "param k: int = 3\nparam n: thing = 3\nprint(k + n)\n")
    try scratch.write("argument.tw", "print(sum([1], dim=0))\n")
    let types = try scratch.run("$TW check type.tw").errors
    #expect(types.split(separator: "\n").filter { $0.hasPrefix("error") }.count == 2)
    #expect(types.contains("write `number`: the types are string, number, bool, list, model, file and folder"))
    #expect(!types.contains("there is no name"))
    #expect(try scratch.run("$TW check argument.tw").errors.contains("`dim` is `axis=` here"))
  }

  @Test func checkShowsTheErrorsOfAllFiles() throws {
    try scratch.write("good.tw", "x = 1\n")
    try scratch.write("first.tw", "print(\"ran\")\ny = missing_one + 1\nz = missing_two\n")
    try scratch.write("second.tw", "f(1, [2\n")
    let result = try scratch.run("$TW check good.tw first.tw second.tw absent.tw")
    #expect(result.status == 1)
    #expect(result.output == "")
    for text in ["missing_one", "first.tw:2:5", "missing_two", "first.tw:3:5", "second.tw:", "E0106", "absent.tw"] {
      #expect(result.errors.contains(text), "\(text)")
    }
  }
}
