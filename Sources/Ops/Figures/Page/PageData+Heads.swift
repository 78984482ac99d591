// The patterns of heads as the JSON that page/attention.js reads. A number p is the byte 255 √p, from which it is known to 0.004 at worst, or
// where there are many of them 96 √p, to 0.01: the page stays small. The bytes of a block are deflated, where there is zlib, and written in base 64.

import CPlatform
import Formats
import Glibc
import Lang
import Runtime

extension PageData {
  func heads(_ patterns: HeadPatterns, _ figure: FigureObject) throws {
    let levels: Float = patterns.heads.count * patterns.rows * patterns.columns <= Self.mostFine ? 255 : 96
    let packed = try patterns.blocks.map { try Self.packed(patterns, $0, levels) }
    let isDeflated = packed.allSatisfy { $0.deflated != nil }
    try object {
      try $0.member("title", text: figure.title ?? (figure.panels.count == 1 ? figure.panels[0].title : nil))
      try $0.member("caption", text: figure.caption)
      try $0.member("rows", labels: patterns.rowNames)
      try $0.member("columns", labels: patterns.columnNames)
      try $0.member("causal", "\(patterns.isCausal)")
      try $0.member("deflated", "\(isDeflated)")
      try $0.member("levels", numbers: [Double(levels)])
      try $0.member("largest", numbers: [patterns.largest])
      try $0.member("stops", labels: ColourMap.viridis.stops)
      try $0.array("blocks", Array(zip(patterns.blocks, packed))) { data, block in
        try data.object {
          try $0.member("name", text: block.0.first?.block.map(String.init) ?? "")
          try $0.member("heads", labels: block.0.map { $0.index.map(String.init) ?? "" })
          try $0.member("data", text: Base64.text((isDeflated ? block.1.deflated : nil) ?? block.1.bytes))
        }
      }
    }
  }

  /// Cells of all patterns that are kept more finely.
  private static let mostFine = 250_000

  private static func packed(_ patterns: HeadPatterns, _ heads: [HeadPatterns.Head], _ levels: Float) throws -> (
    bytes: [UInt8], deflated: [UInt8]?
  ) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(heads.count * patterns.rows * patterns.columns)
    try patterns.numbers(heads) { bytes.append(UInt8(min(max((levels * $0.squareRoot()).rounded(), 0), 255))) }
    var target = [UInt8](repeating: 0, count: bytes.count + bytes.count / 512 + 256)
    var size = target.count
    let isDone = tw_deflate(bytes, bytes.count, &target, &size) != 0
    return (bytes, isDone ? Array(target.prefix(size)) : nil)
  }
}
