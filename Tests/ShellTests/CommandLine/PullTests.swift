// `tw pull` against a hub on this machine that gives the awkward answers of the real one.

import Testing

@Suite struct PullTests {
  let hub: LoopbackHub
  private let weights = LoopbackHub.weights

  init() throws { hub = try LoopbackHub() }

  private var partials: String { "ls home/hub/models--org--tiny/blobs | grep -c incomplete || true" }

  // MARK: The cache

  @Test func theFilesOfAModelComeAndNothingElse() throws {
    let result = try hub.run("$TW pull org/tiny; cd home/hub/models--org--tiny; ls snapshots/*; cat refs/main")
    let lines = result.output.split(separator: "\n")
    #expect(result.errors == "")
    #expect(
      lines.first?.hasSuffix("/home/hub/models--org--tiny/snapshots/73ab91d089d99e929fda86d0083cb6089f801420") == true)
    // refs/main: 40 hex digits, no line end.
    #expect(
      lines.dropFirst() == [
        "config.json", "model.safetensors", "tokenizer.json", "73ab91d089d99e929fda86d0083cb6089f801420",
      ])
    #expect(try hub.isWhole())
  }

  @Test func snapshotsAreRelativeLinksToBlobsThatTheirChecksumNames() throws {
    let result = try hub.run(
      """
      $TW pull org/tiny >/dev/null; $TW pull org/tiny --files 'onnx/*' >/dev/null; cd home/hub/models--org--tiny/snapshots/*
      [[ $(readlink \(weights)) == ../../blobs/$(sha256sum <\(weights) | cut -c-64) ]] && echo large
      [[ $(readlink config.json) == ../../blobs/$( (printf 'blob %d\\0' $(stat -Lc %s config.json); cat config.json) | sha1sum | cut -c-40) ]] && echo small
      [[ $(readlink onnx/model.onnx) == ../../../blobs/* ]] && cat onnx/model.onnx
      """)
    #expect(result.output == "large\nsmall\nother\n")
  }

  @Test func whatIsHereIsNotAskedForAgain() throws {
    _ = try hub.run("$TW pull org/tiny")
    let before = hub.log.count
    let result = try hub.run("$TW pull org/tiny; $TW pull org/tiny --dry-run")
    #expect(hub.log.count == before + 2)
    #expect(result.output.contains("200 kB  model.safetensors  (is here)"))
    #expect(result.output.contains("0 of 3 files to come, 0 bytes"))
  }

  @Test func aDryRunWritesNothing() throws {
    let result = try hub.run("$TW pull org/tiny --dry-run --revision refs/pr/1; ls home")
    #expect(result.output.contains("3 of 3 files to come, 200 kB"))
    #expect(result.errors.contains("ls: cannot access 'home'"))
  }

  @Test func aRevisionMayHaveFolders() throws {
    #expect(
      try hub.run("$TW pull org/tiny --revision refs/pr/1 >/dev/null; wc -c <home/hub/models--org--tiny/refs/refs/pr/1")
        .output == "40\n")
    #expect(hub.log.first?.contains("/api/models/org/tiny/revision/refs%2Fpr%2F1?blobs=true") == true)
  }

  @Test func filesOfPyTorchComeWhereThereIsNoSafetensors() throws {
    let result = try hub.run("ls $($TW pull org/pickle)")
    #expect(result.output == "pytorch_model-00001-of-00001.bin\npytorch_model.bin.index.json\n")
  }

  @Test func patternsTakeOtherFiles() throws {
    #expect(
      try hub.run("cd $($TW pull org/tiny --files '*.md,onnx/*') && find . -type l | sort").output
        == "./README.md\n./onnx/model.onnx\n")
    let none = try hub.run("$TW pull org/tiny --files '*.gguf'")
    #expect(none.errors.contains("no file of org/tiny matches *.gguf"))
    #expect(none.status == 1)
  }

  /// A file system without links: the library in between refuses them, as one on FAT does.
  @Test func withoutLinksTheFileItselfStandsInTheSnapshot() throws {
    try hub.scratch.write(
      "nolinks.c", "#include <errno.h>\nint symlink(const char *a, const char *b) { errno = EPERM; return -1; }\n")
    let result = try hub.run(
      """
      clang -shared -fPIC -o nolinks.so nolinks.c
      for _ in 1 2; do LD_PRELOAD=$PWD/nolinks.so $TW pull org/tiny >/dev/null; done
      cd home/hub/models--org--tiny; find snapshots -type f | wc -l; ls blobs | wc -l
      """)
    #expect(result.output == "3\n0\n")
    #expect(try hub.isWhole())
  }

  @Test func modelsAreFoundAfterIt() throws {
    _ = try hub.run("cp '\(Machine.root)'/Models/mini/* repos/org/tiny/")
    #expect(
      try hub.run("$TW pull org/tiny >/dev/null; $TW -e 'load(\"org/tiny\")'").output.hasPrefix(
        "model org/tiny: gpt2, 6 blocks"))
  }

  // MARK: Awkward answers

  @Test(arguments: [
    #"["cut", "ok"]"#, #"["cut", "cut", "whole"]"#, #"["cut", "416", "ok"]"#, #"["429", "ok"]"#,
    #"["500", "500", "ok"]"#, #"["403", "ok"]"#, #"["nolength"]"#, #"["slow"]"#,
  ])
  func whatMayPassIsTriedAgain(moods: String) throws {
    try hub.setMoods("{\"\(weights)\": \(moods)}")
    let result = try hub.run("$TW pull org/tiny >/dev/null; \(partials)")
    #expect(result.errors == "")
    #expect(result.output == "0\n")
    #expect(try hub.isWhole())
  }

  @Test func aCutDownloadGoesOnWhereItWas() throws {
    try hub.setMoods("{\"\(weights)\": [\"cut\", \"ok\"]}")
    _ = try hub.run("$TW pull org/tiny")
    #expect(hub.log.contains { $0.hasPrefix("store GET") && $0.hasSuffix(" bytes=100000- -") })
  }

  @Test func theNextRunGoesOnToo() throws {
    try hub.setMoods("{\"\(weights)\": [\"silent\", \"ok\"]}")
    let result = try hub.run(
      "timeout -s INT 3 $TW pull org/tiny; echo $?; \(partials); $TW pull org/tiny >/dev/null; \(partials)")
    #expect(result.output == "124\n1\n0\n")
    #expect(result.errors.contains("interrupted"))
    #expect(hub.log.contains { $0.hasPrefix("store GET") && $0.hasSuffix(" bytes=100000- -") })
    #expect(try hub.isWhole())
  }

  @Test func silenceIsABrokenConnection() throws {
    try hub.setMoods("{\"\(weights)\": [\"silent\", \"ok\"]}")
    let result = try hub.run("HF_HUB_DOWNLOAD_TIMEOUT=1 $TW pull org/tiny")
    #expect(result.status == 0)
    #expect(try hub.isWhole())
  }

  @Test(arguments: ["wrong", "long"]) func otherBytesAreThrownAwayAndNamed(mood: String) throws {
    try hub.setMoods("{\"\(weights)\": [\"\(mood)\"]}")
    let result = try hub.run("$TW pull org/tiny; echo $?; \(partials); find home -name main")
    #expect(result.output == "1\n0\n")
    #expect(result.errors.contains("error[E0511]: cannot download org/tiny, model.safetensors: "))
    #expect(result.errors.contains("thrown away"))
  }

  @Test func withoutTheSizeOfALinkedFileTheListKnowsIt() throws {
    try hub.setMoods("{\"nosize\": [\"\"]}")
    #expect(try hub.run("$TW pull org/tiny").status == 0)
    #expect(try hub.isWhole())
  }

  @Test func tooManyRequestsEndWithTheHubsOwnWords() throws {
    let result = try hub.run("$TW pull org/busy; $TW pull org/down")
    #expect(result.errors.contains("too many requests (429)\n   = help: the hub asks to come back in 1000 s"))
    #expect(result.errors.contains("answers 503"))
    #expect(hub.log.filter { $0.contains("org/down") }.count == 5)
  }

  @Test func aRenamedRepositoryIsFollowed() throws {
    let result = try hub.run("cat $($TW pull org/old-name)/config.json")
    #expect(result.output.contains("gpt2"))
    #expect(hub.log.contains { $0.hasPrefix("hub HEAD /org/new-name/resolve/") })
  }

  @Test func aFileThatIsListedAndMissingIsNoted() throws {
    try hub.scratch.write("ghosts.json", #"{"org/tiny": ["vocab.json"]}"#)
    let result = try hub.run("$TW pull org/tiny; find home -path '*.no_exist*' -name vocab.json | wc -l")
    #expect(result.errors.contains("vocab.json: the hub lists it and does not have it"))
    #expect(result.output == "1\n")
  }

  // MARK: Tokens

  @Test(arguments: ["HF_TOKEN=hf_secret", "HUGGING_FACE_HUB_TOKEN=hf_secret", "HF_TOKEN_PATH=$PWD/token.txt", "x=y"])
  func theTokenGoesToTheHubAlone(from: String) throws {
    try hub.scratch.write("token.txt", "hf_secret\n")
    _ = try hub.run("mkdir -p home; \(from == "x=y" ? "cp token.txt home/token" : ":"); \(from) $TW pull org/tiny")
    #expect(hub.log.filter { $0.hasPrefix("hub ") }.allSatisfy { $0.hasSuffix(" hf_secret") })
    #expect(hub.log.filter { $0.hasPrefix("store ") }.allSatisfy { $0.hasSuffix(" -") })
    #expect(hub.log.contains { $0.hasPrefix("store ") })
  }

  @Test func refusalsSayWhatToDoAndNotTheToken() throws {
    let result = try hub.run(
      """
      $TW pull org/gated; HF_TOKEN=hf_secret $TW pull org/gated; HF_TOKEN=hf_secret $TW pull org/badtoken; $TW pull org/nowhere
      $TW pull org/tiny --revision nowhere; $TW pull org/empty; HF_TOKEN='a b' $TW pull org/tiny
      """)
    #expect(result.errors.contains("/org/gated, then put a token of yours into HF_TOKEN or "))
    #expect(result.errors.contains("/org/gated, with the account that your token belongs to"))
    #expect(result.errors.contains("does not accept your token"))
    #expect(result.errors.contains("error[E0504]: there is no repository org/nowhere on 127.0.0.1"))
    #expect(result.errors.contains("org/tiny has no revision `nowhere`"))
    #expect(result.errors.contains("the repository org/empty is empty"))
    #expect(result.errors.contains("what HF_TOKEN holds is no token"))
    #expect(!(result.errors + result.output).contains("secret"))
  }

  // MARK: Without a network, without a disk

  @Test(arguments: ["HF_HUB_OFFLINE=1", "TRANSFORMERS_OFFLINE=yes"]) func offlineNothingIsSent(variable: String) throws
  {
    let result = try hub.run("\(variable) $TW pull org/tiny")
    #expect(result.errors.hasPrefix("error[E0605]: \(variable) is set: nothing is sent to the hub"))
    #expect(hub.log.isEmpty)
  }

  @Test func withoutANetworkThePlaceIsNamed() throws {
    let result = try hub.run(
      "HF_ENDPOINT=http://hub.invalid $TW pull org/tiny; HF_ENDPOINT=${HF_ENDPOINT/http/https} $TW pull org/tiny; http_proxy=http://127.0.0.1:9 $TW pull org/tiny; HF_ENDPOINT=nonsense $TW pull org/tiny"
    )
    #expect(result.errors.contains("hub.invalid: Could not resolve host"))
    #expect(result.errors.contains("SSL"))
    #expect(result.errors.contains("port 9"))
    #expect(result.errors.contains("HF_ENDPOINT is no address of a hub"))
  }

  @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
    let result = try hub.run(
      "touch file; HF_HUB_CACHE=$PWD/file $TW pull org/tiny; HF_HUB_CACHE=/proc/cache $TW pull org/tiny")
    #expect(result.errors.contains("error[E0502]: cannot write"))
    #expect(result.errors.contains("file/models--org--tiny: Not a directory"))
    #expect(result.errors.contains("= help: set HF_HUB_CACHE to a folder that you may write"))
  }

  @Test func aFullDiskKeepsWhatHasCome() throws {
    // No file of this process may be larger than 64 blocks of 1024 bytes.
    let result = try hub.run("(ulimit -f 64; $TW pull org/tiny); echo $?; \(partials); $TW pull org/tiny >/dev/null")
    #expect(result.output == "1\n1\n")
    #expect(result.errors.contains("error[E0502]: cannot write"))
    #expect(try hub.isWhole())
    #expect(hub.log.contains { $0.contains(" bytes=65536- ") })
  }

  @Test(arguments: ["", "a/b/c", "../x", "org/tiny --revision ../x", "org/tiny --files ,", "org/tiny --wrong"])
  func wrongCommandLinesEndWith2(words: String) throws {
    #expect(try hub.run("$TW pull \(words)").status == 2)
    #expect(hub.log.isEmpty)
  }
}
