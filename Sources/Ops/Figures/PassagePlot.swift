// `highlight`: a text whose tokens have colours.

import Lang
import Runtime

enum PassagePlot {
  static func figure(_ options: PlotOptions) throws -> Value {
    let input = options.input
    let tokens: [String]
    let given: [Double]
    if options["values"].isNil {
      guard let vector = options["tokens"].asTensor, vector.rank == 1, let labels = vector.labels else {
        throw Fault.badValue(
          "`highlight` wants tokens and values, or a vector that is labelled by its tokens, got \(options["tokens"].typePhrase)",
          help: "highlight(r.tokens, norm(r.resid[-1], axis=1))")
      }
      tokens = (0..<vector.shape[0]).map { labels.spelling(ofRow: $0) }
      given = try input.numbers(options["tokens"], "tokens")
    } else {
      tokens = try input.texts(options["tokens"], "tokens")
      given = try input.numbers(options["values"], "values")
    }
    try input.sameCount(tokens.count, "tokens", given.count, "values")
    guard !tokens.isEmpty else { throw Fault.badValue("`highlight` got nothing to draw: there are no tokens") }
    let values = given.map { Drawable.contains($0) ? $0 : .nan }
    let finite = values.filter { !$0.isNaN }
    guard let low = finite.min(), let high = finite.max() else {
      throw Drawable.nothing("highlight", values.count, "value", given)
    }
    let infinite = given.filter { !Drawable.contains($0) && !$0.isNaN }
    if !infinite.isEmpty {
      Drawable.warn("highlight", infinite.count, of: given.count, "value", infinite, so: "without a colour")
    }
    let palette = try options.palette(low, high)
    var panel = try options.panel()
    panel.passage = Passage(
      tokens: tokens, values: values, palette: palette, range: try options.range("range") ?? palette.range(low, high))
    guard options["height"].isNil, let passage = panel.passage else { return try options.figure(panel) }
    let lines = PassageLines(passage, width: Double(try options.width()), size: 13)
    let captionLines = options["caption"].isNil ? 0 : 3
    let height = lines.height + (panel.title == nil ? 0 : 26) + Double(captionLines * 19) + 4
    return try options.figure(panel, height: Int(min(max(height, 64), 8192)))
  }
}
