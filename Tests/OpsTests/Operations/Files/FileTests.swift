// Reading texts and writing files whole or not at all.

import Formats
import Glibc
import Lang
import Runtime
import Testing

@Suite struct FileTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }
  let permissions = Permissions()

  func lines(_ text: String) throws -> [String] {
    try folder.write("lines", Array(text.utf8))
    return try InputFile.lines(folder.file("lines"), permissions: permissions)
  }

  @Test func linesEndInEitherWay() throws {
    #expect(try lines("a\r\nb\n\nc") == ["a", "b", "", "c"])
    #expect(try lines("a\n") == ["a"])
    #expect(try lines("") == [])
    #expect(try lines("\n") == [""])
    #expect(try lines("\u{FEFF}é\rx\n") == ["é\rx"])
  }

  @Test func badUTF8NamesItsLine() throws {
    try folder.write("bad", Array("one\ntwo\nth".utf8) + [0xFF] + Array("ee\n".utf8))
    for read in [InputFile.lines, { [try InputFile.text($0, permissions: $1)] }] {
      let fault = try #require(throws: Fault.self) { _ = try read(folder.file("bad"), permissions) }
      #expect(fault.code == .badFile)
      #expect(fault.message.contains("line 3 is not UTF-8"))
    }
  }

  @Test func aMissingFileSuggestsItsNeighbour() throws {
    try folder.write("nouns.txt", [])
    let fault = try #require(throws: Fault.self) {
      _ = try InputFile.text(folder.file("noun.txt"), permissions: permissions)
    }
    #expect(fault.code == .cannotRead)
    #expect(fault.message.contains("No such file or directory"))
    #expect(fault.help?.contains("nouns.txt") == true)
  }

  @Test func dataOfTheRecipesIsInTheBinary() throws {
    let file = ScratchFolder.repository + "/data/common_nouns.txt"
    let lines = try InputFile.lines("data/common_nouns.txt", permissions: permissions)
    #expect(try lines == InputFile.lines(file, permissions: permissions))
    #expect(lines.count == 100)
  }

  @Test func aFolderOrAZeroByteIsNoFile() {
    #expect(throws: Fault.self) { try InputFile.bytes(folder.path, permissions: permissions) }
    #expect(throws: Fault.self) { try InputFile.bytes("a\0b", permissions: permissions) }
    #expect(throws: Fault.self) { try AtomicFile.write(folder.path, permissions: permissions) { _ in } }
    #expect(throws: Fault.self) { try AtomicFile.write("", permissions: permissions) { _ in } }
  }

  @Test func anErrorLeavesTheOldFileAndNoRest() throws {
    try folder.write("x", [1, 2, 3])
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try AtomicFile.write(folder.file("x"), permissions: permissions) { file in
        try file.write([UInt8](repeating: 7, count: 1 << 20))
        throw Stop()
      }
    }
    #expect(try folder.bytes("x") == [1, 2, 3])
    #expect(folder.names() == ["x"])
  }

  /// A process that is killed leaves nothing behind: until it is whole, the file has no name.
  @Test func aFileThatIsBeingWrittenHasNoName() throws {
    try folder.write("x", [1, 2, 3])
    // O_TMPFILE, which not every file system knows.
    let probe = open(folder.path, O_DIRECTORY | 0o20000000 | O_WRONLY, 0o600)
    try AtomicFile.write(folder.file("x"), permissions: permissions) { file in
      try file.write([UInt8](repeating: 7, count: 1 << 20))
      if probe >= 0 { #expect(folder.names() == ["x"]) }
    }
    if probe >= 0 { close(probe) }
    #expect(try folder.bytes("x") == [UInt8](repeating: 7, count: 1 << 20))
    #expect(folder.names() == ["x"])
  }

  @Test func whetherAFileCanBeWrittenIsKnownBefore() throws {
    try folder.write("x", [1])
    try AtomicFile.check(folder.file("x"), permissions: permissions)
    try AtomicFile.check(folder.file("new"), permissions: permissions)
    #expect(folder.names() == ["x"])
    #expect(throws: Fault.self) { try AtomicFile.check(folder.path, permissions: permissions) }
  }

  @Test func aFullDiskIsAnError() throws {
    let fault = try #require(throws: Fault.self) {
      try AtomicFile.write("/dev/full", permissions: permissions) { try $0.write("text") }
    }
    #expect(fault.code == .cannotWrite)
    #expect(fault.message == "cannot write /dev/full: No space left on device")
  }

  @Test func foldersAreMadePermissionsAndLinksKept() throws {
    let path = folder.file("a/b/c.txt")
    try AtomicFile.write(path, permissions: permissions) { try $0.write("1") }
    chmod(path, 0o640)
    symlink("a/b/c.txt", folder.file("link"))
    try AtomicFile.write(folder.file("link"), permissions: permissions) { try $0.write("22") }
    #expect(try InputFile.text(path, permissions: permissions) == "22")
    var information = stat()
    #expect(stat(path, &information) == 0 && information.st_mode & 0o777 == 0o640)
    #expect(lstat(folder.file("link"), &information) == 0 && information.st_mode & S_IFMT == S_IFLNK)
    try folder.write("file", [])
    #expect(throws: Fault.self) { try AtomicFile.write(folder.file("file/x"), permissions: permissions) { _ in } }
  }

  @Test func writingStaysBelowTheRoots() throws {
    let outside = try ScratchFolder()
    let limited = Permissions(writeRoots: [folder.path])
    symlink(outside.path, folder.file("away"))
    try AtomicFile.write(folder.file("in/x"), permissions: limited) { _ in }
    for path in [
      outside.file("x"), folder.file("../x"), folder.file("away/x"), folder.path + "x", folder.file("new/../../x"),
    ] {
      let fault = try #require(throws: Fault.self) { try AtomicFile.write(path, permissions: limited) { _ in } }
      #expect(fault.code == .notPermitted, "\(path)")
    }
    #expect(outside.names().isEmpty)
    let closed = Permissions(readRoots: [folder.path])
    #expect(throws: Fault.self) { try InputFile.bytes("/etc/passwd", permissions: closed) }
  }

  /// POSIX: a path that ends in a slash is a folder, and nothing lies below a file.
  @Test(arguments: [
    "out.txt/", "out.txt//", "out.txt/.", "out.txt/..", "out.txt/../new.txt", "out.txt/./x", "out.txt/x",
  ])
  func aFileIsNoFolder(_ name: String) throws {
    try folder.write("out.txt", "precious")
    let fault = try #require(throws: Fault.self) { try folder.write(name, "new") }
    #expect(fault.code == .cannotWrite && fault.message.hasSuffix("Not a directory"), "\(fault.message)")
    #expect(folder.names() == ["out.txt"])
    #expect(try folder.bytes("out.txt") == Array("precious".utf8))
    #expect(throws: Fault.self) { try InputFile.bytes(folder.file("out.txt/"), permissions: permissions) }
    #expect(throws: Fault.self) { try AtomicFile.check(folder.file(name), permissions: permissions) }
  }

  @Test(arguments: ["new/", "made/", "made/.", "made/.."]) func aFolderIsNoFile(_ name: String) throws {
    try folder.write("made/x", "x")
    let fault = try #require(throws: Fault.self) { try folder.write(name, "new") }
    #expect(fault.message.hasSuffix("Is a directory"), "\(fault.message)")
    #expect(folder.names() == ["made"])
  }

  /// Every reader of text takes UTF-16 and UTF-32 with their mark (Python: text.encode("utf-16"), …).
  @Test func textsInOtherEncodings() throws {
    func encoded(_ text: String) -> [UInt8] {
      text.utf16.reduce(into: [0xFF, 0xFE]) { $0 += [UInt8($1 & 0xFF), UInt8($1 >> 8)] }
    }
    try folder.write("t.csv", encoded("a,b\n1,é\n"))
    try folder.write("t.json", encoded("{\"a\": \"é\"}"))
    try folder.write("t.txt", encoded("é\r\n😀\n"))
    func value(_ code: String) throws -> String {
      try Program.text(code.replacing("PATH", with: folder.path))
    }
    #expect(try value("t = read_csv(\"PATH/t.csv\"); [t.a[0], t.b[0]]") == "[1, \"é\"]")
    #expect(try value("read_json(\"PATH/t.json\").a") == "\"é\"")
    #expect(try value("read_lines(\"PATH/t.txt\")") == "[\"é\", \"😀\"]")
    #expect(try value("len(read_text(\"PATH/t.txt\"))") == "5")
    try folder.write("t.csv", Array(encoded("name,score\ntime,1\n").dropFirst(2)))
    let fault = try #require(throws: Fault.self) { try value("read_csv(\"PATH/t.csv\")") }
    #expect(fault.message.hasSuffix("it is UTF-16 without the mark that says so"))
  }
}
