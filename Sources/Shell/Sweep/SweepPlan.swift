// The points of a sweep on the disk:
//
//     DIR/sweep.json          recipe, limits, and the points in order, for tasks of Slurm
//     DIR/POINT/params.json   the recipe and the words that it gets
//     DIR/POINT/log           what it printed
//     DIR/POINT/status.json   how it ended; written last

import Formats
import Glibc
import Lang
import Models
import Operations
import Runtime

struct SweepPlan {
  struct Point {
    /// First 12 digits of sha256 over everything that its result depends on.
    let name: String
    let params: [(name: String, text: String)]
  }

  enum Status {
    case missing
    case whole
    case failed(String)
  }

  /// As the command line names it.
  let recipe: String
  let folder: String
  let points: [Point]
  let limitWords: [String]

  // MARK: Planning

  /// Finds out the names of all points. Throws what is wrong with the recipe, or with a value of a param.
  init(recipe: String, grid: SweepGrid, count: Int, folder: String, limits: RunLimits, limitWords: [String]) throws {
    let source = try SourceReader.file(recipe)
    let options = try RecipeOptions(source)
    let session = try Runner.session(isInteractive: false, limits: limits, folder: source.folder)
    let info = try session.recipeInfo(source)
    let modules = try RecipeOptions.modules(of: source, session.interpreter)
    let same = [source.bytes] + modules.map(\.bytes)
    let digests = try same.map { JSON.string(try Digest.sha256($0)) }
    let text = JSON.array([.string(Version.current.text)] + digests).text()
    var sums = OutsideSums()
    let placeWords = info.params.filter { $0.type == .folder }.flatMap { ["--\($0.name)", folder] }
    let types = Dictionary(info.params.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    var points: [Point] = []
    points.reserveCapacity(count)
    for index in 0..<count {
      if index & 0xFF == 0 { try checkInterrupt() }
      let params = grid.point(index)
      let values = try options.values(Self.words(params, types) + placeWords)
      let canonical = JSON.object(
        try params.map { param in
          let type = types[param.name]
          let place = type == .model || type == .file
          return (
            param.name,
            place ? .string(try sums.sum(param.text, isModel: type == .model)) : JSON(values[param.name] ?? .nil)
          )
        })
      let name = String(try Digest.sha256(text + canonical.text(sorted: true)).prefix(12))
      points.append(Point(name: name, params: params))
    }
    var seen: Set<String> = []
    self.points = points.filter { seen.insert($0.name).inserted }
    self.recipe = recipe
    self.folder = folder
    self.limitWords = limitWords
  }

  /// Checksums of models and files that params name, each once.
  private struct OutsideSums {
    private var known: [String: String] = [:]

    mutating func sum(_ text: String, isModel: Bool) throws -> String {
      if let sum = known[text] { return sum }
      let sum: String
      if isModel {
        let files = try ModelFiles.all(of: try Registrations.modelPlace(named: text))
        sum = try Digest.sha256(files.map { "\($0.name) \($0.sha256)\n" }.joined())
      } else {
        sum = try Digest.sha256(try InputFile.bytes(text, permissions: Permissions()))
      }
      known[text] = sum
      return sum
    }
  }

  /// The words of a recipe's command line.
  private static func words(_ params: [(name: String, text: String)], _ types: [String: ParamType]) -> [String] {
    params.map { "--\($0.name)=\($0.text)" }
  }

  // MARK: Points on the disk

  func place(_ point: Point) -> String { folder + "/" + point.name }

  func status(_ point: Point) -> Status { Self.status(place(point)) }

  static func status(_ place: String) -> Status {
    guard let bytes = try? InputFile.bytes(place + "/status.json", permissions: Permissions()),
      let json = try? JSON.parse(bytes, name: "status.json")
    else { return .missing }
    return json["status"]?.asString == "whole" ? .whole : .failed(json["error"]?.asString ?? "it failed")
  }

  /// What a point needs to be run by itself.
  func writeParams(_ point: Point) throws {
    let place = place(point)
    let json = JSON.members([
      ("recipe", .string(Paths.resolved(recipe))), ("params", .object(try params(point))),
      ("limits", .array(limitWords.map(JSON.string))),
    ])
    if let old = try? InputFile.bytes(place + "/params.json", permissions: Permissions()),
      old == Array((json.indented() + "\n").utf8)
    {
      return
    }
    try AtomicFile.write(place + "/params.json", permissions: Permissions()) { try $0.write(json.indented() + "\n") }
  }

  /// Texts as the command line has them; places are absolute, since the point may run elsewhere.
  private func params(_ point: Point) throws -> [(key: String, value: JSON)] {
    point.params.map { name, text in
      let isPlace = text.contains("/") || MappedFile.isFile(text) || Paths.isFolder(text)
      let type = types[name]
      let isOutside = type == .file || type == .model && Paths.status(Paths.expanded(text)) != nil
      return (
        name,
        .string(
          isOutside && isPlace && Paths.status(Paths.expanded(text)) != nil
            ? Paths.resolved(Paths.expanded(text)) : text)
      )
    }
  }

  private var types: [String: ParamType] {
    guard let source = try? SourceReader.file(recipe) else { return [:] }
    return Dictionary(
      RecipeInfo(of: Parser.parse(source)).params.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
  }

  /// The list of the points, for tasks that run some of them.
  func write(chunk: Int, points: [Point]) throws {
    let json = JSON.members([
      ("recipe", .string(Paths.resolved(recipe))), ("chunk", .number(Double(chunk))),
      ("points", .array(points.map { .string($0.name) })),
    ])
    try AtomicFile.write(folder + "/sweep.json", permissions: Permissions()) { try $0.write(json.text() + "\n") }
  }
}
