// A checkpoint of nanoGPT (train.py): what `torch.save` made of {model, optimizer, model_args, iter_num, best_val_loss, config}.

import Formats
import Lang
import Runtime

struct Checkpoint {
  let archive: TorchArchive
  /// The model's tensors. Those of the optimizer are not looked at.
  let tensors: PickleDictionary
  /// `model_args`: the sizes.
  let settings: JSON
  /// `config.dataset`: the folder of nanoGPT's data/ whose texts it was trained on.
  let dataset: String?

  /// Reads the pickle and no storage. Throws `badWeights` for a file that is not read here, or is no checkpoint of nanoGPT: it says what it
  /// is instead. `folder`: where it lies.
  init(_ file: MappedFile, in folder: ModelFolder) throws {
    archive = try TorchArchive(file)
    guard let dictionary = archive.value.asDictionary else {
      throw Fault.badWeights(
        file.path, reason: "it holds \(archive.value.phrase), not a checkpoint", help: Self.help(folder))
    }
    for key in ["model", "model_args"] {
      guard let value = dictionary[key], value.asDictionary == nil else { continue }
      throw Fault.badWeights(file.path, reason: "its `\(key)` is \(value.phrase), where nanoGPT has a dict")
    }
    guard let tensors = dictionary["model"]?.asDictionary, let arguments = dictionary["model_args"]?.asDictionary else {
      throw Fault.badWeights(file.path, reason: "it \(Self.kind(of: dictionary))", help: Self.help(folder))
    }
    self.tensors = tensors
    settings = try Self.json(arguments, path: file.path)
    dataset = dictionary["config"]?.asDictionary?["dataset"]?.asText
  }

  /// What a file of PyTorch holds, or is, that is no checkpoint of nanoGPT.
  private static func kind(of dictionary: PickleDictionary) -> String {
    if dictionary["embed.W_E"] != nil {
      return
        "holds the weights of a HookedTransformer under TransformerLens's own names, often with norms folded into them"
    }
    if dictionary["tok_embeddings.weight"] != nil { return "holds the weights of a model in Meta's own layout" }
    guard let first = dictionary.pairs.first else { return "holds an empty dict" }
    if dictionary.pairs.allSatisfy({ $0.value.asTensor != nil }) {
      return "holds tensors, such as \(first.key.shortText), without the sizes of the model"
    }
    let keys = dictionary.pairs.prefix(6).map(\.key.shortText)
    let more = dictionary.pairs.count > 6 ? ", …" : ""
    return "is no checkpoint of nanoGPT: it holds \(keys.joined(separator: ", "))\(more), not `model` and `model_args`"
  }

  private static func help(_ folder: ModelFolder) -> String {
    if folder.hasNamedModel {
      return "the folder that it lies in holds a model with its config.json: load(\(Printer.quoted(folder.path ?? "")))"
    }
    return "a model in Hugging Face layout is loaded by its folder, with config.json beside the weights;\n"
      + "other weights can be saved under the names of a family that docs/models.md lists, GPT-2's for example"
  }

  /// Settings as config.json would have them. Throws `badConfig` for what is no number, text, bool, None, or list of these.
  private static func json(_ dictionary: PickleDictionary, path: String) throws -> JSON {
    func json(_ value: PickleValue, _ name: String) throws -> JSON {
      switch value {
      case .none: return .null
      case .bool(let bool): return .bool(bool)
      case .whole(let number): return .number(Double(number))
      case .number(let number): return .number(number)
      case .text(let text): return .string(text)
      case .list(let list): return .array(try list.items.map { try json($0, name) })
      case .tuple(let tuple): return .array(try tuple.items.map { try json($0, name) })
      case .dictionary, .name, .storage, .tensor:
        throw Fault.badConfig(path, field: "model_args.\(name)", reason: "it is \(value.phrase)")
      }
    }
    return .object(
      try dictionary.pairs.map { key, value in
        guard let name = key.asText else {
          throw Fault.badConfig(path, field: "model_args", reason: "a key of it is \(key.phrase)")
        }
        return (name, try json(value, name))
      })
  }
}

extension ModelFolder {
  /// What nanoGPT calls its checkpoint, and the characters of a data set.
  static let checkpointFile = "ckpt.pt"
  static let charactersFile = "meta.pkl"

  /// The checkpoint that this place means: the file that was named, or nanoGPT's where there is no config.json.
  func checkpointName() throws -> String? {
    if let checkpoint { return checkpoint }
    guard path != nil, try !holds("config.json"), try holds(Self.checkpointFile) else { return nil }
    return Self.checkpointFile
  }

  func load(checkpoint name: String) throws -> ModelWeights {
    let file = try open(name)
    let checkpoint = try Checkpoint(file, in: self)
    let config = ConfigReader(checkpoint.settings, path: file.path, title: "model_args")
    let rows = checkpoint.settings["vocab_size"]?.asWhole ?? 0
    return try ModelWeights(
      name: displayName, family: .nanoGPT, config: config, files: WeightFiles(checkpoint.archive, checkpoint.tensors),
      tokenizer: try tokenizer(of: checkpoint, rows: rows))
  }

  /// Rows of an embedding for GPT-2's 50,257 tokens: as many, or filled up to a multiple of 64, as train.py has it.
  private static let rowsOfGPT2 = [50257, 50304]

  /// That of the data set, where meta.pkl lies beside the checkpoint; that of other files there; GPT-2's, where the embedding has its
  /// size. Nil, with a notice, where each of them would name other tokens than the model's.
  private func tokenizer(of checkpoint: Checkpoint, rows: Int) throws -> Tokenizer? {
    let path = checkpoint.archive.file.path
    if try holds(Self.charactersFile) {
      let tokenizer = Tokenizer(try TokenizerDefinition.read(charactersFile: open(Self.charactersFile)))
      if tokenizer.count == rows { return tokenizer }
      Notices.warn(
        "\(tokenizer.path) has \(counted(tokenizer.count, "character")), \(path) \(counted(rows, "row")): it is of another data "
          + "set, and the model has no tokenizer")
      return nil
    }
    if try holdsTokenizer() { return try Tokenizer(folder: self) }
    if Self.rowsOfGPT2.contains(rows) { return try .gpt2() }
    let place = checkpoint.dataset.map { "data/\($0)/\(Self.charactersFile)" } ?? Self.charactersFile
    Notices.warn(
      "\(path): its \(counted(rows, "token")) are not GPT-2's, and there is no \(Self.charactersFile) beside it: the model has no "
        + "tokenizer; copy nanoGPT's \(place) there")
    return nil
  }
}
