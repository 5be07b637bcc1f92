public import CanonicalJSON

// The rules about events that speak of other events.

extension RuleBook {
  func targetFindings(_ statement: Statement, in stream: StreamName) -> [RuleFinding] {
    switch statement.body {
    case .entryCorrected(let correction): correctionFindings(correction, in: stream)
    case .entryRetracted(let retraction): retractionFindings(retraction, in: stream)
    case .corroborated(let corroborated): target(corroborated.target, in: stream).1
    case .privateErased(let erased): target(erased.target, in: stream).1
    case .correspondenceLogged(let letter): letter.replyTo.map { exists($0, "data.replyTo") } ?? []
    case .positionStated(let stated):
      stated.admits.flatMap { exists($0, "data.admits") } + stated.denies.flatMap { exists($0, "data.denies") }
    default: []
    }
  }

  private func exists(_ id: EventID, _ path: String) -> [RuleFinding] {
    guard events[id] == nil else { return [] }
    return [
      RuleFinding(.unknownTarget, "there is no event \(id)", path: path, next: "Look it up: tracker timeline")
    ]
  }

  private func target(_ id: EventID, in stream: StreamName) -> (Known?, [RuleFinding]) {
    guard let known = events[id] else { return (nil, exists(id, "data.target")) }
    guard known.stream == stream else {
      return (
        known,
        [
          RuleFinding(
            .targetElsewhere, "event \(id) belongs to \(known.stream), not to \(stream)", path: "stream",
            next: "Write it into \(known.stream).")
        ]
      )
    }
    return (known, [])
  }

  private func correctionFindings(_ correction: EntryCorrected, in stream: StreamName) -> [RuleFinding] {
    let (known, findings) = target(correction.target, in: stream)
    guard let known, findings.isEmpty else { return findings }
    if known.changesOthers {
      return [
        RuleFinding(
          .targetIsCorrection, "a correction names the original event, not a correction or retraction of it",
          path: "data.target", next: "Correct the original, or retract the correction.")
      ]
    }
    if let last = known.correction, events[last]?.isRetracted != true, correction.replaces != last {
      return [
        RuleFinding(
          .correctionStale, "it was corrected before, by \(last)", path: "data.replaces",
          next: "Look at that correction, then name it: --replaces \(last)")
      ]
    }
    guard let statement = known.statement else { return [] }
    do throws(JSONFault) {
      _ = try statement.corrected(by: correction.set, setVersion: correction.setVersion)
      return []
    } catch {
      return [
        RuleFinding(
          .correctionBreaksEvent, "the corrected event would not be valid: \(error.path): \(error.why)",
          path: "data.set", next: "Each member of “set” replaces the whole member: give all of its fields.")
      ]
    }
  }

  private func retractionFindings(_ retraction: EntryRetracted, in stream: StreamName) -> [RuleFinding] {
    let (_, findings) = target(retraction.target, in: stream)
    guard findings.isEmpty else { return findings }
    let dependents = dependents(of: retraction.target)
    guard !dependents.isEmpty else { return [] }
    let some = dependents.prefix(5).map(\.description).joined(separator: ", ")
    return [
      RuleFinding(
        .othersDepend, "\(dependents.count) other events stand on it: \(some)\(dependents.count > 5 ? " …" : "")",
        path: "data.target", next: "To take all of them back in one go: tracker retract EVENT --with-dependents")
    ]
  }

  /// The events that would stand on nothing without this one, in log order; empty without kept statements.
  public func dependents(of id: EventID) -> [EventID] {
    guard let known = events[id], let statement = known.statement, !known.isRetracted else { return [] }
    switch (statement.body, known.stream) {
    case (.partyRegistered, .party(let party)):
      return standing { $0.names(party) || $1 == .party(party) }.filter { $0 != id }
    case (.exhibitFiled, .exhibit(let exhibit)):
      return standing { statement, _ in statement.sources.contains { $0.exhibit == exhibit } }.filter { $0 != id }
    case (.agreementMade, .agreement):
      return standing { _, stream in stream == known.stream }.filter { $0 != id }
    case (.paymentPromised(let promised), .agreement):
      let others = standing { statement, stream in
        guard stream == known.stream, case .paymentPromised(let other) = statement.body else { return false }
        return other.promise == promised.promise
      }
      if others.count > 1 { return [] }
      return standing { $1 == known.stream && $0.names(promised.promise) }.filter { $0 != id }
    default: return []
    }
  }

  private func standing(_ isMeant: (Statement, StreamName) -> Bool) -> [EventID] {
    order.filter { id in
      guard let known = events[id], !known.isRetracted, !known.changesOthers, let statement = known.statement else {
        return false
      }
      return isMeant(statement, known.stream)
    }
  }
}

extension Statement {
  /// Does the text of a key stand in one of the members that hold keys?
  fileprivate func names(_ party: PartyKey) -> Bool {
    if assertedBy.party == party { return true }
    guard let data = body.data else { return false }
    let members = data.members
    return Swift.type(of: data).fields.contains { field in
      switch field.kind {
      case .key("party"): members[field.name]?.string == party.rawValue
      case .list(.key("party")): members[field.name]?.array?.contains(.string(party.rawValue)) ?? false
      default: false
      }
    }
  }

  fileprivate func names(_ promise: PromiseKey) -> Bool {
    if case .agreementVaried(let varied) = body { return varied.promises.contains { $0.promise == promise } }
    return body.data?.members["promise"]?.string == promise.rawValue
  }
}
