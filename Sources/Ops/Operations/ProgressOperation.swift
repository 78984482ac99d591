// progress(xs): a loop that shows how far it has come.

import Lang
import Runtime

extension Registrations {
  static let progress: [Operation] = [
    Operation(
      "progress", "(xs: any, label: string = \"\") -> any",
      """
      The same elements, for a loop that takes long: at a terminal a bar shows how many are done, their rate and the time left.
      It appears after half a second and goes when the loop ends; nothing is drawn where standard error is no terminal. Of nested
      ones the outermost is shown. Operations that take collections (`map`, `filter`) take it too.
      """, example: "for h in progress(m.heads, \"heads\") { norm(wvo(h)) }"
    ) { call in .object(try ProgressObject(call[0], label: call.string(1))) }
  ]
}

/// Elements that report when they are visited.
private final class ProgressObject: Object {
  private let elements: Object
  private let label: String
  private var progress: Progress?

  /// A list or range gives its elements when they are visited; those of others are taken out at once.
  init(_ value: Value, label: String) throws {
    let givesThem = value.asList != nil || value.asRange != nil
    elements = try givesThem ? value.asObject ?? ListObject([]) : ListObject(Runtime.elements(of: value))
    self.label = label
    super.init()
  }

  override var typeName: String { "progress" }
  override var count: Int? { elements.count }
  override var description: String { "progress of \(counted(elements.count ?? 0, "element"))" }

  override func iterated(_ index: Int) throws -> Value {
    if index == 0 { progress = Progress(label, total: elements.count ?? 0) }
    progress?.report(index)
    return try elements.iterated(index)
  }
}
