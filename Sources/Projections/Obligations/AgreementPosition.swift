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
  public private(set) var counted: [LoggedEvent]
  /// Perhaps happened: not counted, but said.
  public private(set) var straddling: [LoggedEvent]
  public let surroundings: Surroundings
  public private(set) var made: LoggedEvent?
  /// The accounts of each promise, in log order.
  private(set) var promises: [PromiseKey: [Account]]
  /// Promises of which some account is a share of what is saved.
  private(set) var sharing: Set<PromiseKey> = []
  /// Counted events sorted out once, in the order of the fold, so that a promise looks only at what can concern it.
  private(set) var sorted: SortedEvents
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
    sharing = Set(promises.lazy.filter { $0.value.contains(where: \.isShare) }.map(\.key))
    made = events.first { if case .agreementMade = $0.body { true } else { false } }
  }

  /// Rows by promise and creditor.
  public func rows() throws(RowOverflow) -> [ObligationRow] {
    var rows: [ObligationRow] = []
    for promise in promises.keys.sorted() { rows += try fold(promise).rows }
    return rows
  }

  /// The rows of one promise.
  func fold(_ promise: PromiseKey) throws(RowOverflow) -> PromiseFold.Answer {
    guard let accounts = promises[promise], let first = accounts.first else { return PromiseFold.Answer() }
    return try PromiseFold(position: self, promise: promise, accounts: accounts, creditor: first.promised.to).answer()
  }
}

// MARK: - One event more or less

extension AgreementPosition {
  /// Takes in one more event that stands, as if it had been among the others from the first.
  mutating func add(_ event: LoggedEvent) throws(VersionTooNew) {
    if case .newer(let type, let version) = event.body {
      throw VersionTooNew(position: event.position, type: type, version: version)
    }
    if case .agreementMade = event.body, made.map({ event.position < $0.position }) ?? true { made = event }
    switch event.happened(by: day) {
    case .notYet: break
    case .straddling:
      straddling.insert(event, at: straddling.lastIndex { $0.position < event.position }.map { $0 + 1 } ?? 0)
    case .counted:
      counted.insert(event, at: counted.place(of: event))
      sorted.change(event) { $0.insert(event, at: $0.place(of: event)) }
      guard case .paymentPromised(let promised) = event.body else { return }
      var accounts = promises[promised.promise] ?? []
      accounts.insert(
        Account(event: event, promised: promised),
        at: accounts.lastIndex { $0.event.position < event.position }.map { $0 + 1 } ?? 0)
      promises[promised.promise] = accounts
      noteSharing(promised.promise)
    }
  }

  private mutating func noteSharing(_ promise: PromiseKey) {
    if promises[promise]?.contains(where: \.isShare) == true {
      sharing.insert(promise)
    } else {
      sharing.remove(promise)
    }
  }

  /// Leaves out an event that was taken in, in the form that it had.
  ///
  /// - Precondition: it is not the one that made the agreement.
  mutating func remove(_ event: LoggedEvent) {
    switch event.happened(by: day) {
    case .notYet: break
    case .straddling: straddling.removeAll { $0.position == event.position }
    case .counted:
      counted.remove(at: event)
      sorted.change(event) { $0.remove(at: event) }
      guard case .paymentPromised(let promised) = event.body else { return }
      promises[promised.promise]?.removeAll { $0.event.position == event.position }
      if promises[promised.promise]?.isEmpty == true { promises[promised.promise] = nil }
      noteSharing(promised.promise)
    }
  }
}

extension [LoggedEvent] {
  /// Where an event belongs in a list in the order of the fold.
  func place(of event: LoggedEvent) -> Int {
    // What comes later in the log nearly always happened later.
    if let last, LoggedEvent.inFoldOrder(last, event) { return count }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if LoggedEvent.inFoldOrder(self[middle], event) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func remove(at event: LoggedEvent) {
    let place = place(of: event)
    if place < count, self[place].position == event.position { remove(at: place) }
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

  var isShare: Bool {
    if case .share = promised.terms { true } else { false }
  }
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
