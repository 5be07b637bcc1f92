import Agreements
import CanonicalJSON
import Projections
import Reports
import TestSupport
import Testing

/// Every type of event as one plain sentence.
@Suite("Sentences")
struct SentenceTests {
  /// The golden line of each type, told without knowing who is who.
  static let sentences: [(type: String, sentence: String)] = [
    ("PartyRegistered", "Registered: a group of 10, not named in the sources"),
    ("PartySucceeded", "body-a abolished, followed by body-b and body-c (transfer scheme)"),
    ("MemberNamed", "practice-a named as a member of group-a"),
    ("SameParty", "Body-a is the same as the body with ODS code X0001 and body-x of log tracker/other"),
    ("AgreementMade", "Agreement between body-a and group-a: Gain share, 2009/10 (by letter, no NHS contract)"),
    (
      "AgreementVaried",
      "Terms varied: a lower sum. New sum for share-a: £45,000, for practice-a only (whether it was agreed is disputed)"
    ),
    (
      "PaymentPromised",
      "Promised to group-a: 70% of each one’s own saving, at most £100,000 each, if attendances fall, "
        + "due 30 September 2010 (purpose: patient care; account “letter”)"
    ),
    ("DueDateSet", "Due date of share-a set: December 2010, for practice-a only"),
    ("ConditionOutcome", "Condition target-a not met: 3.2 %, for practice-a only (settled by agreement)"),
    ("SavingReported", "Saving of group-a reported: about £3,500,000 (“about £3.5m”) in 2009/10 (net)"),
    ("SavingRevised", "Saving saving-a stated anew by body-a: £2,100,000 (not agreed)"),
    ("PaymentMade", "Paid to group-a: £20,000 each, for practice-a only (reference BACS 1)"),
    (
      "PaymentReclaimed",
      "Taken back from group-a: £5,000, for practice-a only (not agreed). Reason given: overpaid"
    ),
    (
      "SetOffApplied",
      "Set off against group-a: £18,000 claimed, £8,000 accepted, for practice-a only. Reason given: rent"
    ),
    (
      "PromiseWithdrawn",
      "Promise share-a withdrawn in part (£6,000), decided by the board, for practice-a only (not agreed). "
        + "Reason given: the deficit"
    ),
    ("PromiseSuspended", "Promise share-a put off until 31 March 2011, for practice-a only. Reason given: review"),
    ("PromiseReinstated", "Promise share-a given again, at £25,000, for practice-a only (agreed)"),
    ("ObligationTransferred", "What body-a owed (£1) moved to body-b, for practice-a only: transfer scheme"),
    (
      "PerformanceRecorded",
      "Done in part by practice-a: reviews done, April 2009 to September 2009, earning £3,000"
    ),
    ("CostIncurred", "Cost of practice-a: £2,300, a nurse"),
    (
      "CorrespondenceLogged",
      "Letter (2 to 5 in number) from committee-a to body-a, in reply to event \(first): asks when it will be paid"
    ),
    ("PositionStated", "Position: the board decided — admits event \(first) — denies event \(second)"),
    ("BalanceStated", "A paper states £43,000 outstanding to practice-a, as of 31 March 2011"),
    (
      "DisputeRaised",
      "Dispute dispute-a raised by practice-a, route: NHS dispute resolution, claiming at least £43,000"
    ),
    ("DisputeStepTaken", "Step in dispute dispute-a: letter before action. Outcome: refused"),
    (
      "DisputeConcluded",
      "Dispute dispute-a ended: decided, £18,017, interest up to £4,999.99, for practice-a only"
    ),
    ("AdviceGiven", "Advice to group-a: decide each for yourselves"),
    ("ChoiceMade", "practice-a chose to accept the loss"),
    ("ExhibitFiled", "Exhibit 1 filed: Letter (letter, by body-a, September 2010)"),
    ("InformationRequested", "Information asked of body-a under FOI: board papers (request request-a)"),
    ("InformationAnswered", "Request request-a answered in part: one page of nine"),
    (
      "ReductionPlanned",
      "Plan of body-a to spend less: £34,000,000 to £37,000,000, primary care contracts, 2010 to 2011, only if approval"
    ),
    ("Corroborated", "A further source says the same as event \(first)"),
    (
      "EntryCorrected",
      "Event \(first) put right: note taken away and when is 15 September 2010. Why: the minute gives the day"
    ),
    ("EntryRetracted", "Event \(first) taken back. Why: recorded twice"),
    (
      "PrivateErased",
      "Private values of event \(first) erased: contact and the stored file. Why: asked for. "
        + "Legal basis: UK GDPR Art 17"
    ),
    ("EntryErased", "Line 8 erased, its digest kept. Why: ordered. Legal basis: court order"),
    ("LogOpened", "Record book opened: An example"),
    ("KeyRotated", "Key of the log changed. Why: yearly"),
    ("Acknowledged", "body-a signed that it has seen 1 event"),
  ]

  private static let first = "018f3c1e-7b5a-7c3d-9e2f-0123456789ab"
  private static let second = "018f3c1e-7b5a-7c3d-9e2f-0123456789ac"

  private static func event(_ type: String) throws -> LoggedEvent {
    let golden = try #require(Examples.goldens.first { $0.type == type })
    var decoder = EventDecoder()
    return try #require(try decoder.event(golden.line, at: 6))
  }

  @Test("Each type has its sentence, without the name of the one who says so", arguments: sentences)
  func sentence(type: String, sentence: String) throws {
    let told = try Self.event(type).sentence()
    #expect(told == sentence)
    #expect(!told.lowercased().contains("renege"))
  }

  @Test("No type is left out")
  func complete() { #expect(Self.sentences.map(\.type) == EventBody.types.map { $0.type }) }

  @Test("Who is known is named, and events have numbers; a key or an id stands for what is not known")
  func names() throws {
    var lexicon = Lexicon()
    let withdrawal = try Story.event(
      "PromiseWithdrawn", "agreement/deal-a", #"{"promise":"share-a","scope":"whole","decidedBy":"the board"}"#,
      id: Self.first, at: 13)
    lexicon.register(withdrawal)
    lexicon.register(
      try Story.event(
        "PartyRegistered", "party/body-a", #"{"kind":"commissioner","identity":"named","name":"A commissioner"}"#))
    #expect(
      try Self.event("PositionStated").sentence(lexicon)
        == "Position: the board decided — admits event 14 — denies event \(Self.second)")
    #expect(try Self.event("EntryRetracted").sentence(lexicon) == "Event 14 taken back. Why: recorded twice")
    #expect(
      try Self.event("InformationRequested").sentence(lexicon)
        == "Information asked of A commissioner under FOI: board papers (request request-a)")
  }

  @Test("A name that must not be given is never told, even if a log of another writer holds one")
  func withheld() throws {
    // No draft may say so.
    let statement = Statement(
      assertedBy: .init(party: PartyKey(unchecked: "committee-a")), basis: .document,
      body: .partyRegistered(PartyRegistered(kind: .personRole, identity: .withheld, name: "Somebody")))
    var event = try Story.event(
      "PartyRegistered", "party/speaker", #"{"kind":"person-role","identity":"withheld"}"#)
    event.statement = statement
    var lexicon = Lexicon()
    lexicon.register(event)
    #expect(lexicon.name(PartyKey(unchecked: "speaker")) == "speaker")
    #expect(event.sentence() == "Registered: a person in a role, name withheld")
  }

  /// data of a promise → how its sum is told
  static let sums: [(String, String)] = [
    (#"{"low":0,"high":10000000,"per":"each"}"#, "up to £100,000 each"),
    (#"{"low":500000,"high":500000}"#, "£5,000"),
    (#"{"low":0,"words":"millions"}"#, "“millions”"),
    (#"{"low":0}"#, "not known"),
    (#"{"low":300000}"#, "at least £3,000"),
    (#"{"low":3400000000,"high":3700000000,"words":"£34-37m"}"#, "£34,000,000 to £37,000,000 (“£34-37m”)"),
    (#"{"low":350000000,"high":350000000,"about":true,"words":"£3.5m or so"}"#, "about £3,500,000 (“£3.5m or so”)"),
    (#"{"low":350000000,"high":350000000,"words":"£3.5m"}"#, "£3,500,000"),
    (#"{"low":1,"high":1}"#, "£0.01"),
    (#"{"low":0,"high":0}"#, "£0"),
  ]

  @Test("Sums are intervals; the words stand beside what is no exact sum; unknown is never nothing", arguments: sums)
  func sum(money: String, told: String) throws {
    let promise = try Story.event(
      "PaymentPromised", "agreement/deal-a", #"{"promise":"p","to":"practice-a","money":\#(money)}"#)
    #expect(promise.sentence() == "Promised to practice-a: \(told)")
  }

  @Test("A place is told once, with every page of it")
  func places() throws {
    var lexicon = Lexicon()
    lexicon.register(
      try Story.event("ExhibitFiled", "exhibit/letter", #"{"exhibit":"4b","title":"Letter","kind":"letter"}"#))
    let letter = ExhibitKey(unchecked: "letter")
    #expect(
      lexicon.places([
        .init(exhibit: letter, locator: "page 1", quote: "a"), .init(exhibit: letter, locator: "page 1", quote: "b"),
        .init(exhibit: letter, locator: "page 2"), .init(citation: "board paper 7"), .init(quote: "only words"),
      ]) == "Exhibit 4b, page 1, page 2; board paper 7")
    #expect(lexicon.places([]).isEmpty)
  }
}
