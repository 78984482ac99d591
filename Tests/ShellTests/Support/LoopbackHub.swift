// A hub on this machine (Tests/servers/hub.py), with one repository, org/tiny.

import Glibc
import Testing

final class LoopbackHub {
  let scratch: Scratch
  /// What the environment says of it, as words of `export`.
  let environment: String
  /// Where the store of large files listens.
  let store: String

  /// A large file of org/tiny: 200,000 bytes that differ.
  static let weights = "model.safetensors"

  init() throws {
    scratch = try Scratch()
    let script = """
      mkdir -p repos/org/tiny/onnx repos/org/new-name repos/org/empty repos/org/pickle
      seq 1 40000 | head -c 200000 >repos/org/tiny/\(Self.weights)
      echo '{"model_type": "gpt2"}' | tee repos/org/new-name/config.json >repos/org/tiny/config.json
      echo '{}' >repos/org/tiny/tokenizer.json
      for name in README.md flax_model.msgpack pytorch_model.bin onnx/model.onnx; do echo other >repos/org/tiny/$name; done
      for name in pytorch_model-00001-of-00001.bin pytorch_model.bin.index.json tf_model.h5; do echo x >repos/org/pickle/$name; done
      nohup python3 '\(Machine.root)/Tests/servers/hub.py' . \(getpid()) >/dev/null 2>&1 &
      for _ in {1..200}; do [[ -e port ]] && break; sleep 0.05; done
      cat port
      """
    let ports = try scratch.run(script).output.split { $0.isWhitespace }.map(String.init)
    try #require(ports.count == 2)
    environment = "HF_ENDPOINT=http://127.0.0.1:\(ports[0]) HF_HOME='\(scratch.path)/home'"
    store = "localhost:\(ports[1])"
  }

  /// Runs a line with the hub as HF_ENDPOINT, and an empty cache of its own.
  func run(_ line: String) throws -> Machine.Result {
    try scratch.run("export \(environment); unset HF_HUB_CACHE HF_TOKEN\n" + line)
  }

  /// What the next answers are, see hub.py.
  func setMoods(_ json: String) throws { try scratch.write("moods.json", json) }

  /// Requests so far, a line each.
  var log: [String] { (Machine.read(scratch.path + "/log") ?? "").split(separator: "\n").map(String.init) }

  /// Whether the cache holds the bytes of the repository.
  func isWhole(_ file: String = weights) throws -> Bool {
    try run("cmp repos/org/tiny/\(file) home/hub/models--org--tiny/snapshots/*/\(file)").status == 0
  }
}
