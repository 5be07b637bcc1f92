public import CanonicalJSON

/// A promise was put off without being taken back.
public struct PromiseSuspended: EventData {
  /// Which promise.
  public var promise: PromiseKey
  /// The reason that was given.
  public var reason: String?
  /// Until when.
  public var until: ImpreciseDate?
  /// The one creditor it concerns; absent: all.
  public var creditor: PartyKey?

  public static let type = "PromiseSuspended"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A promise was put off without being taken back."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    .optional("reason", .text, "the reason that was given"),
    .optional("until", .date, "until when"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(promise: PromiseKey, reason: String? = nil, until: ImpreciseDate? = nil, creditor: PartyKey? = nil) {
    self.promise = promise
    self.reason = reason
    self.until = until
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    creditor = try data.optionalKey("for")
    promise = try data.key("promise")
    reason = try data.optionalText("reason")
    until = try data.optionalDate("until")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["for"] = creditor.json
    object["promise"] = promise.json
    object["reason"] = reason.json
    object["until"] = until?.json
    return object
  }
}
