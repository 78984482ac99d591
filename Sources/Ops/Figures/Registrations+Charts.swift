// The registrations of heat maps, bars and grids.

import Lang
import Runtime

extension Registrations {
  static let charts: [Operation] = [
    Operation(
      "heatmap",
      "(matrix: any, rows: any = nil, columns: any = nil, palette: string|nil = nil, range: list|nil = nil, text: any = nil, "
        + "hover: any = nil, log: bool = false, square: bool = false, blank: any = nil, "
        + "title: string|nil = nil, xlabel: string|nil = nil, ylabel: string|nil = nil, caption: string|nil = nil, "
        + "width: number = 800, height: number = 600) -> figure",
      """
      A matrix as colours, its first row on top: a tensor [n, m], a list of rows, or the numeric columns of a table.
      rows, columns: names beside them (every second, third, … where there is no room). palette: "viridis", "cividis", or "diverging" with \
      white at 0, blue above and orange below, which numbers of both signs have unless told otherwise. range: [from, to], the numbers at the ends of the scale. \
      text: texts in the cells, cut to them: a list of rows of texts, a matrix of numbers, or true for the numbers of the matrix. hover: the same, shown only by a page \
      (.html) for the cell under the mouse. log: colours go by the logarithm. square: cells are as high as wide. blank: a matrix of true where a cell stays \
      empty (`x == 0`). Cells that are nan or infinite (or not positive with `log`) stay empty. More than 1000 rows or columns are averaged in blocks.
      """,
      example: "heatmap([[1, 0.5], [0.5, 1]], rows=[\" king\", \" queen\"], columns=[\"a\", \"b\"], text=true)",
      words: ["palette": PlotOptions.words["palette"] ?? .fixed([])]
    ) { call in try Charts.heatMap(PlotOptions(call)) },
    Operation(
      "bars",
      "(labels: any, values: any = nil, color: any = nil, across: bool|nil = nil, \(PlotOptions.signature(height: "number|nil = nil"))) -> figure",
      """
      One bar for each label: bars(labels, values), bars({label: value, …}), or bars(labels, {series: values, …}) side by side.
      Names that are too long or too many to stand below their bars make them lie, one below the other, each with its name; across: true or false says it. Bars that lie have \
      their numbers along x, and ylabel and yrange still speak of the numbers. Of one series with numbers of both signs those above 0 are blue, those below orange. Without \
      `height` the figure is as high as its bars want.
      \(PlotOptions.documentation)
      """,
      example: "bars([\" the\", \" of\", \"\\n\"], [3, 2, 1], ylabel=\"count\")",
      words: PlotOptions.words
    ) { call in try Charts.bars(PlotOptions(call)) },
    Operation(
      "grid",
      "(figures: list, columns: number|nil = nil, title: string|nil = nil, caption: string|nil = nil, share: bool = false, "
        + "steps: bool = false, width: number|nil = nil, height: number|nil = nil) -> figure",
      """
      Figures as panels of one picture, row by row.
      Without `columns` the grid is about square, at most 6 wide. share: the same axes in all panels; heat maps of one size share their names and one scale. width, height: pixels of the \
      whole. The panels of a grid in the list are taken one by one. steps: a page (.html) shows one panel at a time, with a slider over \
      their titles, as it always does in three dimensions; a click on a point draws its path: through the \
      points at the same place of the series with the same name.
      """,
      example: "grid([line([1, 4, 9], title=\"squares\"), line([1, 8, 27], title=\"cubes\")])"
    ) { call in try Charts.grid(PlotOptions(call)) },
  ]
}
