// All operations, by subject. The registrations are beside the code they register.

import Runtime

public enum Operations {
  public static var all: [Operation] { subjects.flatMap(\.operations) }

  /// The chapters of the reference, in its order.
  public static var subjects: [(title: String, operations: [Operation])] {
    [
      ("Loading models", models), ("Tokenizers", tokenizers), ("Running models", forward), ("Probes", probes + heads),
      ("Geometry", geometry),
      ("Making tensors", construction), ("Elementwise", elementwise), ("Products", products),
      ("Decompositions", decompositions), ("Layouts", reduction), ("Reductions", reductions), ("Order", order),
      ("Figures", plots), ("Lists and functions", lists), ("Strings", strings), ("Files", files),
      ("Basics", basics + progress + help),
    ]
  }

  /// File names of the standard library's modules, the prelude first.
  public static var standardModules: [String] {
    let names = MappedFile.embeddedPaths.filter { $0.hasPrefix("stdlib/") }.map {
      String($0.dropFirst("stdlib/".count))
    }
    return names.filter { $0 == "prelude.tw" } + names.filter { $0 != "prelude.tw" }.sorted()
  }

  /// Text of a module of the standard library, compiled into the binary.
  public static func standardModule(_ name: String) -> [UInt8]? {
    MappedFile.embedded("stdlib/" + name).map { Array($0.bytes) }
  }
}
