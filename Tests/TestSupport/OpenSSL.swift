import Foundation

/// The `openssl` command in a folder of its own, and all that it is told to keep a time-stamping authority there.
package struct OpenSSL: Sendable {
  package static let command: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/openssl" }.first { access($0, X_OK) == 0 }

  /// What it is to know of the certificates of a root and of whoever stamps: sections `root` and `stamping`.
  private static let certificates = """
    [req]
    distinguished_name = names
    prompt = no
    [names]
    CN = unused
    [root]
    basicConstraints = critical,CA:TRUE
    keyUsage = critical,keyCertSign,cRLSign
    subjectKeyIdentifier = hash
    [stamping]
    basicConstraints = critical,CA:FALSE
    keyUsage = critical,digitalSignature
    extendedKeyUsage = critical,timeStamping
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid

    """

  package let folder: String

  package struct Failure: Error {
    package let words: String
  }

  /// - Parameter folder: is made.
  package init(in folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write("certificates.cnf", Array(Self.certificates.utf8))
  }

  /// Makes a key and its certificate, `NAME.key` and `NAME.pem`: of the one called `root`, which must be the first, or issued
  /// by it.
  ///
  /// - Parameters:
  ///   - key: as `-newkey` takes it.
  ///   - subject: the common name; nil = `name`.
  package func certify(_ name: String, key: String = "ec -pkeyopt ec_paramgen_curve:P-256", subject: String? = nil)
    throws
  {
    let issuer = name == "root" ? "-extensions root" : "-extensions stamping -CA root.pem -CAkey root.key"
    try run(
      "req -x509 -config certificates.cnf \(issuer) -newkey \(key) -nodes -keyout \(name).key -out \(name).pem -days 30 "
        + "-subj /CN=\(subject ?? name)")
  }

  /// Answers a question as `openssl ts -reply` does, also with a refusal.
  ///
  /// - Parameters:
  ///   - signer: whose key and certificate were made here.
  ///   - digest: with which the answer is signed.
  ///   - namedBy: the digest that names the certificate.
  ///   - more: further settings.
  package func reply(
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

  package func path(_ name: String) -> String { "\(folder)/\(name)" }

  package func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
  }

  package func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// - Parameter line: words separated by spaces.
  /// - Returns: What it printed, also as errors.
  @discardableResult
  package func run(_ line: String) throws -> String {
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
