import Agreements
import CanonicalJSON
import Projections
import Reports
import TestSupport
import Testing

/// What a report says beyond its rows, and the members of each answer in JSON.
@Suite("Reports")
struct ReportTests {
  private static let money = #""money":{"low":0,"high":10000000,"per":"each"}"#

  private static func cap(to group: String) -> [String] {
    [
      Story.draft("PaymentPromised", "2010-03-31", #"{"promise":"p","to":"\#(group)",\#(money)}"#),
      Story.draft(
        "SavingReported", "2010-03-31",
        #"{"saving":"s","by":"\#(group)","money":{"low":350000000,"high":350000000},"period":"2009","measure":"net"}"#),
      Story.draft("PromiseWithdrawn", "2010-09", #"{"promise":"p","scope":"whole","decidedBy":"the board"}"#),
    ]
  }

  @Test("Bury (cap, unnamed group): the text says 28.57% of savings at the ceiling")
  func ceilingShare() throws {
    let registration =
      #"{"type":"PartyRegistered","stream":"party/group-b","basis":"document","assertedBy":{"party":"committee-a"},"#
      + #""data":{"kind":"group","identity":"unnamed","count":10}}"#
    let text = try Story([registration] + Self.cap(to: "group-b")).explanation().text()
    #expect(text.contains("at the ceiling that is 28.57% of the saving of £3,500,000"), "\(text)")
    #expect(text.contains("that is 10 × up to £100,000"))
  }

  @Test("The rest of a group is not set against what the whole group saved")
  func ceilingOfTheRest() throws {
    let text = try Story(Self.cap(to: "group-a")).explanation().text()
    #expect(text.contains("9 × up to £100,000") && !text.contains("at the ceiling"))
  }

  @Test("Part payment: the text says 31.75% paid")
  func paidShare() throws {
    let story = try Story([
      Story.draft(
        "PaymentPromised", "2010-03-31",
        #"{"promise":"p","to":"practice-a","money":{"low":6300000,"high":6300000},"due":"2011-03-31"}"#),
      Story.draft(
        "PaymentMade", "2011-01-31", #"{"promise":"p","to":"practice-a","money":{"low":2000000,"high":2000000}}"#),
    ])
    #expect(try story.ask { try $0.obligations($1) }.text().contains("31.75% of what was earned is paid"))
    #expect(try story.explanation().text().contains("£63,000 − £20,000 − £0 = £43,000"))
  }

  @Test("Reinstated in full: the text says “withdrawn for 123 days”")
  func withdrawnDays() throws {
    let story = try Story(
      [
        Story.draft(
          "PaymentPromised", "2010-03-31", #"{"promise":"p","to":"practice-a","money":{"low":4000000,"high":4000000}}"#),
        Story.draft("PromiseWithdrawn", "2012-05-01", #"{"promise":"p","scope":"whole","decidedBy":"the board"}"#),
        Story.draft("PromiseReinstated", "2012-09-01", #"{"promise":"p"}"#),
        Story.draft(
          "PaymentMade", "2012-10-01", #"{"promise":"p","to":"practice-a","money":{"low":4000000,"high":4000000}}"#),
      ], asOf: "2013-01-01")
    #expect(try story.explanation().text().contains("withdrawn for 123 days"))
  }

  @Test("A span is told only between days that are known")
  func vagueDays() throws {
    let story = try Story(
      [
        Story.draft(
          "PaymentPromised", "2010-03-31", #"{"promise":"p","to":"practice-a","money":{"low":4000000,"high":4000000}}"#),
        Story.draft("PromiseWithdrawn", "2012-05", #"{"promise":"p","scope":"whole","decidedBy":"the board"}"#),
        Story.draft("PromiseReinstated", "2012-09-01", #"{"promise":"p"}"#),
      ], asOf: "2013-01-01")
    #expect(!(try story.explanation().text().contains("withdrawn for")))
  }

  @Test(
    "How far off a due day is stands beside it where somebody asks today about today, and nowhere else",
    arguments: [
      ("2011-12-31", "due 31 December 2011 (yesterday)"), ("2012-01-01", "due 1 January 2012 (today)"),
      ("2012-01-02", "due 2 January 2012 (tomorrow)"), ("2012-01-21", "due 21 January 2012 (in 20 days)"),
      ("2011-11-03", "due 3 November 2011 (59 days ago)"), ("2012-04", "due April 2012 (in 4 months)"),
      ("2010-04-01", "due 1 April 2010 (21 months ago)"), ("2016-01-01", "due 1 January 2016 (in 4 years)"),
      ("2012-01-21/..", "due from 21 January 2012"),
    ])
  func distances(due: String, words: String) throws {
    let story = try Story([
      Story.draft(
        "PaymentPromised", "2010-03-31",
        #"{"promise":"p","to":"practice-a","money":{"low":4000000,"high":4000000},"due":"\#(due)"}"#)
    ])
    let view = try story.ask { try $0.obligations($1) }
    func lines(_ today: String?) -> [String] {
      view.text(TextStyle(today: today.flatMap { Day($0) })).split(separator: "\n" as Character).map(String.init)
    }
    #expect(lines("2012-01-01").contains { $0.hasSuffix(words) }, "\(lines("2012-01-01"))")
    // Into a file, or about another day than today, it would be wrong tomorrow, or at once.
    let alone = words.split(separator: " (")[0]
    for today in [nil, "2012-01-02"] { #expect(lines(today).contains { $0.hasSuffix(alone) }) }
  }

  @Test("An unknown sum is said to be unknown in every report, and never counted as nothing")
  func unknown() throws {
    let story = try Story([
      Story.draft("PaymentPromised", "2010-03-31", #"{"promise":"p","to":"group-a","money":{"low":0}}"#),
      Story.draft("PromiseWithdrawn", "2010-09", #"{"promise":"p","scope":"whole","decidedBy":"the board"}"#),
    ])
    let view = try story.ask { try $0.obligations($1) }
    #expect(view.text().contains("not known"))
    let explained = try story.explanation(.outstanding).text()
    #expect(explained.contains("at most: not known, as what was earned has no known limit"), "\(explained)")
    let report = try story.ask { try $0.reneged($1) }.text(TextStyle(), try story.lexicon())
    #expect(report.contains("Promised    not known"))
  }

  @Test("A figure comes with those that it is made of, each with its events")
  func figures() throws {
    let story = try Story.example()
    let text = try story.explanation(.outstanding).text()
    for figure in ["Promised:", "Earned:", "Paid:", "Set off:", "Outstanding:"] { #expect(text.contains(figure)) }
    #expect(!text.contains("Withdrawn:") && !text.contains("Rests on"))
    #expect(text.contains("event 9: Promised to group-a"))
    #expect(text.contains("Exhibit 1, page 1"))
  }

  @Test("Every report names both times and the log's head; findings say what they are not")
  func frame() throws {
    let story = try Story.example()
    let lexicon = try story.lexicon()
    let texts = try story.ask { history, question in
      [
        try history.obligations(question).text(), try history.reneged(question).text(TextStyle(), lexicon),
        try history.timeline(question).text(), try history.plans(question).text(),
      ]
    }
    for text in texts {
      #expect(text.contains("as of 1 January 2012, using everything recorded"))
      let lines: [Substring] = text.split(separator: "\n" as Character)
      #expect(lines.last?.hasPrefix("Log: 16 events") == true)
      #expect(lines.dropLast().allSatisfy { $0.count <= 96 })
    }
    #expect(texts[1].contains(notLegalAdvice) && texts[3].contains(notLegalAdvice))
    #expect(try story.explanation().text().contains(notLegalAdvice))
  }

  @Test("“Reneged” is the report's name and stands nowhere else")
  func word() throws {
    let story = try Story.example()
    let lexicon = try story.lexicon()
    let text = try story.ask { try $0.reneged($1) }.text(TextStyle(), lexicon)
    let rest = String(text.dropFirst("Reneged".count))
    #expect(!rest.contains("eneged"))
    #expect(text.hasPrefix("Reneged deals: report as of"))
  }

  // MARK: JSON

  private static let head: Set<String> = ["format", "asOf", "knownAt", "log"]
  private static let row: Set<String> = [
    "agreement", "promise", "debtor", "candidates", "creditor", "count", "due", "promised", "earned", "paid", "setOff",
    "withdrawn", "outstanding", "category", "strength", "flags", "missing", "reliedOn",
  ]

  private func names(_ value: JSONValue?) -> Set<String> { Set((value?.object?.members ?? []).map(\.name)) }

  @Test("Each answer in JSON has the members of its format and no others")
  func members() throws {
    let story = try Story.example()
    try story.ask { history, question in
      let obligations = try history.obligations(question).json
      #expect(obligations["format"] == "tracker.obligations/1")
      #expect(names(obligations) == Self.head.union(["rows", "balances", "costs", "straddling", "total"]))
      #expect(names(obligations["rows"]?.array?.first) == Self.row)
      #expect(names(obligations["rows"]?.array?.first?["promised"]) == ["low", "high"])
      #expect(names(obligations["total"]) == ["promised", "paid", "withdrawn", "outstanding"])
      let reneged = try history.reneged(question).json
      #expect(reneged["format"] == "tracker.reneged/1")
      #expect(names(reneged) == Self.head.union(["findings", "notSettled", "straddling"]))
      let finding = try #require(reneged["findings"]?.array?.first)
      #expect(names(finding) == Self.row.union(["reasons", "notClaimed"]))
      #expect(names(finding["reasons"]?.array?.first) == ["party", "quote"])
      let timeline = try history.timeline(question).json
      #expect(timeline["format"] == "tracker.timeline/1")
      #expect(names(timeline) == Self.head.union(["entries", "straddling"]))
      #expect(
        names(timeline["entries"]?.array?.first)
          == ["position", "id", "type", "when", "recordedAt", "assertedBy", "text", "sources", "state"])
      #expect(names(try history.plans(question).json) == Self.head.union(["plans", "straddling"]))
      #expect(names(try story.explanation().json) == Self.head.union(["rows", "events"]))
    }
  }

  @Test("A replay's steps name each change by its row and field, before and after")
  func replay() throws {
    let story = try Story.example()
    try story.ask { history, question in
      var steps: [JSONValue] = []
      var replay = Replay(asOf: question.asOf)
      try replay.run(history.log) {
        steps.append($0.json)
        return true
      }
      #expect(steps.count == 16)
      #expect(steps.allSatisfy { names($0) == ["position", "id", "changes"] })
      var changes: [JSONValue] = []
      for step in steps { changes += step["changes"]?.array ?? [] }
      let change = try #require(changes.first)
      #expect(names(change) == ["agreement", "promise", "creditor", "field", "before", "after"])
      #expect(change["before"] == .null)
    }
  }

  @Test("A replay written in pieces has the bytes of the whole, and each change the value that its row has")
  func pieces() throws {
    let story = try Story.example()
    try story.ask { history, question in
      var steps: [ReplayView.Step] = []
      var replay = Replay(asOf: question.asOf)
      try replay.run(history.log) {
        steps.append($0)
        return true
      }
      let view = try history.obligations(question)
      let whole = ReplayView(question: question, steps: steps, rows: view.rows, straddling: view.straddling)
      var pieces = ReplayPieces(whole)
      var bytes = pieces.opening
      for step in steps { bytes += pieces.bytes(step) }
      #expect(bytes + pieces.closing == whole.json.canonicalBytes)
      let none = ReplayPieces(ReplayView(question: question, steps: [], rows: [], straddling: []))
      #expect(try JSONValue(canonical: none.opening + none.closing)["steps"]?.array?.isEmpty == true)
      for row in view.rows {
        for field in ReplayView.Field.allCases { #expect(row.value(of: field) == row.json[field.rawValue]) }
      }
    }
  }

  @Test("Equal answers are equal bytes, in canonical form")
  func canonical() throws {
    let story = try Story.example()
    let bytes = try story.ask { try $0.obligations($1).json.canonicalBytes }
    #expect(try JSONValue(canonical: bytes).canonicalBytes == bytes)
    #expect(try story.ask { try $0.obligations($1).json.canonicalBytes } == bytes)
  }
}
