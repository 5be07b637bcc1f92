/// The keys that a reader trusts, and how many witnesses must have cosigned (C2SP tlog-policy).
///
/// It comes from the reader, never from the files that are being checked.
///
/// ```
/// log VKEY [URL]
/// witness NAME VKEY [URL]
/// group NAME all|any|K NAME…
/// quorum NAME|none
/// ```
public struct Policy: Hashable, Sendable {
  public private(set) var logs: [VerifierKey] = []
  public private(set) var witnesses: [Witness] = []
  private var groups: [Group] = []
  private var quorum: [UInt8]?

  public struct Witness: Hashable, Sendable {
    public var key: VerifierKey
    /// As the policy calls it. A name is bytes, which need not be UTF-8: two names can look the same and are still two.
    let octets: [UInt8]

    /// The name as it can be shown.
    public var name: String { String(decoding: octets, as: UTF8.self) }
  }

  private struct Group: Hashable {
    var name: [UInt8]
    var needed: Int
    var members: [[UInt8]]
  }

  public static let longest = 256 * 1024
  /// Of logs, of witnesses and of groups.
  public static let most = 256

  /// A policy of some keys and no witnesses.
  public init(logs: [VerifierKey]) {
    self.logs = logs
    quorum = Policy.none
  }

  private static let none = Array("none".utf8)

  public init(bytes: [UInt8]) throws(ProofFault) {
    guard bytes.count <= Policy.longest else {
      throw ProofFault(.tooLarge, "a policy has at most \(Policy.longest) bytes")
    }
    guard bytes.allSatisfy({ $0 == 0x09 || $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F }) else {
      throw ProofFault(.malformedPolicy, "a control character stands in the policy")
    }
    guard bytes.isEmpty || bytes.last == 0x0A else {
      throw ProofFault(.malformedPolicy, "the last line of the policy does not end with a line feed")
    }
    var taken: Set<[UInt8]> = [Policy.none]
    var members: Set<[UInt8]> = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let words = line.split { $0 == 0x20 || $0 == 0x09 }.map(Array.init)
      guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
      let fault = { (why: String) in ProofFault(.malformedPolicy, "line \(index + 1): \(why)") }
      func define(_ name: [UInt8]) throws(ProofFault) {
        guard taken.insert(name).inserted else { throw fault("the name “\(Policy.shown(name))” is taken") }
      }
      func key(_ word: [UInt8]) throws(ProofFault) -> VerifierKey {
        guard let text = String(validating: word, as: UTF8.self) else { throw fault("the key is no UTF-8") }
        do throws(ProofFault) { return try VerifierKey(text) } catch { throw fault(error.why) }
      }
      switch (Policy.shown(first), words.count) {
      case ("log", 2...3):
        let key = try key(words[1])
        guard key.type == .ed25519 else { throw fault("a log's key is of type 0x01") }
        guard !logs.contains(where: { $0.publicKey == key.publicKey }) else {
          throw fault("this log's key stands twice")
        }
        guard logs.count < Policy.most else { throw fault("more than \(Policy.most) logs") }
        logs.append(key)
      case ("witness", 3...4):
        let key = try key(words[2])
        guard key.type == .cosignature else { throw fault("a witness's key is of type 0x04") }
        guard !witnesses.contains(where: { $0.key.publicKey == key.publicKey }) else {
          throw fault("this witness's key stands twice")
        }
        guard witnesses.count < Policy.most else { throw fault("more than \(Policy.most) witnesses") }
        try define(words[1])
        witnesses.append(Witness(key: key, octets: words[1]))
      case ("group", 4...):
        let names = Array(words[3...])
        guard groups.count < Policy.most else { throw fault("more than \(Policy.most) groups") }
        for name in names {
          guard name != Policy.none, taken.contains(name) else {
            throw fault("“\(Policy.shown(name))” is no witness or group of a line above")
          }
          guard members.insert(name).inserted else { throw fault("“\(Policy.shown(name))” is a member already") }
        }
        let needed: Int? =
          switch Policy.shown(words[2]) {
          case "all": names.count
          case "any": 1
          case let number: Decimal.number(number)
          }
        guard let needed, (1...names.count).contains(needed) else {
          throw fault("how many of the group’s \(names.count) members are needed? all, any, or a number from 1")
        }
        try define(words[1])
        groups.append(Group(name: words[1], needed: needed, members: names))
      case ("quorum", 2):
        guard quorum == nil else { throw fault("there is a second quorum line") }
        guard taken.contains(words[1]) else {
          throw fault("“\(Policy.shown(words[1]))” is no witness or group of a line above")
        }
        quorum = words[1]
      case ("log", _), ("witness", _), ("group", _), ("quorum", _):
        throw fault("a “\(Policy.shown(first))” line has other parts")
      case (let word, _): throw fault("there is no line “\(word.prefix(30))”: log, witness, group, quorum")
      }
    }
    guard quorum != nil else {
      throw ProofFault(.malformedPolicy, "the quorum line is missing; without witnesses it is “quorum none”")
    }
  }

  /// For a person, and no longer than a line.
  private static func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(60), as: UTF8.self) }

  /// Every key that is trusted for anything.
  public var keys: [VerifierKey] { logs + witnesses.map(\.key) }

  // MARK: Check

  /// Checks a checkpoint as the policy wants it: signed by one of the logs, under the log's own name, and cosigned by enough
  /// witnesses.
  ///
  /// - Returns: the signatures that were checked: those of the log, and those of the witnesses.
  public func check(_ note: SignedNote) throws(ProofFault) -> (
    logs: [VerifiedSignature], witnesses: [VerifiedSignature]
  ) {
    let checkpoint = try Checkpoint(note: note)
    let signed = try note.verified(by: logs)
    guard signed.contains(where: { sameBytes($0.key.name, checkpoint.origin) }) else {
      throw ProofFault(.otherOrigin, "the checkpoint is of “\(checkpoint.origin)”, signed by the key of another log")
    }
    let cosigned = try note.knownSignatures(witnesses.map(\.key))
    guard isMet(by: Set(cosigned.map(\.key))) else {
      throw ProofFault(
        .quorumNotMet, "the policy asks for more witnesses than the \(cosigned.count) that cosigned this checkpoint")
    }
    return (signed, cosigned)
  }

  /// Are these witnesses enough?
  public func isMet(by cosigners: Set<VerifierKey>) -> Bool {
    var met: Set<[UInt8]> = [Policy.none]
    for witness in witnesses where cosigners.contains(witness.key) { met.insert(witness.octets) }
    // Groups name only what stands above them.
    for group in groups where group.members.count(where: { met.contains($0) }) >= group.needed {
      met.insert(group.name)
    }
    return quorum.map { met.contains($0) } ?? false
  }
}
