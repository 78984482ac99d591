// Lines that start with `:`.

import Glibc
import Testing

@Suite(.serialized) struct CommandTests: PromptSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func helpListsTheCommands() throws {
    let terminal = try prompt()
    try terminal.ask(":help")
    let lines = try terminal.screen()
    for name in ["time EXPR", "vars", "last", "save FILE.tw", "load", "reset", "edit", "once FILE", "quit"] {
      #expect(lines.contains { $0.hasPrefix(":" + name) })
    }
    try terminal.enter(":vras")
    try terminal.expect(
      "error[E0201]: there is no command `:vras`", "   = help: there is a similar one: `:vars`", "tw>")
  }

  @Test func timeSaysHowLongAndWhatBLASDid() throws {
    let terminal = try prompt()
    // Loading the library takes longer on a busy machine than `:time` has patience for a second run.
    try terminal.ask("(zeros(64, 64) @ zeros(64, 64))[0, 0]")
    try terminal.ask(":time x = zeros(64, 64) @ zeros(64, 64)")
    let lines = try terminal.screen()
    #expect(lines.contains { $0.contains("s (half of ") && $0.contains(" runs between ") })
    // 2 · 64³ = 524,288
    #expect(lines.contains { $0.hasPrefix("BLAS: 1 product, 524 kflop, ") })
    try terminal.ask("x")
    // What is timed binds no names.
    #expect(try terminal.screen().contains("error[E0201]: there is no name `x` here"))
    try terminal.enter(":time 1 + 1")
    try terminal.expect("no matrix products", "tw>")
    try terminal.enter(":time print(\"it runs\"); while true {}")
    try terminal.expect("it runs")
    try terminal.press("C-c")
    try terminal.expect("interrupted", "tw>")
  }

  @Test func varsListsWhatThereIs() throws {
    let terminal = try prompt()
    try terminal.enter(":vars")
    try terminal.expect("no names yet", "tw>")
    try terminal.enter("x = zeros(3, 4); words = [\"a\", \"b\"]")
    try terminal.enter(":vars")
    try terminal.expect(
      "tw> :vars", "name   type    shape  bytes", "x      tensor  3x4       48", "words  list    2         34", "tw>")
  }

  @Test func memSaysWhatModelsAndTensorsHold() throws {
    let terminal = try prompt()
    try terminal.ask(":mem")
    #expect(try terminal.screen().contains { $0.hasPrefix("tensors of this session: 0 bytes of ") })
    #expect(try terminal.screen().contains { $0.hasPrefix("the process beside the files: ") })
    try terminal.ask("m = load(\"\(Machine.root)/Tests/Fixtures/families/llama\"); x = zeros(1000, 1000)")
    try terminal.ask(":mem")
    let lines = try terminal.screen()
    #expect(lines.contains { $0.hasPrefix("file ") && $0.contains(" mapped ") && $0.hasSuffix("in memory") })
    #expect(lines.count { $0.contains("-of-00003.safetensors ") && $0.contains("63.9 kB") } == 2)
    #expect(lines.contains { $0.hasPrefix("tensors of this session: 4.0 MB of ") })
  }

  @Test func lastShowsAllOfIt() throws {
    let terminal = try prompt(environment: "PAGER='tail -2'")
    try terminal.enter("table({x: 0..100})")
    try terminal.expect("(35 of 100 rows)", "tw>")
    try terminal.enter(":last")
    try terminal.expect("tw> :last", "99", "(100 rows)", "tw>")
  }

  @Test func saveWritesARecipeThatRuns() throws {
    let terminal = try prompt()
    for line in ["k = 3", "missing + 1", "xs = [1, 2, 3]", "xs[0] + k", "|> sqrt", "ans + 1", "k * 2;"] {
      try terminal.enter(line)
    }
    try terminal.enter(":save probe.tw k")
    try terminal.expect("probe.tw: 8 lines. Run it with: tw probe.tw [--k …]", "tw>")
    #expect(
      Machine.read(scratch.path + "/probe.tw") == """
        param k: number = 3
        xs = [1, 2, 3]
        ans = xs[0] + k
        print(ans)
        ans = ans |> sqrt
        print(ans)
        print(ans + 1)
        k * 2

        """)
    let result = try scratch.run("$TW probe.tw; $TW probe.tw --k 8")
    #expect(result.output == "4\n2\n3\n9\n3\n4\n")
    try terminal.ask(":save probe.tw xs none")
    #expect(try terminal.screen().contains("error[E0306]: `none` is no constant of this session"))
  }

  @Test func aSavedRecipeDoesWhatTheSessionDid() throws {
    let terminal = try prompt(size: "100x24")
    // The first constant of `scale` is never looked at, the last comes when the others have been used.
    for line in ["scale = 1", "scale = 2", "word = \"a\"", "f = x => x * scale", "f(3)", "scale = 10", "f(3)", "word"] {
      try terminal.enter(line)
    }
    try terminal.enter(":save two.tw scale word")
    try terminal.expect(
      "two.tw: 7 lines. Run it with: tw two.tw [--scale …] [--word …]",
      "  `scale` is set again by a later line: --scale reaches no further than that.", "tw>")
    let result = try scratch.run("$TW two.tw; $TW two.tw --scale 5 --word b")
    #expect(result.output == "6\n30\na\n15\n30\nb\n")
  }

  @Test func loadRunsAFileInTheSession() throws {
    try scratch.write("probe.tw", "fn twice(x) = 2 * x\ny = k + 1\n")
    try scratch.write("faulty.tw", "z = 1\nz + nothing\n")
    let terminal = try prompt()
    try terminal.enter("k = 20")
    try terminal.enter(":load probe.tw")
    try terminal.enter("twice(y)")
    try terminal.expect("tw> twice(y)", "42", "tw>")
    try terminal.ask(":load faulty.tw")
    #expect(try terminal.screen().contains("  --> faulty.tw:2:5"))
  }

  @Test func resetForgetsAllNames() throws {
    let terminal = try prompt()
    try terminal.enter("x = 1")
    try terminal.enter(":reset")
    try terminal.enter(":vars")
    try terminal.expect("tw> :reset", "tw> :vars", "no names yet", "tw>")
    try terminal.ask("x")
    #expect(try terminal.screen().contains("error[E0201]: there is no name `x` here"))
    // Nor are they saved.
    try terminal.ask("y = 2")
    #expect(try terminal.ask(":save after.tw") == ["after.tw: 1 line. Run it with: tw after.tw"])
    #expect(Machine.read(scratch.path + "/after.tw") == "y = 2\n")
  }

  @Test func editRunsWhatTheEditorLeaves() throws {
    let terminal = try prompt(environment: "EDITOR='sed -i s/20/40/'")
    try terminal.enter("20 + 2")
    try terminal.expect("22", "tw>")
    try terminal.enter(":edit")
    try terminal.expect("tw> :edit", "tw> 40 + 2", "42", "tw>")
    try terminal.press("Up")
    try terminal.expect("tw> 40 + 2")
  }

  @Test func whatTheEditorDoesNotSaveDoesNotRun() throws {
    let terminal = try prompt(environment: "EDITOR=true")
    try terminal.enter("print(\"ran\")")
    try terminal.enter(":edit")
    try terminal.expect("ran", "tw> :edit", "nothing was saved: nothing runs", "tw>")
    // The same text, saved again, runs.
    let saving = try prompt(environment: "EDITOR='touch -d yesterday'")
    try saving.enter("print(\"ran\")")
    try saving.enter(":edit")
    try saving.expect("ran", "tw> :edit", "tw> print(\"ran\")", "ran", "tw>")
  }

  @Test func pathsMayStandInQuotes() throws {
    let terminal = try prompt()
    try terminal.enter("k = 3")
    try terminal.enter(":save \"a probe.tw\" k")
    try terminal.expect("a probe.tw: 1 line. Run it with: tw 'a probe.tw' [--k …]", "tw>")
    try terminal.enter(":load \"a probe.tw\"")
    try terminal.enter(":time \"text\"")
    try terminal.expect("no matrix products", "tw>")
  }

  @Test func onceWritesOneAnswerToAFile() throws {
    let terminal = try prompt()
    try terminal.enter(":once out.txt")
    try terminal.enter("table({x: 0..60})")
    try terminal.expect("tw> table({x: 0..60})", "tw>")
    try terminal.enter("1 + 1")
    try terminal.expect("tw> 1 + 1", "2", "tw>")
    let text = Machine.read(scratch.path + "/out.txt") ?? ""
    #expect(text.hasPrefix(" x\n 0\n 1\n") && text.hasSuffix("59\n(60 rows)\n"))
  }

  /// What takes long to compute should not fail at its last step.
  @Test func onceRefusesAtOnceWhatCannotBeWritten() throws {
    _ = try scratch.run("mkdir folder")
    let terminal = try prompt()
    #expect(try terminal.ask(":once folder").first?.hasPrefix("error[E0502]: cannot write folder: ") == true)
    #expect(try terminal.ask(":once /nowhere/x.txt").first?.hasPrefix("error[E0605]: ") == true)
    try terminal.enter("1 + 1")
    try terminal.expect("tw> 1 + 1", "2", "tw>")
  }

  @Test func quitLeaves() throws {
    let terminal = try prompt()
    try terminal.enter(":q")
    try terminal.expect("tw> :q", "left with 0")
  }

  // MARK: What `:save` tries

  @Test func saveShowsWhatFailsByItself() throws {
    let terminal = try prompt(size: "100x40")
    // A line that fails is no part of the recipe, and yet the session has what it did before.
    try terminal.ask("y = 5; error(\"too late\")")
    #expect(try terminal.ask("y + 1") == ["6"])
    let lines = try terminal.ask(":save probe.tw")
    #expect(lines.first == "probe.tw: 1 line, but by itself it does not run:", "\(lines)")
    #expect(lines.contains("error[E0201]: there is no name `y` here"), "\(lines)")
    #expect(lines.contains { $0.hasPrefix("  --> probe.tw:1:7") })
    // It is there all the same, and the session goes on.
    #expect(Machine.read(scratch.path + "/probe.tw") == "print(y + 1)\n")
    #expect(try terminal.ask("y") == ["5"])
  }

  @Test func saveShowsWhatDiffers() throws {
    try scratch.write("numbers.txt", "1\n2\n")
    let terminal = try prompt(size: "100x40")
    try terminal.enter("xs = read_lines(\"numbers.txt\")")
    try terminal.enter("len(xs)")
    try terminal.expect("2", "tw>")
    try scratch.write("numbers.txt", "1\n2\n3\n")
    #expect(
      try terminal.ask(":save probe.tw") == [
        "probe.tw: 2 lines, but run by itself it prints something else, first for `len(xs)`:", "  here:  2",
        "  there: 3",
      ])
  }

  @Test func savePrintsNothingAndChangesNoFile() throws {
    let terminal = try prompt(size: "100x40")
    for line in [
      "print(\"once\")", "save([1], \"a.json\")", "map(0..60, x => x * 1000)", "\"text\"", "line([1, 2])", "eye(3)",
      "table({a: [1]})",
    ] {
      try terminal.ask(line)
    }
    try scratch.write("a.json", "changed by hand")
    #expect(try terminal.ask(":save probe.tw") == ["probe.tw: 7 lines. Run it with: tw probe.tw"])
    #expect(Machine.read(scratch.path + "/a.json") == "changed by hand")
    #expect(try scratch.run("$TW probe.tw | head -1; cat a.json").output.hasPrefix("once\n"))
  }

  @Test func whatTakesLongIsNotTriedToTheEnd() throws {
    let terminal = try prompt(size: "100x40")
    // At the prompt the loop ends at once; a file has no `fast`.
    try scratch.write("fast.txt", "yes")
    try terminal.ask("fast = (try read_text(\"fast.txt\") else \"no\") == \"yes\"")
    try terminal.ask("while not fast { }")
    _ = try scratch.run("rm fast.txt")
    try terminal.enter(":save probe.tw")
    try terminal.expect(
      "tw> :save probe.tw",
      "probe.tw: 2 lines, not tried to the end: it was still running after 10 s. Run it with: tw probe.tw",
      "tw>", within: 20)
    try terminal.enter(":save probe.tw")
    usleep(500_000)
    try terminal.press("C-c")
    try terminal.expect(
      "probe.tw: 2 lines, not tried to the end: interrupted. Run it with: tw probe.tw", "tw>", within: 5)
    #expect(try terminal.ask("1 + 1") == ["2"])
  }

  @Test func loadAsksBeforeItReads() throws {
    _ = try scratch.run("mkdir project secret; echo 'print(\"sesame\")' >secret/k.tw")
    let terminal = try Terminal(scratch, command: "cd project; $TW --safe")
    try terminal.expect("tw>")
    for path in ["../secret/k.tw", "../secret/none.tw", scratch.path + "/secret/k.tw"] {
      let lines = try terminal.ask(":load \(path)")
      #expect(lines.first?.hasPrefix("error[E0605]: this program may not read ") == true, "\(lines)")
      #expect(!lines.contains { $0.contains("sesame") })
    }
  }
}
