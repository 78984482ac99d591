// The keys and values of the tokens that a pass has seen, so that a longer text need not start from its beginning.

import Lang
import Models
import Runtime

/// Keys and values of all blocks, with room for more rows. Rows that somebody has seen do not change: those who go on from the
/// same past share its rows, and only the first of them writes behind them.
private final class KeyValueStore {
  /// One of each a block, [capacity, key heads k].
  package let keys, values: [Tensor]
  let capacity: Int
  /// Rows that are in use.
  var used = 0

  init(blocks: Int, capacity: Int, width: Int) throws {
    self.capacity = capacity
    keys = try (0..<blocks).map { _ in try Tensor(shape: [capacity, width]) { _ in } }
    values = try (0..<blocks).map { _ in try Tensor(shape: [capacity, width]) { _ in } }
  }
}

/// What `forward(…, keep=["past"])` keeps.
final class PastObject: Object {
  let model: ModelWeights
  /// Tokens seen.
  let tokens: Int
  private let store: KeyValueStore

  /// Before the first token.
  init(_ model: ModelWeights) throws {
    self.model = model
    tokens = 0
    store = try KeyValueStore(blocks: 0, capacity: 0, width: 0)
    super.init()
  }

  private init(_ model: ModelWeights, _ store: KeyValueStore, tokens: Int) {
    self.model = model
    self.store = store
    self.tokens = tokens
    super.init()
  }

  override var typeName: String { "past" }
  override var fieldNames: [String] { ["model"] }
  override var byteCount: Int { store.keys.reduce(0) { $0 + $1.count * 8 } }
  override var description: String { "past of \(counted(tokens, "token")) of \(model.name)" }

  /// The same keys and values of the same model.
  override func isEqual(to other: Object) -> Bool {
    guard let other = other as? PastObject, other.model === model, other.tokens == tokens else { return false }
    return zip(store.keys + store.values, other.store.keys + other.store.values).allSatisfy { mine, its in
      let rows = [mine, its].map { TensorObject($0.sliced(axis: 0, first: 0, count: tokens)) }
      return rows[0].isEqual(to: rows[1])
    }
  }

  override func field(_ name: String) throws -> Value? {
    name == "model" ? .object(ModelObject.of(model)) : nil
  }

  /// The past with room for `more` tokens, whose rows `add` fills block by block.
  func extended(by more: Int) throws -> PastObject {
    let length = tokens + more
    if store.used == tokens, length <= store.capacity {
      store.used = length
      return PastObject(model, store, tokens: length)
    }
    let width = model.sizes.keyHeads * model.sizes.headWidth
    let limit = model.sizes.positions ?? .max
    let larger = try KeyValueStore(
      blocks: model.sizes.blocks, capacity: min(max(2 * length, 64), max(limit, length)), width: width)
    for (old, new) in zip(store.keys + store.values, larger.keys + larger.values) {
      try new.base().update(from: try old.base(), count: tokens * width)
    }
    larger.used = length
    return PastObject(model, larger, tokens: length)
  }

  /// Writes the newest rows of a block, [n, key heads, k], and gives the keys and values of all tokens, [tokens, key heads, k].
  func add(_ keys: Tensor, _ values: Tensor, block: Int) throws -> (keys: Tensor, values: Tensor) {
    func added(_ rows: Tensor, to all: Tensor) throws -> Tensor {
      let target = try all.base() + (tokens - rows.shape[0]) * all.shape[1]
      try rows.withElements { source in
        if let from = source.baseAddress { target.update(from: from, count: source.count) }
      }
      return all.view(shape: [tokens, rows.shape[1], rows.shape[2]], strides: [all.shape[1], rows.shape[2], 1])
    }
    return (try added(keys, to: store.keys[block]), try added(values, to: store.values[block]))
  }
}
