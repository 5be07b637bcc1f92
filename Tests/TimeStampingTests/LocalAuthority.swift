import Foundation
import TestSupport

/// A time-stamping authority in a temporary folder, kept with the `openssl` command: another implementation of all that the
/// module does.
final class LocalAuthority: Sendable {
  private let openssl: OpenSSL

  static let command = OpenSSL.command

  init() throws {
    openssl = try OpenSSL(in: "\(NSTemporaryDirectory())/authority-\(UUID().uuidString)")
    try openssl.certify("root", key: "ec -pkeyopt ec_paramgen_curve:P-384")
    try openssl.certify("rsa", key: "rsa:2048")
    try openssl.certify("p256")
    try openssl.certify("p384", key: "ec -pkeyopt ec_paramgen_curve:P-384")
  }

  deinit { try? FileManager.default.removeItem(atPath: openssl.folder) }

  func write(_ name: String, _ bytes: [UInt8]) throws { try openssl.write(name, bytes) }

  func read(_ name: String) throws -> [UInt8] { try openssl.read(name) }

  @discardableResult
  func run(_ line: String) throws -> String { try openssl.run(line) }

  /// Answers a question as `openssl ts -reply` does.
  func reply(
    to question: [UInt8], with signer: String, digest: String = "sha256", namedBy: String = "sha256",
    more: [String] = []
  ) throws -> [UInt8] {
    try openssl.reply(to: question, with: signer, digest: digest, namedBy: namedBy, more: more)
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
}

extension String {
  fileprivate var leftPadded: String { count == 1 ? "0" + self : self }
}
