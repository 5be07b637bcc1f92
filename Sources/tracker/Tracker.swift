internal import ArgumentParser

/// What the program runs: it reads the arguments of the process, and leaves with an exit status.
public enum CommandLineTool {
  public static func main() { TrackerCommand.main() }
}

/// The command. Each subcommand is a file in Commands/; words and exit codes are in Output/.
struct TrackerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tracker",
    abstract: "A record of agreements, what was delivered, what was paid and what was withdrawn.",
    discussion: """
      Nothing in a record book is ever changed or deleted; mistakes are corrected in the open. Every figure can be \
      followed to the event and the page, and every claim says who makes it.

      Examples:
        tracker replay log.jsonl --as-of 2011-09-30
        tracker init deals --owner lmc
        tracker import deals.drafts.jsonl
        tracker import payments.csv --as payment --agreement AGREEMENT
        tracker obligations --as-of "30 September 2011"
        tracker explain AGREEMENT

      Exit codes: 0 done, 1 looked and found something, 4 the log does not verify, 64 usage, 65 bad data, \
      66 file missing, 69 tool missing, 73 cannot write, 75 busy, 130 stopped by you.
      """,
    version: "0.1.0",
    subcommands: [
      InitCommand.self, RecordCommand.self, ImportCommand.self, TemplateCommand.self, CorrectCommand.self,
      RetractCommand.self, ObligationsCommand.self, RenegedCommand.self, TimelineCommand.self, PlansCommand.self,
      ReplayCommand.self, ExplainCommand.self, ShowCommand.self, SearchCommand.self, DiffCommand.self,
      BalanceCheckCommand.self, ExportCommand.self, RestoreCommand.self,
      WithholdCommand.self, EraseCommand.self, VerifyCommand.self, CheckpointCommand.self, KeyCommand.self,
      ProveCommand.self, CheckProofCommand.self, WitnessCommand.self, AcknowledgeCommand.self, TimestampCommand.self,
      PublishCommand.self, AuditCommand.self, RecoverCommand.self, ExhibitCommand.self, BackupCommand.self,
      DoctorCommand.self, ConfigCommand.self,
      CompletionsCommand.self,
    ])

  static func main() {
    ignoreBrokenPipes()
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      try prepare(arguments)
      if let answer = try helpOfKind(arguments) {
        Console.out(answer)
      } else {
        try checkNames(arguments)
        var command = try parseAsRoot(arguments)
        try command.run()
      }
      Console.flush()
    } catch let failure as Failure {
      fail(failure)
    } catch let declined as Declined {
      Console.flush()
      Console.error(declined.text)
      leave(ExitStatus.interrupted.rawValue)
    } catch let status as ExitStatus {
      Console.flush()
      leave(status.rawValue)
    } catch {
      let text = fullMessage(for: error) + "\n"
      guard exitCode(for: error) != .success else {
        Console.out(text)
        Console.flush()
        leave(0)
      }
      Console.flush()
      Console.error(Failure.usage(text).stressingError)
      leave(ExitStatus.usage.rawValue)
    }
  }

  private static func prepare(_ arguments: [String]) throws {
    // A complaint about the file of settings has its colour too, or none.
    defer { Colour.want(from: arguments) }
    // What completes words at the Tab key never complains.
    if arguments.first?.hasPrefix("---") == true { try? ConfigFile.take() } else { try ConfigFile.take() }
  }

  /// A word that is no command is answered with the nearest that is one.
  private static func checkNames(_ arguments: [String]) throws {
    guard let first = arguments.first, !first.hasPrefix("-") else { return }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    let words = first == "help" && arguments.count > 1 ? arguments.dropFirst() : arguments[...]
    guard let word = words.first, !word.hasPrefix("-") else { return }
    guard (names + ["help"]).contains(word) else {
      let guess = Spelling.nearest(to: word, among: names)
      throw Failure(
        .usage, what: "there is no command “\(word.shown)”",
        next: changing[word] ?? guess.map { "Did you mean:  tracker \($0)" } ?? "See them all:  tracker --help")
    }
    try checkBelow(word, words.dropFirst())
  }

  /// The same for a word behind a command that has commands of its own.
  private static func checkBelow(_ group: String, _ words: ArraySlice<String>) throws {
    guard let below = configuration.subcommands.first(where: { $0.configuration.commandName == group })?.configuration,
      !below.subcommands.isEmpty, let word = words.first, !word.hasPrefix("-")
    else { return }
    let names = below.subcommands.compactMap { $0.configuration.commandName }
    guard !(names + ["help"]).contains(word) else { return }
    throw Failure(
      .usage, what: "there is no command “\(group) \(word.shown)”",
      next: Spelling.nearest(to: word, among: names).map { "Did you mean:  tracker \(group) \($0)" }
        ?? "There are: \(names.map { "tracker \(group) \($0)" }.joined(separator: ", "))")
  }

  /// What other programs call it; here both versions stay visible.
  private static let changing: [String: String] = {
    let correct = "Nothing is overwritten here. To put an event right:  tracker correct EVENT"
    let retract = "Nothing is deleted here. To take an event back, in the open:  tracker retract EVENT --why \"…\""
    return Dictionary(
      uniqueKeysWithValues: ["edit", "change", "update", "amend", "modify"].map { ($0, correct) }
        + ["delete", "remove", "undo", "rm", "revert"].map { ($0, retract) })
  }()

  /// `tracker help record KIND` is `tracker record KIND --help`.
  private static func helpOfKind(_ arguments: [String]) throws -> String? {
    guard arguments.count >= 3, arguments[0] == "help", arguments[1] == "record" else { return nil }
    return try RecordCommand.help(of: arguments[2])
  }
}
