// Texts through the model: embedding, blocks, final norm, logits; what is asked for is kept, what is edited is rewritten.
// The layout says what a block is made of; this runs it, and knows no family by name. Several texts lie one behind
// the other as rows of one state: products, norms and MLPs see them together, attention and edits one by one.

import Kernels
import Lang
import Models
import Runtime

struct ForwardPass {
  let model: ModelWeights
  let request: ForwardRequest
  let batch: TextRows
  /// Number of the first of these texts among those of the call.
  let firstText: Int
  var results: [Result]
  /// What the pull-back needs; nil where nothing is differentiated.
  var trace: PassTrace?
  private var madeTurns: [Rotary.Turns] = []

  /// What a pass leaves behind of a text.
  struct Result {
    /// What is asked for, as the table of sites has it. Rows of [tokens, …] are labelled by their tokens.
    var kept: [ActivationSite: Tensor] = [:]
    /// [vocabulary]: the last row of the logits.
    var next: Tensor?
    var past: PastObject?
  }

  /// Runs `texts`, the first of which has the number `first` among those of the call; each with a past goes on after the tokens that it
  /// has seen. Texts must not be empty and have to fit the model's positions.
  init(
    _ texts: [PassInput], first: Int = 0, pasts: [PastObject?], _ model: ModelWeights, _ request: ForwardRequest
  ) throws {
    for (text, past) in zip(texts, pasts) {
      guard let past, past.tokens > 0 else { continue }
      for limit in model.blocks.compactMap({ $0.heads?.layout.position.rotary?.limit })
      where past.tokens <= limit && past.tokens + text.count > limit {
        throw Fault.pastTurnsOtherwise(limit, model: model)
      }
    }
    self.model = model
    self.request = request
    firstText = first
    batch = TextRows(lengths: texts.map(\.count), before: pasts.map { $0?.tokens ?? 0 })
    results = texts.map { _ in Result() }
    if request.gradient != nil { trace = PassTrace(lowestBlock: request.lowestBlock) }
    let keepsPast = request.keeps(.past)
    for (index, text) in texts.enumerated() where pasts[index] != nil || keepsPast {
      results[index].past = try (pasts[index] ?? PastObject(model)).extended(
        by: text.count, from: request.blocks.lowerBound, isKept: keepsPast)
    }
    try run(texts)
    if !keepsPast { for text in results.indices { results[text].past = nil } }
  }

  private mutating func run(_ texts: [PassInput]) throws {
    var state: Tensor
    if let start = request.start {
      state = try batch.joined(batch.indices.map { try start.state(of: firstText + $0).rowMajor() })
      state.labels = labels(texts)
    } else {
      state = try embedded(texts)
    }
    let first = request.blocks.lowerBound
    state = try first == 0 ? visited(.embed, nil, state) : visited(.resid, first - 1, state)
    for index in request.blocks {
      if index + 1 < model.blocks.count { model.blocks[index + 1].announce() }
      try model.blocks[index].bringIn()
      state = try visited(.resid, index, block(index, state))
    }
    try readOut(state)
  }

  // MARK: Sites

  /// An activation of all texts after its edits. What is asked for is kept.
  mutating func visited(_ part: ActivationPart, _ block: Int?, _ activation: Tensor) throws -> Tensor {
    guard request.touches(part, block) else { return activation }
    let rows = batch.indices.map { batch.rows(of: $0, activation) }
    let after = try rows.indices.map { try visited(part, block, text: $0, rows[$0]) }
    let isSame = zip(rows, after).allSatisfy { $0.isSameView(as: $1) }
    return isSame ? activation : try batch.joined(after)
  }

  /// The same of one text: itself where no edit changes a number.
  mutating func visited(
    _ part: ActivationPart, _ block: Int?, text: Int, _ activation: Tensor
  ) throws -> Tensor {
    guard request.touches(part, block) else { return activation }
    let site = ActivationSite(part, block: block)
    let (number, edits) = (firstText + text, request.edits)
    var result = activation
    if let edit = edits.edit(site, text: number) { result = try edits.applied(edit, to: result, place(site, text)) }
    for head in edits.heads(part, block, text: number) {
      let site = ActivationSite(part, block: block, head: head)
      guard let edit = edits.edit(site, text: number) else { continue }
      let own = result.row(head)
      let changed = try edits.applied(edit, to: own, place(site, text))
      guard !changed.isSameView(as: own) else { continue }
      result = try result.scattering(changed.insertingAxis(0), axis: 0, at: [head])
    }
    if request.keeps(site) { results[text].kept[site] = try result.owned() }
    for head in request.keptHeads(part, block) {
      results[text].kept[ActivationSite(part, block: block, head: head)] = try result.row(head).owned()
    }
    return result
  }

  /// The same of vectors [n, heads, k], which are shown as [heads, n, k].
  private mutating func visitedHeads(
    _ part: ActivationPart, _ block: Int, _ text: Int, _ rows: Tensor
  ) throws -> Tensor {
    guard request.touches(part, block) else { return rows }
    let shown = rows.movingAxis(1, to: 0)
    let after = try visited(part, block, text: text, shown)
    return after.isSameView(as: shown) ? rows : after.movingAxis(0, to: 1)
  }

  private func place(_ site: ActivationSite, _ text: Int) -> ActivationEdit.Place {
    ActivationEdit.Place(site: site, before: batch.before[text])
  }

  // MARK: Steps

  private func labels(_ texts: [PassInput]) -> Labels? {
    if let places = model.patches?.places {
      return Labels(places.vocabulary, ids: texts.flatMap { (0..<$0.count).map { Int32(truncatingIfNeeded: $0) } })
    }
    let ids = texts.compactMap(\.text).flatMap(\.ids)
    return model.wordEmbedding?.labels.map { Labels($0.vocabulary, ids: ids.map { Int32(truncatingIfNeeded: $0) }) }
  }

  /// The input of the first block, [tokens, d]. The ids have been checked.
  private func embedded(_ texts: [PassInput]) throws -> Tensor {
    guard let words = model.wordEmbedding else { return try embeddedImages(texts) }
    let names = labels(texts)
    let texts = texts.compactMap(\.text)
    var state = try words.gathered(axis: 0, texts.flatMap(\.ids))
    if model.embeddingScale != 1 { state = try state.scaled(by: Double(model.embeddingScale)) }
    if let projection = model.inputProjection { state = try linear(state, projection, nil) }
    state.labels = names
    if let positions = model.positionEmbedding {
      state = try Tensor.combine(.add, state, positions.gathered(axis: 0, batch.positions))
    }
    if let types = model.typeEmbedding {
      state = try Tensor.combine(.add, state, types.gathered(axis: 0, texts.flatMap(\.types)))
    }
    return try model.embeddingNorm?.applied(to: state) ?? state
  }

  /// The same of images: [rows, d].
  private func embeddedImages(_ images: [PassInput]) throws -> Tensor {
    let patches = try batch.joined(images.compactMap { if case .image(let patches, _) = $0 { patches } else { nil } })
    let state = try model.imagePatches().embedded(patches, images: images.count)
    guard let positions = model.positionEmbedding else { return state }
    return try Tensor.combine(.add, state, positions.gathered(axis: 0, batch.positions))
  }

  /// The state after block `index`.
  private mutating func block(_ index: Int, _ input: Tensor) throws -> Tensor {
    let steps = model.blocks[index].steps
    var state = input
    for (number, step) in steps.enumerated() {
      state = try self.step(step, index, state)
      if number + 1 < steps.count { state = try visited(.mid, index, state) }
    }
    return state
  }

  /// post(x + Σ branches(x))
  private mutating func step(_ step: StepWeights, _ index: Int, _ input: Tensor) throws -> Tensor {
    let weights = model.blocks[index]
    var record = StepTrace(input: input)
    var (state, sum) = (input, input)
    var lastNorm: (norm: NormWeights, state: Tensor)?
    for (number, branch) in step.branches.enumerated() {
      var x = state
      if let before = branch.before {
        if let lastNorm, lastNorm.norm === before {
          x = lastNorm.state
        } else {
          x = try visited(weights.part(of: before), index, before.applied(to: state))
          lastNorm = (before, x)
        }
      }
      if number == 0, step.skipsFromNorm { sum = x }
      var own = BranchTrace()
      var added: Tensor
      switch branch.run {
      case .attention(let attention):
        guard let written = try self.attention(index, attention, x) else { return state }
        (added, own.attention) = written
        if added.shape[0] < state.shape[0] {
          (state, sum) = (try batch.lastOnes(of: state), try batch.lastOnes(of: sum))
          lastNorm = try lastNorm.map { ($0.norm, try batch.lastOnes(of: $0.state)) }
        }
      case .mlp(let mlp): (added, own.mlp) = try self.mlp(index, mlp, x)
      case .tokens(let mlp): (added, own.tokens) = try tokens(index, mlp, x)
      }
      if let after = branch.after {
        own.written = added
        added = try after.applied(to: added)
      }
      added = try visited(branch.part, index, added)
      sum = try Tensor.combine(.add, sum, added)
      record.branches.append(own)
    }
    record.sum = step.post == nil ? nil : sum
    trace?.add(record, block: index)
    guard let post = step.post else { return sum }
    return try visited(weights.part(of: post), index, post.applied(to: sum))
  }

  /// What the MLP of a block writes for what it reads, `x`: [tokens, d].
  private mutating func mlp(_ index: Int, _ mlp: MLPWeights, _ x: Tensor) throws -> (Tensor, MLPTrace?) {
    let isTraced = trace?.holds(block: index) == true
    let own = isTraced ? try MLPTrace(mlp, x) : nil
    let hidden = try visited(.hidden, index, own?.hidden(mlp.activation) ?? mlp.inner(x))
    return (try linear(hidden, mlp.out, mlp.bout), own)
  }

  /// What an MLP over the tokens writes for `x`, [tokens, d], every channel and text by itself.
  private mutating func tokens(_ index: Int, _ mlp: MLPWeights, _ x: Tensor) throws -> (Tensor, [MLPTrace]) {
    let isTraced = trace?.holds(block: index) == true
    var traces: [MLPTrace] = []
    var all = try batch.joined(
      batch.indices.map { text in
        let channels = batch.rows(of: text, x).labelled([]).transposed
        let own = isTraced ? try MLPTrace(mlp, channels) : nil
        if let own { traces.append(own) }
        let hidden = try own?.hidden(mlp.activation) ?? mlp.inner(channels)
        return try linear(hidden, mlp.out, mlp.bout).transposed.rowMajor()
      })
    all.labels = x.labels
    return (all, traces)
  }

  /// What the attention of a block writes for what its heads read, `x`: [tokens, d]; in the last block the rows that somebody looks at,
  /// nil where nobody does.
  private mutating func attention(
    _ index: Int, _ attention: AttentionWeights, _ x: Tensor
  ) throws -> (Tensor, AttentionTrace?)? {
    let isTraced = trace?.holds(block: index) == true
    let turns = turns(attention)
    let heads = try attention.projected(x, turns, keepingRaw: isTraced)
    var own = isTraced ? AttentionTrace(raw: heads.raw, turns: turns) : nil
    let read = try batch.indices.map { text in
      try readings(
        of: text, index, attention.layout, batch.rows(of: text, heads.queries), batch.rows(of: text, heads.keys),
        batch.rows(of: text, heads.values), &own)
    }
    var all = try batch.joined(read)
    all.labels = x.labels
    switch request.rows(behindHeadsOf: index) {
    case .none: return nil
    case .last: all = try batch.lastOnes(of: all)
    case .all: break
    }
    return (try written(all, index, attention), own)
  }

  /// The turns of this pass's rows, made once for all blocks that turn alike.
  private mutating func turns(_ attention: AttentionWeights) -> Rotary.Turns? {
    guard let rotary = attention.layout.position.rotary else { return nil }
    if let known = madeTurns.first(where: { $0.rotary === rotary }) { return known }
    let made = Rotary.Turns(rotary, at: batch.positions, lengths: batch.lengths)
    madeTurns.append(made)
    return made
  }

  /// What the heads of a block read for one text: [tokens, heads k].
  private mutating func readings(
    of text: Int, _ index: Int, _ layout: AttentionLayout, _ queries: Tensor, _ keys: Tensor, _ values: Tensor,
    _ record: inout AttentionTrace?
  ) throws -> Tensor {
    let queries = try visitedHeads(.queries, index, text, queries)
    let newKeys = try visitedHeads(.keys, index, text, keys)
    let newValues = try visitedHeads(.values, index, text, values)
    let (keys, values) = try results[text].past?.add(newKeys, newValues, block: index) ?? (newKeys, newValues)
    let attention = SelfAttention(queries: queries, keys: keys, values: values, layout: layout)
    let read = try self.read(by: attention, text, index, &record)
    guard request.touches(.readings, index) else { return read }
    let shown = read.splitIntoHeads(layout.heads)
    let after = try self.visited(.readings, index, text: text, shown)
    return after.isSameView(as: shown) ? read : try after.joinedHeads()
  }

  /// What an attention reads in one text, scores and pattern being what edits make of them: [tokens, heads k].
  private mutating func read(
    by attention: SelfAttention, _ text: Int, _ index: Int, _ record: inout AttentionTrace?
  ) throws -> Tensor {
    let isShown = request.touches(.pattern, index)
    var read: Tensor?
    var pattern: Tensor?
    if request.touches(.scores, index) {
      let scores = try attention.scores()
      let after = try visited(.scores, index, text: text, scores)
      if !after.isSameView(as: scores) {
        let made = try attention.pattern(ofScores: after)
        (read, pattern) = (try attention.read(by: made), made)
      }
    }
    if read == nil { (read, pattern) = try attention.read(keepsPattern: isShown || record != nil) }
    let softened = pattern
    if isShown, let shown = pattern {
      let after = try visited(.pattern, index, text: text, shown)
      if !after.isSameView(as: shown) { (read, pattern) = (try attention.read(by: after), after) }
    }
    if let softened, let pattern {
      record?.texts.append(AttentionTrace.Text(attention: attention, softened: softened, pattern: pattern))
    }
    return read ?? attention.queries
  }

  /// What the heads write, and the output bias, for what they `read` [tokens, heads k]: [tokens, d]. A head whose share is edited is
  /// taken out of the sum and its edit put in its place; one whose edit changes no number stays in it.
  private mutating func written(_ read: Tensor, _ index: Int, _ attention: AttentionWeights) throws -> Tensor {
    let matrix = try attention.wo.headsAsRows()
    guard request.touches(.heads, index) else { return try linear(read, matrix, attention.bo) }
    let k = attention.layout.width
    var others = read
    var changed: [(rows: Range<Int>, share: Tensor)] = []
    for text in batch.indices {
      let rows = batch.rows(of: text, read)
      let shares = try Tensor.stacked(
        (0..<attention.layout.heads).map { head in
          var own = try rows.sliced(axis: 1, first: head * k, count: k).product(with: attention.wo.row(head))
          own.labels = rows.labels
          return own
        }, axis: 0)
      let after = try visited(.heads, index, text: text, shares)
      guard !after.isSameView(as: shares) else { continue }
      for head in 0..<attention.layout.heads where try !after.row(head).isIdentical(to: shares.row(head)) {
        changed.append((batch.range(of: text), after.row(head)))
        others = try others.clearing(columns: head * k..<(head + 1) * k, rows: batch.range(of: text))
      }
    }
    let sum = try linear(others, matrix, attention.bo)
    return changed.isEmpty ? sum : try sum.adding(changed)
  }
}
