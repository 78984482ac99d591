// Ids to text.

import Lang
import Runtime

extension Tokenizer {
  /// Text of ids, as the tokenizer's decoder makes it. Bytes are joined, then read as UTF-8 with U+FFFD for each maximal part that is
  /// none, as Python's `decode("utf-8", errors="replace")`. Throws `indexOutOfRange` for an id that is not in the vocabulary.
  /// `special`: special tokens are kept. `rows`: a model's embedding may have more rows than tokens; an id without a token reads
  /// `<id N>`.
  package func decode(_ ids: some Sequence<Int>, special: Bool = true, rows: Int = 0) throws -> String {
    if let obstacle = definition.decoderObstacle {
      throw Fault.unsupported("\(path) cannot decode ids: \(obstacle)")
    }
    let dropped = special ? [] : specialIDs
    let normalized = try normalizedContents()
    var growth = Growth()
    var bytes: [UInt8] = []
    var list: [[UInt8]] = []
    let isJoined = if case .bytes = definition.decoder { true } else { false }
    for id in ids {
      if id < 0 || id >= max(count, rows) { try check(id) }
      if dropped.contains(id) { continue }
      guard id < count, tokens.holds(id), normalized[id] == nil else {
        let text = normalized[id] ?? Array(text(of: id).utf8)
        if isJoined { bytes += text } else { list.append(text) }
        continue
      }
      if isJoined {
        let before = bytes.count
        tokens.withBytes(of: id) { bytes.append(contentsOf: $0) }
        try growth.add(2 * (bytes.count - before) + 1)
      } else {
        let token = tokens.withBytes(of: id) { Array($0) }
        try growth.add(2 * token.count + 64)
        list.append(token)
      }
    }
    if !isJoined { bytes = try definition.decoder.text(of: list) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
