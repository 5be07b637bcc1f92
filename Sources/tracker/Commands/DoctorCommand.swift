internal import AgreementTracker
internal import ArgumentParser
internal import CanonicalJSON
internal import Reports
internal import Spreadsheets

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks whether all is well with the book and what it stands on; says what to type.",
    usage: "tracker doctor [--book BOOK] [--json | --plain]",
    discussion: """
      Looked at: the log, its signatures and what was seen of it on this machine; the clock; the signing key; backups; room \
      on the disk; network shares and folders that are copied to a cloud; who may read the book; entries left unfinished; \
      programs that help. Nothing is changed. Exit code 0 if all is well, 1 if there is something to do.

      Examples:
        tracker doctor
        tracker doctor --book deals.tracker --json
      """)

  @Option(help: "The record book; else TRACKER_BOOK, else the only book in this folder.")
  var book: String?
  @OptionGroup var form: FormOptions

  func run() throws {
    var findings: [Doctor.Finding] = []
    var name = ""
    do throws(TrackerError) {
      let path = try BookFinder.path(named: nil, book: book)
      name = path
      if path.hasSuffix(".tracker") {
        Progress.say("Looking at \(path) …", about: path)
        findings = Doctor.examine(path, folders: .mine)
      } else if !path.hasSuffix(".jsonl") {
        findings = [
          Doctor.Finding(
            "book", .trouble, "\(path) is no record book: the name of one ends in .tracker",
            fix: "tracker doctor --book NAME.tracker")
        ]
      } else {
        findings = [
          Doctor.Finding("book", .note, "\(path) is a file of lines and no record book", fix: "tracker verify \(path)")
        ]
      }
    } catch {
      findings = [Doctor.Finding("book", .trouble, error.what, fix: error.next)]
    }
    findings += Engines.findings
    form.answer(
      json: Self.json(name, findings), header: ["id", "state", "text", "fix"],
      plain: findings.map { [.text($0.id), .text($0.state.rawValue), .text($0.text), .text($0.fix ?? "")] },
      text: Self.text(name, findings))
    if findings.contains(where: { $0.state == .trouble }) { throw ExitStatus.found }
  }

  private static func text(_ name: String, _ findings: [Doctor.Finding]) -> String {
    let style = TextStyle.here
    let troubles = findings.filter { $0.state == .trouble }
    let things = "\(troubles.count) thing\(troubles.count == 1 ? "" : "s") to do"
    var text = style.lines("\(troubles.isEmpty ? "All is well" : things)\(name.isEmpty ? "" : ": \(name)")")
    // What there is to do stands first; a word and no colour says which is which.
    for state in [Doctor.State.trouble, .note, .well] {
      for finding in findings where finding.state == state {
        let word = state == .trouble ? "TO DO" : state == .note ? "note" : "ok"
        text += style.labelled(word, "\(finding.id): \(finding.text)", indent: "  ", label: 7)
        if let fix = finding.fix, state != .well { text += "         \(fix.plainLine)\n" }
      }
    }
    return text
  }

  private static func json(_ name: String, _ findings: [Doctor.Finding]) -> JSONValue {
    [
      "format": "tracker.doctor/1", "book": name.isEmpty ? .null : .string(name),
      "findings": .array(
        findings.map { finding in
          [
            "id": .string(finding.id), "state": .string(finding.state.rawValue), "text": .string(finding.text),
            "fix": finding.fix.map(JSONValue.string) ?? .null,
          ]
        }),
    ]
  }
}

/// Programs that the tracker can use where they are there. None of them is needed to keep a record.
enum Engines {
  private struct Engine {
    var names: [String]
    var arguments: [String]
    /// What it is for, and how to get it.
    var use: String
    var source: String
  }

  private static let all = [
    Engine(names: ["python3"], arguments: ["--version"], use: "PDF papers", source: "apt install python3"),
    Engine(names: ["typst"], arguments: ["--version"], use: "PDF papers", source: "pip install typst"),
    Engine(names: ["pandoc"], arguments: ["--version"], use: "Word papers", source: "apt install pandoc"),
    Engine(
      names: ["soffice", "libreoffice"], arguments: ["--version"], use: "looking at Word papers and workbooks",
      source: "apt install libreoffice"),
    Engine(
      names: ["pdftotext"], arguments: ["-v"], use: "searching PDF papers", source: "apt install poppler-utils"),
    Engine(
      names: ["openssl"], arguments: ["version"], use: "checking time-stamps and digests by hand",
      source: "apt install openssl"),
    Engine(
      names: ["sqlite3"], arguments: ["--version"], use: "looking into a book by hand", source: "apt install sqlite3"),
  ]

  static var findings: [Doctor.Finding] {
    var findings: [Doctor.Finding] = []
    if let library = Doctor.library {
      findings.append(
        .init(
          "sqlite", .well,
          "the database library is \(library.version), \(library.hasFullText ? "with" : "without") full-text search (FTS5)"
        ))
    }
    for engine in all {
      guard let name = engine.names.first(where: { Programs.find($0) != nil }) else {
        findings.append(
          .init(
            engine.names[0], .note, "not found; it is for \(engine.use), and nothing else needs it",
            fix: engine.source))
        continue
      }
      let answer = Programs.run(name, engine.arguments)?.output.split(whereSeparator: \.isNewline).first
      findings.append(.init(engine.names[0], .well, answer.map { String($0.prefix(60)).plainLine } ?? "found"))
    }
    return findings
  }
}
