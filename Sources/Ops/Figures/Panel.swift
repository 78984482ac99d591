// What a figure shows, independent of how it is drawn: gnuplot, blocks in a terminal and tables of its data all start here.

import Lang
import Runtime

/// How a series is coloured.
package enum Paint: Equatable {
  /// The next colour of the palette.
  case automatic
  /// "#rrggbb".
  case fixed(String)
}

/// One series of points, and the sign that stands for each.
package struct Layer: Equatable {
  package enum Shape: Equatable {
    case line(isDashed: Bool)
    /// Points; nil is a size that suits their number.
    case points(size: Double?)
    /// Boxes from 0 to y, `width` wide in units of x; hollow ones show what is behind them.
    case boxes(width: Double, isHollow: Bool)
    /// Boxes from x = 0 to x, `width` high in units of y.
    case bars(width: Double)
    /// From every even point to the odd one behind it; in three dimensions.
    case arrows(hasTips: Bool)
  }

  package var shape: Shape
  /// As the legend names it.
  package var name: String?
  var paint = Paint.automatic
  package var x: [Double]
  package var y: [Double]
  /// In three dimensions.
  package var z: [Double]?
  /// Numbers that the colours of the points stand for.
  package var values: [Double]?
  /// Texts beside the points.
  package var labels: [String]?
  /// Texts that a page shows for the point under the mouse; nil shows the labels.
  var hover: [String]?

  package init(
    _ shape: Shape, name: String? = nil, paint: Paint = .automatic, x: [Double], y: [Double], z: [Double]? = nil,
    values: [Double]? = nil, labels: [String]? = nil, hover: [String]? = nil
  ) {
    self.shape = shape
    self.name = name
    self.paint = paint
    self.x = x
    self.y = y
    self.z = z
    self.values = values
    self.labels = labels
    self.hover = hover
  }

  var isArrows: Bool { if case .arrows = shape { true } else { false } }

  /// Without the points that `isKept` rejects.
  func filtered(_ isKept: (Int) -> Bool) -> Layer {
    let kept = x.indices.filter(isKept)
    return kept.count < x.count ? picked(kept) : self
  }

  /// The points at `places`, in their order.
  func picked(_ places: [Int]) -> Layer {
    var layer = self
    layer.x = places.map { x[$0] }
    layer.y = places.map { y[$0] }
    layer.z = z.map { z in places.map { z[$0] } }
    layer.values = values.map { values in places.map { values[$0] } }
    layer.labels = labels.map { labels in places.map { labels[$0] } }
    layer.hover = hover.map { hover in places.map { hover[$0] } }
    return layer
  }
}

/// One coordinate system with what is in it.
package struct Panel: Equatable {
  package var title: String?
  var xLabel: String?
  var yLabel: String?
  var showsLegend = true
  var isLogX = false
  var isLogY = false
  var xRange: ClosedRange<Double>?
  var yRange: ClosedRange<Double>?
  /// One unit of x is as long as one unit of y.
  package var isEqual = false
  /// Names at 0, 1, 2, … of the x axis.
  var xNames: [String]?
  /// The same of the y axis, the first on top.
  package var yNames: [String]?
  package var heatMap: HeatMap?
  var picture: Picture?
  /// Set where the panel is a text in colours, and nothing else.
  var passage: Passage?
  package var layers: [Layer] = []
  /// Set in three dimensions, where all layers have z.
  package var space: Scene?

  package init() {}

  /// What the scale of colours says, if there is one.
  var colours: (palette: ColourMap, range: ClosedRange<Double>)? {
    (heatMap ?? picture?.over).map { ($0.palette, $0.range) } ?? passage.map { ($0.palette, $0.range) }
      ?? valueRange.map { (.viridis, $0) }
  }

  /// From the least to the greatest number that colours of points stand for.
  var valueRange: ClosedRange<Double>? {
    let values = layers.flatMap { $0.values ?? [] }
    guard let low = values.min(), let high = values.max() else { return nil }
    return low < high ? low...high : (low - 1)...(high + 1)
  }

  /// Numbers from the top down, as rows are counted.
  var hasRowsFromAbove: Bool { heatMap != nil || picture != nil || yNames != nil }

  /// Both panels' contents on one pair of axes: settings of this one, and what it leaves open from the other.
  func overlaid(with other: Panel) -> Panel {
    var panel = self
    panel.title = title ?? other.title
    panel.xLabel = xLabel ?? other.xLabel
    panel.yLabel = yLabel ?? other.yLabel
    panel.showsLegend = showsLegend && other.showsLegend
    panel.isLogX = isLogX || other.isLogX
    panel.isLogY = isLogY || other.isLogY
    panel.xRange = xRange ?? other.xRange
    panel.yRange = yRange ?? other.yRange
    panel.isEqual = isEqual || other.isEqual
    panel.xNames = xNames ?? other.xNames
    panel.yNames = yNames ?? other.yNames
    panel.heatMap = heatMap ?? other.heatMap
    panel.picture = picture ?? other.picture
    panel.layers += other.layers
    if let mine = space, let its = other.space { panel.space = mine.overlaid(with: its) }
    return panel
  }
}
