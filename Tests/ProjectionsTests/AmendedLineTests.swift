import Agreements
import CanonicalJSON
import Projections
import Testing

/// What a correction sets is read into what is kept of an event: the same as reading its line with these members in it.
@Suite("Lines that are put right, read without their lines")
struct AmendedLineTests {
  struct Case: CustomTestStringConvertible {
    var type: String
    var data: String
    /// What the corrections set, one after the other.
    var sets: [String]
    /// false = it takes the line.
    var isQuick: Bool

    init(_ type: String, _ data: String, _ sets: String..., isQuick: Bool = true) {
      (self.type, self.data, self.sets, self.isQuick) = (type, data, sets, isQuick)
    }

    var testDescription: String { "\(type): \(sets.joined(separator: ", then "))" }
  }

  private static let paid = #"{"money":{"high":100,"low":100},"promise":"p","to":"pa"}"#
  private static let promised = #"{"money":{"high":100,"low":100},"promise":"p","to":"pa"}"#
  private static let saving =
    #"{"by":"pa","measure":"net","money":{"high":100,"low":100},"period":"2010","saving":"s"}"#
  private static let withdrawn = #"{"decidedBy":"the board","promise":"p","scope":"whole"}"#
  private static let made = #"{"contractStatus":"nhs","creditors":["pa"],"debtor":"pct","form":"oral","title":"T"}"#

  static let cases: [Case] = [
    // Money: another sum, the same, a longer and a shorter number, an open end, each of a group, about, in words.
    Case("PaymentMade", paid, #"{"data":{"money":{"high":200,"low":200},"promise":"p","to":"pa"}}"#),
    Case("PaymentMade", paid, #"{"data":\#(paid)}"#),
    Case("PaymentMade", paid, #"{"data":{"money":{"high":123456789,"low":123456789},"promise":"p","to":"pa"}}"#),
    Case("PaymentMade", paid, #"{"data":{"money":{"high":1,"low":0},"promise":"p","to":"pa"}}"#),
    Case("PaymentMade", paid, #"{"data":{"money":{"low":0},"promise":"p","to":"pa"}}"#),
    Case("PaymentMade", paid, #"{"data":{"money":{"about":true,"high":200,"low":200},"promise":"p","to":"pa"}}"#),
    Case(
      "PaymentMade", paid,
      #"{"data":{"money":{"high":200,"low":200,"words":"two pounds"},"promise":"p","to":"pa"}}"#),
    Case("PaymentMade", paid, #"{"data":{"money":{"high":5,"low":5},"promise":"p","reference":"R 1","to":"pa"}}"#),
    // To another, of another promise, of none.
    Case("PaymentMade", paid, #"{"data":{"money":{"high":100,"low":100},"promise":"q","to":"pb"}}"#),
    Case("PaymentMade", paid, #"{"data":{"money":{"high":100,"low":100},"to":"pa"}}"#, isQuick: false),
    // A day, a month, a year of two, with words; open ends close on a day that is not kept.
    Case("PaymentMade", paid, #"{"when":{"edtf":"2011-02-03"}}"#),
    Case("PaymentMade", paid, #"{"when":{"edtf":"2011-02"}}"#),
    Case("PaymentMade", paid, #"{"when":{"edtf":"2010-04-01/2011-03-31","inference":"a year","words":"2010/11"}}"#),
    Case("PaymentMade", paid, #"{"when":{"edtf":"../2011-02-03"}}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"when":{"edtf":"2011-02-03/.."}}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"when":null}"#, isQuick: false),
    // Both, and one after the other, and the same twice.
    Case(
      "PaymentMade", paid,
      #"{"data":{"money":{"high":200,"low":200},"promise":"p","to":"pa"},"when":{"edtf":"2011-02-03"}}"#),
    Case(
      "PaymentMade", paid, #"{"data":{"money":{"high":200,"low":200},"promise":"p","to":"pa"}}"#,
      #"{"when":{"edtf":"2011-02-03"}}"#),
    Case(
      "PaymentMade", paid, #"{"when":{"edtf":"2011-02-03"}}"#,
      #"{"data":{"money":{"high":200,"low":200},"promise":"p","to":"pb"}}"#, #"{"when":{"edtf":"2011-02-04"}}"#),
    Case(
      "PaymentMade", paid, #"{"data":{"money":{"high":200,"low":200},"promise":"p","to":"pa"}}"#,
      #"{"data":{"money":{"high":300,"low":300},"promise":"p","to":"pa"}}"#),
    // Who says so, on what, to whom it is shown, a note, an unknown member: the line is read.
    Case("PaymentMade", paid, #"{"note":"a slip"}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"assertedBy":{"party":"pct"}}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"basis":"inferred"}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"sources":[{"exhibit":"letter"}]}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"visibility":"public"}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"colour":"red"}"#, isQuick: false),
    Case("PaymentMade", paid, #"{}"#),
    Case(
      "PaymentMade", paid, #"{"when":{"edtf":"2011-02-03"}}"#, #"{"note":"a slip"}"#, isQuick: false),
    // The other kinds that are plain, and what makes them no longer so.
    Case(
      "PaymentPromised", promised,
      #"{"data":{"due":"2011-03-31","money":{"high":200,"low":0},"promise":"p","to":"pa"}}"#),
    Case(
      "PaymentPromised", promised,
      #"{"data":{"money":{"high":200,"low":200},"promise":"p","purpose":"care","to":"pb"}}"#),
    Case(
      "PaymentPromised", promised,
      #"{"data":{"promise":"p","share":{"of":"saving","percentHundredths":7000},"to":"pa"}}"#),
    Case(
      "PaymentPromised", promised,
      #"{"data":{"conditions":[{"condition":"c","text":"fewer"}],"money":{"high":100,"low":100},"promise":"p","to":"pa"}}"#
    ),
    Case(
      "SavingReported", saving,
      #"{"data":{"by":"pb","measure":"gross","money":{"low":7},"period":"2010-05","saving":"s"}}"#),
    Case(
      "SavingReported", saving,
      #"{"data":{"by":"pa","measure":"net","money":{"high":9,"low":7},"period":"2010-04-01/2011-03-31","saving":"s"}}"#),
    Case(
      "PromiseWithdrawn", withdrawn, #"{"data":{"decidedBy":"nobody","promise":"q","reason":"none","scope":"whole"}}"#),
    Case(
      "PromiseWithdrawn", withdrawn,
      #"{"data":{"decidedBy":"the board","money":{"high":5,"low":5},"promise":"p","scope":"part"}}"#),
    Case(
      "PromiseWithdrawn", withdrawn,
      #"{"data":{"consent":"yes","decidedBy":"the board","promise":"p","scope":"whole"}}"#),
    Case("DueDateSet", #"{"due":"2010-12","promise":"p"}"#, #"{"data":{"due":"2011-01-31","promise":"p"}}"#),
    Case("DueDateSet", #"{"due":"2010-12","promise":"p"}"#, #"{"data":{"due":"2011-01-31","for":"pa","promise":"p"}}"#),
    Case("AgreementMade", made, #"{"when":{"edtf":"2009-03-31"}}"#),
    Case(
      "AgreementMade", made,
      #"{"data":{"contractStatus":"nhs","creditors":["pa","pb"],"debtor":"icb","form":"letter","title":"Another"}}"#),
    Case(
      "CostIncurred", #"{"by":"pa","money":{"high":5,"low":5},"what":"a nurse"}"#, #"{"when":{"edtf":"2009-03-31"}}"#),
    // No event of its type any longer: nothing is made of it here.
    Case("PaymentMade", paid, #"{"data":{"money":{"high":1,"low":2},"promise":"p","to":"pa"}}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"data":{"promise":"p","to":"pa"}}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"data":{"colour":"red","money":{"high":1,"low":1},"to":"pa"}}"#, isQuick: false),
    Case("PaymentMade", paid, #"{"when":{"edtf":"soon"}}"#, isQuick: false),
  ]

  private static func line(_ type: String, _ data: String) -> [UInt8] {
    Array(
      (#"{"assertedBy":{"party":"lmc"},"basis":"document","data":\#(data),"id":"01810000-0000-7000-8000-000000000000","#
        + #""previous":"","recordedAt":"2012-01-01T09:00:00.000Z","recordedBy":"lmc","salt":"AAAAAAAAAAAAAAAAAAAAAA==","#
        + #""stream":"agreement/deal","streamVersion":1,"type":"\#(type)","v":1,"visibility":"committee","#
        + #""when":{"edtf":"2010-05-01"}}"#).utf8)
  }

  @Test("It is what reading the line anew gives, or nothing", arguments: cases)
  func amended(_ one: Case) throws {
    var lines = QuickLines()
    var line = Self.line(one.type, one.data)
    let isRead = line.withUnsafeBufferPointer { lines.read($0, at: 7) }
    try #require(isRead, "the line before is of the usual shape")
    let isAmended = one.sets.allSatisfy { set in
      Array(set.utf8).withUnsafeBufferPointer { lines.amend($0) }
    }
    #expect(isAmended == one.isQuick)
    guard isAmended else { return }
    let amended = lines.event
    var merger = LineMerger()
    for set in one.sets {
      line = try #require(Array(set.utf8).withUnsafeBufferPointer { merger.merged(line, $0) })
    }
    let isReadAgain = line.withUnsafeBufferPointer { lines.read($0, at: 7) }
    #expect(isReadAgain)
    #expect(amended == lines.event, "\(String(decoding: line, as: UTF8.self))")
    // And the long way reads the same line.
    var decoder = EventDecoder()
    let event = try decoder.event(line, at: 7)
    #expect(event?.body.typeName == one.type)
  }
}
