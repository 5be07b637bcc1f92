internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
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
  var name: String { file.split(separator: "/").last.map(String.init) ?? file }

  /// Refused rows beyond these are in the rejects file only.
  static let shown = 20
  private static let shownTitles = 5
  private static let shownStrangers = 8

  func run() throws {
    let (kind, _) = try options.subject()
    if kind != .party, try options.replacedNumbers() == nil, TableFile.isLong(file) {
      return try LongTableImport(outer: self).run()
    }
    let bytes = try FileBytes.read(file)
    Progress.say("Reading \(file) …", about: file)
    let digest = LogDigest.sha256(bytes)
    let table = try said { try Spreadsheet(bytes, name: name, sheet: options.sheet) }
    try writing.withBook { book in try add(table, digest, to: book) }
  }

  /// What is wrong with the file, in words.
  func said<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let fault as SpreadsheetFault { throw Self.failure(fault, file) }
  }

  static func failure(_ fault: SpreadsheetFault, _ file: String) -> Failure {
    Failure(
      .badData, what: fault.why, place: fault.place.map { "\(file), cell \($0)" } ?? file,
      next: fault.next)
  }

  private func add(_ table: Spreadsheet, _ digest: [UInt8], to book: RecordBook) throws {
    let (_, agreement) = try options.subject()
    let (context, owner) = try book.tableContext(for: agreement)
    var plan = try options.plan(owner: owner)
    let header = try said { try plan.header(of: table) }
    try checkAlone(header)
    let rules = try self.rules(book, plan, header, file: digest.hex)
    let suggested = options.ask ? rules?.suggested(plan) : nil
    if suggested == nil, let kept = rules?.kept { plan = kept.applied(to: plan, file: digest.hex) }
    var reading = try read(table, plan, context, digest)
    while options.ask, try ask(reading.questions + reading.nameQuestions, &plan, rules, suggested) {
      reading = try read(table, plan, context, digest)
    }
    let style = TextStyle.here
    Console.tell(
      report(
        reading, table, style, repeated: (reading.repeated.count, reading.repeated),
        rules, plan))
    var account = ImportAccount(file: name, digest: digest.hex, agreement: agreement, reading: reading)
    account.repeated = reading.repeated.count
    guard reading.questions.isEmpty else {
      give(account, in: book)
      throw Self.unanswered(reading.questions)
    }
    guard reading.rejects.isEmpty else {
      throw try refusal(account, reading.rejects + brokenRules(reading, digest, table, agreement, book), in: book)
    }
    guard !reading.entries.isEmpty else { throw reading.dataRows > 0 ? nothingLeft : nothingBelow }
    let second = try options.secondRows()
    if let row = second.keys.sorted().first(where: { row in !reading.entries.contains { $0.row.number == row } }) {
      throw noRow(row)
    }
    var replacement: Replacement?
    if let numbers = try options.replacedNumbers() {
      guard let agreement else {
        throw Failure(.usage, what: "parties are not replaced", next: "To put one right:  tracker correct EVENT")
      }
      let compared = try book.compare(reading, with: numbers, in: agreement)
      Console.tell(words(compared, numbers, Lexicon(try History(book.source.log).standingRegistrations), style))
      replacement = compared
      account.replacement = compared
    }
    let outcome = try book.importTable(
      reading, digest: digest, sheet: table.sheet, agreement: agreement, second: second, replacing: replacement,
      correcting: options.correctChanged?.plainLine, retracting: options.retractVanished?.plainLine,
      recordedBy: writing.recordedBy, isDryRun: writing.dryRun, isClockTrusted: writing.clockOk != nil,
      consent: writing.consent(in: book))
    switch outcome {
    case .refused(let rejects): throw try refusal(account, rejects, in: book)
    case .added(let imported):
      if imported.recorded?.isDeclined == true { throw Declined() }
      Console.tell(try words(imported, book, style))
      account.take(imported)
      give(account, in: book, imported.recorded)
      guard !writing.dryRun, let rules, imported.recorded != nil else { return }
      try rules.keep(plan, isDone: true)
    }
  }

  /// What the rules find against the rows that could be read: whoever mends the others wants to know it too.
  private func brokenRules(
    _ reading: TableReading, _ digest: [UInt8], _ table: Spreadsheet, _ agreement: AgreementKey?, _ book: RecordBook
  ) -> [TableReading.Reject] {
    let outcome = try? book.importTable(
      reading, digest: digest, sheet: table.sheet, agreement: agreement, second: options.secondRows(),
      recordedBy: writing.recordedBy, isDryRun: true, isClockTrusted: writing.clockOk != nil)
    return if case .refused(let rejects) = outcome { rejects } else { [] }
  }

  var nothingBelow: Failure { Failure(.badData, what: "there is no row below the header", place: file) }
  var nothingLeft: Failure {
    Failure(.badData, what: "no row is left to be added: all were set aside", place: file)
  }

  func noRow(_ row: Int) -> Failure { Failure(.usage, what: "the table has no row \(row)", place: "--second") }

  private func read(_ table: Spreadsheet, _ plan: TablePlan, _ context: TableContext, _ digest: [UInt8]) throws
    -> TableReading
  {
    try said {
      try TableReading(table, plan, in: context, file: (name, digest.hex), progress: { Progress.rows($0) })
    }
  }

  /// Where the answers about tables with one header are.
  struct Rules {
    var path: String
    var header: TableHeader
    /// SHA-256 of the file, in hexadecimal.
    var file: String
    /// What was answered the last time.
    var kept: TableRules?
    /// What was typed with the command. Which rows somebody wanted this time is no answer about the file.
    var typed: TablePlan

    /// What was answered in an attempt of which nothing came, where it is asked again; nil = there was none.
    func suggested(_ plan: TablePlan) -> TablePlan? {
      kept.flatMap { $0.isOpen ? $0.applied(to: plan, file: file) : nil }
    }

    /// - Parameter isDone: the table was imported by it.
    func keep(_ plan: TablePlan, isDone: Bool) throws {
      var plan = plan
      plan.filters = plan.filters.filter { typed.filters[$0.key] != $0.value }
      plan.exceptions = plan.exceptions.filter { typed.exceptions[$0.key] != $0.value }
      try KeptFile.write(path, Array(TableRules(of: plan, header: header, file: file, isOpen: !isDone).text.utf8))
    }
  }

  func rules(_ book: RecordBook, _ plan: TablePlan, _ header: TableHeader?, file: String) throws -> Rules? {
    guard let header else { return nil }
    let path = "\(book.path).rules/\(TableRules.fileName(plan, header))"
    var rules = Rules(path: path, header: header, file: file, typed: plan)
    guard let bytes = try KeptFile.read(path) else { return rules }
    do throws(SpreadsheetFault) {
      rules.kept = try TableRules(text: String(decoding: bytes, as: UTF8.self))
      return rules
    } catch {
      throw Self.failure(error, path)
    }
  }

  // MARK: Questions

  /// Asks each question that can be answered here, and keeps every answer as it is given: neither a slip at the next question
  /// nor a row that is refused afterwards loses it.
  ///
  /// - Parameter suggested: what was answered in an earlier attempt, for which Enter stands.
  /// - Returns: false if none was answered.
  func ask(_ questions: [TableQuestion], _ plan: inout TablePlan, _ rules: Rules?, _ suggested: TablePlan?) throws
    -> Bool
  {
    let questions = questions.filter(\.canBeAnswered)
    guard !questions.isEmpty else { return false }
    let style = TextStyle.here
    Console.error(
      style.lines("? explains a question, back goes back to the last, Enter leaves it open. What is answered is kept."))
    let before = plan
    var effects: [TableQuestion.Answer.Effect?] = questions.map { _ in nil }
    var index = 0
    while index < questions.count, let text = Console.ask(Self.prompt(questions[index], suggested, style)) {
      switch text.lowercased() {
      case "?":
        Console.error(style.lines("  Without being asked: \(questions[index].next.plainLine)"))
        continue
      case "back":
        index = max(0, index - 1)
        continue
      case "": effects[index] = suggested.flatMap { questions[index].answered(in: $0) }?.effect
      default:
        do throws(WordsFault) { effects[index] = try questions[index].effect(of: text) } catch {
          Console.error(style.lines("  \(error.why.plainLine). \(error.next.plainLine)"))
          continue
        }
      }
      index += 1
      plan = before
      for effect in effects { if let effect { plan.take(effect) } }
      if effects.contains(where: { $0 != nil }) {
        // What was answered the last time and is not yet asked again is not lost by a slip.
        var kept = suggested ?? before
        for effect in effects { if let effect { kept.take(effect) } }
        try rules?.keep(kept, isDone: false)
      }
    }
    return effects.contains { $0 != nil }
  }

  private static func prompt(_ question: TableQuestion, _ suggested: TablePlan?, _ style: TextStyle) -> String {
    var text = style.lines(question.what.plainLine)
    for (index, answer) in question.answers.enumerated() { text += "  \(index + 1)  \(answer.words.plainLine)\n" }
    let enter =
      suggested.flatMap { question.answered(in: $0) }.map { " (Enter = \($0.words.plainLine), as before)" } ?? ""
    if question.answers.isEmpty { return text + "In every row\(enter): " }
    return text + (question.field == nil ? "Number" : "Number, or =VALUE for every row") + "\(enter): "
  }

  static func unanswered(_ questions: [TableQuestion]) -> Failure {
    let count = questions.count
    return Failure(
      .badData, what: "nothing was added: \(count == 1 ? "a question is" : "\(count) questions are") open",
      next: questions.count == 1 ? questions[0].next : "Answer them, or let them be asked: --ask",
      more: questions.map { count == 1 ? $0.what : "\($0.what). \($0.next)" })
  }

  // MARK: What is said

  /// What was found in the file, column by column: as read, before anything is added.
  ///
  /// - Parameters:
  ///   - repeated: how many rows say what an earlier one says, and the first of them.
  ///   - rules: what was answered before, and of which file.
  ///   - plan: what is gone by now.
  func report(
    _ reading: TableReading, _ table: Spreadsheet, _ style: TextStyle,
    repeated: (count: Int, shown: [(row: Int, first: Int)]), _ rules: Rules?, _ plan: TablePlan
  ) -> String {
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    let isRead = reading.dataRows > 0 || !reading.totals.isEmpty
    let rows = reading.dataRows
    var head = "\(name): "
    if isRead {
      head += count(rows, "row")
      if !reading.totals.isEmpty { head += " + \(count(reading.totals.count, "total row"))" }
      head += "; "
    }
    let place = reading.header.row == 0 ? "; no header, the columns are fixed" : "; header in row \(reading.header.row)"
    var text = style.lines(head + table.words + place)
    for row in reading.titles.prefix(Self.shownTitles) {
      let words = row.cells.filter { !$0.isBlank }.map(\.text.tidied).joined(separator: ", ")
      text += style.lines("  Above the header, row \(row.number): \(String(words.prefix(100)).plainLine)")
    }
    if let format = reading.format { text += style.lines("  This is \(format.name). \(format.taken)") }
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
              : "; row \(total.row) says \(stated.words)" + (total.isCompared ? "" : " and is not counted")
          } else if !total.agrees {
            words += "; row \(total.row) says “\(total.text)”, which cannot be read"
          }
        }
      }
      text += style.lines("  “\(column.header)” is \(column.field)\(words.isEmpty ? "" : ": \(words)")")
    }
    for (field, value) in reading.fixed { text += style.lines("  In every row: \(field) is \(value)") }
    let answers = (rules?.kept?.answers(in: plan) ?? []).map { "“\($0)” is \($1)" }
    if !answers.isEmpty {
      let more = answers.count > Self.shown ? ", … and \(answers.count - Self.shown) more" : ""
      text += style.lines(
        "  As answered before for this header: \(answers.prefix(Self.shown).joined(separator: ", "))\(more)"
      )
    }
    let own = rules.flatMap { $0.kept?.ownAnswers(in: plan, file: $0.file) } ?? []
    if !own.isEmpty { text += style.lines("  As answered before for this file: \(own.joined(separator: "; ")).") }
    text += asides(reading, style)
    let unused = reading.header.names.filter { name in
      !name.isEmpty && !reading.columns.contains { $0.header == name }
    }
    if !unused.isEmpty { text += style.lines("  Not read: \(unused.joined(separator: ", "))") }
    for name in reading.header.repeated { text += style.lines("  Note: several columns are called “\(name)”.") }
    for note in table.notes { text += style.lines("  Note: \(note).") }
    for (row, first) in repeated.shown.prefix(Self.shown) {
      text += style.lines("  Note: row \(row) says the same as row \(first); each is an event of its own.")
    }
    if repeated.count > Self.shown {
      text += style.lines("  Note: … and \(repeated.count - Self.shown) more such rows.")
    }
    return text
  }

  private func words(_ imported: RecordBook.ImportedTable, _ book: RecordBook, _ style: TextStyle) throws -> String {
    let positions = imported.there.map(\.position)
    let shown = Set(imported.known.prefix(Self.shown).map(\.position))
    var said: [Int: String] = [:]
    if !shown.isEmpty, let agreement = try options.subject().1 {
      let history = try History(book.source.log)
      let lexicon = Lexicon(history.standingRegistrations)
      // As it stands: what was put right says something else than its line.
      for event in try history.standing(in: .agreement(agreement)) where shown.contains(event.position) {
        said[event.position] = event.sentence(lexicon)
      }
    }
    var text = words(
      there: (positions.count, positions.min() ?? 0, positions.max() ?? 0),
      known: (imported.known.count, imported.known),
      said: said, style)
    text += words(takenBack: (imported.takenBack.count, imported.takenBack), style)
    text += words(alike: (imported.alike.count, imported.alike), style)
    text += try words(imported.overlaps, book, style)
    guard let recorded = imported.recorded else { return text + "Nothing was added.\n" }
    return text
      + recorded.text(style, try recorded.lexicon(of: book), isDryRun: writing.dryRun, isDated: writing.dryRun)
  }

  /// What became of the rows of an earlier version, row by row.
  private func words(
    _ replacement: Replacement, _ numbers: ClosedRange<Int>, _ lexicon: Lexicon, _ style: TextStyle
  ) -> String {
    let (changed, vanished) = (replacement.changed, replacement.vanished)
    var text = style.lines(
      "Compared with events \(numbers.lowerBound) to \(numbers.upperBound): \(replacement.same) the same, "
        + "\(changed.count) changed, \(vanished.count) vanished, \(replacement.fresh.count) new")
    for (entry, event) in changed {
      text += style.lines(
        "  Row \(entry.row.number) differs from event \(event.position + 1): was “\(event.statement.dated(lexicon, in: event.stream))”, is "
          + "“\(entry.statement.dated(lexicon, in: entry.stream))”")
    }
    for event in vanished {
      text += style.lines(
        "  No row says what event \(event.position + 1) says: \(event.statement.dated(lexicon, in: event.stream))")
    }
    if !changed.isEmpty, options.correctChanged == nil {
      text += style.lines("  Changed rows are left as they are. To put the events right: --correct-changed \"why\"")
    }
    if !vanished.isEmpty, options.retractVanished == nil {
      text += style.lines("  Events whose rows are gone stay. To take them back: --retract-vanished \"why\"")
    }
    return text
  }

  private func asides(_ reading: TableReading, _ style: TextStyle) -> String {
    let aside = reading.aside
    let parts = [
      (aside.strangers, "about parties that this book does not know"),
      (aside.notWanted, "without the values asked for"),
      (aside.registered, "about parties that are registered already"),
    ].filter { $0.0 > 0 }.map { "\($0.0) row\($0.0 == 1 ? "" : "s") \($0.1)" }
    guard !parts.isEmpty else { return "" }
    var sum = reading.asideSum.high == 0 && reading.asideSum.low == 0 ? "" : " (\(reading.asideSum.words))"
    if reading.asideUnread > 0 {
      let count = reading.asideUnread == 1 ? "1 row whose sum" : "\(reading.asideUnread) rows whose sum"
      sum = sum.isEmpty ? " (\(count) cannot be read)" : String(sum.dropLast()) + ", without \(count) cannot be read)"
    }
    var text = style.lines("  Set aside: \(parts.joined(separator: ", "))\(sum).")
    // Whoever is missing among them is noticed by name, and not by a count.
    for stranger in reading.strangers.prefix(Self.shownStrangers) {
      let sum = stranger.sum.low == 0 && stranger.sum.high == 0 ? "" : ", \(stranger.sum.words)"
      text += style.lines("    \(stranger.name.shown): \(stranger.rows) row\(stranger.rows == 1 ? "" : "s")\(sum)")
    }
    let more = reading.strangers.count - Self.shownStrangers
    if more > 0 { text += style.lines("    … and \(more) more") }
    return text
  }

  /// What an earlier file had that this one has not: the sums of the book and of this file differ by it.
  func words(_ overlaps: [RecordBook.Overlap], _ book: RecordBook, _ style: TextStyle) throws -> String {
    guard !overlaps.isEmpty else { return "" }
    let log = book.source.log
    let lexicon = Lexicon(try History(log).standingRegistrations)
    var text = ""
    for overlap in overlaps {
      let events =
        overlap.run.count == 1
        ? "event \(overlap.run.lowerBound + 1)"
        : "events \(overlap.run.lowerBound + 1) to \(overlap.run.upperBound + 1)"
      text += style.lines(
        "An earlier file, \(overlap.file.plainLine) (\(events)), has \(overlap.shared) row\(overlap.shared == 1 ? "" : "s") "
          + "in common with this one, and \(overlap.missingCount) that this one lacks:")
      let shown = overlap.missing.prefix(Self.shown)
      var decoder = EventDecoder()
      for position in shown {
        guard let event = try decoder.event(try log.line(at: position), at: position) else { continue }
        text += style.lines("  Event \(position + 1): \(event.statement.dated(lexicon, in: event.stream))")
      }
      if overlap.missingCount > shown.count { text += "  … and \(overlap.missingCount - shown.count) more\n" }
      text += style.lines(
        "\(overlap.missingCount == 1 ? "It still counts" : "They still count"). If this file is a later version of that one: "
          + "--replaces \(overlap.run.lowerBound + 1)-\(overlap.run.upperBound + 1) --retract-vanished \"why\"")
    }
    return text
  }

  func words(takenBack: (count: Int, shown: [(row: Int, position: Int)]), _ style: TextStyle) -> String {
    var text = ""
    for (row, position) in takenBack.shown.prefix(Self.shown) {
      text += style.lines(
        "Row \(row) is left out: event \(position + 1) said the same and was taken back. If it counts after all: "
          + "--second \(row)=\"why\"")
    }
    let more = takenBack.count - Self.shown
    if more > 0 { text += style.lines("… and \(more) more rows whose events were taken back.") }
    return text
  }

  /// They are added, since two agreements may well be paid on one day; whoever imports them should know.
  func words(alike: (count: Int, shown: [(row: Int, position: Int)]), _ style: TextStyle) -> String {
    var text = ""
    for (row, position) in alike.shown.prefix(Self.shown) {
      text += style.lines(
        "Note: row \(row) has the payee, the sum and the day of event \(position + 1), which is in another agreement; both "
          + "count. If it is one payment, take one back:  tracker retract \(position + 1)")
    }
    let more = alike.count - Self.shown
    if more > 0 { text += style.lines("Note: … and \(more) more such rows.") }
    return text
  }

  /// Which rows are left out, and why.
  func words(
    there: (count: Int, first: Int, last: Int), known: (count: Int, shown: [(row: Int, position: Int)]),
    said: [Int: String] = [:], _ style: TextStyle
  ) -> String {
    var text = ""
    if there.count > 0 {
      text += style.lines(
        "\(name) was imported before: \(there.count) of its rows \(there.count == 1 ? "is" : "are") "
          + (there.first == there.last
            ? "event \(there.first + 1)." : "among events \(there.first + 1) to \(there.last + 1)."))
    }
    for (row, position) in known.shown.prefix(Self.shown) {
      text += style.lines(
        "Row \(row) is left out: event \(position + 1) says the same"
          + (said[position].map { " (\($0))" } ?? "") + ". If it happened twice: --second \(row)=\"why\"")
    }
    if known.count > Self.shown { text += style.lines("… and \(known.count - Self.shown) more rows.") }
    return text
  }

  /// Says to a program what became of the table; to a person it was said.
  func give(
    _ account: ImportAccount, in book: RecordBook, _ recorded: RecordBook.Recorded? = nil, isLong: Bool = false
  ) {
    Written.made("import", in: book.source) { written in
      written.isDryRun = writing.dryRun
      if let recorded { written.take(recorded, isDryRun: writing.dryRun) }
      if isLong { written.added = nil }
      written.there = account.thereAt
      if let path = account.rejectsFile { written.files = [path] }
      written.more["import"] = account.json
    }?.give()
  }

  /// Every refused row with its cell and reason; they are written down for whoever can mend them.
  private func refusal(_ account: ImportAccount, _ rejects: [TableReading.Reject], in book: RecordBook) throws
    -> Failure
  {
    let reading = account.reading
    let writer = RejectsWriter(file, reading, isDryRun: writing.dryRun)
    for row in RejectsFile.byRow(rejects) { try writer.take(row) }
    return try refusal(writer, account, rejects, in: book)
  }

  /// - Parameter rejects: all of them, where they are held.
  func refusal(
    _ writer: RejectsWriter, _ account: ImportAccount, _ rejects: [TableReading.Reject]? = nil, in book: RecordBook
  ) throws -> Failure {
    try writer.finish()
    let path = writing.dryRun ? nil : writer.path
    // A row may have been refused for two reasons, found one after the other.
    let rows = rejects.map { Set($0.map(\.row.number)).count } ?? writer.rows
    give(account.refusing(rejects ?? writer.first, rows: rows, file: path), in: book)
    return refusal(
      rows: rows, of: account.reading.dataRows, writer.first, more: writer.faults - writer.first.count, file: path,
      kept: writer.kept)
  }

  /// A list of refused rows is a part of its table, whose good rows are nowhere: whoever mends the list and imports it alone
  /// would miss them.
  func checkAlone(_ header: TableHeader?) throws {
    guard !options.rejectsAlone, let header, RejectsFile.isHead(header) else { return }
    throw Failure(
      .badData,
      what: "this is a list of rows that were refused, and not the whole table: of that table nothing was added",
      place: file,
      next:
        "Mend the rows in the table itself and import that. If all its other rows are in the book, and only these are wanting: "
        + "--rejects-alone")
  }

  /// - Parameters:
  ///   - kept: where a list is that somebody had worked on.
  ///   - rejects: at least the first that are shown.
  ///   - more: how many are not shown.
  ///   - file: where all of them are.
  func refusal(
    rows: Int, of all: Int, _ rejects: [TableReading.Reject], more: Int, file path: String?, kept: String? = nil
  ) -> Failure {
    var lines = rejects.prefix(Self.shown).map { reject in
      "\(reject.place.map { "cell \($0)" } ?? "row \(reject.row.number)"): \(reject.why)"
        + (reject.next.isEmpty ? "" : ". \(reject.next)")
    }
    if more > 0 { lines.append("… and \(more) more") }
    // The list holds these rows alone: whoever mended it, and imported it, would never miss the others.
    var next = "Mend \(file)\(path == nil ? "" : " itself") and import it again."
    if let kept { next = "The list that was there, which somebody had changed, is kept as \(kept). " + next }
    if let path { next = "They are in \(path), with the reasons. " + next }
    return Failure(
      .badData, what: "nothing was added: \(rows) of \(all) row\(all == 1 ? " was" : "s were") refused", place: file,
      next: next, more: lines)
  }
}
