/// Writing DER (X.690): as much as a request needs.
enum DERWriting {
  static let (boolean, integer, octets, null, identifier, sequence) = (
    UInt8(0x01), UInt8(0x02), UInt8(0x04), UInt8(0x05), UInt8(0x06), UInt8(0x30)
  )

  static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
    var (rest, length) = (content.count, [UInt8]())
    while rest > 0 {
      length.insert(UInt8(rest & 0xFF), at: 0)
      rest >>= 8
    }
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }

  /// The same number without leading zeros; nothing is one zero byte.
  static func shortest(_ magnitude: [UInt8]) -> [UInt8] {
    let shortest = Array(magnitude.drop { $0 == 0 })
    return shortest.isEmpty ? [0] : shortest
  }

  static func integer(_ magnitude: [UInt8]) -> [UInt8] {
    let shortest = shortest(magnitude)
    return value(integer, shortest[0] < 0x80 ? shortest : [0] + shortest)
  }

  /// nil if the text is not numbers with dots between, or no object identifier begins like that.
  static func objectIdentifier(_ text: String) -> [UInt8]? {
    var arcs: [UInt64] = []
    for part in text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...16).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
        part.count == 1 || part.first != 0x30, let arc = UInt64(String(decoding: part, as: UTF8.self))
      else { return nil }
      arcs.append(arc)
    }
    guard arcs.count >= 2, arcs.count <= 32, arcs[0] <= 2, arcs[0] == 2 || arcs[1] < 40 else { return nil }
    var content: [UInt8] = []
    for arc in [arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2) {
      var groups = [UInt8(arc & 0x7F)]
      var rest = arc >> 7
      while rest > 0 {
        groups.insert(0x80 | UInt8(rest & 0x7F), at: 0)
        rest >>= 7
      }
      content += groups
    }
    return value(identifier, content)
  }

  static func algorithm(_ digest: TimeStampDigest) -> [UInt8] {
    // The identifiers of this module are sound, so there is always one to write.
    value(sequence, (objectIdentifier(digest.identifier) ?? []) + value(null, []))
  }
}
