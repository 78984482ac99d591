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
    return (bytes, try deflated(bytes))
  }

  /// Nil where there is no zlib.
  private static func deflated(_ bytes: [UInt8]) throws -> [UInt8]? {
    var (written, isWhole) = (0, true)
    let target = try [UInt8](unsafeUninitializedCapacity: bytes.count + bytes.count / 512 + 256) { target, count in
      target.initialize(repeating: 0)
      guard let start = target.baseAddress, let deflater = tw_deflate_begin(start, target.count) else { return }
      defer {
        written = tw_deflate_end(deflater)
        count = written
      }
      try bytes.withUnsafeBufferPointer { source in
        // 64 kB take a few milliseconds: Ctrl-C need not wait longer.
        for first in stride(from: 0, to: source.count, by: 1 << 16) {
          try checkInterrupt()
          let size = min(1 << 16, source.count - first)
          let piece = source.baseAddress.map { $0 + first }
          let isLast = first + size == source.count
          isWhole = tw_deflate_add(deflater, piece, size, isLast ? 1 : 0) != 0 && isWhole
        }
      }
    }
    return written > 0 && isWhole ? target : nil
  }
}
