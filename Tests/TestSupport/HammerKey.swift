package import TransparencyLog

/// The key with which the child of the store's tests signs, so that its checkpoints can be checked after a kill.
package enum HammerKey {
  package static func key() throws -> SigningKey {
    try SigningKey(name: "hammer", type: .ed25519, seed: [UInt8](repeating: 5, count: 32))
  }
}

/// The file that a batch of the store's hammer brings along.
package enum HammerFile {
  /// Up to some 500,000 bytes: of one to two pieces.
  package static func bytes(_ number: Int) -> [UInt8] {
    Array(repeating: Array("file \(number) ".utf8), count: 20_000 + number % 7 * 5_000).flatMap { $0 }
  }
}
