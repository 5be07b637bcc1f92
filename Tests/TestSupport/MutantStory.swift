import Agreements
import CanonicalJSON

// What the mutation run mutates: one story in which every type of event that a draft can have is told, so that a value
// taken from another line fits somewhere.

extension MutantRun {
  /// The id of the n-th line of the story, and of lines that a mutation adds.
  static func id(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "018f3c1e-7b5a-7c3d-9e2f-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// Ids that the examples of the catalogue name.
  private static let withdrawal = "018f3c1e-7b5a-7c3d-9e2f-0123456789ab"
  private static let suspension = "018f3c1e-7b5a-7c3d-9e2f-0123456789ac"
  private static let registration = "018f3c1e-7b5a-7c3d-9e2f-0123456789ad"

  /// The drafts of the story, each in canonical form.
  static let story: [JSONValue] = {
    var lines: [JSONValue] = []
    func add(_ type: String, _ stream: String, _ data: String, id: String? = nil, note: String? = nil) {
      let month = lines.count % 12 + 1
      var line = JSONObject([
        "assertedBy": ["party": .string(lines.count.isMultiple(of: 3) ? "committee-a" : "body-a")],
        "basis": "document",
        "data": (try? JSONValue(relaxed: Array(data.utf8))) ?? .null,
        "id": .string(id ?? Self.id(lines.count)),
        "stream": .string(stream),
        "type": .string(type),
        "visibility": .string(lines.count.isMultiple(of: 5) ? "practice:practice-a,practice-b" : "committee"),
        "when": ["edtf": .string(month < 10 ? "2010-0\(month)" : "2010-\(month)")],
      ])
      if lines.count.isMultiple(of: 2), type != "PartyRegistered" {
        line["sources"] = [["exhibit": "exhibit-a", "locator": "page 3", "quote": "as “agreed”"]]
      }
      if let note { line["note"] = .string(note) }
      if id == registration { line["private"] = ["contact": "a name"] }
      lines.append(.object(line))
    }

    add("PartyRegistered", "party/body-a", #"{"identity":"named","kind":"commissioner","name":"A body"}"#)
    add("PartyRegistered", "party/body-b", #"{"identity":"named","kind":"commissioner","name":"B body"}"#)
    add("PartyRegistered", "party/body-c", #"{"identity":"named","kind":"authority","name":"C body"}"#)
    add("PartyRegistered", "party/practice-a", #"{"identity":"withheld","kind":"practice"}"#, id: registration)
    add("PartyRegistered", "party/practice-b", #"{"identity":"named","kind":"practice","name":"B practice"}"#)
    add("ExhibitFiled", "exhibit/exhibit-a", #"{"author":"body-a","exhibit":"1","kind":"letter","title":"Letter"}"#)
    let ownPlace: [String: String] = ["InformationAnswered": "agreement/deal-a", "ExhibitFiled": "exhibit/exhibit-b"]
    let toldLater: Set = ["AgreementVaried", "CorrespondenceLogged", "PartySucceeded", "PositionStated"]
    for (type, stream, data) in Examples.data {
      switch type {
      // No draft can have these: they come of what is done at the same moment.
      case "LogOpened", "KeyRotated", "PrivateErased", "EntryErased", "Acknowledged": break
      case "ReductionPlanned":
        add(type, stream, data)
        add("ReductionPlanned", "plan/plan-b", #"{"money":{"low":1},"planner":"body-a","scope":"referrals"}"#)
      case "PromiseWithdrawn": add(type, stream, data, id: withdrawal)
      case "PromiseSuspended": add(type, stream, data, id: suspension)
      case "EntryCorrected":
        add(
          type, stream,
          #"{"set":{"when":{"edtf":"2010-09-15"}},"target":"\#(withdrawal)","why":"the minute gives the day"}"#)
      case "EntryRetracted": add(type, stream, #"{"target":"\#(suspension)","why":"recorded twice"}"#)
      // Here they would stand before what they name.
      case let type where toldLater.contains(type): break
      default: add(type, ownPlace[type] ?? stream, data)
      }
    }
    for (type, stream, data) in Examples.data
    where toldLater.contains(type) {
      add(type, stream, data)
    }
    add(
      "AgreementMade", "agreement/deal-b",
      #"{"contractStatus":"unknown","creditors":["practice-b"],"debtor":"body-b","form":"email","title":"B"}"#)
    add(
      "PaymentPromised", "agreement/deal-b",
      #"{"money":{"high":500000,"low":500000},"promise":"fee","to":"practice-b"}"#)
    add(
      "PaymentPromised", "agreement/deal-b",
      #"{"account":"the press","money":{"high":600000,"low":600000},"promise":"fee","to":"practice-b"}"#)
    add("PaymentMade", "agreement/deal-b", #"{"money":{"high":1,"low":1},"promise":"fee","to":"practice-b"}"#)
    add(
      "PaymentMade", "agreement/deal-b", #"{"money":{"high":700000,"low":700000},"promise":"fee","to":"practice-b"}"#,
      note: "with interest")
    add(
      "InformationRequested", "plan/plan-a", #"{"law":"foi","request":"request-b","to":"body-a","what":"the paper"}"#)
    add("InformationAnswered", "plan/plan-a", #"{"outcome":"refused","request":"request-b"}"#)
    return lines
  }()
}
