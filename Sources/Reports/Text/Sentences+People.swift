internal import Agreements
internal import CanonicalJSON

// Bodies, papers, words, and what the log says of itself.

extension SentenceWriter {
  func sentence(_ party: PartyRegistered) -> String {
    let kind = party.kind.words + (party.count.map { " of \($0)" } ?? "")
    switch party.identity {
    case .named: return "Registered: \(party.name ?? subject), \(kind)"
    case .unnamed: return "Registered: \(kind), not named in the sources"
    case .withheld: return "Registered: \(kind), name withheld"
    }
  }

  func sentence(_ change: PartySucceeded) -> String {
    let after = lexicon.names(change.to)
    let what =
      switch change.kind {
      case .abolition: "\(subject) abolished, followed by \(after)"
      case .merger: "\(subject) merged into \(after)"
      case .rename: "\(subject) renamed \(after)"
      case .boundary: "Boundaries of \(subject) changed, now \(after)"
      }
    return what + aside(change.instrument)
  }

  func sentence(_ same: SameParty) -> String {
    let party = same.party.map { "\($0) of log \(same.log ?? "not named")" }
    let other = [same.ods.map { "the body with ODS code \($0)" }, party].compactMap { $0 }
    return "\(subject.capitalised) is the same as \(Lexicon.list(other))"
  }

  func sentence(_ done: PerformanceRecorded) -> String {
    let who = lexicon.name(done.by)
    let period = done.period.map { ", \($0)" } ?? ""
    switch done.complete {
    case .yes: return "Done by \(who): \(done.what)\(period)"
    case .part:
      return "Done in part by \(who): \(done.what)\(period)\(done.earned.map { ", earning \(sum($0))" } ?? "")"
    case .no: return "Not done by \(who): \(done.what)\(period)"
    }
  }

  func sentence(_ letter: CorrespondenceLogged) -> String {
    let many: String? = letter.count.map { count in
      switch count.high {
      case count.low?: "\(count.low) in number"
      case let high?: "\(count.low) to \(high) in number"
      case nil: "at least \(count.low)"
      }
    }
    let reply = letter.replyTo.map { ", in reply to \(lexicon.event($0))" } ?? ""
    return "\(letter.medium.words)\(aside(many)) from \(lexicon.name(letter.from)) to "
      + "\(lexicon.names(letter.to))\(reply): \(said(letter.gist))"
  }

  func sentence(_ stated: PositionStated) -> String {
    var text = "Position: \(stated.proposition)"
    if !stated.admits.isEmpty { text += " — admits \(Lexicon.list(stated.admits.map(lexicon.event)))" }
    if !stated.denies.isEmpty { text += " — denies \(Lexicon.list(stated.denies.map(lexicon.event)))" }
    return text
  }

  func sentence(_ exhibit: ExhibitFiled) -> String {
    let author = exhibit.author.map { "by \(lexicon.name($0))" }
    let known = [exhibit.kind.words, author, exhibit.made?.description].compactMap { $0 }
    return "\(Lexicon.exhibit(exhibit.exhibit)) filed: \(exhibit.title) (\(known.joined(separator: ", ")))"
  }

  func sentence(_ correction: EntryCorrected) -> String {
    if let old = lexicon.before(correction),
      let new = try? old.corrected(by: correction.set, setVersion: correction.setVersion)
    {
      var changes = old.changes(to: new, lexicon)
      if correction.set["sources"] != nil, !old.showsSource(of: new) { changes.append("sources") }
      if correction.set["visibility"] != nil { changes.append("visibility") }
      let what = changes.isEmpty ? "nothing that is shown" : Lexicon.list(changes)
      return "\(target(correction.target)) put right: \(what). Why: \(correction.why)"
    }
    let changes = correction.set.members.map { member in
      switch (member.name, member.value) {
      case (let name, .null): "\(name) taken away"
      case ("when", let value):
        "when is \(value["edtf"]?.string.flatMap { ImpreciseDate(edtf: $0) }?.description ?? "not known")"
      case ("assertedBy", let value): "said by \(value["party"]?.string ?? "somebody else")"
      case ("data", _): "its details"
      case (let name, .string(let text)): "\(name) is “\(text)”"
      case (let name, _): name
      }
    }
    return "\(target(correction.target)) put right: \(Lexicon.list(changes)). Why: \(correction.why)"
  }
}

extension PartyRegistered.Kind {
  fileprivate var words: String {
    switch self {
    case .commissioner: "a commissioner"
    case .authority: "an authority"
    case .department: "a department"
    case .committee: "a committee"
    case .practice: "a practice"
    case .group: "a group"
    case .personRole: "a person in a role"
    case .other: "a body of another kind"
    }
  }
}

extension CorrespondenceLogged.Medium {
  fileprivate var words: String {
    switch self {
    case .letter: "Letter"
    case .email: "E-mail"
    case .meeting: "Meeting"
    case .phone: "Telephone call"
    case .other: "Message"
    }
  }
}

extension ExhibitFiled.Kind {
  fileprivate var words: String {
    switch self {
    case .press: "press article"
    case .letter: "letter"
    case .minute: "minute"
    case .email: "e-mail"
    case .report: "report"
    case .spreadsheet: "spreadsheet"
    case .statement: "statement"
    case .contract: "contract"
    case .other: "paper"
    }
  }
}

extension ChoiceMade.Choice {
  var words: String {
    switch self {
    case .complain: "to complain"
    case .acceptLoss: "to accept the loss"
    case .undecided: "nothing yet"
    }
  }
}

extension Corroborated.Agreement {
  var words: String {
    switch self {
    case .yes: "says the same as"
    case .part: "says part of the same as"
    case .no: "says otherwise than"
    }
  }
}

extension InformationAnswered.Outcome {
  var words: String {
    switch self {
    case .given: "answered"
    case .part: "answered in part"
    case .refused: "refused"
    case .none: "not answered"
    }
  }
}
