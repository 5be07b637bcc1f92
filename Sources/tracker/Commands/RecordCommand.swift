internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Adds one event, from flags.",
    discussion: """
      Kinds: \(RecordKinds.types.map(\.word).joined(separator: ", ")).
      The flags of a kind: tracker record KIND --help

      Examples:
        tracker record party pct --kind commissioner --identity named --name "The PCT" --asserted-by lmc
        tracker record withdrawal deal-2009 --promise slice --scope whole --decided-by "the board" \\
            --when "Sept 2010" --asserted-by pct --basis document --citation "board minute" --dry-run
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
    try writing.record { book in
      var flags = flags
      try flags.lookUp(in: book.source.log)
      do throws(JSONFault) {
        return [
          try Proposal(
            draft: JSONValue.object(flags.members).canonicalBytes, id: book.freshID(), recordedBy: writing.recordedBy)
        ]
      } catch {
        let field = error.path.split(separator: ".").dropFirst().first.map(String.init) ?? error.path
        throw Failure(
          .badData, what: error.why, place: field.isEmpty ? "" : RecordKinds.flag(for: field),
          next: "The flags of this kind: tracker record \(kind) --help")
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
        if !argument.contains("="), let value = rest.popFirst() { shared.append(value) }
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

  static func help(_ kind: String, _ type: any EventData.Type) -> String {
    let stream = type.streams.map(\.rawValue).joined(separator: " or ")
    var text = "\(type.meaning)\n\nusage: tracker record \(kind) <\(stream)> [flags]\n\n"
    func line(_ flag: String, _ value: String, _ meaning: String) {
      let left = "  \(flag) <\(value)>"
      text += left + String(repeating: " ", count: max(2, 34 - left.count)) + meaning + "\n"
    }
    for field in type.fields {
      line(RecordKinds.flag(for: field.name), field.kind.word, field.meaning + (field.isRequired ? " (required)" : ""))
    }
    text += "\nFlags of every kind:\n"
    for flag in RecordFlags.common { line(flag.flag, flag.value, flag.meaning) }
    text += "  --book, --recorded-by, --dry-run, --clock-ok\n"
    text += "\nExample:\n  tracker record \(kind) KEY \(example(type)) --asserted-by lmc --dry-run\n"
    return text
  }

  private static func example(_ type: any EventData.Type) -> String {
    type.fields.filter(\.isRequired).prefix(4).map { "\(RecordKinds.flag(for: $0.name)) \($0.kind.sample)" }
      .joined(separator: " ")
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
    case .eventID: "event id"
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
    case .eventID: "ID"
    case .digest: "DIGEST"
    case .flag: "yes"
    case .list(let kind): kind.sample
    case .shape: "\"\(word)\""
    }
  }
}
