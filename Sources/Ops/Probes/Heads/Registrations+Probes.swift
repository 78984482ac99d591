// ln, wqk, wvo: the three geometric objects of the paper.

import Kernels
import Lang
import Models
import Runtime

extension Registrations {
  package static let probes: [Operation] = [
    Operation(
      "ln", "(x: tensor|list, norm: norm = nil) -> tensor",
      """
      Layer normalisation, row by row: (x - mean x) / √(var x + ε), biased variance, ε = 1e-5.
      Centring projects a row on the hyperplane orthogonal to (1, …, 1), scaling puts it on a sphere of radius √d. With a model's
      `norm` its gain γ, bias β and ε are used: the sphere becomes an ellipsoid (γ) that is displaced (β). A norm of the kind "rms" does
      not centre: x / √(mean x² + ε) · γ lies on an ellipsoid around 0.
      Shape: x [..., d] gives [..., d]; labels stay. Sources: Ba, Kiros, Hinton 2016; Zhang, Sennrich 2019; the paper on layer norm.
      """, example: "ln(m.wte, m.blocks[0].ln_1)"
    ) { call in
      let x = try call.tensorOperand(0)
      guard let norm = call[1].asObject as? NormObject else {
        return .tensor(try normalised(x, .layer, gain: nil, bias: nil, epsilon: 1e-5))
      }
      return .tensor(try norm.weights.applied(to: x))
    },
    Operation(
      "wqk", "(h: head, scaled: bool = true, offset: number = 0) -> factored",
      """
      W_QK = s W_Q W_Kᵀ of a head, s = h.scale (1/√k in most models): x @ wqk(h) is what x looks for, to be compared with the keys.
      Shape: factored d x d of rank ≤ k, kept as its factors. scaled=false leaves s out. With rotary positions it depends on how far
      back the key stands: s R_o(W_Q) R_0(W_K)ᵀ for `offset` o, where R_o turns every row as a query at position o. Gains of norms of
      queries and keys are in it, the norms themselves are not: they divide each score by the lengths of query and key, and
      `query_rows`, `key_rows` have them. The biases are not in it: without such norms the score of a query x and a key y is
      x wqk(h, offset=o) yᵀ + s [x R_o(W_Q) R_0(b_K)ᵀ + R_o(b_Q) R_0(W_K)ᵀ yᵀ + R_o(b_Q) R_0(b_K)ᵀ], before a cap (b.cap).
      x and y are what the head reads: ln(states, b.ln_in). Errors: an offset where positions are in the states; a key ahead of its reader.
      Source: the paper on attention; Su et al. 2021 on rotary positions.
      """, example: "m.wte[\" time\"] @ wqk(m.blocks[0].heads[3])"
    ) { call in
      let head = try call.head(0)
      let offset = try call.whole(2)
      try head.checkOffset(offset)
      if head.weights.kNorm != nil { head.model.tellOfKeyNorms() }
      let scale = try call.bool(1) ? head.weights.layout.scale : 1
      return .object(try head.scoreMatrix(offset: offset, scale: scale))
    },
    Operation(
      "query_rows", "(h: head, x: tensor|list, at: number|list|range|tensor = 0) -> tensor",
      """
      The queries of a head for what it reads, x [n, d]: W_Q, its bias, a norm of queries, the turn of position `at`, times h.scale.
      `at` is one position or one for each row; it counts only with rotary positions. query_rows(h, x, at=i) @ key_rows(h, y, at=j).T
      is the score before the mask (and before a cap b.cap, and Bloom's distance h.slope * (j - i)) in every family.
      Shape: [n, k], or [k] of a vector; labels stay. x is ln(states, b.ln_in).
      """, example: "query_rows(m.heads[3], ln(m.wte[\" time\"], m.blocks[0].ln_in))"
    ) { call in .tensor(try call.head(0).rows(.queries, of: call.tensorOperand(1), at: call.positions(2))) },
    Operation(
      "key_rows", "(h: head, y: tensor|list, at: number|list|range|tensor = 0) -> tensor",
      """
      The keys of a head for what it reads, y [n, d]: W_K, its bias, a norm of keys, the turn of position `at`. The counterpart of
      `query_rows`. Shape: [n, k], or [k] of a vector; labels stay. y is ln(states, b.ln_in).
      """, example: "key_rows(m.heads[3], ln(m.wte, m.blocks[0].ln_in)).shape"
    ) { call in .tensor(try call.head(0).rows(.keys, of: call.tensorOperand(1), at: call.positions(2))) },
    Operation(
      "wvo", "(h: head, through: bool = false) -> factored",
      """
      W_VO = W_V W_O of a head: what the head writes into the residual stream when it attends to x is x @ wvo(h) + b_V W_O.
      Shape: factored d x d of rank ≤ k, kept as its factors. W_V is that of the head's key and value head, h.kv. Where a norm stands
      after the attention (b.ln_1_post) the written sum is divided by its length and multiplied by the gain γ before it is added:
      through=true has γ in it. Source: the paper on attention.
      """, example: "m.wte[\" time\"] @ wvo(m.blocks[0].heads[3])"
    ) { call in
      let head = try call.head(0)
      let after = head.model.blocks[head.block].attention.after
      guard try call.bool(1), let gain = after?.gain else {
        return .object(try FactoredObject(left: head.wv, right: head.wo))
      }
      return .object(try FactoredObject(left: head.wv, right: Tensor.combine(.multiply, head.wo, gain)))
    },
  ]
}

extension Call {
  func head(_ index: Int) throws -> HeadObject {
    guard let head = self[index].asObject as? HeadObject else { throw wrongType(index, "a head") }
    return head
  }

  /// One position, or one for each row.
  fileprivate func positions(_ index: Int) throws -> [Int] {
    guard self[index].asNumber == nil else { return [try whole(index, atLeast: 0)] }
    // Positions are far below 2^24, up to where float32 holds every whole number.
    let given = try tensorOperand(index)
    let places = try given.elements().map { Int(exactly: $0) ?? -1 }
    guard given.rank == 1, places.allSatisfy({ (0..<1 << 24).contains($0) }) else {
      throw Fault.badValue("`at` holds positions, whole numbers from 0 on, one for each row")
    }
    return places
  }
}
