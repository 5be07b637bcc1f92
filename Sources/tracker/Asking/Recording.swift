internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Reports

/// One run of `tracker record`: the rim around an `Interview`, where there is a terminal, a book and a draft on disk.
struct Recording {
  let kind: String
  let type: any EventData.Type
  /// The key and the flags of the event.
  let arguments: [String]
  /// The options that all recording commands share, each one word.
  let shared: [String]
  /// What is gone on with.
  var draft: EntryDraft?
  /// The file that is filed as an exhibit, with `record exhibit FILE`.
  var file: ExhibitFile?
  /// Paths of files that are filed with the event and cited as what shows it: `--attach FILE`.
  var given: [String] = []

  /// What is kept on disk while a person is asked.
  private final class Kept {
    var draft: EntryDraft?
    /// Were questions answered? What was typed as flags is in the shell's own memory.
    var isAnswered = false
    let attachments: Attachments
    /// Those of the attachments that are filed, or cited, with the event.
    var paths: [String] = []
    /// What was asked, when all of it was answered.
    var interview: Interview?
    /// Was “back” typed when it was asked whether it is to be added?
    var isBack = false

    init(_ draft: EntryDraft?) {
      self.draft = draft
      isAnswered = draft != nil
      attachments = Attachments(draft?.files ?? [])
    }

    var files: [ExhibitFile] { attachments.files(paths) }
  }

  func run() throws {
    let again = try shared.last { $0.hasPrefix("--again=") }.map { option in
      try Reason.given(String(option.dropFirst("--again=".count)), "--again")
    }
    let writing = try WritingOptions.parse(shared.filter { !$0.hasPrefix("--again=") })
    if let file, try ExhibitArguments.isPutBack(file, writing) {
      draft?.remove()
      return
    }
    let isComplete = try RecordFlags(type, arguments: withPresets, isPartial: true).isComplete
    let isAsked = Console.isPersonThere && (!isComplete || draft?.answers.isEmpty == false)
    // What nobody can be asked for is missed before a book is looked for.
    if !isAsked { _ = try RecordFlags(type, arguments: withPresets) }
    let kept = Kept(draft)
    do {
      repeat {
        kept.isBack = false
        do {
          try add(kept, writing, isAsked: isAsked, again: again)
        } catch is Declined where kept.isBack {}
      } while kept.isBack
      for file in files(kept) { Console.tell(ExhibitArguments.told(file, isDryRun: writing.dryRun)) }
    } catch {
      throw told(error, kept)
    }
    // A trial run over, the entry can still be added.
    if writing.dryRun, kept.isAnswered { Console.error("\(EntryDraft.way)") } else { kept.draft?.remove() }
  }

  private func add(_ kept: Kept, _ writing: WritingOptions, isAsked: Bool, again: String?) throws {
    kept.paths = []
    let back = {
      kept.isBack = kept.interview != nil
      return kept.isBack
    }
    try writing.record("record", files: files(kept), more: told(kept), back: back) { book in
      let asked = isAsked || writing.isAsking
      if asked { try keep(kept, in: book) }
      let given = try attach(kept, in: book)
      var entries = [Interview.Entry(kind: kind, arguments: withPresets + given.sources)]
      if isAsked { entries = try ask(book, given, kept) ?? entries }
      entries.insert(contentsOf: given.entries, at: 0)
      var proposals = try entries.map { try proposal($0, in: book, writing, again: again) }
      if let file { try ExhibitArguments.checkKnown(file, &proposals, in: book, again: again, writing) }
      if Console.isPersonThere { try Reason.ask(&proposals, in: book) }
      return proposals
    }
  }

  private func files(_ kept: Kept) -> [ExhibitFile] { (file.map { [$0] } ?? []) + kept.files }

  /// What became of the files, for a program's answer.
  private func told(_ kept: Kept) -> JSONObject {
    var more = JSONObject()
    if let file { more["file"] = ExhibitArguments.json(file) }
    if !given.isEmpty { more["attached"] = .array(kept.files.map(ExhibitArguments.json)) }
    return more
  }

  /// What goes before the event, and into it, for the files that `--attach` names.
  private struct Given {
    var entries: [Interview.Entry] = []
    var sources: [String] = []
    var exhibits: [Directory.Thing] = []
  }

  private func attach(_ kept: Kept, in book: RecordBook) throws -> Given {
    var attached = Given()
    guard !given.isEmpty else { return attached }
    var directory = try Directory(book)
    let asserter = directory.keeper ?? Self.value("--asserted-by", in: arguments)
    var keys: [String: String] = [:]
    for path in given {
      let paper: Paper
      do { paper = try kept.attachments.read(path, isGiven: true, in: book) } catch {
        throw (error as? Failure).map { failure in
          var failure = failure
          if failure.place.isEmpty { failure.place = path }
          if failure.status == .missing { failure.next = Attachments.near(path) }
          return failure
        } ?? error
      }
      if let mark = draft?.files.first(where: { $0.path == paper.path }), mark.sha256 != paper.sha256 {
        throw Failure(
          .badData, what: "this is not the file any more that it was when it was named", place: path,
          next: "Put that one back, or begin anew:  tracker record --discard")
      }
      let known = paper.filed ?? keys[paper.sha256]
      let key = known ?? paper.freeKey(directory)
      keys[paper.sha256] = key
      attached.sources += ["--source", key]
      guard known == nil else {
        Console.warn("\(paper.name.shown) is in the book already, as exhibit \(key): it is cited, and not stored twice")
        continue
      }
      kept.paths.append(paper.path)
      attached.entries.append(paper.entry(as: key, directory, assertedBy: asserter ?? ""))
      attached.exhibits.append(Directory.Thing(key, paper.title))
      directory.exhibits.append(Directory.Thing(key, paper.title))
    }
    kept.draft?.files = kept.attachments.marks
    try kept.draft?.save()
    return attached
  }

  private static func value(_ flag: String, in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument == flag, arguments.indices.contains(index + 1) { return arguments[index + 1] }
      if argument.hasPrefix("\(flag)=") { return String(argument.dropFirst(flag.count + 1)) }
    }
    return nil
  }

  /// The key and the flags, with what the file says.
  private var event: [String] { file.map { ExhibitArguments.flags(arguments, $0) } ?? arguments }

  private var withPresets: [String] {
    event
      + RecordKinds.presets(of: kind).filter { preset in
        !event.contains { $0 == preset.flag || $0.hasPrefix("\(preset.flag)=") }
      }.flatMap { [$0.flag, $0.value] }
  }

  // MARK: Drafts

  private func keep(_ kept: Kept, in book: RecordBook) throws {
    guard kept.draft == nil else { return }
    let path = Attachments.full(book.path)
    let others = shared.filter { !$0.hasPrefix("--book=") && $0 != "--dry-run" }
    let draft = EntryDraft(
      name: book.freshID().description, book: path, kind: kind, arguments: arguments,
      shared: others + ["--book=\(path)"])
    try draft.save()
    kept.draft = draft
  }

  /// The file alone where it is in this folder.
  static func name(of path: String) -> String {
    let here = Attachments.full(".") + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }

  /// What becomes of the draft when nothing was added, and how that is said.
  private func told(_ error: any Error, _ kept: Kept) -> any Error {
    if !kept.isAnswered { kept.draft?.remove() }
    if var declined = error as? Declined {
      if kept.isAnswered { declined.next = "\(EntryDraft.way)" }
      return declined
    }
    guard var failure = error as? Failure else { return error }
    failure.place = RecordFlags.flag(forPath: failure.place)
    failure.more = failure.more.map { line in
      guard let colon = line.firstRange(of: ": ") else { return line }
      return RecordFlags.flag(forPath: String(line[..<colon.lowerBound])) + line[colon.lowerBound...]
    }
    if kept.isAnswered {
      failure.more.append("what was typed is kept: tracker record --resume, or --discard")
    }
    return failure
  }

  // MARK: Asking

  /// - Returns: nil for kinds that nobody is asked for.
  private func ask(_ book: RecordBook, _ given: Given, _ kept: Kept) throws -> [Interview.Entry]? {
    var interview: Interview
    if let answered = kept.interview {
      interview = answered
      _ = interview.goBack()
    } else {
      guard let begun = try begin(book, given, kept) else { return nil }
      interview = begun
    }
    let style = TextStyle.here
    while let question = interview.question {
      guard let text = Console.ask(question.prompt(style.lines)) else { throw Declined() }
      if question.takesFile {
        let isSure = if case .paper = question.slot { true } else { false }
        let file = try kept.attachments.look(for: text.plain, isSure: isSure, interview.directory, in: book)
        if let file { interview.offer(file, as: text) }
      }
      switch interview.answer(question.isDate ? Today.named(text) : text) {
      case .taken(let echo):
        if let echo { Console.error(style.lines("  \(style.isAccessible ? "Understood:" : "→") \(echo)")) }
      case .again(let why), .explained(let why): Console.error(style.lines("  \(why)"))
      case .back: break
      }
      if !kept.isAnswered { EntryDraft.sayAtInterrupt() }
      kept.isAnswered = true
      kept.draft?.answers = interview.answers
      kept.draft?.files = kept.attachments.marks
      try kept.draft?.save()
    }
    kept.interview = interview
    kept.paths += interview.files
    return interview.entries
  }

  /// What is asked, with what was answered before it was stopped.
  ///
  /// - Returns: nil for kinds that nobody is asked for.
  private func begin(_ book: RecordBook, _ given: Given, _ kept: Kept) throws -> Interview? {
    var directory = try Directory(book)
    directory.exhibits += given.exhibits
    var suggestions = file.map(ExhibitArguments.suggestions) ?? [:]
    suggestions["author"] = file?.mail?.sender.flatMap(directory.sender)?.key
    guard
      var interview = Interview(
        kind: kind, arguments: event + given.sources, directory: directory, suggestions: suggestions)
    else {
      _ = try RecordFlags(type, arguments: withPresets)
      return nil
    }
    if let obstacle = interview.obstacle { throw Failure(.badData, what: obstacle.what, next: obstacle.next) }
    let style = TextStyle.here
    let others = EntryDraft.waiting().filter { $0.isAnswered && $0.name != kept.draft?.name }
    if draft == nil, !others.isEmpty {
      Console.error(
        style.lines(
          "Unfinished: \(others.map(\.words).joined(separator: "; ")). Go on with it:  tracker record --resume"))
    }
    if kept.isAnswered { EntryDraft.sayAtInterrupt() }
    if let earlier = kept.draft?.answers, !earlier.isEmpty {
      let (papers, changed) = kept.attachments.again(in: book)
      for (mark, paper) in papers { interview.offer(.paper(paper), as: mark.path) }
      interview.resume(earlier)
      Console.error(style.lines("Going on, in \(Self.name(of: book.path)), with: \(kind)"))
      for (question, answer) in interview.taken { Console.error(style.lines("  \(question) — \(answer)")) }
      for what in changed { Console.error(style.lines("\(what): it is asked for again.")) }
    }
    if interview.question == nil {
      guard let text = Console.ask("All is answered. Enter shows what would be added, back opens the last answer.\n> ")
      else { throw Declined() }
      if text.lowercased() == "back" { _ = interview.goBack() }
    }
    if interview.question != nil {
      Console.error(
        style.lines("? explains a question, back goes back to the last, Ctrl-C stops and keeps what was typed."))
    }
    return interview
  }

  private func proposal(
    _ entry: Interview.Entry, in book: RecordBook, _ writing: WritingOptions, again: String?
  ) throws -> Proposal {
    var flags = try RecordFlags(RecordCommand.type(entry.kind), arguments: entry.arguments)
    try flags.lookUp(in: book.source.log)
    var proposal: Proposal
    do throws(JSONFault) {
      proposal = try Proposal(
        draft: JSONValue.object(flags.members).canonicalBytes, id: book.freshID(), recordedBy: writing.recordedBy)
    } catch {
      throw Failure(
        .badData, what: error.why, place: error.path,
        next: "All flags of this kind:  tracker record \(entry.kind) --help")
    }
    try Twice.check(&proposal, in: book, again: again, writing)
    return proposal
  }
}
