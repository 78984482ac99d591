// Pages in a browser: they draw, answer, and say what is missing. Chromium draws WebGL by software here.

import Glibc
import Testing

@Suite(.serialized) struct PageTests {
  /// What the traces say, written where the test can read it.
  private static let report =
    "const gd = document.querySelector('.js-plotly-plot'); byId('note').textContent = "
    + "gd.data.map((trace) => trace.name + '/' + trace.type + '/' + trace.x.length).join(' ') + ' ' + byId('place').textContent;"

  private func save(_ code: String, in scratch: Scratch) throws -> String {
    let run = try scratch.run("$TW -e '\(code)'")
    #expect(run.status == 0, "\(run.errors)")
    return scratch.path + "/x.html"
  }

  private static let steps =
    """
    points = map(0..3, i => randn(5, 3, seed=i))
    names = [" a", "<b>", "</script>", "d", "e"]
    fn step(i) = scatter3(points[i], labels=names, legend="states", title="Layer {i}")
    save(grid(map(0..3, step), share=true), "x.html")
    """

  @Test func aPageInSpaceIsDrawn() throws {
    let scratch = try Scratch()
    let page = try save(
      "save(scatter3([1, 2], [3, 4], [5, 6], title=\"T <i>\", caption=\"c\"), \"x.html\")", in: scratch)
    let browser = try Browser.open(page, in: scratch, running: Self.report)
    #expect(browser.state == "drawn")
    #expect(browser.errors == [])
    #expect(browser.document.contains("gl-container"))
    #expect(browser.text("title") == "T &lt;i&gt;")
    #expect(browser.text("caption") == "c")
    #expect(browser.text("note") == "/scatter3d/2 ")
  }

  @Test func aClickDrawsThePathOfAPointThroughTheSteps() throws {
    let scratch = try Scratch()
    let page = try save(Self.steps, in: scratch)
    let click =
      "document.querySelector('.js-plotly-plot').emit('plotly_click', { points: [{ data: document.querySelector('.js-plotly-plot').data[0], pointNumber: 2 }] });"
    let browser = try Browser.open(page, in: scratch, running: "byId('next').click(); \(click) \(Self.report)")
    #expect(browser.errors == [])
    #expect(browser.text("note") == "states/scatter3d/5 path of &amp;lt;/script&amp;gt;/scatter3d/3 2 / 3 · Layer 1")
    let again = try Browser.open(page, in: scratch, running: "\(click) \(click) \(Self.report)")
    #expect(again.text("note") == "states/scatter3d/5 1 / 3 · Layer 0")
  }

  /// Plotly draws nothing that is nearer than the eye.
  @Test func theEyeIsOutsideTheBox() throws {
    let scratch = try Scratch()
    let page = try save("save(scatter3([0, 1], [0, 1], [0, 1]), \"x.html\")", in: scratch)
    let browser = try Browser.open(
      page, in: scratch,
      running: "const { camera, aspectratio } = document.querySelector('.js-plotly-plot').layout.scene;"
        + "const length = (one) => Math.hypot(one.x, one.y, one.z);"
        + "byId('note').textContent = length(camera.eye) > length(aspectratio) / 2;")
    #expect(browser.text("note") == "true")
  }

  /// How many labels are shown, and how many pairs of them overlap.
  private static let overlaps =
    "const boxes = [...document.querySelectorAll('.annotation-text-g')].map((one) => one.getBoundingClientRect());"
    + "const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => "
    + "a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));"
    + "byId('note').textContent = `${boxes.length} ${pairs.length}`;"

  @Test func labelsInSpaceDoNotOverlap() throws {
    let scratch = try Scratch()
    let names = "[\"To\", \" kill\", \" two\", \" birds\", \" with\", \" one\", \" stone\"]"
    let page = try save(
      """
      names = \(names)
      near = 0.01 * randn(7, 3, seed=1)
      save(scatter3(near, labels=names) + scatter3(near + 0.01, labels=names) + scatter3(randn(50, 3, seed=2)), "x.html")
      """, in: scratch)
    let browser = try Browser.open(page, in: scratch, running: Self.overlaps)
    #expect(browser.errors == [])
    #expect(browser.text("note") == "14 0")
    // The labels find new places when the figure was turned.
    let turn =
      "Plotly.relayout(document.querySelector('.js-plotly-plot'), { 'scene.camera.eye': { x: 0.1, y: -0.9, z: 0.4 } });"
    let turned = try Browser.open(page, in: scratch, running: "\(turn) setTimeout(() => { \(Self.overlaps) }, 2000);")
    #expect(turned.text("note") == "14 0")
  }

  @Test func panelsInThePlaneStandSideBySide() throws {
    let scratch = try Scratch()
    let figures =
      "line({a: [1, 2]}), scatter([1], [2], labels=[\"<b>\"]), hist([1, 2, 2]), bars([\"x\"], [1]), heatmap([[1, 2]]), line([1, 9], log=\"y\")"
    let page = try save("save(grid([\(figures)]), \"x.html\")", in: scratch)
    let browser = try Browser.open(
      page, in: scratch,
      running: "byId('note').textContent = document.querySelectorAll('.panel .subplot.xy').length;")
    #expect(browser.state == "drawn")
    #expect(browser.errors == [])
    #expect(browser.text("note") == "6")
  }

  @Test func withoutPlotlyAndNetworkThePageSaysWhatItWants() throws {
    let scratch = try Scratch()
    let run = try scratch.run("TW_SHARE=$PWD $TW -e 'save(line([1, 2]), \"x.html\")'")
    #expect(run.status == 0)
    #expect(run.errors.contains("the page loads Plotly.js from cdn.plot.ly"))
    let browser = try Browser.open(scratch.path + "/x.html", in: scratch)
    #expect(browser.state == "failed")
    #expect(browser.text("note")?.contains("could not be loaded") == true)
    #expect(browser.errors == [])
  }

  /// The picture is kept, to be looked at.
  @Test func theTrajectoryIsSeen() throws {
    let scratch = try Scratch()
    let run = try scratch.run("$TW '\(Machine.root)/examples/trajectory.tw' --rows 1500 --out out")
    #expect(run.status == 0, "\(run.errors)")
    let picture = Machine.root + "/.build/artifacts/trajectory.png"
    _ = Machine.system("mkdir -p '\(Machine.root)/.build/artifacts'; rm -f '\(picture)'")
    let browser = try Browser.open(
      scratch.path + "/out/trajectory.html", in: scratch,
      running: "byId('step').value = 7; byId('step').dispatchEvent(new Event('input')); \(Self.report)",
      screenshot: picture)
    #expect(browser.state == "drawn")
    #expect(browser.errors == [])
    #expect(browser.text("note")?.hasSuffix("8 / 8 · Layer 5") == true, "\(browser.text("note") ?? "")")
    #expect(browser.text("caption")?.contains("mini, \"To kill two birds with one stone\"; UMAP of 1500") == true)
    // A page on which nothing was drawn is a much smaller picture.
    var status = stat()
    #expect(stat(picture, &status) == 0 && status.st_size > 40_000, "\(status.st_size) bytes")
  }
}
