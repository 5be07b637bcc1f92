import Foundation
import Testing

/// The program uses curl; the server here is Python's.
private let isPossible = ["curl", "python3"].allSatisfy { name in
  ["/usr/bin", "/bin", "/usr/local/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
}

/// A published log that lies on a web server.
@Suite("Auditing over the network", .enabled(if: isPossible, "needs curl"))
struct WebAuditTests {
  /// Serves the folder `site`, audits it, takes the last, partial tile of the entries away, and audits it again.
  private static let script = #"""
    (cd site && exec python3 -u -m http.server 0 --bind 127.0.0.1) > port 2>/dev/null &
    server=$!
    # It may have been begun with other signals held back.
    trap 'kill -KILL $server' EXIT
    port=
    for attempt in $(seq 100); do
      port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' port)
      if [ -n "$port" ]; then break; fi
      sleep 0.1
    done
    "$TRACKER" audit "http://127.0.0.1:$port"; echo "first: $?"
    rm -r site/tile/entries/001.p
    "$TRACKER" audit "http://127.0.0.1:$port"; echo "second: $?"
    """#

  @Test("A log of 300 entries is audited over the network; a file that is not there, or no server, is said")
  func audit() throws {
    let shell = try Shell()
    defer { shell.clean() }
    #expect(try shell.run("init deal --owner lmc").status == 0)
    let drafts = (0..<298).map { number in
      #"{"type":"PartyRegistered","stream":"party/p\#(number)","assertedBy":{"party":"lmc"},"basis":"own-knowledge","#
        + #""data":{"kind":"practice","identity":"unnamed"}}"# + "\n"
    }
    try Data(drafts.joined().utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/many.drafts.jsonl"))
    let imported = try shell.run("import many.drafts.jsonl")
    #expect(imported.status == 0, "\(imported.error)")
    #expect(try shell.run("publish site").status == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec > seen 2>&1; \(Self.script)"]
    process.environment = shell.environment.merging(["TRACKER": Shell.tracker]) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: shell.folder)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let seen = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(shell.folder)/seen")), as: UTF8.self)
    let parts = seen.components(separatedBy: "first: 0\n")
    #expect(parts.count == 2 && parts[0].contains("300 entries"), "\(seen)")
    #expect(parts.last?.contains("is not published") == true && seen.hasSuffix("second: 4\n"), "\(seen)")
    #expect(!seen.contains("curl"), "\(seen)")
    let alone = try shell.run("audit http://127.0.0.1:9/")
    #expect(alone.status == 66 && alone.error.contains("nobody answers there"), "\(alone.error)")
  }
}
