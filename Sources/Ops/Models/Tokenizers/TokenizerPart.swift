// One part of tokenizer.json: its normalizer, pre-tokenizer, post-processor or decoder, an object with a `type`. A key that nobody
// asked for is refused by name, so that no setting is read and dropped.

import Formats
import Lang
import Runtime

/// Why a sound file cannot be followed. Tokens can be looked at all the same.
struct Unsupported: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

struct TokenizerPart {
  /// What messages call it: "normalizer".
  let kind: String
  let type: String
  let path: String
  private let members: [(key: String, value: JSON)]
  private var asked: Set<String> = ["type"]

  init(_ json: JSON, kind: String, path: String) throws {
    guard let members = json.asObject else {
      throw Fault.badTokenizer(path, reason: "its \(kind) is \(json.phrase), not an object")
    }
    guard let type = json["type"]?.asString else {
      throw Fault.badTokenizer(path, reason: "its \(kind) has no `type`")
    }
    self.kind = kind
    self.type = type
    self.path = path
    self.members = members
  }

  /// "its normalizer NFKC is not supported"
  var unsupported: Unsupported { Unsupported("its \(kind) \(type) is not supported") }

  func fault(_ key: String, _ value: JSON, _ wanted: String) -> Fault {
    Fault.badTokenizer(path, reason: "its \(kind) \(type): `\(key)` is \(value.phrase), not \(wanted)")
  }

  func missing(_ key: String) -> Fault {
    Fault.badTokenizer(path, reason: "its \(kind) \(type) lacks its `\(key)`")
  }

  /// The value of a key, nil where it is absent or null.
  mutating func take(_ key: String) -> JSON? {
    asked.insert(key)
    guard let value = members.first(where: { $0.key.isIdentical(to: key) })?.value, !value.isNull else { return nil }
    return value
  }

  /// Keys that say how the library keeps track of places in the text; ids do not depend on them.
  mutating func ignore(_ keys: String...) { asked.formUnion(keys) }

  mutating func bool(_ key: String) throws -> Bool? {
    guard let value = take(key) else { return nil }
    guard let bool = value.asBool else { throw fault(key, value, "true or false") }
    return bool
  }

  mutating func text(_ key: String) throws -> [UInt8]? {
    guard let value = take(key) else { return nil }
    guard let text = value.asString else { throw fault(key, value, "a string") }
    return Array(text.utf8)
  }

  mutating func whole(_ key: String) throws -> Int? {
    guard let value = take(key) else { return nil }
    guard let number = value.asWhole, number >= 0 else { throw fault(key, value, "a whole number from 0") }
    return number
  }

  mutating func list(_ key: String) throws -> [JSON] {
    guard let value = take(key) else { throw missing(key) }
    guard let list = value.asArray else { throw fault(key, value, "an array") }
    return list
  }

  /// Throws `Unsupported` for the first key that nobody asked for.
  func finish() throws {
    if let key = members.first(where: { !asked.contains($0.key) && !$0.value.isNull })?.key {
      throw Unsupported("its \(kind) \(type) has the key \(Printer.quoted(key)), which is not supported")
    }
  }
}
