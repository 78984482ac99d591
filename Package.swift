// swift-tools-version:6.1
// The rooms and their direction: Shell → the rooms of Ops → Runtime → Lang, with C modules below them (docs/architecture.md).
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

// `make dist` links libedit and what it needs into the binary, so that it starts where none of them is installed.
let lineEditor: LinkerSetting =
  Context.environment["TW_STATIC_EDIT"] == nil
  ? .linkedLibrary("edit")
  : .unsafeFlags(["edit", "bsd", "md", "tinfo"].flatMap { ["-Xlinker", "-l:lib\($0).a"] })

// `tw --version` says what it was built from.
let commit = Context.gitInformation.map { $0.currentCommit.prefix(10) + ($0.hasUncommittedChanges ? "+" : "") } ?? ""

/// A room of Ops, with what it may import beside what is below Ops.
func room(_ name: String, _ below: [Target.Dependency]) -> Target {
  .target(
    name: name,
    dependencies: below + [
      "Runtime", "Lang", "CPlatform", .product(name: "OrderedCollections", package: "swift-collections"),
    ],
    path: "Sources/Ops/\(name)")
}

let package = Package(
  name: "traveling-words",
  products: [
    .executable(name: "tw", targets: ["Shell"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
  ],
  targets: [
    .target(name: "CEditline", dependencies: ["CPlatform"], linkerSettings: [lineEditor]),
    // Its loops are too slow for debug builds as the compiler makes them there.
    .target(name: "COpenBLAS", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
    .target(name: "CPlatform"),
    .target(name: "CImages", dependencies: ["CPlatform"]),
    .target(name: "CCurl", dependencies: ["CPlatform"]),
    .target(name: "CZeroMQ"),
    .target(name: "CVersion", cSettings: [.define("TW_COMMIT", to: "\"\(commit)\"")]),
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
    room("Kernels", ["COpenBLAS"]),
    room("Formats", ["Kernels", "CEmbedded", "CImages"]),
    room("Embeddings", ["Kernels", "COpenBLAS"]),
    room("Models", ["Kernels", "Formats"]),
    room("Hub", ["Formats", "Models", "CCurl"]),
    room("Probes", ["Kernels", "Models", "COpenBLAS"]),
    room("Figures", ["Formats", "Kernels"]),
    room("Operations", ["Kernels", "Formats", "Embeddings", "Models", "Probes", "Figures", "COpenBLAS"]),
    .executableTarget(
      name: "Shell",
      dependencies: [
        "Operations", "Hub", "Figures", "Models", "Formats", "Runtime", "Lang", "CEditline", "CPlatform", "CZeroMQ",
        "CVersion",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      linkerSettings: staticRuntime),
    .testTarget(name: "LangTests", dependencies: ["Lang"]),
    .testTarget(name: "RuntimeTests", dependencies: ["Runtime", "Lang"]),
    .testTarget(
      name: "OpsTests",
      dependencies: [
        "Operations", "Hub", "Figures", "Probes", "Models", "Embeddings", "Formats", "Kernels", "Runtime", "Lang",
      ]),
    .testTarget(name: "ShellTests", dependencies: ["Lang"]),
  ],
  swiftLanguageModes: [.v5]
)

// `make fuzz`: the targets see what only our own do, so they are part of this package, but only where they are asked for, since they
// need libFuzzer of the toolchain.
if Context.environment["TW_FUZZ"] != nil {
  package.targets += [
    .target(name: "CFuzzer", path: "tools/fuzz/Sources/CFuzzer"),
    .executableTarget(
      name: "Fuzz",
      dependencies: ["Operations", "Models", "Formats", "Runtime", "Lang", "CFuzzer", "CPlatform"],
      path: "tools/fuzz/Sources/Fuzz",
      swiftSettings: [.unsafeFlags(["-sanitize=fuzzer"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
  ]
}
