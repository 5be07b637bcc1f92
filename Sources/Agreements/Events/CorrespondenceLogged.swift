public import CanonicalJSON

/// A letter, a call or a meeting, or a run of them.
public struct CorrespondenceLogged: EventData {
  public enum Medium: String, Sendable, CaseIterable {
    case letter, email, meeting, phone, other
  }

  /// How many there were, as far as is known.
  public struct Count: Hashable, Sendable {
    public var low: Int64
    public var high: Int64?

    public init(low: Int64, high: Int64? = nil) {
      self.low = low
      self.high = high
    }

    init(_ view: JSONView) throws(JSONFault) {
      var reader = try FieldReader(view)
      high = try reader.optionalCount("high")
      low = try reader.count("low", in: 0...1_000_000)
      if let high, high < low { throw reader.fault(.badValue, "“high” is below “low”") }
    }

    var json: JSONValue {
      var object = JSONObject()
      object["high"] = high.json
      object["low"] = low.json
      return .object(object)
    }
  }

  public var from: PartyKey
  public var to: [PartyKey]
  public var medium: Medium
  /// What it said, in short.
  public var gist: String
  public var count: Count?
  public var replyTo: EventID?

  public static let type = "CorrespondenceLogged"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A letter, a call or a meeting, or a run of them."
  public static let fields: [Field] = [
    Field("from", .key("party"), "who wrote or spoke"),
    Field("to", .list(.key("party")), "to whom"),
    Field("medium", .choice(Medium.allCases.map(\.rawValue)), "by what means"),
    Field("gist", .text, "what it said, in short"),
    .optional("count", .shape("count"), "how many there were"),
    .optional("replyTo", .eventID, "the event that it answers"),
  ]

  public init(
    from: PartyKey, to: [PartyKey], medium: Medium, gist: String, count: Count? = nil, replyTo: EventID? = nil
  ) {
    self.from = from
    self.to = to
    self.medium = medium
    self.gist = gist
    self.count = count
    self.replyTo = replyTo
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    if let view = try data.optionalView("count") { count = try Count(view) } else { count = nil }
    from = try data.key("from")
    gist = try data.text("gist")
    medium = try data.choice("medium")
    replyTo = try data.optionalEventID("replyTo")
    to = try data.keys("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["count"] = count?.json
    object["from"] = from.json
    object["gist"] = gist.json
    object["medium"] = medium.json
    object["replyTo"] = replyTo?.json
    object["to"] = to.json
    return object
  }
}
