// What a figure shows, independent of how it is drawn: gnuplot, blocks in a terminal and tables of its data all start here.

import Lang
import Runtime

/// How a series is coloured.
public enum Paint: Equatable {
  /// The next colour of the palette.
  case automatic
  /// "#rrggbb".
  case fixed(String)
}

/// One series of points, and the sign that stands for each.
public struct Layer: Equatable {
  public enum Shape: Equatable {
    case line(isDashed: Bool)
    /// Points; nil is a size that suits their number.
    case points(size: Double?)
    /// Boxes from 0 to y, `width` wide in units of x; hollow ones show what is behind them.
    case boxes(width: Double, isHollow: Bool)
    /// From every even point to the odd one behind it; in three dimensions.
    case arrows(hasTips: Bool)
  }

  public var shape: Shape
  /// As the legend names it.
  public var name: String?
  public var paint = Paint.automatic
  public var x: [Double]
  public var y: [Double]
  /// In three dimensions.
  public var z: [Double]?
  /// Numbers that the colours of the points stand for.
  public var values: [Double]?
  /// Texts beside the points.
  public var labels: [String]?
  /// Texts that a page shows for the point under the mouse; nil shows the labels.
  public var hover: [String]?

  public init(
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

/// A matrix of colours, its first row on top.
public struct HeatMap: Equatable {
  public var rows: Int
  public var columns: Int
  /// Row by row; NaN cells stay empty.
  public var values: [Double]
  public var rowNames: [String]?
  public var columnNames: [String]?
  public var palette: ColourMap
  /// The numbers at the two ends of the colours.
  public var range: ClosedRange<Double>
}

/// One coordinate system with what is in it.
public struct Panel: Equatable {
  public var title: String?
  public var xLabel: String?
  public var yLabel: String?
  public var showsLegend = true
  public var isLogX = false
  public var isLogY = false
  public var xRange: ClosedRange<Double>?
  public var yRange: ClosedRange<Double>?
  /// One unit of x is as long as one unit of y.
  public var isEqual = false
  /// Names at 0, 1, 2, … of the x axis.
  public var xNames: [String]?
  public var heatMap: HeatMap?
  public var layers: [Layer] = []
  /// Set in three dimensions, where all layers have z.
  public var space: Space?

  public init() {}

  /// From the least to the greatest number that colours of points stand for.
  var valueRange: ClosedRange<Double>? {
    let values = layers.flatMap { $0.values ?? [] }
    guard let low = values.min(), let high = values.max() else { return nil }
    return low < high ? low...high : (low - 1)...(high + 1)
  }

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
    panel.heatMap = heatMap ?? other.heatMap
    panel.layers += other.layers
    if let mine = space, let its = other.space { panel.space = mine.overlaid(with: its) }
    return panel
  }
}
