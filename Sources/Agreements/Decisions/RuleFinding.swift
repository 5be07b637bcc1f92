/// One rule of writers that an event breaks: what, where, and what to do about it.
///
/// On the way in a finding refuses the event. In a log of another writer it is reported by `verify`, and reading goes on.
public struct RuleFinding: Error, Hashable, Sendable {
  public enum Code: String, Sendable, CaseIterable {
    case wrongStream = "wrong-stream"
    case unknownParty = "unknown-party"
    case unknownExhibit = "unknown-exhibit"
    case unknownAgreement = "unknown-agreement"
    case unknownPromise = "unknown-promise"
    case unknownCondition = "unknown-condition"
    case unknownSaving = "unknown-saving"
    case unknownDispute = "unknown-dispute"
    case unknownRequest = "unknown-request"
    case unknownTarget = "unknown-target"
    case targetElsewhere = "target-elsewhere"
    case targetIsCorrection = "target-is-correction"
    case registeredTwice = "registered-twice"
    case accountWithoutLabel = "account-without-label"
    case accountOfStranger = "account-of-stranger"
    case creditorOutside = "creditor-outside"
    case savingByAnother = "saving-by-another"
    case acceptedAboveClaimed = "accepted-above-claimed"
    case perYear = "per-year"
    case memberTwice = "member-twice"
    case noGroup = "no-group"
    case othersDepend = "others-depend"
    case correctionBreaksEvent = "correction-breaks-event"
    case correctionStale = "correction-stale"
    case retractedAlready = "retracted-already"
    case logOpenedAgain = "log-opened-again"
    /// Such an event is only written together with the deed that it tells of.
    case ownCommand = "own-command"
    /// No fault: a payment above what was promised is asked about, and recorded with its reason in `note`.
    case aboveCeiling = "above-ceiling"
    /// The same of more that is taken back than was ever paid.
    case abovePaid = "above-paid"
  }

  public var code: Code
  /// What is wrong, in one sentence.
  public var what: String
  /// The member that it is about, as a path.
  public var path: String
  /// What to type next, or to ask oneself.
  public var next: String
  /// The stream whose registration would mend it; nil where there is none.
  public var subject: StreamName?

  public init(_ code: Code, _ what: String, path: String = "data", next: String, subject: StreamName? = nil) {
    self.code = code
    self.what = what
    self.path = path
    self.next = next
    self.subject = subject
  }

  /// Some events say that a deed was done: a key was changed, a value was erased, somebody signed. Nobody may say so who did
  /// not do it, so they are written by the command that does it, and refused in drafts.
  ///
  /// - Returns: nil for every other event.
  public static func ownCommand(of body: EventBody) -> RuleFinding? {
    let command: String
    switch body {
    case .keyRotated: command = "tracker key rotate"
    case .privateErased, .entryErased: command = "tracker erase"
    case .acknowledged: command = "tracker acknowledge add"
    default: return nil
    }
    return RuleFinding(
      .ownCommand,
      "an event \(body.typeName) is written by the command that does what it says; it cannot be recorded by itself",
      path: "type", next: "Use:  \(command)")
  }

  /// Does it rest on something that is not there? Where lines were left out of a copy that may be said of nothing: what is
  /// missed may stand in one of them.
  public var isAbsence: Bool {
    switch code {
    case .unknownParty, .unknownExhibit, .unknownAgreement, .unknownPromise, .unknownCondition, .unknownSaving,
      .unknownDispute, .unknownRequest, .unknownTarget, .noGroup, .accountOfStranger, .creditorOutside,
      .correctionBreaksEvent, .correctionStale, .othersDepend:
      true
    case .wrongStream, .targetElsewhere, .targetIsCorrection, .registeredTwice, .accountWithoutLabel, .savingByAnother,
      .acceptedAboveClaimed, .perYear, .memberTwice, .retractedAlready, .logOpenedAgain, .ownCommand, .aboveCeiling,
      .abovePaid:
      false
    }
  }

  /// Asked about, and allowed with a `note` that gives the reason; a fault everywhere else.
  public var isQuestion: Bool { code == .aboveCeiling || code == .abovePaid }
}
