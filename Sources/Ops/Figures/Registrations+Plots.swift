// The registrations of the plots of points and lines; heat maps, bars and grids are in `Registrations+Charts.swift`.

import Lang
import Runtime

extension Registrations {
  package static let plots: [Operation] =
    [
      Operation(
        "line",
        "(data: any, y: any = nil, x: any = nil, color: any = nil, dashed: bool = false, equal: bool = false, "
          + "\(PlotOptions.signature)) -> figure",
        """
        Lines: line(y), line(x, y), line({name: y, …}, x=x), or line(table, x="column", y=["column", …]).
        A matrix is drawn row by row, named by its tokens. Series are lists, ranges or tensors of numbers. color: a colour's name or \
        "#rrggbb", or a list of one for each series. equal: one unit is as long on both axes.
        \(PlotOptions.documentation)
        """,
        example: "line({first: [1, 4, 9], second: [2, 3, 5]}, x=[1, 2, 3], title=\"Growth\", xlabel=\"step\")",
        words: PlotOptions.words
      ) { call in try PointPlots.line(PlotOptions(call)) },
      Operation(
        "scatter",
        "(data: any, y: any = nil, x: any = nil, labels: any = nil, hover: any = nil, color: any = nil, "
          + "size: number|nil = nil, equal: bool = false, \(PlotOptions.signature)) -> figure",
        """
        Points: scatter(x, y), scatter(points) with points [n, 2], or scatter(table, x="column", y="column").
        labels: a list of texts beside the points (tokens; those without room are left out), or true for the row labels of `points`. \
        hover: the same, shown only by a page (.html) for the point under the mouse. color: a colour's name, a list of \
        numbers (shown on a scale) or a list of names (one colour for each name, in the legend). size: 1 is as large as a letter.
        \(PlotOptions.documentation)
        """,
        example: "scatter([1, 2, 3], [4, 1, 2], labels=[\" king\", \" queen\", \"\\n\"])",
        words: PlotOptions.words
      ) { call in try PointPlots.scatter(PlotOptions(call)) },
      Operation(
        "hist",
        "(data: any, bins: number|nil = nil, color: any = nil, \(PlotOptions.signature)) -> figure",
        """
        How many of the numbers fall into each of `bins` intervals of equal width.
        A tensor of any shape counts with all its elements; a record {name: numbers, …} gives one histogram each, on the same intervals. \
        Without `bins` the width is the smaller of Sturges' and Freedman and Diaconis' (as NumPy's "auto"), at most 200 intervals. xrange: \
        numbers outside are not counted.
        \(PlotOptions.documentation)
        """,
        example: "hist(norm(m.wte, axis=1), xlabel=\"norm of an embedding\")",
        words: PlotOptions.words
      ) { call in try Histogram.plot(PlotOptions(call)) },
    ] + scenePlots + charts + pictures + attentionPlots
}
