// The recipe that shows what a model of images does with one.

import Testing

@Suite struct ImageRecipes {
  private static let fixtures = Machine.root + "/Tests/Fixtures"

  private func run(_ model: String, _ options: String) throws -> (folder: Scratch, result: Machine.Result) {
    let scratch = try Scratch()
    let result = try scratch.run(
      "$TW '\(Machine.root)/examples/image.tw' --model '\(Self.fixtures)/vision/\(model)' "
        + "--image '\(Self.fixtures)/images/photo.png' --out out \(options)")
    return (scratch, result)
  }

  @Test(arguments: [
    ("vit", "--place 1,2", "vit: 1,2 of "), ("vit", "", "vit: cls of "), ("timm_vit", "--head 2", "timm_vit: cls of "),
    ("mixer", "", "mixer: 0,0 of "), ("vit_no_head", "--block 0", "vit_no_head: cls of "),
  ])
  func everyKindOfModelIsDrawn(_ model: String, _ options: String, _ start: String) throws {
    let (scratch, result) = try run(model, options)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix(start))
    #expect(result.output.contains(model == "vit_no_head" ? "the model has no head" : "taken for"))
    for name in ["attention", "path"] {
      #expect(Machine.read("\(scratch.path)/out/\(name).svg")?.contains("</svg>") == true, "\(name)")
      #expect(try scratch.run("head -c 4 out/\(name).png | tail -c 3").output == "PNG", "\(name)")
      #expect(Machine.read("\(scratch.path)/out/\(name).html")?.contains("\"steps\"") == true, "\(name)")
    }
  }

  @Test func whatItCannotShowIsRefusedAtTheStart() throws {
    let (_, place) = try run("vit", "--place 2,0")
    #expect(place.status == 1)
    #expect(place.errors.contains("--place wants one of 7 places, 'cls' to '1,2', got '2,0'"), "\(place.errors)")
    let words = try Scratch().run(
      "$TW '\(Machine.root)/examples/image.tw' --model mini --image '\(Self.fixtures)/images/photo.png'")
    #expect(words.errors.contains("--model wants a model of images, mini reads words"), "\(words.errors)")
  }
}
