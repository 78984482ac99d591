// A text through the model: embedding, blocks, final norm, logits; what is asked for is kept, what is edited is rewritten.
// The description of the family says what the weights are; this says what is done with them.

import Lang
import Runtime

struct ForwardPass {
  let model: ModelWeights
  let request: ForwardRequest

  /// What a pass leaves behind. Rows of [tokens, d] are labelled by their tokens.
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

  init(_ model: ModelWeights, _ request: ForwardRequest) throws {
    let family = model.architecture
    guard family.norm == .layerNorm, family.normPlacement == .beforeBlock, family.positions == .learned else {
      throw Fault.unsupported("`forward` cannot run models of the family \(family.name) yet")
    }
    self.model = model
    self.request = request
  }

  /// Runs `ids` after the tokens of `past`.
  func run(_ ids: [Int], past: PastObject?) throws -> Result {
    let before = past?.tokens ?? 0
    guard !ids.isEmpty else { throw Fault.noTokens() }
    guard ids.count <= model.configuration.positions - before else {
      throw Fault.textTooLong(ids.count, past: before, model: model)
    }
    var result = Result()
    if past != nil || request.keeps(.past) {
      result.past = try (past ?? PastObject(model)).extended(by: ids.count)
    }
    var state = try request.edits.applied(.embed, to: embedded(ids, after: before))
    if request.keeps(.resid) { result.resid.append(state) }
    for index in 0..<request.blocks {
      state = try block(index, state, &result)
      state = try request.edits.applied(.resid(block: index), to: state)
      if request.keeps(.resid) { result.resid.append(state) }
    }
    try read(state, &result)
    if !request.keeps(.past) { result.past = nil }
    return result
  }

  // MARK: Steps

  /// Word embedding plus position, [tokens, d]. The ids have been checked.
  private func embedded(_ ids: [Int], after past: Int) throws -> Tensor {
    let vocabulary = model.wordEmbedding.labels?.vocabulary
    let labels = vocabulary.map { Labels($0, ids: ids.map { Int32(truncatingIfNeeded: $0) }) }
    var words = try model.wordEmbedding.gathered(axis: 0, ids)
    words.labels = labels
    guard let positions = model.positionEmbedding else { return words }
    return try Tensor.combine(.add, words, positions.sliced(axis: 0, first: past, count: ids.count))
  }

  private func normed(_ state: Tensor, _ norm: NormWeights) throws -> Tensor {
    try layerNorm(state, gain: norm.weight, bias: norm.bias, epsilon: norm.epsilon)
  }

  /// The state after block `index`.
  private func block(_ index: Int, _ state: Tensor, _ result: inout Result) throws -> Tensor {
    let weights = model.blocks[index]
    let attended = try attention(index, normed(state, weights.norm1), &result)
    let middle = try Tensor.combine(.add, state, attended)
    let added = try request.edits.applied(.mlp(block: index), to: mlp(normed(middle, weights.norm2), weights))
    if request.keeps(.mlp) { result.mlp.append(added) }
    return try Tensor.combine(.add, middle, added)
  }

  /// What the attention of a block adds for the normed state `x`: [tokens, d].
  private func attention(_ index: Int, _ x: Tensor, _ result: inout Result) throws -> Tensor {
    let (block, c, edits) = (model.blocks[index], model.configuration, request.edits)
    var (queries, keys, values) = try projected(x, block)
    if let past = result.past { (keys, values) = try past.add(keys, values, block: index) }
    let attention = SelfAttention(
      queries: queries, keys: keys, values: values, heads: c.heads, keyGroup: block.keyGroup, headWidth: c.headWidth)
    let isEdited = edits.touches(.pattern(block: index))
    var (read, pattern) = try attention.read(keepsPattern: isEdited || request.keeps(.attn))
    if isEdited, let original = pattern {
      let edited = try edits.applied(.pattern(block: index), to: original)
      read = try attention.read(by: edited)
      pattern = edited
    }
    if request.keeps(.attn), let pattern { result.attention.append(pattern) }
    return try edits.applied(.attention(block: index), to: written(read, index))
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
    let (block, edits, k) = (model.blocks[index], request.edits, model.configuration.headWidth)
    var others = read
    var edited: [Tensor] = []
    for head in edits.heads(ofBlock: index) {
      let columns = others.sliced(axis: 1, first: head * k, count: k)
      var own = try columns.product(with: block.wo.row(head))
      own.labels = read.labels
      edited.append(try edits.applied(.head(block: index, head: head), to: own))
      others = try others.replacing(columns: head * k..<(head + 1) * k, by: 0)
    }
    let sum = try linear(others, block.wo.headsAsRows(), block.bo)
    return try edited.reduce(sum) { try Tensor.combine(.add, $0, $1) }
  }

  /// What the MLP adds for the normed state `x`: act(x W_in + b_in) W_out + b_out, [tokens, d].
  private func mlp(_ x: Tensor, _ block: BlockWeights) throws -> Tensor {
    let inner = try linear(x, block.mlpIn, block.mlpInBias, then: model.configuration.activation)
    return try linear(inner, block.mlpOut, block.mlpOutBias)
  }

  /// Final norm and logits: of the last token alone where the others are neither kept nor edited.
  private func read(_ state: Tensor, _ result: inout Result) throws {
    let edits = request.edits
    guard request.keeps(.logits) || request.keeps(.next) else { return }
    let needsAll = request.keeps(.logits) || edits.touches(.finalNorm) || edits.touches(.logits)
    let last = state.shape[0] - 1
    let seen = needsAll ? state : state.sliced(axis: 0, first: last, count: 1)
    let final = try edits.applied(.finalNorm, to: normed(seen, model.finalNorm))
    let logits = try edits.applied(.logits, to: final.product(with: model.outputEmbedding.transposed))
    if request.keeps(.logits) { result.logits = logits }
    if request.keeps(.next) {
      result.next = logits.row(logits.shape[0] - 1)
      result.next?.labels = model.outputEmbedding.labels
    }
  }
}

extension Tensor {
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
