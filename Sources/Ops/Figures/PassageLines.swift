// A text in colours, broken into lines, as gnuplot draws it: a rectangle and a label for each token. Letters all have one width.

import Lang
import Runtime

struct PassageLines {
  struct Piece {
    let token: Int
    let text: String
    let line: Int
    /// In letters from the left.
    let column: Int
    let width: Int
  }

  let pieces: [Piece]
  let lineCount: Int
  private let passage: Passage
  private let letter: Double
  private let size: Int
  private let width: Double

  /// `width` in pixels, `size` of the letters.
  init(_ passage: Passage, width: Double, size: Int) {
    self.passage = passage
    self.size = size
    self.width = width
    letter = Double(size) * 0.602
    (pieces, lineCount) = Self.pieces(passage, limit: max(Int((width - 24) / letter), 8))
  }

  /// The tokens in lines of at most `limit` letters. A token is never cut but where it is longer than a line; one that ends a line of the text ends a
  /// line here.
  static func pieces(_ passage: Passage, limit: Int) -> (pieces: [Piece], lineCount: Int) {
    var pieces: [Piece] = []
    var (line, column) = (0, 0)
    for (index, token) in passage.tokens.enumerated() {
      let text = shown(token, limit: limit)
      let width = PlotText.width(text)
      if column + width > limit, column > 0 { (line, column) = (line + 1, 0) }
      pieces.append(Piece(token: index, text: text, line: line, column: column, width: width))
      column += width
      if token.utf8.contains(UInt8(ascii: "\n")) { (line, column) = (line + 1, 0) }
    }
    return (pieces, column == 0 && line > 0 ? line : line + 1)
  }

  /// A token as it stands in the text: a space before a word is a space.
  static func shown(_ token: String, limit: Int) -> String {
    let front = token.utf8.prefix { $0 == UInt8(ascii: " ") }.count
    guard front > 0, front < token.utf8.count else { return PlotText.label(token, limit: limit) }
    let rest = String(Substring(token.utf8.dropFirst(front)))
    return String(repeating: " ", count: front) + PlotText.label(rest, limit: max(limit - front, 2))
  }

  private var lineHeight: Double { Double(size) * 1.75 }

  /// Of the lines and the scale below them, in pixels.
  var height: Double { Double(lineCount) * lineHeight + Double(size) * 4 }

  func script(_ panel: Panel, target: GnuplotScript.Target) -> String {
    let titleHeight = panel.title == nil ? 0 : Double(size) * 2
    let total = height + titleHeight
    var text =
      "unset border\nunset xtics\nunset ytics\nunset key\nset lmargin 0\nset rmargin 0\nset tmargin 0\nset bmargin 0\n"
    text += "set xrange [0:\(GnuplotScript.number(width))]\nset yrange [\(GnuplotScript.number(total)):0]\n"
    text += GnuplotScript.palette(passage.palette, passage.range) + "\n"
    // The height of a letter of the picture is not known here, so the scale is placed by parts of the panel.
    text += "set colorbox horizontal user origin graph 0.02, graph \(share(Double(size) * 2, total)) "
    text += "size graph 0.3, graph \(share(Double(size) * 0.8, total))\n"
    text += "set cbtics font ',\(target.fontSize(size - 2))'\n"
    if let title = panel.title {
      let line = PlotText.line(title, limit: Int(width / letter))
      text +=
        "set label \(GnuplotScript.quoted(line)) at \(GnuplotScript.number(width / 2)),\(size) center font ',\(target.fontSize(size + 1))'\n"
    }
    for piece in pieces {
      let left = 12 + Double(piece.column) * letter
      let top = titleHeight + 4 + Double(piece.line) * lineHeight
      let colour = passage.colour(piece.token)
      if let colour {
        let right = left + Double(piece.width) * letter
        let corners =
          "\(GnuplotScript.number(left)),\(GnuplotScript.number(top)) to \(GnuplotScript.number(right)),\(GnuplotScript.number(top + lineHeight - 3))"
        text += "set object rectangle from \(corners) fs solid 1 noborder fc rgb '\(Palette.hex(colour))' behind\n"
      }
      // A picture drops spaces at the front of a label.
      let spaces = piece.text.utf8.prefix { $0 == UInt8(ascii: " ") }.count
      let word = String(Substring(piece.text.utf8.dropFirst(spaces)))
      guard !word.isEmpty else { continue }
      let place =
        "\(GnuplotScript.number(left + Double(spaces) * letter)),\(GnuplotScript.number(top + lineHeight / 2 - 1))"
      let ink = colour.map(Palette.ink(on:)) ?? "#000000"
      text +=
        "set label \(GnuplotScript.quoted(word)) at \(place) left front font 'monospace,\(target.fontSize(size))' tc rgb '\(ink)'\n"
    }
    // The scale is drawn for what is painted by it: a point that is not seen.
    text +=
      "plot '+' every ::0::0 using (-9e9):(0):(\(GnuplotScript.number(passage.range.lowerBound))) with points lc palette notitle\n"
    return text
  }

  private func share(_ pixels: Double, _ whole: Double) -> String { formatFixed(pixels / whole, decimals: 4) }
}
