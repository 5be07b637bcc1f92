import AgreementTracker
import Foundation
import LogStore
import Testing

/// What is said at the door of errors that come from memory, where it takes another program at the wrong moment to meet them.
@Suite("Words of errors that take two")
struct ErrorWordsTests {
  static let steps: [(StoreError.Code, TrackerError.Kind, String)] = [
    (.busy, .busy, "Try again in a moment."),
    (.keyChanged, .badData, "Open the book again."),
    (.cannotSign, .badData, "Open the book again."),
    (.noSuchPosition, .badData, "List the events: tracker timeline"),
    (.damaged, .damaged, "Keep this copy, record nothing more, and restore a backup."),
    (.newerBook, .badData, "Use a later version of tracker."),
    (.fileDiffers, .badData, "Wait until the program that writes it is done, and file it again."),
  ]

  @Test("Each kind has its place and its next step", arguments: steps)
  func step(code: StoreError.Code, kind: TrackerError.Kind, next: String) {
    let error = TrackerError(StoreError(code, "what happened"), in: "deal.tracker")
    #expect(error.kind == kind && error.what == "what happened" && error.place == "deal.tracker" && error.next == next)
  }

  @Test("A file that goes away, or is written on, between its two readings is not stored; it says what to do")
  func secondReading() throws {
    let bench = try Bench()
    let path = "\(bench.folder)/paper.txt"
    func refusal(_ change: () throws -> Void) throws -> TrackerError? {
      try Data("one text".utf8).write(to: URL(fileURLWithPath: path))
      let file = try ExhibitFile.read(path)
      try change()
      return #expect(throws: TrackerError.self) { try bench.with { try $0.putBack(file) } }
    }
    let gone = try refusal { try FileManager.default.removeItem(atPath: path) }
    #expect(gone?.what == "\(path) could not be read a second time (there is no such file); nothing was added")
    let other = try refusal { try Data("two text".utf8).write(to: URL(fileURLWithPath: path)) }
    #expect(other?.what == "the file was changed while it was read, so it was not stored and nothing was added")
    for error in [gone, other] {
      #expect(error?.kind == .badData && error?.place == bench.book)
      #expect(error?.next == "Wait until the program that writes it is done, and file it again.")
    }
  }

  @Test("A file that somebody writes on all the time while it is read is refused")
  func written() throws {
    let folder = "\(NSTemporaryDirectory())/written-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/long.bin"
    // Its digest takes far longer than the clock of a file system needs for a tick.
    try Data(count: 1 << 26).write(to: URL(fileURLWithPath: path))
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: "/bin/sh")
    writer.arguments = ["-c", "while :; do printf x | dd of='\(path)' conv=notrunc bs=1 2>/dev/null; done"]
    try writer.run()
    defer {
      // Children of a pool of threads may hold back gentler signals.
      kill(writer.processIdentifier, SIGKILL)
      writer.waitUntilExit()
    }
    usleep(200_000)
    let error = #expect(throws: TrackerError.self) { try ExhibitFile.read(path) }
    #expect(error?.what == "the file was changed while it was read, so nothing was added")
    #expect(error?.next == "Wait until the program that writes it is done, and file it again.")
  }
}
