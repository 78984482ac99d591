// From distances to weights: every point measures its neighbours with a scale of its own, so that all have the same effective
// number of them. McInnes, Healy, Melville: UMAP (2018), algorithm 3; details as in umap-learn's `smooth_knn_dist`.

import Glibc

/// The local scale of one point: a neighbour at distance d has weight exp(-max(d - rho, 0) / sigma).
package struct LocalScale {
  /// Distance of the nearest neighbour that is no duplicate: it has weight 1.
  package let rho: Float
  package let sigma: Float

  private static let tolerance = 1e-5
  /// sigma is at least this part of the mean distance, so that clumps of duplicates keep some weight outside.
  private static let smallest = 1e-3

  /// `distances`: rising, without the point itself. `effective`: what the weights of `counted` of them are to sum up to.
  /// `mean`: the scale below which sigma may not fall where rho is 0 (over all points); else it is the mean of `all`.
  private init(
    _ counted: UnsafeBufferPointer<Float>, effective: Double, rho: Float, ownMean: Double, otherMean: Double
  ) {
    var (low, high, middle) = (0.0, Double.infinity, 1.0)
    for _ in 0..<64 {
      var sum = 0.0
      for distance in counted {
        let beyond = Double(distance - rho)
        sum += beyond > 0 ? exp(-beyond / middle) : 1
      }
      if abs(sum - effective) < LocalScale.tolerance { break }
      if sum > effective {
        high = middle
        middle = (low + high) / 2
      } else {
        low = middle
        middle = high == .infinity ? middle * 2 : (low + high) / 2
      }
    }
    self.rho = rho
    sigma = Float(max(middle, LocalScale.smallest * (rho > 0 ? ownMean : otherMean)))
  }

  /// Of a point among others. `distances`: its neighbours', rising, itself left out; `mean`: of all points' distances, those
  /// of 0 to themselves included.
  package init(amongOthers distances: UnsafeBufferPointer<Float>, mean: Double) {
    let neighbours = distances.count + 1
    let sum = distances.reduce(0) { $0 + Double($1) }
    self.init(
      distances, effective: log2(Double(neighbours)), rho: distances.first { $0 > 0 } ?? 0,
      ownMean: sum / Double(neighbours), otherMean: mean)
  }

  /// Of a new point. umap-learn leaves the nearest neighbour out of the sum here too, though it is another point, and
  /// measures from 0.
  package init(ofNewPoint distances: UnsafeBufferPointer<Float>) {
    let mean = distances.reduce(0) { $0 + Double($1) } / Double(max(distances.count, 1))
    self.init(
      UnsafeBufferPointer(rebasing: distances.dropFirst()), effective: log2(Double(distances.count)), rho: 0,
      ownMean: mean, otherMean: mean)
  }

  /// Weight of a neighbour.
  @inline(__always)
  package func weight(_ distance: Float) -> Float {
    distance <= rho || sigma == 0 ? 1 : Float(exp(Double(-(distance - rho) / sigma)))
  }
}
