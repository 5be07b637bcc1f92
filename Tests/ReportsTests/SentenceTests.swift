import Agreements
import CanonicalJSON
import Projections
import Reports
import TestSupport
import Testing

@Suite("Sentences")
struct SentenceTests {
  @Test("print")
  func p() throws {
    for golden in Examples.goldens {
      var decoder = EventDecoder()
      let event = try #require(try decoder.event(golden.line, at: 0))
      print("SENT", golden.type, "|", event.sentence())
    }
  }
}
