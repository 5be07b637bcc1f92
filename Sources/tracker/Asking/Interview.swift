internal import Agreements
internal import CanonicalJSON

/// An event, and what goes with it, asked for in plain words: questions → answers → what `record` would have been told by
/// flags.
///
/// A pure value: it knows no terminal, no file and no clock. What it holds follows from what it began with and from the
/// answers that were taken, so going back is leaving out the last answer, and a draft is the list of them.
package struct Interview: Sendable {
  /// One event as flags say it.
  package struct Entry: Hashable, Sendable {
    /// The word behind `record`.
    package var kind: String
    package var arguments: [String]
  }

  /// What there is under the name of a file.
  package enum NamedFile: Sendable {
    case paper(Paper)
    /// Why it cannot be filed.
    case refused(String)
  }

  /// What became of an answer.
  package enum Reply: Hashable, Sendable {
    /// Taken; the text says how a date, a sum or a name was understood.
    case taken(String?)
    /// Not taken: why. The question stays.
    case again(String)
    /// “?” was typed: what is meant. The question stays.
    case explained(String)
    /// “back” was typed: the last answer is open again.
    case back
  }

  /// One event that is being asked for.
  struct Asked: Sendable {
    var kind: String
    var type: any EventData.Type
    var stream: String?
    /// Flag → values, in the order of asking.
    var given: [(flag: String, value: String)]

    func value(_ flag: String) -> String? { given.last { $0.flag == flag }?.value }
    func has(_ flag: String) -> Bool { given.contains { $0.flag == flag } }

    var arguments: [String] { (stream.map { [$0] } ?? []) + given.flatMap { [$0.flag, $0.value] } }
  }

  let kind: String
  let arguments: [String]
  let start: Directory
  /// What Enter stands for in a field, by its name; “key” for the key of something new.
  let suggestions: [String: String]
  /// With everybody whom an answer made known.
  private(set) var directory: Directory
  /// Parties that were made on the spot. The name of who is withheld goes beside the line, where it can be erased.
  private(set) var newParties: [(key: String, kind: String, name: String, isWithheld: Bool, count: String?)] = []
  private(set) var finished: [Asked] = []
  /// Files that were looked at, by what was typed and by their paths.
  private var named: [String: NamedFile] = [:]
  /// Papers that are filed with it, by the keys of their exhibits.
  private(set) var attached: [(key: String, paper: Paper)] = []
  /// What papers show that is recorded already: the key of the exhibit, and the number of the event.
  private(set) var shown: [(exhibit: String, event: Int)] = []
  /// What was answered before somebody went back, by its question: Enter takes it again.
  private var earlier: [String: String] = [:]
  /// Places in a paper that look like none: asked about once, and taken as they are if they are typed again.
  var doubted: Set<String> = []
  /// Are answers put in once more that were taken before?
  private(set) var isResuming = false
  var current: Asked
  /// What is still to be asked of the current event.
  var open: [Question.Slot] = []
  /// The answers that were taken, as they were typed; numbers of a list as what they stood for, since a list may grow.
  package private(set) var answers: [String] = []
  /// Each question that was answered, with what its answer meant.
  package private(set) var taken: [(question: String, answer: String)] = []
  /// The questions of the answers, as `earlier` knows them.
  private var asked: [String] = []

  /// All words that `record` knows.
  package static var kinds: [String] { RecordKinds.words }

  /// - Parameters:
  ///   - kind: the word behind `record`.
  ///   - arguments: a key and flags that are given already.
  ///   - directory: what the book knows.
  ///   - suggestions: what Enter stands for in a field, by its name; “key” for the key of something new.
  /// - Returns: nil for kinds that are not asked for: corrections and notes about the log have commands of their own.
  package init?(kind: String, arguments: [String], directory: Directory, suggestions: [String: String] = [:]) {
    guard let type = RecordKinds.type(for: kind), RecordKinds.isAskedFor(type) else { return nil }
    self.kind = kind
    self.arguments = arguments
    start = directory
    self.suggestions = suggestions
    self.directory = directory
    current = Asked(kind: kind, type: type, given: [])
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        current.stream = argument
        continue
      }
      if let equals = argument.firstIndex(of: "=") {
        current.given.append((String(argument[..<equals]), String(argument[argument.index(after: equals)...])))
      } else {
        current.given.append((argument, rest.popFirst() ?? ""))
      }
    }
    for (flag, value) in RecordKinds.presets(of: kind) where !current.has(flag) { current.given.append((flag, value)) }
    settleFile()
    open = slots(for: current)
    settle()
  }

  /// A paper whose file is here gets its key from the name of the file, and is filed by whoever keeps the book.
  private mutating func settleFile() {
    guard current.type.type == ExhibitFiled.type, let name = suggestions["key"] else { return }
    if current.stream == nil {
      current.stream = Directory.key(for: name, taken: directory.exhibits.map(\.key), else: "exhibit")
    }
    if !current.has("--asserted-by"), let keeper = start.keeper { current.given.append(("--asserted-by", keeper)) }
  }

  /// Puts the answers in once more, as after a crash; stops at the first that does not fit any longer.
  package mutating func resume(_ answers: [String]) {
    isResuming = true
    defer { isResuming = false }
    for answer in answers {
      guard question != nil, case .taken = self.answer(answer) else { return }
    }
  }

  /// Opens the last answer again, also when all was answered. What was answered is offered again.
  ///
  /// - Returns: false if none was given.
  package mutating func goBack() -> Bool {
    guard !answers.isEmpty,
      var before = Interview(kind: kind, arguments: arguments, directory: start, suggestions: suggestions)
    else { return false }
    before.named = named
    before.resume(Array(answers.dropLast()))
    before.earlier = earlier
    if let question = asked.last, let answer = answers.last, !Self.isOpen(answer) { before.earlier[question] = answer }
    self = before
    return true
  }

  /// The name of a question, the same before and after somebody went back.
  private func name(of slot: Question.Slot) -> String {
    let name =
      switch slot {
      case .field(let field): "field \(field.name)"
      case .shows(let exhibit): "shows \(exhibit)"
      case .newParty(let name, _, _): "newParty \(name)"
      case .newPerson(let name, _, _): "newPerson \(name)"
      case .newGroup(let name, _, _): "newGroup \(name)"
      case .stream, .newKey, .when, .assertedBy, .basis, .quote, .source, .locator, .speaker, .saidMore, .saidWhich,
        .paper:
        "\(slot)"
      }
    return "\(current.kind) \(name)"
  }

  /// A name that is spelled anew is spelled so in the answers too that are offered again.
  private mutating func putRight(_ old: String, _ new: String) {
    let (old, new) = (Self.words(old), Self.words(new))
    guard old.count == new.count else { return }
    for (wrong, right) in zip(old, new) where wrong != right && wrong.count > 2 {
      earlier = earlier.mapValues { answer in
        answer.split(separator: " ", omittingEmptySubsequences: false)
          .map(String.init).map { Self.words($0) == [wrong] ? $0.replacing(wrong, with: right) : $0 }
          .joined(separator: " ")
      }
    }
  }

  private static func words(_ text: String) -> [String] {
    text.split { !$0.isLetter && !"'’-".contains($0) }.map(String.init)
  }

  // MARK: Files

  /// Says what there is under a name, before the name is answered: asking itself knows no files.
  package mutating func offer(_ file: NamedFile, as text: String) {
    named[text.plain] = file
    if case .paper(let paper) = file { named[paper.path] = file }
  }

  /// The paths of the files that are filed, or cited, with it.
  package var files: [String] { attached.map(\.paper.path) }

  /// What was said to be there; nil where nobody looked.
  func file(_ text: String) -> NamedFile? { named[text] }

  /// Takes a paper in: as a new exhibit, or as the one as which it is in the book already.
  ///
  /// - Returns: the key of its exhibit, and how it was understood.
  mutating func attach(_ paper: Paper) -> (key: String, echo: String) {
    if let key = paper.filed {
      return (key, "this very file is in the book already, as exhibit \(key): it is not stored twice")
    }
    if let same = attached.first(where: { $0.paper.sha256 == paper.sha256 }) {
      return (same.key, "the same file, exhibit \(same.key)")
    }
    let key = paper.freeKey(directory)
    let echo = paper.words(as: key, directory)
    attached.append((key, paper))
    directory.exhibits.append(Directory.Thing(key, paper.title))
    return (key, echo)
  }

  /// An exhibit shows what an event says that is recorded already.
  mutating func note(_ exhibit: String, shows event: Int) { shown.append((exhibit, event)) }

  /// What is asked next; nil when all is known.
  package var question: Question? {
    open.first.map { slot in
      var question = question(for: slot)
      if let answer = earlier[name(of: slot)], answer != question.suggestion?.value {
        question.suggestion = .init(value: answer, words: "as before: \(words(answer, question))")
      }
      return question
    }
  }

  private func words(_ answer: String, _ question: Question) -> String {
    if case .paper(let paper)? = named[answer], question.takesFile { return paper.name }
    return question.choices.first { $0.value == answer }?.words ?? answer
  }

  /// Takes what was typed.
  package mutating func answer(_ typed: String) -> Reply {
    guard let slot = open.first else { return .taken(nil) }
    let question = question(for: slot)
    let name = name(of: slot)
    let before = earlier[name]
    var text = typed.plain
    if text.isEmpty, let before {
      text = before
    } else if Self.isNotSaid(text), question.suggestion?.words.hasPrefix("that was not said") == true {
      text = ""
    }
    switch text.lowercased() {
    case "?", "help": return .explained(question.help)
    case "back":
      guard goBack() else { return .again("This is the first question.") }
      return .back
    default: break
    }
    let meant = meant(text, by: question)
    let reply = take(text, for: question)
    switch reply {
    case .taken:
      answers.append(meant)
      asked.append(name)
      taken.append((question.text, meant.isEmpty || meant == "unknown" ? "left open" : words(meant, question)))
      earlier[name] = nil
      if let before, before != meant, slot.isOfName { putRight(before, meant) }
      settle()
    // What was offered does not fit any longer.
    case .again where typed.plain.isEmpty: earlier[name] = nil
    case .again, .explained, .back: break
    }
    return reply
  }

  /// What an answer stands for, whatever the book holds when it is given once more.
  private func meant(_ text: String, by question: Question) -> String {
    if Self.isOpen(text) {
      if Self.isUnknown(text), question.isOptional { return "unknown" }
      return question.suggestion?.value ?? (question.isOptional ? "" : text)
    }
    if case .paper(let paper)? = named[text], question.takesFile { return paper.path }
    func value(_ text: String) -> String {
      guard let number = Int(text), question.choices.indices.contains(number - 1) else { return text }
      return question.choices[number - 1].value
    }
    guard isList(question.slot) else { return value(text) }
    return text.split(separator: ",").map { value(String($0).plain) }.joined(separator: ", ")
  }

  /// Is it an answer that leaves the question open?
  static func isOpen(_ text: String) -> Bool { text.isEmpty || isUnknown(text) }

  /// Does it say in words that it is not known?
  static func isUnknown(_ text: String) -> Bool {
    let text = text.lowercased().map { $0 == "’" ? "'" : $0 }
    return [
      "unknown", "not known", "don't know", "do not know", "dont know", "no idea", "i don't know", "i do not know",
    ].contains(
      String(text))
      || isNotSaid(String(text))
  }

  /// Does it say that nothing was said of it? Where Enter stands for that, it is what Enter is.
  private static func isNotSaid(_ text: String) -> Bool {
    let text = String(text.lowercased().map { $0 == "’" ? "'" : $0 })
    return ["", "that ", "it ", "this "].contains { text == $0 + "was not said" } || text == "not said"
      || ["he", "she", "they"].contains { who in ["didn't say", "did not say"].contains { text == "\(who) \($0)" } }
  }

  /// The events, those first on which others stand: who is new, then what happened.
  package var entries: [Entry] {
    let asserter = start.keeper ?? finished.first?.value("--asserted-by") ?? current.value("--asserted-by")
    let registered = newParties.map { party in
      let identity =
        party.isWithheld
        ? ["--identity", "withheld", "--private", "name=\(party.name)"] : ["--identity", "named", "--name", party.name]
      let count = party.count.map { ["--count", $0] } ?? []
      return Entry(
        kind: "party",
        arguments: [party.key, "--kind", party.kind] + identity + count + ["--asserted-by", asserter ?? party.key])
    }
    let filed = attached.map { $0.paper.entry(as: $0.key, directory, assertedBy: asserter ?? "") }
    let further = shown.map { exhibit, event in
      // It says so since the day on which it was written.
      let day = attached.first { $0.key == exhibit }?.paper.day.map { ["--when", $0.words] } ?? []
      return Entry(
        kind: "corroboration",
        arguments: ["--target", "\(event)", "--agrees", "yes"] + day
          + ["--asserted-by", asserter ?? "", "--basis", "document", "--source", exhibit])
    }
    return registered + filed + finished.map { Entry(kind: $0.kind, arguments: $0.arguments) } + further
  }

  // MARK: Steps

  /// - Parameter isWithheld: the key is not made of the name either.
  mutating func register(
    _ name: String, kind: String, isWithheld: Bool = false, count: String? = nil
  ) -> Directory.Thing {
    let key = Directory.key(
      for: isWithheld ? "person" : name, taken: directory.parties.map(\.key), else: "party")
    let thing = Directory.Thing(key, name)
    directory.parties.append(thing)
    if kind == PartyRegistered.Kind.personRole.rawValue { directory.persons.insert(key) }
    newParties.append((key, kind, name, isWithheld, count))
    return thing
  }

  /// Goes on to a further event of the same append; what both share is not asked twice.
  mutating func goOn(to kind: String) {
    guard let type = RecordKinds.type(for: kind) else { return }
    let earlier = current
    finished.append(earlier)
    current = Asked(kind: kind, type: type, stream: earlier.stream, given: [])
    if let quote = earlier.value("--quote") { current.given.append(("--quote", quote)) }
    for flag in ["--source", "--citation", "--locator", "--visibility"] {
      if let value = earlier.value(flag) { current.given.append((flag, value)) }
    }
    // What was heard is the word of whoever heard it: nobody's words are put into the mouth of the one who spoke.
    if isTold {
      if let asserter = earlier.value("--asserted-by") { current.given.append(("--asserted-by", asserter)) }
      current.given.append(("--basis", "told"))
    }
    open = slots(for: current)
  }

  /// Is the event one that was told of in the call or meeting before it?
  var isTold: Bool { finished.last.map { RecordKinds.isSpoken($0.kind) } ?? false }

  /// Leaves out what need not be asked, and ends with the last question.
  private mutating func settle() {
    // Nobody takes back by telephone what was promised to oneself; and one's own words need no further speaker.
    let isMine = start.keeper != nil && current.value("--from") == start.keeper
    if case .speaker? = open.first, isMine { open.removeFirst() }
    // Of one promise alone nobody is asked which.
    if case .field(let field)? = open.first, field.kind == .key("promise"), isTold,
      let promises = directory.inside[current.stream ?? ""]?.promises, promises.count == 1
    {
      current.given.append((RecordKinds.flag(for: field.name), promises[0]))
      open.removeFirst()
    }
    if case .assertedBy? = open.first, RecordKinds.isSpoken(current.kind), let keeper = start.keeper {
      current.given.append(("--asserted-by", keeper))
      open.removeFirst()
    }
    if case .saidMore? = open.first,
      isMine || directory.inside[current.stream ?? ""]?.promises.isEmpty != false
    {
      open.removeFirst()
    }
    if open.isEmpty { finished.append(current) }
  }
}

extension String {
  /// Without white space around it.
  var plain: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// Without the quotation marks around it, which stand beside it when it is shown.
  var unquoted: String {
    for (open, close) in [("“", "”"), ("\"", "\""), ("‘", "’"), ("'", "'")] as [(Character, Character)]
    where count > 2 && first == open && last == close
      && !dropFirst().dropLast().contains(where: { $0 == open || $0 == close })
    {
      return String(dropFirst().dropLast())
    }
    return self
  }
}
