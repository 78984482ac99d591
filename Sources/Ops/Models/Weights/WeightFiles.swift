// The stored tensors of one model, from a single file or from several shards, by name.

import Formats
import Glibc
import Lang
import Runtime

final class WeightFiles {
  /// A stored tensor: a view of elements that lie together in a file. Tensors of PyTorch's files may share theirs.
  private struct Place {
    let file: MappedFile
    /// The elements' bytes within the file, and their number.
    let bytes: Range<Int>
    let count: Int
    /// As safetensors calls it: F32, …
    let type: String
    let offset: Int
    let shape, strides: [Int]

    var elements: Elements { Elements(path: file.path, bytes: bytes, type: type) }

    /// Whether the tensor is all of its elements, in their order.
    var isWhole: Bool {
      guard offset == 0, count == shape.reduce(1, *), let layout = try? Tensor.RowMajor(of: shape) else { return false }
      return zip(shape, zip(strides, layout.strides)).allSatisfy { $0 <= 1 || $1.0 == $1.1 }
    }

    init(_ entry: Safetensors.Entry, of file: Safetensors) throws {
      (self.file, bytes, count, type) = (file.file, entry.bytes, entry.count, entry.type)
      (offset, shape, strides) = (0, entry.shape, try Tensor.RowMajor(of: entry.shape).strides)
    }

    init(_ tensor: TorchTensor, _ name: String, of archive: TorchArchive) throws {
      (file, bytes) = (archive.file, try archive.bytes(of: tensor.storage, tensor: name))
      (count, type) = (tensor.storage.count, tensor.storage.type)
      (offset, shape, strides) = (tensor.offset, tensor.shape, tensor.strides)
    }

    /// `isTransposed`: the family's files have it the other way round.
    init(_ entry: GGUFFile.Tensor, isTransposed: Bool, of file: GGUFFile) throws {
      (self.file, bytes, count, type, offset) = (file.file, entry.bytes, entry.count, entry.type, 0)
      let strides = try Tensor.RowMajor(of: entry.shape).strides
      (shape, self.strides) = isTransposed ? (entry.shape.reversed(), strides.reversed()) : (entry.shape, strides)
    }

    /// Where element number `index` of the tensor, counted row by row, lies among the elements. Strides are mapped by it too: each is the way
    /// to such an element from the first.
    func place(of index: Int) -> Int {
      var (rest, place) = (index, 0)
      for axis in shape.indices.reversed() where shape[axis] > 0 {
        // What is left in the end is a whole first axis: a stride beyond the tensor, of an axis of size 1.
        let within = axis == 0 ? rest : rest % shape[axis]
        place += within * strides[axis]
        rest = axis == 0 ? 0 : rest / shape[axis]
      }
      return place
    }
  }

  /// Elements of a file. Range and type belong to it: an empty tensor begins where the next one does.
  private struct Elements: Hashable {
    let path: String
    let bytes: Range<Int>
    let type: String
  }

  /// As messages name the whole: the file, or the index of the shards.
  let path: String
  private(set) var names: [String] = []
  private var places: [String: Place] = [:]
  private var storages: [Elements: TensorStorage] = [:]
  private var used: Set<String> = []
  /// Stands before all names that are asked for.
  private var prefix = ""
  private var otherNames: [(ending: String, other: String)] = []
  /// What says the shapes, for messages.
  var shapesTitle = "config.json"

  /// One file.
  init(_ file: Safetensors) throws {
    path = file.file.path
    for entry in file.entries { add(entry.name, try Place(entry, of: file)) }
  }

  /// A state dict that PyTorch saved.
  init(_ archive: TorchArchive) throws {
    path = archive.file.path
    for (name, place) in try Self.places(of: archive) { add(name, place) }
  }

  /// A state dict within what PyTorch saved: of the other tensors there nothing is looked at.
  init(_ archive: TorchArchive, _ dictionary: PickleDictionary) throws {
    path = archive.file.path
    for (name, place) in try Self.places(of: archive, dictionary) { add(name, place) }
  }

  /// A model of llama.cpp, its tensors under the names of the family's own files; others keep theirs.
  init(_ model: GGUFModel) throws {
    path = model.files[0].file.path
    for file in model.files {
      for entry in file.tensors where !GGUFModel.ofPositions.contains(entry.name) {
        let (name, isTransposed) = model.name(of: entry.name) ?? (entry.name, false)
        add(name, try Place(entry, isTransposed: isTransposed, of: file))
      }
    }
    shapesTitle = "its metadata"
  }

  /// Shards, as an index file (`model.safetensors.index.json`) assigns tensors to them.
  init(index: MappedFile, open: (String) throws -> MappedFile) throws {
    path = index.path
    let json = try JSON.parse(index.bytes, name: index.path)
    guard let map = json["weight_map"]?.asObject else {
      throw Fault.badWeights(index.path, reason: "there is no object `weight_map`")
    }
    var shards: [String: [String: Place]] = [:]
    for (name, value) in map {
      guard let shard = value.asString, !shard.isEmpty, !shard.contains("/"), shard != "..", shard != "." else {
        throw Fault.badWeights(index.path, tensor: name, reason: "`weight_map` gives no file name for it")
      }
      if shards[shard] == nil {
        let file = try open(shard)
        let found: [(name: String, place: Place)]
        if shard.hasSuffix(".bin") {
          found = try Self.places(of: TorchArchive(file))
        } else {
          let weights = try Safetensors(file)
          found = try weights.entries.map { ($0.name, try Place($0, of: weights)) }
        }
        shards[shard] = Dictionary(found.map { ($0.name, $0.place) }, uniquingKeysWith: { first, _ in first })
      }
      guard let place = shards[shard]?[name] else {
        throw Fault.badWeights(index.path, tensor: name, reason: "it is not in \(shard), where `weight_map` puts it")
      }
      add(name, place)
    }
  }

  private static func places(of archive: TorchArchive) throws -> [(name: String, place: Place)] {
    guard let dictionary = archive.value.asDictionary else {
      throw Fault.badWeights(archive.file.path, reason: "it holds \(archive.value.phrase), not a dict of tensors")
    }
    return try places(of: archive, dictionary)
  }

  private static func places(
    of archive: TorchArchive, _ dictionary: PickleDictionary
  ) throws -> [(name: String, place: Place)] {
    try archive.tensors(of: dictionary).map { ($0.name, try Place($0.tensor, $0.name, of: archive)) }
  }

  private func add(_ name: String, _ place: Place) {
    names.append(name)
    places[name] = place
  }

  /// Takes the names of a family, with the first of its prefixes under which `name` is found. Throws when there is none.
  func name(as family: Family, byTensor name: String) throws {
    otherNames = family.otherNames
    guard let found = family.prefixes.first(where: { places[$0 + name] != nil }) else {
      let some = names.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
      throw Fault.badWeights(
        path, tensor: name, reason: "it is missing",
        help: names.isEmpty ? "the file holds no tensors" : "the file holds \(names.count) tensors, such as \(some)")
    }
    prefix = found
  }

  /// Shapes by whole names.
  var shapes: TensorShapes { TensorShapes(path: path) { self.places[$0]?.shape } }

  /// Kinds of numbers, each once.
  var types: [String] { Set(places.values.map(\.type)).sorted() }

  /// Whether there is a tensor of this name, with or without the prefix.
  func has(_ name: String) -> Bool { !keys(of: name).isEmpty }

  /// The stored names of a tensor: with or without the prefix, as the family calls it or as other files do.
  private func keys(of name: String) -> [String] {
    let others = otherNames.filter { name.hasSuffix($0.ending) }.map {
      String(name.dropLast($0.ending.count)) + $0.other
    }
    return ([name] + others).compactMap { name in [prefix + name, name].first { places[$0] != nil } }
  }

  /// The view that a layout describes. Throws `badWeights` when the tensor is missing, has another shape or an unusable type.
  func tensor(_ layout: WeightLayout, labels: Labels? = nil) throws -> Tensor {
    let keys = keys(of: layout.tensor)
    guard let key = keys.first, let place = places[key] else {
      throw Fault.badWeights(path, tensor: prefix + layout.tensor, reason: "it is missing")
    }
    guard place.shape == layout.stored else {
      let (wanted, found) = (Tensor.describe(shape: layout.stored), Tensor.describe(shape: place.shape))
      throw Fault.badWeights(
        place.file.path, tensor: key, reason: "its shape is \(found), \(shapesTitle) makes it \(wanted)")
    }
    let storage = try storage(of: place, key)
    used.insert(key)
    let isWhole = place.isWhole
    let tensor = Tensor(
      storage: storage, offset: isWhole ? layout.offset : place.offset + place.place(of: layout.offset),
      shape: layout.shape, strides: isWhole ? layout.strides : layout.strides.map(place.place(of:)), labels: labels)
    for other in keys.dropFirst() where used.insert(other).inserted {
      guard try !areSame(other, view(place, key)) else { continue }
      Notices.warn(
        "\(path): `\(key)` and `\(other)` are two names of one tensor, but the two differ: the first is used")
    }
    return tensor
  }

  private func storage(of place: Place, _ name: String) throws -> TensorStorage {
    if let known = storages[place.elements] { return known }
    let made = try place.file.storage(of: place.bytes, type: place.type, count: place.count, tensor: name)
    storages[place.elements] = made
    return made
  }

  /// The tensor as it is stored.
  private func view(_ place: Place, _ name: String) throws -> Tensor {
    Tensor(
      storage: try storage(of: place, name), offset: place.offset, shape: place.shape, strides: place.strides,
      labels: nil)
  }

  /// The first tensor whose name, without the prefix, begins so.
  func first(startingWith start: String) -> String? {
    names.first { $0.hasPrefix(prefix + start) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// Whether a stored tensor is another one of these files, or has its bytes. Reads both where they are of one type and size.
  func areSame(_ name: String, _ other: Tensor) -> Bool {
    guard let place = keys(of: name).first.flatMap({ places[$0] }), let origin = other.storage.origin,
      origin.type.rawValue == place.type, let base = place.file.bytes.baseAddress
    else { return false }
    let start = base + place.bytes.lowerBound
    if start == origin.bytes, place.offset == other.offset, place.shape == other.shape, place.strides == other.strides {
      return true
    }
    if place.isWhole, other.offset == 0, other.storage.count == place.count {
      return memcmp(start, origin.bytes, place.bytes.count) == 0
    }
    // Views of parts of their storages.
    guard place.shape == other.shape, let own = try? view(place, name) else { return false }
    return (try? own.elements() == other.elements()) ?? false
  }

  /// The tensors that are in use, as they are stored, in the order of their files.
  var stored: [StoredWeights] {
    get throws {
      try names.compactMap { name in
        guard used.contains(name), let place = places[name] else { return nil }
        return StoredWeights(name: name, type: place.type, tensor: try view(place, name))
      }
    }
  }

  /// Names of the tensors that nobody has asked for.
  var unused: [String] { names.filter { !used.contains($0) } }

  /// Elements of all tensors that are in use, those that share their elements counted once.
  var parameterCount: Int {
    var seen: [Elements: Set<Int>] = [:]
    return used.compactMap { places[$0] }.reduce(0) { sum, place in
      let isNew = seen[place.elements, default: []].insert(place.offset).inserted
      return isNew ? sum + place.shape.reduce(1, *) : sum
    }
  }
}

/// A tensor of a model's files under the name that it has there.
package struct StoredWeights {
  package let name: String
  /// "BF16", "Q4_K" and so on.
  package let type: String
  package let tensor: Tensor
}
