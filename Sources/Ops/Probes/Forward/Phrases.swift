// What a user hands to `forward` as texts.

import Lang
import Models
import Runtime

/// One text as the model reads it.
struct TextIDs {
  let ids: [Int]
  private let given: [Int]?

  init(_ ids: [Int], types: [Int]? = nil) {
    self.ids = ids
    given = types
  }

  /// The type of each token: 0 where there is only one. Made when it is asked for: a text may turn out to be too long first.
  var types: [Int] { given ?? [Int](repeating: 0, count: ids.count) }
}

/// The texts of a call as ids: one, or several where the argument is a list of texts or of lists.
struct Phrases {
  let all: [TextIDs]
  /// Tokens that stand before each of them.
  let before: [Int]
  let isBatch: Bool

  private static func isPhrase(_ value: Value) -> Bool {
    value.asString != nil || value.asList != nil || value.asRange != nil || value.asTensor != nil
  }

  /// `pair`, `types`: parameters of second texts and of the tokens' types. `addsSpecial`: whether texts get what the
  /// tokenizer puts around them.
  init(
    _ call: Call, _ index: Int, pair: Int, types: Int, pasts: Pasts, model: ModelWeights, addsSpecial: Bool
  ) throws {
    let given: [Value]
    if let items = call[index].asList?.items, !items.allSatisfy({ $0.asNumber != nil }) {
      isBatch = true
      // What stands first must not decide which of the others is to blame.
      let hasPhrases = items.contains(where: Self.isPhrase)
      if let place = items.firstIndex(where: { hasPhrases ? !Self.isPhrase($0) : $0.asNumber == nil }) {
        throw call.wrongElement(index, "ids, or a list of texts or of lists of ids,", at: place, items[place])
      }
      given = Array(items)
    } else if let tensor = call[index].asTensor, let rows = call[index].asObject, tensor.rank == 2 {
      isBatch = true
      given = try (0..<tensor.shape[0]).map { try rows.iterated($0) }
    } else {
      isBatch = false
      given = [call[index]]
    }
    let reader = Reader(call: call, text: index, types: types, model: model, addsSpecial: addsSpecial)
    let seconds = try Self.each(of: call, pair, isBatch, for: given.count)
    let kinds = try Self.each(of: call, types, isBatch, for: given.count)
    all = try given.indices.map { try reader.read(given[$0], pair: seconds?[$0], types: kinds?[$0]) }
    before = try pasts.each(of: isBatch ? given.count : nil).map { $0?.tokens ?? 0 }
    for (number, text) in all.enumerated() {
      let place = isBatch ? number : nil
      guard !text.ids.isEmpty else { throw Fault.noTokens(at: place) }
      if let limit = model.sizes.positions, text.ids.count > limit - before[number] {
        throw Fault.textTooLong(text.ids.count, at: place, past: before[number], limit: limit, model: model)
      }
      if let padding = model.paddingID, text.ids.contains(padding) {
        throw Fault.padding(padding, model)
      }
    }
  }

  /// What a parameter gives each text: itself, or for several texts an entry of a list. Nil where it is not given.
  private static func each(of call: Call, _ index: Int, _ isBatch: Bool, for count: Int) throws -> [Value]? {
    if call.isNil(index) { return nil }
    guard isBatch else { return [call[index]] }
    guard let items = call[index].asList?.items, items.count == count else {
      throw Fault.badValue(
        "`\(call.parameterName(index))` is not a list of \(count), one for each of the texts")
    }
    return Array(items)
  }

  private struct Reader {
    let call: Call
    /// Numbers of the parameters.
    let text, types: Int
    let model: ModelWeights
    let addsSpecial: Bool

    func read(_ value: Value, pair: Value?, types given: Value?) throws -> TextIDs {
      let read = try pair.map { try self.pair(value, $0) } ?? ids(value)
      guard let given else { return model.typeEmbedding == nil ? TextIDs(read.ids) : read }
      guard let table = model.typeEmbedding else {
        throw Fault.badValue("the tokens of model \(model.name) have no types: m.wte_type is nil")
      }
      let types = try call.ids(given, parameter: self.types, vocabulary: table.shape[0], of: "type")
      guard types.count == read.ids.count else {
        throw Fault.badValue(
          "`types` has \(counted(types.count, "type")) for \(counted(read.ids.count, "token"))",
          help: "r.ids and r.types of forward(m, text) show both")
      }
      return TextIDs(read.ids, types: types)
    }

    private func ids(_ value: Value) throws -> TextIDs {
      guard let text = value.asString else {
        return TextIDs(try call.ids(value, parameter: self.text, vocabulary: model.sizes.vocabularySize))
      }
      return TextIDs(try checked(tokenizer.encode(text, special: addsSpecial)))
    }

    private func pair(_ first: Value, _ second: Value) throws -> TextIDs {
      guard let first = first.asString, let second = second.asString else {
        throw Fault.badValue(
          "`pair` puts two texts together, got \(first.typePhrase) and \(second.typePhrase)",
          help: "ids of a pair are given as one list, with types=")
      }
      guard addsSpecial else {
        throw Fault.badValue("`pair` and special=false exclude each other: special tokens part the two texts")
      }
      let both = try tokenizer.encode(pair: first, second)
      return TextIDs(try checked(both.ids), types: both.types)
    }

    private var tokenizer: Tokenizer {
      get throws {
        guard let tokenizer = model.tokenizer else { throw Fault.noTokenizer(model.name) }
        return tokenizer
      }
    }

    private func checked(_ ids: [Int]) throws -> [Int] {
      if let id = ids.first(where: { $0 >= model.sizes.vocabularySize }) {
        throw Fault.noRow(try tokenizer.text(of: id), id: id, rows: model.sizes.vocabularySize)
      }
      return ids
    }
  }
}
