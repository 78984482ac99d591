// How images are made ready for a model, as its files say: preprocessor_config.json of transformers, `pretrained_cfg` of timm. They are read when
// the first image is; a key that nobody knows may change the numbers, and is refused.

import Kernels
import Lang
import Runtime

package struct ImageSettings {
  private enum Source {
    case transformers(ConfigReader)
    case timm(ConfigReader)
    case none
  }

  private let source: Source

  init(_ config: ConfigReader, preprocessor: ConfigReader?) {
    if config.json["architecture"]?.asString != nil {
      source = config.has("pretrained_cfg") ? .timm(config) : .none
    } else {
      source = preprocessor.map { .transformers($0) } ?? .none
    }
  }

  /// Throws `badConfig` for what cannot be done, and `unsupported` where the files say nothing. `model`: its name.
  package func processor(of model: String) throws -> ImageProcessor {
    switch source {
    case .transformers(let config): return try Self.transformers(config)
    case .timm(let config):
      guard let settings = try config.nested("pretrained_cfg") else { break }
      return try Self.timm(settings)
    case .none: break
    }
    throw Fault.unsupported(
      "how images are made ready for \(model) is not known: there is no preprocessor_config.json, nor `pretrained_cfg` in config.json",
      help: "pixels that are ready go to forward(m, pixels)")
  }

  // MARK: transformers

  /// ViTImageProcessor: any size, proportions not kept, then x · rescale_factor, then (x - mean) / deviation. What is missing is as its class
  /// has it.
  private static func transformers(_ config: ConfigReader) throws -> ImageProcessor {
    for field in ["image_processor_type", "feature_extractor_type"] where config.has(field) {
      let name = try config.string(field)
      guard name.hasPrefix("ViTImageProcessor") || name == "ViTFeatureExtractor" else {
        throw config.fault(field, "\(Printer.quoted(name)) is not known here", help: "known: ViTImageProcessor")
      }
    }
    var processor = ImageProcessor(size: nil)
    if try config.bool("do_resize", default: true) {
      processor.size = try size(config)
      let number = try config.whole("resample", in: 0...100, default: 2)
      guard let filter = Resampling(pillowNumber: number) else {
        throw config.fault("resample", "Pillow has no filter \(number)")
      }
      processor.filter = filter
    } else {
      for field in ["size", "resample"] { _ = config.has(field) }
    }
    let factor = try config.number("rescale_factor", above: 0, below: 1e6, default: 1.0 / 255)
    processor.factor = try config.bool("do_rescale", default: true) ? factor : 1
    let normal = (try triple(config, "image_mean"), try triple(config, "image_std"))
    if try config.bool("do_normalize", default: true) { processor.normal = normal }
    for field in ["do_center_crop", "do_pad"] { try config.require(field, false) }
    // Without crop and padding these say nothing; the rest is about how arrays are handed over.
    try config.refuseUnread(
      besides: [
        "crop_size", "pad_size", "default_to_square", "do_convert_rgb", "data_format", "input_data_format",
        "return_tensors",
        "device", "disable_grouping", "processor_class",
      ])
    return processor
  }

  private static func size(_ config: ConfigReader) throws -> ImageProcessor.Size {
    guard config.has("size"), config.json["size"]?.asObject != nil else {
      let (height, width) = try config.pair("size", default: 224)
      return .exactly(height: height, width: width)
    }
    guard let size = try config.nested("size") else { return .exactly(height: 224, width: 224) }
    let range = 1...(1 << 16)
    if size.has("shortest_edge") { return .shorterSide(try size.whole("shortest_edge", in: range)) }
    return .exactly(height: try size.whole("height", in: range), width: try size.whole("width", in: range))
  }

  /// One number a channel, 0.5 where the key is missing; a single number serves all.
  private static func triple(_ config: ConfigReader, _ field: String, default: Double = 0.5) throws -> [Double] {
    guard config.has(field) else { return [Double](repeating: `default`, count: Bitmap.channels) }
    let found = config.json[field]?.asNumber.map { [Double](repeating: $0, count: Bitmap.channels) }
    let numbers = try found ?? config.numbers(field)
    guard numbers.count == Bitmap.channels, numbers.allSatisfy({ abs($0) < 1e6 }),
      field == "image_mean" || field == "mean" || numbers.allSatisfy({ $0 > 0 })
    else { throw config.fault(field, "it is not a number for each of red, green and blue") }
    return numbers
  }

  // MARK: timm

  /// timm's transform for evaluation (`transforms_imagenet_eval`): the shorter side to ⌊size / crop_pct⌋, the middle, x / 255, mean and deviation.
  private static func timm(_ config: ConfigReader) throws -> ImageProcessor {
    let size = try config.numbers("input_size").map { Int(exactly: $0) ?? 0 }
    guard size.count == 3, size[0] == Bitmap.channels, size.allSatisfy((1...(1 << 16)).contains) else {
      throw config.fault("input_size", "it is not 3 channels, height and width")
    }
    let share = try config.number("crop_pct", above: 0, through: 16, default: 0.875)
    let (height, width) = (Int((Double(size[1]) / share).rounded(.down)), Int((Double(size[2]) / share).rounded(.down)))
    var processor = ImageProcessor(size: nil)
    switch try config.string("crop_mode", default: "center") {
    case "center":
      guard height == width else { throw config.fault("input_size", "crop_mode center is supported for squares only") }
      processor.size = .shorterSide(height)
    case "squash": processor.size = .exactly(height: height, width: width)
    case let mode: throw config.fault("crop_mode", "\(Printer.quoted(mode)) is not supported")
    }
    let name = try config.string("interpolation", default: "bicubic")
    guard let filter = Resampling(rawValue: name) else {
      throw config.fault("interpolation", "\(Printer.quoted(name)) is not supported")
    }
    processor.filter = filter
    processor.crop = (size[1], size[2])
    // ImageNet's, where the key is missing.
    let imageNet = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    processor.normal = (
      config.has("mean") ? try triple(config, "mean") : imageNet.0,
      config.has("std") ? try triple(config, "std") : imageNet.1
    )
    // Where the weights are from, other sizes that they can be tried with, and names of tensors.
    try config.refuseUnread(
      besides: [
        "url", "file", "state_dict", "hf_hub_id", "hf_hub_filename", "source", "architecture", "tag", "custom_load",
        "num_classes",
        "test_input_size", "test_crop_pct", "min_input_size", "fixed_input_size", "pool_size", "first_conv",
        "classifier", "label_offset",
        "label_names", "label_descriptions", "license", "origin_url", "paper_name", "paper_ids", "notes", "description",
      ])
    return processor
  }
}
