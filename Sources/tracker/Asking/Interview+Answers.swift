internal import Agreements
internal import CanonicalJSON

// What an answer fills in, and why it is not taken.

extension Interview {
  mutating func take(_ text: String, for question: Question) -> Reply {
    let isOpen = Self.isOpen(text)
    // Who says that it is not known does not mean what Enter stands for, if it can be left open.
    let isLeft = Self.isUnknown(text) && question.isOptional
    if case .basis = question.slot, Self.isUnknown(text) {
      return .again("One of these has to stand. Whoever cannot say claims least with 2, they were told.")
    }
    if isOpen, !isLeft, let suggestion = question.suggestion {
      return put(suggestion.value, in: question, isSuggested: true)
    }
    if isOpen, question.isOptional {
      open.removeFirst()
      if case .speaker = question.slot { cite(nil) }
      if case .newGroup(let name, let answer, let slot) = question.slot {
        return made(register(name, kind: PartyRegistered.Kind.group.rawValue), answer, slot)
      }
      return .taken(nil)
    }
    guard !text.isEmpty else { return .again("This cannot be left open. Type ? for what is meant.") }
    return put(text, in: question)
  }

  /// - Parameter isSuggested: it is what Enter stands for.
  private mutating func put(_ text: String, in question: Question, isSuggested: Bool = false) -> Reply {
    switch question.slot {
    case .stream: return putStream(text, question)
    case .newKey: return putNewKey(text)
    case .field(let field): return put(text, in: field, question, isSuggested: isSuggested)
    case .when: return putDate("--when", text)
    case .assertedBy:
      return named(text, question) { interview, key in interview.set("--asserted-by", key) }
    case .basis:
      guard let value = Self.choice(text, question.choices) else { return noChoice(text, question) }
      set("--basis", value)
      return done(nil)
    case .quote:
      set("--quote", text.unquoted)
      return done(nil)
    case .source: return putSource(text)
    case .speaker:
      cite(text)
      return done(nil)
    case .locator: return putLocator(text)
    case .saidMore:
      if ["yes", "y"].contains(text.lowercased()) {
        open[0] = .saidWhich
        return .taken(nil)
      }
      guard let value = Self.choice(text, question.choices) ?? Self.wayOff(text) else {
        return noChoice(text, question)
      }
      open.removeFirst()
      if value != "no" { goOn(to: value) }
      return .taken(nil)
    case .saidWhich:
      guard let value = Self.choice(text, question.choices) ?? Self.wayOff(text) else {
        return noChoice(text, question)
      }
      open.removeFirst()
      goOn(to: value)
      return .taken(nil)
    case .paper: return putPaper(text, question)
    case .shows(let exhibit): return putShown(text, question, exhibit)
    case .newParty(let name, let answer, let slot):
      open.removeFirst()
      if text.isEmpty {
        // Not new: asked again.
        return .taken(nil)
      }
      guard let kind = Self.choice(text, question.choices) else {
        open.insert(question.slot, at: 0)
        return noChoice(text, question)
      }
      if kind == PartyRegistered.Kind.group.rawValue {
        open.insert(.newGroup(name: name, answer: answer, slot: slot), at: 0)
        return .taken(nil)
      }
      if kind == PartyRegistered.Kind.personRole.rawValue {
        open.insert(.newPerson(name: name, answer: answer, slot: slot), at: 0)
        return .taken(nil)
      }
      return made(register(name, kind: kind), answer, slot)
    case .newPerson(let name, let answer, let slot):
      guard let value = Self.choice(text, question.choices) else { return noChoice(text, question) }
      open.removeFirst()
      let kind = PartyRegistered.Kind.personRole.rawValue
      return made(register(name, kind: kind, isWithheld: value == "no"), answer, slot)
    case .newGroup(let name, let answer, let slot):
      guard let count = Int64(text), count > 0 else {
        return .again("“\(text.shown)” is no number of members: type it in digits, or Enter if it is not known.")
      }
      open.removeFirst()
      return made(register(name, kind: PartyRegistered.Kind.group.rawValue, count: text), answer, slot)
    }
  }

  /// “12” is a page, since that is what is asked for first; “back cover” is a place too.
  private mutating func putLocator(_ text: String) -> Reply {
    let isPlace = text.contains(where: \.isNumber) || text.count <= Self.longestPlace
    if !isPlace, !isResuming, doubted.insert(text).inserted {
      return .again(
        "That names no place in a paper. Type “page 3”, “pp. 3-4” or “2, para 4”, or Enter if it is not known; type the same "
          + "again if it is meant.")
    }
    let numbers = text.prefix { $0.isASCII && $0.isNumber || "-–".contains($0) }
    let rest = text.dropFirst(numbers.count)
    guard numbers.first?.isNumber == true, rest.isEmpty || rest.first == "," else {
      set("--locator", text)
      return done(nil)
    }
    let place = (numbers.allSatisfy(\.isNumber) ? "page " : "pages ") + text
    set("--locator", place)
    return done(place)
  }

  /// No longer text without a number is the name of a place in a paper.
  private static let longestPlace = 40

  /// “it is off”, “for now”: the word of what happened to a promise; nil where both or neither is said.
  private static func wayOff(_ text: String) -> String? {
    let text = text.lowercased()
    func says(_ words: [String]) -> Bool { words.contains { text.contains($0) } }
    if says(["not off", "n't off", "not withdrawn"]) { return nil }
    let isLater = says(["for now", "put off", "suspend", "stopped", "paus", "delay", "postpone", "on hold"])
    let isOff = says(["for good", "withdr", "cancel", "is off", "all off", "taken back", "won't be paid"])
    return isLater == isOff ? nil : isLater ? "suspension" : "withdrawal"
  }

  /// By whom it was said, as the source of what was heard: “the deputy finance director, The PCT, by telephone”.
  private mutating func cite(_ speaker: String?) {
    let from = current.value("--from") ?? ""
    let body = from.isEmpty || isWithheld(from) ? nil : name(of: from)
    let way = current.kind == "meeting" ? "at the meeting" : "by telephone"
    set("--citation", [speaker, body, way].compactMap(\.self).joined(separator: ", "))
  }

  /// Somebody is known now, so the answer that named them is read again.
  private mutating func made(_ thing: Directory.Thing, _ answer: String, _ slot: Question.Slot) -> Reply {
    let reply = put(answer, in: question(for: slot))
    if case .taken = reply { return .taken("\(thing.words), new") }
    return reply
  }

  private mutating func set(_ flag: String, _ value: String) { current.given.append((flag, value)) }

  /// The question is answered; the next one is asked.
  private mutating func done(_ echo: String?) -> Reply {
    open.removeFirst()
    return .taken(echo)
  }

  /// Why what was typed could not be read, and how to write it.
  private static func again(_ error: any Error) -> Reply {
    guard let failure = error as? Failure else { return .again("\(error)") }
    let end = failure.what.last.map { ".!?".contains($0) } == true ? "" : "."
    return .again("\(failure.what)\(end) \(failure.next)".plain)
  }

  private mutating func putDate(_ flag: String, _ text: String) -> Reply {
    do {
      let date = try FieldWords.date(text, flag)
      set(flag, text)
      return done(Understood.words(date))
    } catch {
      return Self.again(error)
    }
  }

  // MARK: Keys and names

  private mutating func putStream(_ text: String, _ question: Question) -> Reply {
    let things = things(of: question.slot)
    switch Directory.find(text, among: things, isNumbered: !question.choices.isEmpty) {
    case .one(let thing):
      let isPlan = directory.plans.contains(thing) && !directory.agreements.contains(thing)
      let kinds = current.type.streams
      current.stream = isPlan && kinds.first != .plan && kinds.contains(.plan) ? "plan/\(thing.key)" : thing.key
      if let obstacle {
        current.stream = nil
        return .again("\(obstacle.what). \(obstacle.next)")
      }
      return done(thing.key == text ? nil : thing.words)
    case .several(let near): return several(text, near)
    case .none:
      let kind = current.type.streams.map(\.rawValue).joined(separator: " or ")
      let known = things.isEmpty ? "None is recorded yet:  tracker record \(kind)" : "Type ? to see them all."
      return .again("There is no \(kind) “\(text.shown)” in this book. \(known)")
    }
  }

  private mutating func putNewKey(_ text: String) -> Reply {
    guard Key.isValid(text) else {
      return .again("“\(text.shown)” is no key: 1 to 64 of a-z, 0-9 and -, like gain-share.")
    }
    guard !taken(current.type.streams[0].rawValue).contains(text) else {
      return .again("“\(text)” is taken: it is the key of another one.")
    }
    current.stream = text
    return done(nil)
  }

  private func several(_ text: String, _ near: [Directory.Thing]) -> Reply {
    let shown = near.prefix(8).map(\.words).joined(separator: "; ") + (near.count > 8 ? " …" : "")
    guard near.count > 1 else { return .again("Is “\(text.shown)” \(shown)? Type more of the name, or its key.") }
    return .again("“\(text.shown)” may be \(near.count): \(shown). Type more of the name, or its key.")
  }

  /// Whoever types “me” means the body that keeps the book, and so does “me, Carol Shaw”.
  private func keeper(meantBy text: String) -> Directory.Thing? {
    guard let first = text.split(whereSeparator: { ",(".contains($0) }).first,
      ["me", "us", "we", "i"].contains(String(first).plain.lowercased())
    else { return nil }
    return directory.parties.first { $0.key == start.keeper }
  }

  /// A party by its key, its name, its number in the list, or as “me”.
  private func party(_ text: String, _ question: Question) -> Directory.Found {
    keeper(meantBy: text).map { .one($0) } ?? listed(text, question)
  }

  private func listed(_ text: String, _ question: Question) -> Directory.Found {
    var field: Field?
    if case .field(let own) = question.slot { field = own }
    let isNumbered = !question.choices.isEmpty
    // A number is one of the list that was shown.
    if isNumbered, let number = Int(text), number > question.choices.count, number < 100 { return .none }
    return Directory.find(text, among: parties(for: field), isNumbered: isNumbered)
  }

  /// Whoever spoke for a body of the book, where both were typed in one go; nil where that is not so.
  private mutating func spokesman(_ text: String, _ question: Question) -> Reply? {
    guard RecordKinds.isSpoken(current.kind), question.slot.names("from"), keeper(meantBy: text) == nil,
      case .none = Directory.find(text, among: directory.parties, isNumbered: !question.choices.isEmpty),
      let (body, words) = directory.spokesman(in: text)
    else { return nil }
    set("--from", body.key)
    open.removeFirst()
    // One's own words need no further speaker.
    if case .speaker? = open.first, body.key != start.keeper {
      open.removeFirst()
      cite(words)
    }
    return .taken("\(body.words); who spoke: \(words)")
  }

  /// One party, or somebody new.
  private mutating func named(
    _ text: String, _ question: Question, _ set: (inout Interview, String) -> Void
  ) -> Reply {
    switch party(text, question) {
    case .one(let thing):
      set(&self, thing.key)
      return done(thing.key == text ? nil : thing.words)
    case .several(let near): return several(text, near)
    case .none:
      open.insert(.newParty(name: text, answer: text, slot: question.slot), at: 0)
      return .taken(nil)
    }
  }

  /// Several parties with commas between them; a name may hold a comma of its own.
  private mutating func namedAll(_ text: String, _ question: Question, flag: String) -> Reply {
    if case .one(let thing) = listed(text, question) {
      set(flag, thing.key)
      return done(thing.key == text ? nil : thing.words)
    }
    let names = text.split(separator: ",").map { String($0).plain }.filter { !$0.isEmpty }
    var found: [Directory.Thing] = []
    for (index, name) in names.enumerated() {
      // Whoever is called by name behind “me” is no party.
      if index > 0, keeper(meantBy: names[index - 1]) != nil,
        case .none = party(name, question)
      {
        continue
      }
      switch party(name, question) {
      case .one(let thing): if !found.contains(thing) { found.append(thing) }
      case .several(let near): return several(name, near)
      case .none:
        open.insert(.newParty(name: name, answer: text, slot: question.slot), at: 0)
        return .taken(nil)
      }
    }
    guard !found.isEmpty else { return .again("Name at least one.") }
    set(flag, found.map(\.key).joined(separator: ","))
    return done(found.map(\.words).joined(separator: " and "))
  }

  private mutating func putSource(_ text: String) -> Reply {
    // Enter stands for none.
    guard !Self.isNone(text) else { return done(nil) }
    switch Directory.find(text, among: directory.exhibits) {
    case .one(let thing):
      set("--source", thing.key)
      open[0] = .locator
      return .taken("exhibit \(thing.words)")
    case .several(let near): return several(text, near)
    case .none: break
    }
    switch file(text) {
    case .paper(let paper)?:
      let (key, echo) = attach(paper)
      set("--source", key)
      if paper.isMail { open.removeFirst() } else { open[0] = .locator }
      return .taken(echo)
    case .refused(let why)?: return .again(why)
    case nil:
      guard !Self.isFileName(text) else { return .again(Self.noFile(text)) }
      set("--citation", text)
      open[0] = .locator
      return .taken("a paper that is no exhibit in this book")
    }
  }

  /// The paper of what was said. What it shows is asked next: an e-mail of July is no evidence of a call in November.
  private mutating func putPaper(_ text: String, _ question: Question) -> Reply {
    guard !Self.isNone(text) else { return done(nil) }
    if ["yes", "y"].contains(text.lowercased()) {
      return .again("Type the name of its file as it stands in the folder, such as mail.txt, or Enter.")
    }
    switch Directory.find(text, among: directory.exhibits, isNumbered: !question.choices.isEmpty) {
    case .one(let thing):
      open[0] = .shows(exhibit: thing.key)
      return .taken("exhibit \(thing.words)")
    case .several(let near) where file(text) == nil: return several(text, near)
    case .several, .none: break
    }
    switch file(text) {
    case .paper(let paper)?:
      let (key, echo) = attach(paper)
      open[0] = .shows(exhibit: key)
      return .taken(echo)
    case .refused(let why)?: return .again(why)
    case nil: return .again(Self.noFile(text))
    }
  }

  private static func isNone(_ text: String) -> Bool {
    ["", "none", "no", "n", "not yet", "later", "nothing"].contains(text.lowercased())
  }

  private static func noFile(_ text: String) -> String {
    "There is no file “\(text.shown)” here, and no exhibit. Type its name as it stands in the folder; Enter if there is none."
  }

  private mutating func putShown(_ text: String, _ question: Question, _ exhibit: String) -> Reply {
    guard let value = Self.choice(text, question.choices) else { return noChoice(text, question) }
    open.removeFirst()
    if let number = Int(value) {
      note(exhibit, shows: number)
      return .taken(nil)
    }
    guard value == Self.saidThere else { return .taken(nil) }
    let paper = attached.first { $0.key == exhibit }?.paper
    let said = current.value("--when").flatMap { try? ImpreciseDate(words: $0) }
    if let day = paper?.day, let earliest = said?.earliest, day < earliest {
      open.insert(question.slot, at: 0)
      return .again(
        "It says that it is of \(day.words), before the \(current.kind): so it does not show what was said in it. Type another "
          + "number, or back.")
    }
    set("--source", exhibit)
    if paper == nil { open.insert(.locator, at: 0) }
    return .taken(nil)
  }

  // MARK: Fields

  /// By number, by the word, by what it means, or by a beginning that only one has.
  static func choice(_ text: String, _ choices: [Question.Choice]) -> String? {
    if let number = Int(text), choices.indices.contains(number - 1) { return choices[number - 1].value }
    let wanted = text.lowercased()
    if let exact = choices.first(where: { $0.value.lowercased() == wanted || $0.words.lowercased() == wanted }) {
      return exact.value
    }
    let near = choices.filter { $0.value.lowercased().hasPrefix(wanted) || $0.words.lowercased().hasPrefix(wanted) }
    return near.count == 1 ? near[0].value : nil
  }

  private func noChoice(_ text: String, _ question: Question) -> Reply {
    let wanted = text.lowercased()
    let near = question.choices.indices.filter {
      question.choices[$0].value.lowercased().hasPrefix(wanted)
        || question.choices[$0].words.lowercased().hasPrefix(wanted)
    }
    if near.count > 1 {
      return .again("“\(text.shown)” may be \(near.map { "\($0 + 1)" }.joined(separator: " or ")): type the number.")
    }
    return .again("“\(text.shown)” is none of them: type a number from 1 to \(question.choices.count).")
  }

  /// Does it end as names of files do?
  static func isFileName(_ text: String) -> Bool {
    guard let dot = text.lastIndex(of: "."), dot > text.startIndex else { return false }
    let ending = text[text.index(after: dot)...]
    return (2...4).contains(ending.count) && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      && ending.contains(where: \.isLetter) && !text.contains(", ")
  }

  private mutating func put(_ text: String, in field: Field, _ question: Question, isSuggested: Bool) -> Reply {
    let flag = RecordKinds.flag(for: field.name)
    switch field.kind {
    case .key("party"):
      if let reply = spokesman(text, question) { return reply }
      return named(text, question) { interview, key in interview.set(flag, key) }
    case .list(.key("party")): return namedAll(text, question, flag: flag)
    case .key(let kind): return putKey(text, kind, field, question)
    case .choice:
      guard let value = Self.choice(text, question.choices) else { return noChoice(text, question) }
      open.removeFirst()
      if value == Self.unsaid {
        set(flag, PromiseWithdrawn.Scope.part.rawValue)
        set("--money", "not known")
        return .taken(nil)
      }
      set(flag, value)
      follow(field, value)
      return .taken(nil)
    case .money: return putMoney(flag, text, isSuggested: isSuggested)
    case .date: return putDate(flag, text)
    case .eventID:
      guard let number = Int(text), (1...max(1, start.size)).contains(number), start.size > 0 else {
        return .again(
          "There is no event “\(text.shown)”: the book has events 1 to \(start.size). List them: tracker timeline")
      }
      set(flag, text)
      return done(nil)
    default:
      do {
        _ = try FieldWords.read(field, text, flag)
      } catch {
        return Self.again(error)
      }
      if field.name == "name", isWithheld {
        set("--private", "name=\(text)")
      } else {
        set(flag, text)
        if field.name == "name", current.type.type == PartyRegistered.type { nameIsKnown() }
      }
      return done(nil)
    }
  }

  /// A sum, or, of what was promised, a share.
  private mutating func putMoney(_ flag: String, _ text: String, isSuggested: Bool) -> Reply {
    do {
      let isShare = ["%", "per cent", "percent"].contains { text.lowercased().contains($0) }
      if current.type.type == PaymentPromised.type, isShare {
        let share = try FieldWords.words("--share") { () throws(WordsFault) in try PaymentPromised.Share(words: text) }
        set("--share", text)
        return done(share.description)
      }
      let money = try FieldWords.words(flag) { () throws(WordsFault) in try Money(words: text) }
      set(flag, text)
      return done(isSuggested ? nil : Understood.words(money))
    } catch {
      return Self.again(error)
    }
  }

  private mutating func putKey(_ text: String, _ kind: String, _ field: Field, _ question: Question) -> Reply {
    let things = things(of: question.slot)
    let isNew = Self.isNewKey(field, current.type)
    if !isNew {
      switch Directory.find(text, among: things, isNumbered: !question.choices.isEmpty) {
      case .one(let thing):
        set(RecordKinds.flag(for: field.name), thing.key)
        return done(thing.key == text ? nil : thing.words)
      case .several(let near): return several(text, near)
      case .none:
        // Conditions, set-offs and routes are not listed here; all else must be there.
        guard things.isEmpty || kind == "route" else {
          return .again(
            "There is no \(kind) “\(text.shown)” here. It has: \(things.map(\.key).joined(separator: ", ")).")
        }
      }
    }
    guard Key.isValid(text) else {
      return .again("“\(text.shown)” is no key: 1 to 64 of a-z, 0-9 and -, like gain-share.")
    }
    set(RecordKinds.flag(for: field.name), text)
    return done(nil)
  }

  /// A name that is known makes a named party; of a person it is asked first whether it may stand in the record.
  private mutating func nameIsKnown() {
    guard !current.has("--identity"), let kind = current.value("--kind"),
      kind != PartyRegistered.Kind.personRole.rawValue
    else { return }
    set("--identity", "named")
    close("identity")
  }

  /// Is it a party whose name is not to stand in the record?
  var isWithheld: Bool {
    current.type.type == PartyRegistered.type
      && current.value("--identity") == PartyRegistered.Identity.withheld.rawValue
  }

  /// A field is not asked for any more.
  private mutating func close(_ name: String) { open.removeAll { $0.names(name) } }

  /// What one answer makes worth asking, or not.
  private mutating func follow(_ field: Field, _ value: String) {
    if current.type.type == PartyRegistered.type {
      if field.name == "kind", current.has("--name") { nameIsKnown() }
      // It goes beside the record, and out of what is to stand in it.
      if field.name == "identity", value == PartyRegistered.Identity.withheld.rawValue,
        let name = current.value("--name")
      {
        current.given.removeAll { $0.flag == "--name" }
        set("--private", "name=\(name)")
        return
      }
    }
    let name: String? =
      switch (current.type.type, field.name, value) {
      case (PartyRegistered.type, "kind", "person-role"): "identity"
      case (PartyRegistered.type, "identity", "withheld"): "name"
      case (PromiseWithdrawn.type, "scope", "part"): "money"
      case (PartyRegistered.type, "kind", "group"): "count"
      case (PerformanceRecorded.type, "complete", "part"): "earned"
      default: nil
      }
    guard let name, let next = current.type.fields.first(where: { $0.name == name }),
      !current.has(RecordKinds.flag(for: name))
    else { return }
    close(name)
    open.insert(.field(next), at: 0)
  }
}
