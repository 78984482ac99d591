// examples/trajectory.tw: its files, its seed, and what it refuses.

import Testing

@Suite struct TrajectoryTests {
  private func run(_ options: String, in scratch: Scratch) throws -> Machine.Result {
    try scratch.run("$TW '\(Machine.root)/examples/trajectory.tw' --rows 600 \(options)")
  }

  @Test func drawsAllPanelsAndTheWholePath() throws {
    let scratch = try Scratch()
    let made = try run("--out out", in: scratch)
    #expect(made.status == 0, "\(made.errors)")
    let panels = try #require(Machine.read(scratch.path + "/out/trajectory.svg"))
    for title in ["Input: words + positions", "Input, normed", "Layer 0", "Layer 5"] {
      #expect(panels.contains("<text>\(title)</text>"), "\(title)")
    }
    let whole = try #require(Machine.read(scratch.path + "/out/path.svg"))
    #expect(whole.contains("UMAP of 600 word embeddings, 15 neighbours, min_dist 0.1, seed 42"))
    // A row for the input and one for each layer.
    #expect(made.output.split(separator: "\n").count == 1 + 1 + 7 + 1)
    #expect(try scratch.run("ls out").output == "path.png\npath.svg\ntrajectory.html\ntrajectory.png\ntrajectory.svg\n")
  }

  @Test func theSameSeedDrawsTheSame() throws {
    let scratch = try Scratch()
    _ = try run("--out a", in: scratch)
    _ = try run("--out b", in: scratch)
    _ = try run("--out c --seed 7", in: scratch)
    #expect(try scratch.run("cmp a/path.svg b/path.svg").status == 0)
    #expect(try scratch.run("cmp -s a/path.svg c/path.svg").status == 1)
  }

  @Test func allLabelsHaveRoom() throws {
    let scratch = try Scratch()
    let made = try scratch.run("$TW '\(Machine.root)/examples/trajectory.tw' --out out")
    #expect(made.status == 0 && !made.errors.contains("labels"), "\(made.errors)")
  }
}
