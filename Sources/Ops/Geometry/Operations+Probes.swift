// ln, wqk, wvo: the three geometric objects of the paper.

import Lang
import Runtime

extension Operations {
  static let probes: [Operation] = [
    Operation(
      "ln", "(x: tensor|list, norm: norm = nil) -> tensor",
      """
      Layer normalisation, row by row: (x - mean x) / √(var x + ε), biased variance, ε = 1e-5.
      Centring projects a row on the hyperplane orthogonal to (1, …, 1), scaling puts it on a sphere of radius √d. With a model's
      `norm` its gain γ, bias β and ε are used: the sphere becomes an ellipsoid (γ) that is displaced (β).
      Shape: x [..., d] gives [..., d]; labels stay. Source: Ba, Kiros, Hinton 2016; the paper on layer norm.
      """, example: "ln(m.wte, m.blocks[0].ln_1)"
    ) { call in
      let x = try call.tensorOperand(0)
      guard let norm = call[1].asObject as? NormObject else {
        return .tensor(try normalised(x, .layer, gain: nil, bias: nil, epsilon: 1e-5))
      }
      return .tensor(try norm.weights.applied(to: x))
    },
    Operation(
      "wqk", "(h: head, scaled: bool = true) -> factored",
      """
      W_QK = W_Q W_Kᵀ / √k of a head: x @ wqk(h) is what x looks for, to be compared with the keys.
      Shape: factored d x d of rank ≤ k, kept as its factors. scaled=false leaves 1/√k out. The biases are not in it: the score of
      a query x and a key y is x wqk(h) yᵀ + [x W_Q b_Kᵀ + b_Q W_Kᵀ yᵀ + b_Q b_Kᵀ] / √k. Source: the paper on attention.
      """, example: "m.wte[\" time\"] @ wqk(m.blocks[0].heads[3])"
    ) { call in
      guard let head = call[0].asObject as? HeadObject else { throw call.wrongType(0, "a head") }
      let product = try FactoredObject(left: head.wq, right: head.wk.transposed)
      guard try call.bool(1) else { return .object(product) }
      return .object(try product.scaled(by: 1 / Double(head.headWidth).squareRoot()))
    },
    Operation(
      "wvo", "(h: head) -> factored",
      """
      W_VO = W_V W_O of a head: what the head writes into the residual stream when it attends to x is x @ wvo(h) + b_V W_O.
      Shape: factored d x d of rank ≤ k, kept as its factors. Source: the paper on attention.
      """, example: "m.wte[\" time\"] @ wvo(m.blocks[0].heads[3])"
    ) { call in
      guard let head = call[0].asObject as? HeadObject else { throw call.wrongType(0, "a head") }
      return .object(try FactoredObject(left: head.wv, right: head.wo))
    },
  ]
}
