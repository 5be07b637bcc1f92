import CanonicalJSON
import Foundation
import Testing

/// `doctor` finds what is wrong, each with what to type, and says nothing where all is well. What it says of programs and
/// disks differs from machine to machine, so it is asked by its ids.
@Suite("Keeping the book")
struct KeepingTests {
  private struct Answer {
    var status: Int32
    /// id → state, fix
    var findings: [String: (state: String, fix: String)]

    func isTrouble(_ id: String) -> Bool { findings[id]?.state == "trouble" }
    /// What there is to do, apart from what the machine itself may lack.
    var troubles: [String] {
      findings.filter { $0.value.state == "trouble" && !["disk", "share"].contains($0.key) }.keys.sorted()
    }
  }

  private func ask(_ shell: Shell, _ more: String = "") throws -> Answer {
    let result = try shell.run("doctor --json \(more)")
    let value = try JSONValue(relaxed: Array(result.output.utf8))
    #expect(value["format"]?.string == "tracker.doctor/1")
    var findings: [String: (state: String, fix: String)] = [:]
    for finding in value["findings"]?.array ?? [] {
      findings[finding["id"]?.string ?? ""] = (finding["state"]?.string ?? "", finding["fix"]?.string ?? "")
    }
    #expect((result.status == 1) == findings.values.contains { $0.state == "trouble" })
    return Answer(status: result.status, findings: findings)
  }

  private func book() throws -> Shell {
    let shell = try Shell()
    #expect(try shell.run("init deals --owner lmc").status == 0)
    return shell
  }

  @Test("A new book lacks a backup; once it has one, all is well")
  func backup() throws {
    let shell = try book()
    defer { shell.clean() }
    let first = try ask(shell)
    #expect(first.troubles == ["backup"] && first.findings["backup"]?.fix.hasPrefix("tracker backup") == true)
    // A disk that is not plugged in is no place, and nothing is made in its stead.
    for place in ["usb", "usb/", "usb/deals.tracker", "deals-1.tracker", "./deals-1.tracker"] {
      #expect(try [64, 66].contains(shell.run("backup \(place)").status), "\(place)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: shell.folder).filter { $0.hasSuffix(".tracker") }.count == 1)
    try FileManager.default.createDirectory(atPath: "\(shell.folder)/usb", withIntermediateDirectories: false)
    #expect(try shell.run("backup usb/").status == 0)
    let second = try ask(shell)
    #expect(second.troubles == [] && second.findings["backup"]?.state == "well", "\(second)")
    // For people the same, with what there is to do first.
    let text = try shell.run("doctor").output
    #expect(text.contains("  ok     log: 2 events, whole and in order"), "\(text)")
    #expect(text.contains("  ok     versions: every event is of a type and version that this program knows"), "\(text)")
    let cells = try shell.run("doctor --plain").output.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    #expect(cells.first == ["id", "state", "text", "fix"] && cells.last == [""])
    #expect(Set(cells.dropFirst().dropLast().map { $0[0] }) == Set(second.findings.keys))
    #expect(cells.dropFirst().dropLast().allSatisfy { $0.count == 4 })
    // It was changed, and it is gone.
    let folder = "\(shell.folder)/usb"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    try FileHandle(forUpdating: URL(fileURLWithPath: "\(folder)/\(name)")).truncate(atOffset: 4096)
    #expect(try ask(shell).troubles == ["backup"])
    try FileManager.default.removeItem(atPath: folder)
    #expect(try ask(shell).findings["backup"]?.state == "note", "its disk may not be plugged in")
  }

  @Test("Figures that are kept ready and were changed behind the log, and what a backup left that was cut off")
  func readModels() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("init deals --owner lmc-a").status == 0)
    #expect(try shell.run("import fixtures/story.drafts.jsonl").status == 0)
    #expect(try ask(shell).findings["read-model"]?.state == "well")
    let isDone = try TranscriptFiles.run(
      "sql deals.tracker | UPDATE readModelRow SET bytes = x'7B7D'", in: shell, inserted: { $0 })
    #expect(isDone)
    let changed = try ask(shell)
    #expect(changed.troubles == ["backup", "read-model"], "\(changed)")
    // What is advised makes it well again.
    #expect(changed.findings["read-model"]?.fix.contains("tracker export deals.tracker --full whole") == true)
    #expect(try shell.run("export deals.tracker --full whole").status == 0)
    #expect(try shell.run("restore whole --to new.tracker").status == 0)
    #expect(try ask(shell, "--book new.tracker").findings["read-model"]?.state == "well")
    // A process of that number there is none; of the other there is.
    let folder = "\(shell.folder)/backups"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let mine = ProcessInfo.processInfo.processIdentifier
    for number in ["999999999", "\(mine)"] {
      try Data("half".utf8).write(to: URL(fileURLWithPath: "\(folder)/deals-1.tracker.new-\(number).tracker"))
    }
    let text = try shell.run("doctor --book deals.tracker --plain").output
    #expect(text.contains("backup\tnote\ta backup that was cut off left this file, which is none: "))
    #expect(text.contains("rm ./backups/deals-1.tracker.new-999999999.tracker") && !text.contains("new-\(mine)"))
  }

  @Test("A key that others can read, and a folder into which they can put keys")
  func key() throws {
    let shell = try book()
    defer { shell.clean() }
    let folder = "\(shell.folder)/.xdg_data_home/tracker/keys"
    let file = "\(folder)/\(try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first))"
    chmod(file, 0o644)
    #expect(try ask(shell).findings["key"]?.fix == "chmod 600 \(file)")
    chmod(file, 0o600)
    chmod(folder, 0o777)
    #expect(try ask(shell).findings["key"]?.fix == "chmod 700 \(folder)")
    chmod(folder, 0o700)
    #expect(try ask(shell).findings["key"]?.state == "well")
    try FileManager.default.removeItem(atPath: file)
    #expect(try ask(shell).findings["key"]?.state == "note")
  }

  @Test(
    "A folder that is copied to a cloud is known by its name or by what its program leaves there",
    arguments: [
      ("Dropbox/Deals", "", true), ("OneDrive - NHS/Deals", "", true), ("Google Drive", "", true),
      ("Files", ".stfolder", true), ("Files/Deals", ".dropbox", true), ("Dropboxes", "", false), ("Files", "", false),
    ])
  func synced(folder: String, mark: String, isSynced: Bool) throws {
    let shell = try book()
    defer { shell.clean() }
    let place = "\(shell.folder)/\(folder)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    if !mark.isEmpty {
      try Data().write(to: URL(fileURLWithPath: "\(shell.folder)/\(folder.split(separator: "/")[0])/\(mark)"))
    }
    try FileManager.default.copyItem(atPath: "\(shell.folder)/deals.tracker", toPath: "\(place)/deals.tracker")
    let result = try shell.run(arguments: ["doctor", "--json", "--book", "\(place)/deals.tracker"])
    #expect(result.output.contains(#""id":"synced""#) == isSynced, "\(result.output)")
  }

  @Test("Rights, what is left unfinished, a book that is damaged, and none at all")
  func others() throws {
    let shell = try book()
    defer { shell.clean() }
    let path = "\(shell.folder)/deals.tracker"
    chmod(path, 0o666)
    #expect(try ask(shell).isTrouble("rights"))
    chmod(path, 0o644)
    #expect(try ask(shell).findings["rights"] == nil, "it holds nothing that is private")
    #expect(
      try shell.run(
        "record party doctor --kind practice --identity withheld --private name=somebody --asserted-by lmc"
      ).status == 0)
    #expect(try ask(shell).findings["rights"]?.fix == "chmod 600 deals.tracker")
    chmod(path, 0o600)
    let drafts = "\(shell.folder)/.xdg_state_home/tracker/drafts"
    try FileManager.default.createDirectory(atPath: drafts, withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(drafts)/1.json"))
    #expect(try ask(shell).findings["drafts"]?.fix.contains("--discard") == true)
    #expect(try shell.run("record --discard --yes").status == 0)
    #expect(try ask(shell).findings["drafts"] == nil)
    // What was seen here is more than an older copy has.
    try FileManager.default.copyItem(atPath: path, toPath: "\(shell.folder)/kept")
    #expect(
      try shell.run("record party x --kind practice --identity unnamed --asserted-by lmc").status == 0)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: "\(shell.folder)/kept", toPath: path)
    let turnedBack = try ask(shell)
    #expect(turnedBack.isTrouble("log") && turnedBack.findings["log"]?.fix.hasPrefix("tracker verify") == true)
    try Data("no book".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try ask(shell).isTrouble("log"))
    try FileManager.default.removeItem(atPath: path)
    #expect(try ask(shell).isTrouble("book"))
  }
}
