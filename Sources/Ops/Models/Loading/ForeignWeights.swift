// Weights of other programs, which cannot be read here: what they are, and what to load instead.

import Formats
import Lang
import Runtime

enum ForeignWeights {
  private static let kinds: [(fileExtension: String, start: [UInt8], kind: String)] = [
    ("gguf", Array("GGUF".utf8), "a GGUF file, llama.cpp's format"),
    ("h5", [0x89, 0x48, 0x44, 0x46], "a file of Keras (HDF5)"),
    ("msgpack", [], "a file of Flax (MessagePack)"),
    ("ot", [], "a file of rust-bert"),
    ("onnx", [], "an ONNX graph"),
  ]

  static let help = "load the repository that it was made from: a folder with config.json and model.safetensors"

  /// By the first bytes of the file, or by its name.
  static func kind(of file: MappedFile) -> String? {
    kinds.first { !$0.start.isEmpty && file.bytes.starts(with: $0.start) }?.kind ?? kind(ofName: file.path)
  }

  /// By the name alone.
  static func kind(ofName name: String) -> String? {
    let fileExtension = Paths.fileExtension(name)
    return kinds.first { $0.fileExtension == fileExtension }?.kind
  }

  /// Whether a file is one that `torch.save` may have written: by its first bytes, or by its name.
  static func isTorch(_ file: MappedFile) -> Bool {
    file.bytes.starts(with: [0x50, 0x4B, 3, 4]) || isCheckpoint(file.path) || Paths.fileExtension(file.path) == "bin"
  }

  /// Whether people call a checkpoint so.
  static func isCheckpoint(_ name: String) -> Bool { ["pt", "pth", "ckpt"].contains(Paths.fileExtension(name)) }
}

extension ModelFolder {
  /// Why a folder without weights that can be read is no model, by what lies in it. `missing`: the file that is not there.
  func missing(_ missing: String) -> Fault {
    func fault(_ more: String, _ help: String?) -> Fault {
      Fault.cannotRead(path(of: missing), reason: "no such file" + more, help: help)
    }
    if let adapter = adapter() {
      return fault("; the folder holds \(adapter.kind)", adapter.help)
    }
    let names = path.map { Paths.names(inFolder: $0) } ?? []
    for name in names {
      guard let kind = ForeignWeights.kind(ofName: name) else { continue }
      return fault("; \(name) is \(kind), which cannot be read", ForeignWeights.help)
    }
    if let name = names.first(where: ForeignWeights.isCheckpoint) {
      do {
        _ = try Checkpoint(open(name), in: self)
        return fault("; \(name) is a checkpoint of nanoGPT", "load(\(Printer.quoted(path(of: name))))")
      } catch let reason as Fault {
        return reason.code == .badWeights ? fault("; \(reason.message)", reason.help) : reason
      } catch {}
    }
    return fault(
      "", missing == "config.json" ? "a model folder holds config.json, or a checkpoint of nanoGPT, ckpt.pt" : nil)
  }

  /// What peft saved in the folder, for messages.
  func adapter() -> (kind: String, help: String)? {
    guard path != nil, has(Self.adapterFile), let file = try? open(Self.adapterFile) else { return nil }
    let json = try? JSON.parse(file.bytes, name: file.path)
    let type = json?["peft_type"]?.asString.map { " (\($0))" } ?? ""
    let base = json?["base_model_name_or_path"]?.asString
    return (
      "an adapter\(type), a change to \(base.map(Printer.quoted) ?? "another model")",
      (base.map { "load(\(Printer.quoted($0))) is the model without it;\n" } ?? "")
        + "to have it with the adapter, once, with peft:\nfrom peft import AutoPeftModelForCausalLM\n"
        + "AutoPeftModelForCausalLM.from_pretrained(\(PythonRepr.text(path ?? ""))).merge_and_unload()"
        + ".save_pretrained(\"folder\")"
    )
  }
}
