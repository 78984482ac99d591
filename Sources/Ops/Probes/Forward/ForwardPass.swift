// Texts through the model: embedding, blocks, final norm, logits; what is asked for is kept, what is edited is rewritten.
// The layout says what a block is made of; this runs it, and knows no family by name. Several texts lie one behind
// the other as rows of one state: products, norms and MLPs see them together, attention and edits one by one.

import Glibc
import Kernels
import Lang
import Models
import Runtime

struct ForwardPass {
  let model: ModelWeights
  let request: ForwardRequest
  let batch: TextRows
  private var results: [Result]
  private var madeTurns: [Rotary.Turns] = []

  /// What a pass leaves behind of a text. Rows of [tokens, d] are labelled by their tokens.
  struct Result {
    /// [tokens, d] each: embedding plus position, then after each block.
    var resid: [Tensor] = []
    /// [heads, tokens, past + tokens] each.
    var attention: [Tensor] = []
    /// [tokens, d] each: what the MLP adds.
    var mlp: [Tensor] = []
    /// [tokens, vocabulary]
    var logits: Tensor?
    /// [vocabulary]: the last row of the logits.
    var next: Tensor?
    var past: PastObject?
  }

  /// The results of `texts`, in order; with a `past`, the one text goes on after the tokens that it has seen. Texts must not be
  /// empty and have to fit the model's positions.
  static func run(
    _ texts: [PassInput], past: PastObject? = nil, _ model: ModelWeights, _ request: ForwardRequest
  ) throws -> [Result] {
    if let past, past.tokens > 0, let count = texts.first?.count {
      for limit in model.blocks.compactMap({ $0.heads?.layout.position.rotary?.limit })
      where past.tokens <= limit && past.tokens + count > limit {
        throw Fault.pastTurnsOtherwise(limit, model: model)
      }
    }
    var pass = ForwardPass(
      model: model, request: request, batch: TextRows(lengths: texts.map(\.count), before: past?.tokens ?? 0),
      results: texts.map { _ in Result() })
    for (index, text) in texts.enumerated() where past != nil || request.keeps(.past) {
      pass.results[index].past = try (past ?? PastObject(model)).extended(by: text.count)
    }
    try pass.run(texts)
    return pass.results
  }

  private mutating func run(_ texts: [PassInput]) throws {
    var state = try edited(.embed, embedded(texts))
    try keep(.resid, state) { $0.resid.append($1) }
    for index in 0..<request.blocks {
      state = try edited(.resid(block: index), block(index, state))
      try keep(.resid, state) { $0.resid.append($1) }
    }
    try read(state)
    if !request.keeps(.past) { for text in results.indices { results[text].past = nil } }
  }

  /// Hands every text its rows of an activation that is asked for.
  private mutating func keep(
    _ part: KeptPart, _ activation: Tensor, _ add: (inout Result, Tensor) -> Void
  ) throws {
    guard request.keeps(part) else { return }
    for text in results.indices { add(&results[text], try batch.copy(of: text, activation)) }
  }

  /// An activation after its edit, which is shown one text at a time.
  private func edited(_ site: ActivationSite, _ activation: Tensor) throws -> Tensor {
    guard request.edits.touches(site) else { return activation }
    return try batch.joined(batch.indices.map { try request.edits.applied(site, to: batch.rows(of: $0, activation)) })
  }

  // MARK: Steps

  /// The input of the first block, [tokens, d]. The ids have been checked.
  private func embedded(_ texts: [PassInput]) throws -> Tensor {
    guard let words = model.wordEmbedding else { return try embeddedImages(texts) }
    let texts = texts.compactMap(\.text)
    let ids = texts.flatMap(\.ids)
    let vocabulary = words.labels?.vocabulary
    var state = try words.gathered(axis: 0, ids)
    let labels = vocabulary.map { Labels($0, ids: ids.map { Int32(truncatingIfNeeded: $0) }) }
    if model.embeddingScale != 1 { state = try state.scaled(by: Double(model.embeddingScale)) }
    if let projection = model.inputProjection { state = try linear(state, projection, nil) }
    state.labels = labels
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
      if number + 1 < steps.count { state = try edited(.mid(block: index), state) }
    }
    return state
  }

  /// post(x + Σ branches(x))
  private mutating func step(_ step: StepWeights, _ index: Int, _ state: Tensor) throws -> Tensor {
    var sum = state
    var lastNorm: (norm: NormWeights, state: Tensor)?
    for (number, branch) in step.branches.enumerated() {
      var x = state
      if let before = branch.before {
        x = try lastNorm.flatMap { $0.norm === before ? $0.state : nil } ?? before.applied(to: state)
        lastNorm = (before, x)
      }
      if number == 0, step.skipsFromNorm { sum = x }
      var added: Tensor
      switch branch.run {
      case .attention(let attention): added = try self.attention(index, attention, x)
      case .mlp(let mlp): added = try mlp.applied(to: x)
      case .tokens(let mlp):
        added = try batch.joined(batch.indices.map { try mlp.appliedOverTokens(to: batch.rows(of: $0, x)) })
        added.labels = x.labels
      }
      if let after = branch.after { added = try after.applied(to: added) }
      switch branch.run {
      case .attention: added = try edited(.attention(block: index), added)
      case .tokens: added = try edited(.tokens(block: index), added)
      case .mlp:
        added = try edited(.mlp(block: index), added)
        try keep(.mlp, added) { $0.mlp.append($1) }
      }
      sum = try Tensor.combine(.add, sum, added)
    }
    return try step.post?.applied(to: sum) ?? sum
  }

  /// What the attention of a block writes for what its heads read, `x`: [tokens, d].
  private mutating func attention(_ index: Int, _ attention: AttentionWeights, _ x: Tensor) throws -> Tensor {
    let (queries, keys, values) = try attention.projected(x, turns(attention))
    let read = try batch.indices.map { text in
      try readings(
        of: text, index, batch.rows(of: text, queries), batch.rows(of: text, keys), batch.rows(of: text, values))
    }
    var all = try batch.joined(read)
    all.labels = x.labels
    return try written(all, index, attention)
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
    of text: Int, _ index: Int, _ queries: Tensor, _ keys: Tensor, _ values: Tensor
  ) throws -> Tensor {
    let edits = request.edits
    let (keys, values) = try results[text].past?.add(keys, values, block: index) ?? (keys, values)
    guard let layout = model.blocks[index].heads?.layout else { return queries }
    let attention = SelfAttention(queries: queries, keys: keys, values: values, layout: layout)
    let isEdited = edits.touches(.pattern(block: index))
    var (read, pattern) = try attention.read(keepsPattern: isEdited || request.keeps(.attn))
    if isEdited, let original = pattern {
      let edited = try edits.applied(.pattern(block: index), to: original)
      read = try attention.read(by: edited)
      pattern = edited
    }
    if request.keeps(.attn), let pattern { results[text].attention.append(pattern) }
    return read
  }

  /// What the heads write, and the output bias, for what they `read` [tokens, heads k]: [tokens, d]. An edited head is taken
  /// out of the sum and its edit put in its place.
  private func written(_ read: Tensor, _ index: Int, _ attention: AttentionWeights) throws -> Tensor {
    let k = attention.layout.width
    var others = read
    var added: [Tensor] = []
    for head in request.edits.heads(ofBlock: index) {
      let columns = others.sliced(axis: 1, first: head * k, count: k)
      var own = try columns.product(with: attention.wo.row(head))
      own.labels = read.labels
      added.append(try edited(.head(block: index, head: head), own))
      others = try others.replacing(columns: head * k..<(head + 1) * k, by: 0)
    }
    let sum = try linear(others, attention.wo.headsAsRows(), attention.bo)
    return try added.reduce(sum) { try Tensor.combine(.add, $0, $1) }
  }

  /// Final norm and logits: of the last tokens alone where the others are neither kept nor edited.
  private mutating func read(_ state: Tensor) throws {
    let edits = request.edits
    guard request.keeps(.logits) || request.keeps(.next), let readout = model.readout else { return }
    guard case .each = readout.rows else { return try readClasses(state, readout) }
    let needsAll = request.keeps(.logits) || edits.touches(.finalNorm) || edits.touches(.logits)
    let seen = needsAll ? state : try state.gathered(axis: 0, batch.lastRows)
    let final = try edited(.finalNorm, model.finalNorm?.applied(to: seen) ?? seen)
    let logits = try edited(.logits, readout.logits(ofNormed: final))
    try keep(.logits, logits) { $0.logits = $1 }
    guard request.keeps(.next) else { return }
    for text in results.indices {
      let row = logits.row(needsAll ? batch.lastRows[text] : text)
      results[text].next = results.count == 1 ? row : try row.copied()
      results[text].next?.labels = readout.words.labels
    }
  }
}

extension ForwardPass {
  /// Final norm and the classes of each image, [classes]: by the first row, or by the mean of all.
  private mutating func readClasses(_ state: Tensor, _ readout: ReadoutWeights) throws {
    let edits = request.edits
    let isFirst = if case .first = readout.rows { true } else { false }
    // The other rows go nowhere, unless somebody looks at them.
    let needsAll = !isFirst || edits.touches(.finalNorm)
    let seen = needsAll ? state : try state.gathered(axis: 0, batch.firstRows)
    let final = try edited(.finalNorm, model.finalNorm?.applied(to: seen) ?? seen)
    let read =
      !isFirst
      ? try batch.joined(batch.indices.map { try batch.rows(of: $0, final).reduced(.mean, axis: 0, keep: true) })
      : needsAll ? try final.gathered(axis: 0, batch.firstRows) : final
    let logits = try readout.logits(ofNormed: read.labelled([]))
    for image in results.indices {
      var own = logits.row(image)
      own.labels = readout.words.labels
      results[image].logits = try edits.applied(.logits, to: results.count == 1 ? own : own.copied())
    }
  }
}

extension ReadoutWeights {
  /// Logits of states after the final norm, x [n, d]: [n, vocabulary], with the columns labelled.
  func logits(ofNormed x: Tensor) throws -> Tensor {
    var seen = try transform?.applied(to: x) ?? x
    if let projection { seen = try linear(seen, projection, nil) }
    let logits = try linear(
      seen, words.transposed, bias,
      then: cap.map { cap in { piece, _ in for i in piece.indices { piece[i] = cap * tanhf(piece[i] / cap) } } })
    return logits.labelled(words.labels, axis: 1)
  }
}

extension Tensor {
  /// The same elements in memory of their own.
  func copied() throws -> Tensor { try Tensor(shape: shape, labels: labels) { try copyElements(to: $0) } }

  /// A copy of this matrix with some columns set to a number.
  fileprivate func replacing(columns: Range<Int>, by number: Float) throws -> Tensor {
    let width = shape[1]
    return try Tensor(shape: shape, labels: labels) { target in
      try copyElements(to: target)
      for row in 0..<shape[0] {
        for column in columns { target[row * width + column] = number }
      }
    }
  }
}
