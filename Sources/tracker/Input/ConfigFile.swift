internal import AgreementTracker
internal import Glibc
internal import Synchronization

/// What a user wants always: lines `name = value` in `$XDG_CONFIG_HOME/tracker/config`, else `~/.config/tracker/config`.
///
/// A flag goes before the environment, and the environment before this file. So a line sets the variable of its name where
/// the environment has none, before anything is asked; whoever reads variables needs to know of no file.
enum ConfigFile {
  private struct Entry {
    var name: String
    /// Set by it.
    var variable: String
    /// Where one of these is set, the line is not used.
    var before: [String] = []
    /// The value of the variable; nil where this is none of the setting.
    var value: @Sendable (String) -> String?
    var takes: String
  }

  private static let entries = [
    Entry(name: "book", variable: "TRACKER_BOOK", value: path, takes: "a path that begins with / or ~/"),
    Entry(name: "keys", variable: "TRACKER_KEYS", value: path, takes: "a path that begins with / or ~/"),
    Entry(name: "state", variable: "TRACKER_STATE", value: path, takes: "a path that begins with / or ~/"),
    Entry(
      name: "pager", variable: "TRACKER_PAGER", before: ["PAGER"], value: { $0 }, takes: "a command; cat for no pager"),
    Entry(
      name: "color", variable: "TRACKER_COLOR", before: ["NO_COLOR"], value: { Colour(rawValue: $0)?.rawValue },
      takes: "auto, always or never"),
    Entry(
      name: "accessible", variable: "TRACKER_ACCESSIBLE", value: { ["yes": "1", "no": "0"][$0] }, takes: "yes or no"),
    Entry(
      name: "threads", variable: "TRACKER_THREADS", value: { ["1", "2"].contains($0) ? $0 : nil }, takes: "1 or 2"),
    Entry(name: "recorded-by", variable: "TRACKER_RECORDED_BY", value: { $0 }, takes: "a role or key"),
  ]

  private static let origins = Mutex<[String: String]>([:])

  /// “file: ~/.config/tracker/config, line 3”, where the variable comes from there.
  static func origin(of variable: String) -> String? { origins.withLock { $0[variable] } }

  static var place: String? {
    if let base = Console.environment("XDG_CONFIG_HOME"), base.hasPrefix("/") { return "\(base)/tracker/config" }
    return Console.environment("HOME").flatMap { $0.hasPrefix("/") ? "\($0)/.config/tracker/config" : nil }
  }

  /// Takes what the file says, if there is one; all that is wrong with it is said at once.
  static func take() throws {
    guard let place, let bytes = try FileBytes.small(place) else { return }
    var faults: [Failure] = []
    var seen: [String: Int] = [:]
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let text = String(line).plain
      guard !text.isEmpty, !text.hasPrefix("#") else { continue }
      let spot = "\(place):\(index + 1)"
      let entry: Entry
      let set: String
      do throws(Failure) { (entry, set) = try setting(text, &seen, line: index + 1, at: spot) } catch {
        faults.append(error)
        continue
      }
      guard ([entry.variable] + entry.before).allSatisfy({ (Console.environment($0) ?? "").isEmpty }) else { continue }
      setenv(entry.variable, set, 1)
      origins.withLock { $0[entry.variable] = "file: \(place), line \(index + 1)" }
    }
    guard let first = faults.first else { return }
    guard faults.count > 1 else { throw first }
    throw Failure(
      .badData, what: "\(faults.count) lines of the file of settings cannot be read", place: place,
      next: "Put them right, or take them away.",
      more: faults.map { "line \($0.place.split(separator: ":").last ?? ""): \($0.what). \($0.next)" })
  }

  /// - Parameters:
  ///   - seen: the settings of the lines before, with their lines.
  ///   - spot: the file and the line.
  private static func setting(
    _ text: String, _ seen: inout [String: Int], line: Int, at spot: String
  ) throws(Failure) -> (Entry, String) {
    guard let equals = text.firstIndex(of: "=") else {
      throw Failure(.badData, what: "this line is no “name = value”", place: spot, next: "A remark begins with #.")
    }
    let name = String(text[..<equals]).plain
    let value = String(text[text.index(after: equals)...]).plain
    guard let entry = entries.first(where: { $0.name == name }) else {
      let names = entries.map(\.name)
      throw Failure(
        .badData, what: "there is no setting “\(name.shown)”", place: spot,
        next: Spelling.nearest(to: name, among: names).map { "Did you mean \($0)?" }
          ?? "Settings: \(names.joined(separator: ", "))")
    }
    if let first = seen[name] {
      throw Failure(
        .badData, what: "“\(name)” is set twice, in line \(first) too", place: spot,
        next: "Take one of the lines away.")
    }
    seen[name] = line
    guard !value.isEmpty, let set = entry.value(value) else {
      throw Failure(
        .badData, what: "“\(value.shown)” is no value of “\(name)”", place: spot, next: "It takes \(entry.takes).")
    }
    return (entry, set)
  }

  /// An absolute path; where a relative one would begin depends on where somebody stands.
  @Sendable private static func path(_ text: String) -> String? {
    if text.hasPrefix("/") { return text }
    guard text.hasPrefix("~/"), let home = Console.environment("HOME") else { return nil }
    return home + text.dropFirst(1)
  }
}
