#if canImport(CCryptoBoringSSL)
  internal import CCryptoBoringSSL
#else
  internal import Crypto
#endif

/// A digest of 32 bytes in four words (big end first), where a log is hashed by the million and an array each would cost
/// more than the hash.
package struct Digest256: Hashable, Sendable {
  package var words: (UInt64, UInt64, UInt64, UInt64)

  package init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// The digest that 32 bytes are; nil if they are more or fewer.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self = bytes.withUnsafeBytes { Digest256($0) }
  }

  fileprivate init(_ bytes: UnsafeRawBufferPointer) {
    func word(_ offset: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    words = (word(0), word(8), word(16), word(24))
  }

  /// SHA-256 of these bytes; of a line it is its entry digest.
  package init(of bytes: UnsafeRawBufferPointer) {
    #if canImport(CCryptoBoringSSL)
      var state = SHA256State()
      self = withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { tail in
        let whole = bytes.count & ~63
        let left = bytes.count & 63
        state.take(bytes, blocks: whole / 64)
        // The last bytes, a bit, zeros, and the length in bits as 64 bits: FIPS 180-4, section 5.1.1.
        let count = left < 56 ? 64 : 128
        if left > 0 { tail.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[whole...])) }
        tail[left] = 0x80
        for index in left + 1..<count - 8 { tail[index] = 0 }
        tail.storeBytes(of: UInt64(bytes.count * 8).bigEndian, toByteOffset: count - 8, as: UInt64.self)
        state.take(UnsafeRawBufferPointer(tail), blocks: count / 64)
        return state.digest
      }
    #else
      var hash = SHA256()
      hash.update(bufferPointer: bytes)
      self = hash.finalize().withUnsafeBytes { Digest256($0) }
    #endif
  }

  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      store(UnsafeMutableRawBufferPointer(buffer), at: 0)
      count = 32
    }
  }

  package static func == (left: Digest256, right: Digest256) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0 ^ words.3) }

  /// SHA-256 of a prefix and some digests: leaves and nodes of the tree.
  static func hashed(_ prefix: UInt8, _ first: Digest256, _ second: Digest256? = nil) -> Digest256 {
    withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
      buffer[0] = prefix
      first.store(buffer, at: 1)
      guard let second else { return Digest256(of: UnsafeRawBufferPointer(rebasing: buffer[..<33])) }
      second.store(buffer, at: 33)
      return Digest256(of: UnsafeRawBufferPointer(buffer))
    }
  }

  private func store(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
    buffer.storeBytes(of: words.0.bigEndian, toByteOffset: offset, as: UInt64.self)
    buffer.storeBytes(of: words.1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
    buffer.storeBytes(of: words.2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
    buffer.storeBytes(of: words.3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
  }
}

#if canImport(CCryptoBoringSSL)
  /// SHA-256 in blocks of 64 bytes, by what `SHA256` of Crypto calls as well.
  ///
  /// `SHA256` makes an object for each hash, gathers what is no whole block, and wipes it afterwards, as is right for
  /// secrets. A log is public, its lines lie in memory whole, and of three short hashes an event half the time went there.
  private struct SHA256State {
    // FIPS 180-4, section 5.3.3.
    var words: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (
      0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19
    )

    /// - Parameter bytes: at least as many blocks.
    @inline(__always)
    mutating func take(_ bytes: UnsafeRawBufferPointer, blocks: Int) {
      guard blocks > 0, let start = bytes.baseAddress else { return }
      withUnsafeMutablePointer(to: &words) { words in
        words.withMemoryRebound(to: UInt32.self, capacity: 8) { words in
          start.withMemoryRebound(to: UInt8.self, capacity: blocks * 64) { start in
            CCryptoBoringSSL_SHA256_TransformBlocks(words, start, blocks)
          }
        }
      }
    }

    var digest: Digest256 {
      func word(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
      return Digest256(
        words: (word(words.0, words.1), word(words.2, words.3), word(words.4, words.5), word(words.6, words.7)))
    }
  }
#endif

/// `TreeFrontier` over digests in words, for reading whole logs.
///
/// Law: after the same entries it has the size and the root of `TreeFrontier`.
package struct WordFrontier: Sendable {
  package private(set) var size = 0
  private var subtrees: [Digest256] = []

  package init() {}

  /// Adds the leaf of an entry digest.
  package mutating func append(entry: Digest256) {
    var hash = Digest256.hashed(0x00, entry)
    var full = size
    while full & 1 == 1 {
      hash = Digest256.hashed(0x01, subtrees.removeLast(), hash)
      full >>= 1
    }
    subtrees.append(hash)
    size += 1
  }

  /// The root over all leaves so far, 32 bytes.
  package var root: [UInt8] {
    guard var root = subtrees.last else { return LogDigest.emptyRoot }
    for subtree in subtrees.dropLast().reversed() { root = Digest256.hashed(0x01, subtree, root) }
    return root.bytes
  }
}
