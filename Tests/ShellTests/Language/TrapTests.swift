// Programs that are too large, too deep or endless. Each must end in its result or in an error that says why: never by a
// signal, never without an answer. They are made here, since nobody wants to read them.

import Testing

@Suite struct Traps {
  private static let long = 200_000

  private func repeated(_ text: String, _ count: Int = long, separator: String = "") -> String {
    String(repeating: text + separator, count: count - 1) + text
  }

  /// Runs a program under a memory budget; `status` 0 or 1, and a part of what it prints or complains of.
  private func expect(
    _ program: String, prints expected: String? = nil, fails code: String? = nil, steps: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let scratch = try Scratch()
    try scratch.write("trap.tw", program + "\n")
    let budget = "--max-memory 500M" + (steps.map { " --max-steps \($0)" } ?? "")
    let result = try scratch.run("timeout 50 $TW \(budget) trap.tw")
    let shown = String(result.output.prefix(300)) + String(result.errors.prefix(300))
    if let expected { #expect(result.output == expected + "\n", "\(shown)", sourceLocation: sourceLocation) }
    if let code { #expect(result.errors.hasPrefix("error[\(code)]"), "\(shown)", sourceLocation: sourceLocation) }
    #expect(result.status == (code == nil ? 0 : 1), "\(shown)", sourceLocation: sourceLocation)
  }

  // MARK: Long chains

  @Test func aSumOf200000Terms() throws { try expect("print(" + repeated("1", separator: "+") + ")", prints: "200000") }

  @Test func aPipeOf200000Steps() throws {
    try expect("f = x => x + 1\nprint(0" + repeated(" |> f") + ")", prints: "200000")
  }

  @Test func anElseIfChainOf200000Branches() throws {
    let branches = (0..<Self.long).map { " else if x == \($0 + 10) { print(\($0)) }" }.joined()
    try expect("x = 5\nif x == 0 { print(0) }" + branches + " else { print(\"end\") }", prints: "end")
  }

  @Test func anIndexChain() throws {
    try expect("x = [0]\nx[0] = x\nprint(try x" + repeated("[0]") + " else \"end\")", prints: "end")
  }

  @Test func aFieldChain() throws { try expect("x = {a: 1}\nprint(try x" + repeated(".a") + " else 0)", prints: "0") }

  @Test func aCallChain() throws {
    try expect("fn f() = f\nx = f" + repeated("()") + "\nprint(type(x))", prints: "function")
  }

  @Test func manyMinusSigns() throws { try expect("x = 1\nprint(" + repeated("- ") + "x)", prints: "1") }

  @Test func manyNots() throws { try expect("x = true\nprint(" + repeated("not ") + "x)", prints: "true") }

  @Test func longLogic() throws {
    try expect("x = true\nif " + repeated("x", separator: " and ") + " { print(1) }", prints: "1")
    try expect("x = false\nprint(" + repeated("x", separator: " or ") + ")", prints: "false")
  }

  @Test func aLongComparisonChain() throws { try expect("x = " + repeated("1", separator: " < "), fails: "E0108") }

  @Test func manyNames() throws {
    let lines = (0..<Self.long).map { "a\($0) = \($0)\n" }.joined()
    try expect(lines + "print(a199999)", prints: "199999")
    try expect("fn f() {\n" + lines + "}\nf()", fails: "E0115")
  }

  @Test func longLiterals() throws {
    try expect("print(len([" + repeated("1", separator: ",") + "]))", prints: "200000")
    try expect("print(len(\"" + repeated("ab", 2_000_000) + "\"))", prints: "4000000")
    try expect("x = {" + (0..<Self.long).map { "a\($0): 0," }.joined() + "}", fails: "E0115")
    try expect("print(" + repeated("1", separator: ",") + ")", fails: "E0115")
  }

  // MARK: Deep nesting in the text

  @Test(arguments: [
    "(", "[", "{a: ", "{ ", "a => ", "if true { ", "fn f() { ", "\"{", "try error(1) else ", "2 ^ ", "f(",
  ])
  func deepNesting(_ opening: String) throws {
    let closing = [
      "(": ")", "[": "]", "{a: ": "}", "{ ": "}", "if true { ": "}", "fn f() { ": "}", "\"{": "}\"", "f(": ")",
    ]
    try expect(
      "f = x => x\n" + repeated(opening, 20_000) + "1" + repeated(closing[opening] ?? " ", 20_000), fails: "E0109")
  }

  @Test(arguments: ["(", "[", "{", "if true {", "\"{"])
  func openBrackets(_ opening: String) throws {
    let scratch = try Scratch()
    try scratch.write("trap.tw", repeated(opening))
    let result = try scratch.run("timeout 50 $TW trap.tw")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error[E01"))
  }

  // MARK: Deep values

  @Test func aListNestedAMillionDeep() throws {
    try expect(
      """
      x = []
      for i in 0..1000000 { x = [x] }
      z = []
      for i in 0..1000000 { z = [z] }
      print(len("{x}"), x == z, x == [z], len(repr(x)))
      x = 0
      z = 0
      print("released")
      """, prints: "2000002 true false 2000002\nreleased")
  }

  @Test func aRecordNestedAMillionDeep() throws {
    try expect(
      """
      x = {a: 1}
      for i in 0..1000000 { x = {a: x} }
      z = {a: 1}
      for i in 0..1000000 { z = {a: z} }
      print(len("{x}"), x == z)
      x = 0
      z = 0
      print("released")
      """, prints: "5000006 true\nreleased")
  }

  @Test func closuresNestedAMillionDeep() throws {
    try expect(
      """
      fn wrap(f) = () => f
      x = 1
      for i in 0..1000000 { x = wrap(x) }
      print(type(x))
      x = 0
      print("released")
      """, prints: "function\nreleased")
  }

  @Test func deepValuesMeetTheOperations() throws {
    try expect(
      """
      x = [1]
      y = [2]
      t = 1
      for i in 0..100000 {
        x = [x]
        y = [y]
        t = table({a: [t]})
      }
      print(len(sort([y, x])), len(unique([x, y, x])), try tensor(x) else "too deep", len(t))
      x[0] = 1
      print(x)
      """, prints: "2 2 too deep 1\n[1]")
  }

  @Test func aDeepFile() throws {
    try expect(
      """
      x = []
      for i in 0..300000 { x = [x] }
      save(x, "deep.json")
      print(try len(read_json("deep.json")) else "too deep")
      """, prints: "too deep")
  }

  // MARK: Recursion

  @Test(arguments: [
    "fn f(x) = g(x) + 1\nfn g(x) = f(x) + 1", "fn f(x) = map([x], f)", "fn f(x) = sort_by([x, x], f)",
    "fn f(x) = fold([x], 1, (a, y) => f(y))", "fn f(x) = filter([x], f)", "fn f(x) = group_by([x], f)",
    "fn f(x, y=f(x)) = y", "fn f(x) = \"{f(x)}\"",
  ])
  func recursionWithoutEnd(_ program: String) throws {
    try expect(program + "\nf(1)", fails: "E0601")
    try expect(program + "\nprint(try f(1) else \"caught\")\nprint(try f(1) else \"again\")", prints: "caught\nagain")
  }

  @Test func modulesThatUseEachOther() throws {
    let scratch = try Scratch()
    try scratch.write("a.tw", "use \"b.tw\"")
    try scratch.write("b.tw", "use \"a.tw\"")
    let result = try scratch.run("$TW a.tw")
    #expect(result.status == 1)
    #expect(result.errors.contains("error[E0208]"))
  }

  // MARK: Sizes

  @Test(arguments: [
    "zeros(1e5, 1e5)", "zeros(1e18, 1e18)", "range(1e12) |> (r => map(r, x => x))", "eye(1e6)", "randn(1e9)",
    "zeros(1e6, 1) @ zeros(1, 1e6)", "zeros(1e6, 1) + zeros(1, 1e6)", "outer(zeros(1e6), zeros(1e6))",
    "sort(0..1e12)", "tensor(0..1e12)", "enumerate(0..1e12)", "zip(0..1e12, 0..1e12)",
    "((xs...) => 1)((0..1e12)...)", "reshape(0..1e12, -1)", "range(0, 1e15, 2)",
  ])
  func hugeSizes(_ program: String) throws { try expect("x = " + program, fails: "E0602") }

  /// What needs no element of a range does not write it out.
  @Test func hugeRanges() throws {
    try expect("print(sum(0..1e12), max(0..1e12), 5 in 0..1e12)", prints: "4.999999999995e+23 999999999999 true")
    try expect("x = [1, 2][0..1e12]", fails: "E0401")
  }

  @Test(arguments: [
    "s = \"x\"\nwhile true { s = s + s }", "s = \"x\"\nwhile true { s += s }", "s = [1]\nwhile true { s += s }",
    "s = [1]\nwhile true { s = s + s }", "s = \"x\"\nwhile true { s = join([s, s], s) }",
    "s = \"xx\"\nwhile true { s = replace(s, \"x\", s) }", "s = \"x\"\nwhile true { s = \"{s}{s}\" }",
    "s = zeros(8)\nwhile true { s = concat([s, s]) }", "s = []\nwhile true { s = [s] }",
    "s = []\nwhile true { s += [{a: [1]}] }",
    "s = {}\nn = 0\nwhile true {\n  n += 1\n  s[\"{n}\"] = [n]\n}", "x = filter(0..1e12, x => true)",
  ])
  func memoryThatGrows(_ program: String) throws { try expect(program, fails: "E0602") }

  @Test func numbersThatAreNoSizes() throws {
    try expect(
      """
      x = tensor([3, 1, 2])
      refused = 0
      for n in [-2, 0 / 0, 1 / 0, 0.5, 1e300, 2 ^ 63, -(2 ^ 63)] {
        for f in [zeros, ones, randn, eye, m => reshape(x, m), m => reshape(x, -1, m), m => topk(x, m), m => x[m]] {
          refused += try { f(n); 0 } else 1
        }
      }
      print(refused)
      """, prints: "55")
  }

  @Test func sliceBoundsOfAnySize() throws {
    try expect(
      """
      for v in [zeros(3, 4), [1, 2, 3], "abc", 0..3, table({a: [1, 2, 3]})] {
        for b in [1e300, 1 / 0, 9.3e18, 2 ^ 53] {
          assert(len(v[-b:]) == 3 and len(v[:b]) == 3 and len(v[b:]) == 0 and len(v[:-b]) == 0)
          assert(len(v[::b]) == 1 and len(v[::-b]) == 1 and len(v[b::-1]) == 3)
          assert(try { v[b]; false } else true)
          assert(try { v[0 / 0:]; false } else true)
        }
      }
      print(zeros(3, 4)[::1e18, ::-1e18].shape)
      """, prints: "[1, 1]")
  }

  @Test func hugeFormats() throws {
    try expect(
      """
      for w in ["99999999", "2147483648", "9223372036854775808"] {
        print(try len(format(1, w)) else "no", try len(format(1, ".{w}f")) else "no", try len(format("a", w)) else "no")
      }
      """, prints: "no no no\nno no no\nno no no")
  }

  @Test func endlessLoopsEndAtTheStepBudget() throws { try expect("while true { }", fails: "E0603", steps: 100_000) }

  // MARK: Bytes

  @Test func textsThatAreNotUTF8() throws {
    let scratch = try Scratch()
    for bytes in ["\\xff", "a = \"\\xc3\\x28\"", "# \\xed\\xa0\\x80", "\\xf4\\x90\\x80\\x80", "x = 1\\xc3"] {
      let result = try scratch.run("printf '\(bytes)' > bad.tw; $TW bad.tw")
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("error[E0113]"), "\(bytes): \(result.errors)")
    }
    let nul = try scratch.run("printf 'x = 1\\0' > nul.tw; $TW nul.tw")
    #expect(nul.errors.hasPrefix("error[E0101]"))
  }
}
