package import TransparencyLog

/// The key with which the child of the store's tests signs, so that its checkpoints can be checked after a kill.
package enum HammerKey {
  package static func key() throws -> SigningKey {
    try SigningKey(name: "hammer", type: .ed25519, seed: [UInt8](repeating: 5, count: 32))
  }
}
