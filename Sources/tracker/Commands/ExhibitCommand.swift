internal import AgreementTracker
internal import Agreements
internal import ArgumentParser
internal import CanonicalJSON
internal import Glibc
internal import Projections
internal import Reports
internal import Spreadsheets

struct ExhibitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exhibit", abstract: "The papers: lists them, checks their stored files, and opens one.",
    discussion: """
      A file is filed with:  tracker record exhibit FILE
      Its bytes are stored in the record book itself, once, under their SHA-256.

      Examples:
        tracker exhibit list
        tracker exhibit check
        tracker exhibit open board-letter --out letter.pdf
      """,
    subcommands: [List.self, Check.self, Open.self])

  /// Where the exhibits are.
  struct Place: ParsableArguments {
    @Option(help: "A log, NAME.tracker or NAME.jsonl; else TRACKER_BOOK, else the only book in this folder.")
    var book: String?

    func source() throws -> Source {
      do throws(TrackerError) { return try Source.open(try BookFinder.path(named: nil, book: book)) } catch {
        throw Failure(error)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The exhibits in the order in which they were filed.",
      usage: "tracker exhibit list [--book LOG] [--json | --plain]",
      discussion: """
        Example:
          tracker exhibit list --json
        """)
    @OptionGroup var place: Place
    @OptionGroup var form: FormOptions

    func run() throws {
      let source = try place.source()
      let exhibits: [Exhibit]
      do throws(TrackerError) { exhibits = try source.exhibits() } catch { throw Failure(error) }
      form.answer(
        json: ["format": "tracker.exhibits/1", "exhibits": .array(exhibits.map(\.json))],
        header: ["key", "exhibit", "title", "kind", "file", "media_type", "pages", "bytes", "sha256", "event"],
        plain: exhibits.map(\.cells), text: Self.text(exhibits))
    }

    private static func text(_ exhibits: [Exhibit]) -> String {
      guard !exhibits.isEmpty else { return "No exhibit is filed yet:  tracker record exhibit FILE\n" }
      var table = TextTable([
        ("Key", .left), ("Exhibit", .left), ("Title", .left), ("Kind", .left), ("File", .left), ("Event", .right),
      ])
      for exhibit in exhibits {
        table.add([
          exhibit.key.rawValue, exhibit.filed.exhibit, exhibit.filed.title, exhibit.filed.kind.rawValue,
          exhibit.fileWords, "\(exhibit.event.position + 1)",
        ])
      }
      return table.text(width: Console.width, isAccessible: TextStyle.here.isAccessible)
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Compares the stored bytes with the digests under which they were filed.",
      usage: "tracker exhibit check [KEY …] [--book LOG] [--json | --plain]",
      discussion: """
        Exit code 4 if a file is not the one that was filed, or is stored without an exhibit; 1 if a file is not here. That \
        the events themselves are whole is checked by:  tracker verify

        Examples:
          tracker exhibit check
          tracker exhibit check board-letter --book backup.tracker
        """)
    @Argument(help: "The keys of exhibits; all, if none is given.", completion: .custom(Completing.exhibits))
    var keys: [String] = []
    @OptionGroup var place: Place
    @OptionGroup var form: FormOptions

    func run() throws {
      let source = try place.source()
      do throws(TrackerError) {
        var exhibits: [Exhibit] = []
        for key in keys { exhibits.append(try source.exhibit(key)) }
        if keys.isEmpty { exhibits = try source.exhibits() }
        Progress.say("Checking the exhibits of \(source.name) …", about: source.name)
        let (findings, surplus) = try source.checkExhibits(exhibits)
        form.answer(
          json: Self.json(findings, surplus), header: ["key", "finding", "sha256", "event"],
          plain: Self.rows(findings, surplus), text: Self.text(findings, surplus))
        try Self.leave(findings, keys.isEmpty ? surplus : [])
      } catch {
        throw Failure(error)
      }
    }

    private static func leave(_ findings: [(exhibit: Exhibit, finding: Exhibit.Finding)], _ surplus: [String])
      throws(TrackerError)
    {
      let isChanged = findings.contains { $0.finding == .changed } || !surplus.isEmpty
      guard isChanged || findings.contains(where: { $0.finding == .absent }) else { return }
      Console.flush()
      tracker.leave((isChanged ? ExitStatus.notVerified : .found).rawValue)
    }

    private static func json(
      _ findings: [(exhibit: Exhibit, finding: Exhibit.Finding)], _ surplus: [String]
    ) -> JSONValue {
      [
        "format": "tracker.exhibit-check/1",
        "exhibits": .array(
          findings.map { exhibit, finding in
            [
              "key": .string(exhibit.key.rawValue), "finding": .string(finding.rawValue),
              "sha256": exhibit.filed.sha256.map(JSONValue.string) ?? .null,
              "position": .integer(Int64(exhibit.event.position)),
            ]
          }), "surplus": .array(surplus.map(JSONValue.string)),
      ]
    }

    private static func rows(
      _ findings: [(exhibit: Exhibit, finding: Exhibit.Finding)], _ surplus: [String]
    ) -> [[WrittenCell]] {
      findings.map { exhibit, finding in
        [
          .text(exhibit.key.rawValue), .text(finding.rawValue), .text(exhibit.filed.sha256 ?? ""),
          .whole(Int64(exhibit.event.position + 1)),
        ]
      } + surplus.map { [.blank, .text("surplus"), .text($0), .blank] }
    }

    private static func text(
      _ findings: [(exhibit: Exhibit, finding: Exhibit.Finding)], _ surplus: [String]
    ) -> String {
      let style = TextStyle.here
      let whole = findings.count { $0.finding == .whole }
      var text = "\(whole) of \(findings.count) exhibit\(findings.count == 1 ? "" : "s") "
      text += "\(whole == 1 || findings.count == 1 ? "is" : "are") here as filed.\n"
      for (exhibit, finding) in findings {
        let name = "\(exhibit.key) (event \(exhibit.event.position + 1))"
        switch finding {
        case .whole: continue
        case .changed:
          text += style.lines(
            "  CHANGED: \(name): the stored file is not the one that was filed. Look for it in a backup: tracker exhibit "
              + "open \(exhibit.key) --book BACKUP --out FILE")
        case .absent:
          text += style.lines(
            "  not here: \(name): its file is not in this copy. If you have it: tracker record exhibit FILE")
        case .erased: text += style.lines("  erased: \(name)")
        case .none: text += style.lines("  no file: \(name) was filed without one")
        }
      }
      for digest in surplus { text += style.lines("  SURPLUS: a stored file belongs to no exhibit: SHA-256 \(digest)") }
      return text
    }
  }

  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "open", abstract: "Writes a copy of an exhibit's file, and shows it where a program can.",
      usage: "tracker exhibit open KEY [--out FILE|-] [--book LOG] [--json]",
      discussion: """
        The copy is checked against its digest. It gets a name of its own with the ending of its type, and no right to be \
        run. At a terminal it is handed to the program that shows such files (xdg-open, open), unless it is of a kind that \
        may hold instructions: old office files, web pages, mails, archives. Nothing that you do to the copy changes the book. \
        Without --out the copy is in a folder of its own below TMPDIR that only you can read, and stays until you delete it.

        Examples:
          tracker exhibit open board-letter
          tracker exhibit open board-letter --out letter.pdf
          tracker exhibit open minutes --out - | pdftotext - -
        """)
    @Argument(help: "The key of the exhibit, or its label.", completion: .custom(Completing.exhibits))
    var key: String
    @Option(help: "Where the copy goes; - is standard output.")
    var out: String?
    @OptionGroup var place: Place
    @OptionGroup var answer: AnswerOptions

    func run() throws {
      guard out != "-" || !answer.json else {
        throw Failure(
          .usage, what: "--json says where the copy is, and --out - has it as the answer",
          next: "Leave one of them out.")
      }
      let source = try place.source()
      do {
        let exhibit = try source.exhibit(key)
        if out == "-" {
          try source.read(exhibit) { Console.pass($0) }
          return
        }
        let folder = out == nil ? try Self.freshFolder() : nil
        let path = out ?? "\(folder ?? "")/\(exhibit.safeName)"
        do {
          let file = try OutgoingFile(path, mode: out == nil ? 0o400 : 0o600)
          try source.read(exhibit) { try file.write($0) }
          try file.close()
        } catch {
          if let folder { rmdir(folder) }
          throw error
        }
        Console.tell("A copy of \(exhibit.key): \(path.plainLine)\n")
        // A viewer may go on reading when this program has ended, so the copy cannot be taken away here.
        if let folder {
          Console.tell("  Only you can read it. It stays until you delete it:  rm -r \(folder.plainLine)\n")
        }
        Written.made("exhibit open", in: source) { written in
          written.files = [path]
          written.more["exhibit"] = exhibit.json
        }?.give()
        guard out == nil, Console.isOutputTerminal, !answer.json else { return }
        Console.flush()
        guard exhibit.isHarmless else {
          Console.error("It may hold instructions, so it was not opened: open it yourself if you trust it.\n")
          return
        }
        if let why = Viewer.show(path) { Console.error("\(why): open it yourself.\n") }
      } catch {
        throw Failure(error, in: source.name)
      }
    }

    /// A folder that was not there, and that only the user can read.
    private static func freshFolder() throws -> String {
      let base = Console.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
      var template = Array("\(base)/tracker-exhibit-\(String(repeating: "X", count: 6))".utf8CString)
      guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) != nil else {
        throw Failure(
          .cannotWrite, what: "no folder for the copy can be made in \(base)", next: "Say where:  --out FILE")
      }
      return template.withUnsafeBufferPointer { buffer in
        String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
  }
}

extension Exhibit {
  /// “PDF, 2 pages, 24 KB”, or why there is none.
  fileprivate var fileWords: String {
    switch state {
    case .none: return "none"
    case .erased: return "erased"
    case .absent: return "not in this copy"
    case .stored:
      let pages = filed.pages.map { "\($0) page\($0 == 1 ? "" : "s")" }
      let known = [Sizes.kind(filed.mediaType), pages, filed.bytes.map { Sizes.words($0) }].compactMap { $0 }
      return known.isEmpty ? "stored" : known.joined(separator: ", ")
    }
  }

  /// As a line of cells.
  fileprivate var cells: [WrittenCell] {
    [
      .text(key.rawValue), .text(filed.exhibit), .text(filed.title), .text(filed.kind.rawValue), .text(state.rawValue),
      .text(filed.mediaType ?? ""), filed.pages.map { .whole(Int64($0)) } ?? .blank,
      filed.bytes.map { .whole(Int64($0)) } ?? .blank, .text(filed.sha256 ?? ""), .whole(Int64(event.position + 1)),
    ]
  }

  fileprivate var json: JSONValue {
    var object = JSONObject()
    object["key"] = .string(key.rawValue)
    object["position"] = .integer(Int64(event.position))
    object["id"] = .string(event.id.description)
    object["file"] = .string(state.rawValue)
    object["data"] = .object(filed.members)
    return .object(object)
  }
}

/// The program that shows files on this machine.
enum Viewer {
  /// Hands a file to `xdg-open` or `open`. The file is data to them: it has no right to be run.
  ///
  /// - Returns: why it is not shown; nil if it is.
  static func show(_ path: String) -> String? {
    guard let program = ["xdg-open", "open"].first(where: { Programs.find($0) != nil }) else {
      return "No program was found that shows it"
    }
    switch Programs.start(program, [path]) {
    case 0?: return nil
    // What the numbers mean is said in the manual of xdg-open.
    case 3?: return "\(program) found no program for a file of this kind"
    case let status?: return "\(program) could not show it (it ended with \(status))"
    case nil: return "\(program) could not be started"
    }
  }
}
