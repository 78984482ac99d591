// What is typed and what has run is not lost.

import Glibc
import Testing

@Suite(.serialized) struct SurvivalTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func prompt() throws -> Terminal {
    // `exec` would hide how it ended; the process's number makes it possible to kill it.
    let terminal = try Terminal(scratch, command: "$TW & echo $! >pid; fg >/dev/null".withJobs)
    try terminal.expect("tw>")
    return terminal
  }

  private func kill(_ signal: String) throws {
    _ = try scratch.run("kill -\(signal) $(cat pid)")
  }

  @Test func aKilledSessionCanBeLoaded() throws {
    do {
      let terminal = try prompt()
      try terminal.enter("x = 20")
      try terminal.enter("missing")
      try terminal.enter("fn f(a) {")
      try terminal.enter("  a + 1")
      try terminal.enter("}")
      try terminal.enter("f(x)")
      try terminal.expect("21", "tw>")
      try terminal.enter("while true {}")
      try terminal.expect("tw> while true {}")
      usleep(200_000)
      try kill("KILL")
      try terminal.expect("left with 137")
    }
    let terminal = try Terminal(scratch)
    try terminal.expect("The last session was interrupted; `:load` without a name runs its lines again.", "tw>")
    try terminal.enter(":load")
    try terminal.enter("ans + f(x)")
    try terminal.expect("tw> ans + f(x)", "42", "tw>")
    try terminal.press("C-d")
    try terminal.expect("tw> ^D", "left with 0")
    // It is said once, and a session that ends in peace leaves nothing.
    let third = try Terminal(scratch)
    try third.expect("tw>")
    #expect(try third.screen().count == 2)
  }

  /// The file from which a session can be brought back.
  private func journal() throws -> String {
    try scratch.run("cat state/traveling-words/sessions/*.tw").output
  }

  @Test func theJournalHoldsWhatSucceeded() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.ask("x = 1")
    #expect(try journal() == "x = 1\n")
    try terminal.ask("error(\"bad\")")
    #expect(try journal() == "x = 1\n")
    try terminal.ask("x + 1")
    #expect(try journal() == "x = 1\nans = x + 1\n")
    try terminal.ask(":reset")
    #expect(try journal() == "")
    try terminal.ask("y = 2")
    #expect(try journal() == "y = 2\n")
  }

  @Test func twoSessionsDoNotTakeEachOtherForInterrupted() throws {
    let first = try Terminal(scratch)
    try first.expect("tw>")
    try first.enter("x = 1")
    try first.expect("tw> x = 1", "tw>")
    let second = try Terminal(scratch)
    try second.expect("tw>")
    #expect(try second.screen().count == 2)
  }

  @Test func keysTypedWhileALineRunsWaitForThePrompt() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.enter("for i in 0..12000000 { i }; print(\"done\")")
    try terminal.enter("20 + 1")
    try terminal.type("half a line")
    try terminal.expect(
      "tw> for i in 0..12000000 { i }; print(\"done\")", "done", "tw> 20 + 1", "21", "tw> half a line")
  }

  /// A pipe that nobody writes to.
  @Test func controlCEndsACallThatWaits() throws {
    _ = try scratch.run("mkfifo pipe")
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.enter("read_text(\"pipe\")")
    try terminal.expect("tw> read_text(\"pipe\")")
    usleep(200_000)
    try terminal.press("C-c")
    try terminal.expect("tw> read_text(\"pipe\")", "interrupted", "tw>")
    let recipe = try scratch.run("$TW -e 'read_text(\"pipe\")' & sleep 0.3; kill -INT $!; wait $!")
    #expect(recipe.status == 130)
  }

  /// Opening a pipe waits for its other end, reading one for its writer.
  @Test(arguments: [
    #"save([1], "pipe.json")"#, #"save(table({a: [1]}), "pipe.csv")"#, #"use "pipe.tw" as a"#,
    #"read_text("pipe.txt")"#,
    #"read_lines("pipe.txt")"#, #"read_csv("pipe.csv")"#, #"read_json("pipe.json")"#, #"read_npy("pipe.npy")"#,
    #"read_image("pipe.npy")"#,
  ]) func controlCEndsEveryWait(code: String) throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      """
      mkfifo pipe.json pipe.csv pipe.tw pipe.txt pipe.npy
      timeout --preserve-status -s INT 0.5 $TW -e '\(code)'
      """)
    #expect(result.status == 130)
    #expect(result.output.isEmpty && result.errors == "interrupted\n", "\(result.errors)")
    let reading = try scratch.run(
      """
      exec 3<>pipe.json 4<>pipe.csv 5<>pipe.tw 6<>pipe.txt 7<>pipe.npy
      timeout --preserve-status -s INT 0.5 $TW -e '\(code)'
      """)
    // A short save does not wait when somebody reads.
    #expect(reading.status == (code.hasPrefix("save") ? 0 : 130), "\(reading.errors)")
    #expect(code.hasPrefix("save") || reading.errors == "interrupted\n", "\(reading.errors)")
  }

  @Test func controlCEndsTheReadingOfARecipe() throws {
    let result = try Scratch().run("mkfifo pipe; timeout --preserve-status -s INT 0.5 $TW pipe")
    #expect(result.status == 130)
    #expect(result.output.isEmpty && result.errors.isEmpty, "\(result.errors)")
  }

  /// A slip of the finger beside Ctrl-] must not cost the session; where a line runs that cannot be ended it is the last resort.
  @Test func controlBackslashDoesNothingAtThePrompt() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.type("20 +")
    try terminal.press("C-\\\\")
    try terminal.press("C-\\\\")
    try terminal.type(" 1")
    try terminal.expect("tw> 20 + 1")
    try terminal.press("Enter")
    try terminal.expect("tw> 20 + 1", "21", "tw>")
    try terminal.enter("print(\"it runs\"); while true {}")
    try terminal.expect("it runs")
    try terminal.press("C-\\\\")
    try terminal.expect("left with 131")
  }

  /// A save of many megabytes, ended at several points of its way.
  @Test func aSaveThatIsEndedLeavesNoRest() throws {
    let result = try scratch.run(
      """
      echo before >big.csv
      for signal in TERM HUP KILL; do
        for pause in 0.2 0.5; do
          $TW -e 'save(randn(3000, 2000), "big.csv")' & sleep $pause; kill -$signal $!; wait $!
        done
      done 2>/dev/null
      ls -A
      """)
    #expect(!result.output.contains(".tw-"), "\(result.output)")
    #expect(result.output.contains("big.csv"))
  }

  @Test func thePromptStartsALine() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.enter("print(\"abc\", end=\"\")")
    try terminal.expect("abc", "tw>")
  }

  /// The shell that comes after must echo what is typed.
  @Test(arguments: ["TERM", "HUP", "SEGV"]) func theTerminalIsRestored(signal: String) throws {
    let before = "ulimit -c 0; stty -a >before"
    let after = "stty -a >after; cmp before after && echo same"
    for line in ["", "while true {}"] {
      let terminal = try Terminal(
        scratch, command: "\(before); \("$TW & echo $! >pid; fg >/dev/null".withJobs); \(after)")
      try terminal.expect("tw>")
      if !line.isEmpty {
        try terminal.enter(line)
        usleep(200_000)
      }
      try kill(signal)
      for _ in 0..<100 where try !terminal.screen().contains("same") { usleep(50_000) }
      #expect(try terminal.screen().contains("same"), "after \(signal) in `\(line)`")
    }
  }

  @Test func whatIsStoppedGoesOn() throws {
    let terminal = try Terminal(scratch, command: "set -m; $TW; stty -a | grep -o ' echo '; fg")
    try terminal.expect("tw>")
    try terminal.enter("for i in 0..12000000 { i }; print(\"done\")")
    usleep(100_000)
    try terminal.press("C-z")
    try terminal.expect("done", "tw>")
    #expect(try terminal.screen().contains(" echo"))
    try terminal.enter("1 + 1")
    try terminal.expect("tw> 1 + 1", "2", "tw>")
  }

  @Test func thePersonsOwnFileRunsFirst() throws {
    _ = try scratch.run(
      "mkdir -p .config/traveling-words; printf 'answer = 42\nerror(answer)\n' >.config/traveling-words/init.tw")
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    #expect(try terminal.screen().contains { $0.contains("init.tw:2:") })
    try terminal.enter("answer")
    try terminal.expect("tw> answer", "42", "tw>")
  }
}

extension String {
  /// A line of bash with job control, which gives a background process the terminal on `fg`.
  fileprivate var withJobs: String { "set -m; \(self)" }
}
