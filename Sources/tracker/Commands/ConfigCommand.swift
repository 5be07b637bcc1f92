internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Glibc
internal import Reports
internal import Spreadsheets

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "What the program goes by: which book, which folders, and where each comes from.",
    discussion: """
      A flag goes before the environment, the environment before what is found, and that before what is built in.

      Example:
        tracker config show --origin
      """,
    subcommands: [Show.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Each setting with its value; with --origin also where it comes from.",
      usage: "tracker config show [--origin] [--book BOOK] [--json | --plain]",
      discussion: """
        Examples:
          tracker config show
          tracker config show --origin
        """)
    @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?
    @Flag(help: "Say where each value comes from.")
    var origin = false
    @OptionGroup var form: FormOptions

    func run() throws {
      let settings = Setting.all(book: book)
      form.answer(
        json: ["format": "tracker.config/1", "settings": .array(settings.map(\.json))],
        header: ["setting", "value", "from"],
        plain: settings.map { [.text($0.name), .text($0.value ?? ""), .text($0.origin)] }, text: text(settings))
    }

    private func text(_ settings: [Setting]) -> String {
      var table = TextTable(
        [("Setting", .left), ("Value", .left)] + (origin ? [("From", TextTable.Alignment.left)] : []))
      for setting in settings {
        table.add([setting.name, setting.value ?? "none"] + (origin ? [setting.origin] : []))
      }
      return table.text(width: Console.width, isAccessible: TextStyle.here.isAccessible)
    }
  }
}

/// Something that the program goes by, and where it has it from.
private struct Setting {
  var name: String
  var value: String?
  var origin: String

  var json: JSONValue {
    ["name": .string(name), "value": value.map(JSONValue.string) ?? .null, "origin": .string(origin)]
  }

  static func all(book: String?) -> [Setting] {
    let folders = UserFolders.mine
    let named = self.book(book)
    return [
      named,
      Setting(
        name: "rules of imports", value: named.value.map { "\($0).rules/" }, origin: "built in, beside the book"),
      Setting(
        name: "folder of keys", value: folders.keys,
        origin: folderOrigin("TRACKER_KEYS", "XDG_DATA_HOME", folders.keys)),
      Setting(
        name: "folder of what was seen, drafts, backups made", value: folders.state,
        origin: folderOrigin("TRACKER_STATE", "XDG_STATE_HOME", folders.state)),
      threads,
      switched("accessible form", "TRACKER_ACCESSIBLE"),
      Setting(name: "colour", value: "never", origin: "built in; NO_COLOR and TERM need not be asked"),
      width,
      Setting(name: "pager", value: nil, origin: "built in: what is printed can be piped into one"),
      Setting(
        name: "folder for copies to look at", value: set("TMPDIR") ?? "/tmp",
        origin: set("TMPDIR") == nil ? "built in" : "environment: TMPDIR"),
    ]
  }

  private static func set(_ name: String) -> String? {
    Console.environment(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func book(_ named: String?) -> Setting {
    let origin =
      named != nil
      ? "flag: --book" : set("TRACKER_BOOK") != nil ? "environment: TRACKER_BOOK" : "the only book in this folder"
    do throws(TrackerError) {
      return Setting(name: "record book", value: try BookFinder.path(named: nil, book: named), origin: origin)
    } catch {
      return Setting(name: "record book", value: nil, origin: error.what)
    }
  }

  private static func folderOrigin(_ own: String, _ shared: String, _ value: String) -> String {
    if set(own) == value { return "environment: \(own)" }
    if let base = set(shared), base.hasPrefix("/") { return "environment: \(shared)" }
    return set("HOME") == nil ? "built in; HOME is not set" : "built in, below HOME"
  }

  private static var threads: Setting {
    let mine = ReadingThreads.mine
    let builtIn = "built in: two where the machine has two cores"
    return Setting(
      name: "threads", value: "\(mine.count)",
      origin: mine.isAskedFor
        ? "environment: TRACKER_THREADS"
        : set("TRACKER_THREADS") == nil ? builtIn : "\(builtIn); of TRACKER_THREADS only 1 and 2 mean something")
  }

  private static func switched(_ name: String, _ variable: String) -> Setting {
    let value = set(variable)
    return Setting(
      name: name, value: value == "1" ? "yes" : "no",
      origin: value == nil ? "built in" : "environment: \(variable)\(value == "1" ? "" : " (only 1 means yes)")")
  }

  private static var width: Setting {
    Setting(
      name: "width of lines", value: "\(Console.width)",
      origin: Console.isOutputTerminal ? "the terminal" : "built in, where the answer goes to no terminal")
  }
}
