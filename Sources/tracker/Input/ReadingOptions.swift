internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Glibc
internal import LogStore
internal import Projections
internal import Reports

/// What every reading command takes: the source, the two times, and the form of the answer.
struct ReadingOptions: ParsableArguments {
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?

  @Option(help: ArgumentHelp("What had happened by this day (default: today, UTC).", valueName: "day"))
  var asOf: String?

  @Option(help: ArgumentHelp("What had been recorded by this day or moment (default: everything).", valueName: "day"))
  var knownAt: String?

  @Flag(help: "Answer in JSON.")
  var json = false

  @Flag(help: "Do not compute the root of a JSON Lines file.")
  var noHead = false

  /// Both times, read.
  struct Times {
    var day: Day
    var knownAt: Instant?
    var knownAtText: String?
  }

  func times() throws -> Times {
    var times = Times(day: try asOf.map { try Self.day($0, "--as-of") } ?? LogEnvironment.system.now().day)
    guard let knownAt else { return times }
    if let instant = Instant(knownAt) {
      times.knownAt = instant
      times.knownAtText = knownAt
    } else {
      let day = try Self.day(knownAt, "--known-at")
      times.knownAt = Instant.end(of: day)
      times.knownAtText = day.description
    }
    return times
  }

  /// One day, as people or programs write it.
  static func day(_ text: String, _ option: String) throws -> Day {
    if let day = Day(text) { return day }
    do throws(WordsFault) {
      let date = try ImpreciseDate(words: text)
      if let day = date.earliest, day == date.latest { return day }
      throw WordsFault("“\(text.shown)” is more than one day", next: "Write one day: 30 September 2011 or 2011-09-30.")
    } catch {
      throw Failure(.badData, what: error.why, place: option, next: error.next)
    }
  }

  var style: TextStyle {
    TextStyle(width: Console.width, isAccessible: Console.environment("TRACKER_ACCESSIBLE") == "1")
  }

  /// Asks the source; `named` is a positional argument that ends in `.jsonl` or `.tracker`.
  func ask<T>(_ named: String?, _ answer: (History, Question) throws -> T) throws -> T {
    let times = try times()
    do throws(TrackerError) {
      let source = try Source.open(try BookFinder.path(named: named, book: book))
      return try source.ask(
        asOf: times.day, knownAt: times.knownAt, knownAtText: times.knownAtText, withRoot: !noHead, answer)
    } catch {
      throw Failure(error)
    }
  }

  func print(_ json: JSONValue, text: @autoclosure () -> String) {
    if self.json {
      Console.out(bytes: json.canonicalBytes + [0x0A])
    } else {
      Console.out(text())
    }
  }
}

/// Which log is meant.
enum BookFinder {
  static func isSource(_ text: String) -> Bool { text.hasSuffix(".jsonl") || text.hasSuffix(".tracker") }

  /// A source that was named; else `--book`; else TRACKER_BOOK; else the only book in the folder.
  static func path(named: String?, book: String?) throws(TrackerError) -> String {
    if let named { return named }
    if let book { return book }
    if let book = Console.environment("TRACKER_BOOK"), !book.isEmpty { return book }
    let books = self.books
    guard let only = books.first else {
      throw TrackerError(
        .missing, "there is no record book in this folder",
        next: "Name one: --book NAME.tracker, or begin one: tracker init NAME --owner KEY")
    }
    guard books.count == 1 else {
      throw TrackerError(
        .usage, "there are \(books.count) record books in this folder: \(books.joined(separator: ", "))",
        next: "Name one: --book \(only)")
    }
    return only
  }

  private static var books: [String] {
    guard let folder = opendir(".") else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".tracker") { names.append(name) }
    }
    return names.sorted()
  }
}

/// Positional arguments of a reading command: a source, and keys.
struct Positionals {
  var source: String?
  var keys: [String] = []

  init(_ arguments: [String], most: Int) throws {
    for argument in arguments {
      if BookFinder.isSource(argument) {
        guard source == nil else {
          throw Failure(.usage, what: "two sources are named: \(source ?? "") and \(argument.shown)")
        }
        source = argument
      } else {
        keys.append(argument)
      }
    }
    guard keys.count <= most else {
      throw Failure(
        .usage, what: "“\(keys[most].shown)” is one argument too many", next: "A source ends in .jsonl or .tracker.")
    }
  }

  /// The key at an index, checked for its grammar.
  func key<K: DomainKey>(_ index: Int, _ what: String) throws -> K? {
    guard index < keys.count else { return nil }
    return try Keys.key(keys[index], what)
  }
}

enum Keys {
  static func key<K: DomainKey>(_ text: String, _ what: String) throws -> K {
    guard let key = K(rawValue: text) else {
      throw Failure(
        .badData, what: "“\(text.shown)” is no key of a \(what)",
        next: "A key is 1 to 64 of a-z, 0-9 and -, like bury-2009-10.")
    }
    return key
  }
}
