public import CanonicalJSON

/// A deal was made between a commissioner and those that it promised something.
public struct AgreementMade: EventData {
  public enum Form: String, Sendable, CaseIterable {
    case contract
    case sla = "SLA"
    case mou = "MoU"
    case letter
    case minute
    case email
    case oral
    case unknown
  }

  public enum ContractStatus: String, Sendable, CaseIterable {
    case nhs
    case nonNHS = "non-nhs"
    case unknown
  }

  /// What people call it.
  public var title: String
  /// Who promised.
  public var debtor: PartyKey
  /// To whom.
  public var creditors: [PartyKey]
  /// Who else took part.
  public var others: [PartyKey]
  /// On what it stands.
  public var form: Form
  /// Whether it is an NHS contract: that decides the routes.
  public var contractStatus: ContractStatus
  /// The scheme it belongs to.
  public var scheme: String?
  /// What the money is for.
  public var purpose: String?
  /// How long it runs.
  public var term: ImpreciseDate?

  public static let type = "AgreementMade"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "A deal was made between a commissioner and those that it promised something."
  public static let fields: [Field] = [
    Field("title", .text, "what people call it"),
    Field("debtor", .key("party"), "who promised"),
    Field("creditors", .list(.key("party")), "to whom"),
    .optional("others", .list(.key("party")), "who else took part"),
    Field("form", .choice(Form.allCases.map(\.rawValue)), "on what it stands"),
    Field(
      "contractStatus", .choice(ContractStatus.allCases.map(\.rawValue)),
      "whether it is an NHS contract: that decides the routes"),
    .optional("scheme", .text, "the scheme it belongs to"),
    .optional("purpose", .text, "what the money is for"),
    .optional("term", .date, "how long it runs"),
  ]

  public init(
    title: String, debtor: PartyKey, creditors: [PartyKey], others: [PartyKey] = [], form: Form,
    contractStatus: ContractStatus, scheme: String? = nil, purpose: String? = nil, term: ImpreciseDate? = nil
  ) {
    self.title = title
    self.debtor = debtor
    self.creditors = creditors
    self.others = others
    self.form = form
    self.contractStatus = contractStatus
    self.scheme = scheme
    self.purpose = purpose
    self.term = term
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    contractStatus = try data.choice("contractStatus")
    creditors = try data.keys("creditors")
    debtor = try data.key("debtor")
    form = try data.choice("form")
    others = try data.optionalKeys("others") ?? []
    purpose = try data.optionalText("purpose")
    scheme = try data.optionalText("scheme")
    term = try data.optionalDate("term")
    title = try data.text("title")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["contractStatus"] = contractStatus.json
    object["creditors"] = creditors.json
    object["debtor"] = debtor.json
    object["form"] = form.json
    if !others.isEmpty { object["others"] = others.json }
    object["purpose"] = purpose.json
    object["scheme"] = scheme.json
    object["term"] = term?.json
    object["title"] = title.json
    return object
  }
}
