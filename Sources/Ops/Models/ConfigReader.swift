// Reads config.json field by field. A wrong type or size is an error that names the field: nothing is guessed from a bad value.

import Lang
import Runtime

public struct ConfigReader {
  public let path: String
  /// The whole file.
  public let json: JSON

  init(_ file: MappedFile) throws {
    path = file.path
    json = try JSON.parse(file.bytes, name: file.path)
    guard json.asObject != nil else { throw Fault.badConfig(path, reason: "it holds \(json.phrase), not an object") }
  }

  /// Whether the field is there and not null.
  public func has(_ field: String) -> Bool { json[field].map { !$0.isNull } ?? false }

  /// A whole number within a range; a default makes the field optional.
  public func whole(_ field: String, in range: ClosedRange<Int>, default: Int? = nil) throws -> Int {
    guard let value = try value(field, or: `default`) else { return `default` ?? range.lowerBound }
    guard let number = value.asNumber else { throw fault(field, "it is \(value.phrase), not a whole number") }
    guard let whole = value.asWhole else { throw fault(field, "\(numberText(number)) is not a whole number") }
    guard range.contains(whole) else {
      throw fault(field, "\(whole) is out of range, it must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return whole
  }

  /// A number strictly between two bounds.
  public func number(_ field: String, above low: Double, below high: Double, default: Double? = nil) throws -> Double {
    guard let value = try value(field, or: `default`) else { return `default` ?? low }
    guard let number = value.asNumber else { throw fault(field, "it is \(value.phrase), not a number") }
    guard number > low, number < high else {
      throw fault(
        field, "\(numberText(number)) is out of range, it must be between \(numberText(low)) and \(numberText(high))")
    }
    return number
  }

  public func bool(_ field: String, default: Bool? = nil) throws -> Bool {
    guard let value = try value(field, or: `default`) else { return `default` ?? false }
    guard let bool = value.asBool else { throw fault(field, "it is \(value.phrase), not true or false") }
    return bool
  }

  public func string(_ field: String, default: String? = nil) throws -> String {
    guard let value = try value(field, or: `default`) else { return `default` ?? "" }
    guard let string = value.asString else { throw fault(field, "it is \(value.phrase), not a string") }
    return string
  }

  public func activation(_ field: String, default: String) throws -> Activation {
    let name = try string(field, default: `default`)
    if let activation = Activation(configName: name) { return activation }
    throw Fault.badConfig(
      path, field: field, reason: "there is no activation function \(Printer.quoted(name)) here",
      help: "known: \(Activation.configNames.joined(separator: ", "))")
  }

  /// The field, or nil when it is absent and there is a default.
  private func value(_ field: String, or default: Any?) throws -> JSON? {
    if let value = json[field], !value.isNull { return value }
    guard `default` != nil else { throw fault(field, "it is missing") }
    return nil
  }

  private func fault(_ field: String, _ reason: String) -> Fault { Fault.badConfig(path, field: field, reason: reason) }
}
