// `attention`: the patterns of heads.

import Lang
import OrderedCollections
import Runtime

struct AttentionPlot {
  private let options: PlotOptions
  private var heads: [HeadPatterns.Head] = []
  private var rowNames: [String]?
  private var columnNames: [String]?

  /// Panels of a picture; of more heads it shows the mean of each block.
  private static let mostPanels = 400
  /// Rows and columns of a panel among many, which is not drawn larger than this.
  private static let mostCells = 128

  static func figure(_ options: PlotOptions) throws -> Value {
    var plot = AttentionPlot(options: options)
    try plot.read(options["patterns"])
    return try plot.figure()
  }

  private init(options: PlotOptions) { self.options = options }

  // MARK: Reading

  private static let help =
    "r = forward(m, text, keep=[\"attn\"]), then attention(r), attention(r.attn[3]) or attention(r.attn[3][0])"

  private mutating func read(_ value: Value) throws {
    if let record = value.asRecord {
      guard let attn = record.entries[Symbol("attn")], !attn.isNil else {
        throw Fault.badValue("`attention` wants a record with `attn`, which this one has not", help: Self.help)
      }
      try read(attn)
    } else if let items = value.asList?.items {
      guard let first = items.first else {
        throw Fault.badValue("`attention` got an empty list of patterns", help: Self.help)
      }
      guard first.asRecord == nil else {
        throw Fault.badValue("`attention` wants the record of one text, got a list of them", help: "attention(r[0])")
      }
      for (block, item) in items.enumerated() where !item.isNil {
        guard let tensor = item.asTensor, tensor.rank == 3 else { throw wrong(item) }
        try add(tensor, block: block)
      }
    } else if let tensor = value.asTensor, tensor.rank == 3 {
      try add(tensor, block: nil)
    } else if let tensor = value.asTensor, tensor.rank == 2 {
      try add(tensor, block: nil, head: nil)
    } else {
      throw wrong(value)
    }
    guard !heads.isEmpty else { throw Fault.badValue("`attention` got no pattern: no block has any", help: Self.help) }
  }

  private func wrong(_ value: Value) -> Fault {
    Fault.wrongType(
      operation: "attention", parameter: "patterns", wanted: "the record of a pass, or patterns [heads, n, n]",
      got: value.asTensor.map { Tensor.phrase(shape: $0.shape) } ?? value.typePhrase)
  }

  private mutating func add(_ tensor: Tensor, block: Int?) throws {
    for head in 0..<tensor.shape[0] { try add(tensor.row(head), block: block, head: head) }
  }

  private mutating func add(_ pattern: Tensor, block: Int?, head: Int?) throws {
    if let first = heads.first?.pattern, first.shape != pattern.shape {
      throw Fault.badShape(
        "`attention` wants patterns of one shape, got \(Tensor.describe(shape: first.shape)) and \(Tensor.describe(shape: pattern.shape))"
      )
    }
    guard pattern.shape[0] > 0, pattern.shape[1] > 0 else { throw Fault.badValue("`attention` got an empty pattern") }
    heads.append(.init(block: block, index: head, pattern: pattern))
  }

  /// `block=` and `head=`.
  private mutating func choose() throws {
    for (name, number) in [("block", \HeadPatterns.Head.block), ("head", \HeadPatterns.Head.index)]
    where !options[name].isNil {
      let known = heads.compactMap { $0[keyPath: number] }
      guard let most = known.max() else {
        throw Fault.badValue("`attention` got one \(name), `\(name)` has nothing to choose from")
      }
      let wanted = try options.whole(name, 0...most)
      heads = heads.filter { $0[keyPath: number] == wanted }
      guard !heads.isEmpty else { throw Fault.badValue("\(name) \(wanted) has no pattern") }
    }
  }

  private mutating func name() throws {
    let pattern = heads[0].pattern
    func names(_ axis: Int) -> [String] {
      let labels = pattern.labels(ofAxis: axis)
      return (0..<pattern.shape[axis]).map { labels?.spelling(ofRow: $0) ?? String($0) }
    }
    (rowNames, columnNames) = (names(0), names(1))
    let given = options["tokens"]
    guard !given.isNil else { return }
    let tokens = try options.input.texts(given, "tokens")
    try options.input.sameCount(tokens.count, "tokens", pattern.shape[1], "columns of the pattern")
    columnNames = tokens
    rowNames = Array(tokens.suffix(pattern.shape[0]))
    if tokens.count < pattern.shape[0] { rowNames = names(0) }
  }

  // MARK: Drawing

  private mutating func figure() throws -> Value {
    try choose()
    try name()
    let patterns = try HeadPatterns(heads, rowNames: rowNames ?? [], columnNames: columnNames ?? [])
    let title = options["title"].asString
    var caption = options["caption"].asString
    var panels: [Panel]
    var across: Int
    if patterns.heads.count == 1 {
      panels = [try patterns.panel(heads[0], most: Charts.mostCells)]
      panels[0].title = title ?? heads[0].title
      (panels[0].xLabel, panels[0].yLabel) = ("is read", "reads")
      across = 1
    } else if patterns.heads.count <= Self.mostPanels {
      let most = patterns.heads.count > 4 ? Self.mostCells : Charts.mostCells
      panels = try heads.map { try patterns.panel($0, most: most) }
      let counts = patterns.blocks.map(\.count)
      across = counts.count > 1 ? min(counts.max() ?? 1, 24) : min(heads.count, 4)
    } else {
      panels = try patterns.blocks.map {
        try patterns.mean($0, title: "block \($0.first?.block ?? 0)", most: Self.mostCells)
      }
      across = min(panels.count, 8)
      caption = caption ?? "the mean of each block's heads"
    }
    let size = try self.size(panels, across)
    return .object(
      FigureObject(
        panels: panels, columns: across,
        title: panels.count == 1 ? nil : title ?? "attention of \(patterns.heads.count) heads", caption: caption,
        sharesMaps: panels.count > 1,
        heads: patterns, width: size.width, height: size.height))
  }

  /// Squares that fill their panels.
  private func size(_ panels: [Panel], _ across: Int) throws -> (width: Int, height: Int) {
    let names = Double((rowNames ?? []).map { PlotText.width(PlotText.label($0, limit: 20)) }.max() ?? 1)
    let lines = (panels.count + across - 1) / across
    let beside = 8 * names + 110
    let each = panels.count == 1 ? 520 : min(max(1200 / Double(across), 90), 280)
    let width = options["width"].isNil ? Int(each * Double(across) + beside) : try options.width()
    let side = (Double(width) - beside - (panels.count == 1 ? 40 : 0)) / Double(across)
    let ratio = Double(rowNames?.count ?? 1) / Double(columnNames?.count ?? 1)
    let height = (side * ratio + (panels.count == 1 ? 70 : 18)) * Double(lines) + 8 * names + 60
    return (min(width, 8192), options["height"].isNil ? min(max(Int(height), 200), 8192) : try options.height())
  }
}

extension Registrations {
  static let attentionPlots: [Operation] = [
    Operation(
      "attention",
      "(patterns: any, block: number|nil = nil, head: number|nil = nil, tokens: any = nil, title: string|nil = nil, "
        + "caption: string|nil = nil, width: number|nil = nil, height: number|nil = nil) -> figure",
      """
      The patterns of attention heads as a figure: row i is what token i reads.
      patterns: the record of a pass that kept them (`forward(m, text, keep=["attn"])`), its `attn`, one block's [heads, n, n], or one head's [n, n]; numbers in 0 … 1. \
      block, head: those with this number alone. tokens: names in place of the tensor's own. Saved as .html the page has all heads as small maps; a click opens one, \
      with lines between its tokens and its map; ← → ↑ ↓ go on to the next head and block; beside them stands the mean of each block's heads. As a picture: a map for each \
      head (of more than 400 the mean of each block); in a terminal: one head, or the mean of all. Cells that a causal model cannot read are empty.
      """,
      example: "attention(forward(m, \"To kill two birds\", keep=[\"attn\"]), block=1, head=2)"
    ) { call in try AttentionPlot.figure(PlotOptions(call)) },
    Operation(
      "highlight",
      "(tokens: any, values: any = nil, palette: string|nil = nil, range: list|nil = nil, title: string|nil = nil, "
        + "caption: string|nil = nil, width: number = 800, height: number|nil = nil) -> figure",
      """
      A text whose tokens have colours: highlight(tokens, values), or highlight(x) with a vector that is labelled by its tokens.
      tokens: a list of texts, put together as they are; a line ends after a token with "\\n". values: a number for each; a token with nan has no colour. palette, range: as \
      those of `heatmap`: numbers of both signs are blue above 0 and orange below. Without `height` the figure is as high as its lines.
      """,
      example: "highlight([\"To\", \" kill\", \" two\", \" birds\"], [0.1, -0.5, 0.2, 0.9])",
      words: ["palette": PlotOptions.words["palette"] ?? .fixed([])]
    ) { call in try PassagePlot.figure(PlotOptions(call)) },
  ]
}
