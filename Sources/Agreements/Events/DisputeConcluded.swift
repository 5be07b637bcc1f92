public import CanonicalJSON

/// A dispute came to an end.
public struct DisputeConcluded: EventData {
  public enum Outcome: String, Sendable, CaseIterable {
    case determined
    case settled
    case rejected
    case exhausted
    case withdrawn
  }

  /// Which dispute.
  public var dispute: DisputeKey
  /// How it ended.
  public var outcome: Outcome
  /// The sum determined or settled.
  public var money: Money?
  /// Interest awarded beside it.
  public var interest: Money?
  /// The promise whose terms the sum is from then on.
  public var promise: PromiseKey?
  /// The one creditor it concerns; absent: all.
  public var creditor: PartyKey?

  public static let type = "DisputeConcluded"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A dispute came to an end."
  public static let fields: [Field] = [
    Field("dispute", .key("dispute"), "which dispute"),
    Field("outcome", .choice(Outcome.allCases.map(\.rawValue)), "how it ended"),
    .optional("money", .money, "the sum determined or settled"),
    .optional("interest", .money, "interest awarded beside it"),
    .optional("promise", .key("promise"), "the promise whose terms the sum is from then on"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(
    dispute: DisputeKey, outcome: Outcome, money: Money? = nil, interest: Money? = nil, promise: PromiseKey? = nil,
    creditor: PartyKey? = nil
  ) {
    self.dispute = dispute
    self.outcome = outcome
    self.money = money
    self.interest = interest
    self.promise = promise
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    dispute = try data.key("dispute")
    creditor = try data.optionalKey("for")
    interest = try data.optionalMoney("interest")
    money = try data.optionalMoney("money")
    outcome = try data.choice("outcome")
    promise = try data.optionalKey("promise")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["dispute"] = dispute.json
    object["for"] = creditor.json
    object["interest"] = interest?.json
    object["money"] = money?.json
    object["outcome"] = outcome.json
    object["promise"] = promise.json
    return object
  }
}
