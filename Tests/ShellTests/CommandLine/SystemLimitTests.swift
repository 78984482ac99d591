// What the system allows the process (`ulimit`) is a budget like any other: under each limit every program gives its result or one
// error. No signal, no hang.

import Testing

@Suite struct SystemLimitTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Address space in kB: from where little more than the program fits up to where each has room for something.
  private static let addressSpaces = [150_000, 400_000, 1_000_000]

  /// A result (status 0) or an error of the language that names the memory (or `codes`).
  private func check(_ code: String, _ limit: String, codes: [String] = ["E0602"]) throws {
    // The pipe is made before the limit holds.
    let result = try scratch.run("(\(limit); exec $TW -e '\(code)') | head -c 1000; exit ${PIPESTATUS[0]}")
    let what = "\(limit): \(code): status \(result.status) \(result.errors.prefix(200))"
    if result.status == 0 { return }
    #expect(result.status == 1, "\(what)")
    #expect(codes.contains { result.errors.hasPrefix("error[\($0)]: ") }, "\(what)")
  }

  @Test(arguments: addressSpaces) func growthIsAnError(kilobytes: Int) throws {
    for code in [
      "xs = []; while true { xs += [xs, \"text {len(xs)}\"] }", "s = \"x\"; for i in 0..33 { s += s }; len(s)",
      "r = nil; while true { r = {a: r, b: \"b{1}\"} }", "fs = []; while true { k = len(fs); fs += [() => k] }",
      "len(read_text(\"/dev/zero\"))", "map(0..1e9, x => x)", "x = [0]; for i in 0..40 { x = [x, x] }; len(repr(x))",
      "x = [0]; for i in 0..40 { x = {a: x, b: x} }; len(string(x))",
      "x = \"a,\"; for i in 0..25 { x += x }; len(split(x, \",\"))",
      "xs = []; while true { xs += [zeros(1000)] }",
    ] { try check(code, "ulimit -v \(kilobytes)") }
  }

  @Test(arguments: addressSpaces) func algebraEnds(kilobytes: Int) throws {
    for code in [
      "svd(randn(300, 300, seed=1)).s[0] > 1", "(ones(300, 300) @ ones(300, 300))[0, 0]",
      "solve(randn(200, 200, seed=1), ones(200))[0] > -1e9", "nearest(ones(8), randn(5000, 8, seed=1), k=1)",
    ] { try check(code, "ulimit -v \(kilobytes)", codes: ["E0602", "E0509"]) }
  }

  @Test(arguments: addressSpaces) func recursionEnds(kilobytes: Int) throws {
    let codes = ["E0601", "E0602"]
    try check("fn f(n) = f(n + 1) + 1; f(0)", "ulimit -v \(kilobytes)", codes: codes)
    try check("fn f(n) = map([n], f); f(0)", "ulimit -v \(kilobytes)", codes: codes)
  }

  @Test func dataLimitIsFollowed() throws {
    for kilobytes in [20_000, 60_000, 200_000, 1_000_000] {
      try check("xs = []; while true { xs += [xs, \"text {len(xs)}\"] }", "ulimit -d \(kilobytes)")
      try check("(ones(300, 300) @ ones(300, 300))[0, 0]", "ulimit -d \(kilobytes)", codes: ["E0602", "E0509"])
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
      #expect(result.errors.hasPrefix("error[E0603]"), "\(limit): \(result.errors)")
    }
  }

  /// Fewer descriptors than a thread pool or a library would like, and stacks of the smallest size.
  @Test func fewDescriptorsAndSmallStacks() throws {
    // With 16 KB of stack one start in some hundred ends in the system's loader, before us.
    for limit in ["ulimit -n 4", "ulimit -n 5", "ulimit -s 32", "ulimit -s 64"] {
      for (code, output) in [
        ("(ones(300, 300) @ ones(300, 300))[0, 0]", "300\n"), ("svd(randn(400, 400, seed=1)).s[0] > 1", "true\n"),
      ] {
        // A descriptor that the process inherits may be the one that OpenBLAS's file needs, or that the loader needs before us.
        let result = try scratch.run("\(limit); exec $TW -e '\(code)'")
        let isError =
          result.status == 1 && result.errors.hasPrefix("error[")
          || result.status == 127 && result.errors.contains("loading shared libraries")
        #expect(result.output == output || isError, "\(limit): \(result.status) \(result.errors)")
      }
      try check("fn f(n) = f(n + 1) + 1; f(0)", limit, codes: ["E0601"])
    }
    #expect(try scratch.run("ulimit -n 4; exec $TW -e 'save([1], \"x.json\")'").errors.contains("Too many open files"))
  }

  @Test func noThreads() throws {
    // A limit of processes holds for everybody but root.
    let result = try scratch.run("ulimit -u 1; exec $TW -e '(ones(300, 300) @ ones(300, 300))[0, 0]'")
    #expect(result.status == 0 || result.status == 1)
  }

  @Test func closedStreams() throws {
    #expect(try scratch.run("$TW -e 'print(1)' >&-").errors.hasPrefix("error[E0502]"))
    #expect(try scratch.run("$TW -e 'print(1)' 2>&-").output == "1\n")
    #expect(try scratch.run("$TW <&-").status == 1)
    #expect(try scratch.run("$TW <&- >&- 2>&-").status == 1)
  }
}
