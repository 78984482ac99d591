// A token that is found in a text as it stands, before anything is merged, such as `<|endoftext|>` (Hugging Face tokenizers,
// `added_vocabulary.rs`).

import Formats
import Lang
import Runtime

struct AddedToken {
  let content: [UInt8]
  /// It counts only where no word goes on at either side.
  var isSingleWord = false
  /// It takes the white space before it, after it.
  var takesLeft = false
  var takesRight = false
  /// It is looked for after the text was normalised, in what the others left over.
  var isNormalized: Bool
  var isSpecial: Bool

  /// A name alone: as transformers makes it of a text.
  init(_ content: [UInt8], isSpecial: Bool, isNormalized: Bool? = nil) {
    self.content = content
    self.isSpecial = isSpecial
    self.isNormalized = isNormalized ?? !isSpecial
  }

  /// `{"content": …, "lstrip": …, …}` or a text. Flags that are absent are false, `normalized` the opposite of `special`. Throws
  /// `badTokenizer` that names the place.
  init(_ json: JSON, isSpecial: Bool? = nil, place: String, in path: String) throws {
    if let text = json.asString {
      self.init(Array(text.utf8), isSpecial: isSpecial ?? true)
      return
    }
    guard json.asObject != nil, let content = json["content"]?.asString else {
      throw Fault.badTokenizer(path, reason: "\(place) lacks its `content`")
    }
    func flag(_ name: String) throws -> Bool? {
      guard let value = json[name], !value.isNull else { return nil }
      guard let flag = value.asBool else {
        throw Fault.badTokenizer(path, reason: "\(place): `\(name)` is \(value.phrase), not true or false")
      }
      return flag
    }
    self.init(
      Array(content.utf8), isSpecial: try isSpecial ?? flag("special") ?? false, isNormalized: try flag("normalized"))
    isSingleWord = try flag("single_word") ?? false
    takesLeft = try flag("lstrip") ?? false
    takesRight = try flag("rstrip") ?? false
  }
}

/// The added tokens of one tokenizer in the order in which they were added, with their ids. As in tokenizers, a token that is already
/// in the vocabulary has that id, any other the next free one, whatever the files say; added once more it gets the new flags.
struct AddedVocabulary {
  /// In the order of adding, each content once.
  private(set) var tokens: [(token: AddedToken, id: Int)] = []
  private var places: [[UInt8]: Int] = [:]
  /// Contents that were special once.
  private var specials: Set<[UInt8]> = []
  private var largest = -1
  /// Special tokens in a text are not found: they are merged from their bytes (`split_special_tokens`).
  var splitsSpecials = false

  /// `id` gives the id of a text in the vocabulary without added tokens, `size` is the number of its tokens.
  mutating func add(_ token: AddedToken, size: Int, id: ([UInt8]) -> Int?) {
    guard !token.content.isEmpty else { return }
    if token.isSpecial { specials.insert(token.content) }
    if let place = places[token.content] {
      tokens[place].token = token
      return
    }
    let id = id(token.content) ?? max(size, largest + 1)
    largest = max(largest, id)
    places[token.content] = tokens.count
    tokens.append((token, id))
  }

  /// What is looked for in the text as it is, or in the normalised rest, where the tokens are normalised too.
  func search(normalized: Bool, _ normalizer: Normalizer?) throws -> AddedSearch {
    AddedSearch(
      try tokens.filter { $0.token.isNormalized == normalized }.map { token, id in
        let pattern = try normalized ? normalizer?.apply(token.content) ?? token.content : token.content
        return AddedSearch.Entry(
          token: token, id: id, pattern: pattern, isSplit: splitsSpecials && isSpecial(token.content))
      })
  }

  /// Whether a token was ever added as a special one.
  func isSpecial(_ content: [UInt8]) -> Bool { specials.contains(content) }

  /// Ids of special tokens.
  var specialIDs: Set<Int> { Set(tokens.lazy.filter { isSpecial($0.token.content) }.map(\.id)) }
}
