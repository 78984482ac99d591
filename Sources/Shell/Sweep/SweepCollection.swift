// `tw sweep … --collect FILE`: the points as rows of one table.

import Formats
import Lang
import Operations
import Runtime

struct SweepCollection {
  let plan: SweepPlan

  /// Columns: point, the params, status, error, then what the points have saved in result.json. Gives the exit status: 0 when every
  /// point is whole. Throws what `save` throws.
  func write(to path: String) throws -> Int32 {
    var results: [[(key: String, value: JSON)]] = []
    var statuses: [SweepPlan.Status] = []
    for point in plan.points {
      try checkInterrupt()
      let status = plan.status(point)
      statuses.append(status)
      if case .whole = status { results.append(try result(of: point)) } else { results.append([]) }
    }
    let params = plan.points.first?.params.map(\.name) ?? []
    var fields: [String] = []
    for key in results.flatMap({ $0.map(\.key) }) where !fields.contains(key) { fields.append(key) }
    var columns: [(String, [Value])] = [("point", plan.points.map { .string($0.name) })]
    for (index, name) in params.enumerated() {
      columns.append((name, plan.points.map { Self.value(.string($0.params[index].text)) }))
    }
    columns.append(
      (
        "status",
        statuses.map { status in
          switch status {
          case .whole: .string("whole");
          case .missing: .string("missing");
          case .failed: .string("failed")
          }
        }
      ))
    columns.append(("error", statuses.map { if case .failed(let words) = $0 { .string(words) } else { .nil } }))
    for field in fields {
      // A result that is called as a param is another thing.
      let name = columns.contains { $0.0 == field } ? "result_" + field : field
      columns.append((name, results.map { row in row.first { $0.key == field }.map { Self.value($0.value) } ?? .nil }))
    }
    let record = RecordObject()
    for (name, values) in columns { record[name] = .list(values) }
    let table = try Tables.table(from: .object(record))
    try Save.save(.object(table), to: path, permissions: Permissions())
    let whole = statuses.filter { if case .whole = $0 { true } else { false } }.count
    StandardError.write("\(path): \(whole) of \(plan.points.count) points are whole")
    return whole == plan.points.count ? ExitStatus.success : ExitStatus.failure
  }

  /// A record, or the only row of a table. Nothing where the recipe saves none.
  private func result(of point: SweepPlan.Point) throws -> [(key: String, value: JSON)] {
    let path = plan.place(point) + "/result.json"
    guard MappedFile.isFile(path) else { return [] }
    let json = try JSON.parse(InputFile.bytes(path, permissions: Permissions()), name: path)
    if let record = json.asObject { return record }
    if let rows = json.asArray, rows.count == 1, let row = rows[0].asObject { return row }
    throw Fault.badFile(path, reason: "it holds neither a record nor a table of one row")
  }

  /// Numbers as numbers, so that they can be computed with; what a cell cannot hold as JSON.
  private static func value(_ json: JSON) -> Value {
    switch json {
    case .null: .nil
    case .bool(let bool): .bool(bool)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    default: .string(json.text())
    }
  }
}
