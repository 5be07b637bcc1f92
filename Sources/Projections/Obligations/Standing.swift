import Agreements
import CanonicalJSON

/// Which withdrawals and suspensions of a row stand, and which were ended.
struct Standing {
  /// Withdrawals without consent, in the order of the fold.
  private(set) var withdrawals: [LoggedEvent] = []
  private(set) var suspensions: [LoggedEvent] = []
  /// Withdrawn whole with consent, and not reinstated since.
  private(set) var consented: LoggedEvent?
  /// What ended withdrawals or suspensions.
  private(set) var enders: [LoggedEvent] = []
  /// Something was ended that the fold has later.
  private(set) var isOrderNotKnown = false

  /// Of several that stand the first whole one governs, else the first.
  var governing: LoggedEvent? {
    withdrawals.first { $0.withdrawal?.scope == .whole } ?? withdrawals.first
  }

  /// Of several that stand the last.
  var suspension: LoggedEvent? { suspensions.last }

  var isWhole: Bool { withdrawals.contains { $0.withdrawal?.scope == .whole } }

  init(_ events: [LoggedEvent]) {
    let ends = events.enumerated().filter { $0.element.endsWithdrawals }
    for (index, event) in events.enumerated() {
      switch event.body {
      case .promiseWithdrawn(let withdrawn) where withdrawn.consent == .yes:
        guard withdrawn.scope == .whole, !ends.contains(where: { $0.offset > index }) else { continue }
        if consented == nil { consented = event }
      case .promiseWithdrawn, .promiseSuspended:
        // Ended by whatever may have come after it: first possible day not after the ender's last.
        let enders = ends.filter { end in event.earliest.map { $0 <= end.element.latest } ?? true }
        if !enders.isEmpty {
          if !enders.contains(where: { $0.offset > index }) { isOrderNotKnown = true }
          self.enders += enders.map(\.element)
        } else if event.withdrawal != nil {
          withdrawals.append(event)
        } else {
          suspensions.append(event)
        }
      default: continue
      }
    }
    if consented != nil {
      withdrawals = []
      suspensions = []
    }
  }
}

extension LoggedEvent {
  var withdrawal: PromiseWithdrawn? {
    if case .promiseWithdrawn(let withdrawn) = body { withdrawn } else { nil }
  }

  /// A reinstatement, a variation with consent, or a dispute concluded in new terms.
  fileprivate var endsWithdrawals: Bool {
    switch body {
    case .promiseReinstated: true
    case .agreementVaried(let varied): varied.consent == .yes
    case .disputeConcluded(let concluded): concluded.setsTerms
    default: false
    }
  }
}
