public import CanonicalJSON

// The rules about events that speak of other events, and what corrections and retractions do to what is remembered.

extension RuleBook {
  /// Events that are named by their id and keep their meaning.
  func citedEvents(_ statement: Statement, in stream: StreamName) -> [RuleFinding] {
    switch statement.body {
    case .corroborated(let corroborated): target(corroborated.target, in: stream)
    case .privateErased(let erased): target(erased.target, in: stream)
    case .correspondenceLogged(let letter): letter.replyTo.map { exists($0, "data.replyTo") } ?? []
    case .positionStated(let stated):
      stated.admits.indices.flatMap { exists(stated.admits[$0], "data.admits[\($0)]") }
        + stated.denies.indices.flatMap { exists(stated.denies[$0], "data.denies[\($0)]") }
    default: []
    }
  }

  /// Tries out what an event would do to its target; the state is left as it was.
  mutating func judgeTarget(_ statement: Statement, in stream: StreamName) -> [RuleFinding] {
    switch statement.body {
    case .entryCorrected(let correction): return judge(correction, in: stream)
    case .entryRetracted(let retraction): return judge(retraction, in: stream)
    default: return []
    }
  }

  private func exists(_ id: EventID, _ path: String) -> [RuleFinding] {
    guard events[id] == nil else { return [] }
    return [RuleFinding(.unknownTarget, "there is no event \(id)", path: path, next: "Look it up: tracker timeline")]
  }

  private func target(_ id: EventID, in stream: StreamName) -> [RuleFinding] {
    guard let known = events[id] else { return exists(id, "data.target") }
    let home = streams[Int(known.stream)]
    guard home != stream else { return [] }
    return [
      RuleFinding(
        .targetElsewhere, "event \(id) belongs to \(home), not to \(stream)", path: "stream",
        next: "Write it into \(home).")
    ]
  }

  // MARK: Corrections

  private mutating func judge(_ correction: EntryCorrected, in stream: StreamName) -> [RuleFinding] {
    var findings = target(correction.target, in: stream)
    guard findings.isEmpty, let known = events[correction.target] else { return findings }
    guard known.role == .ordinary else {
      return [
        RuleFinding(
          .targetIsCorrection, "a correction names the original event, not a correction or retraction of it",
          path: "data.target", next: "Correct the original, or retract the correction.")
      ]
    }
    let last = corrections[correction.target]?.last { events[$0]?.isOut == false }
    if correction.replaces != last {
      findings.append(stale(correction, last))
    }
    guard let old = form(of: correction.target) else { return findings }
    let new: Statement
    do throws(JSONFault) {
      new = try old.corrected(by: correction.set, setVersion: correction.setVersion)
    } catch {
      findings.append(
        RuleFinding(
          .correctionBreaksEvent, "the corrected event would not be valid: \(error.path): \(error.why)",
          path: "data.set", next: "Each member of “set” replaces the whole member: give all of its fields."))
      return findings
    }
    if !known.isOut {
      var broken = judgeChange(known, from: old, to: new)
      // A note that was there before is no reason for what is new.
      if correction.set["note"] == nil, new.note != nil {
        func asked(_ statement: Statement) -> [RuleFinding] {
          var bare = statement
          bare.note = nil
          return judgeChange(known, from: old, to: bare).filter(\.isQuestion)
        }
        let before = asked(old)
        broken += asked(new).filter { !before.contains($0) }
      }
      if correction.set["note"] == nil, broken.isEmpty, let overpaid = overpaid(known, from: old, to: new) {
        broken.append(overpaid)
      }
      findings += broken.map { finding in
        var finding = finding
        finding.path = finding.path == "stream" ? "data.set" : "data.set.\(finding.path)"
        if finding.isQuestion { finding.next = "If it is right, say why: --set note=\"why\"." }
        return finding
      }
    }
    return findings
  }

  /// Does a promise that is put right come below what was paid of it already, and was not before?
  private mutating func overpaid(_ known: Known, from old: Statement, to new: Statement) -> RuleFinding? {
    let stream = streams[Int(known.stream)]
    guard case .agreement(let agreement) = stream, case .paymentPromised(let promised) = new.body,
      overpaid(promised.promise, in: agreement) == nil
    else { return nil }
    weigh(old, in: stream, at: known.place, -1)
    weigh(new, in: stream, at: known.place, 1)
    let found = overpaid(promised.promise, in: agreement)
    weigh(new, in: stream, at: known.place, -1)
    weigh(old, in: stream, at: known.place, 1)
    return found
  }

  private func stale(_ correction: EntryCorrected, _ last: EventID?) -> RuleFinding {
    guard let last else {
      return RuleFinding(
        .correctionStale, "no correction of it stands, so there is none to replace", path: "data.replaces",
        next: "Leave “replaces” out.")
    }
    return RuleFinding(
      .correctionStale, "it was corrected before, by \(last)", path: "data.replaces",
      next: "Look at that correction, then name it: --replaces \(last)")
  }

  /// The result of a correction obeys the rules itself, and takes from no other event what that one stands on.
  private mutating func judgeChange(_ known: Known, from old: Statement?, to new: Statement?) -> [RuleFinding] {
    let stream = streams[Int(known.stream)]
    let before = lacking(old, in: stream) + lacking(new, in: stream)
    var findings: [RuleFinding] = []
    if let old { weigh(old, in: stream, at: known.place, -1) }
    if let new {
      findings += look(new, in: stream, at: known.place)
      weigh(new, in: stream, at: known.place, 1)
    }
    let after = lacking(old, in: stream) + lacking(new, in: stream)
    if let new { weigh(new, in: stream, at: known.place, -1) }
    if let old { weigh(old, in: stream, at: known.place, 1) }
    if after > before, new != nil {
      findings.append(
        RuleFinding(
          .othersDepend, "\(Self.others(after - before)) on what this would take away",
          next: "Take back those first, or record it anew under another key."))
    }
    return findings
  }

  // MARK: Retractions

  private mutating func judge(_ retraction: EntryRetracted, in stream: StreamName) -> [RuleFinding] {
    let findings = target(retraction.target, in: stream)
    if findings.isEmpty, events[retraction.target]?.isOut == true {
      return [
        RuleFinding(
          .retractedAlready, "event \(retraction.target) was taken back already", path: "data.target",
          next: "Nothing needs to be recorded. To bring it back, take back the retraction.")
      ]
    }
    guard findings.isEmpty, let outcome = outcome(ofRetracting: retraction.target) else { return findings }
    guard outcome.new == nil, let old = outcome.old, let known = events[outcome.event] else {
      // Something comes back, or has another form: that has to obey the rules like a new event.
      guard let known = events[outcome.event] else { return [] }
      return judgeChange(known, from: outcome.old, to: outcome.new).map { finding in
        var finding = finding
        finding.path = "data.target"
        return finding
      }
    }
    let before = lacking(old, in: stream)
    weigh(old, in: stream, at: known.place, -1)
    let lacking = lacking(old, in: stream) - before
    weigh(old, in: stream, at: known.place, 1)
    guard lacking > 0 else { return [] }
    let dependents = dependents(of: outcome.event)
    let some = dependents.prefix(5).map(\.description).joined(separator: ", ")
    let list = dependents.isEmpty ? "" : ": \(some)\(dependents.count > 5 ? " …" : "")"
    return [
      RuleFinding(
        .othersDepend, Self.others(max(lacking, dependents.count)) + " on it" + list, path: "data.target",
        next: "To take all of them back in one go: tracker retract EVENT --with-dependents")
    ]
  }

  private static func others(_ count: Int) -> String {
    count == 1 ? "1 other event stands" : "\(count) other events stand"
  }

  /// What a retraction comes to: one ordinary event that goes, comes back or takes another form.
  struct Outcome {
    var event: EventID
    /// As it stood before; nil = it was out.
    var old: Statement?
    /// As it stands after; nil = it is out.
    var new: Statement?
  }

  /// Follows a retraction, and the undoing of retractions and corrections, to the event that it ends at.
  func outcome(ofRetracting target: EventID) -> Outcome? {
    var (id, sign) = (target, Int32(1))
    while let known = events[id] {
      let isOut = known.retractions + sign > 0
      guard isOut != known.isOut else { return nil }
      switch known.role {
      case .ordinary:
        let form = form(of: id)
        return Outcome(event: id, old: isOut ? form : nil, new: isOut ? nil : form)
      case .correction:
        guard let corrected = targets[id], events[corrected]?.isOut == false else { return nil }
        return Outcome(
          event: corrected, old: form(of: corrected), new: form(of: corrected, turning: id))
      case .retraction:
        guard let next = targets[id] else { return nil }
        (id, sign) = (next, isOut ? -1 : 1)
      }
    }
    return nil
  }

  // MARK: Remember

  /// A correction in another stream than its target, or before it in the log, changes nothing.
  mutating func remember(_ correction: EntryCorrected, id: EventID, in stream: StreamName) {
    guard let known = events[correction.target], streams[Int(known.stream)] == stream, known.role == .ordinary,
      events[id] == nil
    else { return }
    let old = known.isOut ? nil : form(of: correction.target)
    corrections[correction.target, default: []].append(id)
    targets[id] = correction.target
    guard let old, let new = try? old.corrected(by: correction.set, setVersion: correction.setVersion) else { return }
    weigh(old, in: stream, at: known.place, -1)
    weigh(new, in: stream, at: known.place, 1)
  }

  mutating func remember(_ retraction: EntryRetracted, id: EventID, in stream: StreamName) {
    guard let known = events[retraction.target], streams[Int(known.stream)] == stream, events[id] == nil else { return }
    targets[id] = retraction.target
    if let outcome = outcome(ofRetracting: retraction.target), let event = events[outcome.event] {
      if let old = outcome.old { weigh(old, in: stream, at: event.place, -1) }
      if let new = outcome.new { weigh(new, in: stream, at: event.place, 1) }
    }
    var (next, sign) = (retraction.target, Int32(1))
    while let known = events[next] {
      events[next]?.retractions += sign
      let isOut = known.retractions + sign > 0
      guard isOut != known.isOut, known.role == .retraction, let further = targets[next] else { return }
      (next, sign) = (further, isOut ? -1 : 1)
    }
  }

  // MARK: Forms

  /// The statement of an ordinary event with the corrections that stand; nil where it cannot be looked up.
  ///
  /// - Parameter turning: a correction that is taken as standing if it does not, and the other way round.
  func form(of id: EventID, turning: EventID? = nil) -> Statement? {
    guard var statement = raw(id) else { return nil }
    for correction in corrections[id] ?? [] {
      guard events[correction]?.isOut == (correction == turning),
        case .entryCorrected(let made)? = raw(correction)?.body
      else { continue }
      // A correction whose result is no event (another writer's mistake) changes nothing.
      if let corrected = try? statement.corrected(by: made.set, setVersion: made.setVersion) { statement = corrected }
    }
    return statement
  }

  private func raw(_ id: EventID) -> Statement? {
    switch archive {
    case .kept: events[id].map { statements[Int($0.kept)] }
    case .recalled(let recall): events[id].flatMap { recall($0.position) }
    case .none: nil
    }
  }

  // MARK: Dependents

  /// The events that would stand on nothing without this one, and those that would without them, in log order; empty where
  /// statements are not kept.
  ///
  /// Taken back from the last to the first, and this one at the end, each goes before what it stands on.
  public func dependents(of id: EventID) -> [EventID] { dependents(of: [id]) }

  /// Those of several events that go together; the events themselves are not among them.
  public func dependents(of ids: [EventID]) -> [EventID] {
    guard case .kept = archive else { return [] }
    var trial = self
    var gone: Set<EventID> = []
    for id in ids {
      guard let known = events[id], known.role == .ordinary, !known.isOut, let form = form(of: id),
        gone.insert(id).inserted
      else { continue }
      trial.weigh(form, in: streams[Int(known.stream)], at: known.place, -1)
    }
    var isMore = !gone.isEmpty
    while isMore {
      isMore = false
      for id in order where !gone.contains(id) {
        guard let known = events[id], known.role == .ordinary, !known.isOut, let form = self.form(of: id) else {
          continue
        }
        let stream = streams[Int(known.stream)]
        guard form.isCounted(in: stream), isLeftWithNothing(form, in: stream, at: known.place, before: self, now: trial)
        else { continue }
        gone.insert(id)
        trial.weigh(form, in: stream, at: known.place, -1)
        isMore = true
      }
    }
    let named = Set(ids)
    return order.filter { gone.contains($0) && !named.contains($0) }
  }

  /// Did it have something that it needs, and has it no longer?
  private func isLeftWithNothing(
    _ statement: Statement, in stream: StreamName, at place: Int, before: RuleBook, now: RuleBook
  ) -> Bool {
    var isLeft = false
    statement.forEachNeed(in: stream) { need, _ in
      if !isLeft, !now.isGiven(need, in: stream), before.isGiven(need, in: stream) { isLeft = true }
    }
    guard !isLeft, case .paymentPromised(let promised) = statement.body, case .agreement(let key) = stream else {
      return isLeft
    }
    /// A rival account is to the creditor or a member of it.
    func isStranger(_ book: RuleBook) -> Bool {
      guard let promise = book.agreements[key]?.promises[promised.promise], let first = promise.accounts.first else {
        return false
      }
      return first.place < place && !book.isOf(promised.to, first.to)
    }
    return isStranger(now) && !isStranger(before)
  }
}
