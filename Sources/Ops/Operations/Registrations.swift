// All operations, by subject. The registrations are beside the code they register.

import Embeddings
import Figures
import Formats
import Kernels
import Models
import Probes
import Runtime

extension Registrations {
  package static var all: [Operation] { subjects.flatMap(\.operations) }

  /// A chapter of the reference.
  package struct Subject {
    package let title: String
    /// Words by which people look for it and which its descriptions do not use, for `help("word")`.
    package let about: String
    package let operations: [Operation]

    init(_ title: String, about: String = "", _ operations: [Operation]) {
      self.title = title
      self.about = about
      self.operations = operations
    }
  }

  /// In the order of the reference.
  package static var subjects: [Subject] {
    [
      Subject("Loading models", about: "open read gpt2 huggingface transformer network checkpoint weights", models),
      Subject("Tokenizers", about: "tokenize tokenise vocabulary bpe", tokenizers),
      Subject("Models of images", about: "picture photo vision resize crop normalize vit", images),
      Subject(
        "Running models",
        about:
          "attention predict prediction inference generate residual stream hidden states hooks cache ablate ablation patching "
          + "intervention transformer", forward),
      Subject("Probes", about: "attention heads circuits layernorm layer norm", probes + heads + mixing),
      Subject("Geometry", about: "similar knn neighbours neighbors angle pairwise", geometry + [pairs]),
      Subject(
        "Making tensors", about: "array matrix vector random numpy cat append join shuffle sample",
        construction + random + labels),
      Subject("Elementwise", about: "activation map trigonometry rounding", elementwise),
      Subject("Products", about: "matmul multiply linear algebra", products),
      Subject("Decompositions", about: "linear algebra matrix inverse factorization", decompositions),
      Subject(
        "Layouts and clusters",
        about: "dimension dimensionality reduction tsne map clusters clustering hierarchy dendrogram groups",
        embeddings + clusters),
      Subject("Reductions", about: "average aggregate statistics total percentile", reductions + lineStatistics),
      Subject("Order", about: "largest smallest best sorting ranking", order),
      Subject(
        "Figures", about: "plots plotting charts graphs drawing draw pictures diagram matplotlib visualize", plots),
      Subject("Lists and functions", about: "array dictionary loop comprehension apply", lists),
      Subject("Records", about: "dictionary dict object hash map", records),
      Subject("Tables", about: "dataframe pandas columns rows spreadsheet crosstab summarize groupby merge", tables),
      Subject("Strings", about: "text characters substring regex trim", strings),
      Subject("Files", about: "open load write export import disk reproduce", files + provenance),
      Subject("Basics", about: "output write display raise throw exception", basics + progress + help),
      Subject("Constants", about: "numbers", constants),
    ]
  }

  /// File names of the standard library's modules, those that are always loaded first.
  package static var standardModules: [String] {
    let names = MappedFile.embeddedPaths.filter { $0.hasPrefix("stdlib/") }.map {
      String($0.dropFirst("stdlib/".count))
    }
    let first = Interpreter.alwaysLoaded.filter(names.contains)
    return first + names.filter { !first.contains($0) }.sorted()
  }

  /// Text of a module of the standard library, compiled into the binary.
  package static func standardModule(_ name: String) -> [UInt8]? {
    MappedFile.embedded("stdlib/" + name).map { Array($0.bytes) }
  }
}
