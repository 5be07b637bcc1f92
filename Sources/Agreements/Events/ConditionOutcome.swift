public import CanonicalJSON

/// Somebody says how a condition of a promise came out.
public struct ConditionOutcome: EventData {
  public enum Outcome: String, Sendable, CaseIterable {
    case met
    case failed
    case disputed
    case waived
    case prevented
  }

  public enum Settled: String, Sendable, CaseIterable {
    case agreed
    case determined
  }

  /// Which promise.
  public var promise: PromiseKey
  /// Which condition.
  public var condition: ConditionKey
  /// How it came out.
  public var outcome: Outcome
  /// The figure it was judged by.
  public var figure: String?
  /// Whose view it is.
  public var byParty: PartyKey
  /// Agreed or determined: what was stated before no longer counts.
  public var settled: Settled?
  /// The one creditor it concerns; absent: all.
  public var creditor: PartyKey?

  public static let type = "ConditionOutcome"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "Somebody says how a condition of a promise came out."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("condition", .key("condition"), "which condition"),
    Field("outcome", .choice(Outcome.allCases.map(\.rawValue)), "how it came out"),
    .optional("figure", .text, "the figure it was judged by"),
    Field("byParty", .key("party"), "whose view it is"),
    .optional(
      "settled", .choice(Settled.allCases.map(\.rawValue)),
      "agreed or determined: what was stated before no longer counts"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(
    promise: PromiseKey, condition: ConditionKey, outcome: Outcome, figure: String? = nil, byParty: PartyKey,
    settled: Settled? = nil, creditor: PartyKey? = nil
  ) {
    self.promise = promise
    self.condition = condition
    self.outcome = outcome
    self.figure = figure
    self.byParty = byParty
    self.settled = settled
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    byParty = try data.key("byParty")
    condition = try data.key("condition")
    figure = try data.optionalText("figure")
    creditor = try data.optionalKey("for")
    outcome = try data.choice("outcome")
    promise = try data.key("promise")
    settled = try data.optionalChoice("settled")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["byParty"] = byParty.json
    object["condition"] = condition.json
    object["figure"] = figure.json
    object["for"] = creditor.json
    object["outcome"] = outcome.json
    object["promise"] = promise.json
    object["settled"] = settled.json
    return object
  }
}
