// The embedded model's embeddings, and what independent programs find in them (tools/goldens/make_umap_goldens.py).

import Formats
import Lang
import Runtime
import Testing

struct EmbeddingFixture {
  /// [8192, 192]
  let embeddings: Tensor
  private let goldens: JSON

  init() throws {
    let bytes = try InputFile.bytes(ScratchFolder.fixture("umap.json"), permissions: Permissions())
    goldens = try JSON.parse(bytes, name: "umap.json")
    embeddings = try #require(Program.value("load(\"mini\").wte").asTensor)
  }

  func rows(_ range: Range<Int>) -> Tensor {
    embeddings.sliced(axis: 0, first: range.lowerBound, count: range.count)
  }

  func object(_ name: String) throws -> JSON { try #require(goldens[name]) }
  func objects(_ name: String) throws -> [JSON] { try #require(goldens[name]?.asArray) }
}

extension JSON {
  func number(_ name: String) throws -> Double { try #require(self[name]?.asNumber) }
  func numbers(_ name: String) throws -> [Double] { try #require(self[name]?.asArray).compactMap(\.asNumber) }
}

/// Runs `body` with so many threads.
func withThreads<R>(_ count: Int, _ body: () throws -> R) rethrows -> R {
  let before = Parallel.threadCount
  Parallel.threadCount = count
  defer { Parallel.threadCount = before }
  return try body()
}
