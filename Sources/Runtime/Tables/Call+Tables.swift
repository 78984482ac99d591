// Tables as arguments of operations.

import Lang

extension Call {
  package func table(_ index: Int) throws -> TableObject {
    guard let table = self[index].asTable else { throw wrongType(index, "a table") }
    return table
  }

  /// The tables of a list; nil for a list that holds none.
  package func tables(_ index: Int) throws -> [TableObject]? {
    let items = try list(index)
    guard items.contains(where: { $0.asTable != nil }) else { return nil }
    return try items.enumerated().map { place, item in
      guard let table = item.asTable else { throw wrongElement(index, "a list of tables", at: place, item) }
      return table
    }
  }

  /// The cells of a list's columns, one after the other, a list or range among them counting as a column; nil for a list that holds
  /// no column or other things too.
  package func columns(_ index: Int) throws -> ContiguousArray<Value>? {
    let items = try list(index)
    guard items.contains(where: \.isColumn), items.allSatisfy({ $0.asList != nil || $0.asRange != nil }) else {
      return nil
    }
    var cells: ContiguousArray<Value> = []
    for item in items {
      try checkListFits(cells.count + (try elementCount(item)))
      cells.append(contentsOf: try elements(of: item))
    }
    return cells
  }

  /// One name of a column or a list of them, each once.
  package func names(_ index: Int) throws -> [String] {
    if let name = self[index].asString { return [name] }
    var seen: Set<Symbol> = []
    let names = try list(index).enumerated().map { place, item in
      guard let name = item.asString else { throw wrongElement(index, "names of columns", at: place, item) }
      guard seen.insert(Symbol(name)).inserted else {
        throw Fault.badValue("`\(operation.name)` got `\(name)` twice in `\(parameterName(index))`")
      }
      return name
    }
    guard !names.isEmpty else {
      throw Fault.badValue("`\(operation.name)` wants at least one name in `\(parameterName(index))`")
    }
    return names
  }
}
