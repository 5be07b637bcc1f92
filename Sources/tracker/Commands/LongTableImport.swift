internal import AgreementTracker
internal import Agreements
internal import Glibc
internal import Projections
internal import Reports
internal import Spreadsheets
internal import Tables
internal import TransparencyLog

/// A table that is too long to be held, on its way into a book: gone over once to be understood and checked, and once more
/// to be added, all rows or none.
struct LongTableImport {
  let outer: TableImport

  private var writing: WritingOptions { outer.writing }
  private var options: TableOptions { outer.options }

  func run() throws {
    guard options.sheet == nil else {
      throw Failure(.badData, what: "a text file has no sheets", place: outer.file, next: "Leave --sheet out.")
    }
    Progress.say("Reading \(outer.file) …", about: outer.file)
    let file = try TableFile(outer.file)
    try writing.withBook { try add(file, to: $0) }
  }

  private func add(_ file: TableFile, to book: RecordBook) throws {
    let (_, subject) = try options.subject()
    guard let agreement = subject else { throw outer.nothingBelow }
    let (context, owner) = try book.tableContext(for: agreement)
    let table = try outer.said { try Spreadsheet(text: file, name: outer.name) }
    var plan = try options.plan(owner: owner)
    let header = try outer.said { try plan.header(of: table) }
    try outer.checkAlone(header)
    let rules = try outer.rules(book, plan, header, file: file.digest.hex)
    let suggested = options.ask ? rules?.suggested(plan) : nil
    if suggested == nil, let kept = rules?.kept { plan = kept.applied(to: plan, file: file.digest.hex) }
    var (reading, census) = try read(table, file, plan, context, book, agreement)
    while options.ask, try outer.ask(reading.questions + reading.nameQuestions, &plan, rules, suggested) {
      (reading, census) = try read(table, file, plan, context, book, agreement)
    }
    let isGood = reading.questions.isEmpty && reading.refused == 0 && reading.understood > 0
    let second = try options.secondRows()
    if isGood { try book.settle(census, agreement: agreement, second: Set(second.keys)) }
    let style = TextStyle.here
    Console.tell(outer.report(reading, table, style, repeated: census.repeated, rules, plan))
    var account = ImportAccount(file: outer.name, digest: file.digest.hex, agreement: agreement, reading: reading)
    account.repeated = census.repeated.count
    guard reading.questions.isEmpty else {
      outer.give(account, in: book)
      throw TableImport.unanswered(reading.questions)
    }
    if reading.refused > 0 { throw try refusal(table, account, in: book) }
    guard reading.understood > 0 else { throw reading.dataRows > 0 ? outer.nothingLeft : outer.nothingBelow }
    let doubtful = census.others.count + census.rivals.count + census.elsewhere.count
    if doubtful > 0 {
      let rejects = try book.versions(census, agreement: agreement)
      outer.give(account.refusing(rejects, rows: doubtful, file: nil), in: book)
      throw outer.refusal(
        rows: doubtful, of: reading.dataRows, rejects, more: doubtful - min(rejects.count, TableImport.shown), file: nil
      )
    }
    if let row = second.keys.sorted().first(where: { !census.has(row: $0) }) { throw outer.noRow(row) }
    Console.tell(outer.words(there: census.there, known: census.known, style))
    Console.tell(outer.words(takenBack: census.takenBack, style))
    Console.tell(outer.words(alike: census.alike, style))
    Console.tell(try outer.words(census.overlaps, book, style))
    account.overlaps = census.overlaps
    (account.there, account.known, account.added) = (census.there.count, census.known.count, census.fresh)
    (account.takenBack, account.alike) = (census.takenBack.count, census.alike.count)
    guard census.fresh > 0 else {
      Console.tell("Nothing was added.\n")
      return outer.give(account, in: book)
    }
    if writing.isAsking {
      Console.flush()
      Console.error("About to add \(eventCount(census.fresh)) (nothing is saved yet)\n")
      guard Console.isYes("Add them?") else { throw Declined() }
    }
    let rejects = RejectsWriter(outer.file, reading, isDryRun: writing.dryRun)
    let imported = try book.importLong(
      table, reading, census: census, agreement: agreement, second: second,
      recordedBy: writing.recordedBy, isDryRun: writing.dryRun,
      isClockTrusted: writing.clockOk != nil, refuse: rejects.take, progress: { Progress.added($0) })
    guard imported.refused == 0 else { throw try outer.refusal(rejects, account, in: book) }
    guard !writing.dryRun, let first = imported.positions.first, let last = imported.positions.last else {
      Console.tell("Nothing was added (dry run). It would be:\n  \(eventCount(census.fresh))\n")
      Console.tell(try firstRows(table, reading, census, book, style))
      return outer.give(account, in: book, isLong: true)
    }
    let numbers = first == last ? "event \(first + 1)" : "events \(first + 1) to \(last + 1)"
    Console.tell("\(eventCount(imported.positions.count)) added, \(numbers)\n")
    Console.tell("Wrong? \(RecordBook.Recorded.wayBack(first + 1, last + 1))\n")
    account.positions = (first, last)
    outer.give(account, in: book, isLong: true)
    try rules?.keep(plan, isDone: true)
  }

  private func read(
    _ table: Spreadsheet, _ file: TableFile, _ plan: TablePlan, _ context: TableContext, _ book: RecordBook,
    _ agreement: AgreementKey
  ) throws -> (TableReading, RowCensus) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let money = plan.moneyColumn(in: try outer.said { try plan.header(of: table) })
    let census = try book.census(digest: file.digest, plan.kind, money: money, of: agreement, folder: folder)
    let reading = try outer.said {
      try TableReading(
        table, plan, in: context, file: (outer.name, file.digest.hex), progress: { Progress.rows($0) },
        visit: census.take)
    }
    return (reading, census)
  }

  /// The first rows as they were understood: how days were read is what one checks.
  private func firstRows(
    _ table: Spreadsheet, _ reading: TableReading, _ census: RowCensus, _ book: RecordBook, _ style: TextStyle
  ) throws -> String {
    struct Enough: Error {}
    let lexicon = Lexicon(try History(book.source.log).standingRegistrations)
    var (text, shown) = ("", 0)
    do {
      try reading.forEachRow(of: table) { entry in
        guard !census.isSkipped(entry.row.number) else { return }
        text += style.lines("    \(entry.statement.dated(lexicon, in: entry.stream))")
        shown += 1
        if shown == RecordBook.Recorded.firstShown { throw Enough() }
      }
    } catch is Enough {}
    return text
  }

  /// Every refused row is written down, so the table is gone over once more.
  private func refusal(_ table: Spreadsheet, _ account: ImportAccount, in book: RecordBook) throws -> Failure {
    let reading = account.reading
    let rejects = RejectsWriter(outer.file, reading, isDryRun: writing.dryRun)
    try reading.forEachRow(of: table, understood: { _ in }, refused: rejects.take)
    return try outer.refusal(rejects, account, in: book)
  }
}
