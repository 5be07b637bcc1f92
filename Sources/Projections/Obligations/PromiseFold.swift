import Agreements
import CanonicalJSON

/// One promise and the creditors among whom it is divided.
///
/// A class, since all that folds its rows passes it around and its position has many parts.
final class PromiseFold {
  let position: AgreementPosition
  let promise: PromiseKey
  /// All accounts of the promise in log order; the first names the creditor.
  let accounts: [Account]
  let creditor: PartyKey

  /// Counted events that change this promise by name, in the order of the fold.
  let naming: [LoggedEvent]
  /// Reports of savings that name this promise, or none, in the order of the fold.
  let savings: [LoggedEvent]

  /// The creditor as a group, if it is one.
  let group: Surroundings.Group?

  init(position: AgreementPosition, promise: PromiseKey, accounts: [Account], creditor: PartyKey) {
    self.position = position
    self.promise = promise
    self.accounts = accounts
    self.creditor = creditor
    naming = position.sorted.naming[promise] ?? []
    savings = position.sorted.savings(for: promise)
    group = position.surroundings.groups[creditor]
  }

  struct Answer {
    var rows: [ObligationRow] = []
    /// Would one more saving that names no promise change nothing in the rows but what they rest on?
    var isSettled = true
  }

  func answer() throws(RowOverflow) -> Answer {
    let shapes = self.shapes
    let hasOutsiders =
      accounts.contains { isOutside($0.event, shapes) } || naming.contains { isOutside($0, shapes) }
    var answer = Answer()
    for shape in shapes {
      do {
        var fold = RowFold(promise: self, shape: shape)
        var row = try fold.row()
        if hasOutsiders { row.flags.insert(.outsideRows) }
        answer.rows.append(row)
        if !fold.isSettled { answer.isSettled = false }
      } catch {
        throw RowOverflow(agreement: position.agreement, promise: promise, creditor: shape.creditor)
      }
    }
    answer.rows.sort { $0.creditor < $1.creditor }
    return answer
  }

  /// What a row stands for.
  struct Shape: Hashable {
    enum Kind: Hashable {
      /// A named creditor that is no group.
      case single
      /// The whole group as one row.
      case whole
      /// One named member of a divided promise.
      case member
      /// The unnamed rest of a divided promise.
      case rest
    }

    var kind: Kind
    var creditor: PartyKey
    /// nil = not known
    var count: Int64?
  }

  var shapes: [Shape] {
    guard let group else { return [Shape(kind: .single, creditor: creditor, count: 1)] }
    guard isDivided else { return [Shape(kind: .whole, creditor: creditor, count: group.size)] }
    var shapes = group.members.map { Shape(kind: .member, creditor: $0, count: 1) }
    let rest = group.size.map { $0 - Int64(group.members.count) }
    if rest ?? 1 > 0 { shapes.append(Shape(kind: .rest, creditor: creditor, count: rest)) }
    return shapes
  }

  /// A promise to a group is divided if its money is `each`, or its share is per practice and a member has reported a
  /// saving of its own, unless somebody states a sum for the group as a whole.
  private var isDivided: Bool {
    guard let group else { return false }
    let own = accounts.filter { $0.promised.to == creditor }
    let hasEach = own.contains { account in
      switch account.promised.terms {
      case .money(let money): money.per == .each
      case .greaterOf(let sums): !sums.isEmpty && sums.allSatisfy { $0.per == .each }
      case .share(let share): share.isEach && group.members.contains { hasReportedSaving($0) }
      }
    }
    let stating = accounts.map(\.event) + naming + position.sorted.performances
    return hasEach && !stating.contains { statesSumForWholeGroup($0) }
  }

  private func hasReportedSaving(_ party: PartyKey) -> Bool {
    savings.contains {
      guard case .savingReported(let saving) = $0.body else { return false }
      return saving.by == party && concernsPromise(saving.promise)
    }
  }

  /// Naming no promise is naming every one of the agreement.
  func concernsPromise(_ named: PromiseKey?) -> Bool { named.map { $0 == promise } ?? true }

  private func statesSumForWholeGroup(_ event: LoggedEvent) -> Bool {
    func isWhole(_ money: Money?) -> Bool { money.map { $0.per != .each } ?? false }
    switch event.body {
    case .paymentPromised(let promised) where promised.promise == promise && promised.to == creditor:
      switch promised.terms {
      case .money(let money): return isWhole(money)
      case .greaterOf(let sums): return sums.contains { isWhole($0) }
      case .share(let share): return !share.isEach
      }
    case .agreementVaried(let varied) where varied.creditor == nil:
      return varied.promises.contains { $0.promise == promise && isWhole($0.money) }
    case .promiseReinstated(let reinstated) where reinstated.promise == promise && reinstated.creditor == nil:
      return isWhole(reinstated.money)
    case .disputeConcluded(let concluded) where concluded.promise == promise && concluded.creditor == nil:
      return concluded.setsTerms && isWhole(concluded.money)
    case .promiseWithdrawn(let withdrawn) where withdrawn.promise == promise && withdrawn.creditor == nil:
      return isWhole(withdrawn.money)
    case .paymentMade(let payment) where payment.promise == promise && payment.to == creditor:
      return payment.creditor == nil && isWhole(payment.money)
    case .paymentReclaimed(let reclaim) where reclaim.promise == promise && reclaim.to == creditor:
      return reclaim.creditor == nil && isWhole(reclaim.money)
    case .setOffApplied(let setOff) where setOff.promise == promise && setOff.to == creditor:
      return setOff.creditor == nil && isWhole(setOff.money)
    case .performanceRecorded(let performance) where performance.by == creditor && concernsPromise(performance.promise):
      return isWhole(performance.earned)
    default: return false
    }
  }

  // MARK: Which row an event means

  /// Whom an event of this promise means: nobody named is everybody.
  enum Aim: Equatable {
    /// Not this promise at all.
    case elsewhere
    case everyRow
    case creditor(PartyKey)
    /// Money paid to, or set off against, this party.
    case payee(PartyKey)
  }

  func aim(of event: LoggedEvent) -> Aim {
    func aim(_ named: PromiseKey?, _ creditor: PartyKey?) -> Aim {
      guard named == promise else { return .elsewhere }
      return creditor.map(Aim.creditor) ?? .everyRow
    }
    func payee(_ named: PromiseKey, _ to: PartyKey, _ creditor: PartyKey?) -> Aim {
      guard named == promise else { return .elsewhere }
      return creditor.map(Aim.creditor) ?? .payee(to)
    }
    switch event.body {
    case .agreementVaried(let varied):
      return varied.promises.contains { $0.promise == promise } ? aim(promise, varied.creditor) : .elsewhere
    case .dueDateSet(let set): return aim(set.promise, set.creditor)
    case .conditionOutcome(let outcome): return aim(outcome.promise, outcome.creditor)
    case .promiseWithdrawn(let withdrawn): return aim(withdrawn.promise, withdrawn.creditor)
    case .promiseSuspended(let suspended): return aim(suspended.promise, suspended.creditor)
    case .promiseReinstated(let reinstated): return aim(reinstated.promise, reinstated.creditor)
    case .obligationTransferred(let transferred): return aim(transferred.promise, transferred.creditor)
    case .disputeConcluded(let concluded): return aim(concluded.promise, concluded.creditor)
    case .paymentMade(let payment): return payee(payment.promise, payment.to, payment.creditor)
    case .paymentReclaimed(let reclaim): return payee(reclaim.promise, reclaim.to, reclaim.creditor)
    case .setOffApplied(let setOff): return payee(setOff.promise, setOff.to, setOff.creditor)
    default: return .elsewhere
    }
  }

  /// Does an event of this promise mean the row?
  func concerns(_ aim: Aim, _ shape: Shape) -> Bool {
    switch aim {
    case .elsewhere: return false
    case .everyRow: return true
    case .creditor(let party): return party == shape.creditor
    case .payee(let party):
      if party == shape.creditor && shape.kind != .rest { return true }
      switch shape.kind {
      case .single: return false
      case .whole: return group?.members.contains(party) ?? false
      case .member, .rest: return party == creditor
      }
    }
  }

  private func isOutside(_ event: LoggedEvent, _ shapes: [Shape]) -> Bool {
    if case .paymentPromised(let promised) = event.body {
      guard promised.promise == promise, promised.to != creditor else { return false }
      return !shapes.contains { $0.kind == .member && $0.creditor == promised.to }
    }
    let aim = aim(of: event)
    guard aim != .elsewhere else { return false }
    return !shapes.contains { concerns(aim, $0) }
  }
}

extension DisputeConcluded {
  /// Determined or settled in money for a promise: the terms of the promise from then on.
  var setsTerms: Bool {
    promise != nil && money != nil && (outcome == .determined || outcome == .settled)
  }
}
