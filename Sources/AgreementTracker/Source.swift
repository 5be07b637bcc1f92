public import CanonicalJSON
public import LogStore
public import Projections
internal import SQLiteStore
internal import Agreements
internal import TransparencyLog

/// A log that can be read, whatever holds it: a record book (`.tracker`) or JSON Lines (`.jsonl`).
public struct Source: Sendable {
  /// As the user named it.
  public let name: String
  public let log: any LogReading
  /// The book, where it is one.
  let book: SQLiteLog?

  public init(name: String, log: any LogReading) {
    self.name = name
    self.log = log
    book = log as? SQLiteLog
  }

  /// A part of a book.
  init(name: String, part: PartOfLog, of book: SQLiteLog) {
    self.name = name
    log = part
    self.book = book
  }

  /// What stands beside the lines.
  public func companions() throws(TrackerError) -> Companions {
    do {
      if let book { return try Companions.of(book) }
      return log is JSONLinesLog ? try Companions.beside(name) : Companions()
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// What the log says of itself: its origin and its keys.
  public func identity() throws(TrackerError) -> LogIdentity {
    do {
      if let book { return try LogIdentity(book) }
      var identity = LogIdentity()
      var decoder = EventDecoder()
      try log.forEachLine { position, line in
        guard let event = try? decoder.event(line, at: position), event.stream == .log else { return true }
        identity.take(event.body, at: position)
        return true
      }
      return identity
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// Events of a book that no signature covers yet; nil for JSON Lines, whose checkpoint may be elsewhere.
  public func unsigned() throws(TrackerError) -> Int? {
    guard let book else { return nil }
    do {
      let signed = try book.checkpoint().map { try Checkpoint(note: $0).size } ?? 0
      return try book.size() - signed
    } catch {
      throw TrackerError(error, in: name)
    }
  }

  /// The tree over the lines: a book keeps its hashes, of JSON Lines they are worked out in one pass.
  func tree() throws -> any TreeHashReading {
    if let book { return book }
    var tree = TreeHashes()
    try log.forEachLine { _, line in
      tree.append(entry: LogLine.entry(ofWithheld: line) ?? LogDigest.entry(of: line))
      return true
    }
    return tree
  }

  /// Opens a file for reading; nothing is written, and a folder that cannot be written will do.
  public static func open(_ path: String, _ threads: ReadingThreads = .one) throws(TrackerError) -> Source {
    do {
      if path.hasSuffix(".tracker") {
        return Source(name: path, log: try SQLiteLog(path: path, opening: .readOnly))
      }
      return Source(name: path, log: try JSONLinesLog(path: path, threads: threads.count))
    } catch {
      throw TrackerError(error, in: path)
    }
  }

  /// The history as it was known, with the question's two times put to it.
  public func ask<T>(
    asOf day: Day, knownAt: Instant? = nil, knownAtText: String? = nil, withRoot: Bool = true,
    _ answer: (History, Question) throws -> T
  ) throws(TrackerError) -> T {
    do {
      let history = try History(log, knownAt: knownAt, isHeadWanted: withRoot, isChainChecked: withRoot)
      let root = withRoot ? try history.head().root : nil
      var question = history.question(asOf: day, knownAtText: knownAtText, root: root)
      // A part of a book has no line without a stream.
      if let book { question.leftOut = try book.withheldCount() }
      return try answer(history, question)
    } catch {
      throw TrackerError(error, in: name)
    }
  }
}
