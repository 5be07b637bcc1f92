import Agreements
import CanonicalJSON
import LogStore
import Projections
import TransparencyLog

/// What the door answers instead of doing what it was asked: what, where, and what to do next.
public struct TrackerError: Error, Sendable {
  /// What kind of trouble it is: the caller's input, damage, a missing file, or somebody else's turn.
  public enum Kind: String, Sendable {
    case badData, missing, cannotWrite, busy, damaged, usage
    /// A proof, a signature or a checkpoint that was given does not hold.
    case notVerified
    /// A program that is needed is not on this machine.
    case toolMissing
  }

  public var kind: Kind
  public var what: String
  /// File, line, column, event: whatever is known.
  public var place: String
  public var next: String
  /// All that is wrong, where there is more than one thing.
  public var more: [String]

  public init(_ kind: Kind, _ what: String, place: String = "", next: String = "", more: [String] = []) {
    self.kind = kind
    self.what = what
    self.place = place
    self.next = next
    self.more = more
  }
}

extension TrackerError {
  /// Gives every error of the modules behind the door a place and a next step.
  public init(_ error: any Error, in source: String) {
    switch error {
    case let error as TrackerError: self = error
    case let error as StoreError: self.init(error, in: source)
    case let error as ProofFault: self.init(.notVerified, error.why, place: source)
    case let error as RowOverflow:
      let promise = error.promise.map { "/\($0)" } ?? ""
      self.init(
        .badData, "a sum is larger than can be stated (2^53 − 1 pence)",
        place: "\(source), \(error.agreement)\(promise), creditor \(error.creditor?.rawValue ?? "not named")",
        next: "Look for a slip of the pen in its amounts: tracker timeline")
    case let error as VersionTooNew:
      self.init(
        .badData,
        "\(error.type) has version \(error.version), which this program does not know: the sums would be guesses",
        place: "\(source), event \(error.position + 1)", next: "Use a later version of tracker.")
    case let error as AmountOverflow:
      _ = error
      self.init(.badData, "a sum is larger than can be stated (2^53 − 1 pence)", place: source)
    default: self.init(.badData, "\(error)", place: source)
    }
  }

  private init(_ error: StoreError, in source: String) {
    var place = source
    if let position = error.position {
      place += ", \(error.code == .badLine ? "line" : "event") \(position + 1)"
    }
    if let column = error.column { place += ", column \(column)" }
    if let fault = error.fault, !fault.path.isEmpty { place += ", \(fault.path)" }
    switch error.code {
    case .noSuchFile:
      self.init(.missing, error.what, place: source, next: "Check the name, or begin a book: tracker init NAME")
    case .noSuchPosition: self.init(.badData, error.what, place: place, next: "List the events: tracker timeline")
    case .cannotRead: self.init(.missing, error.what, place: source)
    case .busy:
      self.init(.busy, error.what, place: source, next: "Try again in a moment.")
    case .diskFull:
      self.init(.cannotWrite, error.what, place: source, next: "Make room on that disk, and do it once more.")
    case .readOnly, .cannotWrite: self.init(.cannotWrite, error.what, place: source)
    case .clockBehind:
      self.init(
        .badData, error.what, place: source, next: "Set the clock right; if the clock is right: --clock-ok \"why\"")
    case .badLine:
      let code = error.fault.map { " [\($0.code.rawValue)]" } ?? ""
      self.init(
        .badData, "this line is not one that a log can hold: \(error.what)\(code)", place: place,
        next: "Do not mend it by hand. See everything that is wrong: tracker verify \(source)")
    case .notABook:
      self.init(.badData, error.what, place: source, next: "A record book is made by: tracker init NAME")
    case .newerBook: self.init(.badData, error.what, place: source, next: "Use a later version of tracker.")
    case .damaged:
      self.init(.damaged, error.what, place: source, next: "Keep this copy, record nothing more, and restore a backup.")
    case .brokenChain:
      self.init(
        .damaged, error.what, place: place,
        next: "See all that is wrong: tracker verify \(source). To read it as it stands: --no-head")
    case .keyChanged, .cannotSign: self.init(.badData, error.what, place: source, next: "Open the book again.")
    case .fileDiffers:
      self.init(
        .badData, error.what, place: source, next: "Wait until the program that writes it is done, and file it again.")
    case .wrongVersion, .idConflict, .invalidDraft, .notAPrefix, .readModelStopped:
      self.init(.badData, error.what, place: place)
    }
  }
}
