internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import Projections
internal import Reports
internal import Spreadsheets
internal import Tables

/// What became of a file that was imported, for other programs: how many rows were read, added, there before and set aside,
/// what they come to, and what was checked. Sums are whole pence; `high` null = not known.
///
/// It is given also where the import is refused: then nothing was added, and it lists the questions or the refused rows.
struct ImportAccount {
  var file: String
  /// SHA-256 in hexadecimal.
  var digest: String
  var agreement: AgreementKey?
  var reading: TableReading
  /// How many were added or would be, and the positions of the first and the last.
  var added = 0
  var positions: (first: Int, last: Int)?
  /// Rows that were added from this very file before; the positions of their events, where the table is held.
  var there = 0
  var thereAt: [Int] = []
  /// Rows that say what an event of another source says.
  var known = 0
  /// Rows that say what an event said that was taken back.
  var takenBack = 0
  /// Rows that have the payee, the sum and the day of a payment in another agreement.
  var alike = 0
  /// Rows that say what an earlier row says.
  var repeated = 0
  var rejects: [TableReading.Reject] = []
  /// Rows that were refused, and where they were written down.
  var refused = 0
  var rejectsFile: String?
  var replacement: Replacement?
  /// Files that were imported before and have rows in common, of which this one lacks some.
  var overlaps: [RecordBook.Overlap] = []

  mutating func take(_ imported: RecordBook.ImportedTable) {
    (there, known, thereAt) = (imported.there.count, imported.known.count, imported.there.map(\.position))
    (overlaps, takenBack, alike) = (imported.overlaps, imported.takenBack.count, imported.alike.count)
    guard let recorded = imported.recorded else { return }
    added = recorded.proposals.count
    if let first = recorded.positions.min(), let last = recorded.positions.max() { positions = (first, last) }
  }

  func refusing(_ rejects: [TableReading.Reject], rows: Int, file: String?) -> ImportAccount {
    var account = self
    (account.rejects, account.refused, account.rejectsFile, account.added) = (rejects, rows, file, 0)
    return account
  }

  var json: JSONValue {
    var object = JSONObject()
    func number(_ name: String, _ count: Int) { object[name] = .integer(Int64(count)) }
    object["file"] = .string(file)
    object["sha256"] = .string(digest)
    object["kind"] = .string(reading.kind.rawValue)
    object["agreement"] = agreement.map { .string($0.rawValue) } ?? .null
    number("rows", reading.dataRows)
    number("added", added)
    object["positions"] = positions.map { ["first": Self.number($0.first), "last": Self.number($0.last)] } ?? .null
    number("there", there)
    number("known", known)
    if takenBack > 0 { number("takenBack", takenBack) }
    if alike > 0 { number("alike", alike) }
    number("repeated", repeated)
    number("refused", refused)
    object["rejects"] = .array(rejects.map(Self.json))
    object["rejectsFile"] = rejectsFile.map(JSONValue.string) ?? .null
    object["setAside"] = setAside
    object["sum"] = reading.kind.hasMoney ? reading.sum.json : .null
    object["checks"] = .array(reading.totals.map(\.json))
    object["columns"] = .array(
      reading.columns.map { ["header": .string($0.header), "field": .string($0.field), "read": .string($0.words)] })
    var fixed = JSONObject()
    for (field, value) in reading.fixed { fixed[field] = .string(value) }
    object["everyRow"] = .object(fixed)
    object["questions"] = .array(reading.questions.map { ["what": .string($0.what), "next": .string($0.next)] })
    object["replaces"] = replacement?.json ?? .null
    object["overlaps"] = .array(overlaps.map(\.json))
    return .object(object)
  }

  private var setAside: JSONValue {
    [
      "notWanted": Self.number(reading.aside.notWanted), "strangers": Self.number(reading.aside.strangers),
      "registered": Self.number(reading.aside.registered),
      "sum": reading.kind.hasMoney ? reading.asideSum.json : .null,
      "names": .array(
        reading.strangers.map { ["name": .string($0.name), "rows": Self.number($0.rows), "sum": $0.sum.json] }),
    ]
  }

  private static func json(_ reject: TableReading.Reject) -> JSONValue {
    [
      "row": number(reject.row.number), "cell": reject.place.map { .string("\($0)") } ?? .null,
      "why": .string(reject.why), "next": .string(reject.next),
    ]
  }

  fileprivate static func number(_ count: Int) -> JSONValue { .integer(Int64(count)) }
}

extension TableKind {
  fileprivate var hasMoney: Bool { fields.contains { $0.name == "money" } }
}

extension TableReading.Sum {
  fileprivate var json: JSONValue { ["low": .integer(low), "high": high.map(JSONValue.integer) ?? .null] }
}

extension TableReading.Total {
  /// What the file says its rows come to, and what they do.
  fileprivate var json: JSONValue {
    [
      "row": .integer(Int64(row)), "stated": stated?.json ?? .null, "read": read.json, "agrees": .bool(agrees),
    ]
  }
}

extension RecordBook.Overlap {
  /// Positions of events; of a long table only the first that are missing.
  fileprivate var json: JSONValue {
    [
      "file": .string(file), "first": ImportAccount.number(run.lowerBound),
      "last": ImportAccount.number(run.upperBound),
      "shared": ImportAccount.number(shared), "missing": .array(missing.map(ImportAccount.number)),
      "missingCount": ImportAccount.number(missingCount),
    ]
  }
}

extension Replacement {
  fileprivate var json: JSONValue {
    [
      "same": ImportAccount.number(same), "fresh": ImportAccount.number(fresh.count),
      "changed": .array(
        changed.map {
          ["row": ImportAccount.number($0.entry.row.number), "position": ImportAccount.number($0.event.position)]
        }), "vanished": .array(vanished.map { ImportAccount.number($0.position) }),
    ]
  }
}

extension RecordBook.DraftFault {
  /// Of drafts: what is wrong with a line.
  var json: JSONValue {
    [
      "line": ImportAccount.number(line), "column": column.map { .integer(Int64($0)) } ?? .null,
      "path": .string(path), "code": .string(code), "why": .string(what), "next": .string(next),
    ]
  }
}
