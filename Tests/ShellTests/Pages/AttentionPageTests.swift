// The page of attention patterns: all heads, one head, the keys.

import Testing

@Suite(.serialized) struct AttentionPageTests {
  private func page(_ code: String, in scratch: Scratch) throws -> String {
    let run = try scratch.run("$TW -e '\(code)'")
    #expect(run.status == 0, "\(run.errors)")
    return scratch.path + "/x.html"
  }

  private static let pass = "r = forward(load(\"mini\"), \"To kill two birds with one stone\", keep=[\"attn\"])"

  /// Says when `step`, which opens something, is done.
  private func after(_ steps: String) -> String {
    "(async () => { const pause = () => new Promise((done) => setTimeout(done, 200)); \(steps) })();"
  }

  @Test func allHeadsAreDrawnAndAClickOpensOne() throws {
    let scratch = try Scratch()
    let page = try page("\(Self.pass)\nsave(attention(r), \"x.html\")", in: scratch)
    let browser = try Browser.open(
      page, in: scratch,
      running: after(
        "await Promise.all(figure.blocks.map((_, block) => fill(block))); const tiles = [...document.querySelectorAll('.tile canvas')]; const sizes = new Set(tiles.map((one) => one.width)); "
          + "document.querySelectorAll('.tile')[2].click(); await pause(); "
          + "byId('note').textContent = [tiles.length, [...sizes].join(), document.querySelector('.detail h2').textContent, document.querySelectorAll('.token').length].join(' / ');"
      ))
    #expect(browser.state == "drawn")
    #expect(browser.errors == [])
    // Six blocks of six heads and their mean.
    #expect(browser.text("note") == "42 / 7 / Block 0, head 2 / 14")
  }

  @Test func keysGoToTheNextHeadAndBlock() throws {
    let scratch = try Scratch()
    let page = try page("\(Self.pass)\nsave(attention(r), \"x.html\")", in: scratch)
    let browser = try Browser.open(
      page, in: scratch,
      running: after(
        "const titles = []; await open(0, 5); for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'ArrowLeft']) { "
          + "document.dispatchEvent(new KeyboardEvent('keydown', { key })); await pause(); titles.push(document.querySelector('.detail h2').textContent); } "
          + "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' })); titles.push(document.querySelector('.detail').hidden); byId('note').textContent = titles.join(' / ');"
      ))
    #expect(browser.errors == [])
    #expect(
      browser.text("note")
        == "Block 0: mean of 6 heads / Block 0, head 0 / Block 1, head 0 / Block 0, head 0 / Block 5, head 0 / Block 5: mean of 6 heads / true"
    )
  }

  /// The numbers are those of the pattern: r.attn[1][2] of " birds", within what a byte holds.
  @Test func pointingAtATokenSaysWhatItReads() throws {
    let scratch = try Scratch()
    let run = try scratch.run("$TW -e '\(Self.pass)\nsave(attention(r), \"x.html\")\nprint(r.attn[1][2, 3, :4])'")
    #expect(run.status == 0, "\(run.errors)")
    let wanted = run.output.split { !"-0123456789.".contains($0) }.compactMap { Double($0) }.suffix(4)
    let browser = try Browser.open(
      scratch.path + "/x.html", in: scratch,
      running: after(
        "await open(1, 2); point({ row: 3 }); const cells = [0, 1, 2, 3].map((j) => view.at(3, j)); "
          + "byId('note').textContent = cells.join(' ') + ' ' + document.querySelector('.says').textContent.slice(0, 16) + ' ' + document.querySelectorAll('.hot line').length;"
      ))
    let words = (browser.text("note") ?? "").split(separator: " ")
    let found = words.prefix(4).compactMap { Double($0) }
    #expect(found.count == 4 && wanted.count == 4)
    for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 0.005) }
    #expect(browser.text("note")?.contains("␣birds (3) reads") == true)
    #expect(words.last == "4")
  }

  /// As many numbers as GPT-2 has of 64 tokens, from softmaxes of random scores, which deflate worse than those of a trained model.
  @Test func aPageOf144HeadsOf64TokensIsSmall() throws {
    let scratch = try Scratch()
    let code =
      """
      later = triu(ones(64, 64), 1) * -1e9
      fn block(l) = stack(map(0..12, h => softmax(randn(64, 64, seed=100 * l + h) + later)))
      save(attention(map(0..12, block)), \"x.html\")
      """
    let page = try page(code, in: scratch)
    let text = try #require(Machine.read(page))
    #expect(text.utf8.count <= 300_000)
    #expect(!text.contains("https://"))
  }

  /// A pattern of 512 tokens is drawn and answers within the time that one notices; the clock is the browser's own.
  @Test func manyTokensDoNotStall() throws {
    let scratch = try Scratch()
    let code =
      """
      later = triu(ones(512, 512), 1) * -1e9
      fn block(l) = stack(map(0..4, h => softmax(randn(512, 512, seed=100 * l + h) + later)))
      save(attention(map(0..2, block)), \"x.html\")
      """
    let page = try page(code, in: scratch)
    let browser = try Browser.open(
      page, in: scratch,
      running: after(
        "await open(1, 2); point({ row: 500 }); await pause(); "
          + "byId('note').textContent = [document.querySelectorAll('.token').length, document.querySelectorAll('.base line').length <= 1536, document.querySelector('.map canvas').width >= 512].join(' ');"
      ))
    #expect(browser.state == "drawn")
    #expect(browser.errors == [])
    #expect(browser.text("note") == "1024 true true")
  }
}
