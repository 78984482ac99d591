import Testing

@Suite struct ExitStatusTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func errorsGoToStandardErrorAndExitWith1() throws {
    try scratch.write("probe.tw", "x = 1\ny = x + neares\n")
    let result = try scratch.run("$TW probe.tw")
    #expect(result.status == 1)
    #expect(result.output == "")
    #expect(result.errors.hasPrefix("error[E0201]: "))
    #expect(result.errors.contains("--> probe.tw:2:9"))
    #expect(result.errors.contains("^^^^^^"))
  }

  @Test func whatWasPrintedComesBeforeTheError() throws {
    let result = try scratch.run(#"$TW -e 'print("before"); error("stop here")' 2>&1"#)
    #expect(result.status == 1)
    #expect(result.output.hasPrefix("before\nerror[E0701]: stop here"))
  }

  @Test func interruptedProgramsExitWith130() throws {
    let result = try scratch.run("timeout --preserve-status -s INT 1 $TW -e 'print(1); while true {}'")
    #expect(result.status == 130)
    #expect(result.output == "1\n")
    #expect(result.errors == "interrupted\n")
  }

  @Test func aReaderThatHasSeenEnoughIsNoError() throws {
    let result = try scratch.run("$TW -e 'while true { print(\"line\") }' | head -2; echo ${PIPESTATUS[0]}")
    #expect(result.output == "line\nline\n0\n")
    #expect(result.errors == "")
  }

  @Test(arguments: [
    "1 + 1", "print(1)", "for i in 0..100000 { print(i) }", "try { print(1) } catch e { }",
    "try { for i in 0..100000 { print(i) } } catch e { }", "try { for i in 0..100000 { print(i) } } else 0",
  ])
  func fullDiskIsAnError(code: String) throws {
    let result = try scratch.run("$TW -e '\(code)' >/dev/full")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error[E0502]: cannot write standard output: No space left on device"))
    #expect(result.errors.split(separator: "\n").filter { $0.hasPrefix("error") }.count == 1)
  }

  @Test func closedStandardOutputIsAnError() throws {
    let result = try scratch.run("$TW -e 1+1 >&-")
    #expect(result.status == 1)
    #expect(result.errors.contains("cannot write standard output"))
  }

  @Test func longOutputArrivesWhole() throws {
    let result = try scratch.run("$TW -e 'for i in 0..50000 { print(i) }' | md5sum; seq 0 49999 | md5sum")
    let sums = result.output.split(separator: "\n")
    #expect(sums.count == 2)
    #expect(sums.first == sums.last)
  }
}
