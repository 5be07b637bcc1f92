/// A time-stamping authority that openssl keeps in a temporary folder.
package struct Authority {
  package static let command = OpenSSL.command

  private let openssl: OpenSSL

  package init(in parent: String, _ name: String) throws {
    openssl = try OpenSSL(in: "\(parent)/\(name)")
    try openssl.certify("root", subject: "\(name)-root")
    try openssl.certify("signer", subject: name)
  }

  package func answer(_ request: [UInt8]) throws -> [UInt8] { try openssl.reply(to: request, with: "signer") }

  package var root: [UInt8] { get throws { try openssl.read("root.pem") } }
}
