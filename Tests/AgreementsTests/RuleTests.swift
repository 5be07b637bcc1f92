import Agreements
import CanonicalJSON
import TestSupport
import Testing

/// Given what a log holds, when somebody wants to record something, then it is accepted, or refused by a rule with a name.
@Suite("The rules of writers")
struct RuleTests {
  /// A log with a party or two, a group, an exhibit, an agreement, a promise, a saving and a payment.
  private func given() throws -> (RuleBook, [String: EventID]) {
    var book = RuleBook()
    var ids: [String: EventID] = [:]
    for (index, line) in Examples.draftLines.enumerated() {
      let id = EventID(high: 0x7000 + UInt64(index), low: 1 << 63)
      let proposal = try Proposal(draft: Array(line.utf8), id: id, recordedBy: "officer")
      if index == 0 {
        let committee = try Proposal(
          draft: Array(
            #"{"type":"PartyRegistered","stream":"party/committee-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"kind":"committee","identity":"named"}}"#
              .utf8), id: EventID(high: 1, low: 1), recordedBy: "officer")
        book.apply(committee.statement, id: committee.id, in: committee.stream)
      }
      book.apply(proposal.statement, id: proposal.id, in: proposal.stream)
      ids[proposal.statement.body.typeName] = proposal.id
    }
    let letter = try #require(ids["CorrespondenceLogged"])
    let gone = try Proposal(
      draft: Array(
        #"{"type":"EntryRetracted","stream":"agreement/deal-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"target":"\#(letter)","why":"a slip"}}"#
          .utf8), id: EventID(high: 2, low: 2), recordedBy: "officer")
    book.apply(gone.statement, id: gone.id, in: gone.stream)
    ids["EntryRetracted"] = gone.id
    return (book, ids)
  }

  private func findings(_ stream: String, _ type: String, _ data: String, extra: String = "") throws -> [RuleFinding
    .Code]
  {
    let (book, ids) = try given()
    var text = data
    for (type, id) in ids { text = text.replacing("<\(type)>", with: id.description) }
    let draft =
      #"{"type":"\#(type)","stream":"\#(stream)","basis":"document","assertedBy":{"party":"committee-a"},"data":\#(text)\#(extra)}"#
    let proposal = try Proposal(draft: Array(draft.utf8), id: EventID(high: 9, low: 9), recordedBy: "officer")
    return book.findings(proposal.statement, in: proposal.stream).map(\.code)
  }

  /// stream, type, data, the rule that refuses it (nil = accepted)
  static let cases: [(String, String, String, RuleFinding.Code?)] = [
    ("agreement/deal-a", "PaymentMade", #"{"promise":"share-a","to":"practice-a","money":{"low":1,"high":1}}"#, nil),
    ("agreement/deal-a", "PaymentMade", #"{"promise":"other","to":"practice-a","money":{"low":1}}"#, .unknownPromise),
    ("agreement/none", "PaymentMade", #"{"promise":"share-a","to":"practice-a","money":{"low":1}}"#, .unknownAgreement),
    ("agreement/deal-a", "PaymentMade", #"{"promise":"share-a","to":"body-a","money":{"low":1}}"#, .creditorOutside),
    ("party/body-a", "PaymentMade", #"{"promise":"share-a","to":"practice-a","money":{"low":1}}"#, .wrongStream),
    (
      "agreement/deal-b", "AgreementMade",
      #"{"title":"x","debtor":"nobody","creditors":[],"form":"oral","contractStatus":"nhs"}"#, .unknownParty
    ),
    (
      "agreement/deal-a", "AgreementMade",
      #"{"title":"x","debtor":"body-a","creditors":[],"form":"oral","contractStatus":"nhs"}"#, .registeredTwice
    ),
    ("party/body-a", "PartyRegistered", #"{"kind":"other","identity":"named"}"#, .registeredTwice),
    ("party/group-a", "MemberNamed", #"{"member":"practice-a"}"#, .memberTwice),
    ("party/body-a", "MemberNamed", #"{"member":"practice-a"}"#, .noGroup),
    (
      "agreement/deal-a", "PaymentPromised", #"{"promise":"share-a","to":"group-a","money":{"low":1}}"#,
      .accountWithoutLabel
    ),
    (
      "agreement/deal-a", "PaymentPromised", #"{"promise":"share-a","to":"body-a","account":"x","money":{"low":1}}"#,
      .accountOfStranger
    ),
    (
      "agreement/deal-a", "PaymentPromised",
      #"{"promise":"share-a","to":"practice-a","account":"x","money":{"low":1}}"#, nil
    ),
    (
      "agreement/deal-a", "PaymentPromised", #"{"promise":"new","to":"group-a","money":{"low":1,"per":"year"}}"#,
      .perYear
    ),
    (
      "agreement/deal-a", "SavingReported",
      #"{"saving":"saving-a","by":"practice-a","money":{"low":1},"period":"2010","measure":"net"}"#, .savingByAnother
    ),
    (
      "agreement/deal-a", "SavingRevised", #"{"saving":"none","money":{"low":1},"agreed":"no","byParty":"body-a"}"#,
      .unknownSaving
    ),
    (
      "agreement/deal-a", "SetOffApplied",
      #"{"promise":"share-a","to":"group-a","money":{"low":1,"high":5},"accepted":6}"#, .acceptedAboveClaimed
    ),
    (
      "agreement/deal-a", "ConditionOutcome",
      #"{"promise":"share-a","condition":"c","outcome":"met","byParty":"body-a"}"#, .unknownCondition
    ),
    ("agreement/deal-a", "DisputeStepTaken", #"{"dispute":"none","step":"x"}"#, .unknownDispute),
    ("agreement/deal-a", "InformationAnswered", #"{"request":"none","outcome":"given"}"#, .unknownRequest),
    (
      "agreement/deal-a", "Corroborated", #"{"target":"018f3c1e-0000-7c3d-9e2f-0123456789ab","agrees":"yes"}"#,
      .unknownTarget
    ),
    ("agreement/deal-a", "Corroborated", #"{"target":"<PartyRegistered>","agrees":"yes"}"#, .targetElsewhere),
    (
      "agreement/deal-a", "EntryCorrected", #"{"target":"<EntryCorrected>","set":{"note":"x"},"why":"x"}"#,
      .targetIsCorrection
    ),
    (
      "agreement/deal-a", "EntryCorrected",
      #"{"target":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab","set":{"note":"x"},"why":"x"}"#, .correctionStale
    ),
    (
      "agreement/deal-a", "EntryCorrected", #"{"target":"<PaymentMade>","set":{"data":{"promise":"q"}},"why":"x"}"#,
      .correctionBreaksEvent
    ),
    ("agreement/deal-a", "EntryRetracted", #"{"target":"<AgreementMade>","why":"x"}"#, .othersDepend),
    ("agreement/deal-a", "EntryRetracted", #"{"target":"<PaymentMade>","why":"x"}"#, nil),
    ("agreement/deal-a", "EntryRetracted", #"{"target":"<CorrespondenceLogged>","why":"x"}"#, .retractedAlready),
    ("agreement/deal-a", "EntryRetracted", #"{"target":"<EntryRetracted>","why":"x"}"#, nil),
    ("log", "LogOpened", #"{"origin":"x","name":"y"}"#, .logOpenedAgain),
  ]

  @Test("Each rule by its name", arguments: cases)
  func rule(stream: String, type: String, data: String, code: RuleFinding.Code?) throws {
    let codes = try findings(stream, type, data)
    if let code {
      #expect(codes.contains(code), "\(type) \(data): \(codes)")
    } else {
      #expect(codes.isEmpty, "\(codes)")
    }
  }

  @Test("In one append a party may come after its members, if it is a group")
  func membersOfAnnounced() throws {
    let (book, _) = try given()
    for (kind, code) in [("group", nil), ("practice", RuleFinding.Code.noGroup)] {
      let proposals = try [
        #"{"type":"MemberNamed","stream":"party/new","basis":"document","assertedBy":{"party":"committee-a"},"data":{"member":"practice-a"}}"#,
        #"{"type":"PartyRegistered","stream":"party/new","basis":"document","assertedBy":{"party":"committee-a"},"data":{"kind":"\#(kind)","identity":"unnamed"}}"#,
      ].enumerated().map { index, draft in
        try Proposal(draft: Array(draft.utf8), id: EventID(high: 9, low: UInt64(index)), recordedBy: "officer")
      }
      switch book.decide(proposals) {
      case .accepted: #expect(code == nil, "\(kind)")
      case .refused(let refused):
        #expect(refused.mapValues { $0.map(\.code) } == [0: [.noGroup]] && code == .noGroup, "\(kind)")
      }
    }
  }

  @Test("Every rule has a case")
  func complete() {
    let codes = Set(Self.cases.compactMap(\.3)).union(DecisionTests.corrections.compactMap(\.2))
    // Two have tests of their own: how an event comes in is not about what stands in the log, and what is taken back is
    // about sums (`DecisionTests`).
    #expect(codes.union([.ownCommand, .abovePaid]) == Set(RuleFinding.Code.allCases))
  }

  @Test("What tells of a deed is written by the command that does it; everything else may be recorded by itself")
  func deeds() throws {
    for (index, (type, stream, data)) in Examples.data.enumerated() {
      let place = #""type":"\#(type)","stream":"\#(stream)","basis":"told","assertedBy":{"party":"a"}"#
      let draft = #"{\#(place),"data":\#(data)}"#
      let proposal = try Proposal(
        draft: Array(draft.utf8), id: EventID(high: 9, low: UInt64(index)), recordedBy: "officer")
      let commands = [
        "KeyRotated": "tracker key rotate", "PrivateErased": "tracker erase", "EntryErased": "tracker erase",
        "Acknowledged": "tracker acknowledge add",
      ]
      let finding = RuleFinding.ownCommand(of: proposal.statement.body)
      #expect(finding?.code == (commands[type] == nil ? nil : .ownCommand), "\(type)")
      #expect(finding?.next == commands[type].map { "Use:  \($0)" }, "\(type)")
    }
  }

  @Test("A payment above the ceiling is asked about, and recorded with its reason")
  func ceiling() throws {
    var (book, _) = try given()
    func run(_ draft: String) throws -> [RuleFinding.Code] {
      let proposal = try Proposal(draft: Array(draft.utf8), id: EventID(high: 9, low: 9), recordedBy: "officer")
      let codes = book.findings(proposal.statement, in: proposal.stream).map(\.code)
      book.apply(proposal.statement, id: proposal.id, in: proposal.stream)
      return codes
    }
    let promise =
      #"{"type":"PaymentPromised","stream":"agreement/deal-a","basis":"told","assertedBy":{"party":"body-a"},"data":{"promise":"small","to":"practice-a","money":{"low":0,"high":500}}}"#
    let payment =
      #"{"type":"PaymentMade","stream":"agreement/deal-a","basis":"told","assertedBy":{"party":"body-a"},"data":{"promise":"small","to":"practice-a","money":{"low":501,"high":501}}NOTE}"#
    #expect(try run(promise).isEmpty)
    #expect(try run(payment.replacing("NOTE", with: "")) == [.aboveCeiling])
    #expect(try run(payment.replacing("NOTE", with: #","note":"with interest""#)).isEmpty)
  }

  @Test("An unknown exhibit is refused, and so is a member that no draft has")
  func drafts() throws {
    let exhibit = try findings(
      "agreement/deal-a", "CostIncurred", #"{"by":"practice-a","money":{"low":1},"what":"x"}"#,
      extra: #","sources":[{"exhibit":"none"}]"#)
    #expect(exhibit == [.unknownExhibit])
    /// draft, the path of the fault
    let refused = [
      (#"{"type":"Nothing","stream":"log","basis":"told","assertedBy":{"party":"a"},"data":{}}"#, "type"),
      (#"{"type":"CostIncurred","stream":"nowhere/x","basis":"told","assertedBy":{"party":"a"},"data":{}}"#, "stream"),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","salt":"x","basis":"told","assertedBy":{"party":"a"},"data":{}}"#,
        "salt"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","bases":"x","basis":"told","assertedBy":{"party":"a"},"data":{}}"#,
        "bases"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"data":{"who":"x"}}"#,
        "data.who"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"data":{"by":"a","money":{"low":1,"hihg":2},"what":""}}"#,
        "data.money.hihg"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"sources":[{"locator":"1"},{"loctor":"1"}],"data":{"by":"a","money":{"low":1},"what":""}}"#,
        "sources[1].loctor"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"sources":[{},{"locator":1}],"data":{"by":"a","money":{"low":1},"what":""}}"#,
        "sources[1].locator"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"data":{"by":"a","money":{"high":1},"what":""}}"#,
        "data.money.low"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"guess","assertedBy":{"party":"a"},"data":{}}"#, "basis"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"A"},"data":{}}"#,
        "assertedBy.party"
      ),
      (
        #"{"type":"CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"data":{"by":"a","money":{"low":-1},"what":""}}"#,
        "data.money.low"
      ),
    ]
    for (draft, path) in refused {
      let fault = #expect(throws: JSONFault.self) {
        try Proposal(draft: Array(draft.utf8), id: EventID(high: 9, low: 9), recordedBy: "officer")
      }
      #expect(fault?.path == path, "\(draft): \(String(describing: fault))")
    }
    // What says nothing may stand: nothing is lost.
    let plain =
      #"{ "type" : "CostIncurred","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"sources":[],"data":{"by":"a","money":{"low":1,"about":false,"per":"total"},"what":"\u00a3"}}"#
    let proposal = try Proposal(draft: Array(plain.utf8), id: EventID(high: 9, low: 9), recordedBy: "officer")
    #expect(proposal.statement.visibility == .committee && proposal.statement.sources.isEmpty)
  }

  @Test("A fault of a draft points at its own place, among others of the same name")
  func columns() throws {
    let draft =
      #"{"sources":[{"quote":"£"},{"quote":7}],"type":"AdviceGiven","stream":"agreement/x","basis":"told","assertedBy":{"party":"a"},"data":{"to":[],"advice":"x"}}"#
    let fault = #expect(throws: JSONFault.self) {
      try Proposal(draft: Array(draft.utf8), id: EventID(high: 9, low: 9), recordedBy: "officer")
    }
    #expect(fault?.path == "sources[1].quote")
    #expect(fault?.column(in: Array(draft.utf8)) == 36)
  }
}
