import AgreementTracker
import Agreements
import CanonicalJSON
import Foundation
import Projections
import Testing

/// The recorded cases, with the figures that their sources give.
@Suite("Recorded cases")
struct CaseFileTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "../../events/cases"
  )
  .standardized.path

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".jsonl") && !$0.hasSuffix(".drafts.jsonl") }.map { String($0.dropLast(6)) }.sorted()

  private func rows(_ name: String, asOf: String) throws -> ObligationsView {
    try Source.open("\(Self.folder)/\(name).jsonl").ask(asOf: try #require(Day(asOf))) { history, question in
      try history.obligations(question, isExplaining: true)
    }
  }

  @Test("There are the two articles and at least five real cases, each with drafts and a page on what is not known")
  func complete() {
    #expect(Self.names.contains("bury-2009-10") && Self.names.contains("planned-cuts-2010") && Self.names.count >= 7)
    for name in Self.names {
      for ending in ["drafts.jsonl", "README.md"] {
        #expect(FileManager.default.fileExists(atPath: "\(Self.folder)/\(name).\(ending)"), "\(name).\(ending)")
      }
    }
  }

  @Test("Every case is whole and obeys the rules of writers", arguments: names)
  func sound(name: String) throws {
    let verification = try Verification.run(try Source.open("\(Self.folder)/\(name).jsonl"))
    #expect(verification.faults.isEmpty, "\(name): \(verification.faults)")
  }

  @Test("A case says what its drafts say", arguments: names)
  func drafts(name: String) throws {
    func statements(_ path: String) throws -> [JSONValue] {
      let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 0x0A)
      return try lines.map { line in
        var object = try #require(try JSONValue(relaxed: line).object)
        for member in ["previous", "private", "recordedAt", "recordedBy", "salt", "streamVersion", "v"] {
          object[member] = nil
        }
        return .object(object)
      }
    }
    let log = try statements("\(Self.folder)/\(name).jsonl")
    for draft in try statements("\(Self.folder)/\(name).drafts.jsonl") { #expect(log.contains(draft), "\(name)") }
  }

  @Test("Bury on 30 September 2011: one finding, withdrawn after delivery, admitted, up to £1,000,000, two accounts")
  func bury() throws {
    let row = try #require(try rows("bury-2009-10", asOf: "2011-09-30").rows.first)
    #expect(row.category == .withdrawnAfterPerformance)
    #expect(row.strength == .admitted)
    #expect(row.promised == .init(low: 0, high: 100_000_000))
    #expect(row.paid == .zero)
    #expect(row.outstanding == .init(low: 0, high: 100_000_000))
    #expect(row.flags == [.accountsConflict])
    #expect(row.count == 10)
    #expect(row.reliedOn.count == 6)
    let reneged = try Source.open("\(Self.folder)/bury-2009-10.jsonl").ask(asOf: try #require(Day("2011-09-30"))) {
      try $0.reneged($1)
    }
    #expect(reneged.findings.count == 1)
    #expect(reneged.notSettled.isEmpty)
  }

  @Test("Bury on 31 August 2010: not determined, missing the due date")
  func buryBefore() throws {
    let row = try #require(try rows("bury-2009-10", asOf: "2010-08-31").rows.first)
    #expect(row.category == .undetermined)
    #expect(row.missing == ["due date"])
  }

  @Test("The planned cuts promise nothing and are not added up")
  func plannedCuts() throws {
    let view = try rows("planned-cuts-2010", asOf: "2010-03-31")
    #expect(view.rows.isEmpty)
    #expect(view.total.promised == .zero)
    let plans = try Source.open("\(Self.folder)/planned-cuts-2010.jsonl").ask(asOf: try #require(Day("2010-03-31"))) {
      try $0.plans($1)
    }
    #expect(plans.plans.count == 6)
  }

  /// case, day, promise, creditor, category, strength
  static let others: [(String, String, String, String, ObligationRow.Category, ObligationRow.Strength?)] = [
    ("lincolnshire-access-2003-04", "2011-12-31", "access-reward", "lincolnshire-practice", .honouredLate, nil),
    ("ssp-health-interest", "2021-06-30", "contract-sums", "ssp-health", .undetermined, nil),
    ("south-birmingham-2009", "2009-12-31", "freed-up-resources", "south-birmingham-practices", .suspended, .admitted),
    ("premises-fund-2015", "2015-12-31", "grants", "south-west-premises", .undetermined, .denied),
    ("gp-forward-view-2016", "2018-03-31", "three-pounds-a-head", "practices-in-england", .open, nil),
    ("gp-forward-view-2016", "2019-04-01", "three-pounds-a-head", "practices-in-england", .undetermined, nil),
    (
      "cambridgeshire-peterborough-2019", "2019-10-31", "qef-2019-20", "cambridgeshire-peterborough-practices",
      .undetermined, .documented
    ),
    ("north-west-london-2024-25", "2025-04-30", "access-pot", "north-west-london-pcns", .undetermined, nil),
    (
      "lancashire-south-cumbria-2025", "2025-12-31", "les-increase-2025-26", "lancashire-south-cumbria-practices",
      .open, nil
    ),
  ]

  @Test("The other cases come out as a reading of the rules by hand gives them", arguments: others)
  func other(
    name: String, day: String, promise: String, creditor: String, category: ObligationRow.Category,
    strength: ObligationRow.Strength?
  ) throws {
    let row = try #require(
      try rows(name, asOf: day).rows.first { $0.promise.rawValue == promise && $0.creditor.rawValue == creditor })
    #expect(row.category == category)
    #expect(row.strength == strength)
  }

  @Test(
    "Every figure can be followed to events of the log, and what is outstanding be redone by hand", arguments: names)
  func explained(name: String) throws {
    for day in ["2010-12-31", "2016-01-01", "2026-01-01"] {
      for row in try rows(name, asOf: day).rows {
        let result = row.earned.less(row.paid).less(row.setOff)
        #expect(row.outstanding == result)
        for figure in [ObligationRow.Figure.promised, .earned, .outstanding, .category] {
          #expect(row.workings.contains { $0.figure == figure }, "\(name) \(day) \(figure)")
        }
        let cited = Set(row.workings.flatMap(\.events))
        #expect(cited.isSubset(of: Set(row.reliedOn)), "\(name) \(day)")
        #expect(!row.reliedOn.isEmpty)
      }
    }
  }

  @Test("No key, name or sum of a case stands in the program")
  func noCaseInSources() throws {
    let sources = URL(fileURLWithPath: Self.folder).appendingPathComponent("../../Sources").standardized
    var words: Set<String> = []
    for name in Self.names {
      for line in try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name).jsonl")).split(separator: 0x0A) {
        let value = try JSONValue(canonical: line)
        if let key = value["stream"]?.string?.split(separator: "/").last, key != "log" { words.insert(String(key)) }
        if let party = value["data"]?["name"]?.string { words.insert(party) }
        for pence in [value["data"]?["money"]?["low"], value["data"]?["money"]?["high"]] {
          if let pence = pence?.integer, pence > 100_000, pence % 1_000_000 != 0 { words.insert(String(pence)) }
        }
      }
    }
    // Examples in help texts may name these two as what a key looks like.
    words.subtract(["bury-2009-10", "record-keeper", "pulse", "curator", "bma"])
    for file in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where file.hasSuffix(".swift") {
      let text = String(decoding: try Data(contentsOf: sources.appendingPathComponent(file)), as: UTF8.self)
      for word in words where text.contains(word) { Issue.record("\(file) holds “\(word)”") }
    }
  }
}
