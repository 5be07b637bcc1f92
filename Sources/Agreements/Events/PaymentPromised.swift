public import CanonicalJSON

/// Money was promised. Every event of one promise key is an account of it: what one source says that was promised.
public struct PaymentPromised: EventData {
  /// What was promised: a sum, a share of what is saved, or the greater of several sums.
  public enum Terms: Hashable, Sendable {
    case money(Money)
    case share(Share)
    case greaterOf([Money])
  }

  /// A part of the saving.
  public struct Share: Hashable, Sendable {
    /// Hundredths of a percent: 70 % = 7000.
    public var percentHundredths: Int64
    /// Pence; nil = no cap.
    public var cap: Int64?
    /// Of each practice's own saving, with a cap each.
    public var isEach: Bool

    public init(percentHundredths: Int64, cap: Int64? = nil, isEach: Bool = false) {
      self.percentHundredths = percentHundredths
      self.cap = cap
      self.isEach = isEach
    }

    init(_ view: JSONView) throws(JSONFault) {
      var reader = try FieldReader(view)
      cap = try reader.optionalCount("cap", in: 0...Money.limit)
      let of = try reader.text("of")
      let per = try reader.optionalText("per")
      percentHundredths = try reader.count("percentHundredths", in: 0...1_000_000)
      guard of == "saving" else { throw reader.fault(.badValue, "a share is “of” a “saving”") }
      guard per == nil || per == "each" else { throw reader.fault(.badValue, "“per” of a share is “each” or absent") }
      isEach = per != nil
    }

    public var json: JSONValue {
      var object = JSONObject()
      object["cap"] = cap.json
      object["of"] = "saving"
      object["per"] = isEach ? "each" : nil
      object["percentHundredths"] = percentHundredths.json
      return .object(object)
    }
  }

  /// Something that has to come about before the money is owed.
  public struct Condition: Hashable, Sendable {
    public var condition: ConditionKey
    public var text: String
    public var measure: String?
    public var threshold: String?

    public init(condition: ConditionKey, text: String, measure: String? = nil, threshold: String? = nil) {
      self.condition = condition
      self.text = text
      self.measure = measure
      self.threshold = threshold
    }

    init(_ view: JSONView) throws(JSONFault) {
      var reader = try FieldReader(view)
      condition = try reader.key("condition")
      measure = try reader.optionalText("measure")
      text = try reader.text("text")
      threshold = try reader.optionalText("threshold")
    }

    var json: JSONValue {
      var object = JSONObject()
      object["condition"] = condition.json
      object["measure"] = measure.json
      object["text"] = text.json
      object["threshold"] = threshold.json
      return .object(object)
    }
  }

  public var promise: PromiseKey
  /// To whom: a practice or a group; in a rival account perhaps a member of the group.
  public var to: PartyKey
  public var terms: Terms
  public var conditions: [Condition]
  public var due: ImpreciseDate?
  public var purpose: String?
  /// The label of a rival account of the same promise.
  public var account: String?

  public static let type = "PaymentPromised"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "Money was promised, in the account of one source."
  public static let fields: [Field] = [
    Field("promise", .key("promise"), "which promise"),
    Field("to", .key("party"), "to whom"),
    .optional("money", .money, "the sum; exactly one of money, share and greaterOf stands"),
    .optional("share", .shape("share"), "a percentage of the saving, with or without a cap"),
    .optional("greaterOf", .list(.money), "the greater of these sums"),
    .optional("conditions", .shape("conditions"), "what has to come about first"),
    .optional("due", .date, "when it is to be paid"),
    .optional("purpose", .text, "what the money is for"),
    .optional("account", .text, "the label of a rival account of the same promise"),
  ]

  public init(
    promise: PromiseKey, to: PartyKey, terms: Terms, conditions: [Condition] = [], due: ImpreciseDate? = nil,
    purpose: String? = nil, account: String? = nil
  ) {
    self.promise = promise
    self.to = to
    self.terms = terms
    self.conditions = conditions
    self.due = due
    self.purpose = purpose
    self.account = account
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    account = try data.optionalText("account")
    conditions = []
    for view in try data.optionalElements("conditions") ?? [] { conditions.append(try Condition(view)) }
    due = try data.optionalDate("due")
    let greaterOf = try data.optionalElements("greaterOf")
    let money = try data.optionalMoney("money")
    promise = try data.key("promise")
    purpose = try data.optionalText("purpose")
    let share = try data.optionalView("share")
    to = try data.key("to")
    switch (money, share, greaterOf) {
    case (let money?, nil, nil): terms = .money(money)
    case (nil, let share?, nil): terms = .share(try Share(share))
    case (nil, nil, let views?):
      var sums: [Money] = []
      for view in views { sums.append(try Money(view)) }
      guard !sums.isEmpty else { throw data.fault(.badValue, "“greaterOf” names no sum") }
      terms = .greaterOf(sums)
    case (nil, nil, nil):
      throw data.fault(.missingMember, "one of “money”, “share” and “greaterOf” must say what was promised")
    default: throw data.fault(.badValue, "only one of “money”, “share” and “greaterOf” may stand")
    }
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["account"] = account.json
    if !conditions.isEmpty { object["conditions"] = .array(conditions.map(\.json)) }
    object["due"] = due?.json
    switch terms {
    case .money(let money): object["money"] = money.json
    case .share(let share): object["share"] = share.json
    case .greaterOf(let sums): object["greaterOf"] = .array(sums.map(\.json))
    }
    object["promise"] = promise.json
    object["purpose"] = purpose.json
    object["to"] = to.json
    return object
  }
}
