public import Agreements
public import CanonicalJSON

/// The position of one agreement on a day: from the events that stand to the rows of its promises.
///
/// It reads aloud as the rules do: the events *known*, corrected → those that had *happened* by the day, in order → the
/// rows of each promise → promised → earned → less paid and set off → category and strength. Everything here is pure.
public struct AgreementPosition: Sendable {
  public let agreement: AgreementKey
  public let day: Day
  /// Counted events in the order of the fold.
  public let counted: [LoggedEvent]
  /// Perhaps happened: not counted, but said.
  public let straddling: [LoggedEvent]
  public let surroundings: Surroundings
  public let made: LoggedEvent?
  /// The accounts of each promise, in log order.
  let promises: [PromiseKey: [Account]]
  /// Counted events sorted out once, in the order of the fold, so that a promise looks only at what can concern it.
  let sorted: SortedEvents
  /// Keep the steps by which each figure came about?
  var isExplaining = false

  /// - Parameter events: the agreement's own events that stand, in log order.
  public init(agreement: AgreementKey, events: [LoggedEvent], surroundings: Surroundings, asOf day: Day)
    throws(VersionTooNew)
  {
    self.agreement = agreement
    self.day = day
    self.surroundings = surroundings
    var counted: [LoggedEvent] = []
    var straddling: [LoggedEvent] = []
    for event in events {
      if case .newer(let type, let version) = event.body {
        throw VersionTooNew(position: event.position, type: type, version: version)
      }
      switch event.happened(by: day) {
      case .counted: counted.append(event)
      case .straddling: straddling.append(event)
      case .notYet: break
      }
    }
    counted.sort(by: LoggedEvent.inFoldOrder)
    self.counted = counted
    sorted = SortedEvents(counted)
    self.straddling = straddling
    var promises: [PromiseKey: [Account]] = [:]
    // `events` are in log order, and an account counts like any other event.
    for event in events where event.happened(by: day) == .counted {
      guard case .paymentPromised(let promised) = event.body else { continue }
      promises[promised.promise, default: []].append(Account(event: event, promised: promised))
    }
    self.promises = promises
    made = events.first { if case .agreementMade = $0.body { true } else { false } }
  }

  /// Rows by promise and creditor.
  ///
  /// - Parameter only: the rows of this promise; nil = of all.
  public func rows(only: PromiseKey? = nil) throws(RowOverflow) -> [ObligationRow] {
    var rows: [ObligationRow] = []
    for promise in promises.keys.sorted() where only == nil || promise == only {
      guard let accounts = promises[promise], let first = accounts.first else { continue }
      let fold = PromiseFold(position: self, promise: promise, accounts: accounts, creditor: first.promised.to)
      rows += try fold.rows()
    }
    return rows
  }
}

/// Counted events by what they are about; each list in the order of the fold.
struct SortedEvents {
  /// Those that change a promise by name: terms, payments, withdrawals, outcomes, transfers.
  private(set) var naming: [PromiseKey: [LoggedEvent]] = [:]
  private(set) var savings: [LoggedEvent] = []
  private(set) var revisions: [LoggedEvent] = []
  private(set) var performances: [LoggedEvent] = []
  private(set) var positions: [LoggedEvent] = []
  private(set) var corroborations: [LoggedEvent] = []

  init(_ counted: [LoggedEvent]) {
    for event in counted {
      switch event.body {
      case .agreementVaried(let varied):
        for promise in Set(varied.promises.map(\.promise)) { naming[promise, default: []].append(event) }
      case .savingReported: savings.append(event)
      case .savingRevised: revisions.append(event)
      case .performanceRecorded: performances.append(event)
      case .positionStated: positions.append(event)
      case .corroborated: corroborations.append(event)
      default: if let promise = event.namedPromise { naming[promise, default: []].append(event) }
      }
    }
  }
}

extension LoggedEvent {
  /// The promise that an event changes by name; a variation may name several and is not among these.
  var namedPromise: PromiseKey? {
    switch body {
    case .dueDateSet(let set): set.promise
    case .conditionOutcome(let outcome): outcome.promise
    case .promiseWithdrawn(let withdrawn): withdrawn.promise
    case .promiseSuspended(let suspended): suspended.promise
    case .promiseReinstated(let reinstated): reinstated.promise
    case .obligationTransferred(let transferred): transferred.promise
    case .disputeConcluded(let concluded): concluded.promise
    case .paymentMade(let payment): payment.promise
    case .paymentReclaimed(let reclaim): reclaim.promise
    case .setOffApplied(let setOff): setOff.promise
    default: nil
    }
  }
}

/// What one source says of a promise.
struct Account: Hashable {
  var event: LoggedEvent
  var promised: PaymentPromised
}

/// The log holds an event of a known type in a version that this program does not know: folding on would be guessing.
public struct VersionTooNew: Error, Hashable, Sendable {
  public var position: Int
  public var type: String
  public var version: Int

  public init(position: Int, type: String, version: Int) {
    self.position = position
    self.type = type
    self.version = version
  }
}
