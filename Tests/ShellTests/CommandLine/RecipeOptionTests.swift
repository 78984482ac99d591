import Testing

@Suite struct RecipeOptionTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write(
      "probe.tw",
      """
      #!/usr/bin/env tw
      ## Which tokens does a noun look for?
      ## Section 4.2.
      param model: string = "mini"  "model name, or a folder"
      ## Ties are broken by id.
      param k: number = 5           "nearest tokens to show"
      param dense: bool = false     "expand the products"
      param heads: list = [0, 1]    "heads to show"
      print(model, k, dense, heads)

      """)
  }

  @Test func withoutOptionsTheDefaultsHold() throws {
    #expect(try scratch.run("$TW probe.tw").output == "mini 5 false [0, 1]\n")
  }

  @Test func optionsSetParameters() throws {
    #expect(try scratch.run("$TW probe.tw --k 7 --model=gpt2").output == "gpt2 7 false [0, 1]\n")
    #expect(try scratch.run("$TW probe.tw --dense --heads 2,3 --k -1").output == "mini -1 true [2, 3]\n")
    #expect(try scratch.run("$TW probe.tw --no-dense --model --help").output == "--help 5 false [0, 1]\n")
  }

  @Test func standardInputAndCodeTakeOptionsToo() throws {
    #expect(try scratch.run("$TW - --k 7 <probe.tw").output == "mini 7 false [0, 1]\n")
    #expect(try scratch.run("$TW -e 'param n: number = 1; n * 2' --n 21").output == "42\n")
  }

  @Test(arguments: ["--bogus 1", "--k many", "--k", "--model", "stray"])
  func optionsThatTheRecipeDoesNotTakeExitWith2(options: String) throws {
    let result = try scratch.run("$TW probe.tw \(options)")
    #expect(result.status == 2)
    #expect(result.output == "")
    #expect(result.errors.contains("error[E0209]"))
  }

  @Test(arguments: ["--help", "-h", "--k 7 --help"]) func helpComesFromTheText(options: String) throws {
    let result = try scratch.run("$TW probe.tw \(options)")
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(result.output.hasPrefix("Which tokens does a noun look for?\nSection 4.2.\n\nUSAGE: tw probe.tw"))
    for text in [
      "--model STRING", "model name, or a folder (string, default: \"mini\")", "--k NUMBER", "nearest tokens to show",
      "Ties are broken by id. (number, default: 5)", "--[no-]dense", "--heads A,B,...", "default: [0, 1]",
    ] {
      #expect(result.output.contains(text), "\(text)")
    }
    // The recipe itself did not run.
    #expect(!result.output.contains("mini 5"))
  }
}
