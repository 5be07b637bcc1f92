internal import AgreementTracker
internal import Agreements
internal import LogStore
internal import Projections
internal import Reports
internal import Spreadsheets
internal import Tables
internal import TransparencyLog

/// A table on its way into a book: looked at, asked about, understood, added.
struct TableImport {
  let file: String
  let options: TableOptions
  let writing: WritingOptions

  /// Its name without folders, as it is cited.
  private var name: String { file.split(separator: "/").last.map(String.init) ?? file }

  /// Refused rows beyond these are in the rejects file only.
  private static let shown = 20

  func run() throws {
    _ = try options.subject()
    let bytes = try FileBytes.read(file)
    Progress.say("Reading \(file) …", about: file)
    let digest = LogDigest.sha256(bytes)
    let table = try said { try Spreadsheet(bytes, name: name, sheet: options.sheet) }
    try writing.withBook { book in try add(table, digest, to: book) }
  }

  /// What is wrong with the file, in words.
  private func said<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let fault as SpreadsheetFault { throw Self.failure(fault, file) }
  }

  static func failure(_ fault: SpreadsheetFault, _ file: String) -> Failure {
    Failure(
      .badData, what: fault.why, place: fault.place.map { "\(file), cell \($0)" } ?? file,
      next: fault.next)
  }

  private func add(_ table: Spreadsheet, _ digest: [UInt8], to book: RecordBook) throws {
    let (kind, agreement) = try options.subject()
    let (context, owner) = try book.tableContext(for: agreement)
    var plan = try options.plan(owner: owner)
    let rules = try self.rules(book, plan, try said { try plan.header(of: table) })
    if let kept = rules?.kept { plan = kept.applied(to: plan) }
    var reading = try read(table, plan, context, digest)
    while options.ask, let answered = try answers(reading.questions, plan) {
      plan = answered
      reading = try read(table, plan, context, digest)
    }
    let style = TextStyle(width: Console.width)
    Console.out(report(reading, table, kind, style))
    guard reading.questions.isEmpty else { throw Self.unanswered(reading.questions) }
    guard reading.rejects.isEmpty else { throw try refusal(reading, reading.rejects) }
    guard !reading.entries.isEmpty else {
      throw Failure(.badData, what: "there is no row below the header", place: file)
    }
    if let row = options.second.first(where: { row in !reading.entries.contains { $0.row.number == row } }) {
      throw Failure(.usage, what: "the table has no row \(row)", place: "--second")
    }
    let outcome = try book.importTable(
      reading, digest: digest, sheet: table.sheet, agreement: agreement, second: Set(options.second),
      recordedBy: writing.recordedBy, isDryRun: writing.dryRun, isClockTrusted: writing.clockOk != nil,
      consent: writing.consent(in: book))
    switch outcome {
    case .refused(let rejects): throw try refusal(reading, rejects)
    case .added(let imported):
      if imported.recorded?.isDeclined == true { throw Declined() }
      Console.out(try words(imported, book, style))
      guard !writing.dryRun, let rules, imported.recorded != nil else { return }
      try KeptFile.write(rules.path, Array(TableRules(of: plan, header: reading.header).text.utf8))
    }
  }

  private func read(_ table: Spreadsheet, _ plan: TablePlan, _ context: TableContext, _ digest: [UInt8]) throws
    -> TableReading
  {
    try said {
      try TableReading(table, plan, in: context, file: (name, digest.hex), progress: { Progress.rows($0) })
    }
  }

  /// Where the answers of the last time are, and the answers.
  private func rules(_ book: RecordBook, _ plan: TablePlan, _ header: TableHeader?) throws -> (
    path: String, kept: TableRules?
  )? {
    guard let header else { return nil }
    let path = "\(book.path).rules/\(TableRules.fileName(plan, header))"
    guard let bytes = try KeptFile.read(path) else { return (path, nil) }
    do throws(SpreadsheetFault) {
      let kept = try TableRules(text: String(decoding: bytes, as: UTF8.self))
      return (path, kept)
    } catch {
      throw Self.failure(error, path)
    }
  }

  // MARK: Questions

  /// Asks each question that has answers; nil if none was answered.
  private func answers(_ questions: [TableQuestion], _ plan: TablePlan) throws -> TablePlan? {
    var plan = plan
    var isAnswered = false
    for question in questions where !question.answers.isEmpty {
      var text = "\(question.what.plainLine)\n"
      for (index, answer) in question.answers.enumerated() { text += "  \(index + 1)  \(answer.words.plainLine)\n" }
      Console.error(text + "Number: ")
      guard let line = readLine() else { continue }
      guard let number = Int(line.filter { $0 != " " }), question.answers.indices.contains(number - 1) else {
        throw Failure(
          .usage, what: "“\(line.shown)” is none of the numbers 1 to \(question.answers.count)", next: question.next)
      }
      plan.take(question.answers[number - 1].effect)
      isAnswered = true
    }
    return isAnswered ? plan : nil
  }

  private static func unanswered(_ questions: [TableQuestion]) -> Failure {
    let count = questions.count
    return Failure(
      .badData, what: "nothing was added: \(count == 1 ? "a question is" : "\(count) questions are") open",
      next: questions.count == 1 ? questions[0].next : "Answer them, or let them be asked: --ask",
      more: questions.map { count == 1 ? $0.what : "\($0.what). \($0.next)" })
  }

  // MARK: What is said

  /// What was found in the file, column by column: as read, before anything is added.
  private func report(_ reading: TableReading, _ table: Spreadsheet, _ kind: TableKind, _ style: TextStyle) -> String {
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    let isRead = !reading.entries.isEmpty || !reading.rejects.isEmpty || !reading.totals.isEmpty
    let rows = reading.dataRows
    var head = "\(name): "
    if isRead {
      head += count(rows, "row")
      if !reading.totals.isEmpty { head += " + \(count(reading.totals.count, "total row"))" }
      head += "; "
    }
    var text = style.lines(head + table.words + "; header in row \(reading.header.row)")
    for column in reading.columns {
      var words = column.words
      if column.field == "money", isRead {
        words = "the rows come to \(reading.sum.words)"
        for total in reading.totals {
          if let stated = total.stated {
            words +=
              total.agrees
              ? "; row \(total.row) says the same"
                + (total.read == reading.sum ? "" : " of its part (\(stated.words))")
              : "; row \(total.row) says \(stated.words)"
          } else if !total.agrees {
            words += "; row \(total.row) says “\(total.text)”, which cannot be read"
          }
        }
      }
      text += style.lines("  “\(column.header)” is \(column.field)\(words.isEmpty ? "" : ": \(words)")")
    }
    let unused = reading.header.names.filter { name in
      !name.isEmpty && !reading.columns.contains { $0.header == name }
    }
    if !unused.isEmpty { text += style.lines("  Not read: \(unused.joined(separator: ", "))") }
    for name in reading.header.repeated { text += style.lines("  Note: several columns are called “\(name)”.") }
    for note in table.notes { text += style.lines("  Note: \(note).") }
    for (row, first) in reading.repeated.prefix(Self.shown) {
      text += style.lines("  Note: row \(row) says the same as row \(first); each is an event of its own.")
    }
    if reading.repeated.count > Self.shown {
      text += style.lines("  Note: … and \(reading.repeated.count - Self.shown) more such rows.")
    }
    return text
  }

  private func words(_ imported: RecordBook.ImportedTable, _ book: RecordBook, _ style: TextStyle) throws -> String {
    var text = ""
    if !imported.there.isEmpty {
      let numbers = imported.there.map { $0.position + 1 }
      let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
      text += style.lines(
        "\(name) was imported before: \(numbers.count) of its rows \(numbers.count == 1 ? "is" : "are") "
          + (first == last ? "event \(first)." : "among events \(first) to \(last)."))
    }
    for (row, position) in imported.known.prefix(Self.shown) {
      text += style.lines(
        "Row \(row) is left out: event \(position + 1) says the same. If it happened twice: --second \(row)")
    }
    if imported.known.count > Self.shown {
      text += style.lines("… and \(imported.known.count - Self.shown) more rows.")
    }
    guard let recorded = imported.recorded else { return text + "Nothing was added.\n" }
    return text + recorded.text(style, try recorded.lexicon(of: book), isDryRun: writing.dryRun)
  }

  /// Every refused row with its cell and reason; they are written down for whoever can mend them.
  private func refusal(_ reading: TableReading, _ rejects: [TableReading.Reject]) throws -> Failure {
    let rows = Set(rejects.map(\.row.number)).count
    let all = reading.dataRows
    var lines = rejects.prefix(Self.shown).map { reject in
      "\(reject.place.map { "cell \($0)" } ?? "row \(reject.row.number)"): \(reject.why)"
        + (reject.next.isEmpty ? "" : ". \(reject.next)")
    }
    if rejects.count > Self.shown { lines.append("… and \(rejects.count - Self.shown) more") }
    var next = "Mend the table and import it again."
    if !writing.dryRun { next = "They are in \(try writeRejects(reading, rejects)), with the reasons. " + next }
    return Failure(
      .badData, what: "nothing was added: \(rows) of \(all) row\(all == 1 ? " was" : "s were") refused", place: file,
      next: next, more: lines)
  }

  private func writeRejects(_ reading: TableReading, _ rejects: [TableReading.Reject]) throws -> String {
    let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    let path = "\(stem).rejects.csv"
    // Only a file that was made here is replaced.
    if let there = try KeptFile.read(path) {
      let first = String(decoding: there.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
      guard first.hasSuffix("Row,Reason") else {
        throw Failure(
          .cannotWrite, what: "\(path.shown) is there already, and is no list of refused rows", next: "Move it away.")
      }
    }
    try KeptFile.write(path, RejectsFile.bytes(reading, rejects))
    return path
  }
}
