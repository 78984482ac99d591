// Images as a user gives them: paths, tensors of `read_image`, pixels that are ready, patches.

import Formats
import Kernels
import Lang
import Runtime

extension ModelWeights {
  /// What a model of images reads. Throws where it is one of words.
  package func imagePatches() throws -> PatchWeights {
    guard let patches else {
      throw Fault.unsupported("\(name) is a model of words: it reads no images", help: "forward(m, text) is for texts")
    }
    return patches
  }

  /// Throws where it is a model of images. `name` stands for "nearest(x, m.wte)" and others that need words.
  package func checkWords() throws {
    if patches != nil { throw Fault.noWords(self) }
  }

  /// Pixels [C, height, width], made ready, of a path or an image [3, h, w] in 0 … 1.
  package func pixels(of value: Value, _ call: Call, parameter: Int) throws -> Tensor {
    let grid = try imagePatches().grid
    guard grid.channels == Bitmap.channels else {
      throw Fault.unsupported(
        "\(name) reads \(counted(grid.channels, "channel")), an image has red, green and blue",
        help: "pixels that are ready go to forward(m, pixels)")
    }
    let image: Tensor
    if let path = value.asString {
      image = try imageFile(path, call)
    } else if let tensor = value.asTensor {
      image = try checked(tensor)
    } else {
      throw call.wrongType(parameter, "a path or an image")
    }
    return try imageSettings.processor(of: name).pixels(of: image)
  }

  private func imageFile(_ path: String, _ call: Call) throws -> Tensor {
    do {
      return try ImageFile.tensor(path, permissions: call.interpreter.permissions)
    } catch let fault as Fault where fault.code == .cannotRead && fault.help == nil {
      // A text for a model of words, perhaps.
      throw Fault(fault.code, fault.message, help: Fault.noWords(self).message)
    }
  }

  private func checked(_ tensor: Tensor) throws -> Tensor {
    guard tensor.rank == 3, tensor.shape[0] == Bitmap.channels, tensor.shape[1] > 0, tensor.shape[2] > 0 else {
      throw Fault.badShape(
        "an image is [3, height, width], got \(Tensor.phrase(shape: tensor.shape))", help: "read_image(path) gives one")
    }
    let (low, high) = try tensor.withElements { elements in
      var (low, high) = (Float.infinity, -Float.infinity)
      try inBlocks(elements.count) { block in
        for i in block {
          guard elements[i].isFinite else {
            throw Fault.badValue("an image holds numbers in 0 … 1, this one nan or infinite ones")
          }
          low = min(low, elements[i])
          high = max(high, elements[i])
        }
      }
      return (low, high)
    }
    guard low >= -1e-6, high <= 1 + 1e-6 else {
      throw Fault.badValue(
        "an image holds numbers in 0 … 1, this one goes from \(numberText(Double(low))) to \(numberText(Double(high)))",
        help: "levels of 0 … 255 are divided by 255; pixels that are ready go to forward(m, pixels)")
    }
    return tensor
  }

  /// The patches [S, C P P] that `forward` gets of what it is given: a path, an image as `read_image` gives it, pixels that are ready, or patches.
  package func patches(of value: Value, _ call: Call, parameter: Int) throws -> Tensor {
    let patches = try imagePatches()
    let grid = patches.grid
    if let tensor = value.asTensor, tensor.rank == 2 {
      guard tensor.shape == [grid.count, grid.patchSize] else {
        throw Fault.badShape(
          "\(name) reads patches \(Tensor.describe(shape: [grid.count, grid.patchSize])), got \(Tensor.phrase(shape: tensor.shape))"
        )
      }
      return tensor.labelled([])
    }
    let isReady = value.asTensor.map { !ChannelNames.stand(on: $0) } ?? false
    let pixels = isReady ? value.asTensor : try pixels(of: value, call, parameter: parameter)
    guard let pixels, pixels.shape == grid.imageShape else {
      let wanted = Tensor.describe(shape: grid.imageShape)
      throw Fault.badShape(
        isReady
          ? "\(name) reads pixels \(wanted), got \(Tensor.phrase(shape: pixels?.shape ?? []))"
          : "\(name) reads pixels \(wanted), but its files make images \(Tensor.describe(shape: pixels?.shape ?? []))",
        help: isReady ? "pixels(m, image) makes them of an image of any size" : nil)
    }
    return try patches.cut(pixels)
  }
}

extension Fault {
  /// What only a model with attention has.
  package static func noHeads(_ model: ModelWeights) -> Fault {
    unsupported(
      "\(model.family.name) has no heads: its blocks mix positions by fixed weights; mixing(b) is that pattern",
      help: "b.mlp is what each row goes through alone")
  }

  /// What only a model of words has.
  package static func noWords(_ model: ModelWeights) -> Fault {
    unsupported(
      "\(model.family.name) is a model of images: it has no words; m.patch, m.wpe and m.labels are what it reads and says"
    )
  }
}

extension Registrations {
  package static let images: [Operation] = [
    Operation(
      "pixels", "(m: model, image: string|tensor|list) -> tensor|list",
      """
      An image as a model of images reads it: [3, height, width], its size and units as the model's files say.
      `image` is a path, an image [3, h, w] in 0 … 1 such as `read_image` gives, or a list of these. Resizing is Pillow's, antialiased, to the bit; numbers between \
      two of a file's 256 levels are rounded to the nearer one for it. preprocessor_config.json says size, filter, factor, mean and deviation (ViTImageProcessor of \
      transformers), or `pretrained_cfg` of config.json size, crop, filter, mean and deviation (timm). `forward(m, image)` does the same by itself.
      Errors: settings that are not known here; a model of words.
      """, example: "# v = load(\"google/vit-base-patch16-224\")\n# pixels(v, \"cat.jpg\").shape"
    ) { call in
      guard let model = call[0].asObject as? ModelObject else { throw call.wrongType(0, "a model") }
      return try call.eachImage(1) { .tensor(try model.weights.pixels(of: $0, call, parameter: 1)) }
    },
    Operation(
      "patches", "(m: model, image: string|tensor|list) -> tensor|list",
      """
      The patches that a model of images reads, a row for each: [patches, channels · height · width of a patch], named "row,column".
      `image` is what `forward` takes: a path, an image of `read_image`, or pixels that are ready. Numbers of a row stand by channel, row and column;
      patches(m, image) @ m.patch.w + m.patch.b are the rows of the state before positions are added. `forward` takes patches too, changed or not.
      """, example: "# v = load(\"google/vit-base-patch16-224\")\n# patches(v, \"cat.jpg\") @ v.patch.w + v.patch.b"
    ) { call in
      guard let model = call[0].asObject as? ModelObject else { throw call.wrongType(0, "a model") }
      let weights = try model.weights.imagePatches()
      let first = weights.count - weights.grid.count
      let names = Labels(
        weights.places.vocabulary, ids: (0..<weights.grid.count).map { Int32(truncatingIfNeeded: $0 + first) })
      return try call.eachImage(1) {
        .tensor(try model.weights.patches(of: $0, call, parameter: 1).labelled(names, axis: 0))
      }
    },
  ]
}

extension Call {
  /// One image, or a list of what each of a list gives.
  fileprivate func eachImage(_ index: Int, _ body: (Value) throws -> Value) throws -> Value {
    guard let items = self[index].asList?.items else { return try body(self[index]) }
    return try .list(
      items.enumerated().map { place, item in
        try checkInterrupt()
        guard item.asString != nil || item.asTensor != nil else {
          throw wrongElement(index, "a list of paths or images", at: place, item)
        }
        return try body(item)
      })
  }
}
