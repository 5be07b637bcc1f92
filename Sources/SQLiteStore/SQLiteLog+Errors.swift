internal import CanonicalJSON
internal import Foundation
internal import GRDB
internal import LogStore

extension SQLiteLog {
  /// What SQLite says, in the words of the contract.
  static func typed(_ error: any Error, _ path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else { return StoreError(.cannotRead, "\(path): \(error)") }
    // Of a copy that fails SQLite says that there is no error: its words belong to the last statement.
    let words = error.message.flatMap { $0 == "not an error" ? nil : $0 } ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
      return StoreError(.busy, "someone else is adding to this book\(BookHolder.words(of: path))")
    case .SQLITE_FULL: return StoreError(.diskFull, "the disk is full; nothing was added to \(path)")
    case .SQLITE_READONLY, .SQLITE_PERM: return StoreError(.readOnly, "\(path) cannot be written: \(words)")
    case .SQLITE_CANTOPEN: return StoreError(.cannotRead, "\(path) cannot be opened: \(words)")
    case .SQLITE_NOTADB: return StoreError(.notABook, "\(path) is no record book of tracker")
    case .SQLITE_CORRUPT: return StoreError(.damaged, "\(path) is damaged: \(words)")
    // The statements are fixed, so it is the tables that are not as they must be.
    case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_SCHEMA:
      return StoreError(.damaged, "\(path) does not agree with itself: \(words)")
    case .SQLITE_IOERR:
      switch error.extendedResultCode {
      case .SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ, .SQLITE_IOERR_FSTAT:
        return StoreError(.cannotRead, "\(path): the disk gave an error: \(words)")
      default: return StoreError(.cannotWrite, "\(path): the disk gave an error: \(words)")
      }
    default: return StoreError(.cannotWrite, "\(path): \(words)")
    }
  }
}

extension BookHolder {
  /// “ (tracker import, since 10:31)”; nothing where nobody can be named.
  fileprivate static func words(of path: String) -> String {
    guard let holder = of(path) else { return "" }
    var (seconds, moment) = (time_t(holder.startedAt), tm())
    guard localtime_r(&seconds, &moment) != nil else { return " (\(holder.command))" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    // Of yesterday or before, the day is said, too.
    let isToday = time(nil) - holder.startedAt < 12 * 3600
    let day = isToday ? "" : " on \(1900 + moment.tm_year)-\(two(moment.tm_mon + 1))-\(two(moment.tm_mday))"
    return " (\(holder.command), since \(two(moment.tm_hour)):\(two(moment.tm_min))\(day))"
  }
}

extension LogQuery {
  /// Does a stored line fit?
  func takes(_ stored: StoredLine, _ scanner: inout LineScanner) throws(StoreError) -> Bool {
    takes(try scanner.scanBytes(stored.line, at: stored.position) { view throws(JSONFault) in try LogLine(view) })
  }
}
