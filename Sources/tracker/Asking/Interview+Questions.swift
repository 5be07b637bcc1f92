internal import Agreements
internal import CanonicalJSON

// Which questions there are, and in which words.

extension Interview {
  /// What is asked of an event: what it needs, and the little else that matters in it.
  func slots(for asked: Asked) -> [Question.Slot] {
    let type = asked.type
    var slots: [Question.Slot] = []
    let isTargeted = type.fields.contains { $0.name == "target" }
    let isNew = RecordKinds.isNewThing(type)
    let isSpoken = RecordKinds.isSpoken(asked.kind)
    if asked.stream == nil, type.streams != [.log], !isTargeted, !isNew { slots.append(.stream) }
    for field in Self.order(type.fields, of: asked) {
      let flag = RecordKinds.flag(for: field.name)
      guard !asked.has(flag), field.isRequired || Self.matters(field.name, in: type) || isOfFile(field.name, asked)
      else { continue }
      if field.name == "money", asked.has("--share") || asked.has("--greater-of") { continue }
      // Whoever has the very words has said with them what it was about.
      if isSpoken, field.name == "gist", !asked.has("--quote") { slots.append(.quote) }
      slots.append(.field(field))
      if isSpoken, field.name == "from", !asked.has("--citation") { slots.append(.speaker) }
      // The key of something new is made from its name, so it is asked behind it.
      if isNew, asked.stream == nil, field.name == Self.naming(type), type.type != PartyRegistered.type {
        slots.append(.newKey)
      }
    }
    // Of a party only when it is known whether its name may stand there.
    if isNew, asked.stream == nil, !slots.contains(where: { if case .newKey = $0 { true } else { false } }) {
      slots.append(.newKey)
    }
    let isHappening = !RecordKinds.isRegistration(type)
    if isHappening, !asked.has("--when") { slots.append(.when) }
    if !asked.has("--asserted-by"), !asked.has("--by-party") || type.fields.contains(where: { $0.name == "byParty" }) {
      slots.append(.assertedBy)
    }
    if isSpoken {
      if !asked.has("--source") { slots.append(.paper) }
    } else if isHappening {
      if !asked.has("--basis") { slots.append(.basis) }
      if !asked.has("--quote"), Self.isQuoted(type) { slots.append(.quote) }
      if !asked.has("--source"), !asked.has("--citation"), !asked.has("--quote") { slots.append(.source) }
    }
    if type.type == CorrespondenceLogged.type { slots.append(.saidMore) }
    return slots
  }

  /// What people know first of a party is its name.
  private static func order(_ fields: [Field], of asked: Asked) -> [Field] {
    guard asked.type.type == PartyRegistered.type else { return fields }
    let first = ["name", "kind"]
    return first.flatMap { name in fields.filter { $0.name == name } } + fields.filter { !first.contains($0.name) }
  }

  /// The field that names something new.
  private static func naming(_ type: any EventData.Type) -> String {
    switch type.type {
    case PartyRegistered.type: "name"
    case ReductionPlanned.type: "scope"
    default: "title"
    }
  }

  /// Optional fields that are worth a question.
  private static func matters(_ name: String, in type: any EventData.Type) -> Bool {
    switch type.type {
    case PartyRegistered.type: name == "name"
    case PaymentPromised.type: name == "money" || name == "due"
    case PromiseWithdrawn.type: name == "reason" || name == "notified"
    case PromiseSuspended.type: name == "reason" || name == "until"
    case PaymentReclaimed.type, SetOffApplied.type: name == "reason"
    case PaymentMade.type: name == "reference"
    case PerformanceRecorded.type: name == "period"
    case ExhibitFiled.type: name == "made"
    case DisputeRaised.type, DisputeConcluded.type: name == "money"
    case DisputeStepTaken.type: name == "outcome"
    case InformationAnswered.type: name == "text"
    case ReductionPlanned.type: name == "period"
    default: false
    }
  }

  /// Of a paper whose file is here, one can ask whose it is and where it comes from; an e-mail comes when it is sent.
  private func isOfFile(_ name: String, _ asked: Asked) -> Bool {
    guard asked.type.type == ExhibitFiled.type, asked.has("--sha256") else { return false }
    let isMail = asked.value("--kind") == ExhibitFiled.Kind.email.rawValue
    return ["author", "obtainedFrom"].contains(name) || name == "obtainedOn" && !isMail
  }

  private static func isQuoted(_ type: any EventData.Type) -> Bool {
    [CorrespondenceLogged.type, PromiseWithdrawn.type, PromiseSuspended.type, PositionStated.type].contains(type.type)
  }

  // MARK: Words

  /// The question for a slot, with what the book can offer for an answer.
  func question(for slot: Question.Slot) -> Question {
    switch slot {
    case .stream: return streamQuestion(slot)
    case .newKey: return newKeyQuestion(slot)
    case .field(let field): return fieldQuestion(field, slot)
    case .when: return whenQuestion(slot)
    case .assertedBy:
      var question = partyQuestion(
        slot, "Who says so?", "Whose word it is, not who types it. A record is as good as whoever stands behind it.")
      let mine = start.keeper ?? (directory.parties.count == 1 ? directory.parties[0].key : nil)
      // What a letter says of a promise is the word of whoever wrote it.
      let writer = isTold ? nil : finished.last?.value("--from")
      if let key = writer ?? mine { question.suggestion = suggestion(of: key) }
      return question
    case .basis: return basisQuestion(slot)
    case .quote:
      return Question(
        slot: slot, text: "In which words? The very words, if you have them.",
        help:
          "Type only what was really said or written: it is shown in quotation marks. What it means, in your words, "
          + "comes next.", isOptional: true)
    case .source:
      return Question(
        slot: slot,
        text: "Which paper shows it? The name of its file, an exhibit's key or title, or what it is called.",
        help:
          "A file such as letter.pdf is filed with it. An exhibit that is in the book is cited by its key or title; any "
          + "other paper by what it is called. Enter if there is none." + list(directory.exhibits),
        isOptional: true, suggestion: .init(value: "", words: "none"))
    case .paper:
      return Question(
        slot: slot, text: "Is there a paper of it, such as an e-mail or a letter? Type the name of its file.",
        help:
          "The file is filed with it, in one go, and what it shows is asked next. An exhibit that is in the book does too, "
          + "by its key or title. Enter if there is none.\(list(directory.exhibits))",
        choices: choices(directory.exhibits), isOptional: true, suggestion: .init(value: "", words: "no"))
    case .shows(let exhibit): return shownQuestion(slot, exhibit)
    case .speaker:
      let from = current.value("--from") ?? ""
      let isPerson = directory.persons.contains(from)
      let who = isPerson && isWithheld(from) ? "they" : name(of: from)
      return Question(
        slot: slot,
        text: isPerson
          ? "In what post, and for whom, did \(who) speak?" : "Who spoke for \(who)? Their post is enough.",
        help: "“The deputy finance director” names nobody. A name that stands here stays, in every copy.",
        isOptional: true)
    case .locator:
      return Question(
        slot: slot, text: "On which page, or in which paragraph?", help: "Such as “page 3”, “pp. 3-4” or “2, para 4”.",
        isOptional: true)
    case .saidMore:
      let whose =
        RecordKinds.isSpoken(current.kind)
        ? "that whoever vouches for this entry was told so" : "as the word of whoever wrote it"
      return Question(
        slot: slot, text: "Was it said that a promise is off?",
        help: "If so, that is recorded as an event of its own: \(whose).",
        choices: [
          .init(value: "no", words: "no"), .init(value: "withdrawal", words: "yes: it is withdrawn, or a part of it"),
          .init(value: "suspension", words: "yes: it is put off, stopped or suspended for now"),
        ], suggestion: .init(value: "no", words: "no"))
    case .saidWhich:
      return Question(
        slot: slot, text: "Is it off for good, or for now?",
        help: "Withdrawn is what was taken back, all or a part of it; put off is what is to come later, perhaps.",
        choices: [
          .init(value: "withdrawal", words: "it is withdrawn, or a part of it"),
          .init(value: "suspension", words: "it is put off, stopped or suspended for now"),
        ])
    case .newParty(let name, _, _):
      let nearest = Spelling.nearest(
        to: name.lowercased(), among: directory.parties.map { $0.name.lowercased() }.filter { !$0.isEmpty })
      let known = nearest.map { near in directory.parties.first { $0.name.lowercased() == near }?.words ?? near }
      return Question(
        slot: slot,
        text: "“\(name.shown)” is not in this book\(known.map { "; the nearest is \($0)" } ?? "")."
          + " If it is new, what is it?",
        help: "It is registered together with what you record, under the name that you typed.",
        choices: PartyRegistered.Kind.allCases.map { .init(value: $0.rawValue, words: Self.words(of: $0.rawValue)) },
        suggestion: .init(value: "", words: "not new, ask again"))
    case .newPerson(let name, _, _):
      return Question(
        slot: slot, text: "May “\(name.shown)” stand in the record? \(Self.stays)",
        help: "A role, such as “a GP in Bury”, names nobody. A person's name may have to go one day.",
        choices: [.init(value: "yes", words: "yes"), .init(value: "no", words: Self.beside)])
    case .newGroup(let name, _, _):
      return Question(
        slot: slot, text: "How many are in “\(name.shown)”?",
        help: "In digits. Their names, as far as they are known:  tracker record member", isOptional: true)
    }
  }

  /// What a paper shows: what was said, or something that is recorded already, or nothing that one can be sure of.
  private func shownQuestion(_ slot: Question.Slot, _ exhibit: String) -> Question {
    let inside = directory.inside[current.stream ?? ""] ?? Directory.Inside()
    let promises = inside.promises.prefix(Self.listed).compactMap { promise in
      inside.promised[promise].map {
        Question.Choice(value: "\($0)", words: "what was promised, as it is recorded (\(promise))")
      }
    }
    let nothing = Question.Choice(value: Self.nothingShown, words: "neither, or that is not sure: it is filed, no more")
    return Question(
      slot: slot, text: "What does it show?",
      help:
        "What shows what was said is cited for it. What shows a promise is noted as a further source of that promise, and not "
        + "of what was said. What is only filed can be cited later.",
      choices: [
        .init(value: Self.saidThere, words: "what was said in this \(current.kind): it is a note of it, or confirms it")
      ]
        + promises + [nothing], suggestion: nothing)
  }

  /// It shows what was said in the call or meeting.
  static let saidThere = "said"
  private static let nothingShown = "nothing"

  private func whenQuestion(_ slot: Question.Slot) -> Question {
    var question = Question(
      slot: slot, text: "When did it happen?",
      help: "As you know it: 14 September 2010, “today”, “Sept 2010”, “2009/10”, “before May 2011”, “about June 2011”.",
      isOptional: true)
    if RecordKinds.isSpoken(current.kind) { question.text = "When was that? “today” will do." }
    if let earlier = finished.last, let day = earlier.value("--when") {
      question.text = "On which day was it decided?"
      let words =
        RecordKinds.isSpoken(earlier.kind)
        ? "that was not said: the day of the call counts, \(day)" : "not known: the day of the letter counts, \(day)"
      question.suggestion = .init(value: day, words: words)
    }
    return question
  }

  private func basisQuestion(_ slot: Question.Slot) -> Question {
    Question(
      slot: slot, text: "How do they know?",
      help: "It decides how much weight the entry bears. Enter if whoever says so was there or did it.",
      choices: [
        .init(value: "own-knowledge", words: "they were there, or did it"),
        .init(value: "told", words: "they were told"),
        .init(value: "document", words: "from a document"), .init(value: "press", words: "from the press"),
        .init(value: "inferred", words: "they infer it from other facts"),
      ], suggestion: .init(value: "own-knowledge", words: "they were there, or did it"))
  }

  /// The name alone; of whoever is withheld no name at all.
  func name(of key: String) -> String {
    guard let thing = directory.parties.first(where: { $0.key == key }), !thing.name.isEmpty, !isWithheld(key) else {
      return key
    }
    return thing.name
  }

  func isWithheld(_ key: String) -> Bool { newParties.contains { $0.key == key && $0.isWithheld } }

  /// How much was withdrawn was not said: a part, of which the size is not known.
  static let unsaid = "unsaid"

  private static let stays = "What stands there stays, in every copy."
  private static let beside = "no: keep the name beside the record, where it can be erased"

  private func streamQuestion(_ slot: Question.Slot) -> Question {
    let kinds = current.type.streams.map(\.rawValue)
    var question = Question(
      slot: slot, text: "Which \(kinds.joined(separator: " or "))?",
      help: "Its number, its key, or a part of its name that no other has." + list(things(of: slot)))
    question.choices = choices(things(of: slot))
    if things(of: slot).count == 1 { question.suggestion = question.choices.first }
    return question
  }

  private func newKeyQuestion(_ slot: Question.Slot) -> Question {
    let kind = current.type.streams[0].rawValue
    let name = current.value(RecordKinds.flag(for: Self.naming(current.type))) ?? ""
    let key = Directory.key(for: suggestions["key"] ?? name, taken: taken(kind), else: kind)
    return Question(
      slot: slot, text: "A short key for it, which never changes?",
      help: "1 to 64 of a-z, 0-9 and -. It stands in every event that names it.",
      suggestion: .init(value: key, words: key))
  }

  func taken(_ kind: String) -> [String] {
    switch kind {
    case "agreement": directory.agreements.map(\.key)
    case "plan": directory.plans.map(\.key)
    case "exhibit": directory.exhibits.map(\.key)
    default: directory.parties.map(\.key)
    }
  }

  private func fieldQuestion(_ field: Field, _ slot: Question.Slot) -> Question {
    let text = Self.texts["\(current.kind).\(field.name)"] ?? Self.texts["\(current.type.type).\(field.name)"]
    var question = Question(
      slot: slot, text: text ?? field.meaning.prefix(1).uppercased() + field.meaning.dropFirst() + "?",
      help: Self.help(field), isOptional: !field.isRequired)
    switch field.kind {
    case .key("party"), .list(.key("party")):
      question = partyQuestion(slot, question.text, question.help, isOptional: question.isOptional)
      if RecordKinds.isSpoken(current.kind), field.name == "to", let keeper = start.keeper,
        current.value("--from") != keeper
      {
        question.suggestion = suggestion(of: keeper)
      }
      if let key = suggestions[field.name] { question.suggestion = suggestion(of: key) }
    case .key(let kind):
      let things = things(of: slot)
      if Self.isNewKey(field, current.type) || things.isEmpty {
        let key = Directory.key(for: kind, taken: things.map(\.key), else: kind)
        if !question.isOptional { question.suggestion = .init(value: key, words: key) }
      } else {
        question.choices = choices(things)
        if things.count == 1, !question.isOptional { question.suggestion = question.choices.first }
      }
    case .choice(let values):
      question.choices = values.map { .init(value: $0, words: Self.words(of: $0)) }
      if values.contains("unknown") { question.suggestion = .init(value: "unknown", words: "not known") }
      if let value = suggestions[field.name] { question.suggestion = .init(value: value, words: Self.words(of: value)) }
      if current.type.type == PromiseWithdrawn.type, field.name == "scope" {
        let unsaid = Question.Choice(value: Self.unsaid, words: "that was not said")
        question.choices.append(unsaid)
        question.suggestion = unsaid
      }
    case .money where field.isRequired || current.type.type == PaymentPromised.type:
      question.suggestion = .init(value: "not known", words: "not known")
    case .date: question.suggestion = suggestions[field.name].map { .init(value: $0, words: $0) }
    case .text:
      question.suggestion = suggestions[field.name].map { .init(value: $0, words: $0) }
      if field.name == "gist", let words = current.value("--quote") {
        question.suggestion = .init(value: words.unquoted, words: "the words above")
      }
      if field.name == "decidedBy" {
        question.suggestion = .init(value: PromiseWithdrawn.deciderNotSaid, words: "that was not said")
      }
    default: break
    }
    // Whoever is asked for the name of a party may not know it, or not give it.
    if current.type.type == PartyRegistered.type, field.name == "identity" {
      if let name = current.value("--name") {
        question.text = "May “\(name.shown)” stand in the record? \(Self.stays)"
        question.choices = [.init(value: "named", words: "yes"), .init(value: "withheld", words: Self.beside)]
      } else {
        question.choices = [
          .init(value: "unnamed", words: "it is not known"), .init(value: "withheld", words: Self.beside),
        ]
      }
    }
    if field.name == "name", isWithheld { question.text = "What is the name that is kept beside the record?" }
    return question
  }

  private func partyQuestion(
    _ slot: Question.Slot, _ text: String, _ help: String, isOptional: Bool = false
  ) -> Question {
    var field: Field?
    if case .field(let own) = slot { field = own }
    let parties = parties(for: field)
    return Question(
      slot: slot, text: text,
      help: help + " A number, a key, or a part of the name; somebody new by the whole name."
        + (isList(slot) ? " Several with commas between them." : "") + list(parties),
      choices: choices(parties, likely: likely(field)), isOptional: isOptional)
  }

  /// Those first who are most likely meant: of an agreement, those to whom something is owed.
  func parties(for field: Field?) -> [Directory.Thing] {
    guard let field, Self.isOwed(field, current.type), let stream = current.stream,
      let creditors = directory.inside[stream]?.creditors
    else { return directory.parties }
    let first = creditors.compactMap { key in directory.parties.first { $0.key == key } }
    return first + directory.parties.filter { !creditors.contains($0.key) }
  }

  /// Is whoever stands in this field, as a rule, one to whom something is owed?
  private static func isOwed(_ field: Field, _ type: any EventData.Type) -> Bool {
    switch type.type {
    case PaymentMade.type, PaymentReclaimed.type, SetOffApplied.type, PaymentPromised.type:
      ["to", "for"].contains(field.name)
    case SavingReported.type, PerformanceRecorded.type, CostIncurred.type, DisputeRaised.type: field.name == "by"
    default: false
    }
  }

  func isList(_ slot: Question.Slot) -> Bool {
    if case .field(let field) = slot, case .list = field.kind { true } else { false }
  }

  private func suggestion(of key: String) -> Question.Choice {
    .init(value: key, words: directory.parties.first { $0.key == key }?.words ?? key)
  }

  /// More than these are not listed: whoever has so many types a part of the name.
  private static let listed = 12

  /// - Parameter likely: of more than can be listed, so many at the beginning are.
  private func choices(_ things: [Directory.Thing], likely: Int = 0) -> [Question.Choice] {
    let count = things.count > Self.listed ? (likely > Self.listed ? 0 : likely) : things.count
    return things.prefix(count).map { .init(value: $0.key, words: $0.words) }
  }

  private func likely(_ field: Field?) -> Int {
    guard let field, Self.isOwed(field, current.type), let stream = current.stream else { return 0 }
    return directory.inside[stream]?.creditors.count ?? 0
  }

  /// For “?” where there were too many to number.
  private func list(_ things: [Directory.Thing]) -> String {
    guard things.count > Self.listed else { return "" }
    return " There are \(things.count): " + things.map(\.words).joined(separator: "; ")
  }

  /// What an answer to a slot can name.
  func things(of slot: Question.Slot) -> [Directory.Thing] {
    let inside = directory.inside[current.stream ?? ""] ?? Directory.Inside()
    switch slot {
    case .stream:
      var things: [Directory.Thing] = []
      for kind in current.type.streams {
        switch kind {
        case .agreement: things += directory.agreements
        case .plan: things += directory.plans
        case .party: things += directory.parties
        case .exhibit: things += directory.exhibits
        case .log: break
        }
      }
      return things
    case .source: return directory.exhibits
    case .assertedBy: return directory.parties
    case .field(let field):
      switch field.kind {
      case .key("party"), .list(.key("party")): return parties(for: field)
      case .key("promise"): return inside.promises.map { Directory.Thing($0) }
      case .key("saving"): return inside.savings.map { Directory.Thing($0) }
      case .key("dispute"): return inside.disputes.map { Directory.Thing($0) }
      case .key("request"): return inside.requests.map { Directory.Thing($0) }
      case .key("plan"), .list(.key("plan")): return directory.plans
      case .key("route"):
        return Self.routes.map { Directory.Thing($0, $0.split(separator: "-").joined(separator: " ")) }
      default: return []
      }
    default: return []
    }
  }

  /// What the agreement lacks and the event has to name: said before anything else is asked. nil where nothing is lacking, or
  /// the agreement is not known yet.
  package var obstacle: (what: String, next: String)? {
    guard let stream = current.stream, directory.inside[stream] != nil else { return nil }
    for field in current.type.fields where field.isRequired && !Self.isNewKey(field, current.type) {
      guard case .key(let name) = field.kind, ["promise", "saving", "dispute", "request"].contains(name),
        !current.has(RecordKinds.flag(for: field.name)), things(of: .field(field)).isEmpty
      else { continue }
      return ("\(stream) has no \(name) yet", "Record it first:  tracker record \(name) \(stream)")
    }
    return nil
  }

  /// Routes that the record knows more about; others may be named.
  private static let routes = [
    "local-resolution", "nhs-dispute-resolution", "court-claim", "late-payment-interest", "judicial-review",
    "nhs-complaint", "ombudsman", "foi", "foi-review", "auditor", "counter-fraud",
  ]

  /// Is the key in this field that of something which the event begins?
  static func isNewKey(_ field: Field, _ type: any EventData.Type) -> Bool {
    switch (type.type, field.name) {
    case (PaymentPromised.type, "promise"), (SavingReported.type, "saving"), (DisputeRaised.type, "dispute"),
      (InformationRequested.type, "request"):
      true
    default: false
    }
  }

  private static func help(_ field: Field) -> String {
    let meaning = field.meaning.prefix(1).uppercased() + field.meaning.dropFirst() + "."
    switch field.kind {
    case .money:
      return "\(meaning) As people write it: £5,000, £2.4m, “up to £100,000 each”, “at least £3,000”, “not known”."
    case .date: return "\(meaning) As you know it: 14 September 2010, “Sept 2010”, “2009/10”, “before May 2011”."
    case .choice: return "\(meaning) Type its number, or the word."
    case .count: return "\(meaning) In digits."
    case .pence: return "\(meaning) One sum, as people write it: £8,000, £2.4m, nil."
    case .eventID: return "\(meaning) Its number; tracker timeline lists them."
    case .key("party"), .list(.key("party")): return meaning
    case .key: return "\(meaning) Its number, or its key: 1 to 64 of a-z, 0-9 and -."
    default: return meaning
    }
  }

  /// Questions that the meaning of a field alone would ask clumsily.
  private static let texts: [String: String] = [
    "call.from": "For which body did they speak? Who it was is asked next.", "call.to": "To whom?",
    "call.gist": "What was said, in short?",
    "meeting.from": "For which body did they speak? Who it was is asked next.", "meeting.to": "To whom?",
    "meeting.gist": "What was said, in short?",
    "letter.from": "Who wrote?", "email.from": "Who wrote?",
    "CorrespondenceLogged.gist": "What does it say, in short?",
    "PaymentPromised.promise": "A short key for the promise?",
    "PaymentPromised.money":
      "How much was promised? A sum (“up to £100,000 each”) or a share (“70% at most £100,000 each”).",
    "PaymentPromised.due": "When is it to be paid?",
    "SavingReported.saving": "A short key for the saving?",
    "DisputeRaised.dispute": "A short key for the dispute?",
    "InformationRequested.request": "A short key for the request?",
    "PromiseWithdrawn.scope": "How much of it?", "PromiseWithdrawn.decidedBy": "Who decided it, as they say?",
    "PromiseWithdrawn.reason": "What reason did they give, in short?",
    "PromiseSuspended.reason": "What reason did they give, in short?",
    "PromiseWithdrawn.notified": "Have those who were to get it been told?",
    "PartyRegistered.name": "What is it called?", "PartyRegistered.kind": "What is it?",
    "PartyRegistered.identity": "Is its name not known, or not to be given?",
    "PartyRegistered.count": "How many are in the group?",
    "AgreementMade.title": "What do people call the agreement?", "AgreementMade.debtor": "Who promised?",
    "AgreementMade.form": "On what does it stand?", "AgreementMade.contractStatus": "Is it an NHS contract?",
    "ExhibitFiled.exhibit": "Its label, as it is cited?", "ExhibitFiled.title": "What is the paper called?",
    "ExhibitFiled.kind": "What is it?", "ExhibitFiled.made": "When was it made?",
    "ExhibitFiled.obtainedFrom": "From whom was it obtained?", "ExhibitFiled.obtainedOn": "When was it obtained?",
    "MemberNamed.member": "Who belongs to it?",
    "SetOffApplied.accepted": "How much of it was accepted?",
    "PerformanceRecorded.complete": "Was all of it done?",
  ]

  /// Values in words.
  static func words(of value: String) -> String {
    switch value {
    case "whole": "all of it"
    case "part": "a part"
    case "future": "what was still to come"
    case "unknown": "not known"
    case "own-knowledge": "own knowledge"
    case "person-role": "a person, by role only"
    case "nhs": "yes, an NHS contract"
    case "non-nhs": "no"
    default: value
    }
  }
}
