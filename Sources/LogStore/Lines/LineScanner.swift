package import CanonicalJSON

/// Scans lines one after the other over one tape, and names line and column of what is wrong.
package struct LineScanner: ~Copyable {
  private var tape = Tape()

  package init() {}

  /// Checks the canonical form of one line and gives its root to `body`.
  ///
  /// - Parameter line: without its LF.
  package mutating func scan<T>(
    _ line: UnsafeBufferPointer<UInt8>, at position: Int, _ body: (JSONView) throws(JSONFault) -> T
  ) throws(StoreError) -> T {
    do throws(JSONFault) {
      guard line.count <= Record.longestLine else {
        throw JSONFault(.lineTooLong, at: Record.longestLine, "a line has at most \(Record.longestLine) bytes")
      }
      if line.isEmpty { throw JSONFault(.emptyLine, at: 0, "an empty line") }
      if line.last == 0x0D {
        throw JSONFault(
          .carriageReturn, at: line.count - 1, "the line ends in CR LF: mail or git changed the line ends")
      }
      try tape.scan(line)
      do throws(JSONFault) {
        return try body(tape.view(of: line))
      } catch {
        var fault = error
        let path = tape.path(at: fault.offset, in: line)
        // A reader that names the whole way itself is believed.
        if !path.isEmpty, !fault.path.hasPrefix(path) {
          fault.path = fault.path.isEmpty || path.hasSuffix(fault.path) ? path : "\(path).\(fault.path)"
        }
        throw fault
      }
    } catch {
      throw StoreError(badLine: error, at: position, in: line)
    }
  }

  package mutating func scanBytes<T>(
    _ line: [UInt8], at position: Int, _ body: (JSONView) throws(JSONFault) -> T
  ) throws(StoreError) -> T {
    var result: Result<T, StoreError>?
    line.withUnsafeBufferPointer { buffer in
      do throws(StoreError) {
        result = .success(try scan(buffer, at: position, body))
      } catch {
        result = .failure(error)
      }
    }
    guard let result else { preconditionFailure("the closure runs once") }
    return try result.get()
  }
}
