internal import ArgumentParser

struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Prints the completion script for a shell: bash, zsh or fish.",
    usage: "tracker completions bash|zsh|fish",
    discussion: """
      Example:
        tracker completions bash > ~/.local/share/bash-completion/completions/tracker
      """)

  @Argument(help: "bash, zsh or fish")
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw Failure(.usage, what: "there are no completions for “\(shell.shown)”", next: "Shells: bash, zsh, fish")
    }
    Console.out(TrackerCommand.completionScript(for: shell) + "\n")
  }
}
