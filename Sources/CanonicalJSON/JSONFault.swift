/// What is wrong with some JSON, and where.
///
/// One type for all refusals of this module, told apart by `code`, so that a caller can test for the kind and a person
/// can be shown the place. Words for people are made further out; `why` is the plain fact.
public struct JSONFault: Error, Hashable, Sendable {
  /// The kinds of refusal. Raw values are stable: `verify --json` prints them.
  public enum Code: String, Sendable, CaseIterable {
    case syntax = "syntax"
    case truncated = "truncated"
    case trailingBytes = "trailing-bytes"
    case whiteSpace = "white-space"
    case memberOrder = "member-order"
    case duplicateMember = "duplicate-member"
    case nameNotASCII = "name-not-ascii"
    case notAnInteger = "not-an-integer"
    case integerTooLarge = "integer-too-large"
    case integerForm = "integer-form"
    case badUTF8 = "bad-utf8"
    case loneSurrogate = "lone-surrogate"
    case badEscape = "bad-escape"
    case escapeNotMinimal = "escape-not-minimal"
    case controlCharacter = "control-character"
    case tooDeep = "too-deep"
    case lineTooLong = "line-too-long"
    case byteOrderMark = "byte-order-mark"
    case carriageReturn = "carriage-return"
    case noFinalLineFeed = "no-final-line-feed"
    case emptyLine = "empty-line"
    case wrongType = "wrong-type"
    case missingMember = "missing-member"
    case badValue = "bad-value"
    case unknownMember = "unknown-member"
  }

  public var code: Code
  /// Byte offset from the start of the text that was read, from 0.
  public var offset: Int
  /// The member it is about, as a path from the root (`data.money.low`), where there is one.
  public var path: String
  public var why: String

  public init(_ code: Code, at offset: Int, path: String = "", _ why: String) {
    self.code = code
    self.offset = offset
    self.path = path
    self.why = why
  }

  /// The column a person counts in an editor, from 1: characters (Unicode scalars), not bytes.
  public func column(in bytes: some Collection<UInt8>) -> Int {
    1 + bytes.prefix(offset).reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }
}
