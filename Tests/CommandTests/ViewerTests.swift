import Foundation
import Testing

/// `exhibit open` hands a copy to the program that shows files. Here a script stands in its place, and writes down what it was
/// handed.
@Suite("Showing an exhibit")
struct ViewerTests {
  static let paper = Data("%PDF-1.4\nThe board withdraws the payments.\n%%EOF\n".utf8)

  /// A book with a PDF under “letter” and a web page under “page”, and a folder “bin” for the viewer.
  private func shell() throws -> Shell {
    let shell = try Shell()
    for folder in ["bin", "tmp"] {
      try FileManager.default.createDirectory(atPath: "\(shell.folder)/\(folder)", withIntermediateDirectories: true)
    }
    #expect(try shell.run("init deal --owner lmc").status == 0)
    try Self.paper.write(to: URL(fileURLWithPath: "\(shell.folder)/letter.pdf"))
    try Data("<html><script>x()</script></html>".utf8).write(to: URL(fileURLWithPath: "\(shell.folder)/page.html"))
    for (file, label) in [("letter.pdf", "L1"), ("page.html", "L2")] {
      let filed = try shell.run(
        "record exhibit \(file) --exhibit \(label) --title Paper --kind other --asserted-by lmc")
      #expect(filed.status == 0, "\(filed.error)")
    }
    return shell
  }

  /// - Parameter viewer: a script in the place of xdg-open; nil = there is none.
  private func open(_ key: String, with viewer: String?, in shell: Shell) throws -> Terminal.Result {
    let place = "\(shell.folder)/bin/xdg-open"
    try? FileManager.default.removeItem(atPath: place)
    if let viewer {
      try Data("#!/bin/sh\nPATH=/usr/bin:/bin\n\(viewer)\n".utf8).write(to: URL(fileURLWithPath: place))
      chmod(place, 0o755)
    }
    return try Terminal.run(
      ["exhibit", "open", key], answers: [], in: shell,
      environment: ["PATH": "\(shell.folder)/bin", "TMPDIR": "\(shell.folder)/tmp", "SECRET": "not for viewers"])
  }

  private func copies(_ shell: Shell) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(shell.folder)/tmp").sorted()
  }

  @Test("It is handed one file, byte for byte as filed, which only the user can read and nobody can write or run")
  func handed() throws {
    let shell = try shell()
    defer { shell.clean() }
    let seen = "\(shell.folder)/seen"
    let result = try open(
      "letter",
      with: """
        { echo "$#"; echo "$1"; stat -c %a "$1"; stat -c %a "$(dirname "$1")"; env | grep -c SECRET; } > \(seen)
        cat "$1" > \(seen).pdf; echo "what a viewer prints"; echo "and its messages" >&2
        """, in: shell)
    let told = String(decoding: try Data(contentsOf: URL(fileURLWithPath: seen)), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    try #require(told.count == 5, "\(told)")
    #expect(told[0] == "1" && told[2] == "400" && told[3] == "700" && told[4] == "0", "\(told)")
    #expect(told[1].hasPrefix("\(shell.folder)/tmp/tracker-exhibit-") && told[1].hasSuffix("/letter.pdf"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(seen).pdf")) == Self.paper)
    // It may still be looked at, so it stays; what becomes of it is said.
    let folder = told[1].dropLast("/letter.pdf".count)
    #expect(FileManager.default.contents(atPath: told[1]) == Self.paper)
    #expect(result.status == 0)
    #expect(
      result.text.replacingOccurrences(of: "\r", with: "") == """
        A copy of letter: \(told[1])
          Only you can read it. It stays until you delete it:  rm -r \(folder)

        """, "\(result.text)")
  }

  /// script, what is said
  static let troubles: [(String?, String)] = [
    (nil, "No program was found that shows it: open it yourself."),
    ("exit 3", "xdg-open found no program for a file of this kind: open it yourself."),
    ("exit 4", "xdg-open could not show it (it ended with 4): open it yourself."),
    ("kill -9 $$", "xdg-open could not show it (it ended with 137): open it yourself."),
  ]

  @Test("A viewer that is missing or fails is said to be so; the copy is there all the same", arguments: troubles)
  func trouble(script: String?, said: String) throws {
    let shell = try shell()
    defer { shell.clean() }
    let result = try open("letter", with: script, in: shell)
    #expect(result.status == 0 && result.text.contains(said), "\(result.text)")
    #expect(result.text.contains("A copy of letter: "))
    #expect(try copies(shell).count == 1)
  }

  @Test("What may hold instructions is handed to nobody")
  func instructions() throws {
    let shell = try shell()
    defer { shell.clean() }
    let result = try open("page", with: "touch \(shell.folder)/started", in: shell)
    #expect(result.text.contains("It may hold instructions, so it was not opened: open it yourself if you trust it."))
    #expect(!FileManager.default.fileExists(atPath: "\(shell.folder)/started"))
  }

  @Test("A viewer that goes on in the background holds nobody up")
  func background() throws {
    let shell = try shell()
    defer { shell.clean() }
    let clock = ContinuousClock()
    let began = clock.now
    let result = try open("letter", with: "sleep 30 & echo $! > \(shell.folder)/pid", in: shell)
    let took = clock.now - began
    #expect(result.status == 0)
    let file = "\(shell.folder)/pid"
    let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
    let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    kill(child, SIGKILL)
    #expect(took < .seconds(20), "\(took)")
  }

  @Test("A stored file that is not the one that was filed is handed to nobody, and no copy and no folder is left")
  func damaged() throws {
    let shell = try shell()
    defer { shell.clean() }
    _ = try TranscriptFiles.run(
      "sql deal.tracker | UPDATE filePiece SET bytes = CAST(replace(CAST(bytes AS TEXT), 'withdraws', 'confirms!') AS BLOB)",
      in: shell, inserted: { $0 })
    let result = try open("letter", with: "touch \(shell.folder)/started", in: shell)
    #expect(result.status == 4, "\(result.text)")
    #expect(result.text.contains("error: "), "\(result.text)")
    #expect(!FileManager.default.fileExists(atPath: "\(shell.folder)/started"))
    #expect(try copies(shell) == [])
  }

  @Test("Where no folder for the copy can be made, it says where to put it")
  func noFolder() throws {
    let shell = try shell()
    defer { shell.clean() }
    let result = try shell.run("exhibit open letter", environment: ["TMPDIR": "/no/such/folder"])
    #expect(result.status == 73)
    #expect(
      result.error == """
        error: no folder for the copy can be made in /no/such/folder  [73]
          Say where:  --out FILE

        """)
  }
}
