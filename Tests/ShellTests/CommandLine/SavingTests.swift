// What `save` leaves of the old file when the new one cannot be written whole.

import Glibc
import Testing

@Suite struct SavingTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The limit on file sizes ends the last write, which comes after everything was handed over.
  @Test func aWriteThatFailsLateKeepsTheOldFile() throws {
    try scratch.write("out.txt", "precious")
    for path in ["out.txt", "fresh.txt"] {
      let run = try scratch.run("(trap '' XFSZ; ulimit -f 0; $TW -e 'save(\"new\", \"\(path)\")' 2>&1) | cat")
      #expect(run.output.contains("error[E0502]: cannot write \(path): File too large"), "\(run.output)")
    }
    #expect(try scratch.run("cat out.txt; ls").output == "preciousout.txt\n")
  }

  /// As an ordinary user, in a folder where a new file could take the old one's name.
  @Test func aWriteProtectedFileStays() throws {
    try scratch.write("out.txt", "precious")
    let asUser = geteuid() == 0 ? "setpriv --reuid 65534 --clear-groups" : ""
    let run = try scratch.run(
      "chmod 444 out.txt; chmod 777 .; cp $TW tw; chmod 755 tw; \(asUser) ./tw -e 'save(\"x\", \"new.txt\"); save(\"new\", \"out.txt\")'"
    )
    #expect(run.status == 1 && run.errors.contains("cannot write out.txt: Permission denied"), "\(run.errors)")
    #expect(try scratch.run("cat out.txt new.txt").output == "preciousx")
  }
}
