// What loading a folder gives: names, shapes, views, the same object twice.

import Lang
import Models
import Runtime
import Testing

@Suite struct ModelLoadingTests {
  @Test func embeddedModel() throws {
    let model = try LoadedModels.load("mini")
    #expect(model.description == "model mini: gpt2, 6 blocks x 6 heads, width 192, 8192 tokens, 4.3 M parameters")
    #expect(model.weights.parameterCount == 4_291_584)
    #expect(model.blocks[2].description == "block 2 of mini: 6 heads of width 32, MLP of width 768")
    #expect(model.blocks[2].heads[3].description == "head 3 of block 2 of mini: width 32 in 192")
    #expect(model.finalNorm?.description == "norm ln_f of mini: layer norm, width 192, eps 1e-05")
    #expect(model.wordEmbedding?.shape == [8192, 192])
    #expect(model.wordEmbedding?.labels?.text(ofRow: 8191) == "<|endoftext|>")
    #expect(try LoadedModels.load("mini") === model)
  }

  /// Reference: `safetensors.safe_open("Models/mini/model.safetensors", "np").get_tensor(name).astype("float32")`, at
  /// h.1.attn.c_attn.weight[5, 192 + 2 * 32 + 7], wte.weight[100, 3], h.3.attn.c_proj.weight[32 + 4, 10].
  @Test func numbersOfTheEmbeddedModel() throws {
    let model = try LoadedModels.load("mini")
    #expect(try element(model.blocks[1].heads[2].wk, 5, 7) == 0.005962371826171875)
    #expect(try element(#require(model.wordEmbedding), 100, 3) == -0.004489898681640625)
    #expect(try element(model.blocks[3].heads[1].wo, 4, 10) == 0.034820556640625)
  }

  private func element(_ tensor: Tensor, _ row: Int, _ column: Int) throws -> Float {
    try tensor.base()[row * tensor.strides[0] + column * tensor.strides[1]]
  }

  @Test(arguments: ["", "transformer."])
  func viewsOfHeads(_ prefix: String) throws {
    let fixture = ModelFixture(prefix: prefix)
    let model = try fixture.load()
    let attention = try fixture.index(of: prefix + "h.1.attn.c_attn.weight")
    let bias = try fixture.index(of: prefix + "h.1.attn.c_attn.bias")
    let projection = try fixture.index(of: prefix + "h.1.attn.c_proj.weight")
    let head = model.blocks[1].heads[1]
    #expect([head.wq.shape, head.wk.shape, head.wv.shape, head.wo.shape] == [[4, 2], [4, 2], [4, 2], [2, 4]])
    for (part, weight, vector) in [(0, head.wq, head.bq), (1, head.wk, head.bk), (2, head.wv, head.bv)] {
      let columns = [4 * part + 2, 4 * part + 3]
      let expected = (0..<4).flatMap { row in columns.map { ModelFixture.value(attention, row * 12 + $0) } }
      #expect(try weight.elements() == expected)
      #expect(try vector?.elements() == columns.map { ModelFixture.value(bias, $0) })
    }
    #expect(try head.wo.elements() == (8..<16).map { ModelFixture.value(projection, $0) })
    #expect(head.wq.storage === model.blocks[1].heads[0].wv.storage, "heads share the file's matrix")
    #expect(model.weights.readout?.words.storage === model.wordEmbedding?.storage, "the output embedding is tied")
  }

  @Test func fieldsAsTheLanguageReadsThem() throws {
    let model = try ModelFixture().load()
    #expect(try model.field("config")?.asRecord?["n_embd"]?.asNumber == 4)
    #expect(try model.field("heads")?.asList?.items.count == 4)
    let block = try #require(try model.field("blocks")?.asList?.items[1].asObject)
    #expect(try block.field("index")?.asNumber == 1)
    #expect(try block.field("mlp")?.asRecord?["w_in"]?.asTensor?.shape == [4, 16])
    #expect(try block.field("model")?.asObject === model)
    let head = try #require(try block.field("heads")?.asList?.items[0].asObject)
    #expect(try head.field("block")?.asNumber == 1)
    let norm = try #require(try block.field("ln_2")?.asObject)
    #expect(try norm.field("eps")?.asNumber == 1e-5)
    for object in [model, block, head, norm] as [Object] {
      for name in object.fieldNames { #expect(try object.field(name) != nil, "\(object.typeName).\(name)") }
      #expect(try object.field("nothing") == nil)
    }
  }

  @Test(arguments: ["F16", "BF16"])
  func halfWidthWeightsAreWidened(_ type: String) throws {
    var fixture = ModelFixture()
    for index in fixture.tensors.indices { fixture.tensors[index].type = type }
    // Both types hold small whole numbers exactly; element 0 of tensor n is n.
    let index = try fixture.index(of: "h.1.mlp.c_fc.weight")
    #expect(try fixture.load().blocks[1].weights.mlp.mlp?.win.elements()[0] == Float(index))
  }

  @Test func outputEmbeddingOfItsOwn() throws {
    var fixture = ModelFixture(prefix: "transformer.")
    fixture.tensors.append(.init(name: "lm_head.weight", shape: [9, 4]))
    let model = try fixture.load()
    #expect(try #require(model.weights.readout).words.elements()[0] == Float(fixture.tensors.count - 1))
  }

  @Test func shards() throws {
    let fixture = ModelFixture()
    let folder = try ScratchFolder()
    try fixture.write(to: folder)
    let whole = try LoadedModels.load(folder.path).blocks[1].heads[1].wo.elements()
    let sharded = try ScratchFolder()
    try fixture.write(to: sharded)
    try sharded.write("moved", [])
    let half = fixture.tensors.count / 2
    let map = fixture.tensors.enumerated().map { index, tensor in
      "\"\(tensor.name)\": \"part-\(index < half ? 1 : 2).safetensors\""
    }
    try sharded.remove("model.safetensors")
    try sharded.write("part-1.safetensors", fixture.safetensors(0..<half))
    try sharded.write("part-2.safetensors", fixture.safetensors(half..<fixture.tensors.count))
    try sharded.write("model.safetensors.index.json", "{\"weight_map\": {\(map.joined(separator: ", "))}}")
    #expect(try LoadedModels.load(sharded.path).blocks[1].heads[1].wo.elements() == whole)

    let wrong = map.map { $0.contains("ln_f.bias") ? "\"ln_f.bias\": \"part-1.safetensors\"" : $0 }
    try sharded.write("model.safetensors.index.json", "{\"weight_map\": {\(wrong.joined(separator: ", "))}}")
    #expect(
      fault { _ = try LoadedModels.load(sharded.path) }
        == "E0505 \(sharded.path)/model.safetensors.index.json, tensor `ln_f.bias`: it is not in part-1.safetensors, where `weight_map` puts it"
    )
    try sharded.write("model.safetensors.index.json", #"{"weight_map": {"a": "../x"}}"#)
    #expect(fault { _ = try LoadedModels.load(sharded.path) }.hasSuffix("`weight_map` gives no file name for it"))
  }

  @Test func sameFilesGiveTheSameModel() throws {
    var fixture = ModelFixture()
    let folder = try ScratchFolder()
    try fixture.write(to: folder)
    let first = try LoadedModels.load(folder.path)
    #expect(try LoadedModels.load(folder.path + "/") === first)
    fixture.config = fixture.config.replacing("gelu_new", with: "relu")
    try folder.write("config.json", fixture.config)
    #expect(try LoadedModels.load(folder.path) !== first)
  }

  /// What config.json leaves out is what transformers' GPT2Config says.
  @Test func defaultsOfTheConfiguration() throws {
    var fixture = ModelFixture()
    fixture.config =
      #"{"model_type": "gpt2", "n_layer": 2, "n_head": 2, "n_embd": 4, "n_positions": 8, "vocab_size": 9}"#
    let model = try fixture.load()
    #expect(model.blocks[0].weights.mlp.mlp?.activation == .geluTanh)
    #expect(model.finalNorm?.weights.epsilon == 1e-5)
    #expect(model.sizes.innerWidth == 16)
  }

  @Test func modelWithoutTokenizer() throws {
    let folder = try ScratchFolder()
    let fixture = ModelFixture()
    try folder.write("config.json", fixture.config)
    try folder.write("model.safetensors", fixture.safetensors())
    let model = try LoadedModels.load(folder.path)
    #expect(model.tokenizer == nil)
    #expect(model.wordEmbedding?.labels == nil)
  }
}
