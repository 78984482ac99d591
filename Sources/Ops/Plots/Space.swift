// What a panel in three dimensions has beyond one in the plane.

import Lang
import Runtime

/// Where the eye is: matplotlib's angles, in degrees. The azimuth turns about the z axis, counted from the x axis; the
/// elevation is that above the plane of x and y.
public struct View: Equatable {
  public var azimuth = -60.0
  public var elevation = 25.0
}

/// Heights over a grid of places.
public struct Surface: Equatable {
  /// One for each column.
  public var x: [Double]
  /// One for each row.
  public var y: [Double]
  /// Row by row; NaN leaves a hole.
  public var z: [Double]
  public var palette: ColourMap
  /// The heights at the two ends of the colours.
  public var range: ClosedRange<Double>
}

public struct Space: Equatable {
  public var zLabel: String?
  public var zRange: ClosedRange<Double>?
  public var view: View?
  /// Numbers along the axes.
  public var showsTicks = true
  public var surface: Surface?

  public init() {}

  /// With a name for the z axis, if it has none.
  func named(_ name: String) -> Space {
    var space = self
    space.zLabel = zLabel ?? name
    return space
  }

  func overlaid(with other: Space) -> Space {
    var space = self
    space.zLabel = zLabel ?? other.zLabel
    space.zRange = zRange ?? other.zRange
    space.view = view ?? other.view
    space.showsTicks = showsTicks && other.showsTicks
    space.surface = surface ?? other.surface
    return space
  }
}
