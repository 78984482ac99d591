// Texts in addresses (RFC 3986, 2.1).

/// Everything but unreserved characters, and those of `kept`, as %XX of its bytes.
package func percentEncoded(_ text: String, keeping kept: String = "") -> String {
  let free = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8).union(kept.utf8)
  return text.utf8.map { byte in
    if free.contains(byte) { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.utf8.count < 2 ? "0" : "") + digits
  }.joined()
}
