// WordPiece (Schuster & Nakajima 2012; google-research/bert): of a word the longest token that begins it, then the longest that goes
// on, marked as going on, until the end. A word that does not come out is one unknown token.

import Lang
import Runtime

struct WordPieceEncoder {
  struct Settings {
    var unknown = Array("[UNK]".utf8)
    /// What marks a token that continues a word.
    var continuation = Array("##".utf8)
    /// Longer words, in code points, are unknown.
    var longestWord = 100
  }

  private let settings: Settings
  private let tokens: TokenStore
  private let unknownID: Int?
  private let path: String
  private var ids: [Int] = []
  private var scratch: [UInt8] = []

  init(tokens: TokenStore, _ settings: Settings, path: String) {
    self.settings = settings
    self.tokens = tokens
    self.path = path
    unknownID = tokens.id(of: settings.unknown)
  }

  /// Appends the ids of one word (valid UTF-8).
  mutating func encode(_ word: UnsafeBufferPointer<UInt8>, into output: inout [Int]) throws {
    ids.removeAll(keepingCapacity: true)
    let length = word.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    guard length <= settings.longestWord, try findPieces(of: word) else {
      guard let unknownID else {
        let shown = Printer.quoted(String(decoding: settings.unknown, as: UTF8.self))
        throw Fault.badTokenizer(path, reason: "its `unk_token` \(shown) is not in the vocabulary")
      }
      return output.append(unknownID)
    }
    output.append(contentsOf: ids)
  }

  /// False when the word does not come out.
  private mutating func findPieces(of word: UnsafeBufferPointer<UInt8>) throws -> Bool {
    var start = 0
    while start < word.count {
      try checkInterrupt()
      // No token is longer than the longest.
      var end = min(word.count, start + tokens.longest)
      while end < word.count, end > start, word[end] & 0xC0 == 0x80 { end -= 1 }
      var found: Int?
      while end > start {
        scratch.removeAll(keepingCapacity: true)
        if start > 0 { scratch.append(contentsOf: settings.continuation) }
        scratch.append(contentsOf: word[start..<end])
        found = tokens.id(of: scratch)
        if found != nil { break }
        end -= 1
        while end > start, word[end] & 0xC0 == 0x80 { end -= 1 }
      }
      guard let found else { return false }
      ids.append(found)
      start = end
    }
    return true
  }
}
