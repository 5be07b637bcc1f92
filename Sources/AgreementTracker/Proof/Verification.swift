public import CanonicalJSON
internal import LogStore
public import TransparencyLog

/// The result of checking a log: what was found, who vouches for it, and which private values this copy has.
public struct Verification: Sendable {
  /// Lines that were read.
  public var size: Int
  public var root: [UInt8]?
  /// The origin that `LogOpened` gives; nil for bare JSON Lines without one.
  public var origin: String?
  public var faults: [Fault]
  /// Lines that this copy leaves out openly.
  public var withheld: Int
  /// Events that stand on something this copy has not, while lines were left out of it before them: whether they obey the
  /// rules of writers cannot be told from it.
  public var unjudged = 0
  /// Events of types that this version does not know, by type.
  public var unknownTypes: [String: Int]
  /// Known types in a version that this program does not know, by type.
  public var newerTypes: [String: Int]
  public var privateValues = PrivateCounts()
  public var exhibits = ExhibitCounts()
  /// Signatures of the log under the checkpoints of this copy, the latest checkpoint first.
  public var signedBy: [Signer] = []
  /// Cosignatures of witnesses that the policy names.
  public var witnessedBy: [Cosigner] = []
  public var timestamps: [Stamp] = []
  /// Events behind the latest checkpoint; all of them if there is none.
  public var unsigned = 0
  /// Was a policy given, and is it met?
  public var isPolicyMet: Bool?

  /// Whose signature, under a checkpoint over how many events.
  public struct Signer: Hashable, Sendable {
    public var name: String
    public var keyID: String
    public var size: Int
    /// The reader's policy names the key; otherwise only the file itself does.
    public var isTrusted: Bool
  }

  public struct Cosigner: Hashable, Sendable {
    /// As the policy calls it.
    public var name: String
    /// Seconds since 1970.
    public var time: UInt64
    public var size: Int
  }

  public struct Stamp: Hashable, Sendable {
    /// The checkpoint was over so many events.
    public var size: Int
    /// When the authority says that it was there; nil if the token was not checked.
    public var time: Instant?
    /// Who says so, as its certificate names it.
    public var authority: String?
  }

  /// The four states of private values.
  public struct PrivateCounts: Hashable, Sendable {
    public var present = 0
    public var withheld = 0
    public var erased = 0
    public var missing = 0
    /// This copy has no sidecar at all.
    public var hasNoSidecar = false

    public init() {}
    public var all: Int { present + withheld + erased + missing }
  }

  /// The files that exhibits name by their digests.
  public struct ExhibitCounts: Hashable, Sendable {
    /// This copy has them.
    public var stored = 0
    /// It has not.
    public var absent = 0
    public var erased = 0

    public init() {}
  }

  /// One thing that is wrong.
  public struct Fault: Hashable, Sendable {
    /// From 0; nil where it is the file as a whole.
    public var position: Int?
    public var column: Int?
    /// Stable: a code of the form, of memory, of the proof, or of the rules of writers.
    public var code: String
    public var text: String
    /// Does it touch what the log proves, or only a rule of its writers?
    public var isDamage: Bool
  }

  /// What a reader brings along from elsewhere.
  public struct Options: Sendable {
    /// The keys that the reader trusts.
    public var policy: Policy?
    /// Heads that somebody noted earlier.
    public var since: [SignedNote] = []
    /// Certificates (DER) of the time-stamp authorities that the reader trusts.
    public var authorities: [[UInt8]] = []
    /// What was seen on this machine; nil = it is not asked.
    public var folders: UserFolders?
    /// The stored bytes of exhibits are counted and not compared: they may take long.
    public var isQuick = false

    public init() {}
  }

  /// Is the record as a record whole?
  public var isSound: Bool { !faults.contains(where: \.isDamage) }

  /// More faults than this are counted but not listed.
  public static let listed = 200

  /// Checks canonical form, streams, `previous`, the clock's order, salts, ids, and the rules of writers; then everything
  /// that vouches for the log: its tree, checkpoints, private values and exhibits.
  ///
  /// Reading goes on behind a fault wherever the next line can be found, so that all faults are named.
  public static func run(_ source: Source, _ options: Options = Options()) throws(TrackerError) -> Verification {
    do {
      let evidence = try VerificationEvidence(source, options)
      var check = VerificationRun(source.log, sizes: evidence.sizes)
      try check.run()
      if check.mayHaveTwins {
        // Something is there twice: the log is read again, to say what.
        check = VerificationRun(source.log, sizes: evidence.sizes, isExact: true)
        try check.run()
      }
      return try evidence.judge(check)
    } catch {
      throw TrackerError(error, in: source.name)
    }
  }
}
