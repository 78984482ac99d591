// What the resolver finds out: where each name lives. The compiler of the Runtime room turns it into registers.

/// Where the value of a name is found at run time.
package enum Binding: Equatable {
  case none
  /// Register of the running function.
  case local(Int32)
  /// Value kept by the running closure.
  case capture(Int32)
  /// The running function itself: a local function sees itself.
  case itself
  /// Slot of the file's names, looked up when used.
  case global(Int32)
  /// Operation or prelude function.
  case builtin
}

/// Where a closure takes a kept value from, in the function that makes it.
package enum CaptureSource: Equatable {
  case local(Int32)
  case capture(Int32)
  case itself
}

/// Names of one function.
package struct Scope {
  package internal(set) var parent: Int
  /// Parameters first, then the other names that the function assigns.
  package internal(set) var locals: [String] = []
  package internal(set) var captures: [CaptureSource] = []
  package internal(set) var captureNames: [String] = []
  var localIndex: [String: Int32] = [:]
}

/// Names of a file and their slots. It outlives one text: the prompt adds to it line by line.
package final class GlobalNames {
  package private(set) var names: [String] = []
  private var slots: [String: Int32] = [:]

  package init() {}

  package func slot(of name: String) -> Int32? { slots[name] }

  package func add(_ name: String) -> Int32 {
    if let slot = slots[name] { return slot }
    let slot = Int32(clamping: names.count)
    names.append(name)
    slots[name] = slot
    return slot
  }
}

/// How a known function may be called, for checks before a program runs.
package struct CallShape {
  package let parameters: [String]
  package let required: Int
  /// Position of the parameter that takes the remaining positional arguments; those behind it can only be named.
  package let restIndex: Int?
  /// As errors show it: "nearest(x, space, k=5)".
  package let signature: String
  /// Parameters that take a text before anything else.
  package let texts: Set<String>

  package init(
    parameters: [String], required: Int, restIndex: Int?, signature: String, texts: Set<String> = []
  ) {
    self.texts = texts
    self.parameters = parameters
    self.required = required
    self.restIndex = restIndex
    self.signature = signature
  }

  /// What to say to an argument of a name that it does not have.
  package func help(forUnknown name: String) -> String {
    let foreign = OtherLanguages.argument(for: name).flatMap { index(ofNamed: $0) == nil ? nil : $0 }
    let meant =
      foreign.map { "`\(name)` is `\($0)=` here; " }
      ?? nearestName(to: name, among: parameters).map { "did you mean `\($0)`? " } ?? ""
    return meant + "it is \(signature)"
  }

  package var takesRest: Bool { restIndex != nil }

  /// Position of a parameter that may be given by name.
  package func index(ofNamed name: String) -> Int? {
    guard let index = parameters.firstIndex(of: name), index != restIndex else { return nil }
    return index
  }
}

/// What is there before a file's own names: operations and the prelude.
package protocol Builtins {
  func hasBuiltin(_ name: String) -> Bool
  var builtinNames: [String] { get }
  func callShape(of name: String) -> CallShape?
  /// Whether a built-in name stands for a value that never changes, such as `pi`.
  func isConstant(_ name: String) -> Bool
}

package struct Resolution {
  /// One for each node; `.none` for all but names.
  package internal(set) var bindings: ContiguousArray<Binding>
  /// One for each function.
  package internal(set) var scopes: [Scope]
  package internal(set) var faults: [Fault] = []

  package subscript(id: NodeID) -> Binding { bindings[Int(id.index)] }
}
