internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Adds one event, from flags.",
    usage: "tracker record KIND KEY [flags] [--dry-run] [--book BOOK]",
    discussion: """
      Kinds: \(RecordKinds.types.map(\.word).joined(separator: ", ")).
      The flags of a kind: tracker record KIND --help

      Examples:
        tracker record party pct --kind commissioner --identity named \\
          --name "The PCT" --asserted-by lmc
        tracker record withdrawal deal-2009 --promise slice --scope whole \\
          --decided-by "the board" --when "Sept 2010" --asserted-by pct \\
          --basis document --citation "board minute" --locator "page 3" --dry-run
      """)

  @Argument(help: "The kind of event.")
  var kind: String
  @Argument(parsing: .captureForPassthrough, help: "The key of its agreement, party, plan or exhibit; then flags.")
  var rest: [String] = []

  func run() throws {
    let type = try Self.type(kind)
    if rest.contains("--help") || rest.contains("-h") {
      Console.out(Self.help(kind, type))
      return
    }
    let (own, writing) = try Self.divide(rest)
    let flags = try RecordFlags(type, arguments: own)
    do {
      try add(flags, writing)
    } catch var failure as Failure {
      failure.place = RecordFlags.flag(forPath: failure.place)
      failure.more = failure.more.map { line in
        guard let colon = line.firstRange(of: ": ") else { return line }
        return RecordFlags.flag(forPath: String(line[..<colon.lowerBound])) + line[colon.lowerBound...]
      }
      throw failure
    }
  }

  private func add(_ flags: RecordFlags, _ writing: WritingOptions) throws {
    try writing.record { book in
      var flags = flags
      try flags.lookUp(in: book.source.log)
      do throws(JSONFault) {
        return [
          try Proposal(
            draft: JSONValue.object(flags.members).canonicalBytes, id: book.freshID(), recordedBy: writing.recordedBy)
        ]
      } catch {
        throw Failure(
          .badData, what: error.why, place: error.path, next: "All flags of this kind:  tracker record \(kind) --help")
      }
    }
  }

  /// The options that all recording commands share, taken out of the flags of the kind.
  private static func divide(_ arguments: [String]) throws -> ([String], WritingOptions) {
    var own: [String] = []
    var shared: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let flag = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
      switch flag {
      case "--dry-run": shared.append(argument)
      case "--book", "--recorded-by", "--clock-ok":
        shared.append(argument)
        guard !argument.contains("=") else { continue }
        guard let value = rest.popFirst() else { throw Failure(.usage, what: "\(flag) needs a value") }
        shared.append(value)
      default: own.append(argument)
      }
    }
    return (own, try WritingOptions.parse(shared))
  }

  private static func type(_ kind: String) throws -> any EventData.Type {
    if let type = RecordKinds.type(for: kind) { return type }
    let words = RecordKinds.types.map(\.word)
    let guess = Spelling.nearest(to: kind, among: words)
    throw Failure(
      .usage, what: "there is no kind of event “\(kind.shown)”",
      next: guess.map { "Did you mean:  tracker record \($0)" } ?? "Kinds: \(words.joined(separator: ", "))")
  }

  static func help(of kind: String) throws -> String { help(kind, try type(kind)) }

  private static func help(_ kind: String, _ type: any EventData.Type) -> String {
    let style = TextStyle(width: min(Console.width, 96))
    let key = type.streams == [.log] ? "" : " <\(type.streams.map(\.rawValue).joined(separator: " or "))>"
    let hasTarget = type.fields.contains { $0.name == "target" }
    var text = style.lines(type.meaning) + "\nusage: tracker record \(kind)\(hasTarget ? "" : key) [flags]\n\n"
    func line(_ flag: String, _ value: String, _ meaning: String) {
      text += style.labelled("\(flag) <\(value)>", meaning, indent: "  ", label: 34)
    }
    for field in type.fields {
      line(RecordKinds.flag(for: field.name), field.kind.word, field.meaning + (field.isRequired ? " (required)" : ""))
    }
    text += "\nFlags of every kind:\n"
    let own = Set(type.fields.map { RecordKinds.flag(for: $0.name) })
    for flag in RecordFlags.common where !own.contains(flag.flag) { line(flag.flag, flag.value, flag.meaning) }
    text += "  --book, --recorded-by, --dry-run, --clock-ok: as for every command that records\n"
    let sample = type.fields.filter(\.isRequired).map { "\(RecordKinds.flag(for: $0.name)) \($0.kind.sample)" }
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
    case .choice(let words): words[0]
    case .eventID: "14"
    case .digest: "DIGEST"
    case .flag: "yes"
    case .list(let kind): kind.sample
    case .shape: "\"\(word)\""
    }
  }
}
