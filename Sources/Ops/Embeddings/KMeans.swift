// k-means: centres that lie in the middle of the points nearest to them (Lloyd 1982), from a start that spreads them (k-means++,
// Arthur and Vassilvitskii 2007; of several candidates the best, as scikit-learn does). In double, the same at any number of threads.

import COpenBLAS
import Glibc
import Kernels
import Lang
import Runtime

struct KMeans {
  private static let tile = 256

  private let points: [Double]
  private let count: Int
  private let width: Int
  private let k: Int

  struct Result {
    /// [k, d]
    var centres: [Double]
    /// The cluster of every point, 0 ..< k
    var clusters: [Int]
    /// Σ of the squared distances to the own centre
    var inertia: Double
  }

  /// `cloud` [n, d], 1 <= k <= n
  init(_ cloud: PointCloud, k: Int) throws {
    (count, width, self.k) = (cloud.count, cloud.width, k)
    points = try cloud.tensor.withElements { try $0.mapInBlocks { Double($0) } }
    try loadBLAS()
  }

  /// The best of `starts` starts. Clusters are numbered by their first point.
  func fit(seed: UInt64, starts: Int, iterations: Int) throws -> Result {
    var best: Result?
    let progress = Progress("starts", total: starts)
    for start in 0..<starts {
      progress.report(start)
      let result = try lloyd(spread(seed: seed, start: start), iterations: iterations)
      if result.inertia < best?.inertia ?? .infinity { best = result }
    }
    return numbered(try best ?? lloyd(spread(seed: seed, start: 0), iterations: iterations))
  }

  // MARK: The start

  /// k-means++: every next centre is a point drawn in proportion to its squared distance to the nearest centre so far; of 2 + ln k such
  /// candidates the one that leaves the least.
  private func spread(seed: UInt64, start: Int) throws -> [Double] {
    var draws: UInt64 = UInt64(start) << 32
    func draw() -> Double {
      draws += 1
      return Draws.share(at: draws, seed: seed)
    }
    let candidates = 2 + Int(log(Double(k)))
    var chosen = [min(Int(draw() * Double(count)), count - 1)]
    var nearest = try distances(to: chosen[0])
    while chosen.count < k {
      let total = nearest.reduce(0, +)
      var best: (point: Int, distances: [Double], left: Double)?
      for _ in 0..<candidates {
        var rest = draw() * total
        // All points coincide with centres: any will do.
        var point = total > 0 ? nearest.lastIndex { $0 > 0 } ?? 0 : chosen.count % count
        for i in 0..<count where total > 0 {
          rest -= nearest[i]
          if rest < 0 {
            point = i
            break
          }
        }
        var reached = try distances(to: point)
        for i in 0..<count { reached[i] = min(reached[i], nearest[i]) }
        let left = reached.reduce(0, +)
        if left < best?.left ?? .infinity { best = (point, reached, left) }
      }
      guard let best else { break }
      chosen.append(best.point)
      nearest = best.distances
    }
    return chosen.flatMap { points[$0 * width..<($0 + 1) * width] }
  }

  /// Squared distances of all points to one of them.
  private func distances(to point: Int) throws -> [Double] {
    var result = [Double](repeating: 0, count: count)
    try result.withUnsafeMutableBufferPointer { result in
      try points.withUnsafeBufferPointer { points in
        try parallelRows(count, tile: 1024) { row in
          var sum = 0.0
          for d in 0..<width {
            let difference = points[row * width + d] - points[point * width + d]
            sum += difference * difference
          }
          result[row] = sum
        }
      }
    }
    return result
  }

  // MARK: Lloyd's iterations

  private func lloyd(_ start: [Double], iterations: Int) throws -> Result {
    var result = Result(centres: start, clusters: [], inertia: .infinity)
    for _ in 0..<iterations {
      let (clusters, distances) = try assign(result.centres)
      if clusters == result.clusters { break }
      (result.clusters, result.inertia) = (clusters, distances.reduce(0, +))
      result.centres = means(clusters, distances, before: result.centres)
    }
    let (clusters, distances) = try assign(result.centres)
    (result.clusters, result.inertia) = (clusters, distances.reduce(0, +))
    return result
  }

  /// The nearest centre of every point, the lower of equals, and the squared distance to it.
  private func assign(_ centres: [Double]) throws -> (clusters: [Int], distances: [Double]) {
    var clusters = [Int](repeating: 0, count: count)
    var distances = [Double](repeating: 0, count: count)
    let lengths = (0..<k).map { centre in
      centres[centre * width..<(centre + 1) * width].reduce(0) { $0 + $1 * $1 }
    }
    let tiles = Tiles(count, of: KMeans.tile)
    try clusters.withUnsafeMutableBufferPointer { clusters in
      try distances.withUnsafeMutableBufferPointer { distances in
        try points.withUnsafeBufferPointer { points in
          try centres.withUnsafeBufferPointer { centres in
            guard let p = points.baseAddress, let c = centres.baseAddress else { return }
            try parallel(tiles.count) { tile in
              let rows = tiles[tile]
              withUnsafeTemporaryAllocation(of: Double.self, capacity: rows.count * k) { products in
                guard let start = products.baseAddress else { return }
                tw_dgemm(
                  CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(k), Int32(width), 1,
                  p + rows.lowerBound * width, Int32(width), c, Int32(width), 0, start, Int32(k))
                for (place, row) in rows.enumerated() {
                  var best = (cluster: 0, score: Double.infinity)
                  for centre in 0..<k {
                    let score = lengths[centre] - 2 * start[place * k + centre]
                    if score < best.score { best = (centre, score) }
                  }
                  clusters[row] = best.cluster
                  // From the elements: the product's terms cancel where points are near.
                  var sum = 0.0
                  for d in 0..<width {
                    let difference = p[row * width + d] - c[best.cluster * width + d]
                    sum += difference * difference
                  }
                  distances[row] = sum
                }
              }
            }
          }
        }
      }
    }
    return (clusters, distances)
  }

  /// The mean of each cluster. One without points moves to the point that is farthest from its own centre.
  private func means(_ clusters: [Int], _ distances: [Double], before: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: k * width)
    var counts = [Int](repeating: 0, count: k)
    for row in 0..<count {
      counts[clusters[row]] += 1
      for d in 0..<width { sums[clusters[row] * width + d] += points[row * width + d] }
    }
    var farthest = counts.contains(0) ? (0..<count).sorted { distances[$0] < distances[$1] } : []
    for cluster in 0..<k {
      let place = cluster * width..<(cluster + 1) * width
      if counts[cluster] > 0 {
        for i in place { sums[i] /= Double(counts[cluster]) }
      } else if let point = farthest.popLast(), distances[point] > 0 {
        sums.replaceSubrange(place, with: points[point * width..<(point + 1) * width])
      } else {
        sums.replaceSubrange(place, with: before[place])
      }
    }
    return sums
  }

  /// The same clusters, numbered by their first points; those without points come last.
  private func numbered(_ result: Result) -> Result {
    var order: [Int] = []
    var numbers = [Int](repeating: -1, count: k)
    for cluster in result.clusters + Array(0..<k) where numbers[cluster] < 0 {
      numbers[cluster] = order.count
      order.append(cluster)
    }
    return Result(
      centres: order.flatMap { result.centres[$0 * width..<($0 + 1) * width] },
      clusters: result.clusters.map { numbers[$0] }, inertia: result.inertia)
  }
}
