import Foundation
import Reports
import Testing

/// The page on the exported tables is made from the columns themselves, so that it cannot lag behind them.
///
/// `TRACKER_UPDATE_TRANSCRIPTS=1` writes it anew.
@Suite("The page on exported tables")
struct ExportDocumentTests {
  static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../docs/export-sqlite.md").standardized

  static let opening = """
    # The tables of an export

    `tracker export --format sqlite --out deals.db` writes the answers of tracker, as of one day, as a database that any
    program can read: `sqlite3 deals.db`, Datasette, R, Excel by way of ODBC. `--format xlsx` has the same tables as sheets, and
    `--format csv --table NAME` one of them.

    - It is no record book: nothing can be recorded in it, and it is read-only (mode 0444). Make it anew for another day.
    - Table `about` says as of which day, as known when, limited to what, and of which log (events and root). In a CSV the same
      stands in the last columns of every row: `as_of`, `known_at`, `filter`, `log_events`, `log_root`; `not_here`, how many
      events of the log this copy lacks; `not_told`, how many are left out with `--practice`; `perhaps`, the numbers of events
      that may or may not have happened by the day and are in no figure. A CSV of a table without rows has one row that is
      empty but for these.
    - Sums are intervals. In SQLite they are whole pence, `NAME_low_pence` and `NAME_high_pence`, and `NAME` is the sum in words;
      the view `TABLE_in_pounds` has `NAME_low_pounds` and `NAME_high_pounds` in their stead, rounded for showing. In CSV and
      XLSX the columns are `NAME_low` and `NAME_high`, exact decimal pounds. “up to” is a ceiling and no sum that is due.
    - An empty cell (NULL) is not known, or none. It is never 0. Where nothing is known of a sum, both ends are empty and the
      words say “not known”; where only the upper end is not known, that one is empty.
    - A day is `YYYY-MM-DD`. Where only a part is known it stays one, as EDTF: `2010-09` is a month, `2009-04-01/2010-03-31` a
      period, `../2011-05` some time before June 2011. In XLSX only a day that is known is a date.
    - With `--practice KEY` an export tells what is that practice's and what is about all. Left out, and counted in `about`, is
      what is visible to others only, states another's own money or doings, names another practice or group anywhere (in a text
      or a quotation too), or states a sum that is neither this practice's nor “each”: a total less one's own figure would show
      the others'. Private values are in no export but `--full`.


    """

  static var page: String {
    var text = opening
    text += "## about\n\nWhat the other tables are.\n\n| column | kind | what stands in it |\n|---|---|---|\n"
    text += "| `name` | text | what is said |\n| `value` | text | what it is |\n"
    for kind in ExportKind.allCases {
      text += "\n## \(kind.rawValue)\n\n\(kind.meaning)\n\n| column | kind | what stands in it |\n|---|---|---|\n"
      for column in kind.columns {
        switch column.kind {
        case .money:
          text += "| `\(column.name)_low_pence`, `\(column.name)_high_pence` | pence | \(column.meaning) |\n"
          text += "| `\(column.name)` | text | the same in words |\n"
        case .whole: text += "| `\(column.name)` | whole number | \(column.meaning) |\n"
        case .text, .date: text += "| `\(column.name)` | \(column.kind.rawValue) | \(column.meaning) |\n"
        }
      }
    }
    return text
  }

  @Test("docs/export-sqlite.md says what each column is")
  func page() throws {
    let page = Self.page
    if ProcessInfo.processInfo.environment["TRACKER_UPDATE_TRANSCRIPTS"] == "1" {
      try Data(page.utf8).write(to: Self.file)
    }
    #expect(try String(contentsOf: Self.file, encoding: .utf8) == page, "write it anew: TRACKER_UPDATE_TRANSCRIPTS=1")
  }
}
