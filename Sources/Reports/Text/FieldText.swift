public import Agreements
public import CanonicalJSON

// What stands in the fields of an event, and what a correction changes, in the words of an office.

extension Statement {
  /// What it says, by the names of its fields and members, as `tracker correct --set` takes them. What is absent is left out,
  /// but for the day.
  public func values(_ lexicon: Lexicon = Lexicon()) -> [(name: String, value: String)] {
    let members = members
    let data = members["data"]?.object ?? JSONObject()
    let fields = body.data.map { Swift.type(of: $0).fields } ?? []
    return fields.compactMap { field in data[field.name].map { (field.name, field.words($0, lexicon)) } }
      + Self.described.compactMap { name in words(of: name, members[name], lexicon).map { (name, $0) } }
      + source
  }

  /// Parts of a source that can be put right by themselves, by the names that they have in the log.
  public static let sourceParts = ["citation", "locator", "quote"]

  /// The parts of the one source; of several it would not be clear whose they are.
  private var source: [(name: String, value: String)] {
    guard sources.count == 1, let one = sources.first else { return [] }
    return zip(Self.sourceParts, [one.citation, one.locator, one.quote]).compactMap { name, value in
      value.map { (name, $0) }
    }
  }

  /// Is all that another form says of its sources among `changes`: the parts of one, from the same exhibit?
  func showsSource(of other: Statement) -> Bool {
    sources.count <= 1 && other.sources.count <= 1 && sources.first?.exhibit == other.sources.first?.exhibit
  }

  private static let described = ["when", "note", "basis", "assertedBy"]

  private func words(of name: String, _ value: JSONValue?, _ lexicon: Lexicon) -> String? {
    switch name {
    case "when": when?.date.description ?? "not known"
    case "assertedBy": lexicon.name(assertedBy.party)
    default: value?.string
    }
  }

  /// What is not the same in another form of this event: its name, here → there.
  func changes(to other: Statement, _ lexicon: Lexicon) -> [String] {
    let (old, new) = (values(lexicon), other.values(lexicon))
    let names = old.map(\.name) + new.map(\.name).filter { name in !old.contains { $0.name == name } }
    return names.compactMap { name in
      let (before, after) = (old.first { $0.name == name }?.value, new.first { $0.name == name }?.value)
      guard before != after else { return nil }
      let label = Field.label(name).lowercased()
      guard let before else { return "\(label) added: \(after ?? "")" }
      guard lexicon.isAccessible else { return "\(label) \(before) → \(after ?? "taken away")" }
      return "\(label) was \(before), \(after.map { "now \($0)" } ?? "taken away")"
    }
  }
}

extension Field {
  /// One value of this field.
  func words(_ value: JSONValue, _ lexicon: Lexicon) -> String { Self.words(kind, value, lexicon) }

  private static func words(_ kind: Kind, _ value: JSONValue, _ lexicon: Lexicon) -> String {
    switch (kind, value) {
    case (.money, _): Money(stated: value)?.description ?? "not known"
    case (.pence, .integer(let pence)): Amount.pounds(pence)
    case (.date, .string(let edtf)): ImpreciseDate(edtf: edtf)?.description ?? edtf
    case (.key("party"), .string(let key)): PartyKey(rawValue: key).map(lexicon.name) ?? key
    case (.eventID, .string(let id)): EventID(id).map(lexicon.event) ?? id
    case (.list(let kind), .array(let items)): Lexicon.list(items.map { words(kind, $0, lexicon) })
    case (_, .string(let text)): text
    case (_, .integer(let number)): String(number)
    case (_, .bool(let isSo)): isSo ? "yes" : "no"
    default: String(decoding: value.canonicalBytes, as: UTF8.self)
    }
  }

  /// What people call a field: `asOf` → “As of”; a sum is called so.
  public static func label(_ name: String) -> String {
    if name == "money" { return "Sum" }
    let words = name.reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}

extension Money {
  /// As it stands in the data of an event; nil where that is no money.
  public init?(stated json: JSONValue) {
    guard let low = json["low"]?.integer else { return nil }
    self.init(
      low: low, high: json["high"]?.integer, per: json["per"]?.string.flatMap(Per.init) ?? .total,
      isAbout: json["about"]?.bool ?? false)
  }
}
