import Foundation
import Testing
import TimeStamping

enum Base64 {
  static func decode(_ text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data()) }
}

/// Expects a refusal of one kind, and words for it that are one sentence.
func expect<Value>(
  _ code: TimeStampFault.Code, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Value
) {
  do {
    _ = try body()
    Issue.record("not refused, instead of \(code.rawValue) \(comment)", sourceLocation: sourceLocation)
  } catch let fault as TimeStampFault {
    #expect(fault.code == code, "\(comment) \(fault.why)", sourceLocation: sourceLocation)
    #expect(!fault.why.contains("\n") && fault.why.count > 20, sourceLocation: sourceLocation)
    #expect(RefusalWords.hold(fault), "\(fault) is not in RefusalWords", sourceLocation: sourceLocation)
  } catch {
    Issue.record("another error: \(error)", sourceLocation: sourceLocation)
  }
}
