// No key of a model of images is read and dropped: each one of config.json and preprocessor_config.json, changed alone, changes the numbers or is
// refused. And what is refused by name.

import Formats
import Lang
import Runtime
import Testing

@Suite struct ImageKeyTests {
  private static let photo = ScratchFolder.fixture("images/photo.png")

  private static func text(_ model: String, _ file: String) throws -> String {
    String(
      decoding: try InputFile.bytes(ScratchFolder.fixture("vision/\(model)/\(file)"), permissions: Permissions()),
      as: UTF8.self)
  }

  /// What the code gives with `m` as the model, one of its files changed; the message of the error in its place.
  private static func run(_ model: String, _ file: String, _ text: String, _ code: String) throws -> String {
    let changed = try ScratchFolder()
    _ = ScratchFolder.run("cp '\(ScratchFolder.fixture("vision/\(model)"))'/* '\(changed.path)'/")
    try changed.write(file, text)
    let program = "m = load(\"\(changed.path)\")\n\(code)"
    Notices.listener = { _ in }
    defer { Notices.listener = nil }
    do {
      return Printer.text(of: try Program.value(program))
    } catch let fault as Fault {
      return fault.message.replacing(changed.path + "/", with: "")
    }
  }

  /// Numbers of the pass and of the pixels.
  private static let numbers = "[sum(abs(forward(m, \"\(photo)\").resid[-1])), sum(abs(pixels(m, \"\(photo)\")))]"

  @Test(arguments: [
    // (model, file, key, another value)
    ("vit", "config.json", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\""),
    ("vit", "config.json", "\"hidden_size\": 18", "\"hidden_size\": 21"),
    ("vit", "config.json", "\"layer_norm_eps\": 0.002", "\"layer_norm_eps\": 0.003"),
    ("vit", "config.json", "\"num_attention_heads\": 3", "\"num_attention_heads\": 2"),
    ("vit", "config.json", "\"num_channels\": 3", "\"num_channels\": 1"),
    ("vit", "config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"),
    ("vit", "config.json", "\"intermediate_size\": 22", "\"intermediate_size\": 23"),
    ("vit", "config.json", "\"patch_size\": 8", "\"patch_size\": 4"),
    ("vit", "config.json", "\"qkv_bias\": true", "\"qkv_bias\": false"),
    ("vit", "config.json", "\"pooler_act\": \"tanh\"", "\"pooler_act\": \"relu\""),
    ("vit", "config.json", "\"4\": \"crane\"", "\"5\": \"crane\""),
    ("vit", "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": false"),
    ("vit", "preprocessor_config.json", "\"height\": 16", "\"height\": 24"),
    ("vit", "preprocessor_config.json", "\"resample\": 3", "\"resample\": 2"),
    ("vit", "preprocessor_config.json", "\"do_rescale\": true", "\"do_rescale\": false"),
    ("vit", "preprocessor_config.json", "\"rescale_factor\": 0.00392156862745098", "\"rescale_factor\": 0.0078125"),
    ("vit", "preprocessor_config.json", "\"do_normalize\": true", "\"do_normalize\": false"),
    ("vit", "preprocessor_config.json", "0.48", "0.47"),
    ("vit", "preprocessor_config.json", "0.23", "0.24"),
    ("vit", "preprocessor_config.json", "\"ViTImageProcessor\"", "\"CLIPImageProcessor\""),
    ("timm_vit", "config.json", "\"architecture\": \"vit_small_", "\"architecture\": \"deit_small_"),
    ("timm_vit", "config.json", "\"num_classes\": 4,\n \"num_features\"", "\"num_classes\": 5,\n \"num_features\""),
    ("timm_vit", "config.json", "\"num_features\": 18", "\"num_features\": 20"),
    ("timm_vit", "config.json", "\"global_pool\": \"token\"", "\"global_pool\": \"avg\""),
    ("timm_vit", "config.json", "\"img_size\": 24", "\"img_size\": 30"),
    ("timm_vit", "config.json", "\"patch_size\": 6", "\"patch_size\": 4"),
    ("timm_vit", "config.json", "\"embed_dim\": 18", "\"embed_dim\": 20"),
    ("timm_vit", "config.json", "\"depth\": 2", "\"depth\": 3"),
    ("timm_vit", "config.json", "\"num_heads\": 3", "\"num_heads\": 2"),
    ("timm_vit", "config.json", "\"mlp_ratio\": 1.5", "\"mlp_ratio\": 4.0"),
    ("timm_vit", "config.json", "\"interpolation\": \"bilinear\"", "\"interpolation\": \"bicubic\""),
    ("timm_vit", "config.json", "\"crop_pct\": 0.9", "\"crop_pct\": 0.8"),
    ("timm_vit", "config.json", "\"crop_mode\": \"center\"", "\"crop_mode\": \"squash\""),
    ("timm_vit", "config.json", "0.4,", "0.41,"), ("timm_vit", "config.json", "0.3,", "0.31,"),
    ("mixer", "config.json", "\"global_pool\": \"avg\"", "\"global_pool\": \"token\""),
    ("mixer", "config.json", "\"num_blocks\": 2", "\"num_blocks\": 3"),
    ("mixer", "config.json", "0.7", "0.5"),
  ])
  func everyKeyCounts(_ model: String, _ file: String, _ key: String, _ other: String) throws {
    let text = try Self.text(model, file)
    let changed = text.replacing(key, with: other, maxReplacements: 1)
    try #require(changed != text, "\(model) has no \(key)")
    let (before, after) = (
      try Self.run(model, file, text, Self.numbers), try Self.run(model, file, changed, Self.numbers)
    )
    #expect(before.hasPrefix("["), "\(before)")
    #expect(before != after, "\(model): \(key) changes nothing")
  }

  @Test(arguments: [
    (
      "vit", "preprocessor_config.json", "\"do_resize\"", "\"do_center_crop\": true, \"do_resize\"",
      "preprocessor_config.json, field `do_center_crop`: true is not supported"
    ),
    (
      "vit", "preprocessor_config.json", "\"do_resize\"", "\"do_turn\": true, \"do_resize\"",
      "preprocessor_config.json, field `do_turn`: it is not known here, and what stands beside it may mean something else with it"
    ),
    (
      "vit", "preprocessor_config.json", "\"width\": 24", "\"width\": 25",
      "m reads pixels 3x16x24, but its files make images 3x16x25"
    ),
    (
      "timm_vit", "config.json", "\"crop_mode\": \"center\"", "\"crop_mode\": \"border\"",
      "config.json, field `pretrained_cfg.crop_mode`: \"border\" is not supported"
    ),
    (
      "timm_vit", "config.json", "\"depth\": 2", "\"depth\": 2, \"reg_tokens\": 4",
      "config.json, field `model_args.reg_tokens`: it is not known here, and what stands beside it may mean something else with it"
    ),
    (
      "timm_vit", "config.json", "vit_small_patch16_224", "gmixer_24_224",
      "config.json, field `architecture`: \"gmixer_24_224\" is not an architecture that is known here"
    ),
  ])
  func refusalsNameTheKey(
    _ model: String, _ file: String, _ key: String, _ other: String, _ message: String
  ) throws {
    let text = try Self.text(model, file)
    let changed = text.replacing(key, with: other, maxReplacements: 1)
    try #require(changed != text)
    let said = try Self.run(model, file, changed, "forward(m, \"\(Self.photo)\")")
    // The folder's name is the model's.
    #expect(said.hasSuffix(message.hasPrefix("m ") ? String(message.dropFirst()) : message), "\(said)")
  }

  @Test func withoutItsSettingsAModelReadsPixelsThatAreReady() throws {
    let changed = try ScratchFolder()
    _ = ScratchFolder.run(
      "cp '\(ScratchFolder.fixture("vision/vit"))'/* '\(changed.path)'/; rm '\(changed.path)/preprocessor_config.json'")
    let code =
      "m = load(\"\(changed.path)\"); [forward(m, zeros(3, 16, 24)).logits.shape, try { forward(m, \"\(Self.photo)\") } catch e { e.message }]"
    let found = Printer.text(of: try Program.value(code))
    #expect(found.hasPrefix("[[5], "), "\(found)")
    #expect(found.contains("there is no preprocessor_config.json, nor `pretrained_cfg` in config.json"), "\(found)")
  }
}
