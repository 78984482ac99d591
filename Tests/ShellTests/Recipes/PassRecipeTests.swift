// The recipes that run a text through the model.

import Testing

@Suite struct PassRecipes {
  private func run(_ command: String) throws -> (folder: Scratch, result: Machine.Result) {
    let scratch = try Scratch()
    let result = try scratch.run("$TW '\(Machine.root)/examples/'\(command) --out out")
    #expect(result.status == 0, "\(result.errors)")
    return (scratch, result)
  }

  private func rows(_ scratch: Scratch, _ file: String) throws -> [[String]] {
    try #require(Machine.read(scratch.path + "/out/" + file)).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func refinementEndsAtTheModelsOwnWord() throws {
    let (scratch, result) = try run("refinement.tw")
    let table = try rows(scratch, "refinement.csv")
    #expect(table.first == ["layer", "step", "travelled", "led", "to_end", "to_target", "rank", "p", "says"])
    #expect(table.count == 1 + 7)
    let last = try #require(table.last)
    #expect(last[6] == "1" && last[8] == " is")
    #expect(result.output.contains("on its way to ' is'"))
    // What was travelled is the sum of the steps, and never less than how far it led.
    let numbers = table.dropFirst().map { $0[1...4].compactMap(Double.init) }
    var total = 0.0
    for row in numbers {
      total += row[0]
      #expect(abs(row[1] - total) < 1e-2 && row[2] <= row[1] + 1e-2)
    }
    #expect(numbers.last.map { abs($0[3]) < 1e-2 } == true)
    #expect(Machine.read(scratch.path + "/out/refinement.svg")?.contains("</svg>") == true)
  }

  @Test func refinementFollowsAnotherTokenToAnotherWord() throws {
    let (_, result) = try run("refinement.tw --token 3 --target ' stone'")
    #expect(result.output.hasPrefix("mini: ' birds' in 'To kill two birds with one stone', on its way to ' stone'"))
  }

  @Test func ablationRanksAllHeads() throws {
    let (scratch, result) = try run("ablate.tw --k 3 --target ' to'")
    let table = try rows(scratch, "ablate.csv")
    #expect(table.first == ["block", "head", "moved", "target", "says"])
    #expect(table.count == 1 + 36)
    let moves = table.dropFirst().compactMap { Double($0[2]) }
    #expect(moves.count == 36 && zip(moves, moves.dropFirst()).allSatisfy { $0 >= $1 } && moves[0] > 0.1)
    #expect(result.output.contains("and ' to' by `target` bits"))
  }

  @Test func ablationOfAWordOfSeveralTokensIsRefused() throws {
    let run = try Scratch().run("$TW '\(Machine.root)/examples/ablate.tw' --target 'no token'")
    #expect(run.status == 1)
    #expect(run.errors.contains("--target wants one token of mini; 'no token' is 3: 'no', ' to', 'ken'"))
  }
}
