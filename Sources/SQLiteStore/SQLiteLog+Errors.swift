internal import CanonicalJSON
internal import Foundation
internal import GRDB
internal import LogStore

extension SQLiteLog {
  /// What SQLite says, in the words of the contract.
  static func typed(_ error: any Error, _ path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? DatabaseError else { return StoreError(.cannotRead, "\(path): \(error)") }
    let words = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
      return StoreError(.busy, "somebody else is adding to \(path) and did not finish in time")
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

extension LogQuery {
  /// Does a stored line fit?
  func takes(_ stored: StoredLine, _ scanner: inout LineScanner) throws(StoreError) -> Bool {
    takes(try scanner.scanBytes(stored.line, at: stored.position) { view throws(JSONFault) in try LogLine(view) })
  }
}
