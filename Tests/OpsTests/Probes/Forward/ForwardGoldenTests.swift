// The forward pass of the embedded model against PyTorch.
//
// Tests/Fixtures/forward: forward.json and logitsN.npy come from transformers 5.23 (GPT2LMHeadModel on Models/mini, float32): texts,
// ids, 20 greedy tokens, the logits of the last position; activations.safetensors from tools/goldens/make_forward_goldens.py
// (PyTorch, float64).

import Formats
import Lang
import Runtime
import Testing

@Suite struct ForwardGoldens {
  private static let phrase = "To kill two birds with one stone"
  private let goldens: Safetensors

  init() throws { goldens = try Safetensors(path: fixture("forward/activations.safetensors")) }

  private func golden(_ name: String) throws -> Tensor {
    let entry = try #require(goldens.entries.first { $0.name == name }, "there is no golden \(name)")
    return Tensor(
      storage: try goldens.storage(of: entry), offset: 0, shape: entry.shape,
      strides: try Tensor.RowMajor(of: entry.shape).strides)
  }

  private func forward(_ arguments: String, then field: String) throws -> Tensor {
    let code = "m = load(\"mini\"); forward(m, \"\(Self.phrase)\", \(arguments)).\(field)"
    return try #require(Program.value(code).asTensor)
  }

  /// The largest difference, relative to the largest golden number or 1.
  private func distance(_ found: Tensor, _ wanted: Tensor) throws -> Double {
    try #require(found.shape == wanted.shape)
    let (a, b) = (try found.elements(), try wanted.elements())
    let scale = max(1, b.reduce(0) { max($0, abs($1)) })
    return Double(zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale)
  }

  @Test(arguments: 0..<5)
  func logitsAndGreedyTextAreThoseOfTransformers(_ index: Int) throws {
    let code = """
      m = load("mini")
      golden = read_json("\(fixture("forward/forward.json"))")[\(index)]
      wanted = read_npy("\(fixture("forward/logits\(index).npy"))")
      assert(encode(m, golden.text) == golden.ids, "ids")
      text = forward(m, golden.text)
      assert(generate(m, golden.ids, 20) == golden.ids + golden.greedy, "greedy text")
      [max(abs(text.logits[-1] - wanted)), max(abs(forward(m, golden.ids, keep="next").next - wanted))]
      """
    let distances = try Program.numbers(code)
    #expect(distances.count == 2 && distances.allSatisfy { $0 < 1e-4 }, "\(distances)")
  }

  @Test(arguments: ["attn.0", "attn.2", "attn.5", "mlp.0", "mlp.2", "mlp.5", "resid.0", "resid.3", "resid.6"])
  func activationsAreThoseOfPyTorch(_ name: String) throws {
    let parts = name.split(separator: ".")
    let found = try forward("keep=[\"\(parts[0])\"]", then: "\(parts[0])[\(parts[1])]")
    #expect(try distance(found, golden(name)) < 1e-5)
  }

  // The same functions as in tools/goldens/make_forward_goldens.py.
  @Test(arguments: [
    ("embed", "x => 2 * x"), ("blocks.2.attn.pattern", "x => ones(x.shape) / x.shape[2]"),
    ("blocks.1.head.3", "x => 0 * x"), ("blocks.0.attn.out", "x => -x"), ("blocks.4.mlp.out", "x => x * x"),
    ("blocks.3.resid", "x => x[::-1]"), ("ln_f", "x => x + 1"), ("logits", "x => x / 2"),
  ])
  func editsDoWhatTheyDoInPyTorch(_ site: String, _ edit: String) throws {
    let wanted = try golden("edit." + site)
    let all = try forward("edit={\"\(site)\": \(edit)}", then: "logits[-1]")
    #expect(try distance(all, wanted) < 1e-5)
    let next = try forward("keep=\"next\", edit={\"\(site)\": \(edit)}", then: "next")
    #expect(try distance(next, wanted) < 1e-5)
    #expect(try distance(golden("logits"), wanted) > 1e-3, "the edit changes nothing")
  }
}
