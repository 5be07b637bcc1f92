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

  /// What is kept on disk while a person is asked.
  private final class Kept {
    var draft: EntryDraft?
    /// Were questions answered? What was typed as flags is in the shell's own memory.
    var isAnswered = false
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
    let kept = Kept()
    kept.draft = draft
    kept.isAnswered = draft != nil
    do {
      try writing.record("record", files: file.map { [$0.incoming] } ?? [], more: told) { book in
        var entries = [Interview.Entry(kind: kind, arguments: withPresets)]
        if isAsked || writing.isAsking { try keep(kept, in: book) }
        if isAsked { entries = try ask(book, kept) ?? entries }
        var proposals = try entries.map { try proposal($0, in: book, writing, again: again) }
        if let file { try ExhibitArguments.checkKnown(file, &proposals, in: book, again: again, writing) }
        if Console.isPersonThere { try Reason.ask(&proposals, in: book) }
        return proposals
      }
      if let file { Console.tell(ExhibitArguments.told(file, isDryRun: writing.dryRun)) }
    } catch {
      throw told(error, kept)
    }
    // A trial run over, the entry can still be added.
    if writing.dryRun, kept.isAnswered { Console.error("\(EntryDraft.way)") } else { kept.draft?.remove() }
  }

  /// What became of the file, for a program's answer.
  private var told: JSONObject {
    var more = JSONObject()
    if let file { more["file"] = ExhibitArguments.json(file) }
    return more
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
    let path = Self.full(book.path)
    let others = shared.filter { !$0.hasPrefix("--book=") && $0 != "--dry-run" }
    let draft = EntryDraft(
      name: book.freshID().description, book: path, kind: kind, arguments: arguments,
      shared: others + ["--book=\(path)"])
    try draft.save()
    kept.draft = draft
  }

  /// An entry may be gone on with from another folder.
  private static func full(_ path: String) -> String {
    guard let full = realpath(path, nil) else { return path }
    defer { free(full) }
    return String(cString: full)
  }

  /// The file alone where it is in this folder.
  static func name(of path: String) -> String {
    let here = full(".") + "/"
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
  private func ask(_ book: RecordBook, _ kept: Kept) throws -> [Interview.Entry]? {
    guard
      var interview = Interview(
        kind: kind, arguments: event, directory: try Directory(book),
        suggestions: file.map(ExhibitArguments.suggestions) ?? [:])
    else {
      _ = try RecordFlags(type, arguments: withPresets)
      return nil
    }
    let style = TextStyle.here
    let others = EntryDraft.waiting().filter { $0.isAnswered && $0.name != kept.draft?.name }
    if draft == nil, !others.isEmpty {
      Console.error(
        style.lines(
          "Unfinished: \(others.map(\.words).joined(separator: "; ")). Go on with it:  tracker record --resume"))
    }
    if kept.isAnswered { EntryDraft.sayAtInterrupt() }
    if let earlier = kept.draft?.answers, !earlier.isEmpty {
      interview.resume(earlier)
      Console.error(style.lines("Going on, in \(Self.name(of: book.path)), with: \(kind)"))
      for (question, answer) in interview.taken { Console.error(style.lines("  \(question) — \(answer)")) }
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
    while let question = interview.question {
      guard let text = Console.ask(question.prompt(style.lines)) else { throw Declined() }
      switch interview.answer(question.isDate ? Today.named(text) : text) {
      case .taken(let echo):
        if let echo { Console.error(style.lines("  \(style.isAccessible ? "Understood:" : "→") \(echo)")) }
      case .again(let why), .explained(let why): Console.error(style.lines("  \(why)"))
      case .back: break
      }
      if !kept.isAnswered { EntryDraft.sayAtInterrupt() }
      kept.isAnswered = true
      kept.draft?.answers = interview.answers
      try kept.draft?.save()
    }
    return interview.entries
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
