internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Foundation
internal import LogStore
internal import Projections

/// Mutates drafts and logs and gives them to the program: `import` of the one, `verify` and `replay` of the other.
///
/// What must hold of every mutant: no crash; a refusal names line and column, or the event; a refused file leaves the book
/// as it was, to the byte; and a book that took a file passes its own verification.
package struct MutantRun {
  /// Half of them drafts, half of them logs.
  package let count: Int
  package let seed: UInt64
  package let folder: String

  package init(count: Int, seed: UInt64, folder: String) {
    self.count = count
    self.seed = seed
    self.folder = folder
  }

  /// What came of it; an error is thrown where a promise was broken.
  package struct Report: CustomStringConvertible, Sendable {
    package var drafts = 0
    package var logs = 0
    /// Mutants of which every line is JSON of some form.
    package var stillJSON = 0
    /// Mutants of which every line is in canonical form, with the frame that a log has.
    package var canonical = 0
    package var imported = 0
    package var replayed = 0
    /// Refusals and findings by code: of `import`, and of `verify`.
    package var atImport: [String: Int] = [:]
    package var atVerify: [String: Int] = [:]

    package var mutants: Int { drafts + logs }
    /// Codes of the catalogue that never occurred.
    package var missing: [String] {
      MutantRun.catalogue.filter { atImport[$0] == nil && atVerify[$0] == nil }
    }
    /// At least a third of the mutants must still be JSON, and a third canonical, or the run only tests the reader.
    package var isMixed: Bool { stillJSON * 3 >= mutants && canonical * 3 >= mutants }

    package var description: String {
      func column(_ number: Int) -> String {
        let text = "\(number)"
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
      }
      let rows = MutantRun.catalogue.map { code in
        "\(column(atImport[code] ?? 0))\(column(atVerify[code] ?? 0))  \(code)"
      }
      let missing = missing
      return """
        \(mutants) mutants: \(stillJSON) still JSON, \(canonical) canonical
        \(drafts) files of drafts: \(imported) imported, \(drafts - imported) refused
        \(logs) logs: \(replayed) replayed, \(logs - replayed) refused
        no crash, nothing half written, every refusal has its place

          import  verify  code
        \(rows.joined(separator: "\n"))

        codes of the catalogue that did not occur: \(missing.isEmpty ? "none" : missing.joined(separator: ", "))
        """
    }
  }

  package struct Broken: Error, CustomStringConvertible {
    package var description: String
  }

  // MARK: The catalogue

  /// Every code that `import` and `verify` of a file can give.
  static let catalogue: [String] = {
    let form = JSONFault.Code.allCases.map(\.rawValue)
    let rules = RuleFinding.Code.allCases.map(\.rawValue)
    let store = StoreError.Code.allCases.filter { notFromFiles[$0] == nil }.map(\.rawValue)
    let memory = ["clock-order", "duplicate-id", "previous", "salt-twice", "stream-version", "unknown-stream"]
    let proof = ["acknowledgement", "key-chain"]
    return form + rules + store + memory + proof + ["id-twice", "no-draft", "said-already"]
  }()

  /// Codes that say something about the machine, the book or another program, and so cannot come from what stands in a file
  /// of drafts or in a log.
  static let notFromFiles: [StoreError.Code: String] = [
    .wrongVersion: "another program added to the stream three times while it was decided",
    .invalidDraft: "a draft is read and measured before it is given to the store",
    .busy: "another program holds the book",
    .clockBehind: "the clock of the machine; a draft has no say in it",
    .noSuchPosition: "asked by number; a file asks for none",
    .noSuchFile: "the file is not there",
    .cannotRead: "the disk or the rights, or a file that is cut while it is read",
    .cannotWrite: "the disk or the rights",
    .diskFull: "the disk",
    .readOnly: "the rights",
    .notABook: "JSON Lines are no SQLite file",
    .newerBook: "JSON Lines are no SQLite file",
    .badLine: "given as the code of the form that the line lacks",
    .damaged: "what SQLite holds does not agree with itself",
    .keyChanged: "another program changed the log's key meanwhile",
    .cannotSign: "the key of the log, which no file holds",
    .notAPrefix: "only restoring a book compares two logs",
    .fileDiffers: "a file that is changed while it is filed; a draft brings none",
    .readModelStopped: "a defect of a read model; events cannot cause it",
  ]

  // MARK: The run

  package func run() throws -> Report {
    var report = Report()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let story = Self.story.map(\.canonicalBytes)
    let empty = try MutantBook(folder: folder, drafts: [])
    // The same story is there already: what differs under an id of its own is a conflict, the rest adds nothing.
    let full = try MutantBook(folder: folder, drafts: story)
    let log = try full.lines()
    var drafts = Mutator(seed: seed, lines: story, isLog: false)
    var logs = Mutator(seed: seed ^ 0x5851_F42D_4C95_7F2D, lines: log, isLog: true)
    for index in 0..<count {
      let isLog = !index.isMultiple(of: 2)
      let mutant = isLog ? logs.mutant(of: log) : drafts.mutant(of: story)
      count(mutant, &report)
      do {
        if isLog {
          try replay(mutant, &report)
        } else {
          try importing(mutant, into: index.isMultiple(of: 10) ? full : empty, &report)
        }
      } catch {
        let path = "\(folder)/broken-\(seed)-\(index).jsonl"
        try Data(mutant).write(to: URL(fileURLWithPath: path))
        throw Broken(description: "mutant \(index) of seed \(seed): \(error)\nkept as \(path)")
      }
    }
    return report
  }

  private func count(_ mutant: [UInt8], _ report: inout Report) {
    var lines = mutant.split(separator: 0x0A, omittingEmptySubsequences: false)
    let isClosed = lines.last?.isEmpty ?? false
    if isClosed { lines.removeLast() }
    let isCanonical = isClosed && lines.allSatisfy { (try? JSONValue(canonical: $0)) != nil }
    if isCanonical { report.canonical += 1 }
    if isCanonical || lines.allSatisfy({ (try? JSONValue(relaxed: $0)) != nil }) { report.stillJSON += 1 }
  }

  private func importing(_ mutant: [UInt8], into book: MutantBook, _ report: inout Report) throws {
    report.drafts += 1
    let before = try book.lines()
    let lines = mutant.split(separator: 0x0A, omittingEmptySubsequences: false).count
    switch try book.take(mutant) {
    case .added:
      report.imported += 1
      try book.check(startsWith: before)
      try book.putBack()
    case .refused(let faults):
      guard try book.lines() == before else { throw Broken(description: "half written") }
      guard !faults.isEmpty else { throw Broken(description: "refused without a reason") }
      for fault in faults {
        report.atImport[fault.code, default: 0] += 1
        let hasColumn = fault.column.map { $0 >= 1 } ?? (JSONFault.Code(rawValue: fault.code) == nil)
        guard 1...max(1, lines) ~= fault.line, hasColumn, !fault.what.isEmpty, Self.catalogue.contains(fault.code)
        else { throw Broken(description: "refused without a place, or by no code of the catalogue: \(fault)") }
      }
    }
  }

  private func replay(_ mutant: [UInt8], _ report: inout Report) throws {
    report.logs += 1
    let path = "\(folder)/mutant-\(ProcessInfo.processInfo.processIdentifier)-\(seed).jsonl"
    try Data(mutant).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    let source = try Source.open(path)
    let verification = try Verification.run(source)
    for code in Set(verification.faults.map(\.code)) { report.atVerify[code, default: 0] += 1 }
    for fault in verification.faults {
      let hasColumn = fault.column.map { $0 >= 1 } ?? (JSONFault.Code(rawValue: fault.code) == nil)
      guard fault.position != nil, hasColumn, !fault.text.isEmpty, Self.catalogue.contains(fault.code) else {
        throw Broken(description: "found without a place, or by no code of the catalogue: \(fault)")
      }
    }
    do throws(TrackerError) {
      try source.ask(asOf: Day(number: 16_000)) { history, question in
        _ = try history.obligations(question, isExplaining: true)
        _ = try history.reneged(question)
        _ = try history.timeline(question)
        _ = try history.plans(question)
        var replay = Replay(asOf: question.asOf)
        try replay.run(source.log) { _ in true }
      }
      report.replayed += 1
    } catch {
      let isLine = error.place.contains(", line ") && error.place.contains(", column ")
      // A sum that no number holds is no fault of one event: the row is named.
      let isRow = error.what.hasPrefix("a sum is larger") && error.place.contains(", creditor ")
      guard !error.what.isEmpty, isLine || isRow || error.place.contains(", event ") else {
        throw Broken(description: "refused without a place: \(error)")
      }
    }
  }
}

/// A book that is as it was after each mutant: a copy of the same file, made anew only where something was added.
private final class MutantBook {
  private let template: String
  private let path: String
  /// What was seen is forgotten with each copy: that the book was turned back is what this is about.
  private let folders: UserFolders
  private var book: RecordBook

  init(folder: String, drafts: [[UInt8]]) throws {
    template = "\(folder)/mutants-\(UUID().uuidString).tracker"
    path = "\(folder)/mutants-\(UUID().uuidString).tracker"
    folders = UserFolders(keys: "\(path).keys", state: "\(path).state")
    let made = try RecordBook.create(
      at: template, name: "A test", owner: PartyKey(unchecked: "committee-a"), ownerName: "A committee",
      origin: "tracker/test", folders: folders, environment: .fixed())
    if !drafts.isEmpty {
      let told = try made.importDrafts(Array(drafts.joined(separator: [0x0A])), recordedBy: "officer")
      guard case .added = told else { throw MutantRun.Broken(description: "the story itself is refused: \(told)") }
    }
    try made.close()
    try FileManager.default.copyItem(atPath: template, toPath: path)
    book = try RecordBook.open(path, folders: folders, environment: .fixed(seed: 8))
  }

  deinit {
    try? book.close()
    for file in [template, path] {
      for ending in ["", "-wal", "-shm", "-journal", ".keys", ".state"] {
        try? FileManager.default.removeItem(atPath: file + ending)
      }
    }
  }

  func lines() throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    try book.source.log.forEachLine { _, line in
      lines.append(Array(line))
      return true
    }
    return lines
  }

  func take(_ bytes: [UInt8]) throws -> RecordBook.Imported { try book.importDrafts(bytes, recordedBy: "officer") }

  /// What was taken came behind what was there, and nothing is wrong with it.
  func check(startsWith before: [[UInt8]]) throws {
    guard try lines().starts(with: before) else { throw MutantRun.Broken(description: "what was there has changed") }
    let verification = try Verification.run(book.source)
    guard verification.faults.isEmpty else {
      throw MutantRun.Broken(description: "taken, but not as it should be: \(verification.faults)")
    }
  }

  func putBack() throws {
    try book.close()
    for ending in ["", "-wal", "-shm", "-journal", ".state"] {
      try? FileManager.default.removeItem(atPath: path + ending)
    }
    try FileManager.default.copyItem(atPath: template, toPath: path)
    book = try RecordBook.open(path, folders: folders, environment: .fixed(seed: 8))
  }
}
