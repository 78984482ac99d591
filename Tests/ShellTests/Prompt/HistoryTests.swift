import Glibc
import Testing

@Suite(.serialized) struct HistoryTests: PromptSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Entries as they stand in the file, without the comment at its top.
  private var entries: [String] {
    let text = Machine.read(scratch.path + "/state/traveling-words/history") ?? ""
    return text.split(separator: "\n").dropFirst().map(String.init)
  }

  @Test func aLineIsWrittenBeforeItRuns() throws {
    let terminal = try prompt()
    try terminal.enter("while true {}")
    for _ in 0..<100 where entries.isEmpty { usleep(50_000) }
    #expect(entries == ["while true {}"])
    try terminal.press("C-c")
    try terminal.expect("interrupted", "tw>")
  }

  @Test func severalLinesAreOneEntry() throws {
    let terminal = try prompt()
    try terminal.enter("fn f(x) {")
    try terminal.enter("  x + 1")
    try terminal.enter("}")
    try terminal.expect("... }", "tw>")
    try terminal.enter(#"s = "a\\b""#)
    try terminal.expect(#"tw> s = "a\\b""#, "tw>")
    #expect(entries == [#"fn f(x) {\n  x + 1\n}"#, #"s = "a\\\\b""#])
  }

  @Test func theNextSessionRecallsEntries() throws {
    do {
      let terminal = try prompt()
      try terminal.enter("fn f(x) {")
      try terminal.enter("  x + 1")
      try terminal.enter("}")
      try terminal.expect("... }", "tw>")
      try terminal.enter(#"len("a\\b")"#)
      try terminal.expect("3", "tw>")
      try terminal.press("C-d")
      try terminal.expect("tw> ^D", "left with 0")
    }
    let terminal = try prompt()
    try terminal.press("Up")
    try terminal.expect(#"tw> len("a\\b")"#)
    try terminal.press("Up")
    try terminal.expect("tw> fn f(x) {", "  x + 1", "}")
    try terminal.press("Enter")
    try terminal.expect("}", "tw>")
    try terminal.enter("f(1)")
    try terminal.expect("tw> f(1)", "2", "tw>")
  }

  @Test func sessionsSideBySideBothWrite() throws {
    let first = try prompt()
    let second = try prompt()
    try first.enter("111")
    try first.expect("111", "tw>")
    try second.enter("222")
    try second.expect("222", "tw>")
    try first.enter("333")
    try first.expect("333", "tw>")
    #expect(entries == ["111", "222", "333"])
  }

  @Test func aFolderThatCannotBeWrittenIsSaidOnce() throws {
    let terminal = try Terminal(scratch, environment: "XDG_STATE_HOME=/dev/null/state")
    try terminal.expect("tw>")
    try terminal.enter("1 + 1")
    try terminal.expect("2", "tw>")
    try terminal.enter("2 + 2")
    try terminal.expect("4", "tw>")
    let text = try terminal.screen().joined()
    #expect(text.split(separator: "warning: cannot ", omittingEmptySubsequences: false).count == 2)
    #expect(text.contains("goes on without it"))
  }

  @Test func onlyTheOwnerReadsIt() throws {
    let terminal = try prompt()
    try terminal.enter("1")
    try terminal.expect("1", "tw>")
    var status = stat()
    #expect(stat(scratch.path + "/state/traveling-words/history", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func damagedFilesAreNoReasonToStop() throws {
    _ = try scratch.run(
      #"mkdir -p state/traveling-words; printf '\377\000\n5\\\n\n6 * 7\n' >state/traveling-words/history"#)
    let terminal = try prompt()
    try terminal.press("Up")
    try terminal.expect("tw> 6 * 7")
    try terminal.press("Up")
    try terminal.expect("tw> 5")
    try terminal.press("C-c")
    try terminal.expect("tw>")
  }
}
