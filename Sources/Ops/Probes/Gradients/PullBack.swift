// Cotangents from the logits down to the embedding, along a pass that has been run: vector-Jacobian products of its steps in reverse.
// No weight gets a gradient. At a site the cotangents that are given there are added, what is asked for is kept, and what an edit
// did is undone: the gradient is by the activation as it was after its edits, as the pass keeps it.
// Source: reverse accumulation, e.g. Griewank & Walther 2008, Evaluating Derivatives.

import Kernels
import Lang
import Models
import Runtime

struct PullBack {
  private let pass: ForwardPass
  private let trace: PassTrace
  private let gradient: GradientRequest
  /// Given ones, by text.
  private let cotangents: [[ActivationSite: Tensor]]
  private var found: [[ActivationSite: Tensor]]

  private var model: ModelWeights { pass.model }
  private var request: ForwardRequest { pass.request }
  private var batch: TextRows { pass.batch }

  /// The gradients by what a pass was asked to keep, for each of its texts; `cotangents` likewise, one of logits being [n, V], or [V] of
  /// the last position. O(the pass).
  static func gradients(
    _ pass: ForwardPass, _ trace: PassTrace, _ gradient: GradientRequest, _ cotangents: [[ActivationSite: Tensor]]
  ) throws -> [[ActivationSite: Tensor]] {
    var pullBack = PullBack(
      pass: pass, trace: trace, gradient: gradient, cotangents: cotangents,
      found: cotangents.map { _ in [:] })
    try pullBack.run()
    return pullBack.found
  }

  private mutating func run() throws {
    var g = try ends()
    let blocks = request.blocks
    let lowest = min(max(trace.lowestBlock, blocks.lowerBound), blocks.upperBound)
    for index in (lowest..<blocks.upperBound).reversed() {
      g = try visited(.resid, index, g)
      g = try block(index, g)
    }
    _ = try lowest == 0 ? visited(.embed, nil, g) : visited(.resid, lowest - 1, g)
  }

  // MARK: Sites

  /// The cotangent of what the edits of a site were given, of one text.
  private mutating func visited(_ part: ActivationPart, _ block: Int?, text: Int, _ given: Tensor) throws -> Tensor {
    guard request.touches(part, block) else { return given }
    let site = ActivationSite(part, block: block)
    var g = given
    for (place, own) in cotangents[text] where place.part == part && place.block == block {
      if let head = place.head {
        let sum = try Tensor.combine(.add, g.row(head), own)
        g = try g.scattering(sum.insertingAxis(0), axis: 0, at: [head])
      } else {
        g = try Tensor.combine(.add, g, own)
      }
    }
    if request.keeps(site) { found[text][site] = try g.owned() }
    for head in request.keptHeads(part, block) {
      found[text][ActivationSite(part, block: block, head: head)] = try g.row(head).owned()
    }
    let (edits, number, before) = (request.edits, pass.firstText + text, batch.before[text])
    for head in edits.heads(part, block, text: number).reversed() {
      let own = ActivationSite(part, block: block, head: head)
      guard let edit = edits.edit(own, text: number) else { continue }
      let pulled = try edit.pulledBack(g.row(head), ActivationEdit.Place(site: own, before: before))
      g = try g.scattering(pulled.insertingAxis(0), axis: 0, at: [head])
    }
    return try edits.edit(site, text: number)?.pulledBack(g, ActivationEdit.Place(site: site, before: before)) ?? g
  }

  /// The same of all texts, whose rows lie one behind the other.
  private mutating func visited(_ part: ActivationPart, _ block: Int?, _ g: Tensor) throws -> Tensor {
    guard request.touches(part, block) else { return g }
    return try batch.joined(batch.indices.map { try visited(part, block, text: $0, batch.rows(of: $0, g)) })
  }

  // MARK: Behind the blocks

  /// The cotangent of the last state, [n, d].
  private mutating func ends() throws -> Tensor {
    guard let last = trace.last, let readout = model.readout, gradient.readsLogits || request.keepsLogits else {
      return try zeros([batch.count, model.width])
    }
    if model.saysOnce { return try classes(last, readout) }
    let logits = ActivationSite(.logits)
    // Of one row a text where nothing is said, or asked, of the others.
    let isOfLastRows =
      !request.touches(.finalNorm, nil) && !request.keepsLogits && !request.edits.sites.contains(logits)
      && cotangents.allSatisfy { $0[logits]?.rank != 2 }
    var g = try batch.joined(batch.indices.map { try logitsCotangent(of: $0, isOfLastRows) })
    if let cap = readout.cap {
      let known = try rows(last.logits, of: last, isOfLastRows) ?? readout.logits(ofNormed: final(last, isOfLastRows))
      g = try Tensor.combine(
        .multiply, g, Tensor.combine(.subtract, Tensor(scalar: 1), known.scaled(by: 1 / Double(cap)).squared()))
    }
    g = try linear(g, readout.words, nil)
    if let projection = readout.projection { g = try linear(g, projection.transposed, nil) }
    if let transform = readout.transform { g = try self.transform(transform, final(last, isOfLastRows), g) }
    let state = isOfLastRows ? try last.state.gathered(axis: 0, batch.lastRows) : last.state
    if !isOfLastRows { g = try visited(.finalNorm, nil, g) }
    g = try model.finalNorm?.pulledBack(g, at: state, holdsScale: gradient.holdsNorms) ?? g
    guard isOfLastRows else { return g }
    return try zeros([batch.count, model.width]).scattering(g, axis: 0, at: batch.lastRows)
  }

  /// The same where the logits are of a whole image, by its first row or the mean of all.
  private mutating func classes(_ last: LastTrace, _ readout: ReadoutWeights) throws -> Tensor {
    let site = ActivationSite(.logits)
    let count = readout.words.shape[0]
    var rows: [Tensor] = []
    for image in batch.indices {
      var g = try cotangents[image][site] ?? zeros([count])
      if request.keeps(site) { found[image][site] = g }
      if let edit = request.edits.edit(site, text: pass.firstText + image) {
        g = try edit.pulledBack(g, ActivationEdit.Place(site: site, before: 0))
      }
      let own = try linear(g.reshaped([1, count]), readout.words, nil)
      let size = batch.range(of: image).count
      if case .mean = readout.rows {
        let mean = try own.scaled(by: 1 / Double(size))
        rows.append(try mean.broadcast(to: [size, own.shape[1]])?.copied() ?? mean)
      } else {
        rows.append(try zeros([size, own.shape[1]]).scattering(own, axis: 0, at: [0]))
      }
    }
    let g = try visited(.finalNorm, nil, batch.joined(rows))
    return try model.finalNorm?.pulledBack(g, at: last.state, holdsScale: gradient.holdsNorms) ?? g
  }

  /// What is said of the logits of a text: [n, V], or [1, V].
  private mutating func logitsCotangent(of text: Int, _ isOfLastRows: Bool) throws -> Tensor {
    let site = ActivationSite(.logits)
    let (count, width) = (batch.range(of: text).count, model.readout?.words.shape[0] ?? 0)
    let given = cotangents[text][site]
    if isOfLastRows { return try given?.reshaped([1, width]) ?? zeros([1, width]) }
    let zeros = try zeros([count, width])
    // A vector is a matrix with zeros above it.
    let whole =
      given?.rank == 1
      ? try zeros.scattering(given?.insertingAxis(0) ?? zeros, axis: 0, at: [count - 1]) : given ?? zeros
    guard request.touches(.logits, nil) else { return whole }
    if request.keeps(site) { found[text][site] = whole }
    let edit = request.edits.edit(site, text: pass.firstText + text)
    return try edit?.pulledBack(whole, ActivationEdit.Place(site: site, before: batch.before[text])) ?? whole
  }

  /// What the pass has computed of the rows, if it has.
  private func rows(_ known: Tensor?, of last: LastTrace, _ isOfLastRows: Bool) throws -> Tensor? {
    guard let known else { return nil }
    if last.isOfLastRows == isOfLastRows { return known }
    return isOfLastRows ? try known.gathered(axis: 0, batch.lastRows) : nil
  }

  /// States after the final norm, [rows, d].
  private func final(_ last: LastTrace, _ isOfLastRows: Bool) throws -> Tensor {
    if let known = try rows(last.final, of: last, isOfLastRows) { return known }
    let state = isOfLastRows ? try last.state.gathered(axis: 0, batch.lastRows) : last.state
    return try model.finalNorm?.applied(to: state) ?? state
  }

  /// norm(act(x W + b)) back to x.
  private func transform(_ transform: TransformWeights, _ x: Tensor, _ g: Tensor) throws -> Tensor {
    let argument = try linear(x, transform.linear.matrix, transform.linear.bias)
    let active = try argument.mapped(transform.activation.apply)
    let pulled = try transform.norm.pulledBack(g, at: active, holdsScale: gradient.holdsNorms)
    let slopes = try argument.mapped(transform.activation.applyDerivative)
    return try linear(Tensor.combine(.multiply, pulled, slopes), transform.linear.matrix.transposed, nil)
  }

  // MARK: Blocks

  private mutating func block(_ index: Int, _ cotangent: Tensor) throws -> Tensor {
    let steps = trace.steps(ofBlock: index)
    var g = cotangent
    for (number, step) in model.blocks[index].steps.enumerated().reversed() {
      g = try self.step(step, steps[number], index, g)
      if number > 0 { g = try visited(.mid, index, g) }
    }
    return g
  }

  /// post(x + Σ branches(x)) back to x.
  private mutating func step(_ step: StepWeights, _ own: StepTrace, _ index: Int, _ cotangent: Tensor) throws -> Tensor
  {
    let weights = model.blocks[index]
    var g = cotangent
    if let post = step.post, let sum = own.sum {
      g = try post.pulledBack(visited(weights.part(of: post), index, g), at: sum, holdsScale: gradient.holdsNorms)
    }
    var state: Tensor? = step.skipsFromNorm ? nil : g
    // Of each norm before a branch, once for all that read it.
    var norms: [(norm: NormWeights, sum: Tensor)] = []
    func add(_ g: Tensor, to norm: NormWeights) throws {
      if let place = norms.firstIndex(where: { $0.norm === norm }) {
        norms[place].sum = try Tensor.combine(.add, norms[place].sum, g)
      } else {
        norms.append((norm, g))
      }
    }
    if step.skipsFromNorm, let norm = step.branches.first?.before { try add(g, to: norm) }
    for (branch, own) in zip(step.branches, own.branches) {
      var part = try visited(branch.part, index, g)
      if let after = branch.after, let written = own.written {
        part = try after.pulledBack(part, at: written, holdsScale: gradient.holdsNorms)
      }
      if let attention = branch.attention, let own = own.attention {
        part = try self.attention(attention, own, index, part)
      }
      if let mlp = branch.mlp, let own = own.mlp { part = try self.mlp(mlp, own, index, part) }
      if let tokens = branch.tokens { part = try overTokens(tokens, own.tokens, part) }
      if let before = branch.before {
        try add(part, to: before)
      } else {
        state = try state.map { try Tensor.combine(.add, $0, part) } ?? part
      }
    }
    for (norm, sum) in norms {
      let g = try norm.pulledBack(
        visited(weights.part(of: norm), index, sum), at: own.input, holdsScale: gradient.holdsNorms)
      state = try state.map { try Tensor.combine(.add, $0, g) } ?? g
    }
    return state ?? g
  }

  private mutating func mlp(_ mlp: MLPWeights, _ own: MLPTrace, _ index: Int, _ cotangent: Tensor) throws -> Tensor {
    try own.pulledBack(visited(.hidden, index, linear(cotangent, mlp.out.transposed, nil)), mlp)
  }

  /// The same of an MLP over the tokens.
  private func overTokens(_ mlp: MLPWeights, _ own: [MLPTrace], _ cotangent: Tensor) throws -> Tensor {
    try batch.joined(
      own.indices.map { text in
        let channels = batch.rows(of: text, cotangent).labelled([]).transposed
        return try own[text].pulledBack(linear(channels, mlp.out.transposed, nil), mlp).transposed.rowMajor()
      })
  }

  // MARK: Attention

  private mutating func attention(
    _ weights: AttentionWeights, _ own: AttentionTrace, _ index: Int, _ cotangent: Tensor
  ) throws -> Tensor {
    let read = try readings(weights, index, cotangent)
    var parts: [[Tensor]] = [[], [], []]
    for (text, own) in own.texts.enumerated() {
      for (place, part) in try heads(own, index, text, batch.rows(of: text, read)).enumerated() {
        parts[place].append(part)
      }
    }
    var all = try parts.map { try batch.joined($0) }
    for (place, norm) in [weights.qNorm, weights.kNorm].enumerated() {
      if let turns = own.turns {
        // In place, and what is kept stays.
        all[place] = try all[place].copied()
        let base = try all[place].base()
        let (heads, k) = (all[place].shape[1], all[place].shape[2])
        for row in 0..<batch.count {
          turns.apply(base + row * heads * k, count: heads, stride: k, row: row, isTransposed: true)
        }
      }
      if let norm, let raw = own.raw {
        let x = place == 0 ? raw.queries : raw.keys
        all[place] = try norm.pulledBack(all[place], at: x, holdsScale: gradient.holdsNorms)
      }
    }
    var g: Tensor?
    for projection in weights.projections {
      let part = try projection.pulledBack(all)
      g = try g.map { try Tensor.combine(.add, $0, part) } ?? part
    }
    return g ?? cotangent
  }

  /// The cotangent of what the heads read, [n, heads k], of what they write.
  private mutating func readings(_ weights: AttentionWeights, _ index: Int, _ cotangent: Tensor) throws -> Tensor {
    guard request.touches(.heads, index) else { return try linear(cotangent, weights.wo.headsAsRows().transposed, nil) }
    let heads = weights.layout.heads
    return try batch.joined(
      batch.indices.map { text in
        // Every head's share has the cotangent of the sum.
        let own = batch.rows(of: text, cotangent)
        guard let shares = own.insertingAxis(0).broadcast(to: [heads] + own.shape) else { return own }
        let g = try visited(.heads, index, text: text, shares)
        let parts = try (0..<heads).map { try linear(g.row($0).rowMajor(), weights.wo.row($0).transposed, nil) }
        return try Tensor.concatenated(parts, axis: 1)
      })
  }

  /// The cotangents of queries, keys and values of one text, [n, heads, k] each, of what its heads read, [n, heads k].
  private mutating func heads(
    _ own: AttentionTrace.Text, _ index: Int, _ text: Int, _ cotangent: Tensor
  ) throws -> [Tensor] {
    let attention = own.attention
    let isFull = request.touches(.pattern, index) || request.touches(.scores, index)
    let shown = try visited(.readings, index, text: text, cotangent.splitIntoHeads(attention.heads))
    let dz = try request.touches(.readings, index) ? shown.joinedHeads() : cotangent
    let dv = try attention.valuesCotangent(dz, pattern: own.pattern, isFull: isFull)
    let (dq, dk): (Tensor, Tensor)
    if gradient.holdsPattern, !isFull {
      (dq, dk) = (try zeros(attention.queries.shape), try zeros(dv.shape))
    } else {
      let dP = try visited(.pattern, index, text: text, attention.patternCotangent(dz, isFull: isFull))
      var dS =
        try gradient.holdsPattern
        ? zeros(dP.shape) : attention.scoresCotangent(dP, softened: own.softened, isFull: isFull)
      if request.touches(.scores, index) { dS = try attention.masked(visited(.scores, index, text: text, dS)) }
      if let cap = attention.layout.cap { dS = try attention.uncapped(dS, cap: cap, isFull: isFull) }
      (dq, dk) = try attention.queriesAndKeysCotangents(dS, isFull: isFull)
    }
    return try [(ActivationPart.queries, dq), (.keys, dk), (.values, dv)].map { part, g in
      guard request.touches(part, index) else { return g }
      return try visited(part, index, text: text, g.movingAxis(1, to: 0)).movingAxis(0, to: 1)
    }
  }

  private func zeros(_ shape: [Int]) throws -> Tensor { try Tensor(shape: shape) { $0.update(repeating: 0) } }
}

extension Tensor {
  fileprivate func squared() throws -> Tensor { try Tensor.combine(.multiply, self, self) }
}
