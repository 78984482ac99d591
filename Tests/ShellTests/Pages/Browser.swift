// A browser without a window, which opens a page and says what came of it. scripts/bootstrap.sh --test installs it.

import Testing

struct Browser {
  /// The page's elements after its scripts ran, as HTML.
  let document: String
  /// What its scripts complained of.
  let errors: [String]

  /// `script` runs in the page a second after it was drawn; `screenshot` is a file for a picture of the page. The browser's clock runs
  /// ahead of ours, so nothing is waited for; on a busy machine the browser may hang, and is started again. `isDark`: the reader prefers dark pages.
  static func open(
    _ page: String, in scratch: Scratch, running script: String = "", screenshot: String? = nil,
    size: String = "1200,800", isDark: Bool = false,
    network: Bool = false
  ) throws -> Browser {
    let text = try #require(Machine.read(page))
    let driver = "<script>setTimeout(() => { \(script) }, 3000);</script></body>"
    let end = try #require(text.range(ofLast: "</body>"))
    let driven = try scratch.write("driven.html", text[..<end] + driver + "</html>")
    let picture = screenshot.map { "--screenshot='\($0)'" } ?? ""
    let command =
      "timeout -k 1 40 chromium --headless --no-sandbox --disable-gpu --use-gl=angle --use-angle=swiftshader "
      + "--enable-unsafe-swiftshader --hide-scrollbars --force-prefers-reduced-motion --user-data-dir=\"$PWD/profile\" "
      + (network ? "" : "--host-resolver-rules='MAP * ~NOTFOUND' ")
      + (isDark ? "--blink-settings=preferredColorScheme=0 " : "")
      + "--enable-logging=stderr --v=0 --virtual-time-budget=8000 --window-size=\(size)"
    for _ in 0..<4 {
      _ = try scratch.run("rm -rf profile; \(command) --dump-dom \(picture) 'file://\(driven)' >dom.html 2>log.txt")
      guard let document = Machine.read(scratch.path + "/dom.html"), document.contains("data-state=") else { continue }
      let log = Machine.read(scratch.path + "/log.txt") ?? ""
      let errors = log.split(separator: "\n").map(String.init).filter { line in
        line.contains("CONSOLE") && (line.contains("Uncaught") || line.contains("Error"))
      }
      return Browser(document: document, errors: errors)
    }
    Issue.record("the browser did not come back")
    return Browser(document: "", errors: [])
  }

  /// "drawn" or "failed".
  var state: String? {
    guard let start = document.range(ofLast: "data-state=\"") else { return nil }
    let value = document[start...].dropFirst("data-state=\"".count).prefix { $0 != "\"" }
    return String(value)
  }

  /// The text of the element with this id.
  func text(_ id: String) -> String? {
    guard let start = document.range(ofLast: "id=\"\(id)\"") else { return nil }
    let inside = document[start...].drop { $0 != ">" }.dropFirst()
    return String(inside.prefix { $0 != "<" })
  }
}

extension String {
  /// Where the last occurrence of `text` starts.
  func range(ofLast text: String) -> Index? {
    // By bytes: a page with Plotly.js in it is long.
    let wanted = Array(text.utf8)
    let all = Array(utf8)
    guard all.count >= wanted.count, !wanted.isEmpty else { return nil }
    for start in stride(from: all.count - wanted.count, through: 0, by: -1)
    where all[start] == wanted[0] && all[start..<start + wanted.count].elementsEqual(wanted) {
      return utf8.index(utf8.startIndex, offsetBy: start)
    }
    return nil
  }
}
