public import CanonicalJSON

/// A promise, or a part of it, was taken back by the side that made it.
public struct PromiseWithdrawn: EventData {
  public enum Scope: String, Sendable, CaseIterable {
    case whole, part, future
  }

  public var promise: PromiseKey
  public var scope: Scope
  public var money: Money?
  /// As the source names it: “the board”.
  public var decidedBy: String
  /// What stands there where nobody said who decided.
  public static let deciderNotSaid = "not said"
  public var reason: String?
  public var notified: Known?
  public var consent: Consent?
  public var creditor: PartyKey?

  public static let type = "PromiseWithdrawn"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A promise, or a part of it, was taken back by the side that made it."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("scope", .choice(Scope.allCases.map(\.rawValue)), "all of it, a part, or what was still to come"),
    .optional("money", .money, "how much was taken back, where only a part was"),
    Field("decidedBy", .text, "who decided, as the source names them"),
    .optional("reason", .text, "the reason that was given"),
    .optional("notified", .choice(Known.allCases.map(\.rawValue)), "whether the creditors were told"),
    .optional("consent", .choice(Consent.allCases.map(\.rawValue)), "whether the creditors agreed"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(
    promise: PromiseKey, scope: Scope, money: Money? = nil, decidedBy: String, reason: String? = nil,
    notified: Known? = nil, consent: Consent? = nil, creditor: PartyKey? = nil
  ) {
    self.promise = promise
    self.scope = scope
    self.money = money
    self.decidedBy = decidedBy
    self.reason = reason
    self.notified = notified
    self.consent = consent
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    consent = try data.optionalChoice("consent")
    decidedBy = try data.text("decidedBy")
    creditor = try data.optionalKey("for")
    money = try data.optionalMoney("money")
    notified = try data.optionalChoice("notified")
    promise = try data.key("promise")
    reason = try data.optionalText("reason")
    scope = try data.choice("scope")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["consent"] = consent.json
    object["decidedBy"] = decidedBy.json
    object["for"] = creditor.json
    object["money"] = money?.json
    object["notified"] = notified.json
    object["promise"] = promise.json
    object["reason"] = reason.json
    object["scope"] = scope.json
    return object
  }
}
