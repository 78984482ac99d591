// What the system allows the process (`ulimit`) is a budget like any other: under each limit every program gives its result or one
// error. No signal, no hang.

import Testing

@Suite struct SystemLimitTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// How a program ends: status 0 and what it prints, or status 1 and the error, its help behind it. An amount of memory is SIZE there:
  /// how much a machine gives before it refuses is its own affair.
  private struct Ending: Equatable, CustomStringConvertible {
    let status: Int32
    let text: String
    var description: String { "\(status) \(text)" }

    static func result(_ output: String) -> Ending { Ending(status: 0, text: output) }
    private static func error(_ message: String, help: String) -> Ending {
      Ending(status: 1, text: "\(message)\n   = help: \(help)\n")
    }

    /// A large piece was asked for.
    static let piece = error(
      "error[E0602]: this needs SIZE of memory, more than the system still gives",
      help: "work on fewer rows at a time, or raise the system's limit (ulimit -v, ulimit -d)")
    /// Small pieces have used up everything.
    static let pieces = error(
      "error[E0602]: the program holds as much memory as the system gives",
      help: "keep fewer values at a time, or raise the system's limit (ulimit -v, ulimit -d)")
    /// More was asked for than the limit as a whole.
    static let hopeless = error(
      "error[E0602]: this needs SIZE of memory; the budget is SIZE",
      help: "work on fewer rows at a time, or raise the budget with --max-memory")
    static let noRoomForBLAS = error(
      "error[E0602]: OpenBLAS needs SIZE of address space; the system's limit does not leave so much",
      help: "raise the limit (ulimit -v, ulimit -d), or keep fewer values at a time")
    static let recursion = error("error[E0601]: calls are nested too deeply", help: "does the recursion end?")
  }

  /// In bash: closes what this process was started with or has opened itself, so that a limit of descriptors counts tw's own. 255 is
  /// bash's, which tw does not inherit.
  private static let alone =
    "for fd in /proc/self/fd/*; do fd=${fd##*/}; if ((fd > 2 && fd != 255)); then exec {fd}>&-; fi; done"

  /// How `code` ends under a limit, which holds for tw alone.
  private func ending(_ code: String, _ limit: String, start: String = "exec $TW") throws -> Ending {
    // The pipe is made before the limit holds.
    let result = try scratch.run(
      "(\(Self.alone); \(limit); \(start) -e '\(code)') | head -c 1000; exit ${PIPESTATUS[0]}")
    if result.status == 0 { return .result(result.output) }
    let lines = result.errors.split(separator: "\n")
    let said = [lines.first ?? "", lines.first { $0.hasPrefix("   = help: ") } ?? "", ""].joined(separator: "\n")
    return Ending(status: result.status, text: result.output + said.replacing(#/[0-9.]+ [kMG]?B\b/#, with: "SIZE"))
  }

  private func check(_ code: String, _ limit: String, _ endings: Ending...) throws {
    let found = try ending(code, limit)
    #expect(endings.contains(found), "\(limit): \(code): \(found)")
  }

  /// Address space in kB: from where little more than the program fits up to where each has room for something.
  private static let addressSpaces = [150_000, 400_000, 1_000_000]

  @Test(arguments: addressSpaces) func growthIsAnError(kilobytes: Int) throws {
    let limit = "ulimit -v \(kilobytes)"
    for code in [
      "s = \"x\"; for i in 0..33 { s += s }; len(s)", "len(read_text(\"/dev/zero\"))",
      "x = [0]; for i in 0..40 { x = [x, x] }; len(repr(x))",
      "x = [0]; for i in 0..40 { x = {a: x, b: x} }; len(string(x))",
      "x = \"a,\"; for i in 0..25 { x += x }; len(split(x, \",\"))",
    ] { try check(code, limit, .piece) }
    for code in [
      "xs = []; while true { xs += [xs, \"text {len(xs)}\"] }", "r = nil; while true { r = {a: r, b: \"b{1}\"} }",
    ] { try check(code, limit, .pieces) }
    // The last straw is an element, or the list that grows for it.
    for code in [
      "fs = []; while true { k = len(fs); fs += [() => k] }", "xs = []; while true { xs += [zeros(1000)] }",
    ] { try check(code, limit, .piece, .pieces) }
    try check("map(0..1e9, x => x)", limit, .hopeless)
  }

  @Test(arguments: addressSpaces) func algebraEnds(kilobytes: Int) throws {
    let limit = "ulimit -v \(kilobytes)"
    for code in ["svd(randn(300, 300, seed=1)).s[0] > 1", "solve(randn(200, 200, seed=1), ones(200))[0] > -1e9"] {
      try check(code, limit, kilobytes > 150_000 ? .result("true\n") : .noRoomForBLAS)
    }
    // Products in float32 need no library.
    try check("(ones(300, 300) @ ones(300, 300))[0, 0]", limit, .result("300\n"))
    try check("nearest(ones(8), randn(5000, 8, seed=1), k=1).id[0]", limit, .result("3199\n"))
  }

  @Test(arguments: addressSpaces) func recursionEnds(kilobytes: Int) throws {
    try check("fn f(n) = f(n + 1) + 1; f(0)", "ulimit -v \(kilobytes)", .recursion)
    try check("fn f(n) = map([n], f); f(0)", "ulimit -v \(kilobytes)", .recursion)
  }

  @Test(arguments: [20_000, 60_000, 200_000, 1_000_000]) func dataLimitIsFollowed(kilobytes: Int) throws {
    let limit = "ulimit -d \(kilobytes)"
    try check("xs = []; while true { xs += [xs, \"text {len(xs)}\"] }", limit, .pieces)
    let product = "(ones(300, 300) @ ones(300, 300))[0, 0]"
    switch kilobytes {
    // Not even the matrices fit.
    case 20_000: try check(product, limit, .piece)
    case 1_000_000: try check(product, limit, .result("300\n"))
    default:
      try check(product, limit, .result("300\n"))
      try check("solve(randn(200, 200, seed=1), ones(200))[0] > -1e9", limit, .noRoomForBLAS)
    }
  }

  @Test func errorIsCaughtAndTheProgramGoesOn() throws {
    let result = try scratch.run(
      """
      ulimit -v 600000
      $TW -e 's = "x"; print(try { for i in 0..40 { s += s } } catch e { e.code }); s = nil; sum(ones(1000))'
      """)
    #expect(result.output == "E0602\n1000\n", "\(result.errors)")
  }

  @Test func stepsEndAMapBeforeTheMemoryDoes() throws {
    for limit in ["true", "ulimit -v 6000000", "ulimit -v 600000"] {
      let result = try scratch.run("\(limit); $TW --max-steps 1000 -e 'map(0..1e9, x => x)'")
      #expect(result.status == 1)
      #expect(
        result.errors.hasPrefix(
          "error[E0603]: the program takes more than its 1000 steps (calls and loop turns)\n"),
        "\(limit): \(result.errors)")
    }
  }

  /// Programs that need OpenBLAS and its file, or much stack, and how they end.
  private static let demanding: [(code: String, ending: Ending)] = [
    ("(ones(300, 300) @ ones(300, 300))[0, 0]", .result("300\n")),
    ("svd(randn(400, 400, seed=1)).s[0] > 1", .result("true\n")), ("fn f(n) = f(n + 1) + 1; f(0)", .recursion),
  ]

  /// Fewer descriptors than a thread pool or a library would like, and small stacks.
  @Test(arguments: ["ulimit -n 4", "ulimit -n 5", "ulimit -s 32", "ulimit -s 64"])
  func fewDescriptorsAndSmallStacks(limit: String) throws {
    for (code, ending) in Self.demanding { try check(code, limit, ending) }
  }

  @Test func theSmallestStack() throws {
    // The environment lies on the stack too, so there is none.
    let start = "exec env -i $TW"
    for (code, wanted) in Self.demanding {
      var found = try ending(code, "ulimit -s 16", start: start)
      // Before `main` Swift's runtime looks for its own folder (swift_copyAuxiliaryExecutablePath), and the loader for the functions of the C
      // library that it calls there. At some of the random places where a stack begins, up to one start in ten, no room is left for that.
      for _ in 0..<4 where found.status == 139 { found = try ending(code, "ulimit -s 16", start: start) }
      #expect(found == wanted, "\(code): \(found)")
    }
  }

  @Test func noDescriptorForAFile() throws {
    let result = try scratch.run("\(Self.alone); ulimit -n 4; exec $TW -e 'save([1], \"x.json\")'")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error[E0502]: cannot write x.json: Too many open files\n"), "\(result.errors)")
  }

  @Test func noThreads() throws {
    // A limit of processes holds for everybody but root. What cannot be shared among threads is done by one.
    let result = try scratch.run("ulimit -u 1; exec $TW -e '(ones(300, 300) @ ones(300, 300))[0, 0]'")
    #expect(result.status == 0 && result.output == "300\n", "\(result.status) \(result.errors)")
  }

  @Test func closedStreams() throws {
    let written = try scratch.run("$TW -e 'print(1)' >&-")
    #expect(written.status == 1)
    #expect(written.errors == "error[E0502]: cannot write standard output: Bad file descriptor\n")
    let quiet = try scratch.run("$TW -e 'print(1)' 2>&-")
    #expect(quiet.status == 0 && quiet.output == "1\n")
    let read = try scratch.run("$TW <&-")
    #expect(read.status == 1)
    #expect(read.errors == "error[E0501]: cannot read standard input: Bad file descriptor\n")
    #expect(try scratch.run("$TW <&- >&- 2>&-").status == 1)
  }
}
