public import CanonicalJSON

/// A further source for something already recorded; it is never counted twice.
public struct Corroborated: EventData {
  public enum Agreement: String, Sendable, CaseIterable {
    case yes
    case part
    case no
  }

  /// Which event.
  public var target: EventID
  /// Whether it says the same.
  public var agrees: Agreement

  public static let type = "Corroborated"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement, .party, .plan, .exhibit, .log]
  public static let meaning = "A further source for something already recorded; it is never counted twice."
  public static let fields: [Field] = [
    Field("target", .eventID, "which event"),
    Field("agrees", .choice(Agreement.allCases.map(\.rawValue)), "whether it says the same"),
  ]

  public init(target: EventID, agrees: Agreement) {
    self.target = target
    self.agrees = agrees
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    agrees = try data.choice("agrees")
    target = try data.eventID("target")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["agrees"] = agrees.json
    object["target"] = target.json
    return object
  }
}
