// examples/checks.tw ends with an error where a statement of the paper does not hold, so its status is the test.

import Testing

@Suite struct PaperChecks {
  @Test func holdOnTheEmbeddedModel() throws {
    let run = try Scratch().run("$TW '\(Machine.root)/examples/checks.tw'")
    #expect(run.status == 0, "\(run.errors)")
    // Two norms a block and three statements a block about attention, and two about all words.
    #expect(run.output.split(separator: "\n").count { $0.contains("(bound ") } == 2 + 6 * (2 + 3))
  }

  @Test func needTwoNouns() throws {
    let run = try Scratch().run("$TW '\(Machine.root)/examples/checks.tw' --prefix '@@'")
    #expect(run.status == 1)
    #expect(run.errors.contains("fewer than two nouns"))
  }
}
