// What was opened is asked about again: a link may have been changed between the question and the opening.

import Glibc
import Lang
import Runtime
import Testing

@Suite struct PermissionsTests {
  /// Opens a path, calls `body` with the descriptor, and gives the code of what it throws.
  private func code(_ path: String, _ flags: Int32 = O_RDONLY, _ body: (Int32) throws -> Void) throws -> ErrorCode? {
    let descriptor = open(path, flags)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    do { try body(descriptor) } catch let fault as Fault { return fault.code }
    return nil
  }

  @Test func whatWasOpenedOutsideIsRefused() throws {
    let permissions = Permissions(readRoots: ["/usr/share"], writeRoots: ["/usr/share"])
    // The path that was asked about lies inside; the file that it led to does not.
    #expect(try code("/etc/passwd") { try permissions.checkOpened($0, .read, as: "/usr/share/x") } == .notPermitted)
    #expect(try code("/etc/passwd") { try permissions.checkOpened($0, .write, as: "/usr/share/x") } == .notPermitted)
    #expect(
      try code("/etc", O_RDONLY | O_DIRECTORY) { try permissions.checkOpened($0, .write, as: "x", entry: "y") }
        == .notPermitted)
    #expect(
      try code("/etc/passwd") { try permissions.checkOpened($0, .read, as: "/usr/share/x", isModel: true) }
        == .notPermitted)
  }

  @Test func whatWasOpenedInsideIsNot() throws {
    let permissions = Permissions(readRoots: ["/etc"], writeRoots: ["/etc"])
    #expect(try code("/etc/passwd") { try permissions.checkOpened($0, .read, as: "passwd") } == nil)
    #expect(
      try code("/etc", O_RDONLY | O_DIRECTORY) { try permissions.checkOpened($0, .write, as: "x", entry: "y") } == nil)
    // A name that only starts alike lies elsewhere.
    let other = Permissions(readRoots: ["/etc/pass"])
    #expect(try code("/etc/passwd") { try other.checkOpened($0, .read, as: "passwd") } == .notPermitted)
    // What models may be read in is open for models alone.
    let models = Permissions(readRoots: ["/usr"])
    models.allowModels(below: "/etc")
    #expect(try code("/etc/passwd") { try models.checkOpened($0, .read, as: "passwd", isModel: true) } == nil)
    #expect(try code("/etc/passwd") { try models.checkOpened($0, .read, as: "passwd") } == .notPermitted)
    #expect(try code("/etc/passwd") { try Permissions().checkOpened($0, .read, as: "passwd") } == nil)
  }
}
