// How `save` writes figures: pictures by gnuplot, its script, pages, or the data.

import Formats
import Glibc
import Lang
import Runtime

package enum FigureFormats {
  package static let all: [SaveFormat] =
    [("svg", GnuplotScript.Target.svg), ("png", .png), ("pdf", .pdf)].map { name, target in
      SaveFormat(name, holds: "figures") { value, place in
        try draw(try figure(value, name), target, place)
      }
    } + [
      SaveFormat("html", holds: "figures, to turn and read") { value, place in
        try FigurePage.save(try figure(value, "html"), place)
      },
      SaveFormat("gp", holds: "a figure's gnuplot script") { value, place in
        let script = try GnuplotScript(try figure(value, "gp"), target: .svg, output: pictureName(place.path))
        try AtomicFile.write(place.path, permissions: place.permissions) { try $0.write(script.text) }
      },
    ]

  private static func figure(_ value: Value, _ name: String) throws -> FigureObject {
    guard let figure = value.asObject as? FigureObject else {
      throw Fault.cannotHold(name, "a figure", value, help: "make one first: save(line(values), path)")
    }
    return figure
  }

  private static func draw(
    _ figure: FigureObject, _ target: GnuplotScript.Target, _ place: SaveTarget
  ) throws {
    let (path, permissions) = (place.path, place.permissions)
    // Before the work, so that a place that may not be written is said at once.
    try AtomicFile.check(path, permissions: permissions)
    let picture: [UInt8]
    do {
      picture = try self.picture(of: figure, target, named: path)
    } catch let fault as Fault where fault.code == .libraryMissing {
      let table = path + ".csv"
      let data = try figure.data()
      try AtomicFile.write(table, permissions: permissions) { try CSV.write(data, to: $0) }
      throw Fault.gnuplotMissing(kept: table)
    }
    let whole = place.note?.added(to: picture, target.rawValue) ?? picture
    try AtomicFile.write(path, permissions: permissions) { try $0.write(whole) }
  }

  /// The bytes of a picture file. Throws what `Gnuplot.run` does.
  package static func picture(of figure: FigureObject, _ target: GnuplotScript.Target, named name: String) throws
    -> [UInt8]
  {
    let script = try GnuplotScript(figure, target: target)
    // Once, in whatever formats the figure is drawn.
    if script.omittedLabels > 0, !figure.hasToldOmissions {
      figure.hasToldOmissions = true
      Notices.warn(
        "\(name): \(script.omittedLabels) of the labels had no room and \(script.omittedLabels == 1 ? "is" : "are") left out"
      )
    }
    let bytes = try Gnuplot.run(script.text)
    return target == .svg ? finished(bytes) : target == .pdf ? SaveNote.withoutDate(bytes) : bytes
  }

  /// The script beside a picture: `out/x.svg` → `out/x.gp`, whose path is the result.
  package static func keepScript(_ value: Value, beside path: String, permissions: Permissions) throws -> String {
    let target = GnuplotScript.Target(rawValue: Paths.fileExtension(path))
    guard let figure = value.asObject as? FigureObject, let target else {
      throw Fault.badValue(
        "only a picture of a figure has a script to keep", help: "keep=true goes with .svg, .png and .pdf")
    }
    let script = try GnuplotScript(figure, target: target, output: Paths.split(path).name)
    let place = replacedExtension(path, by: "gp")
    try AtomicFile.write(place, permissions: permissions) { try $0.write(script.text) }
    return place
  }

  private static func pictureName(_ path: String) -> String { replacedExtension(Paths.split(path).name, by: "svg") }

  static func replacedExtension(_ path: String, by name: String) -> String {
    let old = Paths.fileExtension(path)
    return String(decoding: path.utf8.dropLast(old.isEmpty ? 0 : old.utf8.count + 1), as: UTF8.self) + "." + name
  }

  /// What gnuplot leaves open in an SVG. Viewers blur the cells of a small picture that is shown large, unless they are told not to;
  /// and `]]>` may not stand in a text of XML, where gnuplot leaves `>` as it is (XML 1.0, section 2.4).
  private static func finished(_ bytes: [UInt8]) -> [UInt8] {
    let changes = [("<image ", "<image style='image-rendering:pixelated' "), ("]]>", "]]&gt;")]
      .map { (old: Array($0.utf8), new: Array($1.utf8)) }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + 256)
    var at = 0
    while at < bytes.count {
      if let change = changes.first(where: { bytes[at] == $0.old[0] && bytes[at...].starts(with: $0.old) }) {
        output += change.new
        at += change.old.count
      } else {
        output.append(bytes[at])
        at += 1
      }
    }
    return output
  }
}
