// swift-tools-version:6.1
// Four rooms, one direction: Shell → Ops → Runtime → Lang, with C modules below them (docs/architecture.md).
import PackageDescription

// Swift's runtime is linked into the binary, so that `tw` runs on a machine without a Swift toolchain.
// The named libraries are what the static FoundationEssentials (used by swift-argument-parser) needs beside itself.
// lld is the toolchain's own linker and drops unused sections.
let staticRuntime: [LinkerSetting] = [
  .unsafeFlags(["-static-stdlib", "-use-ld=lld", "-Xlinker", "--gc-sections"]),
  .linkedLibrary("_FoundationCShims"),
  .linkedLibrary("_FoundationCollections"),
  .linkedLibrary("swiftSynchronization"),
]

let package = Package(
  name: "traveling-words",
  products: [
    .executable(name: "tw", targets: ["Shell"]),
    // For tools/fuzz.
    .library(name: "TravelingWords", targets: ["Lang", "Runtime", "Ops", "CPlatform"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
  ],
  targets: [
    .target(name: "CEditline", dependencies: ["CPlatform"], linkerSettings: [.linkedLibrary("edit")]),
    .target(name: "COpenBLAS"),
    .target(name: "CPlatform"),
    .target(name: "CEmbedded"),
    .target(name: "Lang", dependencies: ["CPlatform"]),
    .target(
      name: "Runtime",
      dependencies: [
        "Lang", "CPlatform", "COpenBLAS",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      // The machine's state is touched by every instruction, from one thread; debug builds check that. In release the checks would
      // cost much. User time of bench/language, medians of 15 runs in turn: records 1.58 times, sieve 1.39, closures 1.26, others 1.04-1.10.
      swiftSettings: [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]),
    .target(name: "Ops", dependencies: ["Runtime", "Lang", "COpenBLAS", "CPlatform", "CEmbedded"]),
    .executableTarget(
      name: "Shell",
      dependencies: [
        "Ops", "Runtime", "Lang", "CEditline", "CPlatform",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      linkerSettings: staticRuntime),
    .testTarget(name: "LangTests", dependencies: ["Lang"]),
    .testTarget(name: "RuntimeTests", dependencies: ["Runtime", "Lang"]),
    .testTarget(name: "OpsTests", dependencies: ["Ops", "Runtime", "Lang"]),
    .testTarget(name: "ShellTests", dependencies: ["Lang"]),
  ],
  swiftLanguageModes: [.v5]
)
