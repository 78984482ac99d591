// Pages follow what the reader prefers: `prefers-color-scheme`.

import Testing

@Suite(.serialized) struct DarkPageTests {
  /// The luminance (WCAG 2) of a colour "rgb(r, g, b)" or "#rrggbb" as the browser says it, in the page.
  private static let luminance =
    "const light = (text) => { const canvas = document.createElement('canvas').getContext('2d'); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1); "
    + "return luminance([...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)); };"
    + "const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };"

  /// The ground, and the least contrast with it: of texts, and of lines.
  private static let report =
    luminance
    + "const ground = getComputedStyle(document.documentElement).backgroundColor;"
    + "const texts = [...document.querySelectorAll('h1, #hint, #caption, .xtick text, .ytick text, .xtitle, .ytitle, .legendtext')]"
    + ".filter((one) => one.textContent).map((one) => { const style = getComputedStyle(one); return contrast(one.closest('svg') ? style.fill : style.color, ground); });"
    + "const lines = [...document.querySelectorAll('.js-line')].map((one) => contrast(getComputedStyle(one).stroke, ground));"
    + "const plot = document.querySelector('.js-plotly-plot .main-svg').style.background;"
    + "byId('note').textContent = [light(ground) < 0.02, texts.length > 6, Math.min(...texts) > 4.5, lines.length, Math.min(...lines) > 2.5, contrast(plot, ground) < 1.01].join(' ');"

  private static let lines =
    "save(line({a: [1, 2], b: [2, 1], c: [3, 2], d: [1, 1]}, xlabel=\"x\", ylabel=\"y\", title=\"T\", caption=\"c\") + line([2, 2], color=\"black\"), \"x.html\")"

  private func page(_ code: String, in scratch: Scratch) throws -> String {
    let run = try scratch.run("$TW -e '\(code)'")
    #expect(run.status == 0, "\(run.errors)")
    return scratch.path + "/x.html"
  }

  @Test func aDarkPageCanBeRead() throws {
    let scratch = try Scratch()
    let page = try page(Self.lines, in: scratch)
    let dark = try Browser.open(page, in: scratch, running: Self.report, isDark: true)
    #expect(dark.errors == [])
    #expect(dark.text("note") == "true true true 9 true true")
    let bright = try Browser.open(page, in: scratch, running: Self.report)
    #expect(bright.text("note")?.hasPrefix("false true true 9") == true)
  }

  @Test func aPageOfTextIsDarkToo() throws {
    let scratch = try Scratch()
    let page = try page("save(highlight([\"To\", \" kill\"], [1, -1]), \"x.html\")", in: scratch)
    let says =
      Self.luminance
      + "const spans = [...document.querySelectorAll('.passage span')].map((one) => { const style = getComputedStyle(one); return contrast(style.color, style.backgroundColor); });"
      + "byId('note').textContent = [spans.length, Math.min(...spans) > 4.5, light(getComputedStyle(document.documentElement).backgroundColor) < 0.02].join(' ');"
    let dark = try Browser.open(page, in: scratch, running: says, isDark: true)
    #expect(dark.errors == [])
    #expect(dark.text("note") == "2 true true")
  }
}
