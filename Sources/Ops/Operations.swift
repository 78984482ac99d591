// All operations, by subject. The registrations are beside the code they register.

import Runtime

public enum Operations {
  public static var all: [Operation] {
    models + tokenizers + probes + geometry + algebra + basics + lists + strings + files + plots + help
  }

  /// Text of a module of the standard library, compiled into the binary.
  public static func standardModule(_ name: String) -> [UInt8]? {
    MappedFile.embedded("stdlib/" + name).map { Array($0.bytes) }
  }
}
