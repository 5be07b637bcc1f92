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
      // What `SHA256` of Crypto calls as well. It makes an object for each hash and wipes it afterwards, as is right for
      // secrets; a log is public, and of three hashes an event half the time went there.
      self = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
        var context = SHA256_CTX()
        CCryptoBoringSSL_SHA256_Init(&context)
        CCryptoBoringSSL_SHA256_Update(&context, bytes.baseAddress, bytes.count)
        CCryptoBoringSSL_SHA256_Final(digest.baseAddress, &context)
        return Digest256(UnsafeRawBufferPointer(digest))
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
      return Digest256(of: UnsafeRawBufferPointer(rebasing: buffer[..<65]))
    }
  }

  private func store(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
    buffer.storeBytes(of: words.0.bigEndian, toByteOffset: offset, as: UInt64.self)
    buffer.storeBytes(of: words.1.bigEndian, toByteOffset: offset + 8, as: UInt64.self)
    buffer.storeBytes(of: words.2.bigEndian, toByteOffset: offset + 16, as: UInt64.self)
    buffer.storeBytes(of: words.3.bigEndian, toByteOffset: offset + 24, as: UInt64.self)
  }
}

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
