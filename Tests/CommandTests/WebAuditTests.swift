import Foundation
import Testing

/// A published log that lies on a web server.
@Suite("Auditing over the network", .enabled(if: WebAuditTests.isPossible, "needs curl"))
struct WebAuditTests {
  /// The program uses curl; the server here is Python's.
  static let isPossible = ["curl", "python3"].allSatisfy { name in
    ["/usr/bin", "/bin", "/usr/local/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  /// Serves a folder, and hands on its address.
  private func serving(_ folder: String, _ body: (String) throws -> Void) throws {
    let server = Process()
    server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    server.arguments = ["python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    server.currentDirectoryURL = URL(fileURLWithPath: folder)
    let output = Pipe()
    server.standardOutput = output
    server.standardError = FileHandle.nullDevice
    try server.run()
    defer {
      server.terminate()
      server.waitUntilExit()
    }
    // “Serving HTTP on 127.0.0.1 port 40123 (http://…) ...”
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let port = try #require(line.components(separatedBy: " port ").last?.split(separator: " ").first, "\(line)")
    try body("http://127.0.0.1:\(port)")
  }

  @Test("A log of 300 entries is audited over the network; a file that is not there, or no server, is said")
  func audit() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("tracker init deal --owner lmc").status == 0)
    let drafts = (0..<298).map { number in
      #"{"type":"PartyRegistered","stream":"party/p\#(number)","assertedBy":{"party":"lmc"},"basis":"own-knowledge","#
        + #""data":{"kind":"practice","identity":"unnamed"}}"# + "\n"
    }
    try Data(drafts.joined().utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/many.drafts.jsonl"))
    let imported = try shell.run("tracker import many.drafts.jsonl")
    #expect(imported.status == 0, "\(imported.error)")
    #expect(try shell.run("tracker publish site").status == 0)
    try serving("\(shell.folder)/site") { address in
      let audited = try shell.run("tracker audit \(address)")
      #expect(audited.status == 0 && audited.output.contains("300 entries"), "\(audited.output)\(audited.error)")
      // The last, partial tile of the entries is gone.
      let tiles = "\(shell.folder)/site/tile/entries/001.p"
      try FileManager.default.removeItem(atPath: tiles)
      let refused = try shell.run("tracker audit \(address)")
      #expect(refused.status == 4 && refused.error.contains("is not published"), "\(refused.error)")
      #expect(!refused.error.contains("curl"))
    }
    let alone = try shell.run("tracker audit http://127.0.0.1:9/")
    #expect(alone.status == 66 && alone.error.contains("nobody answers there"), "\(alone.error)")
  }
}
