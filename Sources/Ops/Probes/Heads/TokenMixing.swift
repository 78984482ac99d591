// What stands in the place of a pattern where there is no attention: the fixed weights by which MLP-Mixer mixes positions.

import Kernels
import Lang
import Models
import Runtime

extension BlockObject {
  /// W₂ W₁ factored [S, S] of the MLP over the tokens, with its slopes in between if they are given, [T].
  fileprivate func mixing(slopes: [Double]?) throws -> FactoredObject {
    guard let tokens = weights.attention.tokens else {
      throw Fault.unsupported(
        "\(model.family.name) has attention: its blocks mix positions by a pattern that each text or image has of its own",
        help: "r.attn of forward(m, …) is that pattern, wqk(h) what it comes from")
    }
    let places = model.patches?.places
    let back = tokens.out.transposed
    let left = try slopes.map { slopes in
      let (rows, columns) = (back.shape[0], back.shape[1])
      return try Tensor(shape: back.shape) { target in
        try back.copyElements(to: target)
        for row in 0..<rows { for column in 0..<columns { target[row * columns + column] *= Float(slopes[column]) } }
      }
    }
    return try FactoredObject(
      left: (left ?? back).labelled(places, axis: 0), right: tokens.win.transposed.labelled(places, axis: 1))
  }

  /// The slopes of the activation for one channel of an image, [T]: gelu'(W₁ x + b₁), x the channel of the normed state before the block.
  fileprivate func slopes(_ call: Call, image: Int, channel: Int) throws -> [Double]? {
    guard let tokens = weights.attention.tokens else { return nil }
    guard !call.isNil(image), !call.isNil(channel) else {
      guard call.isNil(image), call.isNil(channel) else {
        throw Fault.badValue("`mixing` wants an image and a channel, or neither")
      }
      return nil
    }
    let number = try call.whole(channel)
    guard (0..<model.width).contains(number) else {
      throw Fault(.indexOutOfRange, "there is no channel \(number): they run from 0 to \(model.width - 1)")
    }
    let site = index == 0 ? ActivationSite(.embed) : ActivationSite(.resid, block: index - 1)
    let request = ForwardRequest(of: call, upto: index, keeping: [site])
    let input = PassInput.image(
      try model.patches(of: call[image], call, parameter: image), rows: try model.imagePatches().count)
    guard let state = try ForwardPass([input], pasts: [nil], model, request).results.first?.kept[site] else {
      return nil
    }
    let x = try weights.attention.before?.applied(to: state) ?? state
    let column = try x.labelled([]).transposed.rowMajor().sliced(axis: 0, first: number, count: 1)
    let inner = try linear(column, tokens.win, tokens.bin).elements()
    var slopes = [Float](repeating: 0, count: inner.count)
    inner.withUnsafeBufferPointer { from in
      slopes.withUnsafeMutableBufferPointer { tokens.activation.applyDerivative(from, $0) }
    }
    return slopes.map(Double.init)
  }
}

extension Registrations {
  package static let mixing: [Operation] = [
    Operation(
      "mixing", "(b: block, image: string|tensor = nil, channel: number = nil) -> factored",
      """
      How a block of MLP-Mixer mixes positions: W₂ W₁ of its MLP over the patches, factored [S, S] of rank ≤ T, row = the patch that is written.
      It stands where others have a pattern, but is the same for every channel and every image, as if the activation had the slope 1 everywhere. With an `image`
      (what `forward` takes) and a `channel` it is the derivative there, W₂ diag(gelu'(W₁ x + b₁)) W₁, where x is that channel of the normed state before
      the block. Rows and columns are named "row,column". Errors: a model with attention.
      Source: Tolstikhin et al. 2021, MLP-Mixer.
      """, example: "# x = load(\"timm/mixer_b16_224.goog_in21k_ft_in1k\")\n# heatmap(dense(mixing(x.blocks[0])))"
    ) { call in
      guard let block = call[0].asObject as? BlockObject else { throw call.wrongType(0, "a block") }
      return .object(try block.mixing(slopes: block.slopes(call, image: 1, channel: 2)))
    }
  ]
}
