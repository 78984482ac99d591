// Queries, keys and values by as few products as their weights allow: parts that tile one stored matrix, whatever their order in
// it, come out of one product, and are views of its result.

import Kernels
import Lang
import Runtime

/// One product x W + b, and where the heads of its parts lie in the result.
package struct HeadProjection {
  struct Part {
    /// 0 queries, 1 keys, 2 values.
    let number: Int
    let heads: Int
    /// Column of the first entry of head h: first + h · step.
    let first, step: Int
  }

  /// [d, columns]
  let weight: Tensor
  let bias: Bias
  let parts: [Part]
  /// k
  let width: Int

  enum Bias {
    case none
    /// [columns], as it is stored.
    case stored(Tensor)
    /// [heads, k] of each part, nil where it has none.
    case parts([Tensor?])
  }

  /// The products for parts of weights [heads, d, k] and biases [heads, k].
  package static func all(_ sources: [(weight: Tensor, bias: Tensor?)]) throws -> [HeadProjection] {
    if let one = fused(sources, numbers: Array(sources.indices)) { return [one] }
    return try sources.indices.map { number in
      if let one = fused([sources[number]], numbers: [number]) { return one }
      // No family stores heads apart like this; a copy would serve it on every pass.
      throw Fault.unsupported("the heads' weights do not lie together in their file")
    }
  }

  private static func fused(_ sources: [(weight: Tensor, bias: Tensor?)], numbers: [Int]) -> HeadProjection? {
    let weights = sources.map(\.weight)
    guard let columns = Columns(weights.map { ($0, $0.strides[0], $0.strides[2]) }), let first = weights.first,
      weights.allSatisfy({ $0.strides[1] == first.strides[1] && $0.shape[1] == first.shape[1] })
    else { return nil }
    let k = first.shape[2]
    let parts = sources.indices.map { index in
      Part(
        number: numbers[index], heads: weights[index].shape[0], first: columns.firsts[index], step: columns.steps[index]
      )
    }
    let matrix = Tensor(
      storage: first.storage, offset: columns.offset, shape: [first.shape[1], columns.count],
      strides: [first.strides[1], first.strides[2]])
    return HeadProjection(weight: matrix, bias: bias(sources.map(\.bias), columns), parts: parts, width: k)
  }

  private static func bias(_ biases: [Tensor?], _ columns: Columns) -> Bias {
    let present = biases.compactMap { $0 }
    guard let first = present.first else { return .none }
    if present.count == biases.count, let own = Columns(present.map { ($0, $0.strides[0], $0.strides[1]) }),
      own.firsts == columns.firsts, own.steps == columns.steps
    {
      return .stored(
        Tensor(storage: first.storage, offset: own.offset, shape: [own.count], strides: [first.strides[1]]))
    }
    return .parts(biases)
  }

  /// Where the entries of heads lie within their storage, if together they fill a range of columns without gap or overlap.
  private struct Columns {
    /// Of the first column in the storage.
    let offset: Int
    let count: Int
    let firsts, steps: [Int]

    /// Parts with their strides from head to head and from entry to entry. The last axis is the entry, the first the head.
    init?(_ parts: [(tensor: Tensor, head: Int, entry: Int)]) {
      guard let first = parts.first, let offset = parts.map(\.tensor.offset).min(), first.entry > 0 else { return nil }
      var starts: [Int] = []
      var (firsts, steps) = ([Int](), [Int]())
      guard let width = first.tensor.shape.last else { return nil }
      for (tensor, head, entry) in parts {
        guard tensor.storage === first.tensor.storage, entry == first.entry, tensor.shape.last == width,
          (tensor.offset - offset) % entry == 0, head % entry == 0
        else { return nil }
        firsts.append((tensor.offset - offset) / entry)
        steps.append(head / entry)
        starts += (0..<tensor.shape[0]).map { (tensor.offset - offset + $0 * head) / entry }
      }
      guard starts.sorted() == (0..<starts.count).map({ $0 * width }) else { return nil }
      (self.offset, count, self.firsts, self.steps) = (offset, starts.count * width, firsts, steps)
    }
  }

  /// The parts for x [n, d], by number: [n, heads, k] each, views of one result.
  package func applied(to x: Tensor) throws -> [(number: Int, heads: Tensor)] {
    let all = try linear(x, weight, bias.vector(parts, count: weight.shape[1], width: width))
    return parts.map { ($0.number, view($0, of: all)) }
  }

  /// What cotangents of the parts, by number and [n, heads, k] each, are for x: [n, d].
  package func pulledBack(_ cotangents: [Tensor]) throws -> Tensor {
    let rows = cotangents[parts[0].number].shape[0]
    let all = try Tensor(shape: [rows, weight.shape[1]]) { _ in }
    let base = try all.base()
    for part in parts {
      let view = view(part, of: all)
      try cotangents[part.number].copyElements(to: base + view.offset, targetStrides: view.strides)
    }
    return try linear(all, weight.transposed, nil)
  }

  /// The columns of a part in a product's result: [n, heads, k].
  private func view(_ part: Part, of all: Tensor) -> Tensor {
    Tensor(
      storage: all.storage, offset: all.offset + part.first, shape: [all.shape[0], part.heads, width],
      strides: [all.strides[0], part.step, 1])
  }
}

extension HeadProjection.Bias {
  /// As one vector for the result's columns.
  fileprivate func vector(_ parts: [HeadProjection.Part], count: Int, width k: Int) throws -> Tensor? {
    switch self {
    case .none: return nil
    case .stored(let vector): return vector
    case .parts(let biases):
      return try Tensor(shape: [count]) { target in
        target.update(repeating: 0)
        for (part, bias) in zip(parts, biases) {
          guard let bias else { continue }
          let elements = try bias.elements()
          for head in 0..<part.heads {
            for entry in 0..<k { target[part.first + head * part.step + entry] = elements[head * k + entry] }
          }
        }
      }
    }
  }
}
