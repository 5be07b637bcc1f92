import CanonicalJSON

// What a reader takes, and nobody should write: it says nothing, or says for ever what was not to be said.

extension Statement {
  /// The first such thing; in logs of others it is no fault.
  ///
  /// - Parameter members: of this statement.
  func slip(in members: JSONObject) -> JSONFault? {
    body.data.flatMap { blank(Swift.type(of: $0).fields, members["data"]?.object ?? JSONObject()) } ?? party
  }

  /// A text of white space alone.
  private func blank(_ fields: [Field], _ data: JSONObject) -> JSONFault? {
    for field in fields {
      guard case .text = field.kind, let text = data[field.name]?.string, text.trimmed.isEmpty else { continue }
      return JSONFault(
        .badValue, at: 0, path: "data.\(field.name)",
        "\(field.meaning): that is empty\(field.isRequired ? "; if it is not known, say so" : ", so leave it out")")
    }
    return nil
  }

  private var party: JSONFault? {
    guard case .partyRegistered(let party) = body else { return nil }
    if party.kind == .group, party.count == 0 {
      return JSONFault(.badValue, at: 0, path: "data.count", "a group of 0 has nobody; leave it out if it is not known")
    }
    switch party.identity {
    case .named: return nil
    case .unnamed:
      // What a group of unnamed practices is called names none of them.
      guard party.kind != .group, party.name != nil else { return nil }
      return JSONFault(
        .badValue, at: 0, path: "data.name",
        "a party with a name is “named”; if its name is not to be given, it is “withheld”, and has none in the record")
    case .withheld:
      guard let member = party.name != nil ? "name" : party.ods != nil ? "ods" : nil else { return nil }
      return JSONFault(
        .badValue, at: 0, path: "data.\(member)",
        "who is withheld would be named in the record for ever; kept beside it, it can be erased: --private \(member)=…"
      )
    }
  }
}
