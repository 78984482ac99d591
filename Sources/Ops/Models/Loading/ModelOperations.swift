// load, models: the registrations, and the models that are in use.

import Formats
import Lang
import Runtime

/// Models that were loaded in this session. Loading one again gives the same object as long as its files are unchanged; only
/// the last one is kept alive for that.
package enum LoadedModels {
  private struct Entry {
    weak var model: ModelObject?
  }

  private struct Cache {
    var entries: [String: Entry] = [:]
    var last: ModelObject?
  }

  private static let cache = Lock(Cache())

  /// Where a file is named, a checkpoint or a GGUF file: what its tokenizer is made of, and the other parts of one that was split.
  package static func filesBeside(_ nameOrPath: String) -> [String] {
    let path = Paths.expanded(nameOrPath)
    guard !path.utf8.contains(0), MappedFile.isFile(path) else { return [] }
    let (folder, name) = Paths.split(path)
    return (SplitName.files(of: name) + ModelFolder.tokenizerFiles + ["config.json"]).map { Paths.joined(folder, $0) }
  }

  /// The model of a name or folder. Throws `modelNotFound` with the places that were looked at, or what is wrong with its files.
  package static func load(_ nameOrPath: String, permissions: Permissions? = nil) throws -> ModelObject {
    let folder = try ModelPlaces.find(nameOrPath, permissions: permissions)
    let signature = folder.signature
    let model = try cached(folder, signature)
    permissions?.record?.loaded(
      RunRecord.Model(
        name: model.name, folder: folder.path, file: folder.checkpoint, types: model.weights.storedTypes))
    return model
  }

  private static func cached(_ folder: ModelFolder, _ signature: String) throws -> ModelObject {
    try cache.withLock { cache in
      if let model = cache.entries[signature]?.model {
        cache.last = model
        return model
      }
      cache.entries = cache.entries.filter { $0.value.model != nil }
      let model = ModelObject.of(try folder.load())
      cache.entries[signature] = Entry(model: model)
      cache.last = model
      return model
    }
  }
}

extension Registrations {
  /// Folders in which `load` and `models` look for models by name.
  package static var modelCaches: [String] { ModelPlaces.cacheRoots() }

  /// Where a model lies that `load` would find. Throws as `load` does.
  package static func modelPlace(named name: String) throws -> RunRecord.Model {
    let folder = try ModelPlaces.find(name)
    return RunRecord.Model(name: name, folder: folder.path, file: folder.checkpoint)
  }

  package static let models: [Operation] = [
    Operation(
      "load", "(model: string) -> model",
      """
      Loads a model by name, from a folder in Hugging Face layout, a GGUF file, or a checkpoint of nanoGPT.
      `mini` is compiled into the program. Other names are looked for in the cache of Hugging Face's tools, as `NAME` or `ORG/NAME`;
      a folder holds `config.json`, `model.safetensors` (or its shards with an index) and the tokenizer's files. Without safetensors the tensors
      of `pytorch_model.bin` or its shards are read, and nothing else in them: no such file can have anything run. Of nanoGPT's `ckpt.pt`,
      given by its own name or by a folder without `config.json`, `model` and `model_args` are read. Its tokenizer is the `meta.pkl` beside
      it, else GPT-2's where the embedding has its 50,257 rows, or 50,304. A `.gguf` file of llama.cpp is given by its own name; its blocks of few bits
      become float32 when they are used.
      Weights are mapped, checked and not read until they are used, so that large models load at once.
      Fields: `config wte embed_scale patch cls labels wpe wte_type positions project_in project_out ln_e ln_f blocks heads head lm_head lm_bias logit_cap pooler
      next_sentence tokenizer name`; `blocks[i]` has
      `ln_1 ln_2 ln_1_post ln_2_post ln_in heads tokens mlp bo q_norm k_norm mask window rotary cap kind skip index model`, where `mlp` is a record of `w_in`
      (d x inner), `b_in`, `w_out` (inner x d), `b_out`, gated ones with `w_gate b_gate`; `heads[j]` has `wq wk wv` (d x k), `wo` (k x d),
      `bq bk bv` (k), `scale kv slope`, `index`, `block` (the number of its block) and `model`; norms have `kind weight bias eps`. All are
      views: nothing is copied. What a family does not have is nil, biases are zeros. docs/models.md says what each is.
      Errors: a model that cannot be found (with the places that were looked at), files that contradict themselves or each other.
      """, example: "load(\"mini\").blocks[0].heads[1].wq.shape"
    ) { call in .object(try LoadedModels.load(try call.string(0), permissions: call.interpreter.permissions)) },
    Operation(
      "check", "(m: model) -> table",
      """
      Reads all weights of a model once and counts what is no number.
      Nothing else looks through all of them: a product says so when it meets NaN or infinity in its weights. Gives a row for each tensor
      of the model's files that it uses, in their order: `tensor`, `type` (as it is stored, "BF16"), `shape` and `not_finite`, how many of its
      numbers are NaN or infinite. `check(m) |> sort_by("not_finite", reverse=true)` has the worst on top.
      Errors: a file that has changed since it was loaded.
      """, example: "sum(check(load(\"mini\")).not_finite)"
    ) { call in
      guard let model = call[0].asObject as? ModelObject else { throw call.wrongType(0, "a model") }
      let stored = model.weights.stored
      let counts = try withProgress("tensors", total: stored.count) { progress in
        try stored.map { weights in
          defer { progress.advance() }
          let isWhole = weights.tensor.count == weights.tensor.storage.count
          if isWhole, let count = try weights.tensor.storage.countNonFinite() { return count }
          return try weights.tensor.withElements { try $0.filterInBlocks { !$0.isFinite }.count }
        }
      }
      return .object(
        try TableObject([
          "tensor": stored.map { .string($0.name) }, "type": stored.map { .string($0.type) },
          "shape": stored.map { .string(Tensor.describe(shape: $0.tensor.shape)) },
          "not_finite": counts.map { .number(Double($0)) },
        ]))
    },
    Operation(
      "models", "() -> table",
      """
      A table of the models that `load` finds by name: the embedded one, those in Hugging Face's cache, and the GGUF files of llama.cpp, LM Studio and
      Ollama, whose names are their paths.
      Columns: `name`, `place`. A folder elsewhere is loaded by its path.
      """, example: "models()"
    ) { call in
      let folders = ModelPlaces.all(permissions: call.interpreter.permissions)
      return .object(
        try TableObject([
          "name": folders.map { .string($0.name) }, "place": folders.map { .string($0.path ?? "embedded") },
        ]))
    },
  ]
}
