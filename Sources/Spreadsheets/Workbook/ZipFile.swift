/// The entries of a zip file, as far as workbooks need it: stored and deflated, one disk, no passwords, no zip64.
///
/// Everything is checked against limits before it is unpacked: a file of some kilobytes can pretend to hold gigabytes.
struct ZipFile {
  static let mostEntries = 4_096
  /// Unpacked bytes of one entry.
  static let largestEntry = 256 << 20
  /// Unpacked bytes of all entries together, as the file states them; no entry unpacks to more than it states.
  static let largestSum = 512 << 20
  /// Unpacked bytes to a packed one, of entries over 1 MiB. A sheet of equal rows comes to about 100.
  static let mostRatio = 250

  private struct Entry {
    var method: Int
    var checksum: UInt32
    var packed: Int
    var size: Int
    var offset: Int
  }

  private let bytes: [UInt8]
  private var entries: [String: Entry] = [:]

  init(_ bytes: [UInt8]) throws(SpreadsheetFault) {
    self.bytes = bytes
    guard let end = Self.end(of: bytes) else { throw Self.damaged("the file is cut off") }
    let count = number(end + 10, 2)
    let start = number(end + 16, 4)
    guard number(end + 4, 2) == 0, start != 0xFFFF_FFFF, count != 0xFFFF else {
      throw SpreadsheetFault(.format, "the zip file is split or of the large kind (zip64), which is not read")
    }
    guard count <= Self.mostEntries else {
      throw SpreadsheetFault(.tooLarge, "the file holds \(count) parts; a workbook has at most \(Self.mostEntries)")
    }
    var at = start
    var sum = 0
    for _ in 0..<count {
      guard at + 46 <= bytes.count, number(at, 4) == 0x0201_4B50 else {
        throw Self.damaged("its list of parts is broken")
      }
      let (nameLength, extra, comment) = (number(at + 28, 2), number(at + 30, 2), number(at + 32, 2))
      guard at + 46 + nameLength <= bytes.count else { throw Self.damaged("its list of parts is broken") }
      guard number(at + 8, 2) & 1 == 0 else {
        throw SpreadsheetFault(.forbidden, "the file has a password", next: "Save it without one.")
      }
      let name = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
      guard entries[name] == nil else { throw Self.damaged("it holds “\(name)” twice") }
      entries[name] = Entry(
        method: number(at + 10, 2), checksum: UInt32(truncatingIfNeeded: number(at + 16, 4)),
        packed: number(at + 20, 4), size: number(at + 24, 4), offset: number(at + 42, 4))
      sum += number(at + 24, 4)
      guard sum <= Self.largestSum else { throw Self.tooLarge("the workbook") }
      at += 46 + nameLength + extra + comment
    }
  }

  static func damaged(_ why: String) -> SpreadsheetFault {
    SpreadsheetFault(
      .damaged, "the workbook is damaged: \(why)", next: "Open it and save it again, or ask for it again.")
  }

  func has(_ name: String) -> Bool { entries[name] != nil }

  var names: [String] { Array(entries.keys) }

  /// The unpacked bytes of one part.
  func part(_ name: String, atMost limit: Int = largestEntry) throws(SpreadsheetFault) -> [UInt8] {
    guard let entry = entries[name] else { throw Self.damaged("“\(name)” is missing") }
    guard entry.size <= limit,
      entry.size <= 1 << 20 || entry.size / Self.mostRatio <= entry.packed
    else { throw Self.tooLarge("“\(name)”") }
    let at = entry.offset
    guard at + 30 <= bytes.count, number(at, 4) == 0x0403_4B50 else {
      throw Self.damaged("“\(name)” is not where it should be")
    }
    let start = at + 30 + number(at + 26, 2) + number(at + 28, 2)
    guard start + entry.packed <= bytes.count else { throw Self.damaged("“\(name)” is cut off") }
    let unpacked: [UInt8]
    switch entry.method {
    case 0: unpacked = Array(bytes[start..<(start + entry.packed)])
    case 8:
      do throws(Inflate.Fault) {
        unpacked = try bytes.withUnsafeBufferPointer { buffer throws(Inflate.Fault) in
          try Inflate.bytes(
            UnsafeBufferPointer(rebasing: buffer[start..<(start + entry.packed)]), limit: entry.size)
        }
      } catch {
        throw error == .tooLarge ? Self.tooLarge("“\(name)”") : Self.damaged("“\(name)” cannot be unpacked")
      }
    default:
      throw SpreadsheetFault(.format, "“\(name)” is packed in a way that is not read (method \(entry.method))")
    }
    guard unpacked.count == entry.size, Self.checksum(unpacked) == entry.checksum else {
      throw Self.damaged("“\(name)” is not what was packed")
    }
    return unpacked
  }

  private static func tooLarge(_ name: String) -> SpreadsheetFault {
    SpreadsheetFault(
      .tooLarge, "\(name) would unpack to more than is read, or to more than it says",
      next: "If the table is that large, save it as CSV.")
  }

  /// Little-endian; 0 beyond the end.
  private func number(_ at: Int, _ length: Int) -> Int {
    guard at >= 0, at + length <= bytes.count else { return 0 }
    return (0..<length).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }

  /// Where the record of the end begins; a comment of up to 65,535 bytes may stand behind it.
  private static func end(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 22 else { return nil }
    for at in stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1)
    where bytes[at] == 0x50 && bytes[at + 1] == 0x4B && bytes[at + 2] == 0x05 && bytes[at + 3] == 0x06 {
      return at
    }
    return nil
  }

  /// CRC-32 of ISO 3309, as zip files have it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8 }
    return ~value
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }
}
