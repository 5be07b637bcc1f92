/// A JSON value of the subset that a log may hold: no floats, integers below 2^53 in size.
///
/// A tree of values is for what is small and rare: drafts, corrections, answers in JSON. Lines of a log are read in
/// place, over a `Tape`. Texts are compared by their bytes: Swift's `String` holds “é” in one and in two scalars for equal,
/// evidence does not.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// The members of an object, sorted by UTF-16 code units of their names, no name twice.
public struct JSONObject: Hashable, Sendable {
  public struct Member: Sendable {
    public var name: String
    public var value: JSONValue
  }

  public private(set) var members: [Member] = []

  public init() {}

  /// The last value given for a name stands.
  public init(_ members: KeyValuePairs<String, JSONValue>) {
    for (name, value) in members { self[name] = value }
  }

  /// Setting `nil` removes the member.
  public subscript(name: String) -> JSONValue? {
    get {
      let index = place(of: name)
      return index < members.count && sameBytes(members[index].name, name) ? members[index].value : nil
    }
    set {
      let index = place(of: name)
      if index < members.count, sameBytes(members[index].name, name) {
        if let newValue { members[index].value = newValue } else { members.remove(at: index) }
      } else if let newValue {
        guard index == members.count else {
          members.insert(Member(name: name, value: newValue), at: index)
          return
        }
        // Most objects of a line have a few members: room for them is made in one go.
        if index == 0 { members.reserveCapacity(8) }
        members.append(Member(name: name, value: newValue))
      }
    }
  }

  /// The first place whose name does not stand before `name`. Halving keeps an object with thousands of members quick.
  private func place(of name: String) -> Int {
    // Objects are made in the order of their names, nearly always.
    if let last = members.last, precedes(last.name, name) { return members.count }
    var (low, high) = (0, members.count)
    while low < high {
      let middle = (low + high) / 2
      if precedes(members[middle].name, name) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

func sameBytes(_ left: String, _ right: String) -> Bool {
  let isSame = left.utf8.withContiguousStorageIfAvailable { left in
    right.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
  }
  return (isSame ?? nil) ?? left.utf8.elementsEqual(right.utf8)
}

/// In the order of UTF-16 code units. Up to U+DFFF bytes have the same order, and names are ASCII nearly always.
private func precedes(_ left: String, _ right: String) -> Bool {
  let answer = left.utf8.withContiguousStorageIfAvailable { left in
    right.utf8.withContiguousStorageIfAvailable { right -> Bool? in
      for index in 0..<min(left.count, right.count) where left[index] != right[index] {
        return max(left[index], right[index]) < 0xEE ? left[index] < right[index] : nil
      }
      return left.count < right.count
    }
  }
  return ((answer ?? nil) ?? nil) ?? left.utf16.lexicographicallyPrecedes(right.utf16)
}

extension JSONObject.Member: Hashable {
  public static func == (left: Self, right: Self) -> Bool {
    sameBytes(left.name, right.name) && left.value == right.value
  }

  public func hash(into hasher: inout Hasher) {
    for byte in name.utf8 { hasher.combine(byte) }
    hasher.combine(value)
  }
}

extension JSONValue: Hashable {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.string(let left), .string(let right)): sameBytes(left, right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let bool): hasher.combine(bool)
    case .integer(let integer): hasher.combine(integer)
    case .string(let string): for byte in string.utf8 { hasher.combine(byte) }
    case .array(let array): hasher.combine(array)
    case .object(let object): hasher.combine(object)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (name, value) in elements { object[name] = value }
    self = .object(object)
  }

  public var string: String? { if case .string(let string) = self { string } else { nil } }
  public var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
  public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  public var array: [JSONValue]? { if case .array(let array) = self { array } else { nil } }
  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

  public subscript(name: String) -> JSONValue? { object?[name] }
}

// MARK: - Read and write, a pair

extension JSONValue {
  /// Reads canonical JSON; anything else is refused.
  ///
  /// Law: `JSONValue(canonical: bytes).canonicalBytes == bytes`.
  public init(canonical bytes: some Sequence<UInt8>) throws(JSONFault) {
    self = try Self.read(Array(bytes), form: .canonical)
  }

  /// Reads JSON with free order of members, white space and escapes.
  public init(relaxed bytes: some Sequence<UInt8>) throws(JSONFault) {
    self = try Self.read(Array(bytes), form: .relaxed)
  }

  private static func read(_ bytes: [UInt8], form: Tape.Form) throws(JSONFault) -> JSONValue {
    var tape = Tape()
    var result: Result<JSONValue, JSONFault> = .success(.null)
    bytes.withUnsafeBufferPointer { buffer in
      do throws(JSONFault) {
        try tape.scan(buffer, form: form)
        result = .success(tape.view(of: buffer).value)
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  /// The bytes of RFC 8785.
  public var canonicalBytes: [UInt8] {
    var writer = JSONWriter(capacity: 256)
    writer.put(value: self)
    return writer.take()
  }
}

extension JSONValue {
  /// Where the value at a path (`data.money.low`, `sources[1].quote`) begins in a relaxed text; as deep as the path can be
  /// followed. nil if the text is no JSON.
  package static func offset(ofPath path: String, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var tape = Tape()
    guard (try? tape.scan(bytes, form: .relaxed)) != nil else { return nil }
    return tape.view(of: bytes).following(path).offset
  }
}
