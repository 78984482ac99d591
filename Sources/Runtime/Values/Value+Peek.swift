// Registers without needless work. Looking at one without counting a reference: Binding the payload of `.object` retains it and releases it again, two
// atomic operations that cost more than most instructions do. The payload of the enum lies at its first byte
// (`ValueLayoutTests` checks that), so it can be read as an unmanaged reference while the register keeps it alive.

import Lang

extension UnsafePointer where Pointee == Value {
  /// The object in a register, not retained: valid as long as the register holds it.
  @inline(__always)
  var unmanagedObject: Unmanaged<Object>? {
    guard case .object = pointee else { return nil }
    return UnsafeRawPointer(self).load(as: Unmanaged<Object>.self)
  }

  /// The object in a register if it is of a core kind, not retained. `type` must be the class of that kind.
  @inline(__always)
  func peek<T: Object>(_ type: T.Type, _ kind: Object.Kind) -> Unmanaged<T>? {
    guard let object = unmanagedObject, object._withUnsafeGuaranteedRef({ $0.kind == kind }) else { return nil }
    return Unmanaged<T>.fromOpaque(object.toOpaque())
  }
}

extension UnsafeMutablePointer where Pointee == Value {
  /// As for `UnsafePointer`.
  @inline(__always)
  func peek<T: Object>(_ type: T.Type, _ kind: Object.Kind) -> Unmanaged<T>? { UnsafePointer(self).peek(type, kind) }

  /// Whether nobody else holds the object in this register; true for what is no object.
  @inline(__always)
  var isUniquelyReferenced: Bool {
    guard case .object = pointee else { return true }
    return isKnownUniquelyReferenced(&UnsafeMutableRawPointer(self).assumingMemoryBound(to: Object.self).pointee)
  }

  /// Takes the value out of a register, which becomes unbound.
  @inline(__always)
  func take() -> Value {
    let value = move()
    initialize(to: .unbound)
    return value
  }

  // Plain assignment calls a function to release what the register held before. Mostly that was no object.

  /// The register becomes a number.
  @inline(__always)
  func set(_ number: Double) {
    if case .object = pointee { pointee = .number(number) } else { initialize(to: .number(number)) }
  }

  /// This register and those behind it, `count` together, become unbound.
  @inline(__always)
  func clear(count: Int) {
    var register = self
    let end = self + count
    while register < end {
      if case .object = register.pointee { register.pointee = .unbound } else { register.initialize(to: .unbound) }
      register += 1
    }
  }
}
