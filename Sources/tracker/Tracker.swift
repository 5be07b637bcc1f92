internal import ArgumentParser

/// The command. Each subcommand is a file in Commands/; words and exit codes are in Output/.
@main
struct TrackerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tracker",
    abstract: "A record of agreements, what was delivered, what was paid and what was withdrawn.",
    discussion: """
      Nothing in a record book is ever changed or deleted; mistakes are corrected in the open. Every figure can be \
      followed to the event and the page, and every claim says who makes it.

      Examples:
        tracker replay events/cases/bury-2009-10.jsonl --as-of 2011-09-30
        tracker init bury --owner lmc && tracker import bury.drafts.jsonl
        tracker obligations --as-of "30 September 2011"
        tracker explain AGREEMENT
      """,
    version: "0.1.0",
    subcommands: [
      InitCommand.self, RecordCommand.self, ImportCommand.self, CorrectCommand.self, RetractCommand.self,
      ObligationsCommand.self, RenegedCommand.self, TimelineCommand.self, PlansCommand.self, ReplayCommand.self,
      ExplainCommand.self, ShowCommand.self, VerifyCommand.self, ExportCommand.self, CompletionsCommand.self,
    ])

  static func main() {
    ignoreBrokenPipes()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let word = arguments.first, !word.hasPrefix("-"), let guess = suggestion(for: word) {
      fail(
        Failure(
          .usage,
          what: "there is no command “\(word.shown)”.\(guess.isEmpty ? "" : " Did you mean  tracker \(guess) ?")",
          next: guess.isEmpty ? "See them all: tracker --help" : ""))
    }
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      Console.flush()
    } catch let failure as Failure {
      fail(failure)
    } catch let error as ExitCode {
      Console.flush()
      leave(error.rawValue)
    } catch {
      if exitCode(for: error) == .success {
        Console.out(fullMessage(for: error) + "\n")
        Console.flush()
        leave(0)
      }
      Console.flush()
      Console.error(fullMessage(for: error) + "\n")
      leave(exitCode(for: error).rawValue)
    }
  }

  /// nil if the word is a command; else the nearest one, or nothing.
  private static func suggestion(for word: String) -> String? {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    if names.contains(word) { return nil }
    return Spelling.nearest(to: word, among: names) ?? ""
  }
}
