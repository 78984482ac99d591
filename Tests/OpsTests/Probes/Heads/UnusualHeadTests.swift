// Heads that no trained model has: zeros, NaN, as wide as the model.

import Lang
import Runtime
import Testing

@Suite struct UnusualHeads {
  /// The folder of a model of one test, kept while it runs.
  private func folder(_ model: ModelFixture, every name: String? = nil, is value: Float = 0) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try model.write(to: folder)
    guard let name else { return folder }
    var bytes = model.safetensors()
    let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let index = try model.index(of: name)
    let sizes = model.tensors.map { $0.shape.reduce(4, *) }
    let start = 8 + header + sizes[..<index].reduce(0, +)
    for at in stride(from: start, to: start + sizes[index], by: 4) {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.replaceSubrange(at..<at + 4, with: $0) }
    }
    try folder.write("model.safetensors", bytes)
    return folder
  }

  @Test(arguments: [
    ("svd(wqk(m.heads[2])).s", "[0, 0]"),
    ("svd(map(m.heads, h => wvo(h)))[3].gap", "[0, 0]"),
    ("rank(wvo(m.heads[2]))", "0"),
    ("norm(wqk(m.heads[2]))", "0"),
    ("eig(wvo(m.heads[2]))", "[[0, 0], [0, 0]]"),
    ("coverage(svd(wqk(m.heads[2])))", "0"),
    ("isnan(copying_score(m.heads[2]))", "true"),
    ("all(isnan(composition_scores(m).v))", "true"),
  ])
  func zeros(_ code: String, _ wanted: String) throws {
    let folder = try folder(ModelFixture(), every: "h.1.attn.c_attn.weight", is: 0)
    #expect(try Program.text("m = load(\"\(folder.path)\"); \(code)") == wanted)
  }

  @Test(arguments: [
    ("svd(wvo(m.heads[2]))", "`svd`"), ("svd(map(m.heads, h => wvo(h)))", "`svd`"), ("rank(wvo(m.heads[3]))", "`rank`"),
    ("eig(wvo(m.heads[2]))", "`eig`"), ("copying_score(m.heads[2])", "`copying_score`"),
    ("composition_scores(m)", "`composition_scores`"),
  ])
  func notANumber(_ code: String, _ operation: String) throws {
    let folder = try folder(ModelFixture(), every: "h.1.attn.c_attn.weight", is: .nan)
    let message = fault { _ = try Program.value("m = load(\"\(folder.path)\"); \(code)") }
    #expect(
      message.hasPrefix("E0306 \(operation) got a 4x2 matrix that holds NaN or infinity (from h.1.attn.c_attn.weight"))
  }

  @Test func notANumberInTheVocabulary() throws {
    let folder = try folder(ModelFixture(), every: "wte.weight", is: .nan)
    let message = fault { _ = try Program.value("copying_score(load(\"\(folder.path)\").heads[0])") }
    #expect(message.hasPrefix("E0306 `copying_score` got a 9x4 matrix that holds NaN or infinity (from wte.weight"))
  }

  // A head as wide as the model: k = d.
  @Test func oneHead() throws {
    var model = ModelFixture()
    model.config = model.config.replacing("\"n_head\": 2", with: "\"n_head\": 1")
    let folder = try folder(model)
    let code = """
      m = load("\(folder.path)")
      f = wvo(m.heads[0])
      [norm(svd(f).s - svd(dense(f)).s) < 0.0001, len(composition_scores(m)), rank(f) <= 4, svd(f, top=9).u.shape]
      """
    #expect(try Program.text(code) == "[true, 1, true, [4, 4]]")
  }
}
