// The instruction loop. State that changes with every instruction is in locals; what is rare or slow is out of line.

import CPlatform
import Lang

extension Machine {
  /// Runs `code` until it returns. Errors unwind to a `try` inside this run, or leave it.
  func execute(
    _ startCode: Unmanaged<Code>, _ startFunction: Unmanaged<FunctionObject>?, _ startBase: UnsafeMutablePointer<Value>
  ) throws -> Value {
    let entry = frameCount
    var code = startCode
    var function = startFunction
    var R = startBase
    var (S, K, G) = code._withUnsafeGuaranteedRef { $0.tables }
    var pc = S
    let firstHandler = handlers.count

    while true {
      do {
        while true {
          let i = pc.pointee
          pc += 1
          let A = R + Int(i.a)
          switch i.op {
          case .loadConstant: A.pointee = K[i.wide]
          case .loadNil: A.pointee = .nil
          case .loadBool: A.pointee = .bool(i.b != 0)
          case .move: A.pointee = R[Int(i.b)]
          case .take:
            A.pointee = (R + Int(i.b)).take()
          case .getGlobal:
            let value = G[i.wide]
            if case .unbound = value {
              A.pointee = try unboundGlobal(code, slot: i.wide, register: A)
            } else {
              A.pointee = value
            }
          case .setGlobal: G[i.wide] = A.pointee
          case .getCapture:
            guard let current = function else { break }
            let value = current._withUnsafeGuaranteedRef { $0.captures[Int(i.b)] }
            if case .unbound = value { throw unboundCapture(code, index: Int(i.b)) }
            A.pointee = value
          case .getItself:
            if let current = function { A.pointee = .object(current.takeUnretainedValue()) }
          case .checkBound:
            if case .unbound = A.pointee { throw unboundLocal(code, register: Int(i.a)) }
          case .clear: A.clear(count: Int(i.b))

          // Arithmetic
          case .add:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = R[Int(i.c)] {
              A.set(x + y)
            } else {
              A.pointee = try binary(.add, R + Int(i.b), R + Int(i.c))
            }
          case .subtract:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = R[Int(i.c)] {
              A.set(x - y)
            } else {
              A.pointee = try binary(.subtract, R + Int(i.b), R + Int(i.c))
            }
          case .multiply:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = R[Int(i.c)] {
              A.set(x * y)
            } else {
              A.pointee = try binary(.multiply, R + Int(i.b), R + Int(i.c))
            }
          case .divide:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = R[Int(i.c)] {
              A.set(x / y)
            } else {
              A.pointee = try binary(.divide, R + Int(i.b), R + Int(i.c))
            }
          case .floorDivide: A.pointee = try binary(.floorDivide, R + Int(i.b), R + Int(i.c))
          case .modulo:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = R[Int(i.c)] {
              A.set(flooredRemainder(x, y))
            } else {
              A.pointee = try binary(.modulo, R + Int(i.b), R + Int(i.c))
            }
          case .power: A.pointee = try binary(.power, R + Int(i.b), R + Int(i.c))
          case .matmul: A.pointee = try binary(.matmul, R + Int(i.b), R + Int(i.c))
          case .maskOr: A.pointee = try binary(.maskOr, R + Int(i.b), R + Int(i.c))
          case .maskAnd: A.pointee = try binary(.maskAnd, R + Int(i.b), R + Int(i.c))
          case .addK:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = K[Int(i.c)] {
              A.set(x + y)
            } else {
              A.pointee = try binary(.add, R + Int(i.b), K + Int(i.c))
            }
          case .subtractK:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = K[Int(i.c)] {
              A.set(x - y)
            } else {
              A.pointee = try binary(.subtract, R + Int(i.b), K + Int(i.c))
            }
          case .multiplyK:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = K[Int(i.c)] {
              A.set(x * y)
            } else {
              A.pointee = try binary(.multiply, R + Int(i.b), K + Int(i.c))
            }
          case .divideK:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = K[Int(i.c)] {
              A.set(x / y)
            } else {
              A.pointee = try binary(.divide, R + Int(i.b), K + Int(i.c))
            }
          case .floorDivideK: A.pointee = try binary(.floorDivide, R + Int(i.b), K + Int(i.c))
          case .moduloK:
            if case .number(let x) = R[Int(i.b)], case .number(let y) = K[Int(i.c)] {
              A.set(flooredRemainder(x, y))
            } else {
              A.pointee = try binary(.modulo, R + Int(i.b), K + Int(i.c))
            }
          case .equal: A.pointee = try binary(.equal, R + Int(i.b), R + Int(i.c))
          case .notEqual: A.pointee = try binary(.notEqual, R + Int(i.b), R + Int(i.c))
          case .less: A.pointee = try binary(.less, R + Int(i.b), R + Int(i.c))
          case .lessEqual: A.pointee = try binary(.lessEqual, R + Int(i.b), R + Int(i.c))
          case .greater: A.pointee = try binary(.greater, R + Int(i.b), R + Int(i.c))
          case .greaterEqual: A.pointee = try binary(.greaterEqual, R + Int(i.b), R + Int(i.c))
          case .isIn: A.pointee = try binary(.isIn, R + Int(i.b), R + Int(i.c))
          case .notIn: A.pointee = try binary(.notIn, R + Int(i.b), R + Int(i.c))
          case .range: A.pointee = try binary(.range, R + Int(i.b), R + Int(i.c))
          case .negate:
            if case .number(let x) = R[Int(i.b)] {
              A.set(-x)
            } else {
              A.pointee = try negated(R + Int(i.b))
            }
          case .invert: A.pointee = try inverted(R + Int(i.b))
          case .not: A.pointee = .bool(!(try condition(R + Int(i.b), i.x)))
          case .truth: A.pointee = .bool(try condition(R + Int(i.b), i.x))
          case .addAssign:
            if case .number(let x) = A.pointee, case .number(let y) = R[Int(i.b)] {
              A.set(x + y)
            } else {
              try addInPlace(A, R + Int(i.b))
            }
          case .appendElement: try appendElement(A, R + Int(i.b))
          case .addAssignGlobal:
            let target = G + i.wide
            if case .number(let x) = target.pointee, case .number(let y) = A.pointee {
              target.set(x + y)
            } else {
              if case .unbound = target.pointee { target.pointee = try unboundGlobal(code, slot: i.wide, register: R) }
              try addInPlace(target, A)
            }

          // Control
          case .jump: pc = S + i.wide
          case .jumpBack:
            // Asked before the jump, so that an error is at this loop.
            if tw_interrupted() { try answerInterrupt() }
            if steps != nil { try countStep() }
            pc = S + i.wide
          case .jumpIfFalse:
            if case .bool(let flag) = A.pointee {
              if !flag { pc = S + i.wide }
            } else if !(try condition(A, i.x)) {
              pc = S + i.wide
            }
          case .jumpIfTrue:
            if try condition(A, i.x) {
              pc = S + i.wide
            }
          case .jumpIfBound:
            if case .unbound = A.pointee {
            } else {
              pc = S + i.wide
            }
          case .testEqual:
            if case .number(let x) = A.pointee, case .number(let y) = R[Int(i.b)] {
              if x == y { pc += 1 }
            } else if try test(.equal, A, R + Int(i.b)) {
              pc += 1
            }
          case .testNotEqual:
            if case .number(let x) = A.pointee, case .number(let y) = R[Int(i.b)] {
              if x != y { pc += 1 }
            } else if try test(.notEqual, A, R + Int(i.b)) {
              pc += 1
            }
          case .testLess:
            if case .number(let x) = A.pointee, case .number(let y) = R[Int(i.b)] {
              if x < y { pc += 1 }
            } else if try test(.less, A, R + Int(i.b)) {
              pc += 1
            }
          case .testLessEqual:
            if case .number(let x) = A.pointee, case .number(let y) = R[Int(i.b)] {
              if x <= y { pc += 1 }
            } else if try test(.lessEqual, A, R + Int(i.b)) {
              pc += 1
            }
          case .testGreater:
            if case .number(let x) = A.pointee, case .number(let y) = R[Int(i.b)] {
              if x > y { pc += 1 }
            } else if try test(.greater, A, R + Int(i.b)) {
              pc += 1
            }
          case .testGreaterEqual:
            if case .number(let x) = A.pointee, case .number(let y) = R[Int(i.b)] {
              if x >= y { pc += 1 }
            } else if try test(.greaterEqual, A, R + Int(i.b)) {
              pc += 1
            }
          case .testEqualK:
            if case .number(let x) = A.pointee, case .number(let y) = K[Int(i.b)] {
              if x == y { pc += 1 }
            } else if try test(.equal, A, K + Int(i.b)) {
              pc += 1
            }
          case .testNotEqualK:
            if case .number(let x) = A.pointee, case .number(let y) = K[Int(i.b)] {
              if x != y { pc += 1 }
            } else if try test(.notEqual, A, K + Int(i.b)) {
              pc += 1
            }
          case .testLessK:
            if case .number(let x) = A.pointee, case .number(let y) = K[Int(i.b)] {
              if x < y { pc += 1 }
            } else if try test(.less, A, K + Int(i.b)) {
              pc += 1
            }
          case .testLessEqualK:
            if case .number(let x) = A.pointee, case .number(let y) = K[Int(i.b)] {
              if x <= y { pc += 1 }
            } else if try test(.lessEqual, A, K + Int(i.b)) {
              pc += 1
            }
          case .testGreaterK:
            if case .number(let x) = A.pointee, case .number(let y) = K[Int(i.b)] {
              if x > y { pc += 1 }
            } else if try test(.greater, A, K + Int(i.b)) {
              pc += 1
            }
          case .testGreaterEqualK:
            if case .number(let x) = A.pointee, case .number(let y) = K[Int(i.b)] {
              if x >= y { pc += 1 }
            } else if try test(.greaterEqual, A, K + Int(i.b)) {
              pc += 1
            }

          case .call, .callWith, .callGlobal:
            var count = Int(i.b)
            let isArranged = i.op == .callWith
            if isArranged { count = try arrangeArguments(code, form: Int(i.b), window: A) }
            // A function's names are not assigned while it runs: a callee that a global holds needs no other reference.
            let holder = i.op == .callGlobal ? G + Int(i.c) : A
            if let callee = holder.peek(FunctionObject.self, .function) {
              let target = callee._withUnsafeGuaranteedRef { Unmanaged.passUnretained($0.code) }
              let (parameters, registers, hasRest) = target._withUnsafeGuaranteedRef {
                ($0.parameterCount, $0.registerCount, $0.hasRest)
              }
              if !isArranged, count != parameters || hasRest { try bind(target, at: A + 1, count: count) }
              guard A + 1 + registers < stackEnd, frameCount + 1 < maximumFrames else {
                throw Fault.recursionTooDeep()
              }
              (A + 1 + parameters).clear(count: registers - parameters)
              frames[frameCount] = Frame(code: code, function: function, base: R, next: pc)
              frameCount += 1
              R = A + 1
              code = target
              function = callee
              (S, K, G) = code._withUnsafeGuaranteedRef { $0.tables }
              pc = S
              if tw_interrupted() { try answerInterrupt() }
              if steps != nil { try countStep() }
            } else {
              if i.op == .callGlobal { A.pointee = try global(code, slot: Int(i.c), call: pc - 1, register: A) }
              A.pointee = try callOther(A, count: count, isArranged: isArranged)
            }
          case .returnValue:
            let result = A.take()
            R.clear(count: code._withUnsafeGuaranteedRef { $0.registerCount })
            while handlers.count > firstHandler, let handler = handlers.last, handler.frameCount >= frameCount {
              handlers.removeLast()
            }
            if frameCount == entry { return result }
            frameCount -= 1
            R[-1] = result
            let frame = frames[frameCount]
            code = frame.code
            function = frame.function
            R = frame.base
            pc = frame.next
            (S, K, G) = code._withUnsafeGuaranteedRef { $0.tables }
          case .tryStart: handlers.append(Handler(frameCount: frameCount, target: i.wide, register: Int(i.a)))
          case .tryEnd: handlers.removeLast()

          // Loops
          case .rangeStart: try checkRange(A)
          case .rangeNext:
            if case .number(let x) = A.pointee, case .number(let y) = A[1], x < y {
              (R + Int(i.b)).set(x)
              A.set(x + 1)
              pc += 1
            }
          case .iterStart: A.pointee = .object(try IteratorObject(R[Int(i.b)], names: Int(i.c)))
          case .iterNext:
            if let iterator = A.peek(IteratorObject.self, .iterator),
              try iterator._withUnsafeGuaranteedRef({ try $0.next(into: R + Int(i.b)) })
            {
              pc += 1
            }

          // Building
          case .newList:
            let source = R + Int(i.b)
            let items = ContiguousArray(UnsafeBufferPointer(start: source, count: Int(i.c)))
            for offset in 0..<Int(i.c) { source[offset] = .unbound }
            A.pointee = .object(ListObject(items))
          case .appendList: appendToList(A, R + Int(i.b), count: Int(i.c))
          case .newRecord: A.pointee = newRecord(code, shape: Int(i.c), R + Int(i.b))
          case .spreadEntries: try spreadEntries(A, R + Int(i.b))
          case .index:
            let base = R + Int(i.b)
            if let list = base.peek(ListObject.self, .list), case .number(let number) = R[Int(i.c)],
              let value = list._withUnsafeGuaranteedRef({ $0.element(at: number) })
            {
              A.pointee = value
            } else {
              A.pointee = try element(base, R + Int(i.c), count: 1)
            }
          case .indexMany: A.pointee = try element(R + Int(i.b), R + Int(i.b) + 1, count: Int(i.c))
          case .slice: A.pointee = try slice(R + Int(i.b))
          case .field:
            A.pointee = try field(R + Int(i.b), code._withUnsafeGuaranteedRef { $0.symbols + Int(i.c) }, code)
          case .setElement: try setElement(A, R + Int(i.b), R + Int(i.c))
          case .setField:
            try setField(A, code._withUnsafeGuaranteedRef { $0.symbols + Int(i.b) }, R + Int(i.c))
          case .assignPath: try assignPath(code, form: Int(i.c), A, R + Int(i.b), G)
          case .unpack: try unpack(A, R + Int(i.b), count: Int(i.c))
          case .interpolate: A.pointee = try interpolate(code, form: Int(i.c), R + Int(i.b))
          case .closure: A.pointee = makeClosure(code, index: Int(i.b), R, function)
          case .param: A.pointee = givenParam(code, index: Int(i.b))
          case .use: A.pointee = try useModule(code, index: Int(i.b), registers: R)
          }
        }
      } catch {
        let resumed = try recover(
          from: error, entry: entry, firstHandler: firstHandler,
          running: Frame(code: code, function: function, base: R, next: pc))
        code = resumed.code
        function = resumed.function
        R = resumed.base
        pc = resumed.next
        (S, K, G) = code._withUnsafeGuaranteedRef { $0.tables }
      }
    }
  }
}
