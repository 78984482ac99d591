// A model folder written for one test: two blocks of two heads, width 4, nine tokens, and whatever the test breaks in it.

import Glibc
import Lang
import Models
import Runtime
import Testing

/// The message of the fault that `body` throws, with its code in front: "E0505 …".
func fault(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let fault as Fault {
    return "\(fault.code.rawValue) \(fault.message)"
  } catch {
    return "\(error)"
  }
}

/// Tensors of a safetensors file. Element i of the n-th tensor is n + i / 64, so that every view can be told from every other.
struct ModelFixture {
  struct Stored {
    var name: String
    var shape: [Int]
    var type = "F32"
  }

  var tensors: [Stored]
  var config = """
    {"model_type": "gpt2", "n_layer": 2, "n_head": 2, "n_embd": 4, "n_positions": 8, "vocab_size": 9,
     "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new"}
    """
  var vocabulary = #"{"a": 0, "b": 1, "c": 2, "ab": 3, "Ġ": 4, "Ġa": 5, "Ã": 6, "©": 7, "<|endoftext|>": 8}"#
  var merges = "#version: 0.2\na b\nĠ a\n"

  init(prefix: String = "") {
    tensors = [Stored(name: "wte.weight", shape: [9, 4]), Stored(name: "wpe.weight", shape: [8, 4])]
    for block in 0..<2 {
      let h = "h.\(block)."
      let parts: [(String, [Int])] = [
        ("ln_1.weight", [4]), ("ln_1.bias", [4]), ("attn.c_attn.weight", [4, 12]), ("attn.c_attn.bias", [12]),
        ("attn.c_proj.weight", [4, 4]), ("attn.c_proj.bias", [4]), ("ln_2.weight", [4]), ("ln_2.bias", [4]),
        ("mlp.c_fc.weight", [4, 16]), ("mlp.c_fc.bias", [16]), ("mlp.c_proj.weight", [16, 4]), ("mlp.c_proj.bias", [4]),
      ]
      tensors += parts.map { Stored(name: h + $0.0, shape: $0.1) }
    }
    tensors += [Stored(name: "ln_f.weight", shape: [4]), Stored(name: "ln_f.bias", shape: [4])]
    for index in tensors.indices { tensors[index].name = prefix + tensors[index].name }
  }

  /// Element `element` of the tensor at `index`.
  static func value(_ index: Int, _ element: Int) -> Float { Float(index) + Float(element) / 64 }

  func index(of name: String) throws -> Int { try #require(tensors.firstIndex { $0.name == name }) }

  /// A safetensors file of some of the tensors; the numbers stay those of the whole list.
  func safetensors(_ chosen: Range<Int>? = nil) -> [UInt8] {
    var entries: [String] = []
    var data: [UInt8] = []
    for index in chosen ?? 0..<tensors.count {
      let tensor = tensors[index]
      let start = data.count
      for element in 0..<tensor.shape.reduce(1, *) {
        let value = Self.value(index, element)
        switch tensor.type {
        case "F16": withUnsafeBytes(of: Float16(value).bitPattern.littleEndian) { data += $0 }
        case "BF16": withUnsafeBytes(of: UInt16(value.bitPattern >> 16).littleEndian) { data += $0 }
        default: withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 }
        }
      }
      entries.append(
        #""\#(tensor.name)": {"dtype": "\#(tensor.type)", "shape": \#(tensor.shape), "data_offsets": [\#(start), \#(data.count)]}"#
      )
    }
    return Self.file(header: "{" + entries.joined(separator: ", ") + "}", data: data)
  }

  static func file(header: String, data: [UInt8]) -> [UInt8] {
    let header = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
  }

  func write(to folder: ScratchFolder) throws {
    try folder.write("config.json", config)
    try folder.write("model.safetensors", safetensors())
    try folder.write("vocab.json", vocabulary)
    try folder.write("merges.txt", merges)
  }

  /// Writes the folder and loads it.
  func load() throws -> ModelObject {
    let folder = try ScratchFolder()
    try write(to: folder)
    return try LoadedModels.load(folder.path)
  }
}
