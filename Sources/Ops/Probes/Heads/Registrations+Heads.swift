// composition_scores, copying_score: registrations.

import Lang
import Models
import Runtime

extension Registrations {
  package static let heads: [Operation] = [
    Operation(
      "composition_scores", "(m: model) -> table",
      """
      How much each head reads of what each head of an earlier block writes: all pairs, through queries, keys and values.
      Gives a table of from_block, from_head, to_block, to_head, and the scores q, k, v. With ‖·‖ the Frobenius norm, a the earlier and
      b the later head: v = ‖wvo(a) wvo(b)‖ / (‖wvo(a)‖ ‖wvo(b)‖), q the same with wqk(b), k with wqk(b).T; each is what
      `composition` gives for one pair. Random matrices have about 1/√d. NaN where a head is 0. Computed through the factors;
      with rotary positions for a key at the reader's place (offset 0), as `wqk(h)` is. Norms between the heads are left out.
      Source: Elhage et al. 2021, A Mathematical Framework for Transformer Circuits.
      """, example: "composition_scores(m) |> sort_by(\"k\", reverse=true) |> (t => t[0:3])"
    ) { call in
      guard let model = call[0].asObject as? ModelObject else { throw call.wrongType(0, "a model") }
      let pairs = try CompositionScores(model).pairs()
      return .object(
        try TableObject([
          "from_block": pairs.map { .number($0.fromBlock) }, "from_head": pairs.map { .number($0.fromHead) },
          "to_block": pairs.map { .number($0.toBlock) }, "to_head": pairs.map { .number($0.toHead) },
          "q": pairs.map { .number($0.query) }, "k": pairs.map { .number($0.key) },
          "v": pairs.map { .number($0.value) },
        ]))
    },
    Operation(
      "copying_score", "(h: head|list) -> number|list",
      """
      Whether a head writes what it reads: Σ Re λ / Σ |λ| over the eigenvalues λ of E W_VO Uᵀ, E the token embedding, U = m.lm_head.
      1: every eigenvalue is positive, so attending to a token raises its own logit; -1: it lowers it; NaN where W_VO is 0.
      The eigenvalues are those of the k x k matrix W_O Uᵀ E W_V; Uᵀ E is computed once a model. A list of heads gives a list
      of numbers, side by side on all cores. Norms are left out. Source: Elhage et al. 2021.
      """, example: "copying_score(m.heads[0:6])"
    ) { call in
      if let head = call[0].asObject as? HeadObject { return .number(try CopyingScore.scores([head])[0]) }
      let heads = try call.list(0).enumerated().map { place, item in
        guard let head = item.asObject as? HeadObject else { throw call.wrongElement(0, "heads", at: place, item) }
        return head
      }
      return .list(try CopyingScore.scores(heads).map(Value.number))
    },
  ]
}
