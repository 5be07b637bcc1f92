public import CanonicalJSON

/// The terms of an agreement were changed, or one side says so.
public struct AgreementVaried: EventData {
  /// The new sum of one promise.
  public struct Change: Hashable, Sendable {
    public var promise: PromiseKey
    public var money: Money

    public init(promise: PromiseKey, money: Money) {
      self.promise = promise
      self.money = money
    }

    init(_ view: JSONView) throws(JSONFault) {
      var reader = try FieldReader(view)
      money = try reader.money("money")
      promise = try reader.key("promise")
    }

    var json: JSONValue {
      var object = JSONObject()
      object["money"] = money.json
      object["promise"] = promise.json
      return .object(object)
    }
  }

  /// The new terms in words.
  public var terms: String
  public var consent: Consent
  public var promises: [Change]
  public var creditor: PartyKey?

  public static let type = "AgreementVaried"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "The terms of an agreement were changed, or one side says so."
  public static let fields: [Field] = [
    Field("terms", .text, "the new terms in words"),
    Field("consent", .choice(Consent.allCases.map(\.rawValue)), "whether the creditors agreed"),
    .optional("promises", .shape("changes"), "the new sum of each promise that it touches"),
    .optional("for", .key("party"), "the one creditor it concerns; absent: all"),
  ]

  public init(terms: String, consent: Consent, promises: [Change] = [], creditor: PartyKey? = nil) {
    self.terms = terms
    self.consent = consent
    self.promises = promises
    self.creditor = creditor
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    consent = try data.choice("consent")
    creditor = try data.optionalKey("for")
    promises = []
    for view in try data.optionalElements("promises") ?? [] { promises.append(try Change(view)) }
    terms = try data.text("terms")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["consent"] = consent.json
    object["for"] = creditor.json
    if !promises.isEmpty { object["promises"] = .array(promises.map(\.json)) }
    object["terms"] = terms.json
    return object
  }
}
