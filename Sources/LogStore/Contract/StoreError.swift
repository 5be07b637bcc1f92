public import CanonicalJSON

/// What a store or a file of lines can answer instead of doing what it was asked. Told apart by `code`.
public struct StoreError: Error, Hashable, Sendable {
  public enum Code: String, Sendable, CaseIterable {
    /// The expectation about a stream does not hold: decide again.
    case wrongVersion = "wrong-version"
    /// The id is taken by an event of other content, or only a part of the batch is known.
    case idConflict = "id-conflict"
    /// What was given cannot become a line.
    case invalidDraft = "invalid-draft"
    /// Somebody else holds the book and did not let go in time.
    case busy = "busy"
    /// The clock of this machine is more than ten minutes behind the last event.
    case clockBehind = "clock-behind"
    case noSuchPosition = "no-such-position"
    case noSuchFile = "no-such-file"
    case cannotRead = "cannot-read"
    case cannotWrite = "cannot-write"
    case diskFull = "disk-full"
    case readOnly = "read-only"
    /// The file is no book of ours.
    case notABook = "not-a-book"
    /// The book was made by a later version of this program.
    case newerBook = "newer-book"
    /// A line is not in canonical form, or lacks a member of memory.
    case badLine = "bad-line"
    /// What is stored does not agree with itself.
    case damaged = "damaged"
    /// A line does not name the one before it in its stream by its digest.
    case brokenChain = "broken-chain"
    /// `restore` was given lines that do not continue what is there.
    case notAPrefix = "not-a-prefix"
    /// The log's key was changed by somebody else meanwhile.
    case keyChanged = "key-changed"
    /// The key of the log does not sign.
    case cannotSign = "cannot-sign"
    /// A file that was to be stored is not the one that was said.
    case fileDiffers = "file-differs"
    /// A read model could not take an event.
    case readModelStopped = "read-model-stopped"
  }

  public var code: Code
  /// What happened, in one plain sentence.
  public var what: String
  /// Position of the event it is about, from 0.
  public var position: Int?
  /// Where in the line, if the line is at fault.
  public var fault: JSONFault?
  public var column: Int?
  /// For `wrongVersion`: the stream, what was expected, what is there, and the positions of the events in between.
  public var conflict: VersionConflict?

  public init(
    _ code: Code, _ what: String, position: Int? = nil, fault: JSONFault? = nil, column: Int? = nil,
    conflict: VersionConflict? = nil
  ) {
    self.code = code
    self.what = what
    self.position = position
    self.fault = fault
    self.column = column
    self.conflict = conflict
  }
}

extension StoreError {
  package static var noSigner: StoreError {
    StoreError(.cannotSign, "there is nobody here who could sign: the key of the log is missing")
  }

  /// Of whatever a caller asks for: the number that people count must still be one.
  package static func noSuchEvent(_ position: Int) -> StoreError {
    let position = min(position, Int.max - 1)
    return StoreError(.noSuchPosition, "there is no event \(position + 1)", position: position)
  }
}

public struct VersionConflict: Hashable, Sendable {
  public var stream: String
  /// Version that was expected: 0 for `noStream`.
  public var expected: Int
  public var actual: Int
  public var between: [Int]

  public init(stream: String, expected: Int, actual: Int, between: [Int]) {
    self.stream = stream
    self.expected = expected
    self.actual = actual
    self.between = between
  }
}
