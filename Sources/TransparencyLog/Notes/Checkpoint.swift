internal import CanonicalJSON

/// What a log signs: its origin, its size and its root (C2SP tlog-checkpoint, v1.0.0; no extension lines).
public struct Checkpoint: Hashable, Sendable {
  /// The log's name; not empty, no line feed.
  public var origin: String
  public var size: Int
  /// 32 bytes.
  public var root: [UInt8]

  public init(origin: String, size: Int, root: [UInt8]) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Origins are compared by their bytes.
  public static func == (left: Self, right: Self) -> Bool {
    left.size == right.size && left.root == right.root && sameBytes(left.origin, right.origin)
  }

  // MARK: To text and back, a pair

  /// origin LF size LF base64(root) LF
  public var text: String { "\(origin)\n\(size)\n\(Base64.encode(root))\n" }

  public init(text: String) throws(ProofFault) {
    self = try Checkpoint.form(of: text)
    guard isPossible else {
      throw ProofFault(.malformedCheckpoint, "a log without entries has the root SHA-256(\"\")")
    }
  }

  /// A log without entries has one root.
  var isPossible: Bool { size > 0 || root == LogDigest.emptyRoot }

  /// The three lines, whatever they say.
  static func form(of text: String) throws(ProofFault) -> Checkpoint {
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard lines.count >= 4, lines.last == "" else {
      throw ProofFault(.malformedCheckpoint, "a checkpoint is three lines: origin, size, root")
    }
    guard lines.count == 4 else {
      throw ProofFault(.malformedCheckpoint, "this checkpoint has extension lines, which logs of tracker never have")
    }
    guard !lines[0].isEmpty else { throw ProofFault(.malformedCheckpoint, "the origin is empty") }
    guard let size = Decimal.number(lines[1]) else {
      throw ProofFault(.malformedCheckpoint, "“\(lines[1].prefix(60))” is no size: decimal, without leading zeros")
    }
    guard let root = Base64.decode(lines[2]), root.count == 32 else {
      throw ProofFault(.malformedCheckpoint, "“\(lines[2].prefix(60))” is no root: the base64 of 32 bytes")
    }
    return Checkpoint(origin: lines[0], size: size, root: root)
  }

  /// A checkpoint out of a note. What it says is not believed before the note's signatures were checked.
  public init(note: SignedNote) throws(ProofFault) { try self.init(text: note.text) }
}

/// Numbers as the formats write them: decimal digits, no sign, no leading zeros.
enum Decimal {
  static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      text == "0" || !text.hasPrefix("0")
    else { return nil }
    return Int(text)
  }
}
