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
    self.straddling = straddling
    made = events.first { if case .agreementMade = $0.body { true } else { false } }
  }

  /// Rows by promise and creditor.
  public func rows() throws(RowOverflow) -> [ObligationRow] {
    var rows: [ObligationRow] = []
    for promise in promises.keys.sorted() {
      guard let accounts = promises[promise], let first = accounts.first else { continue }
      let fold = PromiseFold(position: self, promise: promise, accounts: accounts, creditor: first.promised.to)
      rows += try fold.rows()
    }
    return rows
  }

  /// The accounts of each promise, in log order.
  var promises: [PromiseKey: [Account]] {
    var promises: [PromiseKey: [Account]] = [:]
    for event in counted.sorted(by: { $0.position < $1.position }) {
      guard case .paymentPromised(let promised) = event.body else { continue }
      promises[promised.promise, default: []].append(Account(event: event, promised: promised))
    }
    return promises
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
