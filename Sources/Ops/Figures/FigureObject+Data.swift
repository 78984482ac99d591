// The numbers of a figure as a table: what `save(fig, "x.csv")` writes, and what is left when gnuplot is missing.

import Lang
import OrderedCollections
import Runtime

extension FigureObject {
  /// One row a point or cell: panel, series, x, y, and z, value and label where there are any. A heat map's x is the column, y the
  /// row, its text the label; and so of the numbers over an image; of an image without any the labels are its pixels' colours. An arrow has two rows, its tail and its head.
  /// A token of a text in colours is its place x, its value and its label. Of bars x is the place and y the number, however they lie.
  package func data() throws -> TableObject {
    let count = panels.reduce(0) { sum, panel in
      sum + (panel.heatMap?.values.count ?? 0) + (panel.passage?.values.count ?? 0)
        + (panel.picture.map { $0.over?.values.count ?? $0.bitmap.pixels.count / 3 } ?? 0)
        + (panel.space?.surface?.z.count ?? 0)
        + panel.layers.reduce(0) { $0 + $1.x.count }
    }
    try checkListFits(count * 7)
    var rows = Rows()
    rows.reserve(count)
    for (index, panel) in panels.enumerated() {
      let name = panel.title ?? String(index + 1)
      if let map = panel.heatMap ?? panel.picture?.over { try rows.append(map, panel: name) }
      if let passage = panel.passage { try rows.append(passage, panel: name) }
      if let picture = panel.picture, picture.over == nil { try rows.append(picture, panel: name) }
      if let surface = panel.space?.surface { try rows.append(surface, panel: name) }
      for layer in panel.layers { try rows.append(layer.upright, panel: name, names: panel.xNames ?? panel.yNames) }
    }
    return try rows.table(hasPanels: panels.count > 1)
  }

  private struct Rows {
    var panel: ContiguousArray<Value> = []
    var series: ContiguousArray<Value> = []
    var x: ContiguousArray<Value> = []
    var y: ContiguousArray<Value> = []
    var z: ContiguousArray<Value> = []
    var value: ContiguousArray<Value> = []
    var label: ContiguousArray<Value> = []

    /// Makes room once: moving millions of cells takes longer than Ctrl-C may wait.
    mutating func reserve(_ count: Int) {
      panel.reserveCapacity(count)
      series.reserveCapacity(count)
      x.reserveCapacity(count)
      y.reserveCapacity(count)
      z.reserveCapacity(count)
      value.reserveCapacity(count)
      label.reserveCapacity(count)
    }

    mutating func append(_ map: HeatMap, panel name: String) throws {
      let panelName = Value.string(name)
      let rowNames = map.rowNames?.map(Value.string)
      let columnNames = map.columnNames?.map(Value.string)
      for row in 0..<map.rows {
        try checkInterrupt()
        for column in 0..<map.columns {
          panel.append(panelName)
          series.append(.nil)
          x.append(columnNames?[column] ?? .number(column))
          y.append(rowNames?[row] ?? .number(row))
          z.append(.nil)
          value.append(.number(map.values[row * map.columns + column]))
          label.append((map.texts ?? map.hover).map { .string($0[row * map.columns + column]) } ?? .nil)
        }
      }
    }

    mutating func append(_ passage: Passage, panel name: String) throws {
      let panelName = Value.string(name)
      for (place, token) in passage.tokens.enumerated() {
        if place & 0xFFF == 0 { try checkInterrupt() }
        panel.append(panelName)
        series.append(.nil)
        x.append(.number(place))
        y.append(.nil)
        z.append(.nil)
        value.append(.number(passage.values[place]))
        label.append(.string(token))
      }
    }

    mutating func append(_ picture: Picture, panel name: String) throws {
      let panelName = Value.string(name)
      for row in 0..<picture.bitmap.height {
        try checkInterrupt()
        for column in 0..<picture.bitmap.width {
          panel.append(panelName)
          series.append(.nil)
          x.append(.number(column))
          y.append(.number(row))
          z.append(.nil)
          value.append(.nil)
          label.append(.string(Palette.hex(picture.bitmap.colour(row, column))))
        }
      }
    }

    mutating func append(_ surface: Surface, panel name: String) throws {
      let panelName = Value.string(name)
      for row in surface.y.indices {
        try checkInterrupt()
        for column in surface.x.indices {
          panel.append(panelName)
          series.append(.nil)
          x.append(.number(surface.x[column]))
          y.append(.number(surface.y[row]))
          z.append(.number(surface.z[row * surface.x.count + column]))
          value.append(.nil)
          label.append(.nil)
        }
      }
    }

    mutating func append(_ layer: Layer, panel name: String, names: [String]?) throws {
      let panelName = Value.string(name)
      let seriesName = layer.name.map(Value.string) ?? .nil
      let tickNames = names?.map(Value.string)
      for index in layer.x.indices {
        if index & 0xFFF == 0 { try checkInterrupt() }
        panel.append(panelName)
        series.append(seriesName)
        x.append(.number(layer.x[index]))
        y.append(.number(layer.y[index]))
        z.append(layer.z.map { .number($0[index]) } ?? .nil)
        value.append(layer.values.map { .number($0[index]) } ?? .nil)
        let tick = tickNames.flatMap { names in
          Int(exactly: layer.x[index].rounded()).flatMap { names.indices.contains($0) ? names[$0] : nil }
        }
        label.append((layer.labels ?? layer.hover).map { .string($0[index]) } ?? tick ?? .nil)
      }
    }

    func table(hasPanels: Bool) throws -> TableObject {
      var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
      if hasPanels { columns[Symbol("panel")] = panel }
      if try holdsAny(series) { columns[Symbol("series")] = series }
      columns[Symbol("x")] = x
      if try holdsAny(y) { columns[Symbol("y")] = y }
      if try holdsAny(z) { columns[Symbol("z")] = z }
      if try holdsAny(value) { columns[Symbol("value")] = value }
      if try holdsAny(label) { columns[Symbol("label")] = label }
      return try TableObject(columns)
    }

    private func holdsAny(_ cells: ContiguousArray<Value>) throws -> Bool {
      var found = false
      try inBlocks(cells.count) { block in found = found || cells[block].contains { !$0.isNil } }
      return found
    }
  }
}
