import Foundation
import Testing

@Suite("Days counted from today")
struct TodayTests {
  @Test("Today and yesterday are days, with the hour before or behind them; what is no hour is not taken for one")
  func words() throws {
    let shell = try Shell()
    defer { shell.clean() }
    for line in [
      "init deals --owner lmc",
      "record agreement deal --title Deal --debtor lmc --creditors lmc --form oral --contract-status unknown --asserted-by lmc",
    ] {
      #expect(try shell.run(line).status == 0)
    }
    /// As the machine's log counts days.
    func day(_ offset: Int) -> String {
      Date(timeIntervalSinceNow: Double(offset) * 86_400).formatted(.iso8601.year().month().day())
    }
    func answer(_ text: String) throws -> Shell.Result {
      try shell.run(
        arguments: [
          "record", "advice", "deal", "--to", "lmc", "--advice", "wait", "--asserted-by", "lmc", "--when", text,
          "--dry-run",
          "--json",
        ])
    }
    let days: [(String, Int)] = [
      ("today", 0), ("today at nine", 0), ("9am today", 0), ("at 9.15 am today", 0), ("half past nine, today", 0),
      ("at nine this morning", 0), ("ten to four this afternoon", 0), ("this evening", 0), ("yesterday", -1),
      ("yesterday morning", -1), ("noon yesterday", -1), ("9 o’clock yesterday morning", -1), ("just now", 0),
    ]
    for (text, offset) in days {
      // It may strike midnight meanwhile.
      let before = day(offset)
      let said = try answer(text)
      let after = day(offset)
      #expect(said.status == 0, "\(text): \(said.error)")
      #expect([before, after].contains { said.output.contains("\"edtf\":\"\($0)\"") }, "\(text): \(said.output)")
    }
    for text in ["some day before today", "by today", "nine men today", "9 days before yesterday", "todayish"] {
      #expect(try answer(text).status == 65, "\(text)")
    }
  }
}
