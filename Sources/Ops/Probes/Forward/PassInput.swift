// What runs through a model: a text, or an image.

import Lang
import Models
import Runtime

enum PassInput {
  case text(TextIDs)
  /// Patches [S, C P P], and the rows that they become.
  case image(Tensor, rows: Int)

  /// Rows of the state.
  var count: Int {
    switch self {
    case .text(let text): text.ids.count
    case .image(_, let rows): rows
    }
  }

  var text: TextIDs? { if case .text(let text) = self { text } else { nil } }
}

/// The texts or images of a call: one, or several where the argument is a list.
struct PassInputs {
  let all: [PassInput]
  /// Tokens that stand before each of them and that an earlier pass has seen.
  let before: [Int]
  let isBatch: Bool

  init(_ phrases: Phrases) {
    all = phrases.all.map { .text($0) }
    (before, isBatch) = (phrases.before, phrases.isBatch)
  }

  /// Images: paths, what `read_image` gives, pixels that are ready, patches; several in a list, or as a tensor [n, C, height, width]. `others`:
  /// parameters that only texts have.
  init(images call: Call, _ index: Int, others: [Int], model: ModelWeights) throws {
    if let other = others.first(where: { !call.isNil($0) }) {
      throw Fault.badValue("`\(call.parameterName(other))` is for texts: \(model.family.name) is a model of images")
    }
    let rows = try model.imagePatches().count
    let given: [Value]
    if let items = call[index].asList?.items {
      isBatch = true
      if let place = items.firstIndex(where: { $0.asString == nil && $0.asTensor == nil }) {
        // Ids are words.
        if items[place].asNumber != nil { throw Fault.noWords(model) }
        throw call.wrongElement(index, "a list of paths or images", at: place, items[place])
      }
      given = Array(items)
    } else if let tensor = call[index].asTensor, let images = call[index].asObject, tensor.rank == 4 {
      isBatch = true
      given = try (0..<tensor.shape[0]).map { try images.iterated($0) }
    } else {
      isBatch = false
      guard call[index].asString != nil || (call[index].asTensor?.rank ?? 0) > 1 else { throw Fault.noWords(model) }
      given = [call[index]]
    }
    all = try given.map {
      try checkInterrupt()
      return .image(try model.patches(of: $0, call, parameter: index), rows: rows)
    }
    before = all.map { _ in 0 }
  }
}
