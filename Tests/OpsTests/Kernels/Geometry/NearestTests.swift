import Kernels
import Runtime
import Testing

@Suite struct NearestTests {
  private func rows(_ metric: Metric, _ space: Tensor, _ query: [Float], k: Int) throws -> [Int] {
    try NearestSearch(space: space, metric: metric)
      .neighbours(of: Tensor(query).reshaped([1, query.count]), k: k)[0].map(\.row)
  }

  @Test func metricsOrderByTheirOwnMeaning() throws {
    let space = try Tensor([1, 0, 10, 10, 0, 2, 3, 0.1]).reshaped([4, 2])
    #expect(try rows(.dot, space, [1, 0], k: 4) == [1, 3, 0, 2])
    #expect(try rows(.cosine, space, [1, 0], k: 4) == [0, 3, 1, 2])
    #expect(try rows(.l2, space, [1, 0], k: 4) == [0, 3, 2, 1])
    let hits = try NearestSearch(space: space, metric: .l2).neighbours(of: Tensor([0, 0]).reshaped([1, 2]), k: 1)
    #expect(hits[0][0].score == 1)
  }

  @Test func manyQueriesTellHowFarTheyHaveCome() throws {
    nonisolated(unsafe) var heard: [Int] = []
    defer { Progress.listener = nil }
    Progress.listener = { report in
      if let report { heard.append(report.label == "queries" && report.total == 600 ? report.done : -1) }
    }
    let space = try Tensor((0..<600).map { Float($0) }).reshaped([600, 1])
    _ = try NearestSearch(space: space, metric: .dot).neighbours(of: space, k: 1)
    #expect(heard == [0, 256, 512, 600])
  }

  // Rows that differ by less than float32 products can tell: the ids of a full sort in double.
  @Test func nearTiesAreSettledInDouble() throws {
    let (n, width, k) = (20_000, 768, 5)
    let space = try Tensor.standardNormal(shape: [n, width], seed: 1).mapped { 1 + 1e-5 * $0 }
    let queries = try Tensor.standardNormal(shape: [64, width], seed: 2).mapped { 1 + 1e-3 * $0 }
    let found = try NearestSearch(space: space, metric: .dot).neighbours(of: queries, k: k)
    let rows = try space.elements()
    for query in stride(from: 0, to: 64, by: 8) {
      let q = try queries.row(query).elements()
      let scores = (0..<n).map { row in
        (0..<width).reduce(0.0) { $0 + Double(q[$1]) * Double(rows[row * width + $1]) }
      }
      let wanted = (0..<n).sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }.prefix(k)
      #expect(found[query].map(\.row) == Array(wanted), "query \(query)")
    }
  }

  /// Rows that are closer to each other than float32 can tell: a few are what all of them, scored in double, begin with.
  @Test(arguments: [(Metric.dot, Float(1)), (.l2, 1), (.l2, 1e-3), (.cosine, 1e-3)])
  func aFewAreTheFirstOfAll(metric: Metric, scale: Float) throws {
    let space = try Tensor.standardNormal(shape: [8000, 768], seed: 1).mapped { scale * (1 + 1e-5 * $0) }
    let queries = try Tensor.standardNormal(shape: [40, 768], seed: 2).mapped { scale * (1 + 1e-3 * $0) }
    let search = try NearestSearch(space: space, metric: metric)
    for query in 0..<40 {
      let one = try queries.row(query).reshaped([1, 768])
      let few = try search.neighbours(of: one, k: 5)[0]
      let all = try search.neighbours(of: one, k: 8000)[0]
      #expect(few.map(\.row) == all.prefix(5).map(\.row), "query \(query)")
    }
  }

  @Test func tiesGoToTheLowerIdAndNaNComesLast() throws {
    let same = try Tensor([Float](repeating: 0.3, count: 2000 * 7)).reshaped([2000, 7])
    for metric in Metric.allCases {
      #expect(try rows(metric, same, [1, 2, 3, 4, 5, 6, 7], k: 4) == [0, 1, 2, 3])
    }
    let space = try Tensor([.nan, 1, 2, .nan, 3]).reshaped([5, 1])
    #expect(try rows(.dot, space, [1], k: 9) == [4, 2, 1, 0, 3])
    #expect(try rows(.l2, space, [2], k: 9) == [2, 1, 4, 0, 3])
    let zeros = try Tensor([0, 0, 1, 1, 0, 0]).reshaped([3, 2])
    #expect(try rows(.cosine, zeros, [1, 0], k: 3) == [1, 0, 2])
  }

  @Test func gatheredRowsTieByTokenId() throws {
    let space = try Tensor([1, 1, 1]).reshaped([3, 1]).named(["a", "b", "c", "d"], ids: [3, 1, 2])
    #expect(try rows(.dot, space, [1], k: 3) == [1, 2, 0])
  }

  @Test func infiniteAndEnormousRowsAreStillOrdered() throws {
    var elements = [Float](repeating: 1, count: 1000)
    elements[500] = .infinity
    elements[700] = 1e30
    elements[800] = -.infinity
    let space = try Tensor(elements).reshaped([1000, 1])
    #expect(try rows(.dot, space, [1], k: 3) == [500, 700, 0])
    #expect(try rows(.l2, space, [1], k: 2) == [0, 1])
    #expect(try rows(.cosine, space.mapped { $0 * 1e-36 }, [1], k: 2) == [0, 1])
  }

  // The definition, in double, with a full sort: k is larger than a tile keeps, sizes are no multiples of the tiles.
  @Test(arguments: Metric.allCases, [1, 5, 40]) func equalsTheFullSort(metric: Metric, k: Int) throws {
    let space = try Tensor.standardNormal(shape: [1801, 37], seed: 3)
    let queries = try Tensor.standardNormal(shape: [300, 37], seed: 4)
    let found = try NearestSearch(space: space, metric: metric).neighbours(of: queries, k: k)
    let s = try space.elements().map(Double.init)
    let q = try queries.elements().map(Double.init)
    for query in stride(from: 0, to: 300, by: 23) {
      let x = q[query * 37..<(query + 1) * 37]
      let scores = (0..<1801).map { row -> Double in
        let y = s[row * 37..<(row + 1) * 37]
        let dot = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        switch metric {
        case .dot: return dot
        case .cosine: return dot / (x.reduce(0) { $0 + $1 * $1 } * y.reduce(0) { $0 + $1 * $1 }).squareRoot()
        case .l2: return -zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
      }
      let order = (0..<1801).sorted { scores[$0] > scores[$1] }
      #expect(found[query].map(\.row) == Array(order.prefix(k)))
      #expect(abs(abs(found[query][0].score) - abs(scores[order[0]])) < 1e-9)
    }
  }

  @Test func oneThreadAndManyGiveTheSameBits() throws {
    let space = try Tensor.standardNormal(shape: [3000, 20], seed: 5)
    let queries = try Tensor.standardNormal(shape: [50, 20], seed: 6)
    func run() throws -> [[Double]] {
      try NearestSearch(space: space, metric: .dot).neighbours(of: queries, k: 7).map {
        $0.flatMap { [Double($0.row), $0.score] }
      }
    }
    let many = try run()
    let threads = Parallel.threadCount
    Parallel.threadCount = 1
    defer { Parallel.threadCount = threads }
    #expect(try run() == many)
  }

  @Test func viewsAndClippedK() throws {
    let space = try counting(4, 6).sliced(axis: 1, first: 0, count: 3, step: 2).sliced(
      axis: 0, first: 3, count: 4, step: -1)
    #expect(try rows(.dot, space, [1, 1, 1], k: 100) == [0, 1, 2, 3])
    #expect(try rows(.dot, counting(3, 2).transposed, [1, 0, 0], k: 1) == [1])
    #expect(try rows(.dot, space, [1, 1, 1], k: 0) == [])
    #expect(code { _ = try rows(.dot, space, [1, 1], k: 1) } == .shapeMismatch)
  }
}
