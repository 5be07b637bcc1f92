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
        for figure in [ObligationRow.Figure.promised, .earned, .outstanding, .category, .debtor] {
          #expect(row.workings.contains { $0.figure == figure }, "\(name) \(day) \(figure)")
        }
        for figure in [ObligationRow.Figure.debtor, .strength] where figure == .debtor || row.strength != nil {
          #expect(row.workings.contains { $0.figure == figure && !$0.events.isEmpty }, "\(name) \(day) \(figure)")
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
    var traces = Traces()
    for name in Self.names {
      for line in try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name).jsonl")).split(separator: 0x0A) {
        traces.collect(try JSONValue(canonical: line))
      }
    }
    // Examples in help texts may name these as what a key looks like.
    traces.words.subtract(["bury-2009-10", "record-keeper", "pulse", "curator", "bma"])
    #expect(traces.words.count > 50 && traces.pence.count > 10)
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
    #expect(files.count > 50)
    for file in files {
      let text = String(decoding: try Data(contentsOf: sources.appendingPathComponent(file)), as: UTF8.self)
      for trace in traces.found(in: text) { Issue.record("\(file) holds “\(trace)”") }
    }
  }

  @Test("A key, a name or a sum of a case would be found in the program, however it is written")
  func tracesAreFound() throws {
    var traces = Traces()
    for line in [
      #"{"data":{"kind":"group","name":"NHS Somewhere"},"stream":"party/some-ten"}"#,
      #"{"data":{"money":{"high":350000000,"low":350000000},"promise":"x"},"stream":"agreement/some-deal"}"#,
      #"{"data":{"share":{"cap":10000000}},"stream":"log"}"#,
    ] { traces.collect(try JSONValue(canonical: Array(line.utf8))) }
    for text in [
      #"if key == "some-ten""#, "// as NHS Somewhere did", "low: 350_000_000", "= 350000000", "“£3,500,000 saved”",
      "£3.5m",
    ] { #expect(traces.found(in: text).count == 1, "\(text)") }
    // A power of ten is no trace: limits and units are such numbers.
    for text in ["1_000_000", "10_000_000", "35", "1350000000", "3500000001"] {
      #expect(traces.found(in: text).isEmpty, "\(text)")
    }
  }

  /// What would show that the program knows a case.
  private struct Traces {
    var words: Set<String> = []
    var pence: Set<Int64> = []

    mutating func collect(_ line: JSONValue) {
      if let key = line["stream"]?.string?.split(separator: "/").last, key != "log" { words.insert(String(key)) }
      if let name = line["data"]?["name"]?.string { words.insert(name) }
      if let data = line["data"] { sums(data) }
    }

    private mutating func sums(_ value: JSONValue) {
      for member in value.object?.members ?? [] {
        if ["low", "high", "cap", "accepted"].contains(member.name), let pence = member.value.integer, pence >= 100_000,
          pence.description.drop(while: { $0 == "0" || $0 == "1" }) != ""
        {
          self.pence.insert(pence)
        }
        sums(member.value)
      }
      for element in value.array ?? [] { sums(element) }
    }

    func found(in text: String) -> [String] {
      var found = words.filter { text.contains($0) }.sorted()
      // Runs of digits as code and people write them.
      let runs = text.split { !($0.isNumber || "_,.".contains($0)) }
      let numbers = Set(runs.compactMap { Int64($0.filter(\.isNumber)) })
      for pence in pence.sorted() {
        let millions = "£\(pence / 100_000_000).\(pence / 10_000_000 % 10)m"
        let isWritten = numbers.contains(pence) || pence % 100 == 0 && text.contains("£\(Self.grouped(pence / 100))")
        if isWritten || pence % 10_000_000 == 0 && pence >= 100_000_000 && text.contains(millions) {
          found.append("\(pence)")
        }
      }
      return found
    }

    /// 3,500,000
    private static func grouped(_ number: Int64) -> String {
      var digits = ""
      for (index, digit) in String(number).reversed().enumerated() {
        if index > 0, index.isMultiple(of: 3) { digits = "," + digits }
        digits = "\(digit)" + digits
      }
      return digits
    }
  }
}
