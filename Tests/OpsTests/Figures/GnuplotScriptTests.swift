// What is said to gnuplot for each kind of figure.

import Figures
import Lang
import Runtime
import Testing

@Suite struct GnuplotScriptTests {
  @Test(arguments: [
    ("line([1, 4, 9])", ["$data0_0 << END\n0.0 1.0\n1.0 4.0\n2.0 9.0\nEND", "with lines", "#0072b2", "unset key"]),
    ("line({a: [1, 2], b: [2, 1]}, x=[5, 6])", ["5.0 1.0\n6.0 2.0", "title 'a'", "title 'b'", "#d55e00", "set key"]),
    ("line([1, 2], [3, 4], dashed=true, color=\"gray\")", ["1.0 3.0\n2.0 4.0", "dt 2", "#8c8c8c"]),
    ("line([1, 10, 100], log=\"y\")", ["set logscale y"]),
    ("line(table({step: [1, 2], loss: [4, 3]}), x=\"step\")", ["1.0 4.0", "set xlabel 'step'", "set ylabel 'loss'"]),
    ("line(tensor([[1, 2], [3, 4]]))", ["$data0_1 << END\n0.0 3.0\n1.0 4.0"]),
    ("scatter([1, 2], [3, 4], color=[0, 10])", ["1.0 3.0 0.0", "lc palette", "set cbrange [0.0:10.0]"]),
    ("scatter([1, 2, 3], [3, 4, 5], color=[\"x\", \"y\", \"x\"])", ["title 'x'", "title 'y'", "1.0 3.0\n3.0 5.0"]),
    ("scatter(tensor([[1, 2], [3, 4]]), equal=true)", ["1.0 2.0\n3.0 4.0", "set size ratio -1"]),
    (
      "heatmap([[1, 2], [3, 4]], rows=[\"a\", \"b\"])",
      ["1.0 2.0\n3.0 4.0", "with image pixels", "'a' 0, 'b' 1", "[1.5:-0.5]"]
    ),
    ("heatmap([[1, -2]], palette=\"diverging\")", ["set cbrange [-2.0:2.0]", "#f7f7f7"]),
    (
      "bars([\"a\", \"b\"], [3, -1], across=true)",
      [
        "set ytics norotate ('a' 0, 'b' 1)", "3.0 0.0\nEND", "-1.0 1.0\nEND", "with boxxyerror",
        "set arrow from 0, graph 0",
      ]
    ),
    (
      "bars([\"a\", \"b\"], [3, -1])",
      ["'a' 0, 'b' 1", "0.0 3.0\nEND", "1.0 -1.0\nEND", "with boxes", "lc rgb '#0072b2'", "lc rgb '#d55e00'"]
    ),
    // numpy.histogram([0, 1, 1, 2, 4], 4) → counts [1, 2, 1, 1], edges 0 1 2 3 4
    ("hist([0, 1, 1, 2, 4], bins=4)", ["0.5 1.0\n1.5 2.0\n2.5 1.0\n3.5 1.0", "set ylabel 'count'"]),
    (
      "grid([line([1, 2]), line([2, 1])], title=\"T\")",
      ["set multiplot title 'T'", "set origin 0.50000,0.00000", "unset multiplot", "$data1_0"]
    ),
    ("line([1, 2]) + scatter([0, 1], [2, 1])", ["with lines", "with points", "#00d55e00"]),
  ])
  func scripts(_ code: String, _ parts: [String]) throws {
    let script = try PlotFixture.script(code)
    for part in parts { #expect(script.contains(part), "\(part) in\n\(script)") }
  }

  /// numpy.histogram_bin_edges(np.arange(100.)**2, "auto").size - 1 → 8
  @Test func automaticBinsAreNumPys() throws {
    #expect(try PlotFixture.figure("hist(map(0..100, i => i ^ 2))").panels[0].layers[0].x.count == 8)
  }

  @Test func textsAreNotMarkup() throws {
    let script = try PlotFixture.script(
      #"line([1, 2], title="a_b^c \{x} @d \\n `ls` 'q' 100%\nnext", legend="it's")"#)
    let title = #"'a_b^c {x} '."\100".'d '."\134".'n '."\140".'ls'."\140".' '."\047".'q'."\047".' 100%'."\n".'next'"#
    #expect(script.contains("set title \(title) "), "\(script)")
    #expect(script.contains(#"title 'it'."\047".'s'"#))
    #expect(script.contains("noenhanced"))
  }

  @Test func tokensShowTheirEscapes() throws {
    let script = try PlotFixture.script(#"bars([" the", "\n", "100%", "\x01", "'s'"], [1, 2, 3, 4, 5])"#)
    #expect(
      script.contains(
        #"('␣the' 0, ''."\134".'n' 1, '100%%' 2, ''."\134".'u{1}' 3, ''."\047".'s'."\047".'' 4)"#), "\(script)")
  }

  @Test func signsOfSeveralPartsAreShownAsTheyAre() {
    let family = "a \u{1F469}\u{200D}\u{1F467} b"
    #expect(PlotText.lines(family, limit: 40) == [family])
    #expect(PlotText.label(" \u{1F469}\u{200D}\u{1F467}") == "␣\u{1F469}\u{200D}\u{1F467}")
    // Alone a joiner would not be seen.
    #expect(PlotText.label("\u{200D}") == "\\u{200d}")
    #expect(PlotText.label("a\u{200D}") == "a\\u{200d}")
  }

  @Test func longTitlesAreBroken() throws {
    let script = try PlotFixture.script("line([1, 2], title=\"\(String(repeating: "word ", count: 30))\")")
    let title = try #require(script.split(separator: "\n").first { $0.hasPrefix("set title") })
    let lines = title.components(by: "\"\\n\"")
    #expect(lines.count >= 2)
    #expect(lines.allSatisfy { $0.count < 120 })
  }

  @Test func labelsThatWouldOverlapAreLeftOut() throws {
    let script = try GnuplotScript(
      try PlotFixture.figure(
        "scatter(map(0..60, i => i % 2), map(0..60, i => 0), labels=map(0..60, i => \"token{i}\"))"),
      target: .svg)
    let shown = script.text.split(separator: "\n").filter { $0.hasPrefix("set label") }.count
    #expect(shown >= 2)
    #expect(shown + script.omittedLabels == 60)
    #expect(script.omittedLabels > 30)
  }

  @Test func manyNamesAreThinned() throws {
    let script = try PlotFixture.script("heatmap(ones(300, 2), rows=map(0..300, i => \"row{i}\"))")
    let ticks = try #require(script.split(separator: "\n").first { $0.hasPrefix("set ytics") && $0.contains("row0") })
    let count = ticks.split(separator: ",").count
    #expect(count > 10)
    #expect(count < 60)
  }

  @Test func pointsThatCannotBeDrawnAreLeftOut() throws {
    var script = ""
    let heard = try PlotFixture.warnings { script = try PlotFixture.script("line([1, 0/0, 1/0, nil, 5])") }
    #expect(heard == ["line: 3 of 5 points are nan or infinite, and left out"])
    #expect(script.contains("0.0 1.0\n\n\n\n4.0 5.0"))
    let logs = try PlotFixture.warnings { script = try PlotFixture.script("scatter([0, 1], [1, 2], log=\"x\")") }
    #expect(logs.count == 1)
    #expect(script.contains("<< END\n1.0 2.0\nEND"))
  }

  @Test(arguments: [
    ("line([])", "`line` got nothing to draw: it is empty"),
    ("line([0/0, 1/0])", "`line` got nothing to draw: all 2 points are nan or infinite"),
    ("line([1, 2], [1])", "`line` wants as many of `x` as of `y`, got 2 and 1"),
    ("line([1, \"a\"])", "`line` wants numbers for `y`; element 1 is a string"),
    ("line(5)", "`line` wants a list, range or tensor of numbers for `y`, got a number"),
    ("line([1], log=\"z\")", "`line` has no log=\"z\""),
    ("line([1], color=\"pink\")", "`line` has no color=\"pink\""),
    ("line([1], width=10)", "`line` wants `width` between 64 and 8192, got 10"),
    ("line([1], width=0.5)", "`width` must be a whole number, got 0.5"),
    ("line([1], xrange=[1, 0])", "`line` wants two rising numbers for `xrange`"),
    ("line(table({a: [1]}), x=\"b\")", "the table has no column `b`"),
    ("scatter([1, 2])", "`scatter` wants x and y, or points [n, 2], got a list"),
    ("scatter([1], [2], labels=[])", "`scatter` wants as many of `labels` as of `y`, got 0 and 1"),
    ("scatter([1], [2], size=0)", "`scatter` wants `size` above 0 and at most 20, got 0"),
    ("heatmap([])", "`heatmap` got nothing to draw: the matrix is empty"),
    ("heatmap([[1], [1, 2]])", "`heatmap` wants rows of one length for `matrix`: row 0 has 1, row 1 has 2"),
    ("heatmap([[0/0]])", "`heatmap` got nothing to draw: the only cell is nan or infinite"),
    ("heatmap(zeros(2, 2, 2))", "`heatmap` wants a matrix, got a 2x2x2 tensor"),
    ("bars([\"a\"], [1, 2])", "`bars` wants as many of `labels` as of `values`, got 1 and 2"),
    ("bars([], [])", "`bars` got nothing to draw: it is empty"),
    ("hist([0/0])", "`hist` got nothing to draw: the only number cannot be counted"),
    ("hist([1], bins=0)", "`hist` wants `bins` between 1 and 10000, got 0"),
    ("grid([])", "`grid` got nothing to draw: the list of figures is empty"),
    ("grid([1])", "`grid` wants a list of figures; element 0 is a number"),
    ("grid([line([1])]) + line([1]) + grid([line([1]), line([2])])", "a grid of panels has no axes to draw on"),
  ])
  func badInput(_ code: String, _ message: String) throws {
    let fault = try #require(throws: Fault.self) { _ = try PlotFixture.value(code) }
    #expect(fault.message.hasPrefix(message), "\(fault.message)")
  }

  /// Bars stand on their zero: no space below it.
  @Test(arguments: [
    ("bars([\"a\", \"b\"], [1, 2])", "set yrange [0.0:2.12]"), ("hist([1, 1, 2], bins=2)", "set yrange [0.0:2.12]"),
    ("bars([\"a\", \"b\"], [-1, -2])", "set yrange [-2.12:0.0]"),
  ])
  func barsStandOnZero(_ code: String, _ line: String) throws {
    #expect(try PlotFixture.script(code).contains(line))
  }

  @Test(arguments: [
    "line([5])", "scatter([1], [1])", "hist([3])", "heatmap([[7]])", "bars([\"a\"], [0])", "line([1e299, -1e299])",
  ])
  func onePointHasAxes(_ code: String) throws {
    let script = try PlotFixture.script(code)
    let range = try #require(script.split(separator: "\n").first { $0.hasPrefix("set xrange") })
    let ends = range.dropFirst(12).dropLast().split(separator: ":").compactMap { Double($0) }
    #expect(ends.count == 2)
    #expect(ends[0] < ends[1])
  }
}

extension StringProtocol {
  fileprivate func components(by separator: String) -> [String] {
    var parts: [String] = [""]
    var rest = Substring(self)
    while !rest.isEmpty {
      if rest.hasPrefix(separator) {
        parts.append("")
        rest = rest.dropFirst(separator.count)
      } else {
        parts[parts.count - 1].append(rest.removeFirst())
      }
    }
    return parts
  }
}
