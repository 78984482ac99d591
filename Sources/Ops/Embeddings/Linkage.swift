// Hierarchical clustering: the two nearest clusters are joined until one is left. By the chain of nearest neighbours (Murtagh 1983;
// as SciPy's `linkage`, whose order of equals this keeps): time O(n²) after the distances, memory n²/2. Under "centroid" and "median" two
// clusters may be nearer to each other than their parts were to anything: these join by the generic algorithm (Müllner 2011, as SciPy too).

import Kernels
import Lang
import Runtime

/// How far two clusters are from each other.
enum LinkageMethod: String, CaseIterable {
  /// The nearest, the farthest, the mean of all pairs of their points.
  case single, complete, average
  /// The mean of the distances of the two parts of a cluster, whatever their sizes.
  case weighted
  /// By how much joining them raises the variance within.
  case ward
  /// The distance of the means of their points, and of points that lie halfway between those of a cluster's two parts.
  case centroid, median

  /// Whether the distances have to be Euclidean: the method is about squares of them.
  var isEuclidean: Bool { [.ward, .centroid, .median].contains(self) }

  /// Whether a join may be at a smaller distance than the joins before it.
  var mayFall: Bool { [.centroid, .median].contains(self) }

  /// The distance of a cluster of `n` points to the one joined of two, of `nx` and `ny` points, which were `x` and `y` away from it
  /// and `xy` from each other (Lance and Williams 1967).
  func joined(_ x: Double, _ y: Double, _ xy: Double, nx: Double, ny: Double, n: Double) -> Double {
    switch self {
    case .single: min(x, y)
    case .complete: max(x, y)
    case .average: (nx * x + ny * y) / (nx + ny)
    case .weighted: (x + y) / 2
    case .ward: max(0, ((n + nx) * x * x + (n + ny) * y * y - n * xy * xy) / (nx + ny + n)).squareRoot()
    case .centroid: max(0, (nx * x * x + ny * y * y - nx * ny * xy * xy / (nx + ny)) / (nx + ny)).squareRoot()
    case .median: max(0, (x * x + y * y) / 2 - xy * xy / 4).squareRoot()
    }
  }
}

struct Linkage {
  /// Two clusters, the lower first, their distance, and the number of points in both. Points are clusters 0 ..< n, the i-th join
  /// makes cluster n + i.
  struct Join {
    var a: Int
    var b: Int
    let distance: Double
    var count: Int
  }

  /// n - 1, by rising distance, but for methods under which it may fall: those are in the order in which they were made
  let joins: [Join]
  /// The points as the tree's leaves from left to right: joined clusters lie side by side.
  package let order: [Int]

  /// At least two points.
  init(_ cloud: PointCloud, _ method: LinkageMethod) throws {
    let n = cloud.count
    let (pairs, overflow) = n.multipliedReportingOverflow(by: n - 1)
    guard !overflow else { throw Fault.outOfMemory(bytes: .infinity) }
    let bytes = try byteCount(pairs / 2, MemoryLayout<Double>.stride)
    try MemoryBudget.shared.reserve(bytes)
    defer { MemoryBudget.shared.release(bytes) }
    var distances = [Double](repeating: 0, count: pairs / 2)
    try Linkage.measure(cloud, &distances)
    let found = try method.mayFall ? Linkage.nearestPairs(&distances, n, method) : Linkage.chain(&distances, n, method)
    joins = Linkage.numbered(found, n)
    order = Linkage.leaves(joins, n)
  }

  /// Place of the pair (i, j), i < j, row by row.
  @inline(__always)
  private static func place(_ i: Int, _ j: Int, _ n: Int) -> Int { i * (2 * n - i - 1) / 2 + j - i - 1 }

  private static func measure(_ cloud: PointCloud, _ distances: inout [Double]) throws {
    let (n, width) = (cloud.count, cloud.width)
    let rows = try cloud.tensor.base()
    let progress = Progress("rows", total: n)
    try distances.withUnsafeMutableBufferPointer { distances in
      try parallelRows(n, tile: 8) { i in
        for j in i + 1..<max(n, i + 1) {
          let square = RowKernels.squaredDistance(rows + i * width, rows + j * width, width)
          distances[place(i, j, n)] = cloud.distance(square: square)
        }
        progress.advance()
      }
    }
  }

  /// The joins by rising distance, those at the same one as they are found; `a` and `b` are points of the two clusters.
  private static func chain(_ distances: inout [Double], _ n: Int, _ method: LinkageMethod) throws -> [Join] {
    try distances.withUnsafeMutableBufferPointer { distances in
      func at(_ i: Int, _ j: Int) -> Int { i < j ? place(i, j, n) : place(j, i, n) }
      var sizes = [Int](repeating: 1, count: n)
      var chain: [Int] = []
      var joins: [Join] = []
      var first = 0
      while joins.count < n - 1 {
        if chain.isEmpty {
          while sizes[first] == 0 { first += 1 }
          chain.append(first)
        }
        // On to the nearest neighbour, until two are each other's; the one before wins among equals, or it might go round.
        var (x, y, nearest) = (0, 0, Double.infinity)
        while true {
          // Each point of a chain is one look at all others.
          try checkInterrupt()
          x = chain[chain.count - 1]
          let before = chain.count > 1 ? chain[chain.count - 2] : nil
          (y, nearest) = before.map { ($0, distances[at(x, $0)]) } ?? (x, .infinity)
          for i in 0..<n where sizes[i] > 0 && i != x {
            let distance = distances[at(x, i)]
            if distance < nearest { (y, nearest) = (i, distance) }
          }
          if y == before { break }
          chain.append(y)
        }
        chain.removeLast(2)
        if x > y { (x, y) = (y, x) }
        let (nx, ny) = (sizes[x], sizes[y])
        joins.append(Join(a: x, b: y, distance: nearest, count: nx + ny))
        (sizes[x], sizes[y]) = (0, nx + ny)
        for i in 0..<n where sizes[i] > 0 && i != y {
          distances[at(i, y)] = method.joined(
            distances[at(i, x)], distances[at(i, y)], nearest, nx: Double(nx), ny: Double(ny), n: Double(sizes[i]))
        }
      }
      return joins.indices.sorted {
        joins[$0].distance == joins[$1].distance ? $0 < $1 : joins[$0].distance < joins[$1].distance
      }.map { joins[$0] }
    }
  }

  /// The joins of the two nearest clusters each time, the lower ones among equals; `a` and `b` are points of the two clusters. Each
  /// cluster remembers the nearest of those after it. Time O(n²) as a rule; O(n³) where joins make most of what is remembered wrong.
  private static func nearestPairs(_ distances: inout [Double], _ n: Int, _ method: LinkageMethod) throws -> [Join] {
    try distances.withUnsafeMutableBufferPointer { distances in
      func at(_ i: Int, _ j: Int) -> Int { i < j ? place(i, j, n) : place(j, i, n) }
      var sizes = [Int](repeating: 1, count: n)
      var neighbours = Array(0..<n)
      // Their distance, which may have grown since; none is nearer.
      var bounds = [Double](repeating: .infinity, count: n)
      func look(from x: Int) throws {
        try checkInterrupt()
        bounds[x] = .infinity
        for y in x + 1..<max(n, x + 1) where sizes[y] > 0 {
          let distance = distances[at(x, y)]
          if distance < bounds[x] { (neighbours[x], bounds[x]) = (y, distance) }
        }
      }
      for x in 0..<n { try look(from: x) }
      var joins: [Join] = []
      while joins.count < n - 1 {
        var x: Int
        while true {
          x = 0
          for z in 1..<n where bounds[z] < bounds[x] { x = z }
          if distances[at(x, neighbours[x])] == bounds[x] { break }
          try look(from: x)
        }
        let (y, nearest) = (neighbours[x], bounds[x])
        let (nx, ny) = (sizes[x], sizes[y])
        joins.append(Join(a: x, b: y, distance: nearest, count: nx + ny))
        // The cluster goes on in the place of y.
        (sizes[x], sizes[y]) = (0, nx + ny)
        bounds[x] = .infinity
        for z in 0..<n where sizes[z] > 0 && z != y {
          let distance = method.joined(
            distances[at(z, x)], distances[at(z, y)], nearest, nx: Double(nx), ny: Double(ny), n: Double(sizes[z]))
          distances[at(z, y)] = distance
          if z < y, neighbours[z] == x || distance < bounds[z] {
            neighbours[z] = y
            bounds[z] = min(bounds[z], distance)
          }
        }
        try look(from: y)
      }
      return joins
    }
  }

  /// Joins in their order, their points replaced by the clusters that these belong to by then.
  private static func numbered(_ joins: [Join], _ n: Int) -> [Join] {
    var joins = joins
    var parents = Array(0..<2 * n - 1)
    func root(_ point: Int) -> Int {
      var at = point
      while parents[at] != at {
        parents[at] = parents[parents[at]]
        at = parents[at]
      }
      return at
    }
    var counts = [Int](repeating: 1, count: 2 * n - 1)
    for i in joins.indices {
      let (a, b) = (root(joins[i].a), root(joins[i].b))
      (joins[i].a, joins[i].b) = (min(a, b), max(a, b))
      (parents[a], parents[b]) = (n + i, n + i)
      counts[n + i] = counts[a] + counts[b]
      joins[i].count = counts[n + i]
    }
    return joins
  }

  private static func leaves(_ joins: [Join], _ n: Int) -> [Int] {
    var order: [Int] = []
    var waiting = [2 * n - 2]
    while let cluster = waiting.popLast() {
      if cluster < n {
        order.append(cluster)
      } else {
        waiting.append(joins[cluster - n].b)
        waiting.append(joins[cluster - n].a)
      }
    }
    return order
  }
}
