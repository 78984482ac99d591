// The stored tensors of one model, from a single file or from several shards, by name.

import Formats
import Glibc
import Lang
import Runtime

final class WeightFiles {
  /// As messages name the whole: the file, or the index of the shards.
  let path: String
  private(set) var names: [String] = []
  private var places: [String: (file: Safetensors, entry: Safetensors.Entry)] = [:]
  private var storages: [String: TensorStorage] = [:]
  /// Stands before all names that are asked for.
  private var prefix = ""

  /// One file.
  init(_ file: Safetensors) {
    path = file.file.path
    for entry in file.entries { add(entry, of: file) }
  }

  /// Shards, as an index file (`model.safetensors.index.json`) assigns tensors to them.
  init(index: MappedFile, open: (String) throws -> MappedFile) throws {
    path = index.path
    let json = try JSON.parse(index.bytes, name: index.path)
    guard let map = json["weight_map"]?.asObject else {
      throw Fault.badWeights(index.path, reason: "there is no object `weight_map`")
    }
    var shards: [String: (file: Safetensors, entries: [String: Safetensors.Entry])] = [:]
    for (name, value) in map {
      guard let shard = value.asString, !shard.isEmpty, !shard.contains("/"), shard != "..", shard != "." else {
        throw Fault.badWeights(index.path, tensor: name, reason: "`weight_map` gives no file name for it")
      }
      if shards[shard] == nil {
        let file = try Safetensors(try open(shard))
        shards[shard] = (file, Dictionary(file.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
      }
      guard let (file, entries) = shards[shard], let entry = entries[name] else {
        throw Fault.badWeights(index.path, tensor: name, reason: "it is not in \(shard), where `weight_map` puts it")
      }
      add(entry, of: file)
    }
  }

  private func add(_ entry: Safetensors.Entry, of file: Safetensors) {
    names.append(entry.name)
    places[entry.name] = (file, entry)
  }

  /// Takes the first prefix under which `name` is found. Throws when there is none.
  func choosePrefix(among prefixes: [String], byTensor name: String) throws {
    guard let found = prefixes.first(where: { places[$0 + name] != nil }) else {
      let some = names.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
      throw Fault.badWeights(
        path, tensor: name, reason: "it is missing",
        help: names.isEmpty ? "the file holds no tensors" : "the file holds \(names.count) tensors, such as \(some)")
    }
    prefix = found
  }

  /// Whether there is a tensor of this name, with or without the prefix.
  func has(_ name: String) -> Bool { places[prefix + name] != nil || places[name] != nil }

  /// The view that a layout describes. Throws `badWeights` when the tensor is missing, has another shape or an unusable type.
  func tensor(_ layout: WeightLayout, labels: Labels? = nil) throws -> Tensor {
    let key = places[prefix + layout.tensor] != nil ? prefix + layout.tensor : layout.tensor
    guard let (file, entry) = places[key] else {
      throw Fault.badWeights(path, tensor: prefix + layout.tensor, reason: "it is missing")
    }
    guard entry.shape == layout.stored else {
      let (wanted, found) = (Tensor.describe(shape: layout.stored), Tensor.describe(shape: entry.shape))
      throw Fault.badWeights(
        file.file.path, tensor: key, reason: "its shape is \(found), config.json makes it \(wanted)")
    }
    let storage = try storages[key] ?? file.storage(of: entry)
    storages[key] = storage
    return Tensor(
      storage: storage, offset: layout.offset, shape: layout.shape, strides: layout.strides, labels: labels)
  }

  /// The first tensor whose name, without the prefix, begins so.
  func first(startingWith start: String) -> String? {
    names.first { $0.hasPrefix(prefix + start) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// Whether a stored tensor has the bytes of another one of these files. Reads both where they are of one type and size.
  func areSame(_ name: String, _ other: Tensor) -> Bool {
    guard let (file, entry) = places[prefix + name] ?? places[name], let origin = other.storage.origin,
      origin.type.rawValue == entry.type, other.storage.count == entry.count,
      let base = file.file.bytes.baseAddress
    else { return false }
    return memcmp(base + entry.bytes.lowerBound, origin.bytes, entry.bytes.count) == 0
  }

  /// Names of the tensors that nobody has asked for.
  var unused: [String] { names.filter { storages[$0] == nil } }

  /// Elements of all tensors that are in use.
  var parameterCount: Int { storages.values.reduce(0) { $0 + $1.count } }
}
