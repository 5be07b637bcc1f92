internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Projections
internal import Reports

/// What every recording command takes.
struct WritingOptions: ParsableArguments {
  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @Option(help: "The role or key of whoever types this in.")
  var recordedBy: String = "officer"
  @Flag(help: "Say what would be added and what it would change; add nothing.")
  var dryRun = false
  @Option(help: "Why this machine's clock is right although it is far behind the last event.")
  var clockOk: String?

  /// Opens the book, lets `body` add to it, and closes it whatever happens.
  func withBook<T>(_ body: (RecordBook) throws -> T) throws -> T {
    do throws(TrackerError) {
      let book = try RecordBook.open(try BookFinder.path(named: nil, book: self.book))
      let result: Result<T, any Error>
      do { result = .success(try body(book)) } catch { result = .failure(error) }
      try book.close()
      do { return try result.get() } catch { throw TrackerError(error, in: book.path) }
    } catch {
      throw Failure(error)
    }
  }

  /// Adds events and says what was added and what it changes.
  func record(_ make: (RecordBook) throws -> [Proposal]) throws {
    let recorded = try withBook { book in
      try book.record(try make(book), isDryRun: dryRun, isClockTrusted: clockOk != nil)
    }
    Console.out(recorded.text(isDryRun: dryRun))
  }
}

extension RecordBook.Recorded {
  /// What it just did, in words; the event's number is what one writes down.
  func text(isDryRun: Bool) -> String {
    var text = ""
    if wasThere {
      text += "Already recorded\(positions.isEmpty ? "" : " as event " + list(positions)). Nothing was added.\n"
      return text
    }
    if isDryRun { text += "Nothing was added (dry run). It would be:\n" }
    if proposals.count <= 12 {
      for (index, proposal) in proposals.enumerated() {
        let number = index < positions.count ? "Event \(positions[index] + 1) added" : "Event"
        text += "\(number): \(proposal.statement.sentence.plainLine)\n"
      }
    } else {
      let numbers = positions.first.map { ", events \($0 + 1) to \((positions.last ?? $0) + 1)" } ?? ""
      text += "\(proposals.count) events\(isDryRun ? "" : " added")\(numbers)\n"
    }
    if !changes.isEmpty {
      text += "What it changes, as of today:\n"
      for change in changes where change.isWorthSaying {
        text += "  \(change.agreement)/\(change.promise), \(change.creditor): \(change.words)\n"
      }
    }
    if let first = positions.first, !isDryRun {
      text += "Wrong? Events are never removed:  tracker correct \(first + 1)\n"
    }
    return text
  }

  private func list(_ positions: [Int]) -> String { positions.prefix(5).map { String($0 + 1) }.joined(separator: ", ") }
}

extension ReplayView.Change {
  fileprivate var isWorthSaying: Bool {
    if before != nil, after != nil { return true }
    return [.category, .promised, .outstanding].contains(field)
  }
}
