internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Adds one event: from flags, or asking for what is missing.",
    usage: """
      tracker record KIND [KEY] [flags] [--dry-run] [--yes] [--book BOOK]
          [--json]
      tracker record --resume | --discard [--yes]
      """,
    discussion: """
      Kinds: \(RecordKinds.words.joined(separator: ", ")).
      The flags of a kind: tracker record KIND --help

      At a terminal what is missing is asked for in plain words; unknown is an answer where it may be one. What would be \
      added, and what it changes, is shown, and then you are asked. Ctrl-C stops at any question and keeps what was typed.

      Of a call or a meeting it is asked whether there is a paper: the file that is named, such as an e-mail, is filed with \
      it, and what it shows is asked. As a flag, with any kind but exhibit, --attach FILE files it and cites it.

      Examples:
        tracker record call
        tracker record letter --attach letter.pdf
        tracker record exhibit board-letter.pdf
        tracker record party pct --kind commissioner --identity named \\
          --name "The PCT" --asserted-by lmc
        tracker record withdrawal deal-2009 --promise slice --scope whole \\
          --decided-by "the board" --when "Sept 2010" --asserted-by pct \\
          --basis document --citation "board minute" --locator "page 3" --dry-run
      """)

  @Flag(help: "Go on with an entry that was left unfinished.")
  var resume = false
  @Flag(help: "Throw away an entry that was left unfinished.")
  var discard = false
  @Flag(help: "Do it without asking.")
  var yes = false
  @OptionGroup var answer: AnswerOptions
  @Argument(help: "The kind of event.", completion: .list(RecordKinds.words))
  var kind: String?
  @Argument(
    parsing: .captureForPassthrough, help: "The key of its agreement, party, plan or exhibit; then flags.",
    completion: .custom(Completing.recorded))
  var rest: [String] = []

  func run() throws {
    do { try act() } catch let failure as Failure where failure.status == .badData { throw guessing(failure) }
  }

  /// A key that the book does not know may be a slip of one that it knows.
  private func guessing(_ failure: Failure) -> Failure {
    guard let type = kind.flatMap(RecordKinds.type), let divided = try? Self.divide(rest),
      let flags = try? RecordFlags(type, arguments: divided.own, isPartial: true)
    else { return failure }
    let book = divided.shared.last { $0.hasPrefix("--book=") }.map { String($0.dropFirst("--book=".count)) }
    return failure.guessing(NearKeys.found(for: flags, in: book))
  }

  private func act() throws {
    if discard { return try throwAway() }
    if resume { return try goOn(with: try EntryDraft.resumed()) }
    let kind = try kind ?? Self.askedKind()
    let type = try Self.type(kind)
    if rest.contains("--help") || rest.contains("-h") {
      Console.out(Self.help(kind, type))
      return
    }
    let (given, shared, attached) = try Self.divide(rest + (yes ? ["--yes"] : []) + (answer.json ? ["--json"] : []))
    let own = Today.named(in: given, of: type)
    let arguments = type.type == ExhibitFiled.type ? try ExhibitArguments.named(own) : own
    guard attached.isEmpty || type.type != ExhibitFiled.type else {
      throw Failure(
        .usage, what: "--attach files a paper with another event, and this is the paper itself",
        next: "tracker record exhibit \(attached[0].shown)")
    }
    try Recording(
      kind: kind, type: type, arguments: arguments, shared: shared, file: try ExhibitArguments.file(in: arguments),
      given: attached
    ).run()
  }

  /// What is gone for good is named before it goes.
  private func throwAway() throws {
    let entry = try EntryDraft.chosen()
    guard yes || Console.isPersonThere else {
      throw Failure(
        .usage, what: "it is not thrown away unasked: \(entry.words)",
        next: "If it is to go:  tracker record --discard --yes")
    }
    guard yes || Console.isYes("Throw away \(entry.words)?") else { throw Declined() }
    entry.remove()
    let left = EntryDraft.waiting().count
    Console.tell(
      "Thrown away: \(entry.words).\(left == 0 ? "" : " \(left) left unfinished.") Nothing was added.\n")
    Written.made("record") { written in
      written.more["discarded"] = .string(entry.words)
      written.more["unfinished"] = .integer(Int64(left))
    }?.give()
  }

  /// Whoever knows no kind is shown them all.
  private static func askedKind() throws -> String {
    guard Console.isPersonThere else {
      throw Failure(.usage, what: "what is to be recorded?", next: "The kinds of events:  tracker record --help")
    }
    let words = RecordKinds.words.filter { word in RecordKinds.type(for: word).map(RecordKinds.isAskedFor) == true }
    Console.error(TextStyle.here.lines("  \(words.joined(separator: ", "))"))
    while let text = Console.ask("What is to be recorded? Type one of these words; Enter stops.\n> "), !text.isEmpty {
      if words.contains(text) { return text }
      let guess = Spelling.nearest(to: text, among: words).map { " Did you mean \($0)?" } ?? ""
      Console.error("  There is no kind “\(text.shown)”.\(guess)\n")
    }
    throw Declined()
  }

  private func goOn(with draft: EntryDraft) throws {
    guard kind == nil, rest.isEmpty else {
      throw Failure(
        .usage, what: "--resume takes nothing else", next: "What was typed is kept in the entry; back opens it again.")
    }
    guard Console.isPersonThere else {
      throw Failure(.usage, what: "only a person at a terminal can go on with an entry", next: "Or: --discard")
    }
    try Recording(
      kind: draft.kind, type: try Self.type(draft.kind), arguments: draft.arguments, shared: draft.shared, draft: draft,
      file: try ExhibitArguments.file(in: draft.arguments), given: draft.files.filter(\.isGiven).map(\.path)
    ).run()
  }

  /// The options that all recording commands share, taken out of the flags of the kind.
  private static func divide(
    _ arguments: [String]
  ) throws -> (own: [String], shared: [String], attached: [String]) {
    var own: [String] = []
    var shared: [String] = []
    var attached: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let flag = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
      switch flag {
      case "--dry-run", "--yes", "--json": shared.append(argument)
      case "--book", "--recorded-by", "--clock-ok", "--again":
        let attached = argument.contains("=") ? String(argument.dropFirst(flag.count + 1)) : nil
        guard let value = attached ?? rest.popFirst() else { throw Failure(.usage, what: "\(flag) needs a value") }
        shared.append("\(flag)=\(value)")
      case "--attach":
        let value = argument.contains("=") ? String(argument.dropFirst(flag.count + 1)) : rest.popFirst()
        guard let value, !value.isEmpty else { throw Failure(.usage, what: "--attach needs the name of a file") }
        attached.append(value)
      default: own.append(argument)
      }
    }
    return (own, shared, attached)
  }

  static func type(_ kind: String) throws -> any EventData.Type {
    if let type = RecordKinds.type(for: kind) { return type }
    let words = RecordKinds.words
    let guess = Spelling.nearest(to: kind, among: words)
    throw Failure(
      .usage, what: "there is no kind of event “\(kind.shown)”",
      next: guess.map { "Did you mean:  tracker record \($0)" } ?? "Kinds: \(words.joined(separator: ", "))")
  }

  static func help(of kind: String) throws -> String { help(kind, try type(kind)) }

  private static func help(_ kind: String, _ type: any EventData.Type) -> String {
    let style = TextStyle(width: min(Console.width, 80))
    let key = type.streams == [.log] ? "" : " <\(type.streams.map(\.rawValue).joined(separator: " or "))>"
    let hasTarget = type.fields.contains { $0.name == "target" }
    let label = 34
    var text = style.lines(type.meaning) + "\nusage: tracker record \(kind)\(hasTarget ? "" : key) [flags]\n\n"
    func line(_ flag: String, _ value: String, _ meaning: String) {
      text += style.labelled("\(flag) <\(value)>", meaning, indent: "  ", label: label)
    }
    let presets = RecordKinds.presets(of: kind)
    for field in type.fields {
      let flag = RecordKinds.flag(for: field.name)
      let preset = presets.first { $0.flag == flag }.map { " (\($0.value), if not given)" }
      var (value, meaning) = (field.kind.word, field.meaning + (preset ?? (field.isRequired ? " (required)" : "")))
      // Many words to choose from would push the meaning out at the right.
      if case .choice(let words) = field.kind, flag.count + value.count + 3 >= label {
        (value, meaning) = ("word", "\(meaning): \(words.joined(separator: ", "))")
      }
      line(flag, value, meaning)
    }
    text += "\nFlags of every kind:\n"
    let own = Set(type.fields.map { RecordKinds.flag(for: $0.name) })
    for flag in RecordFlags.common where !own.contains(flag.flag) { line(flag.flag, flag.value, flag.meaning) }
    if type.type == ExhibitFiled.type {
      line(
        "--file", "file",
        "the file itself: its bytes are stored in the book, and digest, size, type and pages are read from it")
    } else {
      line(
        "--attach", "file",
        "a paper that shows it: filed as an exhibit in the same go, and cited; again for a second one")
    }
    line("--again", "text", "why what is there already is recorded once more; kept in the note")
    text += style.lines(
      "  --book, --recorded-by, --dry-run, --yes, --clock-ok, --json: as for every command that records")
    let needed = type.fields.filter { field in
      field.isRequired && !presets.contains { $0.flag == RecordKinds.flag(for: field.name) }
    }
    let sample = needed.map { "\(RecordKinds.flag(for: $0.name)) \($0.kind.sample)" }
    let start = "tracker record \(kind)" + (hasTarget || key.isEmpty ? "" : " KEY")
    text += "\nExample:\n" + style.command(([start] + sample + ["--asserted-by lmc", "--dry-run"]))
    return text
  }
}

extension Field.Kind {
  /// What stands for a value in help.
  var word: String {
    switch self {
    case .key(let of): of
    case .text: "text"
    case .money: "sum"
    case .date: "date"
    case .count: "number"
    case .pence: "sum"
    case .choice(let words): words.joined(separator: "|")
    case .eventID: "event"
    case .digest: "digest"
    case .flag: "yes"
    case .list(let kind): "\(kind.word),…"
    case .shape("share"): "70% at most £100,000 each"
    case .shape("conditions"): "key:text"
    case .shape("changes"): "promise:sum"
    case .shape("count"): "number"
    case .shape: "json"
    }
  }

  var sample: String {
    switch self {
    case .key(let of): of == "party" ? "lmc" : "\(of)-1"
    case .text: "\"…\""
    case .money: "\"up to £100,000\""
    case .date: "\"Sept 2010\""
    case .count: "10"
    case .pence: "£8,000"
    case .choice(let words): words[0]
    case .eventID: "14"
    case .digest: "DIGEST"
    case .flag: "yes"
    case .list(let kind): kind.sample
    case .shape: "\"\(word)\""
    }
  }
}
