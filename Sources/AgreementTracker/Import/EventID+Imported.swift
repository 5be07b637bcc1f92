internal import CanonicalJSON
internal import Tables
internal import TransparencyLog

extension EventID {
  /// The id of an imported row: it depends on the log, the file and the row alone, so that importing a file twice adds
  /// nothing.
  ///
  /// A version 5 UUID (RFC 9562, section 5.5). Namespace: the UUID of the log's origin; an origin that holds none is
  /// turned into one in the URL namespace. Name: file digest LF sheet LF row LF n-th event of the row.
  static func imported(log origin: String, file digest: [UInt8], sheet: String = "", row: Int, nth: Int = 1) -> EventID
  {
    ImportedIDs(log: origin, file: digest, sheet: sheet).id(row: row, nth: nth)
  }

  fileprivate static func namespace(of origin: String) -> EventID {
    let last = origin.split(separator: "/").last.map(String.init) ?? ""
    return EventID(last) ?? version5(in: urls, name: origin)
  }

  /// The namespace of URLs, RFC 9562, section 6.6.
  private static let urls = EventID(high: 0x6ba7_b811_9dad_11d1, low: 0x80b4_00c0_4fd4_30c8)

  /// SHA-1(namespace || name), cut to 128 bits, with version and variant set.
  static func version5(in namespace: EventID, name: String) -> EventID {
    version5(ofHashed: namespace.bytes + Array(name.utf8))
  }

  /// Big end first.
  fileprivate var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for half in [high, low] { withUnsafeBytes(of: half.bigEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }

  fileprivate static func version5(ofHashed bytes: [UInt8]) -> EventID {
    let hash = LogDigest.sha1(bytes)
    let high = hash[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    let low = hash[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    return EventID(high: high & ~0xF000 | 0x5000, low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }
}

/// The ids of the rows of one file: what is the same in all of them is worked out once.
struct ImportedIDs: Sendable {
  /// The namespace and all of the name that stands before the row.
  private let start: [UInt8]

  init(log origin: String, file digest: [UInt8], sheet: String = "") {
    start = EventID.namespace(of: origin).bytes + Array("\(digest.hex)\n\(sheet)\n".utf8)
  }

  /// - Parameters:
  ///   - column: that of the sum, where it was named by whoever imported the table: of a table with a column for each month,
  ///     every column is a reading of its own.
  ///   - time: the how-manieth time the row is imported, where earlier times were taken back.
  func id(row: Int, nth: Int = 1, column: Int? = nil, time: Int = 1) -> EventID {
    var bytes = start
    bytes.reserveCapacity(start.count + 24)
    bytes.append(contentsOf: String(row).utf8)
    bytes.append(0x0A)
    bytes.append(contentsOf: String(nth).utf8)
    if let column { bytes.append(contentsOf: "\ncolumn \(column + 1)".utf8) }
    if time > 1 { bytes.append(contentsOf: "\ntime \(time)".utf8) }
    return EventID.version5(ofHashed: bytes)
  }

  /// The ids under which a row may be in the book; a new event gets the first.
  func ids(row: Int, nth: Int, money: TablePlan.MoneyColumn, time: Int) -> [EventID] {
    let plain = id(row: row, nth: nth, time: time)
    guard let column = money.column else { return [plain] }
    let own = id(row: row, nth: nth, column: column, time: time)
    return money.isNamed ? [own, plain] : [plain, own]
  }
}
