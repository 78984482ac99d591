// `tw why FILE`: how a file was made.

import Formats
import Hub
import Lang
import Operations
import Runtime

struct WhyCommand {
  enum Part {
    case summary
    /// The whole record, as JSON.
    case json
    /// The text of the recipe alone.
    case recipe
  }

  let part: Part
  let paths: [String]

  func perform() throws -> Int32 {
    for (index, path) in paths.enumerated() {
      let made = try Provenance.read(path)
      switch part {
      case .json: try StandardOutput.shared.writeContents(made.json.indented() + "\n")
      case .recipe: try StandardOutput.shared.writeContents(made.recipe.text ?? "")
      case .summary: try StandardOutput.shared.write((index > 0 ? "\n" : "") + Self.summary(made, path) + "\n")
      }
    }
    return ExitStatus.success
  }

  private static func summary(_ made: MadeBy, _ path: String) -> String {
    var lines = ["\(path): made by \(made.recipe.name) (sha256 \(short(made.recipe.sha256))) with tw \(made.version)"]
    if made.isUnchanged == false { lines.append("  it has been changed since") }
    func add(_ label: String, _ items: [String]) {
      for (index, item) in items.enumerated() {
        lines.append(
          "  " + (index == 0 ? label : "") + String(repeating: " ", count: 12 - (index == 0 ? label.count : 0)) + item)
      }
    }
    add(
      "params",
      made.parameters.map { name, value in
        "\(name) = \(value.text())" + (made.given.contains(name) ? "" : "  (default)")
      })
    add(
      "models",
      made.models.flatMap { model in
        ["\(model.name), \(model.dtype)" + (model.revision.map { ", revision \($0)" } ?? "")]
          + model.files.map { "  \($0.name)  \(short($0.sha256))" }
      })
    add("inputs", made.inputs.map { "\($0.name)  \(short($0.sha256))" })
    add("seeds", made.seeds.map { "\($0.operation): \(numberText($0.seed))" })
    add("modules", made.modules.map { "\($0.name)  \(short($0.sha256))" + ($0.text == nil ? "  (part of tw)" : "") })
    if let finished = made.json["finished"]?.asString {
      let seconds = made.json["seconds"]?.asNumber.map { ", \(numberText($0)) s" } ?? ""
      let memory = made.json["peak_memory"]?.asWhole.map { ", \(ByteCount.text($0))" } ?? ""
      add("run", ["\(finished)\(seconds)\(memory)"])
      add(
        "machine",
        [
          [
            made.json["cpu"]?.asString, made.json["threads"]?.asWhole.map { "\($0) threads" },
            made.json["blas"]?.asString,
          ]
          .compactMap { $0 }.joined(separator: "; ")
        ])
    }
    add("again", ["tw rerun \(path)"])
    return lines.joined(separator: "\n")
  }

  private static func short(_ sum: String) -> String { String(sum.prefix(12)) }
}
