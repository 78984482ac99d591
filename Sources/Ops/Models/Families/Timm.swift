// What config.json of timm's repositories says: the name of an architecture, settings that differ from its own (`model_args`), and how images are
// made ready (`pretrained_cfg`). The architecture's settings stand in timm's program; here the tensors say them, and what they cannot
// say, the number of heads, goes by the name. A tensor or a setting that the plain architecture does not have is another model: refused.

import Kernels
import Lang
import Runtime

extension Family {
  static let timmForms = "mixer_… and vit_…_patch…"

  /// The family of the architecture that config.json names, under the architecture's name.
  static func ofTimm(_ config: ConfigReader) throws -> Family {
    let name = try config.string("architecture")
    if name.hasPrefix("mixer_") { return mixer.named(name) }
    if name.hasPrefix("vit_"), name.contains("_patch") { return timmViT.named(name) }
    throw config.fault(
      "architecture", "\(Printer.quoted(name)) is not an architecture that is known here", help: "known: \(timmForms)")
  }

  private func named(_ architecture: String) -> Family { Family(timm: architecture, layout) }
}

extension ConfigReader {
  /// Heads by `model_args`, or by the size in the architecture's name (timm, vision_transformer.py).
  func timmHeads(width: Int) throws -> Int {
    let named = try string("architecture").split(separator: "_").dropFirst().first.map(String.init) ?? ""
    let usual = ["tiny": 3, "small": 6, "base": 12, "large": 16, "huge": 16, "giant": 16, "gigantic": 16][named]
    let args = try nested("model_args")
    let heads = try args.flatMap { $0.has("num_heads") ? try $0.whole("num_heads", in: 1...(1 << 16)) : nil } ?? usual
    guard let heads else {
      throw fault("architecture", "how many heads a ViT of the size \(Printer.quoted(named)) has is not known here")
    }
    guard width % heads == 0 else { throw fault("architecture", "\(heads) heads do not divide the width \(width)") }
    return heads
  }

  /// How an image is cut: patches as the stem (d, C, P, P) reads them, so many; a square, unless the size of images says otherwise.
  func timmGrid(patches: Int, stem: [Int], _ shapes: TensorShapes) throws -> PatchGrid {
    var sizes: [(height: Int, width: Int)] = []
    if let args = try nested("model_args"), args.has("img_size") { sizes.append(try args.pair("img_size")) }
    if has("pretrained_cfg"), let size = json["pretrained_cfg"]?["input_size"]?.asArray?.compactMap(\.asWhole),
      size.count == 3
    {
      sizes.append((size[1], size[2]))
    }
    let side = Int(Double(max(patches, 0)).squareRoot())
    sizes.append((side * stem[2], side * stem[3]))
    for size in sizes {
      let (rows, columns) = (size.height / stem[2], size.width / stem[3])
      guard rows * stem[2] == size.height, columns * stem[3] == size.width, rows * columns == patches, patches > 0
      else {
        continue
      }
      return PatchGrid(channels: stem[1], patchHeight: stem[2], patchWidth: stem[3], rows: rows, columns: columns)
    }
    throw fault(
      "pretrained_cfg.input_size",
      "no image of this size has the \(patches) patches of \(stem[2])x\(stem[3]) pixels that the weights are for")
  }

  /// Which rows the head reads.
  func timmPool(_ expected: String) throws {
    let pool = try string("global_pool", default: expected)
    guard pool == expected else {
      throw fault("global_pool", "\(Printer.quoted(pool)) is not supported, only \(expected)")
    }
  }

  /// Holds what `model_args` says against what the tensors are. `numbers`: sizes; `ratios`: widths as multiples of the model's.
  func checkTimm(
    _ grid: PatchGrid, _ numbers: [String: Int], ratios: [String: [Int]], width: Int, bias: Bool
  ) throws {
    if has("num_features") { try agree("num_features", width) }
    guard let args = try nested("model_args") else { return }
    for (field, size) in [("img_size", (grid.height, grid.width)), ("patch_size", (grid.patchHeight, grid.patchWidth))]
    where args.has(field) {
      guard try args.pair(field) == size else { throw args.fault(field, "the weights are for \(size.0)x\(size.1)") }
    }
    for (field, number) in numbers.merging(["in_chans": grid.channels], uniquingKeysWith: { $1 }) where args.has(field)
    {
      try args.agree(field, number)
    }
    for (field, widths) in ratios where args.has(field) {
      let given =
        try args.json[field]?.asArray == nil ? [args.number(field, above: 0, below: 1e6)] : args.numbers(field)
      guard given.map({ Int(min($0 * Double(width), 1e9)) }) == widths else {
        throw args.fault(field, "the weights have the inner widths \(widths)")
      }
    }
    if args.has("qkv_bias") { try args.require("qkv_bias", bias) }
    if args.has("class_token") { try args.require("class_token", true) }
    if args.has("global_pool") { try args.timmPool(try string("global_pool")) }
    // Held against the head's rows by the file's own number.
    _ = args.has("num_classes")
  }

  private func agree(_ field: String, _ number: Int) throws {
    let given = try whole(field, in: 0...Int(Int32.max))
    guard given == number else { throw fault(field, "it says \(given), the weights have \(number)") }
  }

  /// norm(x) U ᵀ + bias with as many classes as the file has; their names are `label_descriptions` of `label_names`.
  func timmClasses(width: Int, norm: NormLayout, _ rows: ReadoutLayout.Rows, _ shapes: TensorShapes) throws
    -> ReadoutLayout
  {
    let count = shapes["head.weight"]?.first ?? 0
    if has("num_classes"), count > 0 { try agree("num_classes", count) }
    var names = has("label_names") ? try strings("label_names") : nil
    if has("label_descriptions"), let texts = json["label_descriptions"] {
      names = names?.map { texts[$0]?.asString ?? $0 }
    }
    if let names, count > 0, names.count != count {
      throw fault("label_names", "it has \(names.count) names for \(count) classes")
    }
    return .classes("head", count, width: width, norm: norm, rows, names: names)
  }
}
