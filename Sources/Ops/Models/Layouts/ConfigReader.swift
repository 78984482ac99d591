// Reads config.json, or what else says a model's sizes, field by field. A wrong type or size is an error that names the field: nothing is guessed from a bad value,
// and what nobody has read in the end is reported, for a number that depends on it would be wrong without a word.

import Formats
import Kernels
import Lang
import Runtime

package final class ConfigReader {
  package let path: String
  /// As messages call the whole of it.
  package let title: String
  /// The whole object.
  package let json: JSON
  /// Whether the weights are those of a GGUF file: norms with the 1 in their gains, and Llama's rows of queries and keys in the order of the
  /// pairs that turn together.
  package let isGGUF: Bool
  /// Stands before field names in messages: "rope_scaling.".
  private let prefix: String
  /// Whether it is a model's config of its own within the file: what is unknown there is reported and not refused.
  private let isWhole: Bool
  private var read: Set<String> = []
  private var inner: [String: ConfigReader] = [:]

  package init(_ file: MappedFile) throws {
    path = file.path
    (title, prefix, isWhole, isGGUF) = ("config.json", "", true, false)
    json = try JSON.parse(file.bytes, name: file.path)
    guard json.asObject != nil else { throw Fault.badConfig(path, reason: "it holds \(json.phrase), not an object") }
  }

  /// An object that a file holds beside its weights, under `title`.
  package init(_ json: JSON, path: String, title: String, isGGUF: Bool = false) {
    (self.path, self.json, self.title, self.isGGUF) = (path, json, title, isGGUF)
    (prefix, isWhole) = (title + ".", true)
  }

  private init(_ json: JSON, in outer: ConfigReader, field: String, isWhole: Bool) {
    (path, title, self.json, self.isWhole, isGGUF) = (outer.path, outer.title, json, isWhole, outer.isGGUF)
    prefix = outer.prefix + field + "."
  }

  /// Whether the field is there and not null.
  package func has(_ field: String) -> Bool {
    read.insert(field)
    return json[field].map { !$0.isNull } ?? false
  }

  /// The first of several names of one field that is there; the first name if none is. Two that differ are an error.
  package func name(_ names: String...) throws -> String {
    let found = unique(names).filter(has)
    guard let first = found.first else { return names[0] }
    for other in found.dropFirst() where json[other]?.asNumber != json[first]?.asNumber {
      throw fault(other, "it contradicts `\(first)`, which means the same")
    }
    return first
  }

  /// A whole number within a range; a default makes the field optional.
  package func whole(_ field: String, in range: ClosedRange<Int>, default: Int? = nil) throws -> Int {
    guard let value = try value(field, or: `default`) else { return `default` ?? range.lowerBound }
    guard let number = value.asNumber else { throw fault(field, "it is \(value.phrase), not a whole number") }
    guard let whole = value.asWhole else { throw fault(field, "\(numberText(number)) is not a whole number") }
    guard range.contains(whole) else {
      throw fault(field, "\(whole) is out of range, it must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return whole
  }

  /// A number strictly between two bounds.
  package func number(_ field: String, above low: Double, below high: Double, default: Double? = nil) throws -> Double {
    guard let value = try value(field, or: `default`) else { return `default` ?? low }
    guard let number = value.asNumber else { throw fault(field, "it is \(value.phrase), not a number") }
    guard number > low, number < high else {
      throw fault(
        field, "\(numberText(number)) is out of range, it must be between \(numberText(low)) and \(numberText(high))")
    }
    return number
  }

  /// A number above `low` and not above `high`.
  package func number(_ field: String, above low: Double, through high: Double, default: Double? = nil) throws -> Double
  { try number(field, above: low, below: high.nextUp, default: `default`) }

  /// A list of numbers. Throws `badConfig` for anything else and where the key is missing.
  package func numbers(_ field: String) throws -> [Double] {
    guard let list = try value(field, or: nil)?.asArray else { throw fault(field, "it is no list of numbers") }
    return try list.map {
      guard let number = $0.asNumber else { throw fault(field, "it holds \($0.phrase), not only numbers") }
      return number
    }
  }

  /// A list of strings. Throws as `numbers`.
  package func strings(_ field: String) throws -> [String] {
    guard let list = try value(field, or: nil)?.asArray else { throw fault(field, "it is no list of names") }
    return try list.map {
      guard let text = $0.asString else { throw fault(field, "it holds \($0.phrase), not only names") }
      return text
    }
  }

  /// True or false, `default` where the key is missing or null. Throws `badConfig` for anything else.
  package func bool(_ field: String, default: Bool? = nil) throws -> Bool {
    guard let value = try value(field, or: `default`) else { return `default` ?? false }
    guard let bool = value.asBool else { throw fault(field, "it is \(value.phrase), not true or false") }
    return bool
  }

  /// A string, `default` where the key is missing or null. Throws `badConfig` for anything else.
  package func string(_ field: String, default: String? = nil) throws -> String {
    guard let value = try value(field, or: `default`) else { return `default` ?? "" }
    guard let string = value.asString else { throw fault(field, "it is \(value.phrase), not a string") }
    return string
  }

  /// An activation function by its name in transformers. Throws `badConfig` with the known names.
  package func activation(_ field: String, default: String) throws -> Activation {
    let name = try string(field, default: `default`)
    if let activation = Activation(configName: name) { return activation }
    throw fault(
      field, "there is no activation function \(Printer.quoted(name)) here",
      help: "known: \(Activation.configNames.map(\.name).joined(separator: ", "))")
  }

  /// The object under a field, nil where the field is absent or null. `isWhole`: it describes a model, as the file does.
  package func nested(_ field: String, isWhole: Bool = false) throws -> ConfigReader? {
    guard has(field), let value = json[field] else { return nil }
    if let reader = inner[field] { return reader }
    guard value.asObject != nil else { throw fault(field, "it is \(value.phrase), not an object") }
    let reader = ConfigReader(value, in: self, field: field, isWhole: isWhole)
    inner[field] = reader
    return reader
  }

  /// The field must have this value where it is there: nothing else is supported.
  package func require(_ field: String, _ expected: Bool) throws {
    guard try bool(field, default: expected) == expected else { throw fault(field, "\(!expected) is not supported") }
  }

  /// Says which fields do not enter the numbers though nobody knows that they need not. `ignored`: fields of the training, the
  /// tokenizer and the saving program. Unknown fields of an inner object change what it says, so they are refused.
  func reportUnread(ignored: (String) -> Bool, family: String) throws {
    for reader in inner.values {
      if reader.isWhole { try reader.reportUnread(ignored: ignored, family: family) } else { try reader.refuseUnread() }
    }
    let unread = (json.asObject ?? []).filter { !read.contains($0.key) && !ignored($0.key) && !$0.value.isNull }
    guard let first = unread.first else { return }
    let more = unread.count > 1 ? " and \(counted(unread.count - 1, "other field"))" : ""
    Notices.warn("\(path): `\(prefix)\(first.key)`\(more) are not known for the family \(family) and change nothing")
  }

  /// Throws for a field that nobody has read and that is not one of `known`, nor one of the saving program.
  func refuseUnread(besides known: Set<String> = []) throws {
    for reader in inner.values { try reader.refuseUnread() }
    if let field = (json.asObject ?? []).first(where: {
      !read.contains($0.key) && !known.contains($0.key) && !$0.key.hasPrefix("_") && !$0.value.isNull
    }) {
      throw fault(field.key, "it is not known here, and what stands beside it may mean something else with it")
    }
  }

  private func unique(_ names: [String]) -> [String] {
    names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
  }

  /// The field, or nil when it is absent and there is a default.
  private func value(_ field: String, or default: Any?) throws -> JSON? {
    read.insert(field)
    if let value = json[field], !value.isNull { return value }
    guard `default` != nil else { throw fault(field, "it is missing") }
    return nil
  }

  /// What is wrong with a key, for the error that names the file and the key.
  package func fault(_ field: String, _ reason: String, help: String? = nil) -> Fault {
    Fault.badConfig(path, field: prefix + field, reason: reason, help: help)
  }
}
