internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections

/// What the lines of a log say of its exhibits' files: which are named, where, and which were erased.
struct ExhibitLedger {
  /// The events that file exhibits, as their lines say, in log order.
  private(set) var filings: [(event: LoggedEvent, filed: ExhibitFiled)] = []
  /// Corrections and retractions in the streams of exhibits.
  private(set) var changes: [LoggedEvent] = []
  /// Where a file was named first.
  private(set) var named: [FileDigest: Int] = [:]
  /// Which event says that a file was erased.
  private(set) var erased: [FileDigest: Int] = [:]

  private static let types: Set<String> = [
    ExhibitFiled.type, EntryCorrected.type, EntryRetracted.type, PrivateErased.type,
  ]

  /// Lines that cannot be read are passed over: checking the log names them.
  ///
  /// - Parameters:
  ///   - limit: only the first so many lines.
  ///   - leftOut: positions of lines that do not count.
  init(_ log: any LogReading, limit: Int? = nil, leftOut: Set<Int> = []) throws {
    var decoder = EventDecoder()
    var digests: [EventID: FileDigest] = [:]
    try log.forEachLine(matching: LogQuery(types: Self.types)) { position, line in
      if let limit, position >= limit { return false }
      guard !leftOut.contains(position), let event = try? decoder.event(line, at: position) else { return true }
      switch event.body {
      case .exhibitFiled(let filed):
        filings.append((event, filed))
        if let digest = filed.sha256.flatMap({ FileDigest(hex: $0) }) {
          digests[event.id] = digest
          if named[digest] == nil { named[digest] = position }
        }
      case .entryCorrected(let correction):
        guard case .exhibit = event.stream else { return true }
        changes.append(event)
        if let digest = correction.set["data"]?["sha256"]?.string.flatMap({ FileDigest(hex: $0) }),
          named[digest] == nil
        {
          named[digest] = position
        }
      case .entryRetracted: if case .exhibit = event.stream { changes.append(event) }
      case .privateErased(let erasure) where erasure.bytes:
        if let digest = digests[erasure.target] { erased[digest] = position }
      default: break
      }
      return true
    }
  }

  /// The filings that stand, with corrections applied, in log order.
  var standing: [(event: LoggedEvent, filed: ExhibitFiled)] {
    let streams = Dictionary(grouping: filings.map(\.event) + changes, by: \.stream)
    return streams.values.flatMap { Knowledge.standing($0.sorted { $0.position < $1.position }) }
      .compactMap { event in if case .exhibitFiled(let filed) = event.body { (event, filed) } else { nil } }
      .sorted { $0.event.position < $1.event.position }
  }
}
