// The syntax tree. Nodes lie in one array and refer to each other by index: a left-deep chain of 200,000 operators is freed
// like any array, and later passes attach what they learn in arrays of the same length.

/// Index of a node in `Tree.nodes`.
package struct NodeID: Hashable {
  package let index: Int32
  init(_ index: Int) { self.index = Int32(clamping: index) }
}

/// Index of a function in `Tree.functions`; 0 is the file itself.
package struct FunctionID: Hashable {
  package let index: Int
  init(_ index: Int) { self.index = index }
}

package enum StringPart {
  case text(String)
  case value(NodeID, format: String?)
}

package struct Argument {
  package let name: String?
  package let nameSpan: Span?
  package let value: NodeID
  /// `f(xs...)`
  package let isSpread: Bool
}

package struct RecordEntry {
  /// The key; empty where it is put together with values.
  package let key: String
  /// `{"a{i}": x}`: the text that is the key.
  package let computedKey: NodeID?
  package let value: NodeID
  /// `{r..., a: 1}`: the value is a record, whose entries are taken over.
  package let isSpread: Bool
}

package struct ConditionalBranch {
  package let condition: NodeID
  package let body: NodeID
}

package enum Node {
  // Expressions
  case `nil`
  case bool(Bool)
  case number(Double)
  case string(String)
  case interpolation([StringPart])
  case name(String)
  case list([NodeID])
  case record([RecordEntry])
  case negate(NodeID)
  /// `~x`: not, element by element.
  case invert(NodeID)
  case not(NodeID)
  case binary(BinaryOperator, NodeID, NodeID)
  case and(NodeID, NodeID)
  case or(NodeID, NodeID)
  /// `left |> right`: right is a call, which gets left as first argument, or a function.
  case pipe(NodeID, NodeID)
  case call(NodeID, [Argument])
  case index(NodeID, [NodeID])
  /// Only directly inside `index`.
  case slice(NodeID?, NodeID?, NodeID?)
  case field(NodeID, String, nameSpan: Span)
  case lambda(FunctionID)
  case block([NodeID])
  case conditional([ConditionalBranch], otherwise: NodeID?)
  case tryElse(NodeID, NodeID)
  case tryCatch(NodeID, name: NodeID?, handler: NodeID)
  /// A pair of brackets, kept for the formatter and for the difference between `-2 ^ 2` and `(-2) ^ 2`.
  case group(NodeID)

  // Statements
  case assign(NodeID, NodeID)
  case unpack([NodeID], NodeID)
  case augmented(BinaryOperator, NodeID, NodeID)
  case function(NodeID, FunctionID)
  case forLoop([NodeID], NodeID, NodeID)
  case whileLoop(NodeID, NodeID)
  case breakLoop
  case continueLoop
  case returnValue(NodeID?)
  case param(Int)
  case use(Int)
  /// `needs tw >= 0.2`, first in a file; `Tree.needed` has the version.
  case needs
  /// What could not be parsed; an error has been reported.
  case invalid
}

package struct FunctionParameter {
  /// A `.name` node, so that it resolves like any other name.
  package let name: NodeID
  package let defaultValue: NodeID?
  package let isRest: Bool
}

package struct FunctionNode {
  /// Nil for lambdas and for the file itself.
  package let name: String?
  package let parameters: [FunctionParameter]
  package var body: NodeID
  package let span: Span
  /// The `##` lines directly above, without their marks.
  package let documentation: String
  /// From the keyword or first parameter to before the body: "fn f(a, b=2)".
  package let signature: String
}

package struct ParamNode {
  package let name: NodeID
  package let nameText: String
  /// Nil where the text gives no type that there is, which has been reported.
  package let type: ParamType?
  /// Nil where the option is required.
  package let defaultValue: NodeID?
  package let help: String
  package let documentation: String
}

package struct UseNode {
  /// Module name, or path for a file.
  package let path: String
  package let pathSpan: Span
  package let isFile: Bool
  package let binding: NodeID
}

/// A parsed program.
package struct Tree {
  package let file: SourceFile
  package internal(set) var nodes: ContiguousArray<Node> = []
  package internal(set) var spans: ContiguousArray<Span> = []
  package internal(set) var functions: [FunctionNode] = []
  package internal(set) var params: [ParamNode] = []
  package internal(set) var uses: [UseNode] = []
  /// The version of tw that the text says it needs.
  package internal(set) var needed: Version?
  /// The `##` lines at the top.
  package internal(set) var documentation = ""
  /// Where assignments start, in rising order: whether an operand must be copied before its neighbour is evaluated.
  package internal(set) var assignmentOffsets: ContiguousArray<Int32> = []
  package internal(set) var faults: [Fault] = []
  /// More lines could complete the text.
  package internal(set) var isIncomplete = false
  /// Ends with `;`: the prompt does not echo.
  package internal(set) var isSilent = false
  package internal(set) var comments: [Comment] = []

  init(file: SourceFile) { self.file = file }

  package subscript(id: NodeID) -> Node { nodes[Int(id.index)] }
  package func span(_ id: NodeID) -> Span { spans[Int(id.index)] }
  package func place(_ id: NodeID) -> Place { Place(file, span(id)) }

  /// Text of a `.name` node.
  package func nameText(_ id: NodeID) -> String {
    if case .name(let text) = self[id] { text } else { "" }
  }

  /// Whether any assignment starts inside `span`.
  package func hasAssignment(in span: Span) -> Bool {
    var low = 0
    var high = assignmentOffsets.count
    while low < high {
      let middle = (low + high) / 2
      if assignmentOffsets[middle] < span.start { low = middle + 1 } else { high = middle }
    }
    return low < assignmentOffsets.count && assignmentOffsets[low] < span.end
  }

  /// The text that a constant expression is: a string, or strings joined by `+`. Nil for every other expression.
  package func constantText(_ id: NodeID) -> String? {
    var text = ""
    var stack = [id]
    while let node = stack.popLast() {
      switch self[node] {
      case .string(let part): text += part
      case .group(let inner): stack.append(inner)
      case .binary(.add, let left, let right): stack += [right, left]
      default: return nil
      }
    }
    return text
  }

  mutating func add(_ node: Node, _ span: Span) -> NodeID {
    nodes.append(node)
    spans.append(span)
    return NodeID(nodes.count - 1)
  }
}
