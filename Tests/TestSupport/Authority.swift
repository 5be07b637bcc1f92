import Foundation

/// A time-stamping authority that openssl keeps in a temporary folder.
package struct Authority {
  package static let command: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/openssl" }.first { access($0, X_OK) == 0 }

  /// What openssl is to know of the certificates of a root and of whoever stamps: sections `root` and `stamping`.
  package static let certificates = """
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

  struct Missing: Error { var what: String }

  package init(in parent: String, _ name: String) throws {
    folder = "\(parent)/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let settings =
      Self.certificates + """
        [authority]
        serial = serial
        signer_cert = signer.pem
        signer_key = signer.key
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256
        ess_cert_id_alg = sha256

        """
    try Data(settings.utf8).write(to: URL(fileURLWithPath: "\(folder)/settings"))
    try Data("1000\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/serial"))
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
    try run("req -x509 -config settings -extensions root \(key) -keyout root.key -out root.pem -subj /CN=\(name)-root")
    try run(
      "req -x509 -config settings -extensions stamping -CA root.pem -CAkey root.key \(key) -keyout signer.key "
        + "-out signer.pem -subj /CN=\(name)")
  }

  func run(_ line: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.command ?? "/usr/bin/openssl")
    process.arguments = line.split(separator: " ").map(String.init)
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Missing(what: "openssl \(line)") }
  }

  package func answer(_ request: [UInt8]) throws -> [UInt8] {
    try Data(request).write(to: URL(fileURLWithPath: "\(folder)/request"))
    try run("ts -reply -config settings -section authority -queryfile request -out answer")
    return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/answer")))
  }

  package var root: [UInt8] { get throws { Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/root.pem"))) } }
}
