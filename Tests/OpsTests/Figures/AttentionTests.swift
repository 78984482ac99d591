// Patterns of attention as a page: what stands in it. Tests/ShellTests/Pages opens one in a browser.

import CPlatform
import Figures
import Formats
import Lang
import Runtime
import Testing

@Suite struct AttentionTests {
  /// Two heads of three tokens, causal.
  private static let patterns =
    "tensor([[[1, 0, 0], [0.25, 0.75, 0], [0.1, 0.2, 0.7]], [[1, 0, 0], [0.5, 0.5, 0], [0, 0, 1]]])"
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func page(_ code: String) throws -> String {
    _ = try PlotFixture.value("save(\(code), \"\(folder.file("x.html"))\")")
    return String(decoding: try folder.bytes("x.html"), as: UTF8.self)
  }

  private func data(_ page: String) throws -> JSON {
    let mark = Array("id=\"figure\">".utf8)
    let bytes = Array(page.utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: mark) }) + mark.count
    let end = try #require(bytes[start...].indices.first { bytes[$0...].starts(with: Array("</script>".utf8)) })
    return try JSON.parse(Array(bytes[start..<end]), name: "page")
  }

  @Test func aPageOfHeadsNeedsNoPlotly() throws {
    let heard = try PlotFixture.warnings {
      let page = try page("attention(\(Self.patterns), tokens=[\"a\", \" b\", \"</script>\"])")
      #expect(!page.contains("plotly"))
      #expect(page.utf8.count < 40_000)
      let figure = try data(page)
      #expect(figure["rows"]?.asArray?.compactMap(\.asString) == ["a", "␣b", "</script>"])
      #expect(figure["causal"]?.asBool == true)
      #expect(figure["blocks"]?.asArray?.first?["heads"]?.asArray?.compactMap(\.asString) == ["0", "1"])
    }
    #expect(heard == [])
  }

  /// In Python: base64.b64encode(zlib.compress(bytes(round(255 * p ** 0.5) for p in [1, .25, .75, .1, .2, .7, 1, .5, .5, 0, 0, 1]))), unpacked again.
  @Test func theBytesOfAPageAreTheNumbers() throws {
    let figure = try data(try page("attention(\(Self.patterns))"))
    let text = try #require(figure["blocks"]?.asArray?.first?["data"]?.asString)
    let packed = Array(text.utf8)
    #expect(figure["deflated"]?.asBool == true)
    let bytes = try inflated(decoded(packed))
    #expect(bytes == [255, 128, 221, 81, 114, 213, 255, 180, 180, 0, 0, 255])
  }

  private func decoded(_ text: [UInt8]) -> [UInt8] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bits: [UInt8] = []
    for sign in text {
      guard let value = letters.firstIndex(of: sign) else { continue }
      for shift in stride(from: 5, through: 0, by: -1) { bits.append(UInt8(value >> shift & 1)) }
    }
    return stride(from: 0, through: bits.count - 8, by: 8).map { start in
      bits[start..<start + 8].reduce(0) { $0 << 1 | $1 }
    }
  }

  /// Past zlib's header of two bytes.
  private func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
    #expect(tw_inflate_load() == nil)
    let inflater = try #require(tw_inflate_begin())
    defer { tw_inflate_end(inflater) }
    let source = Array(bytes.dropFirst(2))
    var target = [UInt8](repeating: 0, count: 100)
    var (used, written) = (source.count, target.count)
    _ = tw_inflate_step(inflater, source, &used, &target, &written)
    return Array(target.prefix(written))
  }

  @Test func whatACausalModelCannotReadIsEmpty() throws {
    let figure = try PlotFixture.figure("attention(\(Self.patterns), head=0)")
    let values = try #require(figure.panels[0].heatMap).values
    #expect([1, 2, 5].allSatisfy { values[$0].isNaN })
    #expect(values[3] == 0.25)
    let other = try PlotFixture.figure("attention(tensor([[[0.5, 0.5], [0.5, 0.5]]]))")
    #expect(other.panels[0].heatMap?.values == [0.5, 0.5, 0.5, 0.5])
  }

  /// (0.25 + 0.5) / 2 and so on.
  @Test func aTerminalShowsTheMeanOfSeveralHeads() throws {
    let figure = try PlotFixture.figure("attention(\(Self.patterns), tokens=[\"one\", \"two\", \"three\"])")
    let text = try FigureText.text(of: figure, columns: 60, rows: 20, colours: .none)
    #expect(text.contains("mean of 2 heads"))
    #expect(text.contains("three"))
  }
}
