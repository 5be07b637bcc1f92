internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Spreadsheets
internal import TransparencyLog
public import Tables

/// Which rows of a long table the book has already, from this file or from elsewhere, and which say the same as another row:
/// found without holding the rows.
///
/// It does what `importTable` does for a table that is held. What stays in memory is a bit a row and a bit an event.
public final class RowCensus {
  private let ids: ImportedIDs
  private let kind: TableKind
  private let nth: Int
  private let money: TablePlan.MoneyColumn
  private let folder: String
  /// Ids of rows and, when they are settled, of events.
  private var names: DigestSpool
  private var taken = Bits()
  /// The how-manieth time the rows are imported: those before were taken back.
  private var time = 1
  private let contents: DigestSpool
  /// By what rows may be events in another version; nil where the agreement has none that they could be.
  private let versions: DigestSpool?
  private let hasElsewhere: Bool
  private(set) var firstRow = 0
  private var lastRow = 0
  /// Rows that are left out.
  private(set) var skipped = Bits()

  /// Rows that were added from this very file before: how many, and the first and the last of their events.
  public private(set) var there: (count: Int, first: Int, last: Int) = (0, 0, 0)
  /// Rows that say what an event of another source says: how many, and the first of them with the event's position.
  public private(set) var known: (count: Int, shown: [(row: Int, position: Int)]) = (0, [])
  /// Later rows that say what an earlier one says: how many, and the first of them.
  public private(set) var repeated: (count: Int, shown: [(row: Int, first: Int)]) = (0, [])
  /// Rows that may be an event in another version: how many, and the first of them with the event's position.
  public private(set) var rivals: (count: Int, shown: [(row: Int, position: Int)]) = (0, [])
  /// Rows that were added from this file before and are read in another way now: how many, and the first with the event.
  public private(set) var others: (count: Int, shown: [(row: Int, position: Int)]) = (0, [])
  /// Rows that have the reference of a payment in another agreement: how many, and the first of them with the event's position.
  public private(set) var elsewhere: (count: Int, shown: [(row: Int, position: Int)]) = (0, [])
  /// Rows that have its day, where one of the two has no reference: they are added and said.
  public private(set) var alike: (count: Int, shown: [(row: Int, position: Int)]) = (0, [])
  /// Rows that say what an event of an earlier import said that somebody took back, while others of that import stand: left
  /// out. How many, and the first of them with the event's position.
  public private(set) var takenBack: (count: Int, shown: [(row: Int, position: Int)]) = (0, [])
  /// Files with rows in common, of which this one lacks some.
  public private(set) var overlaps: [RecordBook.Overlap] = []
  /// Rows that are left to be added.
  public private(set) var fresh = 0
  /// Rows that are asked about, each once, whatever they may be.
  private var doubted = Bits()
  private var rows = 0

  private static let shown = 20

  /// - Parameters:
  ///   - hasEvents: of that kind in the agreement; else no row can be one in another version.
  ///   - hasElsewhere: there are payments in other agreements that rows could be.
  ///   - folder: for temporary files, of up to 96 bytes a row.
  init(
    _ ids: ImportedIDs, _ kind: TableKind, money: TablePlan.MoneyColumn, hasEvents: Bool, hasElsewhere: Bool,
    folder: String
  ) throws(TrackerError) {
    self.ids = ids
    self.folder = folder
    // Of an empty agreement no row can be there under another id.
    self.money = hasEvents || money.isNamed ? money : TablePlan.MoneyColumn(column: nil, isNamed: false)
    self.kind = kind
    nth = RecordBook.nth(kind)
    names = try DigestSpool(in: folder)
    contents = try DigestSpool(in: folder)
    versions = hasEvents || hasElsewhere ? try DigestSpool(in: folder) : nil
    self.hasElsewhere = hasElsewhere
  }

  func id(of row: Int) -> EventID {
    ids.id(row: row, nth: nth, column: money.isNamed ? money.column : nil, time: time)
  }

  /// The rows are imported once more: all before that time was taken back.
  func begin(time: Int) { self.time = time }

  private func addNames(of row: Int) throws {
    for id in ids.ids(row: row, nth: nth, money: money, time: time) {
      try names.add(.init(high: id.high, low: id.low, number: Int64(row)))
    }
  }

  public func take(_ entry: TableReading.Entry) throws {
    let row = entry.row.number
    try addNames(of: row)
    taken[row] = true
    try contents.add(LogDigest.sha256(entry.statement.content), Int64(row))
    try addVersions(Replacement.versionKeys(of: entry.statement), Int64(row))
    if hasElsewhere { try addVersions(Replacement.elsewhereKeys(of: entry.statement), Int64(row)) }
    if rows == 0 { firstRow = row }
    lastRow = row
    rows += 1
  }

  /// The last four bits of what is kept of a row or an event say what key it is.
  private func addVersions(_ keys: @autoclosure () -> [Replacement.VersionKey], _ number: Int64) throws {
    guard let versions else { return }
    for key in keys() {
      let bits = key.kind.rawValue * 4 + (key.hasDay ? 2 : 0) + (key.hasNumber ? 1 : 0)
      try versions.add(LogDigest.sha256(Array(key.text.utf8)), number * 16 + bits)
    }
  }

  public func has(row: Int) -> Bool { row >= firstRow && row <= lastRow }
  public func isSkipped(_ row: Int) -> Bool { skipped[row] }

  /// Compares the rows with the events of the agreement.
  ///
  /// - Parameter second: rows that are events of their own although the book has their like.
  ///   - forEachElsewhere: gives the payments that stand in other agreements.
  func settle(
    _ log: any LogReading, at positions: [Int], second: Set<Int>,
    forEachElsewhere: ((LoggedEvent) throws -> Void) throws -> Void
  ) throws {
    // Below 0: an event, by its position; above: a row.
    func number(_ position: Int) -> Int64 { -1 - Int64(position) }
    var stands = Bits()
    var runs = ImportedRuns()
    // Of events of the kind that came from a file: which run they are of.
    var runOf: [(position: Int, run: Int32)] = []
    var corrected: Set<EventID> = []
    if time > 1 { try nameAgain(at: time) }
    func name(_ event: LoggedEvent) throws {
      guard event.id.version == 5 else { return }
      try names.add(.init(high: event.id.high, low: event.id.low, number: number(event.position)))
    }
    try StandingEvents.forEach(
      of: log, at: positions,
      every: { event in
        if case .entryCorrected(let correction) = event.body { corrected.insert(correction.target) }
        try name(event)
      },
      { event in
        stands[event.position] = true
        switch event.body {
        case .paymentMade, .savingReported, .paymentPromised:
          if TableKind(event.body) == kind, let run = runs.add(event) { runOf.append((event.position, Int32(run))) }
          try contents.add(LogDigest.sha256(event.statement.content), number(event.position))
          try addVersions(Replacement.versionKeys(of: event.statement), number(event.position))
        default: break
        }
      })
    try addTakenBack(log, positions.filter { !stands[$0] }, runs)
    if hasElsewhere {
      try forEachElsewhere { try addVersions(Replacement.elsewhereKeys(of: $0.statement), number($0.position)) }
    }
    var own = Bits()
    /// By row: the event that it became, from 1; it has yet to be seen whether they say the same.
    var became: [Int32] = []
    while true {
      var isGone = false
      try names.forEachGroup { group in
        guard let first = group.first, first.number < 0, let row = group.last?.number, row > 0 else { return }
        let position = Int(-1 - first.number)
        guard stands[position] else {
          isGone = true
          return
        }
        own[position] = true
        if became.isEmpty { became = Array(repeating: 0, count: lastRow - firstRow + 1) }
        if became[Int(row) - firstRow] == 0 { became[Int(row) - firstRow] = Int32(position + 1) }
      }
      guard isGone else { break }
      try nameAgain(at: time + 1)
      try StandingEvents.forEach(of: log, at: positions, every: name) { _ in }
    }
    func take(_ row: Int, as position: Int) {
      skipped[row] = true
      there =
        there.count == 0
        ? (1, position, position) : (there.count + 1, min(there.first, position), max(there.last, position))
    }
    var answered = Bits()
    try contents.forEachGroup { group in
      if !became.isEmpty {
        for entry in group where entry.number > 0 {
          let position = Int(became[Int(entry.number) - firstRow]) - 1
          guard position >= 0, group.contains(where: { $0.number == number(position) }) else { continue }
          take(Int(entry.number), as: position)
        }
      }
      // The earliest event answers for the first row.
      var events = group.filter { $0.number < 0 && $0.number > Self.gone }.map { Int(-1 - $0.number) }
        .filter { !own[$0] }
      let taken = group.first.flatMap { $0.number <= Self.gone ? Int(Self.gone - $0.number) : nil }
      var first: Int?
      var last: Int?
      for entry in group where entry.number > 0 {
        let row = Int(entry.number)
        let isNew = became.isEmpty || became[row - firstRow] == 0
        if isNew, !skipped[row], !second.contains(row), let position = events.popLast() ?? last {
          // A row that stands twice, where the book has its like but once, may be a copy.
          last = position
          skipped[row] = true
          answered[position] = true
          known.count += 1
          known.shown.append((row, position))
          if known.shown.count > 4 * Self.shown { trim() }
        } else if isNew, !skipped[row], !second.contains(row), let taken {
          skipped[row] = true
          takenBack.count += 1
          takenBack.shown.append((row, taken))
          if takenBack.shown.count > 4 * Self.shown { trim() }
        }
        if let first {
          repeated.count += 1
          repeated.shown.append((row, first))
          if repeated.shown.count > 4 * Self.shown { trim() }
        } else {
          first = row
        }
      }
    }
    var puttingRight = Bits()
    if !corrected.isEmpty, !became.isEmpty {
      try names.forEachGroup { group in
        guard let first = group.first, first.number < 0, corrected.contains(EventID(high: first.high, low: first.low))
        else {
          return
        }
        puttingRight[Int(-1 - first.number)] = true
      }
    }
    for (index, event) in became.enumerated() where event > 0 && !skipped[firstRow + index] {
      // What an event said before it was put right is not held: it is taken for what the row says.
      if puttingRight[Int(event) - 1] {
        take(firstRow + index, as: Int(event) - 1)
        continue
      }
      others.count += 1
      if others.shown.count < Self.shown { others.shown.append((firstRow + index, Int(event) - 1)) }
    }
    try versions?.forEachGroup { group in
      let events = group.prefix { $0.number < 0 }.map {
        (position: Int(-1 - ($0.number >> 4)), hasNumber: $0.number & 1 == 1, hasDay: $0.number & 2 == 2)
      }
      .filter { !own[$0.position] && !answered[$0.position] }.sorted { $0.position < $1.position }
      guard let one = group.first, !events.isEmpty else { return }
      let kind = Replacement.VersionKey.Kind(rawValue: one.number >> 2 & 3)
      if kind == .elsewhere { return takeElsewhere(group, second: second) }
      let isNumber = kind == .number
      guard !isNumber || events.count == 1 else { return }
      for entry in group where entry.number > 0 {
        let (row, hasNumber, hasDay) = (Int(entry.number >> 4), entry.number & 1 == 1, entry.number & 2 == 2)
        guard !skipped[row], !second.contains(row), !doubted[row],
          let event = events.first(where: {
            isNumber || !(hasNumber && $0.hasNumber) && !(kind == .sum && hasDay && $0.hasDay)
          })
        else { continue }
        doubted[row] = true
        rivals.count += 1
        rivals.shown.append((row, event.position))
        if rivals.shown.count > 4 * Self.shown { trim() }
      }
    }
    trim()
    let sure = Set(elsewhere.shown.map(\.row))
    alike.shown.removeAll { sure.contains($0.row) }
    overlaps = runs.overlaps(
      of: runOf.lazy.filter { !own[$0.position] }.map { (position: $0.position, run: Int($0.run)) },
      shown: Self.shown, isSaid: { answered[$0] })
    fresh = rows - skipped.count
  }

  /// Numbers from here down are events that were taken back, by their positions.
  private static let gone: Int64 = -1 << 40

  /// Where all of an import was taken back, it is made anew; where a part of it was, somebody meant that part.
  private func addTakenBack(_ log: any LogReading, _ positions: [Int], _ runs: ImportedRuns) throws {
    var decoder = EventDecoder()
    for start in stride(from: 0, to: positions.count, by: RecordBook.page) {
      let some = Array(positions[start..<min(positions.count, start + RecordBook.page)])
      for (position, line) in zip(some, try log.lines(at: some)) {
        guard let event = try decoder.event(line, at: position), TableKind(event.body) == kind,
          runs.number(of: event) != nil
        else { continue }
        try contents.add(LogDigest.sha256(event.statement.content), Self.gone - Int64(position))
      }
    }
  }

  /// Rows and payments of other agreements with one reference, or of one day.
  private func takeElsewhere(_ group: some Collection<DigestSpool.Entry>, second: Set<Int>) {
    let events = group.filter { $0.number < 0 }.map {
      (position: Int(-1 - ($0.number >> 4)), hasReference: $0.number & 2 == 2)
    }
    for entry in group where entry.number > 0 {
      let row = Int(entry.number >> 4)
      guard !skipped[row], !second.contains(row) else { continue }
      if entry.number & 1 == 1 {
        guard !doubted[row], let event = events.map(\.position).min() else { continue }
        doubted[row] = true
        elsewhere.count += 1
        elsewhere.shown.append((row, event))
        if elsewhere.shown.count > 4 * Self.shown { trim() }
      } else {
        let hasReference = entry.number & 2 == 2
        guard let event = events.filter({ !(hasReference && $0.hasReference) }).map(\.position).min() else { continue }
        alike.count += 1
        alike.shown.append((row, event))
        if alike.shown.count > 4 * Self.shown { trim() }
      }
    }
  }

  private func nameAgain(at time: Int) throws {
    self.time = time
    names = try DigestSpool(in: folder)
    guard rows > 0 else { return }
    for row in firstRow...lastRow where taken[row] { try addNames(of: row) }
  }

  private func trim() {
    for list in [\RowCensus.known, \.rivals, \.elsewhere, \.alike, \.takenBack] {
      self[keyPath: list].shown = Array(self[keyPath: list].shown.sorted { $0.row < $1.row }.prefix(Self.shown))
    }
    repeated.shown = Array(repeated.shown.sorted { $0.row < $1.row }.prefix(Self.shown))
  }
}
