import AgreementTracker
import CanonicalJSON
import Foundation
import LogStore
import TestSupport
import Testing
import TransparencyLog

@Suite("Stories of outside time", .enabled(if: Authority.command != nil, "needs openssl"))
struct OutsideTimeTests {
  private func options(_ authority: Authority) throws -> Verification.Options {
    var options = Verification.Options()
    options.authorities = [try authority.root]
    return options
  }

  @Test("Asked, answered, kept and checked; another authority is not believed, and witnesses change nothing about it")
  func endToEnd() throws {
    let bench = try Bench()
    let authority = try Authority(in: bench.folder, "time.example")
    let other = try Authority(in: bench.folder, "other.example")
    let request = try bench.with { try $0.timeStampRequest() }
    let answer = try authority.answer(request)
    #expect(throws: TrackerError.self) {
      try bench.with { try $0.addTimeStamp(answer, request: request, roots: [other.root]) }
    }
    let stamp = try bench.with { try $0.addTimeStamp(answer, request: request, roots: [authority.root]) }
    #expect(stamp.size == 16 && stamp.authority?.contains("time.example") == true)
    // An answer to another request has another nonce.
    let second = try bench.with { try $0.timeStampRequest() }
    #expect(throws: TrackerError.self) {
      try bench.with { try $0.addTimeStamp(answer, request: second, roots: [authority.root]) }
    }
    // A witness cosigns afterwards.
    let desk = WitnessDesk(bench.folders(of: "auditor"), name: "auditor.example")
    let key = try desk.begin()
    try desk.watch(bench.key.verifierKey)
    guard case .cosigned(let lines, _) = try desk.answer(bench.with { try $0.witnessRequest(to: key) }) else {
      throw Bench.Missing(what: "cosignature")
    }
    _ = try bench.with { try $0.addCosignature(Array(lines.map(\.line).joined().utf8), by: key) }
    try bench.copy(bench.book, to: "stamped")
    for path in [bench.book, "\(bench.folder)/stamped/log.jsonl"] {
      let verification = try bench.verify(path, options(authority))
      #expect(verification.faults.isEmpty, "\(verification.faults)")
      #expect(verification.timestamps.map(\.size) == [16] && verification.timestamps[0].time != nil)
      let unchecked = try bench.verify(path)
      #expect(unchecked.isSound && unchecked.timestamps.map(\.time) == [nil], "counted, and not believed")
      let distrusting = try bench.verify(path, options(other))
      #expect(distrusting.faults.map(\.code) == ["time-stamp-not-trusted"])
      #expect(
        distrusting.faults.first?.text.hasPrefix("the time-stamp over the checkpoint of 16 events does not hold: ")
          == true)
    }
  }

  @Test("A time-stamp of another checkpoint, and of a history that was rewritten since, is noticed")
  func elsewhere() throws {
    let bench = try Bench()
    let authority = try Authority(in: bench.folder, "time.example")
    let request = try bench.with { try $0.timeStampRequest() }
    let answer = try authority.answer(request)
    let other = try Bench(seed: 8)
    let strange = #expect(throws: TrackerError.self) {
      try other.with { try $0.addTimeStamp(answer, roots: [authority.root]) }
    }
    #expect(strange?.what == "this time-stamp is about something else than a checkpoint of this book")
    _ = try bench.with { try $0.addTimeStamp(answer, request: request, roots: [authority.root]) }
    // Put beside another checkpoint by whoever can write the file.
    try bench.sql("UPDATE token SET size = 9")
    #expect(try bench.verify(bench.book, options(authority)).faults.map(\.code) == ["time-stamp-imprint-differs"])
    try bench.sql("UPDATE token SET size = 16")
    #expect(try bench.verify(bench.book, options(authority)).faults.isEmpty)
    // Whoever has the log's key rewrites it and signs anew: the token speaks of what was there.
    try bench.copy(bench.book, to: "stamped")
    let token = try bench.read("\(bench.folder)/stamped/log.tsr")
    try bench.rewrite(Attack.rewriting)
    try bench.write("\(bench.folder)/copy/log.tsr", token)
    #expect(try bench.verify(bench.file).isSound, "without the authority nobody can tell")
    #expect(try bench.verify(bench.file, options(authority)).faults.map(\.code) == ["time-stamp-imprint-differs"])
  }

  @Test("What says that it was recorded after the authority had seen it is a fault of the clock")
  func clockAhead() throws {
    let bench = try Bench()
    let authority = try Authority(in: bench.folder, "time.example")
    // The keeper's clock runs ten years ahead.
    let ahead = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000) + 315_360_000_000)
    let environment = LogEnvironment(now: { ahead }, random: { RandomBox(seed: 77).bytes($0) })
    let book = try RecordBook.open(bench.book, folders: bench.folders, environment: environment)
    _ = try book.importDrafts(bench.letter("from the future"), recordedBy: "officer")
    let request = try book.timeStampRequest()
    _ = try book.addTimeStamp(authority.answer(request), request: request, roots: [authority.root])
    try book.close()
    let faults = try bench.verify(bench.book, options(authority)).faults
    #expect(faults.map(\.code) == ["clock-ahead"] && faults.first?.position == 16, "\(faults)")
  }
}
