import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// `timestamp add` needs an answer, which only an authority can give: here openssl is one.
@Suite("Time-stamps at the command line", .enabled(if: Authority.command != nil, "needs openssl"))
struct TimeStampTests {
  @Test("An answer is taken in, and said in words or for a program")
  func add() throws {
    let shell = try Shell()
    defer { shell.clean() }
    let authority = try Authority(in: shell.folder, "time.example")
    #expect(try shell.run("init deals --owner lmc").status == 0)
    #expect(try shell.run("timestamp request --out ask.tsq").status == 0)
    let request = try Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/ask.tsq"))
    try Data(authority.answer(Array(request))).write(to: URL(fileURLWithPath: "\(shell.folder)/ask.tsr"))
    let command = "timestamp add ask.tsr --request ask.tsq --ca time.example/root.pem"
    let text = try shell.run(command)
    #expect(text.status == 0 && text.output.hasPrefix("The log as it was with 2 events was there on "), "\(text)")
    let json = try shell.run("\(command) --json")
    let written = try JSONValue(canonical: Array(json.output.utf8.dropLast()))
    #expect(json.status == 0 && written["command"] == "timestamp add" && written["added"] == [])
    #expect(written["timestamp"]?["size"] == 2)
    #expect(written["timestamp"]?["authority"]?.string?.contains("time.example") == true)
    // Without a root only the form is looked at, and nobody is believed.
    let form = try JSONValue(
      canonical: Array(try shell.run("timestamp add ask.tsr --json").output.utf8.dropLast()))
    #expect(form["timestamp"]?["authority"] == .null)
  }
}
