import Testing

/// What is not installed is named, with the command that installs it; everything else works.
@Suite struct MissingLibraryTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func withoutOpenBLASDecompositionsAreErrors() throws {
    _ = try scratch.run("mkdir lib && : >lib/libopenblas.so.0")
    let result = try scratch.run(
      "LD_LIBRARY_PATH=lib $TW -e 'print((ones(2, 40) @ ones(40, 40))[1, 1]); svd(randn(40, 40))'")
    #expect(result.output == "40\n")
    #expect(result.errors.hasPrefix("error[E0509]: OpenBLAS cannot be loaded: "))
    #expect(result.errors.contains("= help: install it with: apt install libopenblas0"))
    #expect(result.status == 1)
  }

  @Test(arguments: [
    ("libpng16.so.16", "rgb8.png", "libpng", "libpng16-16"),
    ("libjpeg.so.62", "420.jpg", "libjpeg-turbo", "libjpeg62-turbo"),
  ])
  func withoutItsLibraryAnImageIsAnError(_ library: String, _ image: String, _ name: String, _ package: String) throws {
    // On Ubuntu libjpeg has another number.
    _ = try scratch.run("mkdir lib && : >lib/\(library) && : >lib/libjpeg.so.8")
    let path = Machine.root + "/Tests/Fixtures/images/" + image
    let result = try scratch.run("LD_LIBRARY_PATH=lib $TW -e 'read_image(\"\(path)\")'")
    #expect(result.errors.hasPrefix("error[E0509]: \(name) cannot be loaded: "))
    #expect(result.errors.contains("= help: install it with: apt install \(package)"))
    #expect(result.status == 1)
  }

  @Test func withoutGnuplotTheDataAreSaved() throws {
    let result = try scratch.run("PATH=/nowhere $TW -e 'save(line([1, 2]), \"x.svg\")'")
    #expect(result.errors.hasPrefix("error[E0509]: gnuplot, which draws figures, is not installed"))
    #expect(result.errors.contains("x.svg.csv"))
    #expect(result.errors.contains("= help: install it with: apt-get install gnuplot-nox"))
    #expect(try scratch.run("ls x*").output == "x.svg.csv\n")
    #expect(Machine.read(scratch.path + "/x.svg.csv") == "x,y\n0,1\n1,2\n")
  }
}
