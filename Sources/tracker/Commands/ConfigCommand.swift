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
      A flag goes before the environment, the environment before the file of settings, and that before what is found or \
      built in. The file is $XDG_CONFIG_HOME/tracker/config, else ~/.config/tracker/config: lines name = value, remarks \
      behind #.

        book          the record book, from / or ~/
        keys, state   the two folders, from / or ~/
        pager         a command for long answers; cat for none
        color         auto, always or never
        accessible    yes or no
        threads       1 or 2
        recorded-by   the role or key of whoever types

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
      colour, width, pager,
      Setting(
        name: "recorded by", value: set("TRACKER_RECORDED_BY") ?? "officer",
        origin: set("TRACKER_RECORDED_BY") == nil ? "built in" : from("TRACKER_RECORDED_BY")),
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
      named != nil ? "flag: --book" : set("TRACKER_BOOK") != nil ? from("TRACKER_BOOK") : "the only book in this folder"
    do throws(TrackerError) {
      return Setting(name: "record book", value: try BookFinder.path(named: nil, book: named), origin: origin)
    } catch {
      return Setting(name: "record book", value: nil, origin: error.what)
    }
  }

  private static func folderOrigin(_ own: String, _ shared: String, _ value: String) -> String {
    if set(own) == value { return from(own) }
    if let base = set(shared), base.hasPrefix("/") { return "environment: \(shared)" }
    return set("HOME") == nil ? "built in; HOME is not set" : "built in, below HOME"
  }

  private static var threads: Setting {
    let mine = ReadingThreads.mine
    let builtIn = "built in: two where the machine has two cores"
    return Setting(
      name: "threads", value: "\(mine.count)",
      origin: mine.isAskedFor
        ? from("TRACKER_THREADS")
        : set("TRACKER_THREADS") == nil ? builtIn : "\(builtIn); of TRACKER_THREADS only 1 and 2 mean something")
  }

  private static func switched(_ name: String, _ variable: String) -> Setting {
    let value = set(variable)
    return Setting(
      name: name, value: value == "1" ? "yes" : "no",
      origin: value == nil
        ? "built in" : "\(from(variable))\(value == "1" || value == "0" ? "" : " (only 1 means yes)")")
  }

  private static func from(_ variable: String) -> String {
    ConfigFile.origin(of: variable) ?? "environment: \(variable)"
  }

  /// What decides, in the order in which it is asked (`Colour.isUsed`).
  private static var colour: Setting {
    func setting(_ value: String, _ origin: String) -> Setting {
      Setting(name: "colour", value: value, origin: origin)
    }
    if set("TRACKER_ACCESSIBLE") == "1" { return setting("never", from("TRACKER_ACCESSIBLE")) }
    if let wanted = set("TRACKER_COLOR"), wanted != "auto", Colour(rawValue: wanted) != nil {
      return setting(wanted, from("TRACKER_COLOR"))
    }
    if set("NO_COLOR") != nil { return setting("never", "environment: NO_COLOR") }
    guard let terminal = set("TERM") else { return setting("never", "TERM is not set") }
    if terminal == "dumb" { return setting("never", "environment: TERM=dumb") }
    return setting("at a terminal", set("TRACKER_COLOR") == nil ? "built in" : from("TRACKER_COLOR"))
  }

  private static var pager: Setting {
    let (command, origin) = Pager.choice
    return Setting(
      name: "pager", value: command,
      origin: origin.map { $0 == "TERM" ? "environment: TERM=dumb" : from($0) } ?? "built in, at a terminal")
  }

  private static var width: Setting {
    Setting(
      name: "width of lines", value: "\(Console.width)",
      origin: set("COLUMNS").flatMap(Int.init).map { $0 > 0 } == true
        ? "environment: COLUMNS"
        : Console.isOutputTerminal ? "the terminal" : "built in, where the answer goes to no terminal")
  }
}
