// Compact code over registers. R = registers of the running function, K = its constants, G = names of its file. A target is a
// whole instruction index in (b, c); `test…` skips the next instruction, a jump, when the test holds.

import Lang

package enum Opcode: UInt8 {
  // Moving values
  case loadConstant  // R[a] = K[b|c]
  case loadNil  // R[a] = nil
  case loadBool  // R[a] = b != 0
  case move  // R[a] = R[b]
  case take  // R[a] = R[b], R[b] becomes unbound (a temporary that is not needed again)
  case getGlobal  // R[a] = G[b|c]
  case setGlobal  // G[b|c] = R[a]
  case getCapture  // R[a] = kept value b of the closure
  case getItself  // R[a] = the running function
  case checkBound  // error unless local R[a] has a value
  case clear  // R[a], …, R[a + b - 1] become unbound

  // Arithmetic: R[a] = R[b] op R[c]; the K forms take K[c], a number
  case add, subtract, multiply, divide, floorDivide, modulo, power, matmul, maskOr, maskAnd
  case addK, subtractK, multiplyK, divideK, floorDivideK, moduloK
  case equal, notEqual, less, lessEqual, greater, greaterEqual, isIn, notIn, range
  case negate  // R[a] = -R[b]
  case invert  // R[a] = ~R[b]
  case not  // R[a] = not R[b]
  case truth  // R[a] = R[b], which must be true, false or nil (false); x tells the construct
  case addAssign  // R[a] += R[b], in place when nobody shares the list
  case appendElement  // R[a] += [R[b]], in place when nobody shares the list; R[b] becomes unbound
  case addAssignGlobal  // G[b|c] += R[a]

  // Control
  case jump  // to target
  case jumpBack  // to target, and look for Ctrl-C and the step budget
  case jumpIfFalse, jumpIfTrue  // on R[a], a bool or nil; x tells the construct
  case jumpIfBound  // when R[a] has a value
  case testEqual, testNotEqual, testLess, testLessEqual, testGreater, testGreaterEqual  // R[a] op R[b]
  case testEqualK, testNotEqualK, testLessK, testLessEqualK, testGreaterK, testGreaterEqualK  // R[a] op K[b]
  case call  // R[a] = R[a](R[a+1], …, R[a+b])
  case callGlobal  // R[a] = G[c](R[a+1], …, R[a+b]); only in functions, which do not assign globals
  case callWith  // as `call` with the named and spread arguments of call form b
  case returnValue  // leave with R[a]
  case tryStart  // until tryEnd, an error puts its record into R[a] and goes to target
  case tryEnd

  // Loops
  case rangeStart  // R[a] ..< R[a+1] are checked to be whole numbers
  case rangeNext  // R[b] = R[a], R[a] += 1 and skip the jump, while R[a] < R[a+1]
  case iterStart  // R[a] = iterator over R[b] for a loop with c names
  case iterNext  // R[b] = next of R[a] and skip the jump, while there is one

  // Building and taking apart
  case newList  // R[a] = [R[b], …] of c elements
  case appendList  // R[a] gets R[b], … of c elements
  case newRecord  // R[a] = record of shape c with values R[b], …
  case spreadEntries  // record R[a] takes over the entries of R[b], which becomes unbound
  case index  // R[a] = R[b][R[c]]
  case indexMany  // R[a] = R[b][R[b+1], …] of c indices
  case slice  // R[a] = R[b]:R[b+1]:R[b+2], nil where missing
  case field  // R[a] = R[b].symbol c
  case setElement  // R[a][R[b]] = R[c], and R[c] becomes unbound
  case setField  // R[a].symbol b = R[c], and R[c] becomes unbound
  case assignPath  // path form c: root at R[a] or a global, operands from R[b] on, the value last
  case unpack  // R[b], … of c registers = elements of R[a]
  case interpolate  // R[a] = text form c with values R[b], …
  case closure  // R[a] = function b with its kept values
  case param  // R[a] = what the command line gives for param b, or unbound
  case use  // R[a] = module b
}

package struct Instruction {
  package let op: Opcode
  /// A small extra: the construct that a condition belongs to.
  package let x: UInt8
  package let a: UInt16
  package let b: UInt16
  package let c: UInt16

  init(_ op: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, x: UInt8 = 0) {
    self.op = op
    self.x = x
    self.a = UInt16(truncatingIfNeeded: a)
    self.b = UInt16(truncatingIfNeeded: b)
    self.c = UInt16(truncatingIfNeeded: c)
  }

  /// With a 32-bit operand in (b, c).
  init(_ op: Opcode, _ a: Int = 0, wide: Int, x: UInt8 = 0) {
    self.init(op, a, wide & 0xFFFF, (wide >> 16) & 0xFFFF, x: x)
  }

  @inline(__always) var wide: Int { Int(b) | Int(c) << 16 }
}

/// The constructs that need a condition, for error messages.
enum ConditionConstruct: UInt8 {
  case ifHead, whileHead, and, or, not

  var text: String {
    switch self {
    case .ifHead: "if"
    case .whileHead: "while"
    case .and: "and"
    case .or: "or"
    case .not: "not"
    }
  }
}
