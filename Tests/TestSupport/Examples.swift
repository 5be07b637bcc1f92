import Agreements
import CanonicalJSON
internal import TransparencyLog

/// One example of every type of event, with every field used: the golden lines of the catalogue.
///
/// The keys are made up and neutral. A field that a type gets is added here in the same change, or the tests fail.
package enum Examples {
  /// type → stream, data
  package static let data: [(type: String, stream: String, data: String)] = [
    (
      "PartyRegistered", "party/group-a",
      #"{"count":10,"identity":"unnamed","kind":"group","name":"Ten practices","ods":"X0000"}"#
    ),
    (
      "PartySucceeded", "party/body-a",
      #"{"instrument":"transfer scheme","kind":"abolition","to":["body-b","body-c"]}"#
    ),
    ("MemberNamed", "party/group-a", #"{"member":"practice-a"}"#),
    ("SameParty", "party/body-a", #"{"log":"tracker/other","ods":"X0001","party":"body-x"}"#),
    (
      "AgreementMade", "agreement/deal-a",
      #"{"contractStatus":"non-nhs","creditors":["group-a"],"debtor":"body-a","form":"letter","others":["committee-a"],"purpose":"patient care","scheme":"gain share","term":"2009-04-01/2010-03-31","title":"Gain share"}"#
    ),
    (
      "AgreementVaried", "agreement/deal-a",
      #"{"consent":"disputed","for":"practice-a","promises":[{"money":{"high":4500000,"low":4500000},"promise":"share-a"}],"terms":"a lower sum"}"#
    ),
    (
      "PaymentPromised", "agreement/deal-a",
      #"{"account":"letter","conditions":[{"condition":"target-a","measure":"attendances","text":"attendances fall","threshold":"5 %"}],"due":"2010-09-30","promise":"share-a","purpose":"patient care","share":{"cap":10000000,"of":"saving","per":"each","percentHundredths":7000},"to":"group-a"}"#
    ),
    ("DueDateSet", "agreement/deal-a", #"{"due":"2010-12","for":"practice-a","promise":"share-a"}"#),
    (
      "ConditionOutcome", "agreement/deal-a",
      #"{"byParty":"body-a","condition":"target-a","figure":"3.2 %","for":"practice-a","outcome":"failed","promise":"share-a","settled":"agreed"}"#
    ),
    (
      "SavingReported", "agreement/deal-a",
      #"{"by":"group-a","measure":"net","money":{"about":true,"high":350000000,"low":350000000,"words":"about £3.5m"},"period":"2009-04-01/2010-03-31","promise":"share-a","saving":"saving-a"}"#
    ),
    (
      "SavingRevised", "agreement/deal-a",
      #"{"agreed":"no","byParty":"body-a","money":{"high":210000000,"low":210000000},"saving":"saving-a"}"#
    ),
    (
      "PaymentMade", "agreement/deal-a",
      #"{"for":"practice-a","money":{"high":2000000,"low":2000000,"per":"each"},"promise":"share-a","reference":"BACS 1","to":"group-a"}"#
    ),
    (
      "PaymentReclaimed", "agreement/deal-a",
      #"{"agreed":"no","for":"practice-a","money":{"high":500000,"low":500000},"promise":"share-a","reason":"overpaid","to":"group-a"}"#
    ),
    (
      "SetOffApplied", "agreement/deal-a",
      #"{"accepted":800000,"for":"practice-a","money":{"high":1800000,"low":1800000},"promise":"share-a","reason":"rent","setOff":"rent-a","to":"group-a"}"#
    ),
    (
      "PromiseWithdrawn", "agreement/deal-a",
      #"{"consent":"no","decidedBy":"the board","for":"practice-a","money":{"high":600000,"low":600000},"notified":"unknown","promise":"share-a","reason":"the deficit","scope":"part"}"#
    ),
    (
      "PromiseSuspended", "agreement/deal-a",
      #"{"for":"practice-a","promise":"share-a","reason":"review","until":"2011-03-31"}"#
    ),
    (
      "PromiseReinstated", "agreement/deal-a",
      #"{"consent":"yes","for":"practice-a","money":{"high":2500000,"low":2500000},"promise":"share-a"}"#
    ),
    (
      "ObligationTransferred", "agreement/deal-a",
      #"{"for":"practice-a","from":"body-a","instrument":"transfer scheme","money":{"high":100,"low":100},"promise":"share-a","to":"body-b"}"#
    ),
    (
      "PerformanceRecorded", "agreement/deal-a",
      #"{"by":"practice-a","complete":"part","earned":{"high":300000,"low":300000},"period":"2009-04/2009-09","promise":"share-a","what":"reviews done"}"#
    ),
    (
      "CostIncurred", "agreement/deal-a",
      #"{"by":"practice-a","money":{"high":230000,"low":230000},"what":"a nurse"}"#
    ),
    (
      "CorrespondenceLogged", "agreement/deal-a",
      #"{"count":{"high":5,"low":2},"from":"committee-a","gist":"asks when it will be paid","medium":"letter","replyTo":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab","to":["body-a"]}"#
    ),
    (
      "PositionStated", "agreement/deal-a",
      #"{"admits":["018f3c1e-7b5a-7c3d-9e2f-0123456789ab"],"denies":["018f3c1e-7b5a-7c3d-9e2f-0123456789ac"],"proposition":"the board decided"}"#
    ),
    (
      "BalanceStated", "agreement/deal-a",
      #"{"asOf":"2011-03-31","outstanding":{"high":4300000,"low":4300000},"promise":"share-a","to":"practice-a"}"#
    ),
    (
      "DisputeRaised", "agreement/deal-a",
      #"{"claimant":"practice-a","dispute":"dispute-a","money":{"low":4300000},"route":"nhs-dispute-resolution"}"#
    ),
    (
      "DisputeStepTaken", "agreement/deal-a",
      #"{"dispute":"dispute-a","outcome":"refused","step":"letter before action"}"#
    ),
    (
      "DisputeConcluded", "agreement/deal-a",
      #"{"dispute":"dispute-a","for":"practice-a","interest":{"high":499999,"low":0},"money":{"high":1801700,"low":1801700},"outcome":"determined","promise":"share-a"}"#
    ),
    ("AdviceGiven", "agreement/deal-a", #"{"advice":"decide each for yourselves","to":["group-a"]}"#),
    ("ChoiceMade", "agreement/deal-a", #"{"by":"practice-a","choice":"accept-loss","dispute":"dispute-a"}"#),
    (
      "ExhibitFiled", "exhibit/exhibit-a",
      #"{"author":"body-a","bytes":1024,"exhibit":"Exhibit 1","kind":"letter","made":"2010-09","mediaType":"application/pdf","obtainedFrom":"the practice","obtainedOn":"2011-01-05","pages":2,"redactions":"none","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","title":"Letter"}"#
    ),
    (
      "InformationRequested", "agreement/deal-a",
      #"{"law":"foi","request":"request-a","to":"body-a","what":"board papers"}"#
    ),
    ("InformationAnswered", "plan/plan-a", #"{"outcome":"part","request":"request-a","text":"one page of nine"}"#),
    (
      "ReductionPlanned", "plan/plan-a",
      #"{"conditionalOn":"approval","method":"benchmarking","money":{"high":3700000000,"low":3400000000},"overlapsWith":["plan-b"],"period":"2010/2011","planner":"body-a","practices":11,"scope":"primary care contracts"}"#
    ),
    ("Corroborated", "agreement/deal-a", #"{"agrees":"yes","target":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab"}"#),
    (
      "EntryCorrected", "agreement/deal-a",
      #"{"replaces":"018f3c1e-7b5a-7c3d-9e2f-0123456789ac","set":{"note":null,"when":{"edtf":"2010-09-15"}},"setVersion":1,"target":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab","why":"the minute gives the day"}"#
    ),
    (
      "EntryRetracted", "agreement/deal-a", #"{"target":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab","why":"recorded twice"}"#
    ),
    (
      "PrivateErased", "party/practice-a",
      #"{"bytes":true,"legalBasis":"UK GDPR Art 17","names":["contact"],"target":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab","why":"asked for"}"#
    ),
    (
      "EntryErased", "log",
      #"{"entry":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","legalBasis":"court order","position":7,"why":"ordered"}"#
    ),
    (
      "LogOpened", "log",
      #"{"continues":"example.org/old\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n","name":"An example","origin":"tracker/example","vkey":"example+00000000+AQ=="}"#
    ),
    ("KeyRotated", "log", #"{"new":"example+00000001+AQ==","old":"example+00000000+AQ==","reason":"yearly"}"#),
    (
      "Acknowledged", "log",
      #"{"by":"body-a","note":"signed note","targets":["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],"vkey":"body+00000000+AQ=="}"#
    ),
  ]

  /// A golden line, without its LF.
  package struct Golden: Sendable {
    package var type: String
    package var line: [UInt8]
    /// SHA-256 of the line.
    package var entry: [UInt8]
  }

  /// One line a type, in the order of the catalogue.
  package static let goldens: [Golden] = data.enumerated().map { index, example in
    let salt = LogDigest.sha256(Array(example.type.utf8)).prefix(16)
    let id = EventID.version7(
      milliseconds: 1_700_000_000_000 + Int64(index), random: Array(LogDigest.sha256(Array("id \(example.type)".utf8))))
    let data = (try? JSONValue(relaxed: Array(example.data.utf8))) ?? .null
    let line: JSONValue = [
      "assertedBy": ["party": "committee-a", "capacity": "chair"], "basis": "document", "data": data,
      "id": .string(id.description), "note": "an example", "previous": "",
      "private": ["contact": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
      "recordedAt": "2023-11-14T22:13:20.000Z", "recordedBy": "officer", "salt": .string(Base64.encode(salt)),
      "sources": [
        ["exhibit": "exhibit-a", "citation": "board paper 7", "locator": "page 3", "quote": "as “agreed”"]
      ],
      "stream": .string(example.stream), "streamVersion": 1, "type": .string(example.type), "v": 1,
      "visibility": "practice:practice-a,practice-b",
      "when": ["edtf": "2010-09", "words": "last September", "inference": "from the date of the article"],
    ]
    let bytes = line.canonicalBytes
    return Golden(type: example.type, line: bytes, entry: LogDigest.entry(of: bytes))
  }
}
