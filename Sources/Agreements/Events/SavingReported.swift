public import CanonicalJSON

/// A saving was reported.
public struct SavingReported: EventData {
  public enum Measure: String, Sendable, CaseIterable {
    case gross
    case net
    case unknown
  }

  /// Which saving, so that a revision can name it.
  public var saving: SavingKey
  /// The practice or group that saved.
  public var by: PartyKey
  /// How much was saved.
  public var money: Money
  /// In which period.
  public var period: ImpreciseDate
  /// Gross or net of costs.
  public var measure: Measure
  /// The promise it is for; absent: every promise of the agreement.
  public var promise: PromiseKey?

  public static let type = "SavingReported"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A saving was reported."
  public static let fields: [Field] = [
    Field("saving", .key("saving"), "which saving, so that a revision can name it"),
    Field("by", .key("party"), "the practice or group that saved"),
    Field("money", .money, "how much was saved"),
    Field("period", .date, "in which period"),
    Field("measure", .choice(Measure.allCases.map(\.rawValue)), "gross or net of costs"),
    .optional("promise", .key("promise"), "the promise it is for; absent: every promise of the agreement"),
  ]

  public init(
    saving: SavingKey, by: PartyKey, money: Money, period: ImpreciseDate, measure: Measure, promise: PromiseKey? = nil
  ) {
    self.saving = saving
    self.by = by
    self.money = money
    self.period = period
    self.measure = measure
    self.promise = promise
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    by = try data.key("by")
    measure = try data.choice("measure")
    money = try data.money("money")
    period = try data.date("period")
    promise = try data.optionalKey("promise")
    saving = try data.key("saving")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["by"] = by.json
    object["measure"] = measure.json
    object["money"] = money.json
    object["period"] = period.json
    object["promise"] = promise.json
    object["saving"] = saving.json
    return object
  }
}
