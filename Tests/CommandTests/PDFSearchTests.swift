import Foundation
import Testing

private let isPossible = ["/usr/bin", "/bin", "/usr/local/bin"].contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/pdftotext")
}

@Suite("Words of PDF papers")
struct PDFSearchTests {
  /// A PDF of two pages, its text in plain operators; what reads it finds the objects itself.
  private static func pdf(_ first: String, _ second: String) -> String {
    func page(_ number: Int, _ text: String) -> String {
      let words = "BT /F 12 Tf 72 700 Td (\(text)) Tj ET"
      return """
        \(number) 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents \(number + 1) 0 R
          /Resources<</Font<</F 7 0 R>>>>>> endobj
        \(number + 1) 0 obj <</Length \(words.utf8.count)>> stream
        \(words)
        endstream endobj
        """
    }
    return """
      %PDF-1.4
      1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
      2 0 obj <</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>> endobj
      \(page(3, first))
      \(page(5, second))
      7 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
      trailer <</Root 1 0 R>>
      """
  }

  /// A book with that paper in it.
  private static func shell() throws -> Shell {
    let shell = try Shell()
    #expect(try shell.run("init deals --owner lmc").status == 0)
    try Data(pdf("The wombat clause of 2010", "It ends with the deficit").utf8).write(
      to: URL(fileURLWithPath: "\(shell.folder)/letter.pdf"))
    #expect(try shell.run("record exhibit letter.pdf --kind letter --asserted-by lmc").status == 0)
    return shell
  }

  /// The folder of programs with a pdftotext of ours, or none.
  private static func programs(_ shell: Shell, _ script: String?) throws -> [String: String] {
    let bin = "\(shell.folder)/bin-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    if let script {
      try Data("#!/bin/sh\nPATH=/usr/bin:/bin\n\(script)\n".utf8).write(to: URL(fileURLWithPath: "\(bin)/pdftotext"))
      chmod("\(bin)/pdftotext", 0o755)
    }
    return ["PATH": bin]
  }

  @Test(
    "A word on the second page is found; erasing the file takes it out of the index too",
    .enabled(if: isPossible, "needs pdftotext"))
  func real() throws {
    let shell = try Self.shell()
    defer { shell.clean() }
    // Looked for first where nothing reads PDFs: the answer says what was not searched, and is not kept for later.
    let without = try shell.run("search deficit", environment: Self.programs(shell, nil))
    #expect(without.output.contains("1 paper was not searched, since no text could be read out of it: letter (PDF)"))
    let found = try shell.run("search deficit --plain")
    #expect(found.status == 0 && found.output.contains("ends with the «deficit»"), "\(found)")
    #expect(found.error.isEmpty)
    #expect(try shell.run("search \"wombat clause\" --json").output.contains(#""unsearched":[]"#))
    #expect(try shell.run("doctor --plain").output.contains("pdftotext version"))

    let erased = try shell.run("erase 3 --bytes --why \"a wrong paper\" --legal-basis \"UK GDPR, Article 17\" --yes")
    #expect(erased.status == 0, "\(erased)")
    let after = try shell.run("search wombat --plain")
    #expect(!after.output.contains("«wombat»"), "\(after)")
  }

  @Test("A reader that fails, says nothing, or does not end is no reader; one that says too much is cut short")
  func readers() throws {
    let shell = try Self.shell()
    defer { shell.clean() }
    // A file, so that nothing is kept of one question for the next.
    let copied = try shell.run("export --full copy")
    #expect(copied.status == 0, "\(copied)")
    let cases: [(script: String, isRead: Bool)] = [
      ("cat >/dev/null; echo the wombat clause", true),
      ("cat >/dev/null; echo the wombat clause; exit 1", false),
      ("cat >/dev/null; printf '\\f\\n  \\f'", false),
      ("kill -SEGV $$", false),
      ("echo the wombat clause; yes and more", true),
      // It reads the paper itself, from its beginning.
      ("tr -d '()' | grep wombat", true),
      ("echo the wombat clause; exec >&-; exec sleep 600", false),
      ("exec sleep 600", false),
    ]
    for (script, isRead) in cases {
      let answer = try shell.run(
        "search copy/deals.jsonl wombat --plain", environment: Self.programs(shell, script))
      #expect(answer.status == 0)
      #expect(answer.output.contains("«wombat»") == isRead, "\(script): \(answer)")
      #expect(answer.error.contains("1 paper was not searched") == !isRead, "\(script): \(answer)")
    }
  }
}
