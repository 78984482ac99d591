// examples/checks.tw ends with an error where a statement of the paper does not hold, so its status is the test.

import Testing

@Suite struct PaperChecks {
  @Test func holdOnTheEmbeddedModel() throws {
    let scratch = try Scratch()
    let run = try scratch.run("$TW '\(Machine.root)/examples/checks.tw'")
    #expect(run.status == 0, "\(run.errors)")
    // Three statements about the norms of a block and six about its attention, and two about all words.
    #expect(
      run.output.split(separator: "\n").count { $0.hasPrefix("block ") || $0.hasPrefix("all words") } == 2 + 6 * (3 + 6)
    )
    #expect(run.output.hasSuffix("all statements hold\n"))
    let table = try #require(Machine.read(scratch.path + "/out/checks/checks.csv")).split(separator: "\n")
    #expect(table.first == "statement,bound,mini" && table.count == 1 + 2 + 6 * (3 + 6))
    #expect(table.dropFirst().allSatisfy { Double($0.split(separator: ",").last ?? "").map { $0 < 1e-3 } == true })
  }

  @Test func showSeveralModelsSideBySide() throws {
    let run = try Scratch().run("$TW '\(Machine.root)/examples/checks.tw' --model mini,mini --blocks 5")
    #expect(run.status == 0, "\(run.errors)")
    let line = run.output.split(separator: "\n").first { $0.hasPrefix("block 5: attention from W_QK and biases") }
    let numbers = line?.split(separator: " ").suffix(2) ?? []
    #expect(numbers.count == 2 && numbers.first == numbers.last)
  }

  @Test func nameTheStatementsThatDoNotHold() throws {
    let scratch = try Scratch()
    // The same recipe with a bound that nothing can meet.
    let recipe = try #require(Machine.read(Machine.root + "/examples/checks.tw"))
    try scratch.write(
      "checks.tw",
      recipe.replacing("\"output from W_VO and biases\": 1e-4", with: "\"output from W_VO and biases\": -1"))
    let run = try scratch.run("$TW checks.tw --blocks 3")
    #expect(run.status == 1)
    #expect(run.errors.contains("mini, block 3: output from W_VO and biases: "))
  }

  @Test func needTwoNouns() throws {
    let run = try Scratch().run("$TW '\(Machine.root)/examples/checks.tw' --prefix '@@'")
    #expect(run.status == 1)
    #expect(run.errors.contains("fewer than 2 nouns"))
  }
}
