// MLP-Mixer (Tolstikhin et al. 2021) as timm stores it: no attention, an MLP over the patches that is the same for every channel, then one over
// the channels; classes by the mean of the rows.

import Kernels
import Lang
import Runtime

extension Family {
  static let mixer = Family(timm: "mixer") { config, shapes in
    let stem = try shapes.of("stem.proj.weight", axes: 4)
    let d = stem[0]
    let tokens = try shapes.of("blocks.0.mlp_tokens.fc1.weight", axes: 2)
    let inner = try shapes.of("blocks.0.mlp_channels.fc1.weight", axes: 2)[0]
    let blocks = shapes.blocks { "blocks.\($0).norm1.weight" }
    let (between, patches) = (tokens[0], tokens[1])
    let grid = try config.timmGrid(patches: patches, stem: stem, shapes)
    try config.timmPool("avg")
    try config.checkTimm(
      grid, ["num_blocks": blocks, "embed_dim": d], ratios: ["mlp_ratio": [between, inner]], width: d, bias: true)
    let epsilon = Float(1e-6)
    return ModelLayout(
      sizes: ModelSizes(
        blocks: blocks, heads: 0, keyHeads: 0, width: d, headWidth: 0, innerWidth: inner, positions: nil,
        vocabularySize: 0),
      patches: PatchLayout("stem.proj", width: d, grid, cls: nil, positions: nil),
      blocks: { index in
        let h = "blocks.\(index)."
        return .serial(
          Branch(
            .layer(h + "norm1", d, epsilon),
            .tokens(.plain(h + "mlp_tokens.fc1", h + "mlp_tokens.fc2", in: patches, inner: between, .gelu))),
          Branch(
            .layer(h + "norm2", d, epsilon),
            .mlp(.plain(h + "mlp_channels.fc1", h + "mlp_channels.fc2", in: d, inner: inner, .gelu))))
      },
      readout: try config.timmClasses(width: d, norm: .layer("norm", d, epsilon), .mean, shapes))
  }
}
