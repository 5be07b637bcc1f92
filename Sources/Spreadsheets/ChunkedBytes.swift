/// Bytes that are read in pieces, as often as they are wanted: a file that is too long to be held.
///
/// Why a protocol: this module knows no file system. Whoever has the file sees to it that every whole reading gives the same
/// bytes, and throws where it does not.
public protocol ChunkedBytes: Sendable {
  /// Gives all bytes from the first on, in pieces of any size. What `body` throws ends the reading and is thrown on.
  func forEachChunk(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws
}
