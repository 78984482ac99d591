// `?name`, `??name` and `help`.

import Testing

@Suite(.serialized) struct NameHelpTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func operationsAreExplained() throws {
    let terminal = try Terminal(scratch, size: "60x60")
    try terminal.expect("tw>")
    try terminal.ask("?nearest")
    let lines = try terminal.screen()
    #expect(lines.contains { $0.hasPrefix("nearest(x: ") })
    #expect(lines.contains("Example:"))
    #expect(lines.contains { $0.hasPrefix("Defined in Ops/") })
    #expect(lines.allSatisfy { $0.count <= 60 && !$0.hasSuffix("…") })
  }

  @Test func otherWaysToAskAreUnderstood() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.ask("len?")
    #expect(try terminal.screen().contains { $0.hasPrefix("len(") })
    try terminal.ask("help")
    #expect(try terminal.screen().contains { $0.hasPrefix("tw takes the weights") })
  }

  @Test func functionsAreExplainedAndShown() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.enter("fn twice(x) {")
    try terminal.enter("  2 * x")
    try terminal.enter("}")
    try terminal.enter("?twice")
    try terminal.expect("tw> ?twice", "twice(x)", "", "Defined in <prompt 1>, line 2.", "tw>")
    try terminal.enter("??twice")
    try terminal.expect("tw> ??twice", "fn twice(x) {", "  2 * x", "}", "tw>")
    try terminal.ask("??top_norms")
    #expect(try terminal.screen().contains { $0.hasPrefix("fn top_norms(") })
  }

  @Test func helpSearchesNamesAndDocumentation() throws {
    let found = try scratch.run("$TW -e 'help(\"vectors\")'").output
    let names = found.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(names.contains("outer"))
    #expect(try scratch.run("$TW -e 'help(\"sort\")'").output.hasPrefix("sort("))
    let unknown = try scratch.run("$TW -e 'help(\"nearst\")'")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("`nearest`"))
  }

  @Test func aWrongCallShowsTheSignature() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.ask("cosine(eye(2), eye(2), eye(2))")
    #expect(try terminal.screen().contains { $0.contains("= help: it is cosine(") })
  }
}
