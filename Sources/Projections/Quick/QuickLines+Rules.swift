package import Agreements
package import CanonicalJSON

// What is asked of a line that was read quickly: by the rules of writers, and by whoever keeps positions.

extension QuickLines {
  /// Finds or enters a name of a stream, whether or not it is one that this version knows.
  package mutating func number(ofStream name: String) -> Int {
    let number = streams.number(of: name)
    if number == streamKinds.count { streamKinds.append(StreamName(name)?.kind) }
    return number
  }

  /// Finds or enters a stream that another reader has read.
  package mutating func number(of stream: StreamName) -> Int {
    let number = streams.number(of: stream.description)
    if number == streamKinds.count { streamKinds.append(stream.kind) }
    return number
  }

  package func name(ofStream number: Int) -> String { streams.text(number) }
  package var isAgreement: Bool { streamKinds[stream] == .agreement }
  package mutating func number(of party: PartyKey) -> Int { keys.number(of: party.rawValue) }
  package mutating func number(of exhibit: ExhibitKey) -> Int { keys.number(of: exhibit.rawValue) }
  /// How many keys there are: their numbers are below.
  package var keyCount: Int { keys.count }

  /// What the rules of writers ask of an event; keys by their numbers.
  package enum Doing: Equatable {
    /// `parties` have to be registered.
    case made(debtor: Int32)
    case promised(Int32, to: Int32)
    case saving(Int32, by: Int32, promise: Int32?)
    case paid(Int32, to: Int32)
    case withdrawn(Int32)
    /// `parties` have to be registered.
    case letter(from: Int32)
    case dueSet(Int32)
    case revised(saving: Int32)
    /// Words that ask for no more than that `parties` are registered.
    case words
    case requested(Int32)
    case answered(Int32)
    /// `named` have to be there.
    case stated
    /// What is `named` has to be there, in the same stream.
    case corroborated, corrected, retracted
    /// Another event, or one of these with more than its usual fields: it takes the whole statement.
    case other
  }

  /// The events that a position, a corroboration, a correction or a retraction names.
  package var named: [EventID] {
    if let amended { return [amended.target] }
    if let corroborated { return [corroborated] }
    return spoken.map(\.target)
  }

  package var namesOthers: Bool { amended != nil || corroborated != nil || !spoken.isEmpty }

  /// What a correction sets; nil if the event is none.
  package var set: [UInt8]? {
    amended?.set.map { Array(cursor.bytes($0.lowerBound, $0.upperBound)) }
  }

  /// Whoever is asked for `parties` and `exhibits` as well.
  package var doing: Doing {
    switch (readers[type], event.kind) {
    case (.made, .made): return .made(debtor: event.party)
    case (.promised, .promised): return isPerYear ? .other : .promised(event.promise, to: event.party)
    case (.saving, .saving):
      let promise = event.marks.contains(.promise) ? event.promise : nil
      return .saving(saving, by: event.party, promise: promise)
    case (.paid, .paid): return .paid(event.promise, to: event.party)
    case (.withdrawn, .withdrawn): return .withdrawn(event.promise)
    case (.letter, .word): return event.party < 0 ? .other : .letter(from: event.party)
    case (.dueSet, .dueSet): return .dueSet(event.promise)
    case (.position, .evidence): return .stated
    case (.corroborated, .evidence): return .corroborated
    case (.corrected, .gone): return isReplacing ? .other : .corrected
    case (.retracted, .gone): return .retracted
    case (.general, _): return general
    default: return .other
    }
  }

  private mutating func enter(_ party: PartyKey) { parties.append(Int32(keys.number(of: party.rawValue))) }

  /// What the rules ask of words and costs; the keys that they name are entered.
  mutating func asked(_ body: EventBody) -> Doing {
    switch body {
    case .adviceGiven(let advice): for party in advice.to { enter(party) }
    case .choiceMade(let choice):
      guard choice.dispute == nil else { return .other }
      enter(choice.by)
    case .costIncurred(let cost): enter(cost.by)
    case .savingRevised(let revised):
      enter(revised.byParty)
      return .revised(saving: Int32(keys.number(of: revised.saving.rawValue)))
    case .informationRequested(let request):
      enter(request.to)
      return .requested(Int32(keys.number(of: request.request.rawValue)))
    case .informationAnswered(let answer): return .answered(Int32(keys.number(of: answer.request.rawValue)))
    default: return .other
    }
    return .words
  }

  /// The parties whose own streams can change what the event means for a position (as `LoggedEvent.mentions`); nil if it
  /// takes the whole statement to say.
  var mentioned: [Int32]? {
    guard !event.marks.contains(.exhibit) else { return nil }
    return switch event.kind {
    case .made: parties + [event.party]
    case .promised: [event.party]
    case .saving, .paid, .withdrawn, .cost, .revised, .evidence, .dueSet, .word, .note: []
    case .gone, .complex: nil
    }
  }
}
