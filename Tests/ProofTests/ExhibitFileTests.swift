import AgreementTracker
import Agreements
import CanonicalJSON
import Foundation
import LogStore
import Testing
import TransparencyLog

/// What is told of a file before it is filed: from its bytes, and only where it is sure.
@Suite("Files of exhibits")
struct ExhibitFileTests {
  private func read(_ bytes: [UInt8], named name: String) throws -> ExhibitFile {
    let folder = "\(NSTemporaryDirectory())/exhibit-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    return try ExhibitFile.read("\(folder)/\(name)")
  }

  /// An archive's list of what it holds: signature, 24 bytes, three lengths, 12 bytes, the name.
  private static func archive(_ names: String...) -> [UInt8] {
    names.reduce(into: [0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00]) { bytes, name in
      bytes += [0x50, 0x4B, 0x01, 0x02] + [UInt8](repeating: 0, count: 24)
      bytes += [UInt8(name.utf8.count), 0] + [UInt8](repeating: 0, count: 16) + Array(name.utf8)
    }
  }

  @Test("The bytes say what a file is; the name only where they leave a choice")
  func types() throws {
    let office = "application/vnd.openxmlformats-officedocument"
    let openDocument = Array("PK\u{03}\u{04}".utf8) + [UInt8](repeating: 0, count: 26)
    let mail = "From: a@example.org\nTo: b@example.org\nSubject: the money\n\nIt is off.\n"
    let cases: [(name: String, bytes: [UInt8], type: String?)] = [
      ("letter.txt", Array("%PDF-1.7\n".utf8), "application/pdf"),
      ("a.pdf", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], "image/png"),
      ("a", [0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"), ("scan", [0x49, 0x49, 0x2A, 0x00, 8], "image/tiff"),
      ("a.zip", Self.archive("[Content_Types].xml", "word/document.xml"), "\(office).wordprocessingml.document"),
      ("a.docx", Self.archive("[Content_Types].xml", "xl/workbook.xml"), "\(office).spreadsheetml.sheet"),
      ("a.docx", Self.archive("readme"), "application/zip"),
      (
        "a", openDocument + Array("mimetypeapplication/vnd.oasis.opendocument.textPK".utf8),
        "application/vnd.oasis.opendocument.text"
      ),
      ("old.DOC", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "application/msword"),
      ("old", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], nil),
      ("a.eml", Array(mail.utf8), "message/rfc822"), ("a.txt", Array(mail.utf8), "message/rfc822"),
      ("a.eml", Array("no mail at all\n".utf8), "text/plain"),
      ("a.csv", Array("Practice,Saving\nA,1\n".utf8), "text/csv"), ("a", Array("words\n".utf8), "text/plain"),
      ("a.html", Array("\n<!DOCTYPE html><p>".utf8), "text/html"), ("a.html", Array("words".utf8), "text/plain"),
      ("a.txt", Array("caf\u{E9} \u{A3}5".unicodeScalars.map { UInt8($0.value) }), "text/plain"),
      ("a.txt", [0x61, 0x00, 0x62], nil), ("a.pdf", [0x01, 0x02, 0x03], nil),
    ]
    for (name, bytes, type) in cases {
      let file = try read(bytes, named: name)
      #expect(file.mediaType == type, "\(name): \(bytes.prefix(12))")
      #expect(file.size == bytes.count && file.sha256 == LogDigest.sha256(bytes).hex && file.name == name)
    }
  }

  /// Two pages, all in the open.
  private static let pages = """
    1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
    2 0 obj << /Type/Pages /Kids [3 0 R 4 0 R] /Count 2 >> endobj
    3 0 obj << /Type /Page>> endobj
    4 0 obj << /Parent 2 0 R /Type/Page/MediaBox [0 0 1 1] >> endobj
    startxref 0 %%EOF

    """

  @Test("Pages are counted where that is sure, and left out where it is not")
  func pageCounts() throws {
    func linear(_ length: Int, _ pages: String) -> String {
      "%PDF-1.5\n1 0 obj << /Linearized 1 /L \(length) /H [1 2] /O 5 /E 9 /N \(pages) /T 7 >> endobj\n"
    }
    // 30 pages; whatever follows, the length must be as it says.
    let web = linear(1000, "30")
    let filled = web + String(repeating: " ", count: 1000 - web.utf8.count)
    let cases: [(what: String, text: String, pages: Int?)] = [
      ("all in the open", "%PDF-1.4\n" + Self.pages, 2),
      ("the list says three", "%PDF-1.4\n" + Self.pages.replacingOccurrences(of: "/Count 2", with: "/Count 3"), nil),
      ("changed later", "%PDF-1.4\n" + Self.pages + Self.pages, nil),
      ("packed away", "%PDF-1.5\n9 0 obj << /Type /ObjStm >> endobj\n" + Self.pages, nil),
      ("encrypted", "%PDF-1.4\n" + Self.pages + "trailer << /Encrypt 9 0 R >>", nil),
      ("no pages", "%PDF-1.4\nstartxref 0 %%EOF", nil), ("cut", "%PDF-1.4\n2 0 obj << /Type /Pages", nil),
      ("for the web", filled, 30), ("for the web, and changed later", filled + " ", nil),
      ("a number that is none", web.replacingOccurrences(of: "/N 30", with: "/N x"), nil),
      ("no PDF", Self.pages, nil),
    ]
    for (what, text, pages) in cases {
      #expect(try read(Array(text.utf8), named: "a.pdf").pages == pages, "\(what)")
    }
  }

  @Test("A folder, an empty file, and none at all are refused, each with what to do")
  func refused() throws {
    let missing = #expect(throws: TrackerError.self) { try ExhibitFile.read("/no/such/file.pdf") }
    #expect(missing?.kind == .missing)
    let folder = #expect(throws: TrackerError.self) { try ExhibitFile.read(NSTemporaryDirectory()) }
    #expect(folder?.kind == .badData && folder?.next.isEmpty == false)
    let empty = #expect(throws: TrackerError.self) { try self.read([], named: "empty.txt") }
    #expect(empty?.what == "this file is empty" && empty?.next.isEmpty == false)
    let device = #expect(throws: TrackerError.self) { try ExhibitFile.read("/dev/null") }
    #expect(device?.kind == .badData)
  }

  @Test("A file above 2 GiB is refused before it is read; holes cost no disk")
  func tooLarge() throws {
    let path = "\(NSTemporaryDirectory())/large-\(UUID().uuidString)"
    try Data([1]).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    try #require(truncate(path, (1 << 31) + 1) == 0)
    let error = #expect(throws: TrackerError.self) { try ExhibitFile.read(path) }
    #expect(error?.what.contains("2 GiB") == true && error?.next.contains("--sha256") == true)
  }

  @Test("What became of a file between the two readings is noticed: changed, and gone")
  func changedBetween() throws {
    let bench = try Bench()
    let path = "\(bench.folder)/letter.txt"
    try bench.write(path, Array("the letter".utf8))
    let file = try ExhibitFile.read(path)
    let draft =
      #"{"type":"ExhibitFiled","stream":"exhibit/letter-b","basis":"own-knowledge","assertedBy":{"party":"committee-a"},"#
      + #""data":{"exhibit":"b","title":"Letter","kind":"letter","sha256":"\#(file.sha256)"}}"#
    for change in [{ try bench.write(path, Array("the better".utf8)) }, { unlink(path) }] as [() throws -> Void] {
      try change()
      let error = #expect(throws: TrackerError.self) {
        try bench.with { book in
          let proposal = try Proposal(draft: Array(draft.utf8), id: book.freshID(), recordedBy: "officer")
          _ = try book.record([proposal], files: [file.incoming])
        }
      }
      #expect(error?.kind == .badData, "\(String(describing: error))")
      #expect(try Source.open(bench.book).log.size() == Bench.size && Source.open(bench.book).exhibits().count == 1)
    }
  }
}
