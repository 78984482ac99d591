// Where Plotly.js is, which draws the figures of a page. It is the program's own file, as what is compiled in: no recipe chooses it,
// so it is read wherever a recipe may read.

import Formats
import Glibc
import Lang
import Runtime

enum PlotlyLibrary {
  /// The version that the pages are written for; scripts/bootstrap.sh fetches it.
  static let version = "4.1.1"
  static let fileName = "plotly.min.js"

  /// What a page without its own copy loads.
  static let address = "https://cdn.plot.ly/plotly-\(version).min.js"

  /// The library's text, or nil where it is not installed.
  static func file() -> MappedFile? {
    places().lazy.compactMap { folder in
      guard let file = try? MappedFile(path: Paths.joined(folder, fileName)), isLibrary(file.bytes) else { return nil }
      return file
    }.first
  }

  /// Folders that may hold it: the one that TW_SHARE names, alone; else the installed one beside the program (PREFIX/bin/tw →
  /// PREFIX/share/traveling-words) and `share` of the repository in which the program was built.
  static func places() -> [String] {
    if let chosen = Paths.environment("TW_SHARE") { return [Paths.expanded(chosen)] }
    guard let program = realpath("/proc/self/exe", nil) else { return [] }
    defer { free(program) }
    let folder = Paths.split(Paths.text(program)).folder
    let installed = Paths.joined(Paths.split(folder).folder, "share/traveling-words")
    let parts = folder.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    guard let build = parts.lastIndex(of: ".build") else { return [installed] }
    return [installed, (parts[..<build] + ["share"]).joined(separator: "/")]
  }

  /// Plotly says its name at the start. Nothing in it may end the page's script.
  private static func isLibrary(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let head = bytes.prefix(200)
    let name = Array("plotly.js v\(version)".utf8)
    guard head.indices.contains(where: { head[$0...].starts(with: name) }) else { return false }
    let endings = ["</script", "<!--"].map { Array($0.utf8) }
    var at = 0
    while at < bytes.count, let start = bytes.baseAddress,
      let found = memchr(start + at, Int32(UInt8(ascii: "<")), bytes.count - at)
    {
      at = UnsafeRawPointer(found) - start
      if endings.contains(where: { bytes[at...].starts(with: $0) }) { return false }
      at += 1
    }
    return true
  }
}
