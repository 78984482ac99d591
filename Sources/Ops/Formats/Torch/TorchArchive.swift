// A file that `torch.save` wrote: a zip archive of a pickle (`data.pkl`) and the storages (`data/0`, `data/1`, …), stored as they are, so that
// they can be mapped. Format: torch/serialization.py.

import Lang
import Runtime

package struct TorchArchive {
  package let file: MappedFile
  /// What the pickle holds.
  package let value: PickleValue
  /// Where the elements of each storage lie in the file.
  private let places: [String: Range<Int>]

  /// Reads the directory and the pickle; no storage. Throws `badWeights` with what is wrong or not allowed.
  package init(_ file: MappedFile) throws {
    self.file = file
    let path = file.path
    guard file.bytes.starts(with: [0x50, 0x4B, 3, 4]) else { throw Self.foreign(file) }
    let directory = try ZipDirectory(file.bytes, path: path)
    guard !directory.entries.contains(where: { $0.name.hasSuffix("constants.pkl") }) else { throw Self.script(file) }
    let pickles = directory.entries.filter { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
    guard let pickle = pickles.first else {
      throw Fault.badWeights(path, reason: "it is a ZIP archive without data.pkl")
    }
    guard pickles.count == 1 else {
      throw Fault.badWeights(
        path, reason: "it holds data.pkl \(pickles.count) times, and programs differ in which one they take")
    }
    let stem = pickle.name.dropLast("data.pkl".count)
    if let order = directory.entries.first(where: { $0.name == stem + "byteorder" }) {
      let bytes = try directory.range(of: order)
      guard file.bytes[bytes].elementsEqual("little".utf8) else {
        throw Fault.badWeights(path, reason: "its numbers are big-endian")
      }
    }
    var places: [String: Range<Int>] = [:]
    for entry in directory.entries where entry.name.hasPrefix(stem + "data/") {
      let key = String(entry.name.dropFirst(stem.count + "data/".count))
      guard places.updateValue(try directory.range(of: entry), forKey: key) == nil else {
        throw Fault.badWeights(path, reason: "it holds the storage \(Printer.quoted(key)) twice")
      }
    }
    // Two storages may not lie over each other: a small file would stand for a large one.
    let sorted = places.values.sorted { $0.lowerBound < $1.lowerBound }
    for (one, next) in zip(sorted, sorted.dropFirst()) where next.lowerBound < one.upperBound {
      throw Fault.badWeights(path, reason: "two of its storages overlap")
    }
    self.places = places
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[try directory.range(of: pickle)])
    value = try PickleReader.archived(bytes, path: path)
  }

  /// A program with its tensors.
  private static func script(_ file: MappedFile) -> Fault {
    Fault.badWeights(
      file.path, reason: "it is a TorchScript program",
      help: "its tensors alone, with PyTorch, once: " + resaved(file) { "torch.jit.load(\($0)).state_dict()" })
  }

  /// What does not begin as an archive.
  private static func foreign(_ file: MappedFile) -> Fault {
    // The magic number of torch.save before version 1.6.
    let old: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]
    if file.bytes.starts(with: old) {
      return Fault.badWeights(
        file.path, reason: "it is in PyTorch's old format, of before version 1.6",
        help: "load it with PyTorch and save it again: " + resaved(file) { "torch.load(\($0), weights_only=True)" })
    }
    if file.bytes.count > 262, file.bytes[257..<262].elementsEqual("ustar".utf8) {
      return Fault.badWeights(
        file.path, reason: "it is a tar archive, as the first versions of PyTorch wrote",
        help:
          "load it with PyTorch and save it again, if you trust who made it, for PyTorch runs what such a file says: "
          + resaved(file) { "torch.load(\($0), weights_only=False)" })
    }
    return Fault.badWeights(file.path, reason: "it is no file of torch.save")
  }

  /// Python that writes what `load` gives as a file of today, under the same name in the current folder.
  private static func resaved(_ file: MappedFile, _ load: (String) -> String) -> String {
    "torch.save(\(load(PythonRepr.text(file.path))), \(PythonRepr.text(Paths.split(file.path).name)))"
  }

  /// The tensors of a state dict, by name. Throws `badWeights` for a value that is none.
  package func tensors(of dictionary: PickleDictionary) throws -> [(name: String, tensor: TorchTensor)] {
    try dictionary.pairs.map { key, value in
      guard let name = key.asText else {
        throw Fault.badWeights(file.path, reason: "a key of its tensors is \(key.phrase)")
      }
      guard let tensor = value.asTensor else {
        throw Fault.badWeights(file.path, tensor: name, reason: "it is \(value.phrase), not a tensor")
      }
      return (name, tensor)
    }
  }

  /// The bytes of a storage within the file. Throws `badWeights` where it is not there, or has another size than the pickle says.
  package func bytes(of storage: TorchStorage, tensor: String) throws -> Range<Int> {
    guard let range = places[storage.key] else {
      throw Fault.badWeights(file.path, tensor: tensor, reason: "its storage data/\(storage.key) is missing")
    }
    let size = Safetensors.elementSize(of: storage.type)
    guard let size, range.count % size == 0, range.count / size == storage.count else {
      throw Fault.badWeights(
        file.path, tensor: tensor,
        reason:
          "its storage has \(counted(range.count, "byte")), not \(counted(storage.count, "element")) of \(storage.type)"
      )
    }
    return range
  }
}
