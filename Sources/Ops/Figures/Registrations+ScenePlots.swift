// The registrations of the plots in three dimensions.

import Lang
import Runtime

extension Registrations {
  static let scenePlots: [Operation] = [
    Operation(
      "scatter3",
      "(data: any, y: any = nil, z: any = nil, x: any = nil, labels: any = nil, hover: any = nil, color: any = nil, "
        + "size: number|nil = nil, \(PlotOptions.spaceSignature)) -> figure",
      """
      Points in space: scatter3(x, y, z), scatter3(points) with points [n, 3], or scatter3(table, x="column", y="column", z="column").
      labels, hover, color and size are those of `scatter`.
      \(PlotOptions.spaceDocumentation)
      """,
      example: "scatter3(m.wte[0:50, 0:3], color=\"sky\") + scatter3(m.wte[[5, 7], 0:3], labels=true, color=\"red\")",
      words: PlotOptions.words
    ) { call in try PointPlots.scatter3(PlotOptions(call)) },
    Operation(
      "arrows3",
      "(tails: any, heads: any = nil, tips: bool = true, color: any = nil, \(PlotOptions.spaceSignature)) -> figure",
      """
      Arrows in space, from tails [n, 3] to heads [n, 3]; without heads a path, from each point to the next.
      tips=false draws plain lines. color: a colour's name or "#rrggbb".
      \(PlotOptions.spaceDocumentation)
      """,
      example: "arrows3([[0, 0, 0], [1, 0, 0], [1, 1, 1]], color=\"red\") + scatter3([0, 1], [0, 1], [0, 1])",
      words: PlotOptions.words
    ) { call in try ScenePlots.arrows(PlotOptions(call)) },
    Operation(
      "surface",
      "(z: any, x: any = nil, y: any = nil, palette: string = \"viridis\", range: list|nil = nil, "
        + "\(PlotOptions.spaceSignature)) -> figure",
      """
      Heights z [rows, columns] as a surface: column j at x[j], row i at y[i], or at 0, 1, 2, … without them.
      palette and range, the heights at the ends of the colours, are those of `heatmap`. Heights that are nan or infinite are holes.
      \(PlotOptions.spaceDocumentation)
      """,
      example: "surface(map(0..9, i => map(0..9, j => (i - 4) ^ 2 - (j - 4) ^ 2)), palette=\"diverging\")",
      words: PlotOptions.words
    ) { call in try ScenePlots.surface(PlotOptions(call)) },
  ]
}
