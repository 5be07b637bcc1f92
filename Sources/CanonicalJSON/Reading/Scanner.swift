internal import Glibc

/// Walks over the bytes of one JSON text and fills a tape.
///
/// It reads bytes in place. Most bytes of a line are plain text inside strings, so strings are passed eight bytes at a
/// time while nothing in them needs a look.
@usableFromInline
struct Scanner {
  let base: UnsafePointer<UInt8>
  let size: Int
  let isCanonical: Bool
  var at = 0
  /// Was a member's name met that is not ASCII?
  private(set) var hasWideName = false
  /// How many characters of more than one byte were passed.
  private var wide = 0

  init(base: UnsafePointer<UInt8>, size: Int, isCanonical: Bool) {
    self.base = base
    self.size = size
    self.isCanonical = isCanonical
  }

  @inline(__always)
  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// White space is no part of a canonical line; elsewhere it is passed over.
  @inline(__always)
  mutating func space() throws(JSONFault) {
    guard at < size, isSpace(base[at]) else { return }
    if isCanonical {
      if base[at] == 0x0D { throw JSONFault(.carriageReturn, at: at, "a carriage return (CR) stands in the line") }
      throw JSONFault(.whiteSpace, at: at, "white space outside a string")
    }
    while at < size, isSpace(base[at]) { at += 1 }
  }

  /// Reads the value at `at`. `name` is where the member's name stands, if it is one.
  mutating func value(into tape: inout Tape, depth: Int, name: (start: Int, end: Int, escaped: Bool)?)
    throws(JSONFault)
  {
    guard at < size else { throw JSONFault(.truncated, at: at, "the text ends where a value should stand") }
    var node = Tape.Node()
    if let name {
      node.nameStart = UInt32(name.start)
      node.nameEnd = UInt32(name.end)
      node.isNameEscaped = name.escaped
    }
    node.start = UInt32(at)
    switch base[at] {
    case UInt8(ascii: "\""):
      node.kind = .string
      let index = tape.append(node)
      let text = try string()
      tape.nodes[index].start = UInt32(text.start)
      tape.nodes[index].end = UInt32(text.end)
      tape.nodes[index].isEscaped = text.escaped
      tape.nodes[index].next = UInt32(index + 1)
    case UInt8(ascii: "{"):
      guard depth < Tape.deepest else { throw JSONFault(.tooDeep, at: at, "nested too deeply") }
      node.kind = .object
      let index = tape.append(node)
      at += 1
      try members(into: &tape, depth: depth + 1)
      tape.nodes[index].end = UInt32(at)
      tape.nodes[index].next = UInt32(tape.count)
    case UInt8(ascii: "["):
      guard depth < Tape.deepest else { throw JSONFault(.tooDeep, at: at, "nested too deeply") }
      node.kind = .array
      let index = tape.append(node)
      at += 1
      try elements(into: &tape, depth: depth + 1)
      tape.nodes[index].end = UInt32(at)
      tape.nodes[index].next = UInt32(tape.count)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      node.kind = .integer
      try integer()
      node.end = UInt32(at)
      let index = tape.append(node)
      tape.nodes[index].next = UInt32(index + 1)
    case UInt8(ascii: "t"): try word("true", .bool, node, into: &tape)
    case UInt8(ascii: "f"): try word("false", .bool, node, into: &tape)
    case UInt8(ascii: "n"): try word("null", .null, node, into: &tape)
    case 0xEF where at + 2 < size && base[at + 1] == 0xBB && base[at + 2] == 0xBF:
      throw JSONFault(.byteOrderMark, at: at, "a byte order mark stands before the text")
    case let byte:
      try space()
      throw JSONFault(.syntax, at: at, "no value can begin with \(Self.shown(byte))")
    }
  }

  static func shown(_ byte: UInt8) -> String {
    if byte > 0x20 && byte < 0x7F { return "“\(Character(UnicodeScalar(byte)))”" }
    let digits = Array("0123456789abcdef")
    return "byte 0x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
  }

  private mutating func word(_ word: StaticString, _ kind: Tape.Kind, _ node: Tape.Node, into tape: inout Tape)
    throws(JSONFault)
  {
    for offset in 0..<word.utf8CodeUnitCount {
      guard at + offset < size else { throw JSONFault(.truncated, at: size, "the text ends inside “\(word)”") }
      guard base[at + offset] == word.utf8Start[offset] else {
        throw JSONFault(.syntax, at: at + offset, "“\(word)” is not spelled so")
      }
    }
    at += word.utf8CodeUnitCount
    var node = node
    node.kind = kind
    node.end = UInt32(at)
    let index = tape.append(node)
    tape.nodes[index].next = UInt32(index + 1)
  }

  private func duplicate(_ name: [UInt8], at place: Int) -> JSONFault {
    JSONFault(.duplicateMember, at: place, "member “\(String(decoding: name, as: UTF8.self))” is there twice")
  }

  private mutating func members(into tape: inout Tape, depth: Int) throws(JSONFault) {
    try space()
    guard at < size else { throw JSONFault(.truncated, at: at, "the text ends inside an object") }
    if base[at] == UInt8(ascii: "}") {
      at += 1
      return
    }
    var previous: (start: Int, end: Int, escaped: Bool)?
    // Most objects have few names and no escapes in them: comparing them one by one, where they lie, takes no hashing.
    let first = tape.count
    var few = 0
    var seen: Set<[UInt8]> = []
    while true {
      try space()
      guard at < size else { throw JSONFault(.truncated, at: at, "the text ends inside an object") }
      guard base[at] == UInt8(ascii: "\"") else {
        throw JSONFault(.syntax, at: at, "a member's name in quotes must stand here")
      }
      let nameAt = at
      let wideBefore = wide
      let name = try string()
      if wide != wideBefore { hasWideName = true }
      if isCanonical {
        if let previous { try check(name, isAfter: previous, at: nameAt) }
        previous = name
      } else if !name.escaped, seen.isEmpty, few < 16 {
        let count = name.end - name.start
        var sibling = first
        while sibling < tape.count {
          let node = tape.nodes[sibling]
          if Int(node.nameEnd - node.nameStart) == count,
            memcmp(base + Int(node.nameStart), base + name.start, count) == 0
          {
            throw duplicate(Array(unescaped(name).utf8), at: nameAt)
          }
          sibling = Int(node.next)
        }
        few += 1
      } else {
        var sibling = seen.isEmpty ? first : tape.count
        while sibling < tape.count {
          let node = tape.nodes[sibling]
          seen.insert(
            Array(UnsafeBufferPointer(start: base + Int(node.nameStart), count: Int(node.nameEnd - node.nameStart))))
          sibling = Int(node.next)
        }
        let plain = Array(unescaped(name).utf8)
        guard seen.insert(plain).inserted else { throw duplicate(plain, at: nameAt) }
      }
      try space()
      guard at < size else { throw JSONFault(.truncated, at: at, "the text ends inside an object") }
      guard base[at] == UInt8(ascii: ":") else { throw JSONFault(.syntax, at: at, "“:” must stand here") }
      at += 1
      try space()
      try value(into: &tape, depth: depth, name: name)
      try space()
      guard at < size else { throw JSONFault(.truncated, at: at, "the text ends inside an object") }
      if base[at] == UInt8(ascii: ",") {
        at += 1
        continue
      }
      guard base[at] == UInt8(ascii: "}") else { throw JSONFault(.syntax, at: at, "“,” or “}” must stand here") }
      at += 1
      return
    }
  }

  private mutating func elements(into tape: inout Tape, depth: Int) throws(JSONFault) {
    try space()
    guard at < size else { throw JSONFault(.truncated, at: at, "the text ends inside a list") }
    if base[at] == UInt8(ascii: "]") {
      at += 1
      return
    }
    while true {
      try space()
      try value(into: &tape, depth: depth, name: nil)
      try space()
      guard at < size else { throw JSONFault(.truncated, at: at, "the text ends inside a list") }
      if base[at] == UInt8(ascii: ",") {
        at += 1
        continue
      }
      guard base[at] == UInt8(ascii: "]") else { throw JSONFault(.syntax, at: at, "“,” or “]” must stand here") }
      at += 1
      return
    }
  }

  /// Names rise strictly by UTF-16 code units. For ASCII that is the order of the bytes.
  private func check(
    _ name: (start: Int, end: Int, escaped: Bool), isAfter previous: (start: Int, end: Int, escaped: Bool),
    at nameAt: Int
  ) throws(JSONFault) {
    var left = previous.start
    var right = name.start
    while left < previous.end, right < name.end {
      let (old, new) = (base[left], base[right])
      if old == UInt8(ascii: "\\") || new == UInt8(ascii: "\\") || (old | new) & 0x80 != 0 {
        let (oldUnits, newUnits) = (Array(unescaped(previous).utf16), Array(unescaped(name).utf16))
        if oldUnits == newUnits { throw twice(name, at: nameAt) }
        if oldUnits.lexicographicallyPrecedes(newUnits) { return }
        throw JSONFault(
          .memberOrder, at: nameAt, "member “\(unescaped(name))” must stand before “\(unescaped(previous))”")
      }
      if old < new { return }
      if old > new {
        throw JSONFault(
          .memberOrder, at: nameAt, "member “\(unescaped(name))” must stand before “\(unescaped(previous))”")
      }
      left += 1
      right += 1
    }
    if right < name.end { return }
    if left == previous.end { throw twice(name, at: nameAt) }
    throw JSONFault(.memberOrder, at: nameAt, "member “\(unescaped(name))” must stand before “\(unescaped(previous))”")
  }

  private func twice(_ name: (start: Int, end: Int, escaped: Bool), at nameAt: Int) -> JSONFault {
    JSONFault(.duplicateMember, at: nameAt, "member “\(unescaped(name))” is there twice")
  }

  private func unescaped(_ text: (start: Int, end: Int, escaped: Bool)) -> String {
    let bytes = UnsafeBufferPointer(start: base + text.start, count: text.end - text.start)
    return text.escaped ? JSONText.unescaped(bytes) : String(decoding: bytes, as: UTF8.self)
  }

  /// -?(0|[1-9][0-9]*), not -0, below 2^53 in size.
  private mutating func integer() throws(JSONFault) {
    let start = at
    if base[at] == UInt8(ascii: "-") { at += 1 }
    let digits = at
    var size64: UInt64 = 0
    while at < size, base[at] >= UInt8(ascii: "0"), base[at] <= UInt8(ascii: "9") {
      if at - digits < 18 { size64 = size64 * 10 + UInt64(base[at] - UInt8(ascii: "0")) }
      at += 1
    }
    let count = at - digits
    if at < size, base[at] == UInt8(ascii: ".") || base[at] | 0x20 == UInt8(ascii: "e") {
      throw JSONFault(.notAnInteger, at: start, "numbers are whole (pence, counts); no point and no exponent")
    }
    if count == 0 { throw JSONFault(.syntax, at: at, "a digit must stand here") }
    if count > 1, base[digits] == UInt8(ascii: "0") {
      throw JSONFault(.integerForm, at: start, "a number has no leading zero")
    }
    if size64 == 0, count == 1, digits > start { throw JSONFault(.integerForm, at: start, "zero has no sign") }
    if count > 16 || size64 >= 1 << 53 {
      throw JSONFault(.integerTooLarge, at: start, "a number must be below 2^53 in size")
    }
  }

  /// Reads a string and returns where the bytes between its quotes lie.
  @inline(__always)
  private mutating func string() throws(JSONFault) -> (start: Int, end: Int, escaped: Bool) {
    at += 1
    let start = at
    var escaped = false
    while true {
      while at + 8 <= size {
        let word = UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self))
        let found = Self.needingALook(word)
        if found != 0 {
          at += found.trailingZeroBitCount >> 3
          break
        }
        at += 8
      }
      guard at < size else { throw JSONFault(.truncated, at: at, "the text ends inside a string") }
      let byte = base[at]
      if byte == UInt8(ascii: "\"") {
        let end = at
        at += 1
        return (start, end, escaped)
      }
      if byte == UInt8(ascii: "\\") {
        escaped = true
        try escape()
      } else if byte < 0x20 {
        throw JSONFault(.controlCharacter, at: at, "a control character (\(Self.shown(byte))) must be escaped")
      } else if byte < 0x80 {
        at += 1
      } else {
        try multibyte(byte)
      }
    }
  }

  /// Which of these eight bytes are a quote, a backslash, a control character or not ASCII: the top bit of the first of them
  /// is the lowest bit set. (Behind it others may be marked that are none of these: a borrow runs upwards.)
  @inlinable @inline(__always)
  static func needingALook(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* 0x22)
    let slash = word ^ (ones &* 0x5C)
    let below = word &- (ones &* 0x20)
    return ((quote &- ones) & ~quote | (slash &- ones) & ~slash | below & ~word | word) & tops
  }

  /// RFC 8785, 3.2.2.2: \b \t \n \f \r \" \\ and \u00xx in lower case for the other control characters; nothing else.
  mutating func escape() throws(JSONFault) {
    let start = at
    guard at + 1 < size else { throw JSONFault(.truncated, at: at, "the text ends inside a string") }
    switch base[at + 1] {
    case UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "r"),
      UInt8(ascii: "\""), UInt8(ascii: "\\"):
      at += 2
    case UInt8(ascii: "/"):
      if isCanonical { throw JSONFault(.escapeNotMinimal, at: start, "“/” is written without a backslash") }
      at += 2
    case UInt8(ascii: "u"):
      let unit = try hexUnit(at: at + 2)
      at += 6
      if unit >= 0xDC00 && unit < 0xE000 {
        throw JSONFault(.loneSurrogate, at: start, "half of a surrogate pair stands alone")
      }
      if unit >= 0xD800 && unit < 0xDC00 {
        guard at + 1 < size, base[at] == UInt8(ascii: "\\"), base[at + 1] == UInt8(ascii: "u"),
          case let low = try hexUnit(at: at + 2), low >= 0xDC00, low < 0xE000
        else { throw JSONFault(.loneSurrogate, at: start, "half of a surrogate pair stands alone") }
        at += 6
      }
      if isCanonical {
        let hasShortForm = [0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(Int(unit))
        let isLower = (start + 2..<start + 6).allSatisfy {
          base[$0] < UInt8(ascii: "A") || base[$0] > UInt8(ascii: "F")
        }
        guard unit < 0x20, !hasShortForm, isLower else {
          throw JSONFault(.escapeNotMinimal, at: start, "this character is written in a shorter way in canonical form")
        }
      }
    default: throw JSONFault(.badEscape, at: start, "there is no such escape")
    }
  }

  private func hexUnit(at index: Int) throws(JSONFault) -> UInt16 {
    guard index + 4 <= size else { throw JSONFault(.truncated, at: size, "the text ends inside a string") }
    var unit: UInt16 = 0
    for offset in 0..<4 {
      guard let digit = JSONText.hexDigit(base[index + offset]) else {
        throw JSONFault(.badEscape, at: index + offset, "\\u needs four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  /// Well-formed UTF-8 by the table of RFC 3629, section 4: no overlong forms, no surrogates, nothing past U+10FFFF.
  mutating func multibyte(_ lead: UInt8) throws(JSONFault) {
    let length: Int
    var (low, high): (UInt8, UInt8) = (0x80, 0xBF)
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, low) = (3, 0xA0)
    case 0xED: (length, high) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, low) = (4, 0x90)
    case 0xF4: (length, high) = (4, 0x8F)
    case 0xF1...0xF3: length = 4
    default: throw JSONFault(.badUTF8, at: at, "\(Self.shown(lead)) is no UTF-8")
    }
    guard at + length <= size else { throw JSONFault(.badUTF8, at: at, "a character is cut off") }
    if lead == 0xED, base[at + 1] > 0x9F, base[at + 1] <= 0xBF {
      throw JSONFault(.loneSurrogate, at: at, "half of a surrogate pair stands alone")
    }
    guard base[at + 1] >= low, base[at + 1] <= high else { throw JSONFault(.badUTF8, at: at, "this is no UTF-8") }
    for offset in 2..<max(2, length) where base[at + offset] & 0xC0 != 0x80 {
      throw JSONFault(.badUTF8, at: at, "this is no UTF-8")
    }
    at += length
    wide += 1
  }
}
