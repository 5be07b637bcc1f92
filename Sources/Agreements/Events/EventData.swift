public import CanonicalJSON

/// The fields of one type of event: what `data` holds.
///
/// Each type is a file of its own in this folder and is listed once, in `EventBody`. Names of types and fields are stored
/// for ever; they are written out here and never derived from the names of Swift types.
public protocol EventData: Hashable, Sendable {
  /// The name as it stands in a line.
  static var type: String { get }
  /// The version that this program writes.
  static var version: Int { get }
  /// The kinds of stream it may stand in.
  static var streams: [StreamName.Kind] { get }
  /// One sentence for people: what recording this says.
  static var meaning: String { get }
  /// The fields in the order of the catalogue. Flags of `record`, the catalogue and the checks of drafts come from here.
  static var fields: [Field] { get }

  /// Reads `data` of the version that this program writes, in canonical order.
  init(from data: inout FieldReader) throws(JSONFault)
  /// Law: reading what this writes gives the same value.
  var members: JSONObject { get }
}

/// What one field may hold.
public struct Field: Hashable, Sendable {
  public indirect enum Kind: Hashable, Sendable {
    /// A key; the word says of what ("party", "promise" …).
    case key(String)
    case text
    case money
    case date
    case count
    /// One exact sum: whole pence in the log; people type it like any sum of money.
    case pence
    case choice([String])
    case eventID
    case digest
    /// Only `true` may stand.
    case flag
    case list(Kind)
    /// An object or list of objects with a shape of its own; the word says which ("share", "conditions" …).
    case shape(String)
  }

  public var name: String
  public var kind: Kind
  public var isRequired: Bool
  public var meaning: String

  public init(_ name: String, _ kind: Kind, isRequired: Bool = true, _ meaning: String) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.meaning = meaning
  }

  public static func optional(_ name: String, _ kind: Kind, _ meaning: String) -> Field {
    Field(name, kind, isRequired: false, meaning)
  }
}

/// Reads fields in canonical order (names sorted), each once.
public struct FieldReader {
  package var reader: ObjectReader

  package init(_ view: JSONView) throws(JSONFault) { reader = try ObjectReader(view) }

  package mutating func key<K: DomainKey>(_ name: StaticString) throws(JSONFault) -> K {
    try reader.required(name).asKey()
  }

  package mutating func optionalKey<K: DomainKey>(_ name: StaticString) throws(JSONFault) -> K? {
    guard let view = reader.optional(name) else { return nil }
    return try view.asKey()
  }

  package mutating func keys<K: DomainKey>(_ name: StaticString) throws(JSONFault) -> [K] {
    try Self.keys(reader.required(name))
  }

  package mutating func optionalKeys<K: DomainKey>(_ name: StaticString) throws(JSONFault) -> [K]? {
    guard let view = reader.optional(name) else { return nil }
    return try Self.keys(view)
  }

  private static func keys<K: DomainKey>(_ view: JSONView) throws(JSONFault) -> [K] {
    var keys: [K] = []
    for element in try view.asElements() { keys.append(try element.asKey()) }
    return keys
  }

  package mutating func text(_ name: StaticString) throws(JSONFault) -> String { try reader.string(name) }
  package mutating func optionalText(_ name: StaticString) throws(JSONFault) -> String? {
    try reader.optionalString(name)
  }

  package mutating func money(_ name: StaticString) throws(JSONFault) -> Money { try Money(reader.required(name)) }
  package mutating func optionalMoney(_ name: StaticString) throws(JSONFault) -> Money? {
    guard let view = reader.optional(name) else { return nil }
    return try Money(view)
  }

  package mutating func date(_ name: StaticString) throws(JSONFault) -> ImpreciseDate {
    try ImpreciseDate(reader.required(name))
  }

  package mutating func optionalDate(_ name: StaticString) throws(JSONFault) -> ImpreciseDate? {
    guard let view = reader.optional(name) else { return nil }
    return try ImpreciseDate(view)
  }

  package mutating func choice<C: RawRepresentable & CaseIterable>(_ name: StaticString) throws(JSONFault) -> C
  where C.RawValue == String {
    try reader.required(name).asChoice()
  }

  package mutating func optionalChoice<C: RawRepresentable & CaseIterable>(_ name: StaticString) throws(JSONFault) -> C?
  where C.RawValue == String {
    guard let view = reader.optional(name) else { return nil }
    return try view.asChoice()
  }

  /// A whole number within `range`.
  package mutating func optionalCount(_ name: StaticString, in range: ClosedRange<Int64> = 0...1_000_000)
    throws(JSONFault) -> Int64?
  {
    guard let view = reader.optional(name) else { return nil }
    return try view.asCount(in: range)
  }

  package mutating func count(_ name: StaticString, in range: ClosedRange<Int64>) throws(JSONFault) -> Int64 {
    try reader.required(name).asCount(in: range)
  }

  /// The largest number that a line can hold.
  package static let largest: Int64 = 1 << 53 - 1

  package mutating func view(_ name: StaticString) throws(JSONFault) -> JSONView { try reader.required(name) }
  package mutating func optionalView(_ name: StaticString) throws(JSONFault) -> JSONView? { reader.optional(name) }
  package mutating func optionalElements(_ name: StaticString) throws(JSONFault) -> [JSONView]? {
    try reader.optional(name)?.asElements()
  }

  package mutating func optionalEventID(_ name: StaticString) throws(JSONFault) -> EventID? {
    try reader.optional(name)?.asEventID()
  }

  package mutating func optionalBool(_ name: StaticString) throws(JSONFault) -> Bool? {
    try reader.optional(name)?.asBool()
  }

  package mutating func optionalTexts(_ name: StaticString) throws(JSONFault) -> [String]? {
    guard let view = reader.optional(name) else { return nil }
    var texts: [String] = []
    for element in try view.asElements() { texts.append(try element.asString()) }
    return texts
  }

  /// Base64 of 32 bytes.
  package mutating func digest(_ name: StaticString) throws(JSONFault) -> String {
    try reader.required(name).asDigest()
  }

  package mutating func digests(_ name: StaticString) throws(JSONFault) -> [String] {
    var digests: [String] = []
    for element in try reader.required(name).asElements() { digests.append(try element.asDigest()) }
    return digests
  }

  /// 64 hexadecimal digits in lower case.
  package mutating func optionalHexDigest(_ name: StaticString) throws(JSONFault) -> String? {
    guard let view = reader.optional(name) else { return nil }
    let text = try view.asString()
    let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard text.utf8.count == 64, isHex else {
      throw JSONFault(.badValue, at: view.offset, path: view.name, "a SHA-256 digest is 64 digits of 0-9 and a-f")
    }
    return text
  }

  /// A fault of the object as a whole.
  package func fault(_ code: JSONFault.Code, _ why: String) -> JSONFault {
    JSONFault(code, at: reader.offset, why)
  }

  package mutating func eventID(_ name: StaticString) throws(JSONFault) -> EventID {
    try reader.required(name).asEventID()
  }

  package mutating func optionalEventIDs(_ name: StaticString) throws(JSONFault) -> [EventID]? {
    guard let view = reader.optional(name) else { return nil }
    var ids: [EventID] = []
    for element in try view.asElements() { ids.append(try element.asEventID()) }
    return ids
  }
}

extension JSONView {
  package func asKey<K: DomainKey>() throws(JSONFault) -> K {
    if isKey { return K(unchecked: String(decoding: bytes, as: UTF8.self)) }
    let text = try asString()
    guard let key = K(rawValue: text) else {
      throw JSONFault(
        .badValue, at: offset, path: name, "“\(text)” is no key: 1 to 64 of a-z, 0-9 and -, not beginning with -")
    }
    return key
  }

  package func asChoice<C: RawRepresentable & CaseIterable>() throws(JSONFault) -> C where C.RawValue == String {
    let text = try asString()
    guard let choice = C(rawValue: text) else {
      let known = C.allCases.map(\.rawValue).joined(separator: ", ")
      throw JSONFault(.badValue, at: offset, path: name, "“\(text)” is none of: \(known)")
    }
    return choice
  }

  package func asCount(in range: ClosedRange<Int64>) throws(JSONFault) -> Int64 {
    let count = try asInteger()
    guard range.contains(count) else {
      throw JSONFault(.badValue, at: offset, path: name, "must be \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  package func asDigest() throws(JSONFault) -> String {
    let text = try asString()
    guard Base64.decode(text)?.count == 32 else {
      throw JSONFault(.badValue, at: offset, path: name, "a digest is the base64 of 32 bytes")
    }
    return text
  }

  package func asEventID() throws(JSONFault) -> EventID {
    if kind == .string, let id = EventID(bytes) { return id }
    let text = try asString()
    guard let id = EventID(text) else {
      throw JSONFault(.badValue, at: offset, path: name, "“\(text)” is no event id (a UUID in lower case)")
    }
    return id
  }
}
