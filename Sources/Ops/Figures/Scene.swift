// What a panel in three dimensions has beyond one in the plane.

import Lang
import Runtime

/// Where the eye is: matplotlib's angles, in degrees. The azimuth turns about the z axis, counted from the x axis; the
/// elevation is that above the plane of x and y.
package struct View: Equatable {
  var azimuth = -60.0
  var elevation = 25.0
}

/// Heights over a grid of places.
package struct Surface: Equatable {
  /// One for each column.
  package var x: [Double]
  /// One for each row.
  package var y: [Double]
  /// Row by row; NaN leaves a hole.
  package var z: [Double]
  package var palette: ColourMap
  /// The heights at the two ends of the colours.
  package var range: ClosedRange<Double>
}

package struct Scene: Equatable {
  var zLabel: String?
  var zRange: ClosedRange<Double>?
  package var view: View?
  /// Numbers along the axes.
  var showsTicks = true
  package var surface: Surface?

  package init() {}

  /// With a name for the z axis, if it has none.
  func named(_ name: String) -> Scene {
    var space = self
    space.zLabel = zLabel ?? name
    return space
  }

  func overlaid(with other: Scene) -> Scene {
    var space = self
    space.zLabel = zLabel ?? other.zLabel
    space.zRange = zRange ?? other.zRange
    space.view = view ?? other.view
    space.showsTicks = showsTicks && other.showsTicks
    space.surface = surface ?? other.surface
    return space
  }
}
