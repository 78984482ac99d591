// Where the points of a graph start: the eigenvectors of its normalised Laplacian I - D^-1/2 W D^-1/2 that belong to the
// smallest eigenvalues above 0 (Belkin, Niyogi 2003). A graph in several pieces gets a layout for each piece, around a place for
// the piece, as in umap-learn's `multi_component_layout`.

import Kernels
import Lang
import Runtime

package enum SpectralStart {
  /// Coordinates [n, dims] of a graph's points, around 0, of no particular size. `cloud` gives the pieces of a graph in many
  /// pieces their places.
  package static func positions(of graph: FuzzyGraph, cloud: PointCloud, dims: Int, seed: UInt64) throws -> [Float] {
    let (count, component) = graph.components()
    if count == 1 { return try connected(graph, dims: dims) }
    var members = [[Int]](repeating: [], count: count)
    var places = [Int32](repeating: 0, count: graph.count)
    for point in 0..<graph.count {
      let piece = Int(component[point])
      places[point] = Int32(members[piece].count)
      members[piece].append(point)
    }
    let centres = try ComponentPlaces(members, cloud: cloud, dims: dims)
    var result = [Float](repeating: 0, count: graph.count * dims)
    let random = Philox(seed: seed ^ 0x0C0FFEE)
    for piece in 0..<count {
      try checkInterrupt()
      let own = members[piece]
      var layout: [Float]
      if own.count < 2 * dims || own.count <= dims + 1 {
        // Too few points for eigenvectors.
        layout = (0..<own.count * dims).map { at in
          let word = random.words(at: UInt64(own[at / dims] * dims + at % dims))[0]
          return Float(word) * 0x1p-31 - 1
        }
      } else {
        layout = try connected(graph.part(own, places: places), dims: dims)
        let largest = layout.reduce(0) { max($0, abs($1)) }
        if largest > 0 { layout = layout.map { $0 / largest } }
      }
      for (row, point) in own.enumerated() {
        for d in 0..<dims {
          result[point * dims + d] = centres.places[piece * dims + d] + centres.room[piece] * layout[row * dims + d]
        }
      }
    }
    return result
  }

  /// Eigenvectors of a connected graph, [n, dims].
  package static func connected(_ graph: FuzzyGraph, dims: Int, tolerance: Double = 1e-4) throws -> [Float] {
    let vectors = try eigenvectors(graph, count: dims, tolerance: tolerance)
    var result = [Float](repeating: 0, count: graph.count * dims)
    for d in 0..<vectors.columns {
      let column = vectors.column(d)
      for row in 0..<graph.count { result[row * dims + d] = Float(column[row]) }
    }
    return result
  }

  /// The leading eigenvectors of D^-1/2 W D^-1/2 behind the first, which is known (the roots of the degrees) and lowered to -2:
  /// all eigenvalues lie between -1 and 1.
  private static func eigenvectors(_ graph: FuzzyGraph, count: Int, tolerance: Double) throws -> ColumnMatrix {
    let n = graph.count
    var roots = (0..<n).map { row -> Double in
      graph.weights[graph.starts[row]..<graph.starts[row + 1]].reduce(0) { $0 + Double($1) }.squareRoot()
    }
    let inverse = roots.map { $0 > 0 ? 1 / $0 : 0 }
    let length = roots.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for row in 0..<n where length > 0 { roots[row] /= length }
    let scaled = try ColumnMatrix(n, 1)
    let matrix = SymmetricOperator(size: n) { x, y in
      let along = roots.withUnsafeBufferPointer { $0.baseAddress.map { DoubleVector.dot($0, x, n) } ?? 0 }
      for row in 0..<n { scaled.elements[row] = inverse[row] * x[row] }
      try parallelRows(n, tile: 1024) { row in
        var sum = 0.0
        for edge in graph.starts[row]..<graph.starts[row + 1] {
          sum += Double(graph.weights[edge]) * scaled.elements[Int(graph.targets[edge])]
        }
        y[row] = inverse[row] * sum - 3 * along * roots[row]
      }
    }
    return try LeadingEigenvectors(of: matrix, count: count, tolerance: tolerance).vectors
  }
}

/// Where the pieces of a graph go, and how much room each has.
private struct ComponentPlaces {
  /// [pieces, dims]
  let places: [Float]
  /// Half the distance to the nearest other piece
  let room: [Float]

  /// Few pieces lie on the axes; for many their centres are laid out along their principal components. (umap-learn takes a
  /// spectral embedding of exp(-d²) of the centres, which is the same for all that are far apart.)
  init(_ members: [[Int]], cloud: PointCloud, dims: Int) throws {
    let count = members.count
    var places = [Float](repeating: 0, count: count * dims)
    if count <= 2 * dims {
      let half = (count + 1) / 2
      for piece in 0..<count { places[piece * dims + piece % half] = piece < half ? 1 : -1 }
    } else {
      let centres = try Tensor(shape: [count, cloud.width]) { target in
        let base = try cloud.tensor.base()
        try parallelRows(count) { piece in
          for d in 0..<cloud.width {
            let sum = members[piece].reduce(0.0) { $0 + Double(base[$1 * cloud.width + d]) }
            target[piece * cloud.width + d] = Float(sum / Double(members[piece].count))
          }
        }
      }
      let kept = min(dims, cloud.width, count - 1)
      let scores = try PrincipalComponents(centres, dims: kept).scores.elements()
      for piece in 0..<count {
        for d in 0..<kept { places[piece * dims + d] = scores[piece * kept + d] }
      }
      let largest = places.reduce(0) { max($0, abs($1)) }
      if largest > 0 { places = places.map { $0 / largest } }
    }
    self.places = places
    room = try ComponentPlaces.room(places, count, dims)
  }

  private static func room(_ places: [Float], _ count: Int, _ dims: Int) throws -> [Float] {
    var room = [Float](repeating: 0, count: count)
    try room.withUnsafeMutableBufferPointer { room in
      try places.withUnsafeBufferPointer { places in
        try parallelRows(count) { piece in
          var least = Float.infinity
          for other in 0..<count {
            var square: Float = 0
            for d in 0..<dims {
              let difference = places[piece * dims + d] - places[other * dims + d]
              square += difference * difference
            }
            if square > 0, square < least { least = square }
          }
          room[piece] = least == .infinity ? 1 : least.squareRoot() / 2
        }
      }
    }
    return room
  }
}
