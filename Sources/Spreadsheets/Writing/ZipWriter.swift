/// Writes a zip file whose entries are stored, not packed: the pair of `ZipFile`.
///
/// Why stored: a workbook of ours is some megabytes at most, and a packer is much code to be wrong in. The times of the
/// entries are all the same, so that the same content is the same file, byte for byte.
struct ZipWriter {
  private var bytes: [UInt8] = []
  private var list: [UInt8] = []
  private var count = 0

  /// Fits into 32 bits, with room for the list of entries; larger files would be zip64.
  static let largest = 0xE000_0000

  /// - Returns: false if the file would become too large.
  mutating func add(_ name: String, _ content: [UInt8]) -> Bool {
    guard bytes.count + list.count + content.count < Self.largest else { return false }
    let offset = bytes.count
    let checksum = Int(ZipFile.checksum(content))
    // Version 2.0, UTF-8 names, stored, 1 January 1980.
    let shared =
      Self.little(20, 2) + Self.little(0x0800, 2) + Self.little(0, 2) + Self.little(0, 2) + Self.little(0x0021, 2)
      + Self.little(checksum, 4) + Self.little(content.count, 4) + Self.little(content.count, 4)
      + Self.little(name.utf8.count, 2) + Self.little(0, 2)
    bytes += Self.little(0x0403_4B50, 4) + shared + Array(name.utf8)
    bytes += content
    list += Self.little(0x0201_4B50, 4) + Self.little(20, 2) + shared
    list += Self.little(0, 2) + Self.little(0, 2) + Self.little(0, 2) + Self.little(0, 4) + Self.little(offset, 4)
    list += Array(name.utf8)
    count += 1
    return true
  }

  /// The whole file.
  func finish() -> [UInt8] {
    let end =
      Self.little(0x0605_4B50, 4) + Self.little(0, 4) + Self.little(count, 2) + Self.little(count, 2)
      + Self.little(list.count, 4) + Self.little(bytes.count, 4) + Self.little(0, 2)
    return bytes + list + end
  }

  private static func little(_ value: Int, _ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
