// What must hold of a forward pass whatever the weights are.

import Lang
import Runtime
import Testing

@Suite struct ForwardProperties {
  /// The largest number that a program ends with.
  private func worst(_ code: String) throws -> Double {
    let numbers = try Program.numbers("m = load(\"mini\")\ntext = \"To kill two birds with one stone\"\n" + code)
    return try #require(numbers.max())
  }

  @Test func attentionIsPutTogetherFromWqkWvoAndBiases() throws {
    let code = """
      r = forward(m, text, keep=["resid", "attn", "mlp"])
      n = len(r.ids)
      mask = tensor(map(0..n, i => map(0..n, j => if j > i { -inf } else { 0 })))
      map(m.blocks, b => {
        x = ln(r.resid[b.index], b.ln_1)
        out = b.bo
        far = 0
        for h in b.heads {
          k = h.wq.shape[1]
          terms = reshape(x @ (h.wq @ h.bk), n, 1) + x @ (h.wk @ h.bq) + dot(h.bq, h.bk)
          pattern = softmax(x @ wqk(h) @ x.T + terms / k ^ 0.5 + mask)
          far = max(far, max(abs(pattern - r.attn[b.index][h.index])))
          out = out + pattern @ (x @ wvo(h) + h.bv @ h.wo)
        }
        max(far, max(abs(r.resid[b.index] + out + r.mlp[b.index] - r.resid[b.index + 1])))
      })
      """
    #expect(try worst("inf = 1 / 0\n" + code) < 1e-4)
  }

  // More rows than one tile of the attention has.
  private let long = "ids = map(0..200, i => i * 37 % 8000)\n"

  @Test func laterTokensChangeNothingBefore() throws {
    let code =
      long + """
        whole = forward(m, ids)
        part = forward(m, ids[:131])
        [max(abs(whole.logits[:131] - part.logits)), max(abs(whole.attn[3][:, :131, :131] - part.attn[3])),
         sum(whole.attn[2][:, :131, 131:]), max(abs(sum(whole.attn[5], axis=2) - 1))]
        """
    #expect(try worst(code) < 1e-4)
  }

  @Test func aTextGoesOnFromItsPast() throws {
    let code =
      long + """
        whole = forward(m, ids)
        first = forward(m, ids[:60], keep=["past"]).past
        second = forward(m, ids[60:61], keep=["past", "resid"], past=first)
        third = forward(m, ids[61:], keep=["logits", "attn"], past=second.past)
        # Another text from the same past does not disturb the first.
        other = forward(m, [5, 6, 7], keep=["logits"], past=first)
        again = forward(m, ids[61:], keep=["logits"], past=second.past)
        alone = forward(m, ids[:60] + [5, 6, 7])
        [max(abs(second.resid[6][0] - whole.resid[6][60])), max(abs(third.logits - whole.logits[61:])),
         max(abs(third.attn[4] - whole.attn[4][:, 61:, :])), max(abs(again.logits - third.logits)),
         max(abs(other.logits - alone.logits[60:]))]
        """
    #expect(try worst(code) < 1e-4)
  }

  // Texts run together, in several groups: each sees its own tokens alone, in attention, edits and what goes on from it.
  @Test func textsOfABatchAreStrangersToEachOther() throws {
    let code = """
      texts = [0..3, [9], 100..250, 7..8, 0..200, 40..290, [1, 2, 3]]
      edits = [nil, {"blocks.1.head.2": x => x[0:1] + 0 * x, "blocks.2.attn.pattern": x => x[:, :, 0:1] + 0 * x,
        "blocks.3.mlp.out": x => x - mean(x, axis=0), ln_f: x => x * (1 + len(x) / 1000), embed: x => x + x[-1]}]
      differences = []
      for edit in edits {
        together = forward(m, texts, keep=["resid", "attn", "mlp", "logits", "next", "past"], edit=edit)
        for i, text in enumerate(texts) {
          r = together[i]
          alone = forward(m, text, keep=["resid", "attn", "mlp", "logits", "next"], edit=edit)
          differences += [max(map(0..7, l => max(abs(r.resid[l] - alone.resid[l]))))]
          differences += map(0..6, l => max(max(abs(r.attn[l] - alone.attn[l])), max(abs(r.mlp[l] - alone.mlp[l]))))
          differences += [max(abs(r.logits - alone.logits)), max(abs(r.next - alone.next))]
        }
      }
      next = map(forward(m, texts, keep="next"), r => r.next)
      past = map(forward(m, texts, keep=["past"]), r => forward(m, [77], keep="next", past=r.past).next)
      for i, text in enumerate(texts) {
        differences += [max(abs(next[i] - forward(m, text, keep="next").next))]
        differences += [max(abs(past[i] - forward(m, map(text, t => t) + [77], keep="next").next))]
      }
      differences
      """
    #expect(try worst(code) < 2e-4)
  }

  @Test func whatIsKeptChangesNoNumber() throws {
    let code = """
      all = forward(m, text)
      [max(abs(all.logits - forward(m, text, keep=["logits"]).logits)),
       max(abs(all.resid[4] - forward(m, text, keep="resid", upto=4).resid[-1])),
       max(abs(all.attn[2] - forward(m, text, keep=["attn"], edit={"blocks.3.resid": x => 0 * x}).attn[2]))]
      """
    #expect(try worst(code) == 0)
  }

  @Test func editsThatGiveWhatTheyGetChangeNothing() throws {
    let code = """
      same = x => x
      edits = {embed: same, "blocks.0.attn.pattern": same, "blocks.1.head.0": same, "blocks.1.head.5": same,
        "blocks.2.attn.out": same, "blocks.3.mlp.out": same, "blocks.4.resid": same, ln_f: same, logits: same}
      max(abs(forward(m, text, edit=edits).logits - forward(m, text).logits))
      """
    #expect(try worst(code) < 1e-4)
  }

  @Test func editedActivationsHaveTheShapesTheyAreDocumentedWith() throws {
    let code = """
      want = {embed: [7, 192], "blocks.0.attn.pattern": [6, 7, 7], "blocks.0.head.2": [7, 192],
        "blocks.0.attn.out": [7, 192], "blocks.0.mlp.out": [7, 192], "blocks.0.resid": [7, 192], ln_f: [7, 192],
        logits: [7, 8192]}
      fn check(site) = x => { assert(x.shape == want[site], "{site}: {x.shape}"); x }
      edits = {}
      for site in want { edits[site] = check(site) }
      len(forward(m, text, edit=edits).ids)
      """
    #expect(try worst(code) == 7)
  }

  @Test func aListOfTextsGivesWhatEachOfThemGives() throws {
    let code = """
      rs = forward(m, ["A", text, [1, 2, 3]])
      assert(map(rs, r => len(r.ids)) == [1, 7, 3])
      [max(abs(rs[1].logits - forward(m, text).logits)), max(abs(rs[2].resid[6] - forward(m, [1, 2, 3]).resid[6]))]
      """
    #expect(try worst(code) == 0)
  }

  @Test func theLogitLensEndsWithTheModelsOwnWords() throws {
    let code = """
      lens = logit_lens(m, text)
      r = forward(m, text)
      assert(same(lens.top["5"], map(r.logits, row => decode(m, [argmax(row)]))), "words")
      assert(same(lens.target, lens.top["5"]), "targets")
      assert(all(lens.rank[:, 6] == 1), "ranks")
      assert(logit_lens(m, text, target=" the").rank[4, 6] == 1, "the target's rank")
      max(abs(lens.p[:, 6] - max(softmax(r.logits), axis=1)))
      """
    #expect(try worst(code) < 1e-6)
  }

  @Test func theLogitLensIsNamedByTheTokensAndEchoesShortly() throws {
    let code = """
      lens = logit_lens(m, text, target=" the")
      last = forward(m, text).logits
      worst = 0
      for i in 0..len(lens.tokens) {
        score = last[i, lens.target_id[i]]
        assert(lens.rank[i, 6] == 1 + len(filter(0..len(m.lm_head), id => last[i, id] > score)), "rank of row {i}")
        worst = max([worst, abs(lens.target_p[i, 6] - softmax(last[i])[lens.target_id[i]])])
      }
      for x in [lens.p, lens.target_p, lens.rank] { assert(all(x[" kill"] == x[1]), "rows are named") }
      assert(len("{lens}") < 500, "{lens}")
      worst
      """
    #expect(try worst(code) < 1e-6)
  }

  @Test func drawnTokensFollowTheProbabilities() throws {
    // 400 draws of one token: the likeliest comes up as often as the model says, within four standard deviations.
    let code = """
      p = softmax(forward(m, "It was the best of", keep="next").next / 0.7)
      ids = encode(m, "It was the best of")
      drawn = map(0..400, seed => generate(m, ids, 1, temperature=0.7, seed=seed)[-1])
      share = len(filter(drawn, id => id == argmax(p))) / 400
      abs(share - max(p)) / (max(p) * (1 - max(p)) / 400) ^ 0.5
      """
    #expect(try worst(code) < 4)
  }
}
