// Runs every program under Tests/language and compares what it prints with the expectations in its comments:
//
//     print(1 + 1)             # expect: 2
//     neares(1)                # expect error: E0201 at 3:1
//     f = x => {}              # expect warning: E0212 at 1:10
//     # run: --k 7               arguments for the program's params
//     # flags: --max-steps 9     arguments before the file
//     # expect status: 2         when it is not 0, or 1 where an error is expected
//     # expect help: nearest     a part of the diagnostic, or of a warning of the run
//
// Output lines are compared in order and as a whole. A second pass runs each program after `tw fmt` and expects the same; there
// errors may have moved, so only their codes are compared.
//
// TW_PROGRAMS=slices/,try/ (beginnings of paths, by commas) runs a part of them.

import Glibc
import Testing

@Suite struct Conformance {
  struct Expectation {
    var output: [String] = []
    var errors: [String] = []
    var warnings: [String] = []
    var parts: [String] = []
    var arguments = ""
    var flags = ""
    var status: Int32?

    init(_ text: String) {
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if let value = Self.value(of: "# expect: ", in: line) ?? (line.hasSuffix("# expect:") ? "" : nil) {
          output.append(value)
        }
        if let value = Self.value(of: "# expect error: ", in: line) { errors.append(value) }
        if let value = Self.value(of: "# expect warning: ", in: line) { warnings.append(value) }
        if let value = Self.value(of: "# expect help: ", in: line) { parts.append(value) }
        if let value = Self.value(of: "# run: ", in: line) { arguments = value }
        if let value = Self.value(of: "# flags: ", in: line) { flags = value }
        if let value = Self.value(of: "# expect status: ", in: line) { status = Int32(value) }
      }
    }

    private static func value(of mark: String, in line: Substring) -> String? {
      // The last mark of a line counts, so that a program may mention one in a string.
      var rest = line
      var found: Substring?
      while let range = firstRange(of: mark, in: rest) {
        rest = rest[range.upperBound...]
        found = rest
      }
      return found.map(String.init)
    }

    private static func firstRange(of mark: String, in line: Substring) -> Range<Substring.Index>? {
      var start = line.startIndex
      while start < line.endIndex {
        if line[start...].hasPrefix(mark) { return start..<line.index(start, offsetBy: mark.count) }
        start = line.index(after: start)
      }
      return nil
    }
  }

  @Test func everyProgramPrintsWhatItsCommentsExpect() throws {
    try runAll(formatted: false)
  }

  @Test func everyProgramPrintsTheSameAfterFormatting() throws {
    try runAll(formatted: true)
  }

  private func runAll(formatted: Bool) throws {
    let scratch = try Scratch()
    let original = Machine.root + "/Tests/language"
    let listing = try scratch.run("cd '\(original)' && find . -name '*.tw' -not -path '*/lib/*' | sort")
    var paths = listing.output.split(separator: "\n").map { String($0.dropFirst(2)) }
    if let chosen = getenv("TW_PROGRAMS") {
      let beginnings = String(cString: chosen).split(separator: ",")
      paths = paths.filter { path in beginnings.contains { path.hasPrefix($0) } }
    }
    try #require(!paths.isEmpty)
    let folder = formatted ? scratch.path + "/language" : original
    // Programs with syntax errors are left as they are.
    if formatted {
      let result = try scratch.run(
        "ln -s '\(original)/../Fixtures' .; cp -r '\(original)' language; $TW fmt language >fmt.out 2>&1; grep internal fmt.out"
      )
      #expect(result.output.isEmpty)
    }
    var expectations: [String: Expectation] = [:]
    var lines: [String] = []
    for (number, path) in paths.enumerated() {
      let expectation = Expectation(try #require(Machine.read(original + "/" + path)))
      expectations[path] = expectation
      let output = scratch.path + "/\(number)"
      let command = "timeout 20 $TW \(expectation.flags) '\(path)' \(expectation.arguments)"
      lines.append("\(command) >'\(output).out' 2>'\(output).err'; echo $? >'\(output).status'")
    }
    // A busy machine must not run into the time limit of one shell command.
    for start in stride(from: 0, to: lines.count, by: 50) {
      let part = lines[start..<min(start + 50, lines.count)].joined(separator: "\n")
      _ = try scratch.run("cd '\(folder)'\n" + part)
    }
    for (number, path) in paths.enumerated() {
      guard let expectation = expectations[path] else { continue }
      compare(path, expectation, scratch.path + "/\(number)", withPlaces: !formatted)
    }
  }

  private func compare(_ path: String, _ expectation: Expectation, _ output: String, withPlaces: Bool) {
    let printed = Machine.read(output + ".out") ?? ""
    let errors = Machine.read(output + ".err") ?? ""
    let status = Int32((Machine.read(output + ".status") ?? "").filter(\.isNumber)) ?? -1
    var lines = printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    let actual = "\n--- \(path) printed\n\(printed)--- on standard error\n\(errors)"
    #expect(lines == expectation.output, "\(path): expected \(expectation.output)\(actual)")
    for (kind, error) in expectation.errors.map({ ("error", $0) }) + expectation.warnings.map({ ("warning", $0) }) {
      let parts = error.split(separator: " ")
      #expect(errors.contains("\(kind)[\(parts[0])]"), "\(path): expected \(error)\(actual)")
      if withPlaces, parts.count >= 3, parts[1] == "at" {
        #expect(errors.contains("--> \(path):\(parts[2])\n"), "\(path): expected \(error)\(actual)")
      }
    }
    for part in expectation.parts { #expect(errors.contains(part), "\(path): expected `\(part)`\(actual)") }
    for (kind, expected) in [("error", expectation.errors), ("warning", expectation.warnings)] {
      let reported = errors.split(separator: "\n").filter { $0.hasPrefix(kind + "[") }.count
      #expect(reported == expected.count, "\(path): expected \(expected.count) of \(kind)\(actual)")
    }
    if expectation.errors.isEmpty, expectation.warnings.isEmpty, expectation.parts.isEmpty {
      #expect(errors.isEmpty, "\(path): expected no error\(actual)")
    }
    let wanted = expectation.status ?? (expectation.errors.isEmpty ? 0 : 1)
    #expect(status == wanted, "\(path): expected exit status \(wanted), got \(status)\(actual)")
  }
}
