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
  private let nth: Int
  private let names: DigestSpool
  private let contents: DigestSpool
  /// By what rows may be events in another version; nil where the agreement has none that they could be.
  private let versions: DigestSpool?
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
  /// Rows that are left to be added.
  public private(set) var fresh = 0
  private var rows = 0

  private static let shown = 20

  /// - Parameters:
  ///   - hasEvents: of that kind in the agreement; else no row can be one in another version.
  ///   - folder: for temporary files, of up to 96 bytes a row.
  init(_ ids: ImportedIDs, _ kind: TableKind, hasEvents: Bool, folder: String) throws(TrackerError) {
    self.ids = ids
    nth = RecordBook.nth(kind)
    names = try DigestSpool(in: folder)
    contents = try DigestSpool(in: folder)
    versions = hasEvents ? try DigestSpool(in: folder) : nil
  }

  func id(of row: Int) -> EventID { ids.id(row: row, nth: nth) }

  public func take(_ entry: TableReading.Entry) throws {
    let row = entry.row.number
    let id = id(of: row)
    try names.add(.init(high: id.high, low: id.low, number: Int64(row)))
    try contents.add(LogDigest.sha256(entry.statement.content), Int64(row))
    try addVersions(of: entry.statement, Int64(row))
    if rows == 0 { firstRow = row }
    lastRow = row
    rows += 1
  }

  /// The last two bits of what is kept of a row or an event say what key it is.
  private func addVersions(of statement: Statement, _ number: Int64) throws {
    guard let versions else { return }
    for key in Replacement.versionKeys(of: statement) {
      let bits: Int64 = (key.isNumber ? 2 : 0) + (key.hasNumber ? 1 : 0)
      try versions.add(LogDigest.sha256(Array(key.text.utf8)), number * 4 + bits)
    }
  }

  public func has(row: Int) -> Bool { row >= firstRow && row <= lastRow }
  func isSkipped(_ row: Int) -> Bool { skipped[row] }

  /// Compares the rows with the events of the agreement.
  ///
  /// - Parameter second: rows that are events of their own although the book has their like.
  func settle(_ log: any LogReading, at positions: [Int], second: Set<Int>) throws {
    // Below 0: an event, by its position; above: a row.
    func number(_ position: Int) -> Int64 { -1 - Int64(position) }
    try StandingEvents.forEach(
      of: log, at: positions,
      every: { event in
        guard event.id.version == 5 else { return }
        try names.add(.init(high: event.id.high, low: event.id.low, number: number(event.position)))
      },
      { event in
        switch event.body {
        case .paymentMade, .savingReported, .paymentPromised:
          try contents.add(LogDigest.sha256(event.statement.content), number(event.position))
          try addVersions(of: event.statement, number(event.position))
        default: break
        }
      })
    var own = Bits()
    try names.forEachGroup { group in
      guard let first = group.first, first.number < 0, let row = group.last?.number, row > 0 else { return }
      let position = Int(-1 - first.number)
      own[position] = true
      skipped[Int(row)] = true
      there =
        there.count == 0
        ? (1, position, position) : (there.count + 1, min(there.first, position), max(there.last, position))
    }
    var answered = Bits()
    try contents.forEachGroup { group in
      // The earliest event answers for the first row.
      var events = group.prefix { $0.number < 0 }.map { Int(-1 - $0.number) }.filter { !own[$0] }
      var first: Int?
      for entry in group where entry.number > 0 {
        let row = Int(entry.number)
        if !skipped[row], !second.contains(row), let position = events.popLast() {
          skipped[row] = true
          answered[position] = true
          known.count += 1
          known.shown.append((row, position))
          if known.shown.count > 4 * Self.shown { trim() }
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
    var rivalRows = Bits()
    try versions?.forEachGroup { group in
      let events = group.prefix { $0.number < 0 }.map {
        (position: Int(-1 - ($0.number >> 2)), hasNumber: $0.number & 1 == 1)
      }
      .filter { !own[$0.position] && !answered[$0.position] }.sorted { $0.position < $1.position }
      guard let one = group.first, !events.isEmpty else { return }
      let isNumber = one.number & 2 == 2
      guard !isNumber || events.count == 1 else { return }
      for entry in group where entry.number > 0 {
        let (row, hasNumber) = (Int(entry.number >> 2), entry.number & 1 == 1)
        guard !skipped[row], !second.contains(row), !rivalRows[row],
          let event = events.first(where: { isNumber || !(hasNumber && $0.hasNumber) })
        else { continue }
        rivalRows[row] = true
        rivals.count += 1
        rivals.shown.append((row, event.position))
        if rivals.shown.count > 4 * Self.shown { trim() }
      }
    }
    trim()
    fresh = rows - skipped.count
  }

  private func trim() {
    known.shown = Array(known.shown.sorted { $0.row < $1.row }.prefix(Self.shown))
    rivals.shown = Array(rivals.shown.sorted { $0.row < $1.row }.prefix(Self.shown))
    repeated.shown = Array(repeated.shown.sorted { $0.row < $1.row }.prefix(Self.shown))
  }
}
