// What `?` shows at the prompt. At most 78 columns wide.

import Lang

enum Tour {
  /// In a narrow window what is said about a line stands below it.
  static func text(width: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.contains(where: { $0.count > width }) else { return text }
    var narrow: [String] = []
    var isExplaining = false
    for line in lines {
      let words = line.drop { $0 == " " }
      let indent = line.count - words.count
      if indent > 2, isExplaining, let last = narrow.popLast() {
        narrow.append(last + " " + words)
      } else if indent > 2 {
        narrow.append("      " + words)
        isExplaining = true
      } else {
        // Two columns, with a gap between them.
        let gap = indent == 2 ? words.firstRange(ofSpaces: 2) : nil
        narrow.append(String(repeating: " ", count: indent) + (gap.map { words[..<$0.lowerBound] } ?? words))
        if let gap { narrow.append("      " + words[gap.upperBound...]) }
        isExplaining = gap != nil
      }
    }
    return narrow.flatMap { WrappedText.lines($0, width: width, hang: 0) }.joined(separator: "\n")
  }

  private static let text = """
    tw takes the weights of a transformer apart, a line at a time. Try, in order:

      m = load("mini")                   a small trained model, always at hand
      m                                  what it has; m.wte: its token embedding
      W = m.wte - mean(m.wte, axis=0)    without what all tokens share
      nearest(W[" king"], W, by="cosine")
                                         tokens that are embedded near " king"
      b = m.blocks[0]; h = b.heads[3]    a block, and one of its attention heads
      E = ln(m.wte, b.ln_1)              every token as the head sees it
      nearest(E[" king"] @ wqk(h), E)    what the head looks for from " king"
      svd(wvo(h)).s                      its value-output matrix, never expanded
      forward(m, "To kill two birds")    all states of a text on its way

      ans            the last value; a line starting with |> or . goes on from it
      ;              at the end of a line leaves out its echo
      Tab            completes names, fields, arguments, files and tokens
      ?nearest       explains an operation, or any other name; ??name shows how a
                     function of the language is written; help("norm") searches
      :help          lists the commands: :time, :vars, :last, :save, :load, ...
      Up, Ctrl-R     earlier lines, also those of earlier sessions
      Ctrl-C         stops the line that runs, or clears the one being typed
      Ctrl-D         leaves
    """
}

extension Substring {
  /// The first run of at least `count` spaces.
  func firstRange(ofSpaces count: Int) -> Range<Index>? {
    var start: Index?
    for index in indices {
      if self[index] == " " {
        if start == nil { start = index }
      } else if let first = start {
        if distance(from: first, to: index) >= count { return first..<index }
        start = nil
      }
    }
    return nil
  }
}
