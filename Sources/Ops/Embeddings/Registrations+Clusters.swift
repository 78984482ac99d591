// kmeans, linkage: registrations.

import Lang
import Runtime

extension Registrations {
  package static let clusters: [Operation] = [
    Operation(
      "kmeans",
      "(x: tensor|list, k: number, seed: number = 0, starts: number = 10, iterations: number = 300) -> record",
      """
      The rows of `x` in k clusters, each row in that of the nearest centre (Lloyd 1982).
      Gives `.centers` [k, d], the means of the clusters; `.clusters`, a list of the cluster of each row, 0 to k - 1, numbered by their first
      rows; `.inertia`, the sum of the squared distances to the own centre. The best of `starts` starts by greedy k-means++ (Arthur,
      Vassilvitskii 2007); one seed gives the same numbers at any number of threads. Shapes: x [n, d] with k <= n. In double. Errors: NaN
      or infinity.
      """, example: "kmeans(m.wte[0:100], 5).inertia"
    ) { call in
      let cloud = try PointCloud(call.tensorOperand(0), metric: .euclidean, operation: "kmeans")
      let k = try call.whole(1, atLeast: 1)
      guard k <= cloud.count else { throw Fault.tooManyClusters(k, points: cloud.count) }
      let result = try KMeans(cloud, k: k).fit(
        seed: UInt64(bitPattern: Int64(call.whole(2))), starts: call.whole(3, atLeast: 1),
        iterations: call.whole(4, atLeast: 1))
      return .object(
        RecordObject([
          "centers": .tensor(try Tensor(result.centres.map { Float($0) }).reshaped([k, cloud.width])),
          "clusters": .numbers(result.clusters), "inertia": .number(result.inertia),
        ]))
    },
    Operation(
      "linkage", "(x: tensor|list, method: string = \"average\", metric: string = \"euclidean\") -> record",
      """
      Hierarchical clustering: the two nearest clusters of rows are joined until one is left, as SciPy's `linkage`.
      Gives `.merges` [n - 1, 4], for each join the two clusters (0 to n - 1 are the rows, n + i is what join i made), their distance and the
      number of rows in both; `.order`, the list of the rows as the leaves of the tree from left to right: `x[linkage(x).order]` has
      similar rows side by side, as a heat map wants them. `method`: "single", "complete", "average", "weighted", "ward", "centroid" or
      "median"; under the last two a join may be at a smaller distance than the one before it. `metric`: "euclidean" or "cosine", the latter
      not for "ward", "centroid" and "median". Time and memory grow with n². Errors: NaN or infinity, and zero rows under "cosine".
      """, example: "linkage(m.wte[0:6]).order",
      words: [
        "method": .fixed(LinkageMethod.allCases.map(\.rawValue)), "metric": pointMetrics,
      ]
    ) { call in
      let method = LinkageMethod(rawValue: try call.choice(1)) ?? .average
      let metric = PointMetric(rawValue: try call.choice(2)) ?? .euclidean
      guard metric == .euclidean || !method.isEuclidean else { throw Fault.notEuclidean(method) }
      let cloud = try PointCloud(call.tensorOperand(0), metric: metric, operation: "linkage")
      guard cloud.count > 1 else {
        throw Fault.badShape("`linkage` needs at least two rows, got \(Tensor.phrase(shape: cloud.tensor.shape))")
      }
      let tree = try Linkage(cloud, method)
      let merges = try Tensor(
        tree.joins.flatMap { [Float($0.a), Float($0.b), Float($0.distance), Float($0.count)] })
      return .object(
        RecordObject([
          "merges": .tensor(try merges.reshaped([tree.joins.count, 4])), "order": .numbers(tree.order),
        ]))
    },
  ]
}
