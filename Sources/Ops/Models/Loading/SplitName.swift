// How llama.cpp names the files of a model that was split (llama.h, `llama_split_path`): NAME-00002-of-00003.gguf, with five digits.

/// The name of one part. Any part names the model; what is known of the whole model stands in the first.
struct SplitName: Equatable {
  private let stem: String
  /// Counts from 1.
  let number: Int
  let count: Int

  /// Nil for a name that no part has.
  init?(_ name: String) {
    // The last three words; NAME may hold hyphens of its own, and may be empty.
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    guard words.count >= 4, words[words.count - 2] == "of", name.hasSuffix(Self.ending),
      let number = Int(words[words.count - 3]), let count = Int(words[words.count - 1].dropLast(Self.ending.count)),
      1...Self.most ~= count, 1...count ~= number
    else { return nil }
    self.number = number
    self.count = count
    stem = words.dropLast(3).joined(separator: "-")
    // "-2-of-3", "-+0002-of-00003": nobody writes these.
    guard name == part(number) else { return nil }
  }

  private static let ending = ".gguf"
  /// What five digits count.
  private static let most = 99_999

  /// The name of another part.
  func part(_ number: Int) -> String { "\(stem)-\(Self.digits(number))-of-\(Self.digits(count))\(Self.ending)" }

  var first: String { part(1) }

  /// The names of all parts, in order.
  var all: [String] { (1...count).map(part) }

  private static func digits(_ number: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
  }

  /// The files that a name stands for: all parts of a model that was split, else the one.
  static func files(of name: String) -> [String] { Self(name)?.all ?? [name] }
}
