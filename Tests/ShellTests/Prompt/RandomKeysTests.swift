// Keys that nobody would type.

import Testing

@Suite struct RandomKeysTests {
  static let hasPython = Machine.system("command -v python3 >/dev/null") == 0

  @Test(.enabled(if: hasPython), arguments: 1...2) func thePromptSurvivesThem(seed: Int) throws {
    let script = "'\(Machine.root)/tools/fuzz/prompt.py' $TW --sequences 200 --seed \(seed)"
    let result = try Scratch().run(script)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
