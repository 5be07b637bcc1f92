public import CanonicalJSON

/// A day was set on which a promise is to be paid.
public struct DueDateSet: EventData {
  /// Which promise.
  public var promise: PromiseKey
  /// When it is to be paid.
  public var due: ImpreciseDate
  /// The one creditor it concerns; absent: all.
  public var creditor: PartyKey?

  public static let type = "DueDateSet"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A day was set on which a promise is to be paid."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("due", .date, "when it is to be paid"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(promise: PromiseKey, due: ImpreciseDate, creditor: PartyKey? = nil) {
    self.promise = promise
    self.due = due
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    due = try data.date("due")
    creditor = try data.optionalKey("for")
    promise = try data.key("promise")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["due"] = due.json
    object["for"] = creditor.json
    object["promise"] = promise.json
    return object
  }
}
