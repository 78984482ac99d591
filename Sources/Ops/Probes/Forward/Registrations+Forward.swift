// forward: the registration, and what a user may hand to it.

import Lang
import Models
import Runtime

extension Registrations {
  package static let forward: [Operation] = [
    Operation(
      "forward",
      "(m: model, text: string|list|range|tensor|number, keep: list|string = nil, upto: number = nil, edit: record|list = nil, past: past|list = nil, special: bool = true, pair: string|list = nil, types: list|range|tensor = nil, from: record = nil, grad: any = nil, freeze: list|string = nil) -> record|list",
      """
      Runs a text, or token ids, through a model and keeps the activations: a record, or a list of records for a list of texts.
      `ids`, `tokens` (their texts), `resid` (list of blocks + 1 tensors [tokens, d]: embedding plus position, then the state after each block),
      `attn` (one [heads, tokens, tokens] a block: row = the token that reads, after softmax), `mlp` (what each MLP adds, [tokens, d]) and
      `logits` [tokens, V]: row i scores what follows token i. Rows of `resid`, `mlp` and `logits` are labelled by the text's tokens, the
      columns of `logits` by the vocabulary (`topk(r.logits[-1])` answers in words), both sides of a head's pattern by the tokens.
      `keep=["resid"]` keeps, and computes, only that; "next" is the last row of the logits [V], labelled by the vocabulary and much cheaper
      than all of them; "past" holds the keys and values of the tokens so far: with `past=r.past` another call goes on behind them, with
      `past=r.past[:n]` behind the first n of them.
      `upto=l` runs the first l blocks: no logits. `from={block: l, resid: x}` starts before block l with the state x [tokens, d]: what is
      not run is nil in the lists. A text gets what its tokenizer puts around texts, such as a first token, unless
      special=false or it goes on after a `past`; ids are taken as they are. `ids` shows all of them. `pair` is a second text (for a list of
      texts a list), put behind the first as the tokenizer does it: BERT reads `[CLS] A [SEP] B [SEP]`. Where tokens have types
      (m.wte_type) they are the tokenizer's, 0 for the first text and 1 for the second, or `types`, one for each of the ids.
      A model that reads the whole text at once, as BERT does, has no `past` and no "next": row i of its logits scores what stands at
      token i. Without a head in its file it has no logits.
      A model of images takes a path, an image in 0 … 1 as `read_image` gives it, pixels [C, height, width] that are ready (any other tensor of
      three axes), patches [S, C P P], or a list of these. `tokens` are then "cls", where there is such a row, and "row,column" of each patch, `ids` is nil, `logits`
      [classes] one row, labelled by m.labels.

      Activations that `keep`, `edit` and `grad` know, with their fields in the record (n tokens, d width, k head width, H heads, G heads
      with keys and values of their own, i inner width, V tokens of the vocabulary):
      \(ActivationPart.table)
      `blocks.L.head.H` is one head's share of `heads`, `blocks.L.head.H.q` (`.z`, `.pattern`, `.scores`) of the others, and
      `blocks.L.kv.G.k` (`.v`) of keys and values, which several heads may read. `blocks.L.resid_in` is what enters block L. A field in `keep`
      keeps all blocks' activations, a site one: `r["blocks.3.z"]`.

      `edit={"blocks.5.head.3": x => 0 * x}` rewrites activations on the way: the function gets one and gives one of the same shape. In place
      of a function a record says it in numbers: `{set: t}`, `{add: t}`, `{scale: s}`, each with `at: positions` for some tokens alone, counted
      in the whole text, from its end where negative; t and s repeat to the shape. For a list of texts `edit` may be a list too, one record or
      nil for each. What is kept is what the edits have made.

      `grad=C` adds `r.grad`, a record of the same activations as are kept: the gradient of Σ C ⊙ logits by each of them. C is a vector [V]
      for the last position, a tensor [n, V], `{"blocks.3.resid": t}` for cotangents elsewhere, or a metric, a record {value, cotangent} of
      functions of r such as logit_difference(m, a, b), with which `next` is kept too. A list of texts has a list of them, or one for all.
      `freeze=["pattern", "norm"]` holds the attention patterns, or the scales of norms, constant. Keys and values of a `past` are constants.
      It is a pull-back along the pass, at about its cost; weights get no gradient.
      Errors: an empty text, more tokens than the model has positions, ids and activations that do not exist, edits and cotangents of another
      shape, functions as edits under `grad`.
      """, example: "forward(m, \"To kill two birds\", edit={\"blocks.5.head.3\": x => 0 * x}).logits.shape",
      words: [
        "keep": .fixedAndOfFirst(ForwardRequest.words, ActivationSite.names), "edit": .ofFirst(ActivationSite.names),
        "grad": .ofFirst(ActivationSite.names), "freeze": .fixed(GradientRequest.freezable),
      ]
    ) { call in
      guard let model = call[0].asObject as? ModelObject else { throw call.wrongType(0, "a model") }
      let pasts = try Pasts(call, 5, model: model.weights)
      let parameters = ForwardRequest.Parameters(keep: 2, upto: 3, edit: 4, from: 9, grad: 10, freeze: 11)
      let isImages = model.weights.patches != nil
      if isImages { try ForwardRequest.checkNames(call, parameters, model: model.weights) }
      let texts =
        try isImages
        ? PassInputs(images: call, 1, others: [5, 7, 8], model: model.weights)
        : PassInputs(
          Phrases(
            call, 1, pair: 7, types: 8, pasts: pasts, model: model.weights,
            addsSpecial: try call.bool(6) && pasts.isNone))
      let each = try pasts.each(of: texts.isBatch ? texts.all.count : nil)
      let request = try ForwardRequest(call, parameters, model: model.weights, texts: texts)
      let records = try withProgress(isImages ? "images" : "texts", total: texts.all.count) { progress in
        try groupedByLength(texts.all).flatMap { group in
          let some = Array(texts.all[group])
          let pass = try ForwardPass(some, first: group.lowerBound, pasts: Array(each[group]), model.weights, request)
          let records = zip(pass.results, some).map {
            ForwardRecord($1, request, model.weights).made(of: $0)
          }
          try addGradients(of: pass, to: records, some)
          progress.report(group.upperBound)
          return records.map(Value.object)
        }
      }
      return texts.isBatch ? .list(records) : records[0]
    }
  ]

  /// Adds `grad` to the records of a pass where something is differentiated.
  private static func addGradients(of pass: ForwardPass, to records: [RecordObject], _ texts: [PassInput]) throws {
    guard let gradient = pass.request.gradient, let trace = pass.trace else { return }
    let cotangents = try records.indices.map { text in
      try gradient.cotangents(
        ofText: pass.firstText + text, records[text], pass.model, tokens: texts[text].count,
        before: pass.batch.before[text])
    }
    let found = try PullBack.gradients(pass, trace, gradient, cotangents)
    for (text, gradients) in found.enumerated() {
      let record = RecordObject()
      ForwardRecord(texts[text], pass.request, pass.model).add(gradients, to: record)
      records[text]["grad"] = .object(record)
    }
  }
}

/// The record of one text or image.
private struct ForwardRecord {
  let input: PassInput
  let request: ForwardRequest
  let model: ModelWeights
  /// Names of the tokens, or of the places of an image.
  let words: Labels?

  init(_ input: PassInput, _ request: ForwardRequest, _ model: ModelWeights) {
    (self.input, self.request, self.model) = (input, request, model)
    let ids = input.text?.ids.map { Int32(truncatingIfNeeded: $0) }
    words = ids.map { ids in model.tokenizer.map { Labels($0, ids: ids) } } ?? model.patches?.places
  }

  /// Ids and tokens, and the parts that are kept, in the order of the documentation.
  func made(of result: ForwardPass.Result) -> RecordObject {
    let record = RecordObject()
    record["ids"] = input.text.map { .numbers($0.ids) } ?? .nil
    record["tokens"] = words.map { words in .strings((0..<input.count).map { words.text(ofRow: $0) }) } ?? .nil
    if model.typeEmbedding != nil, let text = input.text { record["types"] = .numbers(text.types) }
    add(result.kept, to: record)
    if request.keepsNext, let next = result.next { record["next"] = .tensor(next) }
    if let past = result.past { record["past"] = .object(past) }
    return record
  }

  /// Fields, each with the activations of all blocks, and single activations under the names that they were asked for by.
  func add(_ found: [ActivationSite: Tensor], to record: RecordObject) {
    func value(_ site: ActivationSite) -> Value { found[site].map { .tensor(named($0, site)) } ?? .nil }
    for field in ActivationPart.fields where request.fields.contains(field) {
      let parts = ActivationPart.parts(ofField: field)
      let ends = parts.filter { !$0.isInBlocks }.map { value(ActivationSite($0)) }
      guard let part = parts.first(where: \.isInBlocks) else {
        record[field] = ends.first
        continue
      }
      record[field] = .list(ends + (0..<request.blocks.upperBound).map { value(ActivationSite(part, block: $0)) })
    }
    for (name, site) in request.sites { record[name] = value(site) }
  }

  /// An activation with the names of its tokens, and of the vocabulary.
  private func named(_ tensor: Tensor, _ site: ActivationSite) -> Tensor {
    if site.part == .logits {
      let rows = tensor.rank == 1 ? tensor : tensor.labelled(words, axis: 0)
      return rows.labelled(model.readout?.words.labels, axis: tensor.rank - 1)
    }
    var result = tensor.labelled(words, axis: site.tokenAxis)
    // The texts of the tokens before are not known.
    if site.part.form == .square, tensor.shape.last == input.count {
      result = result.labelled(words, axis: site.tokenAxis + 1)
    }
    return result
  }
}
