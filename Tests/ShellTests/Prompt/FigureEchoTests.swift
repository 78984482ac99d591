// Figures where they are typed, and where nobody looks.

import Testing

@Suite(.serialized) struct FigureEchoTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// tmux tells that it shows no sixels.
  @Test func aTerminalWithoutPicturesShowsBlocks() throws {
    let terminal = try Terminal(scratch, environment: "NO_COLOR=1")
    try terminal.expect("tw>")
    try terminal.ask("bars([\"one\", \"two\"], [1, 2], title=\"Bars\")")
    let screen = try terminal.screen()
    #expect(screen.contains { $0.contains("███") })
    #expect(screen.contains { $0.contains("one") && $0.contains("two") && !$0.contains("bars") })
  }

  @Test func typingGoesOnAfterAFigure() throws {
    let terminal = try Terminal(scratch, environment: "NO_COLOR=1")
    try terminal.expect("tw>")
    try terminal.ask("line([1, 2])")
    try terminal.enter("20 + 3")
    try terminal.expect("tw> 20 + 3", "23", "tw>")
  }

  /// viridis begins with #440154, which is 68;1;84.
  @Test func coloursAreAsManyAsTheTerminalSays() throws {
    let show = "script -qec \"$TW -e 'show(heatmap([[0, 1]]))'\" /dev/null </dev/null"
    let direct = try scratch.run("unset NO_COLOR; export TERM=xterm COLORTERM=truecolor; \(show)").output
    #expect(direct.contains("38;2;68;1;84"))
    let indexed = try scratch.run("unset NO_COLOR COLORTERM; export TERM=xterm; \(show)").output
    #expect(indexed.contains("38;5;") && !indexed.contains("38;2;"))
  }

  @Test func aPipeGetsALine() throws {
    let result = try scratch.run("$TW -e 'show(line([1, 2]))' | cat; $TW -e 'line([1, 2, 3], title=\"T\")'")
    #expect(result.output == "figure 800x500: 1 line\nfigure 800x500: \"T\", 1 line\n")
  }

  @Test func theAtlasShowsOfManyTokensThoseThatFit() throws {
    let result = try scratch.run("$TW '\(Machine.root)/examples/head_atlas.tw' --k 9 --out out --keep")
    #expect(result.status == 0, "\(result.errors)")
    let script = try #require(Machine.read("\(scratch.path)/out/head_atlas.gp"))
    let labels = script.split(separator: "\n").filter { $0.hasPrefix("set xlabel") }
    #expect(labels.count == 36)
    // Two lines, none of them cut.
    for label in labels { #expect(label.split(separator: ".\"\\n\".").count == 2 && !label.contains("…"), "\(label)") }
  }

  @Test func recipesDrawTheirPictures() throws {
    for (recipe, picture) in [
      ("layer_norm", "layer_norm.svg"), ("ellipsoid", "ellipsoid.svg"), ("head_atlas", "head_atlas.svg"),
    ] {
      let result = try scratch.run("$TW '\(Machine.root)/examples/\(recipe).tw' --out out --keep")
      #expect(result.status == 0, "\(recipe): \(result.errors)")
      #expect(Machine.read("\(scratch.path)/out/\(picture)")?.hasSuffix("</svg>\n\n") == true)
      #expect(Machine.read("\(scratch.path)/out/\(recipe).gp")?.contains("set multiplot") == true)
    }
  }
}
