// Which values a sweep gives to the params of a recipe, and their combinations.

import Formats
import Lang
import Runtime

struct SweepGrid {
  /// More points than this are asked about.
  static let most = 100_000

  struct Axis {
    let name: String
    let values: [String]
  }

  let axes: [Axis]
  let isZipped: Bool

  /// Reads what stands behind the params. Throws `badOption`, and what is wrong with an @file.
  init(_ words: [(name: String, text: String)], params: [ParamDeclaration], isZipped: Bool) throws {
    self.isZipped = isZipped
    var axes: [Axis] = []
    for (option, text) in words {
      let name = ParamDeclaration.name(of: option)
      guard let param = params.first(where: { $0.name == name }) else {
        let near = nearestName(to: name, among: params.map(\.name)).map { "did you mean --\($0)?" }
        throw SweepCommand.wrong(
          "the recipe has no param --\(option)",
          help: near ?? "its params are \(params.map { "--" + $0.name }.joined(separator: ", "))")
      }
      guard param.type != .folder else {
        throw SweepCommand.wrong("--\(option) is a folder of the recipe: each point has its own, below --out DIR")
      }
      guard !axes.contains(where: { $0.name == name }) else { throw SweepCommand.wrong("--\(option) is there twice") }
      axes.append(Axis(name: name, values: try Self.values(text, of: param)))
    }
    self.axes = axes
    let counts = Set(axes.map(\.values.count).filter { $0 != 1 })
    if isZipped, counts.count > 1 {
      let shown = axes.map { "--\($0.name) has \($0.values.count)" }.joined(separator: ", ")
      throw SweepCommand.wrong("--zip wants as many values everywhere, or one: \(shown)")
    }
  }

  private static func values(_ text: String, of param: ParamDeclaration) throws -> [String] {
    if text.hasPrefix("@") {
      let lines = try InputFile.lines(String(text.dropFirst()), permissions: Permissions()).filter { !$0.isEmpty }
      guard !lines.isEmpty else { throw SweepCommand.wrong("\(text.dropFirst()) has no values for --\(param.name)") }
      return lines
    }
    // The commas of a list are its own.
    if param.type == .list { return [text] }
    if param.type == .number, let range = try range(text, param.name) { return range }
    let values = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !values.contains("") || values.count == 1 else {
      throw SweepCommand.wrong(
        "--\(param.name) has an empty value in `\(text)`",
        help: "values that hold commas come from a file: --\(param.name) @FILE")
    }
    return values
  }

  /// "0..12": 0 to 11, as in the language.
  private static func range(_ text: String, _ name: String) throws -> [String]? {
    guard let mark = dots(in: text) else { return nil }
    guard let start = Int(text[..<mark.lowerBound]), let end = Int(text[mark.upperBound...]) else {
      throw SweepCommand.wrong(
        "--\(name) \(text) is no range of whole numbers", help: "such as 0..12, which is 0 to 11")
    }
    guard start < end else {
      throw SweepCommand.wrong("--\(name) \(text) is empty", help: "a range does not hold its end: 0..12 is 0 to 11")
    }
    let (count, overflow) = end.subtractingReportingOverflow(start)
    guard !overflow, count <= 10_000_000 else { throw SweepCommand.wrong("--\(name) \(text) has too many values") }
    return (start..<end).map(String.init)
  }

  /// How many points there are; nil for more than anybody can count.
  var count: Int? {
    if isZipped { return axes.map(\.values.count).max() ?? 1 }
    var product = 1
    for axis in axes {
      let (next, overflow) = product.multipliedReportingOverflow(by: axis.values.count)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// The values of a point, in the order of the axes; the last of them turns fastest.
  func point(_ index: Int) -> [(name: String, text: String)] {
    if isZipped { return axes.map { ($0.name, $0.values[$0.values.count == 1 ? 0 : index]) } }
    var rest = index
    return axes.reversed().map { axis in
      defer { rest /= axis.values.count }
      return (axis.name, axis.values[rest % axis.values.count])
    }.reversed()
  }
}

extension SweepGrid {
  private static func dots(in text: String) -> Range<String.Index>? {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == ".", next < text.endIndex, text[next] == "." { return index..<text.index(after: next) }
      index = next
    }
    return nil
  }
}
