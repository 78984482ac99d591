// umap, pca, trustworthiness: registrations.

import Lang
import Runtime

extension Registrations {
  package static let embeddings: [Operation] = [
    Operation(
      "umap",
      "(x: tensor|list, dims: number = 2, neighbors: number = 15, min_dist: number = 0.1, metric: string = \"euclidean\", "
        + "init: string|tensor = \"spectral\", epochs: number|nil = nil, seed: number = 42) -> umap",
      """
      A layout of the rows of `x` in few dimensions that keeps neighbours together: UMAP (McInnes, Healy, Melville 2018).
      Gives a value of type umap: `.embedding` [n, dims], whose rows keep their labels, `.transform(new)`, which finds the places of
      new rows ([d] or [q, d]) among the fitted ones, the parameters, and `.a`, `.b` of the curve 1 / (1 + a d^2b) that `min_dist` asks for.
      `neighbors` counts the point itself, as umap-learn does: more of them show the whole, fewer the detail. `metric` is "euclidean" or "cosine".
      `init` is "spectral", "pca", "random" or an n x dims tensor; `epochs` is 500 up to 10,000 rows and 200 above.
      Neighbours are exact, and one seed gives the same numbers at any number of threads. A new row takes a third of the epochs, and where
      it lands does not depend on the other new rows; `.transform(x)` of the fitted matrix itself is `.embedding`.
      Shapes: x [n, d] with n above `neighbors` and `dims`. Errors: NaN or infinity, and zero rows under "cosine".
      """, example: "u = umap(m.wte[0:300], epochs=50)\nu.transform(m.wte[\" king\"])",
      words: ["metric": pointMetrics, "init": .fixed(["spectral", "pca", "random"])]
    ) { call in
      var options = UMAP.Options()
      options.dims = try call.whole(1, atLeast: 1)
      options.neighbors = try call.whole(2, atLeast: 2)
      options.minDist = try call.number(3)
      options.metric = PointMetric(rawValue: try call.choice(4)) ?? .euclidean
      if let start = call[5].asTensor {
        options.start = .positions(start)
      } else {
        switch try call.choice(5) {
        case "pca": options.start = .pca
        case "random": options.start = .random
        default: options.start = .spectral
        }
      }
      options.epochs = call.isNil(6) ? nil : try call.whole(6, atLeast: 1)
      options.seed = try call.whole(7)
      return .object(UMAPObject(try UMAP(call.tensorOperand(0), options)))
    },
    Operation(
      "pca", "(x: tensor|list, dims: number = 2) -> pca",
      """
      Principal components: the directions along which the rows of `x` vary most, uncorrelated with each other.
      Gives a value of type pca: `.embedding` [n, dims], the centred rows along the components, with the labels of the rows;
      `.components` [dims, d], orthonormal, the largest element of each positive; `.mean` [d]; `.variance` [dims], falling, divided by n - 1;
      `.ratio` [dims], the shares of the total variance; `.transform(new)`, which is (new - mean) @ components.T.
      Shapes: x [n, d] with dims < n and dims <= d. In double. Errors: NaN or infinity.
      """, example: "p = pca(m.wte, dims=3)\np.ratio"
    ) { call in
      let cloud = try PointCloud(call.tensorOperand(0), metric: .euclidean, operation: "pca")
      let dims = try call.whole(1, atLeast: 1)
      guard dims < cloud.count else { throw Fault.tooManyDims("pca", dims, points: cloud.count) }
      guard dims <= cloud.width else {
        throw Fault.tooManyComponents(dims, shape: cloud.tensor.shape)
      }
      return .object(PCAObject(try PrincipalComponents(call.tensorOperand(0), dims: dims)))
    },
    Operation(
      "trustworthiness", "(x: tensor|list, y: tensor|list, k: number = 15, metric: string = \"euclidean\") -> number",
      """
      How far the k nearest neighbours in the layout `y` are neighbours in `x`: 1 where all of them are, about 0.5 by chance.
      1 - 2 / (nk (2n - 3k - 1)) Σ max(rank - k, 0) over all pairs of a row and one of its k nearest in y, with the rank of the one among
      the neighbours of the other in x (Venna, Kaski 2001; scikit-learn's `manifold.trustworthiness`). Exact; ties go to the lower row.
      `metric` measures x: "euclidean" or "cosine". Shapes: x [n, d], y [n, dims] with 2k < n.
      """, example: "x = m.wte[0:300]\ntrustworthiness(x, pca(x).embedding)",
      words: ["metric": pointMetrics]
    ) { call in
      let metric = PointMetric(rawValue: try call.choice(3)) ?? .euclidean
      return .number(
        try Trustworthiness.score(
          call.tensorOperand(0), call.tensorOperand(1), k: call.whole(2, atLeast: 1), metric: metric))
    },
  ]

  static let pointMetrics = ArgumentWords.fixed(PointMetric.allCases.map(\.rawValue))
}
