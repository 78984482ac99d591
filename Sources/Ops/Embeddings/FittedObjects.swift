// Fitted reductions as values of the language: what was found, and a function for new rows.

import Lang
import Runtime

/// A fitted UMAP.
final class UMAPObject: Object {
  let umap: UMAP

  init(_ umap: UMAP) {
    self.umap = umap
    super.init()
  }

  override var typeName: String { "umap" }
  override var fieldNames: [String] {
    ["embedding", "transform", "neighbors", "min_dist", "metric", "epochs", "seed", "a", "b"]
  }
  override var byteCount: Int { (umap.embedding.count + umap.cloud.tensor.count) * 4 }

  override var description: String {
    let options = umap.options
    return "umap of \(Tensor.describe(shape: umap.cloud.tensor.shape)) to \(dimensions(options.dims)): "
      + "\(options.neighbors) neighbors, min_dist \(numberText(options.minDist)), \(options.metric.rawValue), "
      + "\(umap.epochs) epochs, seed \(options.seed)"
  }

  /// The same layout of the same rows, found with the same parameters.
  override func isEqual(to other: Object) -> Bool {
    guard let other = (other as? UMAPObject)?.umap else { return false }
    let (mine, its) = (umap.options, other.options)
    return mine.dims == its.dims && mine.neighbors == its.neighbors && mine.minDist == its.minDist
      && mine.metric == its.metric && umap.epochs == other.epochs && mine.seed == its.seed
      && haveSameElements(umap.embedding, other.embedding) && haveSameElements(umap.cloud.tensor, other.cloud.tensor)
  }

  override func field(_ name: String) throws -> Value? {
    switch name {
    case "embedding": .tensor(umap.embedding)
    case "transform": .object(transform)
    case "neighbors": .number(umap.options.neighbors)
    case "min_dist": .number(umap.options.minDist)
    case "metric": .string(umap.options.metric.rawValue)
    case "epochs": .number(umap.epochs)
    case "seed": .number(umap.options.seed)
    case "a": .number(umap.curve.a)
    case "b": .number(umap.curve.b)
    default: nil
    }
  }

  private var transform: BuiltinObject {
    let umap = umap
    return BuiltinObject(
      Operation(
        "transform", "(x: tensor|list) -> tensor",
        """
        Where new rows belong in the fitted layout. Shapes: [d] → [dims], [q, d] → [q, dims]; labels stay.
        A row starts at the weighted mean of its neighbours' places and takes a third of the fit's epochs among the fitted points,
        which stay where they are. What happens to a row does not depend on the others. The fitted matrix itself, bit for bit, gives
        `.embedding`, as in umap-learn.
        """
      ) { call in try call.rows(0) { try umap.transform($0) } })
  }
}

/// Principal components.
final class PCAObject: Object {
  let pca: PrincipalComponents

  init(_ pca: PrincipalComponents) {
    self.pca = pca
    super.init()
  }

  override var typeName: String { "pca" }
  override var fieldNames: [String] { ["embedding", "transform", "components", "mean", "variance", "ratio"] }
  override var byteCount: Int { (pca.scores.count + pca.components.count) * 4 }

  /// Shares of the total variance.
  private var ratio: [Double] { pca.variances.map { pca.totalVariance > 0 ? $0 / pca.totalVariance : 0 } }

  override var description: String {
    let shares = ratio.map { formatFixed(100 * $0, decimals: 1) + " %" }
    let shown = shares.prefix(6).joined(separator: ", ") + (shares.count > 6 ? ", …" : "")
    let (n, d) = (pca.scores.shape[0], pca.components.shape[1])
    return "pca of \(n)x\(d) to \(dimensions(shares.count)): "
      + "\(formatFixed(100 * ratio.reduce(0, +), decimals: 1)) % of the variance (\(shown))"
  }

  override func isEqual(to other: Object) -> Bool {
    guard let other = (other as? PCAObject)?.pca else { return false }
    return pca.variances == other.variances && pca.totalVariance == other.totalVariance
      && haveSameElements(pca.components, other.components) && haveSameElements(pca.mean, other.mean)
      && haveSameElements(pca.scores, other.scores)
  }

  override func field(_ name: String) throws -> Value? {
    switch name {
    case "embedding": .tensor(pca.scores)
    case "transform": .object(transform)
    case "components": .tensor(pca.components)
    case "mean": .tensor(pca.mean)
    case "variance": .tensor(try Tensor(pca.variances.map { Float($0) }))
    case "ratio": .tensor(try Tensor(ratio.map { Float($0) }))
    default: nil
    }
  }

  private var transform: BuiltinObject {
    let pca = pca
    return BuiltinObject(
      Operation(
        "transform", "(x: tensor|list) -> tensor",
        """
        New rows along the components, (x - mean) @ components.T. Shapes: [d] → [dims], [q, d] → [q, dims]; labels stay.
        """
      ) { call in
        try call.rows(0) { x in
          guard x.rank == 2, x.shape[1] == pca.mean.count else {
            throw Fault.shapeMismatch(
              "transform", x.shape, pca.components.shape,
              help: "the rows need the width \(pca.mean.count) of the fitted ones")
          }
          return try pca.transform(x)
        }
      })
  }
}

private func haveSameElements(_ a: Tensor, _ b: Tensor) -> Bool { TensorObject(a).isEqual(to: TensorObject(b)) }

private func dimensions(_ count: Int) -> String { "\(count) dimension\(count == 1 ? "" : "s")" }

extension Call {
  /// `body` of a matrix, or of a vector as a matrix of one row, whose result then loses that row's axis.
  fileprivate func rows(_ index: Int, _ body: (Tensor) throws -> Tensor) throws -> Value {
    let x = try tensorOperand(index)
    guard x.rank == 1 else { return .tensor(try body(x)) }
    return .tensor(try body(x.reshaped([1, x.count])).row(0))
  }
}
