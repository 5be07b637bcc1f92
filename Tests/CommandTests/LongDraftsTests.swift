import AgreementTracker
import Foundation
import Projections
import Testing

/// Files of more than 5,000 drafts are added in pages: they must come in as others do, all lines or none.
@Suite("Long files of drafts")
struct LongDraftsTests {
  private static let agreements = 600

  private func book() throws -> Shell {
    let shell = try Shell()
    #expect(try shell.run("init deal --owner lmc-a").status == 0)
    return shell
  }

  /// Two parties, 600 agreements, and ten rounds over all of them: a promise of £10 in the first, then nine payments of £1
  /// each. So each agreement is added to again and again, and its promise has £1 left: 600 × £1 = £600 are outstanding.
  private func lines() -> [String] {
    let said = #""basis":"document","assertedBy":{"party":"lmc-a"}"#
    func draft(_ type: String, _ stream: String, _ data: String) -> String {
      #"{"type":"\#(type)","stream":"\#(stream)",\#(said),"data":{\#(data)}}"#
    }
    var lines = [
      draft("PartyRegistered", "party/pct", #""kind":"commissioner","identity":"named","name":"The PCT""#),
      draft("PartyRegistered", "party/one", #""kind":"practice","identity":"named","name":"One""#), "",
    ]
    for number in 0..<Self.agreements {
      lines.append(
        draft(
          "AgreementMade", "agreement/a\(number)",
          #""title":"T","debtor":"pct","creditors":["one"],"form":"letter","contractStatus":"unknown""#))
    }
    for round in 0..<10 {
      for number in 0..<Self.agreements {
        lines.append(
          round == 0
            ? draft(
              "PaymentPromised", "agreement/a\(number)",
              #""promise":"share","to":"one","money":{"high":1000,"low":1000}"#)
            : draft(
              "PaymentMade", "agreement/a\(number)",
              #""to":"one","promise":"share","money":{"low":100,"high":100},"reference":"R\#(round)""#))
      }
    }
    return lines
  }

  private func write(_ lines: [String], in shell: Shell) throws {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(
      to: URL(fileURLWithPath: "\(shell.folder)/long.drafts.jsonl"))
  }

  @Test("6,602 drafts are one import: counted, signed, folded, recorded at one moment; the same file adds nothing")
  func whole() throws {
    let shell = try book()
    defer { shell.clean() }
    try write(lines(), in: shell)
    let added = try shell.run("import long.drafts.jsonl")
    #expect(added.status == 0, "\(added.error)")
    #expect(added.output.contains("6602 events added, events 3 to 6604\n"), "\(added.output)")
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 6604 events"))
    // Each owes £10 less 9 × £1.
    #expect(try shell.run("obligations a599").output.contains("£1"))
    #expect(try shell.run("obligations a599 --json").output.contains(#""high":100,"low":100"#))
    let models = try #require(try Source.open("\(shell.folder)/deal.tracker").checkReadModels())
    #expect(models.live == models.rebuilt && models.stopped == nil)
    let log = try shell.run("export").output
    let moments = Set(log.matches(of: #/"recordedAt":"([^"]*)"/#).dropFirst(2).map { String($0.output.1) })
    #expect(moments.count == 1)
    let again = try shell.run("import long.drafts.jsonl")
    #expect(again.status == 0 && again.output.contains("Nothing was added"), "\(again.output)")
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 6604 events"))
  }

  @Test("Every fault of a long file is listed with its line and column, and nothing is added")
  func faults() throws {
    let shell = try book()
    defer { shell.clean() }
    var lines = lines()
    lines[3000] = lines[3000].replacing("\"low\":100,", with: "\"low\":100,\"hihg\":5,")
    lines[5000] = String(lines[5000].dropLast())
    lines[6000] = lines[6000].replacing("\"reference\":\"R", with: "\"reference\":\"R\u{9}")
    try write(lines, in: shell)
    let refused = try shell.run("import long.drafts.jsonl")
    #expect(refused.status == 65)
    #expect(refused.error.contains("nothing was added: 3 faults in long.drafts.jsonl"), "\(refused.error)")
    let slip = try #require(lines[3000].range(of: "5,\"high\""))
    let column = lines[3000][..<slip.lowerBound].count + 1
    #expect(
      refused.error.contains("line 3001, column \(column): data.money.hihg: nothing here is called “hihg”"),
      "\(refused.error)")
    #expect(refused.error.contains("line 5001, column \(lines[5000].count + 1):"), "\(refused.error)")
    #expect(refused.error.contains("line 6001, column "), "\(refused.error)")
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 2 events"))
  }

  @Test("A line that breaks a rule, and one that stands on it, are both named; nothing of the others stays")
  func rules() throws {
    let shell = try book()
    defer { shell.clean() }
    var lines = lines()
    // The promise of one agreement goes to nobody known, so it has none that is owed to “one”.
    let promise = 3 + Self.agreements + 7
    lines[promise] = lines[promise].replacing("\"to\":\"one\"", with: "\"to\":\"nobody\"")
    // An event may name one of the same file that stands before it, and none that comes after.
    let id = "018f3c1e-7b5a-7c3d-9e2f-0123456789ab"
    lines[4000] = lines[4000].replacing("\"basis\"", with: "\"id\":\"\(id)\",\"basis\"")
    let stream = lines[4000].firstMatch(of: #/agreement\/a[0-9]+/#).map { String($0.output) } ?? ""
    let taken =
      #"{"type":"EntryRetracted","stream":"\#(stream)","basis":"document","assertedBy":{"party":"lmc-a"},"data":{"target":"\#(id)","why":"entered in error"}}"#
    lines.append(taken)
    try write(lines, in: shell)
    let refused = try shell.run("import long.drafts.jsonl")
    #expect(refused.status == 65)
    #expect(refused.error.contains("line \(promise + 1): data.to: there is no party “nobody”"), "\(refused.error)")
    #expect(!refused.error.contains("line \(lines.count):"), "\(refused.error)")
    #expect(try shell.run("verify").output.hasPrefix("The record is whole: 2 events"))
    lines[promise] = lines[promise].replacing("\"to\":\"nobody\"", with: "\"to\":\"one\"")
    lines.insert(taken, at: 3000)
    try write(lines, in: shell)
    let early = try shell.run("import long.drafts.jsonl")
    #expect(early.status == 65 && early.error.contains("line 3001: data.target:"), "\(early.error)")
    lines.remove(at: 3000)
    try write(lines, in: shell)
    let added = try shell.run("import long.drafts.jsonl")
    #expect(added.status == 0 && added.output.contains("6603 events added"), "\(added.error)")
    #expect(try shell.run("replay deal.tracker --check").status == 0)
  }
}
