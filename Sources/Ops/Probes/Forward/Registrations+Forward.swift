// forward: the registration, and what a user may hand to it.

import Lang
import Models
import Runtime

extension Registrations {
  package static let forward: [Operation] = [
    Operation(
      "forward",
      "(m: model, text: string|list|range|tensor|number, keep: list|string = nil, upto: number = nil, edit: record = nil, past: past = nil, special: bool = true, pair: string|list = nil, types: list|range|tensor = nil) -> record|list",
      """
      Runs a text, or token ids, through a model and keeps the activations: a record, or a list of records for a list of texts.
      `ids`, `tokens` (their texts), `resid` (list of blocks + 1 tensors [tokens, d]: embedding plus position, then the state after each block),
      `attn` (one [heads, tokens, tokens] a block: row = the token that reads, after softmax), `mlp` (what each MLP adds, [tokens, d]) and
      `logits` [tokens, V]: row i scores what follows token i. Rows of `resid`, `mlp` and `logits` are labelled by the text's tokens, the
      columns of `logits` by the vocabulary (`topk(r.logits[-1])` answers in words), both sides of a head's pattern by the tokens.
      `keep=["resid"]` keeps, and computes, only that; "next" is the last row of the logits [V], labelled by the vocabulary and much cheaper
      than all of them; "past" holds the keys and values of the tokens so far: with `past=r.past` another call goes on behind them.
      `upto=l` runs the first l blocks: no logits. A text gets what its tokenizer puts around texts, such as a first token, unless
      special=false or it goes on after a `past`; ids are taken as they are. `ids` shows all of them. `pair` is a second text (for a list of
      texts a list), put behind the first as the tokenizer does it: BERT reads `[CLS] A [SEP] B [SEP]`. Where tokens have types
      (m.wte_type) they are the tokenizer's, 0 for the first text and 1 for the second, or `types`, one for each of the ids.
      A model that reads the whole text at once, as BERT does, has no `past` and no "next": row i of its logits scores what stands at
      token i. Without a head in its file it has no logits.
      A model of images takes a path, an image in 0 … 1 as `read_image` gives it, pixels [C, height, width] that are ready (any other tensor of
      three axes), patches [S, C P P], or a list of these. `tokens` are then "cls", where there is such a row, and "row,column" of each patch, `ids` is nil, `logits`
      [classes] one row, labelled by m.labels.
      `edit={"blocks.5.head.3": x => 0 * x}` rewrites activations on the way; the function gets one and gives one of the same shape. Names: `embed`,
      `blocks.L.attn.pattern`, `blocks.L.head.H` (what the head adds, [tokens, d]), `blocks.L.attn.out` (in MLP-Mixer `blocks.L.tokens.out`),
      `blocks.L.mid` (the state between attention and MLP, where one comes after the other), `blocks.L.mlp.out`, `blocks.L.resid`, `ln_f`, `logits`.
      Errors: an empty text, more tokens than the model has positions, ids and activations that do not exist, edits that give another shape.
      """, example: "forward(m, \"To kill two birds\", edit={\"blocks.5.head.3\": x => 0 * x}).logits.shape",
      words: ["keep": .fixed(KeptPart.allCases.map(\.rawValue)), "edit": .ofFirst(ActivationSite.names)]
    ) { call in
      guard let model = call[0].asObject as? ModelObject else { throw call.wrongType(0, "a model") }
      let past = try call.past(5, of: model.weights)
      let isImages = model.weights.patches != nil
      // What a model of images does not have is said before a file is looked for.
      let early = isImages ? try ForwardRequest(call, model: model.weights, keep: 2, upto: 3, edit: 4) : nil
      let texts =
        try isImages
        ? PassInputs(images: call, 1, others: [5, 7, 8], model: model.weights)
        : PassInputs(
          Phrases(
            call, 1, pair: 7, types: 8, model: model.weights, past: past?.tokens ?? 0,
            addsSpecial: try call.bool(6) && past == nil))
      if past != nil, texts.isBatch { throw Fault.badValue("`past` goes on one text, not on a list of them") }
      let request = try early ?? ForwardRequest(call, model: model.weights, keep: 2, upto: 3, edit: 4)
      let records = try withProgress(isImages ? "images" : "texts", total: texts.all.count) { progress in
        try groupedByLength(texts.all).flatMap { group in
          let some = Array(texts.all[group])
          let results = try ForwardPass.run(some, past: past, model.weights, request)
          progress.report(group.upperBound)
          return zip(results, some).map { Value.object(record($0, $1, after: past, request, model.weights)) }
        }
      }
      return texts.isBatch ? .list(records) : records[0]
    }
  ]

  /// The parts that are kept, in the order of the documentation.
  private static func record(
    _ result: ForwardPass.Result, _ input: PassInput, after past: PastObject?, _ request: ForwardRequest,
    _ model: ModelWeights
  ) -> RecordObject {
    let record = RecordObject()
    let words: Labels?
    switch input {
    case .text(let text):
      words = model.tokenizer.map { Labels($0, ids: text.ids.map { Int32(truncatingIfNeeded: $0) }) }
      record["ids"] = .numbers(text.ids)
      if model.typeEmbedding != nil { record["types"] = .numbers(text.types) }
    case .image:
      words = model.patches?.places
      record["ids"] = .nil
    }
    record["tokens"] = words.map { words in .strings((0..<input.count).map { words.text(ofRow: $0) }) } ?? .nil
    if request.keeps(.resid) { record["resid"] = .list(result.resid.map(Value.tensor)) }
    if request.keeps(.attn) {
      record["attn"] = .list(
        result.attention.map { pattern in
          let readers = pattern.labelled(words, axis: 1)
          // The texts of the tokens before are not known.
          return .tensor(past == nil ? readers.labelled(words, axis: 2) : readers)
        })
    }
    if request.keeps(.mlp) { record["mlp"] = .list(result.mlp.map(Value.tensor)) }
    if let logits = result.logits {
      record["logits"] = .tensor(logits.labelled(model.readout?.words.labels, axis: 1))
    }
    if let next = result.next { record["next"] = .tensor(next) }
    if let past = result.past { record["past"] = .object(past) }
    return record
  }
}

extension Call {
  /// What an earlier pass kept, if it is this model's.
  fileprivate func past(_ index: Int, of model: ModelWeights) throws -> PastObject? {
    guard let past = self[index].asObject as? PastObject else { return nil }
    guard past.model === model else {
      throw Fault.badValue("`past` is of model \(past.model.name), not of \(model.name)")
    }
    return past
  }
}
