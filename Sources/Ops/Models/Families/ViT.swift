// ViT (Dosovitskiy et al. 2020), as Hugging Face stores it and as timm does: patches of an image as rows, a row in front that stands for all of
// it, GPT-2's block in which every row reads all of them, classes by the first row.

import Kernels
import Lang
import Runtime

extension Family {
  static let vit = Family("vit", prefixes: ["vit.", ""]) { config in
    let s = try config.sizes(hasPositions: false, hasWords: false)
    let (d, epsilon) = (s.width, try config.epsilon("layer_norm_eps", default: 1e-12))
    let activation = try config.activation("hidden_act", default: "gelu")
    let bias = try config.bool("qkv_bias", default: true)
    let names = try config.classNames()
    let classes = try config.whole("num_labels", in: 1...(1 << 24), default: names?.count ?? 2)
    guard names == nil || names?.count == classes else {
      throw config.fault("num_labels", "it says \(classes), but id2label has \(names?.count ?? 0) names")
    }
    guard try config.string("pooler_act", default: "tanh") == "tanh" else {
      throw config.fault("pooler_act", "only tanh is supported")
    }
    guard try config.whole("pooler_output_size", in: 1...(1 << 20), default: d) == d else {
      throw config.fault("pooler_output_size", "only the model's width, \(d), is supported")
    }
    // Of other heads.
    for field in ["encoder_stride", "tie_word_embeddings"] { _ = config.has(field) }
    return ModelLayout(
      sizes: s,
      patches: PatchLayout(
        "embeddings.patch_embeddings.projection", width: d, try config.patchGrid(), cls: "embeddings.cls_token",
        positions: "embeddings.position_embeddings"),
      blocks: { index in
        let h = "encoder.layer.\(index)."
        return .serial(
          Branch(
            .layer(h + "layernorm_before", d, epsilon),
            .attention(
              .separate(
                h + "attention.", ("attention.query", "attention.key", "attention.value", "output.dense"), s,
                reads: bias,
                writes: true, mask: .full))),
          Branch(
            .layer(h + "layernorm_after", d, epsilon),
            .mlp(.plain(h + "intermediate.dense", h + "output.dense", s, activation))))
      },
      readout: .classes("classifier", classes, width: d, norm: .layer("layernorm", d, epsilon), .first, names: names),
      pooler: LinearLayout("pooler.dense", in: d, out: d))
  }

  static let timmViT = Family(timm: "vit") { config, shapes in
    let stem = try shapes.of("patch_embed.proj.weight", axes: 4)
    let d = stem[0]
    let places = try shapes.of("pos_embed", axes: 3)[1]
    let inner = try shapes.of("blocks.0.mlp.fc1.weight", axes: 2)[0]
    let bias = shapes["blocks.0.attn.qkv.bias"] != nil
    let heads = try config.timmHeads(width: d)
    let k = d / heads
    let blocks = shapes.blocks { "blocks.\($0).norm1.weight" }
    let grid = try config.timmGrid(patches: places - 1, stem: stem, shapes)
    try config.timmPool("token")
    try config.checkTimm(
      grid, ["depth": blocks, "embed_dim": d, "num_heads": heads], ratios: ["mlp_ratio": [inner]], width: d, bias: bias)
    let epsilon = Float(1e-6)
    return ModelLayout(
      sizes: ModelSizes(
        blocks: blocks, heads: heads, keyHeads: heads, width: d, headWidth: k, innerWidth: inner, positions: nil,
        vocabularySize: 0),
      patches: PatchLayout("patch_embed.proj", width: d, grid, cls: "cls_token", positions: "pos_embed"),
      blocks: { index in
        let h = "blocks.\(index)."
        // qkv (3 d, d): d rows of queries, d of keys, d of values.
        func rows(_ part: Int) -> HeadRows { HeadRows(heads: heads, width: k, rows: 3 * d, first: part * d) }
        func matrix(_ part: Int) -> WeightLayout { rows(part).matrix(h + "attn.qkv.weight", d: d) }
        func vector(_ part: Int) -> WeightLayout? { bias ? rows(part).bias(h + "attn.qkv.bias") : nil }
        let attention = AttentionLayout(
          q: matrix(0), k: matrix(1), v: matrix(2),
          o: HeadRows(heads: heads, width: k).output(h + "attn.proj.weight", d: d), bq: vector(0), bk: vector(1),
          bv: vector(2), bo: .vector(h + "attn.proj.bias", d), mask: .full)
        return .serial(
          Branch(.layer(h + "norm1", d, epsilon), .attention(attention)),
          Branch(
            .layer(h + "norm2", d, epsilon), .mlp(.plain(h + "mlp.fc1", h + "mlp.fc2", in: d, inner: inner, .gelu))))
      },
      readout: try config.timmClasses(width: d, norm: .layer("norm", d, epsilon), .first, shapes))
  }
}

extension ConfigReader {
  /// Names of the classes in their order, nil where there are none.
  func classNames() throws -> [String]? {
    guard has("id2label"), let entries = json["id2label"]?.asObject else { return nil }
    var names = [String?](repeating: nil, count: entries.count)
    for entry in entries {
      guard let number = Int(entry.key), names.indices.contains(number), let name = entry.value.asString else {
        throw fault("id2label", "its keys are not the numbers 0 to \(entries.count - 1), each with a name")
      }
      names[number] = name
    }
    let found = names.compactMap { $0 }
    return found.count == names.count && !found.isEmpty ? found : nil
  }

  /// How an image is cut, by `image_size`, `patch_size` and `num_channels`.
  fileprivate func patchGrid() throws -> PatchGrid {
    let (height, width) = try pair("image_size", default: 224)
    let (patchHeight, patchWidth) = try pair("patch_size", default: 16)
    guard height % patchHeight == 0, width % patchWidth == 0 else {
      throw fault(
        "patch_size", "patches of \(patchHeight)x\(patchWidth) pixels do not fill an image of \(height)x\(width)")
    }
    return PatchGrid(
      channels: try whole("num_channels", in: 1...4096, default: 3), patchHeight: patchHeight, patchWidth: patchWidth,
      rows: height / patchHeight, columns: width / patchWidth)
  }

  /// A size: a number for both sides, or a list of height and width.
  func pair(_ field: String, default: Int? = nil) throws -> (height: Int, width: Int) {
    let range = 1...(1 << 16)
    guard has(field), json[field]?.asArray != nil else {
      let side = try whole(field, in: range, default: `default`)
      return (side, side)
    }
    let sides = try numbers(field).map { Int(exactly: $0) ?? 0 }
    guard sides.count == 2, sides.allSatisfy(range.contains) else { throw fault(field, "it is no height and width") }
    return (sides[0], sides[1])
  }
}

extension ReadoutLayout {
  /// norm(x) U ᵀ + bias of the rows that say an image's class: the tensors PATH.weight [classes, d] and PATH.bias, which files may lack.
  static func classes(
    _ path: String, _ count: Int, width: Int, norm: NormLayout, _ rows: Rows, names: [String]?
  ) -> ReadoutLayout {
    ReadoutLayout(
      norm: norm, words: WeightLayout(path + ".weight", [count, width]), bias: .vector(path + ".bias", count),
      isTied: false, isOptional: true, rows: rows, classNames: names)
  }
}
