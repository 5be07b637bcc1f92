import Agreements
import CanonicalJSON
import TestSupport
import Testing

/// Given what a log holds, when somebody corrects or takes back, then the rules see the log as it stands from then on.
@Suite("Corrections, retractions and the rules")
struct DecisionTests {
  /// The events of a small log by name. Later names may cite earlier ones as `<name>`.
  struct Story {
    var book = RuleBook()
    private(set) var ids: [String: EventID] = [:]
    private var streams: [String: String] = [:]

    /// Two practices in a group of three, a promise of £100 each with a condition, a saving, a payment, a dispute.
    static func given() throws -> Story {
      var story = Story()
      for (name, stream, type, data) in [
        ("lmc", "party/lmc", "PartyRegistered", #"{"kind":"committee","identity":"named"}"#),
        ("pct", "party/pct", "PartyRegistered", #"{"kind":"commissioner","identity":"named"}"#),
        ("p1", "party/p1", "PartyRegistered", #"{"kind":"practice","identity":"named"}"#),
        ("p2", "party/p2", "PartyRegistered", #"{"kind":"practice","identity":"named"}"#),
        ("ten", "party/ten", "PartyRegistered", #"{"kind":"group","identity":"unnamed","count":3}"#),
        ("member", "party/ten", "MemberNamed", #"{"member":"p1"}"#),
        ("paper", "exhibit/paper", "ExhibitFiled", #"{"exhibit":"1","title":"Letter","kind":"letter","author":"pct"}"#),
        (
          "deal", "agreement/deal", "AgreementMade",
          #"{"title":"x","debtor":"pct","creditors":["ten"],"form":"letter","contractStatus":"unknown"}"#
        ),
        (
          "slice", "agreement/deal", "PaymentPromised",
          #"{"promise":"slice","to":"ten","money":{"low":0,"high":10000,"per":"each"},"conditions":[{"condition":"c","text":"t"}]}"#
        ),
        (
          "saved", "agreement/deal", "SavingReported",
          #"{"saving":"s","by":"ten","money":{"low":9},"period":"2010","measure":"net"}"#
        ),
        (
          "met", "agreement/deal", "ConditionOutcome",
          #"{"promise":"slice","condition":"c","outcome":"met","byParty":"pct"}"#
        ),
        ("paid", "agreement/deal", "PaymentMade", #"{"promise":"slice","to":"p1","money":{"low":4000,"high":4000}}"#),
        (
          "revised", "agreement/deal", "SavingRevised",
          #"{"saving":"s","money":{"low":8},"agreed":"no","byParty":"pct"}"#
        ),
        ("raised", "agreement/deal", "DisputeRaised", #"{"dispute":"d","route":"foi","claimant":"p1"}"#),
        ("step", "agreement/deal", "DisputeStepTaken", #"{"dispute":"d","step":"letter"}"#),
        ("asked", "agreement/deal", "InformationRequested", #"{"request":"r","to":"pct","law":"foi","what":"papers"}"#),
        ("answered", "agreement/deal", "InformationAnswered", #"{"request":"r","outcome":"none"}"#),
        ("cost", "agreement/deal", "CostIncurred", #"{"by":"p2","money":{"low":1},"what":"x"}"#),
      ] {
        let codes = try story.take(
          name, stream, type, data, extra: name == "paid" ? #","sources":[{"exhibit":"paper"}]"# : "")
        guard codes.isEmpty else { throw Broken(description: "\(name): \(codes)") }
      }
      return story
    }

    struct Broken: Error, CustomStringConvertible { var description: String }

    func proposal(_ name: String, _ stream: String, _ type: String, _ data: String, extra: String = "") throws
      -> Proposal
    {
      var draft =
        #"{"type":"\#(type)","stream":"\#(stream)","basis":"document","assertedBy":{"party":"lmc"},"data":\#(data)\#(extra)}"#
      for (name, id) in ids { draft = draft.replacing("<\(name)>", with: id.description) }
      let id = EventID(high: 0x7000, low: 1 << 63 | UInt64(ids.count))
      return try Proposal(draft: Array(draft.utf8), id: ids[name] ?? id, recordedBy: "officer")
    }

    /// Records it whatever the rules say, and gives what they say.
    @discardableResult
    mutating func take(
      _ name: String, _ stream: String, _ type: String, _ data: String, extra: String = ""
    ) throws -> [RuleFinding.Code] {
      let proposal = try proposal(name, stream, type, data, extra: extra)
      let looked = book.findings(proposal.statement, in: proposal.stream)
      let taken = book.take(proposal.statement, id: proposal.id, in: proposal.stream)
      guard looked == taken else { throw Broken(description: "looking: \(looked), taking: \(taken)") }
      ids[name] = proposal.id
      streams[name] = stream
      return taken.map(\.code)
    }

    @discardableResult
    mutating func correct(_ target: String, _ set: String, as name: String = "", replaces: String = "") throws
      -> [RuleFinding.Code]
    {
      let replaced = replaces.isEmpty ? "" : #","replaces":"<\#(replaces)>""#
      return try take(
        name.isEmpty ? "correction \(ids.count)" : name, streams[target] ?? "log", "EntryCorrected",
        #"{"target":"<\#(target)>","set":\#(set),"why":"x"\#(replaced)}"#)
    }

    @discardableResult
    mutating func retract(_ target: String, as name: String = "") throws -> [RuleFinding.Code] {
      try take(
        name.isEmpty ? "retraction \(ids.count)" : name, streams[target] ?? "log", "EntryRetracted",
        #"{"target":"<\#(target)>","why":"x"}"#)
    }

    func names(_ ids: [EventID]) -> [String] {
      ids.map { id in self.ids.first { $0.value == id }?.key ?? "?" }
    }
  }

  // MARK: Corrections

  private static func slice(_ money: String, _ more: String = "") -> String {
    #"{"data":{"promise":"slice","to":"ten","money":\#(money),"conditions":[{"condition":"c","text":"t"}]}\#(more)}"#
  }

  /// event, what is set, the rule that refuses the result (nil = accepted)
  static let corrections: [(String, String, RuleFinding.Code?)] = [
    ("paid", #"{"note":"x"}"#, nil),
    ("paid", #"{"when":{"edtf":"2010-09"}}"#, nil),
    ("paid", #"{"assertedBy":{"party":"nobody"}}"#, .unknownParty),
    ("paid", #"{"sources":[{"exhibit":"none"}]}"#, .unknownExhibit),
    ("paid", #"{"sources":null}"#, nil),
    ("paid", #"{"basis":null}"#, .correctionBreaksEvent),
    ("paid", #"{"visibility":"everybody"}"#, .correctionBreaksEvent),
    ("paid", #"{"data":{"promise":"none","to":"p1","money":{"low":1}}}"#, .unknownPromise),
    ("paid", #"{"data":{"promise":"slice","to":"p2","money":{"low":1}}}"#, .creditorOutside),
    ("paid", #"{"data":{"promise":"slice","to":"p1","money":{"low":10001}}}"#, .aboveCeiling),
    ("paid", #"{"data":{"promise":"slice","to":"p1","money":{"low":10001}},"note":"with interest"}"#, nil),
    ("paid", #"{"data":{"promise":"slice","to":"p1","money":{"low":10000}}}"#, nil),
    ("p1", #"{"data":{"kind":"practice","identity":"named","name":"First"}}"#, nil),
    ("ten", #"{"data":{"kind":"practice","identity":"named"}}"#, .othersDepend),
    ("member", #"{"data":{"member":"p2"}}"#, .othersDepend),
    ("member", #"{"data":{"member":"nobody"}}"#, .unknownParty),
    ("deal", #"{"data":{"title":"y","debtor":"pct","creditors":["ten"],"form":"email","contractStatus":"nhs"}}"#, nil),
    (
      "slice",
      #"{"data":{"promise":"slice","to":"ten","money":{"low":1},"conditions":[{"condition":"c","text":"u"}]}}"#, nil
    ),
    ("slice", #"{"data":{"promise":"slice","to":"ten","money":{"low":1}}}"#, .othersDepend),
    (
      "slice",
      #"{"data":{"promise":"other","to":"ten","money":{"low":1},"conditions":[{"condition":"c","text":"u"}]}}"#,
      .othersDepend
    ),
    (
      "slice", #"{"data":{"promise":"slice","to":"p2","money":{"low":1},"conditions":[{"condition":"c","text":"u"}]}}"#,
      .othersDepend
    ),
    (
      "slice", #"{"data":{"promise":"slice","to":"p1","money":{"low":1},"conditions":[{"condition":"c","text":"u"}]}}"#,
      nil
    ),
    (
      "slice",
      #"{"data":{"promise":"slice","to":"ten","money":{"low":1,"per":"year"},"conditions":[{"condition":"c","text":"u"}]}}"#,
      .perYear
    ),
    // £40 was paid to one of three: less promised to each, or to all together, is asked about.
    ("slice", slice(#"{"low":0,"high":3999,"per":"each"}"#), .aboveCeiling),
    ("slice", slice(#"{"low":0,"high":3999,"per":"each"}"#, #","note":"paid before""#), nil),
    ("slice", slice(#"{"low":0,"high":4000,"per":"each"}"#), nil),
    ("slice", slice(#"{"low":3999,"high":3999}"#), .aboveCeiling),
    ("slice", slice(#"{"low":0,"high":4000}"#), nil),
    ("slice", slice(#"{"low":0}"#), nil),
    ("saved", #"{"data":{"saving":"t","by":"ten","money":{"low":9},"period":"2010","measure":"net"}}"#, .othersDepend),
    ("saved", #"{"data":{"saving":"s","by":"p1","money":{"low":9},"period":"2010","measure":"net"}}"#, nil),
    ("raised", #"{"data":{"dispute":"e","route":"foi","claimant":"p1"}}"#, .othersDepend),
    ("asked", #"{"data":{"request":"q","to":"pct","law":"foi","what":"papers"}}"#, .othersDepend),
  ]

  @Test(
    "The result of a correction obeys the rules, and takes from others nothing that they stand on",
    arguments: corrections)
  func correction(target: String, set: String, code: RuleFinding.Code?) throws {
    var story = try Story.given()
    let codes = try story.correct(target, set)
    #expect(codes.first == code, "\(target) \(set): \(codes)")
  }

  @Test("What a correction gives, later events may stand on; what it took away, they may not")
  func correctedState() throws {
    var story = try Story.given()
    let outcome = #"{"promise":"slice","condition":"later","outcome":"met","byParty":"pct"}"#
    #expect(try story.take("no", "agreement/deal", "ConditionOutcome", outcome) == [.unknownCondition])
    try story.retract("no")
    let both = #"[{"condition":"c","text":"t"},{"condition":"later","text":"t"}]"#
    #expect(
      try story.correct(
        "slice",
        #"{"data":{"promise":"slice","to":"ten","money":{"low":0,"high":10000,"per":"each"},"conditions":\#(both)}}"#,
        as: "more") == [])
    #expect(try story.take("yes", "agreement/deal", "ConditionOutcome", outcome) == [])
    // Now the correction cannot be taken back by itself, but after what stands on it.
    let alone = try story.proposal("x", "agreement/deal", "EntryRetracted", #"{"target":"<more>","why":"x"}"#)
    #expect(story.book.findings(alone.statement, in: alone.stream).map(\.code) == [.othersDepend])
    #expect(try story.retract("yes") == [])
    #expect(try story.retract("more") == [])
    #expect(try story.take("again", "agreement/deal", "ConditionOutcome", outcome) == [.unknownCondition])
  }

  @Test("A correction is made from the last one that stands, and names it")
  func replaces() throws {
    var story = try Story.given()
    #expect(try story.correct("paid", #"{"note":"a"}"#, replaces: "paid") == [.correctionStale])
    #expect(try story.correct("cost", #"{"note":"a"}"#, as: "first") == [])
    #expect(try story.correct("cost", #"{"note":"b"}"#, as: "unseen") == [.correctionStale])
    #expect(try story.correct("cost", #"{"note":"b"}"#, as: "third", replaces: "first") == [.correctionStale])
    try story.retract("third")
    try story.retract("unseen")
    #expect(try story.correct("cost", #"{"note":"c"}"#, as: "second", replaces: "first") == [])
    #expect(try story.correct("cost", #"{"note":"d"}"#, replaces: "first") == [.correctionStale])
  }

  @Test("A slip of the pen in what is set refuses the correction; in another writer's log it may be a later field")
  func slips() throws {
    let story = try Story.given()
    for set in [
      #"{"data":{"promise":"slice","to":"p1","money":{"low":1,"hihg":2}}}"#,
      #"{"sources":[{"exhibit":"paper","page":"2"}]}"#,
      #"{"when":{"edtf":"2010","word":"x"}}"#,
    ] {
      let proposal = try story.proposal(
        "x", "agreement/deal", "EntryCorrected", #"{"target":"<paid>","set":\#(set),"why":"x"}"#)
      #expect(story.book.findings(proposal.statement, in: proposal.stream).isEmpty)
      guard case .refused(let refused) = story.book.decide([proposal]) else {
        Issue.record("accepted: \(set)")
        continue
      }
      #expect(refused[0]?.map(\.code) == [.correctionBreaksEvent])
    }
    let fine = try story.proposal(
      "x", "agreement/deal", "EntryCorrected",
      #"{"target":"<paid>","set":{"note":null,"data":{"promise":"slice","to":"p1","money":{"low":1,"about":false}}},"why":"x"}"#
    )
    guard case .accepted = story.book.decide([fine]) else {
      Issue.record("refused")
      return
    }
  }

  // MARK: Retractions

  /// event, what stands on it, in log order
  static let dependents: [(String, [String])] = [
    ("paper", ["paid"]), ("saved", ["revised"]), ("raised", ["step"]), ("asked", ["answered"]), ("cost", []),
    ("p2", ["cost"]), ("member", ["paid"]), ("slice", ["met", "paid"]), ("paid", []),
    ("deal", ["slice", "saved", "met", "paid", "revised", "raised", "step", "asked", "answered", "cost"]),
    ("p1", ["member", "paid", "raised", "step"]),
    (
      "ten",
      ["member", "deal", "slice", "saved", "met", "paid", "revised", "raised", "step", "asked", "answered", "cost"]
    ),
  ]

  @Test(
    "What others stand on is taken back only with all of them, each before what it stands on", arguments: dependents)
  func withDependents(target: String, names: [String]) throws {
    var story = try Story.given()
    let id = try #require(story.ids[target])
    let found = story.names(story.book.dependents(of: id))
    #expect(found == names)
    var alone = story
    #expect(try alone.retract(target) == (names.isEmpty ? [] : [.othersDepend]))
    for name in names.reversed() + [target] { #expect(try story.retract(name) == [], "\(name)") }
    #expect(story.book.dependents(of: id).isEmpty)
  }

  @Test("Undoing a retraction brings the event back, under the rules")
  func undo() throws {
    var story = try Story.given()
    try story.retract("step", as: "first")
    try story.retract("raised", as: "second")
    #expect(
      try story.take("x", "agreement/deal", "DisputeStepTaken", #"{"dispute":"d","step":"x"}"#) == [.unknownDispute])
    try story.retract("x")
    // The step without its dispute would stand on nothing.
    let early = try story.proposal("y", "agreement/deal", "EntryRetracted", #"{"target":"<first>","why":"x"}"#)
    let findings = story.book.findings(early.statement, in: early.stream)
    #expect(findings.map(\.code) == [.unknownDispute] && findings.first?.path == "data.target")
    #expect(try story.retract("second", as: "third") == [])
    #expect(try story.retract("first") == [])
    #expect(try story.take("z", "agreement/deal", "DisputeStepTaken", #"{"dispute":"d","step":"x"}"#) == [])
    // And the undoing can be undone; but now others stand on the dispute again.
    #expect(try story.retract("third") == [.othersDepend])
  }

  @Test("A key is free again once its registration was taken back, and not twice")
  func freeKey() throws {
    var story = try Story.given()
    try story.retract("cost")
    try story.retract("p2", as: "gone")
    #expect(try story.take("anew", "party/p2", "PartyRegistered", #"{"kind":"practice","identity":"named"}"#) == [])
    #expect(try story.retract("gone") == [.registeredTwice])
  }

  @Test("A payment that was taken back, or reclaimed, counts no longer")
  func paidBack() throws {
    var story = try Story.given()
    let more = #"{"promise":"slice","to":"p1","money":{"low":6001,"high":6001}}"#
    let proposal = try story.proposal("x", "agreement/deal", "PaymentMade", more)
    #expect(story.book.findings(proposal.statement, in: proposal.stream).map(\.code) == [.aboveCeiling])
    var reclaimed = story
    try reclaimed.take(
      "r", "agreement/deal", "PaymentReclaimed",
      #"{"promise":"slice","to":"p1","money":{"low":1,"high":1},"agreed":"no"}"#)
    #expect(try reclaimed.take("x", "agreement/deal", "PaymentMade", more) == [])
    try story.retract("paid")
    #expect(try story.take("x", "agreement/deal", "PaymentMade", more) == [])
  }

  @Test("More taken back than was ever paid is asked about, and recorded with its reason")
  func abovePaid() throws {
    // £40 was paid to p1 of the slice.
    var story = try Story.given()
    func codes(_ pence: Int, _ extra: String = "") throws -> [RuleFinding.Code] {
      let data = #"{"promise":"slice","to":"p1","money":{"low":\#(pence),"high":\#(pence)},"agreed":"no"}"#
      let proposal = try story.proposal("back", "agreement/deal", "PaymentReclaimed", data, extra: extra)
      return story.book.findings(proposal.statement, in: proposal.stream).map(\.code)
    }
    #expect(try codes(4000) == [] && codes(4001) == [.abovePaid])
    #expect(try codes(4001, #","note":"paid before this record began""#) == [])
    // What was taken back already counts; what was surely not taken back does not.
    try story.take(
      "r", "agreement/deal", "PaymentReclaimed",
      #"{"promise":"slice","to":"p1","money":{"low":1000,"high":4000},"agreed":"no"}"#)
    #expect(try codes(3000) == [] && codes(3001) == [.abovePaid])
    // A payment without an upper end may have been more.
    try story.take("open", "agreement/deal", "PaymentMade", #"{"promise":"slice","to":"p1","money":{"low":1}}"#)
    #expect(try codes(9999) == [])
  }

  // MARK: Ceilings

  /// further events of the agreement, then the payment, and whether it is asked about
  static let ceilings: [(String, [(String, String)], String, Bool)] = [
    ("each: one member's own", [], #"{"promise":"slice","to":"p1","money":{"low":6000}}"#, false),
    ("each: above one member's own", [], #"{"promise":"slice","to":"p1","money":{"low":6001}}"#, true),
    (
      "each: for a member, paid to the group", [], #"{"promise":"slice","to":"ten","for":"p1","money":{"low":6001}}"#,
      true
    ),
    ("each: to the group, all together", [], #"{"promise":"slice","to":"ten","money":{"low":26000}}"#, false),
    ("each: above all together", [], #"{"promise":"slice","to":"ten","money":{"low":26001}}"#, true),
    ("each: paid to each", [], #"{"promise":"slice","to":"ten","money":{"low":8667,"per":"each"}}"#, true),
    (
      "each: paid to each, above one's own", [], #"{"promise":"slice","to":"ten","money":{"low":10001,"per":"each"}}"#,
      true
    ),
    (
      "a member's own account is higher",
      [("PaymentPromised", #"{"promise":"slice","to":"p1","account":"letter","money":{"low":0,"high":20000}}"#)],
      #"{"promise":"slice","to":"p1","money":{"low":16000}}"#, false
    ),
    (
      "above a member's own account",
      [("PaymentPromised", #"{"promise":"slice","to":"p1","account":"letter","money":{"low":0,"high":20000}}"#)],
      #"{"promise":"slice","to":"p1","money":{"low":16001}}"#, true
    ),
    (
      "a rival account without an upper end",
      [("PaymentPromised", #"{"promise":"slice","to":"ten","account":"letter","money":{"low":1}}"#)],
      #"{"promise":"slice","to":"p1","money":{"low":99999}}"#, false
    ),
    (
      "a later sum, agreed or not",
      [
        (
          "AgreementVaried",
          #"{"terms":"x","consent":"no","promises":[{"promise":"slice","money":{"low":0,"high":20000,"per":"each"}}]}"#
        )
      ],
      #"{"promise":"slice","to":"p1","money":{"low":16000}}"#, false
    ),
    (
      "a sum in all", [("PaymentPromised", #"{"promise":"sum","to":"ten","money":{"low":500,"high":500}}"#)],
      #"{"promise":"sum","to":"p1","money":{"low":501}}"#, true
    ),
    (
      "paid to each, counted by the size of the group",
      [("PaymentPromised", #"{"promise":"sum","to":"ten","money":{"low":500,"high":500}}"#)],
      #"{"promise":"sum","to":"ten","money":{"low":167,"per":"each"}}"#, true
    ),
    (
      "a share with a cap each",
      [
        (
          "PaymentPromised",
          #"{"promise":"part","to":"ten","share":{"of":"saving","percentHundredths":7000,"cap":500,"per":"each"}}"#
        )
      ],
      #"{"promise":"part","to":"p1","money":{"low":501}}"#, true
    ),
    (
      "a share without a cap",
      [("PaymentPromised", #"{"promise":"part","to":"ten","share":{"of":"saving","percentHundredths":7000}}"#)],
      #"{"promise":"part","to":"p1","money":{"low":999999}}"#, false
    ),
    (
      "the greater of two",
      [("PaymentPromised", #"{"promise":"max","to":"p1","greaterOf":[{"low":5,"high":5},{"low":0,"high":9}]}"#)],
      #"{"promise":"max","to":"p1","money":{"low":10}}"#, true
    ),
    (
      "what may be more, but is not surely", [], #"{"promise":"slice","to":"p1","money":{"low":1,"high":999999}}"#,
      false
    ),
    (
      "a debt of the largest size, many times",
      [("PaymentPromised", #"{"promise":"big","to":"p1","money":{"low":0,"high":10000000000000}}"#)]
        + Array(repeating: ("PaymentMade", #"{"promise":"big","to":"p1","money":{"low":10000000000000}}"#), count: 20),
      #"{"promise":"big","to":"p1","money":{"low":10000000000000}}"#, true
    ),
  ]

  @Test("A payment above what anybody promised is asked about", arguments: ceilings)
  func ceiling(name: String, before: [(String, String)], payment: String, isAsked: Bool) throws {
    var story = try Story.given()
    for (index, (type, data)) in before.enumerated() { try story.take("before \(index)", "agreement/deal", type, data) }
    let proposal = try story.proposal("x", "agreement/deal", "PaymentMade", payment)
    let findings = story.book.findings(proposal.statement, in: proposal.stream)
    #expect(findings.map(\.code) == (isAsked ? [.aboveCeiling] : []), "\(name)")
    #expect(findings.allSatisfy { $0.isQuestion })
    let noted = try story.proposal("x", "agreement/deal", "PaymentMade", payment, extra: #","note":"with interest""#)
    #expect(story.book.findings(noted.statement, in: noted.stream).isEmpty, "\(name)")
  }

  // MARK: Batches

  @Test("In one append parties and papers may be registered further down; a promise comes before its payment")
  func oneAppend() throws {
    let story = try Story.given()
    func proposal(_ number: Int, _ stream: String, _ type: String, _ data: String, extra: String = "") throws
      -> Proposal
    {
      var proposal = try story.proposal("x", stream, type, data, extra: extra)
      proposal.id = EventID(high: 0x7001, low: 1 << 63 | UInt64(number))
      return proposal
    }
    let deal = try proposal(
      1, "agreement/next", "AgreementMade",
      #"{"title":"x","debtor":"newbody","creditors":["p1"],"form":"letter","contractStatus":"unknown"}"#,
      extra: #","sources":[{"exhibit":"newpaper"}]"#)
    let party = try proposal(2, "party/newbody", "PartyRegistered", #"{"kind":"commissioner","identity":"named"}"#)
    let paper = try proposal(3, "exhibit/newpaper", "ExhibitFiled", #"{"exhibit":"2","title":"x","kind":"other"}"#)
    let promise = try proposal(4, "agreement/next", "PaymentPromised", #"{"promise":"q","to":"p1","money":{"low":1}}"#)
    let payment = try proposal(5, "agreement/next", "PaymentMade", #"{"promise":"q","to":"p1","money":{"low":1}}"#)
    guard case .accepted = story.book.decide([deal, party, paper, promise, payment]) else {
      Issue.record("refused")
      return
    }
    guard case .refused(let refused) = story.book.decide([deal, payment, party, promise]) else {
      Issue.record("accepted")
      return
    }
    #expect(refused.mapValues { $0.map(\.code) } == [0: [.unknownExhibit], 1: [.unknownPromise]])
  }

  @Test("Events of a later version give what cannot be read: nothing is called missing because of them")
  func newer() throws {
    var story = try Story.given()
    let key = StreamName.agreement(AgreementKey(unchecked: "later"))
    let committee = PartyKey(unchecked: "lmc")
    func event(_ body: EventBody) -> Statement {
      Statement(assertedBy: .init(party: committee), basis: .document, body: body)
    }
    for (number, body) in [
      EventBody.newer(type: "AgreementMade", version: 2), .newer(type: "PaymentPromised", version: 2),
      .unknown(type: "SomethingElse", version: 1),
    ].enumerated() {
      #expect(
        story.book.take(event(body), id: EventID(high: 0x7002, low: UInt64(number)), in: key).isEmpty)
    }
    #expect(
      try story.take("x", "agreement/later", "PaymentMade", #"{"promise":"q","to":"p1","money":{"low":1}}"#) == [])
  }
}
