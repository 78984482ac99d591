// swift-tools-version:6.1
// The fuzz targets, a package of their own: only `make fuzz` builds it, with libFuzzer from the Swift toolchain.
import PackageDescription

let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "traveling-words", path: "../..")],
  targets: [
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "Fuzz",
      dependencies: ["CFuzzer", .product(name: "TravelingWords", package: "traveling-words")],
      swiftSettings: [.unsafeFlags(["-sanitize=fuzzer"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
  ],
  swiftLanguageModes: [.v5]
)
