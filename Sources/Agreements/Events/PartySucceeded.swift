public import CanonicalJSON

/// A body was abolished, merged, renamed or had its boundary changed, and others followed it.
public struct PartySucceeded: EventData {
  public enum Kind: String, Sendable, CaseIterable {
    case abolition
    case merger
    case rename
    case boundary
  }

  /// Who followed.
  public var to: [PartyKey]
  /// In what way.
  public var kind: Kind
  /// The order or scheme that says so.
  public var instrument: String?

  public static let type = "PartySucceeded"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.party]
  public static let meaning =
    "A body was abolished, merged, renamed or had its boundary changed, and others followed it."
  public static let fields: [Field] = [
    Field("to", .list(.key("party")), "who followed"),
    Field("kind", .choice(Kind.allCases.map(\.rawValue)), "in what way"),
    .optional("instrument", .text, "the order or scheme that says so"),
  ]

  public init(to: [PartyKey], kind: Kind, instrument: String? = nil) {
    self.to = to
    self.kind = kind
    self.instrument = instrument
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    instrument = try data.optionalText("instrument")
    kind = try data.choice("kind")
    to = try data.keys("to")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["instrument"] = instrument.json
    object["kind"] = kind.json
    object["to"] = to.json
    return object
  }
}
