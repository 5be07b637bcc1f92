import Foundation
import LogStore
import SQLiteStore
import TestSupport
import Testing

/// What a book is as a file: refused by name if it is none, read from where nothing can be written, safe from edits.
@Suite("Store: the book as a file")
struct BookFileTests {
  private func path() -> String { "\(NSTemporaryDirectory())/file-\(UUID().uuidString).tracker" }

  private func sql(_ path: String, _ statement: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nprint(c.execute(sys.argv[2]).fetchall())",
      path,
      statement,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test("A file that is no book, and a newer book, are refused by name; nothing is overwritten")
  func strangers() throws {
    let path = path()
    defer { unlink(path) }
    #expect(#expect(throws: StoreError.self) { try SQLiteLog(path: path, opening: .existing) }?.code == .noSuchFile)
    try Data("hello, this is a text and no database at all".utf8).write(to: URL(fileURLWithPath: path))
    #expect(#expect(throws: StoreError.self) { try SQLiteLog(path: path, opening: .readOnly) }?.code == .notABook)
    #expect(#expect(throws: StoreError.self) { try SQLiteLog(path: path, opening: .new) }?.code == .cannotWrite)
    unlink(path)
    let log = try SQLiteLog(path: path, opening: .new)
    try log.close()
    _ = try sql(path, "PRAGMA user_version = 99")
    let error = #expect(throws: StoreError.self) { try SQLiteLog(path: path, opening: .existing) }
    #expect(error?.code == .newerBook)
    #expect(error?.what.contains("format 99") == true)
  }

  @Test("Triggers keep accidents away from events")
  func triggers() throws {
    let path = path()
    defer { unlink(path) }
    let log = try SQLiteLog(path: path, opening: .new, environment: .fixed())
    _ = try log.append([Drafts.draft()])
    try log.close()
    #expect(try sql(path, "UPDATE event SET line = x'00'").status != 0)
    #expect(try sql(path, "DELETE FROM event").output.contains("events are never deleted"))
    #expect(try sql(path, "PRAGMA application_id").output.contains("\(0x7472_6B72)"))
  }

  @Test("F2 a book is read from a folder that cannot be written, and writing there is a typed error")
  func readOnlyFolder() throws {
    try #require(geteuid() != 0 || ProcessInfo.processInfo.environment["HOME"] != nil)
    let folder = "\(NSTemporaryDirectory())/folder-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/book.tracker"
    let log = try SQLiteLog(path: path, opening: .new, environment: .fixed())
    _ = try log.append([Drafts.draft()])
    try log.close()
    chmod(path, 0o444)
    chmod(folder, 0o555)
    defer {
      chmod(folder, 0o755)
      try? FileManager.default.removeItem(atPath: folder)
    }
    let reader = try SQLiteLog(path: path, opening: .readOnly)
    #expect(try reader.size() == 1)
    #expect(#expect(throws: StoreError.self) { try reader.append([Drafts.draft()]) }?.code == .readOnly)
    // Reading left nothing beside the book.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["book.tracker"])
  }
}
