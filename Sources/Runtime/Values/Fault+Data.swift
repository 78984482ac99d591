// Wording of the errors about files, models and tokenizers (05). Each names the file, the thing in it and the reason.

import Glibc
import Lang

extension Fault {
  /// The system's word for why a file operation failed, e.g. "No such file or directory".
  package static func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

  package static func cannotRead(_ path: String, reason: String, help: String? = nil) -> Fault {
    Fault(.cannotRead, "cannot read \(path.isEmpty ? "\"\"" : path): \(reason)", help: help)
  }

  package static func cannotWrite(_ path: String, reason: String, help: String? = nil) -> Fault {
    Fault(.cannotWrite, "cannot write \(path): \(reason)", help: help)
  }

  /// A file whose contents are not what its format allows.
  package static func badFile(_ path: String, reason: String, help: String? = nil) -> Fault {
    Fault(.badFile, "\(path): \(reason)", help: help)
  }

  package static func badWeights(_ path: String, tensor: String? = nil, reason: String, help: String? = nil) -> Fault {
    Fault(.badWeights, "\(path)\(tensor.map { ", tensor `\($0)`" } ?? ""): \(reason)", help: help)
  }

  package static func badConfig(_ path: String, field: String? = nil, reason: String, help: String? = nil) -> Fault {
    Fault(.badConfig, "\(path)\(field.map { ", field `\($0)`" } ?? ""): \(reason)", help: help)
  }

  package static func badTokenizer(_ path: String, reason: String, help: String? = nil) -> Fault {
    Fault(.badTokenizer, "\(path): \(reason)", help: help)
  }

  package static func unsupported(_ what: String, help: String? = nil) -> Fault {
    Fault(.unsupported, what, help: help)
  }

  package static func libraryMissing(_ name: String, reason: String, install: String) -> Fault {
    Fault(.libraryMissing, "\(name) cannot be loaded: \(reason)", help: "install it with: \(install)")
  }
}
