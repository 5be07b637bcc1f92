import Foundation
import TestSupport

/// A time-stamping authority in a temporary folder, kept with the `openssl` command: another implementation of all that the
/// module does.
final class LocalAuthority: Sendable {
  let folder: String

  struct Failure: Error { let words: String }

  static let command = Authority.command

  init() throws {
    folder = "\(NSTemporaryDirectory())/authority-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write("certificates.cnf", Array(Authority.certificates.utf8))
    let keys = [
      "root": "ec -pkeyopt ec_paramgen_curve:P-384", "rsa": "rsa:2048", "p256": "ec -pkeyopt ec_paramgen_curve:P-256",
      "p384": "ec -pkeyopt ec_paramgen_curve:P-384",
    ]
    for name in ["root", "rsa", "p256", "p384"] {
      let issuer = name == "root" ? "-extensions root" : "-extensions stamping -CA root.pem -CAkey root.key"
      try run(
        "req -x509 -config certificates.cnf \(issuer) -newkey \(keys[name] ?? "") -nodes -keyout \(name).key "
          + "-out \(name).pem -days 30 -subj /CN=\(name)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path(name))) }

  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Answers a question as `openssl ts -reply` does.
  func reply(
    to question: [UInt8], with signer: String, digest: String = "sha256", namedBy: String = "sha256",
    more: [String] = []
  ) throws -> [UInt8] {
    let name = UUID().uuidString
    let lines =
      [
        "[authority]", "serial = \(name).serial", "signer_cert = \(signer).pem", "signer_key = \(signer).key",
        "signer_digest = \(digest)", "default_policy = 1.2.3.4.1", "other_policies = 1.2.3.4.5",
        "digests = sha256", "ess_cert_id_alg = \(namedBy)",
      ] + more
    try write("\(name).cnf", Array((lines.joined(separator: "\n") + "\n").utf8))
    try write("\(name).serial", Array("1000\n".utf8))
    try write("\(name).tsq", question)
    // It exits with 1 where it answers with a refusal; the answer is written all the same.
    _ = try? run("ts -reply -config \(name).cnf -section authority -queryfile \(name).tsq -out \(name).tsr")
    return try read("\(name).tsr")
  }

  /// Does `openssl ts -verify` take this token, at this moment (in seconds since 1970) if one is given?
  func verifies(
    token: [UInt8], digest: [UInt8], root: [UInt8]? = nil, question: [UInt8]? = nil, at moment: Int64? = nil
  ) throws -> Bool {
    let name = UUID().uuidString
    try write("\(name).token", token)
    var roots = "root.pem"
    if let root {
      roots = "\(name).root"
      try write(roots, root)
    }
    var about = "-digest " + digest.map { String($0, radix: 16).leftPadded }.joined()
    if let question {
      try write("\(name).tsq", question)
      about = "-queryfile \(name).tsq"
    }
    let then = moment.map { " -attime \($0)" } ?? ""
    return (try? run("ts -verify -token_in -in \(name).token \(about) -CAfile \(roots)\(then)"))?
      .contains("Verification: OK") == true
  }

  /// Does `openssl cms -verify` take this token? It knows more kinds of signatures, and nothing of time-stamps.
  func verifies(signedData: [UInt8]) throws -> Bool {
    let name = UUID().uuidString
    try write("\(name).cms", signedData)
    let printed = try? run(
      "cms -verify -cades -binary -inform DER -in \(name).cms -CAfile root.pem -purpose timestampsign -out \(name).content"
    )
    return printed != nil
  }

  /// - Returns: What it printed, also as errors.
  @discardableResult
  func run(_ line: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.command ?? "/usr/bin/openssl")
    process.arguments = line.split(separator: " ").map(String.init)
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let printed = path("\(UUID().uuidString).printed")
    _ = FileManager.default.createFile(atPath: printed, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: printed))
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = file
    try process.run()
    process.waitUntilExit()
    let words = String(decoding: try Data(contentsOf: URL(fileURLWithPath: printed)), as: UTF8.self)
    guard process.terminationStatus == 0 else { throw Failure(words: "openssl \(line)\n\(words)") }
    return words
  }
}

extension String {
  fileprivate var leftPadded: String { count == 1 ? "0" + self : self }
}
