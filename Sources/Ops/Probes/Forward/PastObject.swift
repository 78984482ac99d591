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

  /// `first`: the first block that has any.
  init(blocks: Int, from first: Int = 0, capacity: Int, width: Int) throws {
    self.capacity = capacity
    func rows(_ block: Int) throws -> Tensor { try Tensor(shape: [block < first ? 0 : capacity, width]) { _ in } }
    keys = try (0..<blocks).map(rows)
    values = try (0..<blocks).map(rows)
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

  /// `past[:n]`: the first n tokens. What stands behind them is left out, as if it had not been read.
  override func element(at indices: [Value]) throws -> Value {
    guard indices.count == 1, let slice = indices[0].asObject as? SliceObject, slice.step == 1, (slice.start ?? 0) == 0
    else {
      throw Fault.badValue("of a past only the beginning can be taken, past[:n]")
    }
    let count = slice.resolved(size: tokens).count
    for limit in model.blocks.compactMap({ $0.heads?.layout.position.rotary?.limit })
    where tokens > limit && count <= limit {
      throw Fault.pastTurnsOtherwise(limit, model: model)
    }
    return .object(PastObject(model, store, tokens: count))
  }

  /// The past with room for `more` tokens, whose rows `add` fills block by block, from block `first` on. Where it `isKept` there is room
  /// for those that come after.
  func extended(by more: Int, from first: Int = 0, isKept: Bool = true) throws -> PastObject {
    let length = tokens + more
    if store.used == tokens, length <= store.capacity {
      store.used = length
      return PastObject(model, store, tokens: length)
    }
    let width = model.sizes.keyHeads * model.sizes.headWidth
    let limit = model.sizes.positions ?? .max
    let larger = try KeyValueStore(
      blocks: model.sizes.blocks, from: first,
      capacity: isKept ? min(max(2 * length, 64), max(limit, length)) : length, width: width)
    for (old, new) in zip(store.keys + store.values, larger.keys + larger.values) where new.shape[0] > 0 {
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

/// What `past` says: nothing, one for the one text, or one for each of several.
enum Pasts {
  case none
  case one(PastObject)
  case list([PastObject?])

  init(_ call: Call, _ index: Int, model: ModelWeights) throws {
    func past(_ value: Value, at place: Int?) throws -> PastObject? {
      if value.isNil { return nil }
      guard let past = value.asObject as? PastObject else {
        throw place.map { call.wrongElement(index, "a past, or a list of them,", at: $0, value) }
          ?? call.wrongType(index, "a past")
      }
      guard past.model === model else {
        throw Fault.badValue("`past` is of model \(past.model.name), not of \(model.name)")
      }
      return past
    }
    if let items = call[index].asList?.items {
      self = .list(try items.enumerated().map { try past($1, at: $0) })
    } else {
      self = try past(call[index], at: nil).map { .one($0) } ?? .none
    }
  }

  var isNone: Bool { if case .none = self { true } else { false } }

  /// One for each text; `count`: of a list of texts, nil for one text.
  func each(of count: Int?) throws -> [PastObject?] {
    switch self {
    case .none: return [PastObject?](repeating: nil, count: count ?? 1)
    case .one(let past):
      guard count == nil else {
        throw Fault.badValue(
          "`past` goes on one text, not on a list of them", help: "for a list of texts `past` is a list, one for each")
      }
      return [past]
    case .list(let pasts):
      guard pasts.count == count else {
        throw Fault.badValue("`past` is a list of \(pasts.count) for \(counted(count ?? 1, "text"))")
      }
      return pasts
    }
  }
}
