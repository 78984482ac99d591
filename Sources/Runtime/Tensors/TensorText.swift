// Tensors as text. `print` writes small ones in full, as the language would read them back: `[1, 2.5]`, `[[1, 2], [3, 4]]`
// (vectors up to 16 elements, matrices up to 8 x 8, without labels). All others, and everything that the prompt echoes,
// begin with the shape and show a corner with about four digits, in one format for the whole tensor:
//
//     tensor 91x768, labelled
//     " time"   0.113  -0.027  …  0.045
//     " life"  -0.201   0.318  …  0.002

import Glibc
import Lang

enum TensorText {
  /// As `print` shows it.
  static func printed(_ tensor: Tensor) -> String { inFull(tensor) ?? echoed(tensor, width: 100) }

  /// As it stands inside a list or record: on one line, one of more than 16 elements by its shape.
  static func summary(_ tensor: Tensor) -> String {
    (tensor.count <= 16 ? inFull(tensor) : nil) ?? "<\(header(tensor))>"
  }

  /// A small tensor as the language would read it back, nil for others.
  private static func inFull(_ tensor: Tensor) -> String? {
    let isSmall =
      tensor.axisLabels.isEmpty
      && (tensor.rank == 0 || tensor.rank == 1 && tensor.count <= 16
        || tensor.rank == 2 && tensor.shape[0] <= 8 && tensor.shape[1] <= 8)
    guard isSmall, let elements = try? tensor.elements() else { return nil }
    let texts = elements.map(tensor.isMask ? truthText : exactText)
    switch tensor.rank {
    case 0: return texts.joined()
    case 1: return "[" + texts.joined(separator: ", ") + "]"
    default:
      let columns = tensor.shape[1]
      let rows = (0..<tensor.shape[0]).map { row in
        "[" + texts[row * columns..<(row + 1) * columns].joined(separator: ", ") + "]"
      }
      return "[" + rows.joined(separator: ", ") + "]"
    }
  }

  /// As the prompt shows it: a header and a corner.
  static func echoed(_ tensor: Tensor, width: Int) -> String {
    guard tensor.count > 0, let body = try? body(of: tensor, width: max(width, 20)) else { return header(tensor) }
    return header(tensor) + "\n" + body
  }

  private static func header(_ tensor: Tensor) -> String {
    (tensor.isMask ? "mask " : "tensor ") + Tensor.describe(shape: tensor.shape)
      + (tensor.axisLabels.isEmpty ? "" : ", labelled")
  }

  /// An element of a mask.
  private static func truthText(_ value: Float) -> String { value == 0 ? "false" : "true" }

  /// The shortest text that reads back as the same float32.
  private static func exactText(_ value: Float) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == value.rounded(), abs(value) < 1e16 { return numberText(Double(value)) }
    let text = "\(value)"
    guard text.contains("e"), let mark = text.firstIndex(of: "e") else { return text }
    let mantissa = text[..<mark].hasSuffix(".0") ? text[..<mark].dropLast(2) : text[..<mark]
    let exponent = text[text.index(after: mark)...]
    let digits = exponent.drop { $0 == "-" || $0 == "+" }
    return mantissa + "e" + (exponent.hasPrefix("-") ? "-" : "+") + (digits.count < 2 ? "0" : "") + digits
  }

  private static func body(of tensor: Tensor, width: Int) throws -> String {
    switch tensor.rank {
    case 0: return tensor.isMask ? truthText(try tensor.first()) : exactText(try tensor.first())
    case 1 where tensor.labels == nil: return try vector(tensor, width: width)
    case 1: return try matrix(tensor.insertingAxis(1), width: width)
    case 2: return try matrix(tensor, width: width)
    default:
      // The first and the last matrix of the stack.
      let lead = tensor.shape.dropLast(2)
      var first = tensor
      var last = tensor
      for size in lead {
        first = first.row(0)
        last = last.row(size - 1)
      }
      let start = "[\(lead.map { _ in "0" }.joined(separator: ", ")), :, :]\n" + (try matrix(first, width: width))
      guard lead.reduce(1, *) > 1 else { return start }
      let end = "[\(lead.map { String($0 - 1) }.joined(separator: ", ")), :, :]\n" + (try matrix(last, width: width))
      return start + "\n" + end
    }
  }

  private static func vector(_ tensor: Tensor, width: Int) throws -> String {
    let (front, back) = edges(tensor.count, all: 32, front: 12, back: 4)
    let places = Array(0..<front) + Array(tensor.count - back..<tensor.count)
    let numbers = try places.map { try tensor.storage.number(at: tensor.offset + $0 * tensor.strides[0]) }
    let format = NumberFormat(numbers, areTruths: tensor.isMask)
    let cells = numbers.map(format.text)
    let cellWidth = (cells.map(\.count).max() ?? 0) + 2
    let perLine = max(1, width / cellWidth)
    var lines: [String] = []
    var line = ""
    var used = 0
    for (index, cell) in cells.enumerated() {
      if index == front, back > 0 {
        line += "  …"
        used += 1
      }
      if used >= perLine {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line += padded(cell, to: cellWidth)
      used += 1
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  private static func matrix(_ tensor: Tensor, width: Int) throws -> String {
    guard tensor.count > 0 else { return "" }
    let (top, bottom) = edges(tensor.shape[0], all: 8, front: 5, back: 2)
    let rows = Array(0..<top) + Array(tensor.shape[0] - bottom..<tensor.shape[0])
    let names = tensor.labels.map { labels in rows.map { clipped(labels.quotedSpelling(ofRow: $0), to: 24) } } ?? []
    let nameWidth = names.map(terminalWidth(of:)).max() ?? 0
    /// The cells of each row, under the names of the columns where they have some.
    func cells(_ columns: [Int]) throws -> [[String]] {
      let values = try rows.map { row in
        try columns.map {
          try tensor.storage.number(at: tensor.offset + row * tensor.strides[0] + $0 * tensor.strides[1])
        }
      }
      let format = NumberFormat(values.flatMap { $0 }, areTruths: tensor.isMask)
      let heading = tensor.labels(ofAxis: 1).map { labels in
        columns.map { clipped(labels.quotedSpelling(ofRow: $0), to: 12) }
      }
      return (heading.map { [$0] } ?? []) + values.map { $0.map(format.text) }
    }
    // As many columns as fit, at most eight; the widest cell of the first try decides.
    var (front, back) = edges(tensor.shape[1], all: 8, front: 5, back: 2)
    var columns = Array(0..<front) + Array(tensor.shape[1] - back..<tensor.shape[1])
    var texts = try cells(columns)
    let cellWidth = (texts.joined().map(terminalWidth(of:)).max() ?? 0) + 2
    let fitting = max(2, (width - nameWidth - 3) / cellWidth)
    if fitting < columns.count {
      (front, back) = (fitting - 1, 1)
      columns = Array(0..<front) + [tensor.shape[1] - 1]
      texts = try cells(columns)
    }
    let widths = columns.indices.map { column in texts.map { terminalWidth(of: $0[column]) }.max() ?? 0 }
    var lines: [String] = []
    for (line, row) in texts.enumerated() {
      let index = line - (texts.count - rows.count)
      if index == top, bottom > 0 { lines.append("…") }
      let name = index >= 0 && !names.isEmpty ? names[index] : ""
      var text = name + String(repeating: " ", count: nameWidth - terminalWidth(of: name))
      for (column, cell) in row.enumerated() {
        if column == front, back > 0 { text += "  …" }
        text += padded(cell, to: widths[column] + 2)
      }
      lines.append(text)
    }
    return lines.joined(separator: "\n")
  }

  /// How many places of an axis to show at its start and its end: all of a short one.
  private static func edges(_ size: Int, all: Int, front: Int, back: Int) -> (Int, Int) {
    size <= all ? (size, 0) : (front, back)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - terminalWidth(of: text))) + text
  }

  private static func clipped(_ text: String, to length: Int) -> String {
    text.count > length ? text.prefix(length - 1) + "…" : text
  }
}

/// One way to write all the numbers of a display: as truths, whole, with a fixed number of decimals, or with an exponent.
private struct NumberFormat {
  private enum Style {
    case truth
    case whole
    case fixed(decimals: Int)
    case exponent
  }

  private let style: Style

  init(_ values: [Float], areTruths: Bool) {
    guard !areTruths else {
      style = .truth
      return
    }
    let sizes = values.lazy.filter(\.isFinite).map { abs($0) }
    let largest = sizes.max() ?? 0
    if values.allSatisfy({ !$0.isFinite || $0 == $0.rounded() }), largest < 1e7 {
      style = .whole
    } else if largest >= 1e6 || largest < 1e-4 {
      style = .exponent
    } else {
      let decimals = max(1, min(8, 3 - Int(floorf(log10f(largest)))))
      // Decimals that are zero in every number say nothing.
      let needed = (1...decimals).first { digits in
        let scale = powf(10, Float(digits))
        return sizes.allSatisfy { abs(($0 * scale).rounded() / scale - $0) <= $0 * 1e-6 }
      }
      style = .fixed(decimals: needed ?? decimals)
    }
  }

  func text(_ value: Float) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    switch style {
    case .truth: return value == 0 ? "false" : "true"
    case .whole: return numberText(Double(value))
    case .fixed(let decimals): return formatFixed(Double(value), decimals: decimals)
    case .exponent: return cFormat(Double(value), "e", precision: 3, alternate: false)
    }
  }
}
