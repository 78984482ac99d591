// Texts through the model: embedding, blocks, final norm, logits; what is asked for is kept, what is edited is rewritten.
// The description of the family says what the weights are; this says what is done with them. Several texts lie one behind
// the other as rows of one state: products, norms and MLPs see them together, attention and edits one by one.

import Lang
import Runtime

struct ForwardPass {
  let model: ModelWeights
  let request: ForwardRequest
  let batch: TextRows
  private var results: [Result]

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
    _ texts: [[Int]], past: PastObject? = nil, _ model: ModelWeights, _ request: ForwardRequest
  ) throws -> [Result] {
    let family = model.architecture
    guard family.norm == .layerNorm, family.normPlacement == .beforeBlock, family.positions == .learned else {
      throw Fault.unsupported("`forward` cannot run models of the family \(family.name) yet")
    }
    var pass = ForwardPass(
      model: model, request: request, batch: TextRows(lengths: texts.map(\.count), before: past?.tokens ?? 0),
      results: texts.map { _ in Result() })
    for (text, ids) in texts.enumerated() where past != nil || request.keeps(.past) {
      pass.results[text].past = try (past ?? PastObject(model)).extended(by: ids.count)
    }
    try pass.run(texts)
    return pass.results
  }

  private mutating func run(_ texts: [[Int]]) throws {
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

  /// Word embedding plus position, [tokens, d]. The ids have been checked.
  private func embedded(_ texts: [[Int]]) throws -> Tensor {
    let ids = Array(texts.joined())
    let vocabulary = model.wordEmbedding.labels?.vocabulary
    var words = try model.wordEmbedding.gathered(axis: 0, ids)
    words.labels = vocabulary.map { Labels($0, ids: ids.map { Int32(truncatingIfNeeded: $0) }) }
    guard let positions = model.positionEmbedding else { return words }
    return try Tensor.combine(.add, words, positions.gathered(axis: 0, batch.positions))
  }

  private func normed(_ state: Tensor, _ norm: NormWeights) throws -> Tensor {
    try layerNorm(state, gain: norm.weight, bias: norm.bias, epsilon: norm.epsilon)
  }

  /// The state after block `index`.
  private mutating func block(_ index: Int, _ state: Tensor) throws -> Tensor {
    let weights = model.blocks[index]
    let attended = try attention(index, normed(state, weights.norm1))
    let middle = try Tensor.combine(.add, state, attended)
    let added = try edited(.mlp(block: index), mlp(normed(middle, weights.norm2), weights))
    try keep(.mlp, added) { $0.mlp.append($1) }
    return try Tensor.combine(.add, middle, added)
  }

  /// What the attention of a block adds for the normed state `x`: [tokens, d].
  private mutating func attention(_ index: Int, _ x: Tensor) throws -> Tensor {
    let (queries, keys, values) = try projected(x, model.blocks[index])
    let read = try batch.indices.map { text in
      try readings(
        of: text, index, batch.rows(of: text, queries), batch.rows(of: text, keys), batch.rows(of: text, values))
    }
    return try edited(.attention(block: index), written(batch.joined(read), index))
  }

  /// What the heads of a block read for one text: [tokens, heads k].
  private mutating func readings(
    of text: Int, _ index: Int, _ queries: Tensor, _ keys: Tensor, _ values: Tensor
  ) throws -> Tensor {
    let (c, edits) = (model.configuration, request.edits)
    let (keys, values) = try results[text].past?.add(keys, values, block: index) ?? (keys, values)
    let attention = SelfAttention(
      queries: queries, keys: keys, values: values, heads: c.heads, keyGroup: model.blocks[index].keyGroup,
      headWidth: c.headWidth)
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

  /// Queries, keys and values of the normed state `x`, [tokens, heads k] each: by one product where their weights lie together.
  private func projected(_ x: Tensor, _ block: BlockWeights) throws -> (Tensor, Tensor, Tensor) {
    let weights = try [block.wq, block.wk, block.wv].map { try $0.headsAsColumns() }
    let biases = try [block.bq, block.bk, block.bv].map { try $0.reshaped([$0.count]) }
    guard let weight = Tensor.sideBySide(weights), let bias = Tensor.sideBySide(biases) else {
      let parts = try zip(weights, biases).map { try linear(x, $0, $1) }
      return (parts[0], parts[1], parts[2])
    }
    let all = try linear(x, weight, bias)
    var first = 0
    let parts = weights.map { part in
      defer { first += part.shape[1] }
      return all.sliced(axis: 1, first: first, count: part.shape[1])
    }
    return (parts[0], parts[1], parts[2])
  }

  /// What the heads write, and the output bias, for what they `read` [tokens, heads k]: [tokens, d]. An edited head is taken
  /// out of the sum and its edit put in its place.
  private func written(_ read: Tensor, _ index: Int) throws -> Tensor {
    let (block, k) = (model.blocks[index], model.configuration.headWidth)
    var others = read
    var added: [Tensor] = []
    for head in request.edits.heads(ofBlock: index) {
      let columns = others.sliced(axis: 1, first: head * k, count: k)
      var own = try columns.product(with: block.wo.row(head))
      own.labels = read.labels
      added.append(try edited(.head(block: index, head: head), own))
      others = try others.replacing(columns: head * k..<(head + 1) * k, by: 0)
    }
    let sum = try linear(others, block.wo.headsAsRows(), block.bo)
    return try added.reduce(sum) { try Tensor.combine(.add, $0, $1) }
  }

  /// What the MLP adds for the normed state `x`: act(x W_in + b_in) W_out + b_out, [tokens, d].
  private func mlp(_ x: Tensor, _ block: BlockWeights) throws -> Tensor {
    let inner = try linear(x, block.mlpIn, block.mlpInBias, then: model.configuration.activation)
    return try linear(inner, block.mlpOut, block.mlpOutBias)
  }

  /// Final norm and logits: of the last tokens alone where the others are neither kept nor edited.
  private mutating func read(_ state: Tensor) throws {
    let edits = request.edits
    guard request.keeps(.logits) || request.keeps(.next) else { return }
    let needsAll = request.keeps(.logits) || edits.touches(.finalNorm) || edits.touches(.logits)
    let seen = needsAll ? state : try state.gathered(axis: 0, batch.lastRows)
    let final = try edited(.finalNorm, normed(seen, model.finalNorm))
    let logits = try edited(.logits, final.product(with: model.outputEmbedding.transposed))
    try keep(.logits, logits) { $0.logits = $1 }
    guard request.keeps(.next) else { return }
    for text in results.indices {
      let row = logits.row(needsAll ? batch.lastRows[text] : text)
      results[text].next = results.count == 1 ? row : try row.copied()
      results[text].next?.labels = model.outputEmbedding.labels
    }
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
