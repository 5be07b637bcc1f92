internal import SwiftASN1

/// Reading DER (X.690) field by field: the parser of bytes into nodes is SwiftASN1's, the names of what is missing are ours.
///
/// Law: whatever the bytes are, the answer is a value or a `TimeStampFault`.
enum DERReading {
  /// Nothing larger is looked at. Tokens of public authorities have 2 to 8 KiB.
  static let largest = 64 * 1024

  /// One value that takes up all the bytes.
  static func read(_ bytes: [UInt8], _ what: String) throws(TimeStampFault) -> ASN1Node {
    guard bytes.count <= largest else {
      throw TimeStampFault(.tooLarge, "The \(what) has more than \(largest) bytes.")
    }
    // Told apart before parsing: the parser has one error for all that is left over or missing.
    if let length = outerLength(bytes[...]) {
      guard bytes.count >= length else { throw TimeStampFault(.truncated, "The \(what) ends too early.") }
      guard bytes.count == length else {
        throw TimeStampFault(.trailingBytes, "There are \(bytes.count - length) bytes behind the end of the \(what).")
      }
    } else if bytes.count < 4 {
      throw TimeStampFault(.truncated, "The \(what) ends too early.")
    }
    return try parse(bytes[...], what)
  }

  /// Bytes inside a value that are DER themselves.
  static func parse(_ bytes: ArraySlice<UInt8>, _ what: String) throws(TimeStampFault) -> ASN1Node {
    do { return try DER.parse(bytes) } catch { throw malformed(what, "is not in DER") }
  }

  static func malformed(_ what: String, _ why: String) -> TimeStampFault {
    TimeStampFault(.malformed, "The \(what) \(why).")
  }

  /// Header and content together; nil where the header has no definite length of at most three bytes.
  private static func outerLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 2 else { return nil }
    let first = Int(bytes[bytes.startIndex + 1])
    if first < 0x80 { return 2 + first }
    let count = first - 0x80
    guard (1...3).contains(count), bytes.count >= 2 + count else { return nil }
    return 2 + count + bytes.dropFirst(2).prefix(count).reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The fields of a SEQUENCE or a SET, taken one after the other.
struct DERFields {
  private var nodes: ASN1NodeCollection.Iterator
  private let what: String

  init(_ nodes: ASN1NodeCollection, of what: String) {
    self.nodes = nodes.makeIterator()
    self.what = what
  }

  /// The next field, which must be there; with `tag`, it must have it.
  mutating func next(_ name: String, _ tag: ASN1Identifier? = nil) throws(TimeStampFault) -> ASN1Node {
    guard let node = nodes.next() else { throw DERReading.malformed(what, "has no \(name)") }
    guard tag == nil || node.identifier == tag else {
      throw DERReading.malformed(what, "has something else where its \(name) should be")
    }
    return node
  }

  /// The next field if it has the tag.
  mutating func optional(_ tag: ASN1Identifier) -> ASN1Node? {
    var ahead = nodes
    guard let node = ahead.next(), node.identifier == tag else { return nil }
    nodes = ahead
    return node
  }

  mutating func rest() -> [ASN1Node] {
    var rest: [ASN1Node] = []
    while let node = nodes.next() { rest.append(node) }
    return rest
  }

  mutating func end() throws(TimeStampFault) {
    guard nodes.next() == nil else { throw DERReading.malformed(what, "has a field too many") }
  }
}

extension ASN1Identifier {
  static func context(_ number: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
  }
}

extension ASN1Node {
  func fields(_ what: String, _ tag: ASN1Identifier = .sequence) throws(TimeStampFault) -> DERFields {
    guard identifier == tag, case .constructed(let nodes) = content else {
      throw DERReading.malformed(what, "is not a list of fields")
    }
    return DERFields(nodes, of: what)
  }

  /// The members of a SEQUENCE OF or a SET OF. The order of a SET OF is not looked at; see `sortedMembers`.
  func members(_ what: String, _ tag: ASN1Identifier) throws(TimeStampFault) -> [ASN1Node] {
    var fields = try fields(what, tag)
    return fields.rest()
  }

  /// The members of a SET OF, which DER wants in the order of their bytes (X.690, 11.6).
  func sortedMembers(_ what: String, _ tag: ASN1Identifier) throws(TimeStampFault) -> [ASN1Node] {
    let members = try members(what, tag)
    for (left, right) in zip(members, members.dropFirst())
    where right.encodedBytes.lexicographicallyPrecedes(left.encodedBytes) {
      throw DERReading.malformed(what, "is not in the order of DER")
    }
    return members
  }

  /// What stands in an explicit tag.
  func only(_ what: String, _ tag: ASN1Identifier) throws(TimeStampFault) -> ASN1Node {
    var fields = try fields(what, tag)
    let node = try fields.next("content")
    try fields.end()
    return node
  }

  func primitive(_ what: String, _ tag: ASN1Identifier) throws(TimeStampFault) -> ArraySlice<UInt8> {
    guard identifier == tag, case .primitive(let bytes) = content else {
      throw DERReading.malformed(what, "is of another kind than it should be")
    }
    return bytes
  }

  /// The content of an INTEGER, in its shortest form as DER wants it; it may be negative.
  func integer(_ what: String, _ tag: ASN1Identifier = .integer) throws(TimeStampFault) -> [UInt8] {
    let bytes = Array(try primitive(what, tag))
    guard let first = bytes.first else { throw DERReading.malformed(what, "is an empty number") }
    if bytes.count > 1, (first == 0 && bytes[1] < 0x80) || (first == 0xFF && bytes[1] >= 0x80) {
      throw DERReading.malformed(what, "is a number that is not in its shortest form")
    }
    return bytes
  }

  /// A number from nothing upwards as its bytes, big end first, without leading zeros; nothing is one zero byte.
  func magnitude(_ what: String) throws(TimeStampFault) -> [UInt8] {
    let bytes = try integer(what)
    guard bytes[0] < 0x80 else { throw DERReading.malformed(what, "is negative") }
    return DERWriting.shortest(bytes)
  }

  /// A number from 0 to 2³¹ − 1.
  func small(_ what: String, _ tag: ASN1Identifier = .integer) throws(TimeStampFault) -> Int {
    let bytes = try integer(what, tag)
    guard bytes[0] < 0x80, bytes.count <= 4 else { throw DERReading.malformed(what, "is out of range") }
    return bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  /// An OBJECT IDENTIFIER as numbers with dots between.
  func objectIdentifier(_ what: String) throws(TimeStampFault) -> String {
    let bytes = try primitive(what, .objectIdentifier)
    var arcs: [UInt64] = []
    var (arc, isOpen) = (UInt64(0), false)
    for byte in bytes {
      // No leading zeros (X.690, 8.19.2), and nothing that does not fit.
      guard isOpen || byte != 0x80, arc >> 56 == 0 else { throw DERReading.malformed(what, "is no object identifier") }
      arc = arc << 7 | UInt64(byte & 0x7F)
      isOpen = byte & 0x80 != 0
      if !isOpen {
        if arcs.isEmpty {
          let root = min(arc / 40, 2)
          arcs = [root, arc - root * 40]
        } else {
          arcs.append(arc)
        }
        arc = 0
      }
    }
    guard !isOpen, !arcs.isEmpty else { throw DERReading.malformed(what, "is no object identifier") }
    return arcs.map { String($0) }.joined(separator: ".")
  }

  func octets(_ what: String) throws(TimeStampFault) -> [UInt8] { Array(try primitive(what, .octetString)) }

  /// true is 0xFF and nothing else (X.690, 11.1).
  func boolean(_ what: String) throws(TimeStampFault) -> Bool {
    switch Array(try primitive(what, .boolean)) {
    case [0]: return false
    case [0xFF]: return true
    default: throw DERReading.malformed(what, "is neither true nor false")
    }
  }

  /// An AlgorithmIdentifier (RFC 5280, section 4.1.1.2).
  func algorithm(_ what: String) throws(TimeStampFault) -> (identifier: String, parameters: ASN1Node?) {
    var fields = try fields(what)
    let identifier = try fields.next("identifier").objectIdentifier(what)
    let rest = fields.rest()
    guard rest.count <= 1 else { throw DERReading.malformed(what, "has a field too many") }
    return (identifier, rest.first)
  }

  /// An AlgorithmIdentifier without parameters, or with NULL for them, as some write it.
  func plainAlgorithm(_ what: String) throws(TimeStampFault) -> String {
    let (identifier, parameters) = try algorithm(what)
    if let parameters, try !parameters.primitive(what, .null).isEmpty {
      throw DERReading.malformed(what, "has a NULL that is not empty")
    }
    return identifier
  }

  /// A moment as RFC 3161, section 2.4.2, wants it: in UTC, with seconds, any fraction without zeros at its end.
  ///
  /// - Returns: Milliseconds since 1970-01-01T00:00:00Z, smaller parts cut off, and for how many milliseconds more (rounded
  ///   up) the written moment may stand: 1000 without a fraction, 100 with one digit, at least 1.
  func generalizedTime(_ what: String) throws(TimeStampFault) -> (milliseconds: Int64, resolution: Int64) {
    let bytes = Array(try primitive(what, .generalizedTime))
    let wrong = DERReading.malformed(what, "is no moment in UTC as DER writes it")
    func number(_ range: Range<Int>) throws(TimeStampFault) -> Int {
      var number = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { throw wrong }
        number = number * 10 + Int(byte - 0x30)
      }
      return number
    }
    guard bytes.count >= 15, bytes.count <= 64, bytes.last == UInt8(ascii: "Z") else { throw wrong }
    let (year, month, day) = (try number(0..<4), try number(4..<6), try number(6..<8))
    let (hour, minute, second) = (try number(8..<10), try number(10..<12), try number(12..<14))
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...lengths[month - 1]).contains(day), hour < 24, minute < 60, second < 60 else {
      throw wrong
    }
    var (thousandths, resolution) = (0, 1000)
    if bytes.count > 15 {
      let digits = 15..<bytes.count - 1
      guard bytes[14] == UInt8(ascii: "."), !digits.isEmpty, bytes[digits.upperBound - 1] != 0x30 else { throw wrong }
      for byte in bytes[digits] where !(0x30...0x39).contains(byte) { throw wrong }
      for index in digits.prefix(3) {
        resolution /= 10
        thousandths += Int(bytes[index] - 0x30) * resolution
      }
    }
    // Whole years before this one, then whole months of it.
    let before = year - 1
    // The year 0 of this calendar is a leap year with nothing before it.
    let leaps = year == 0 ? -1 : before / 4 - before / 100 + before / 400
    let days = before * 365 + leaps + lengths[..<(month - 1)].reduce(0, +) + day - 1 - 719_162
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
    return (Int64(seconds) * 1000 + Int64(thousandths), Int64(resolution))
  }
}
