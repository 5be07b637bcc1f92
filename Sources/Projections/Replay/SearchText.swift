import Agreements
import CanonicalJSON

extension LoggedEvent {
  /// All texts of an event that may be searched, and beside them its keys: whatever the line says of it, and never a private
  /// value, of which the line holds no more than a digest.
  public var searchTexts: (texts: [String], keys: [String]) {
    var found = SearchTexts(keys: [body.typeName, stream.description])
    found.collect(.object(statement.members), under: "")
    return (found.texts, found.keys)
  }
}

private struct SearchTexts {
  /// Members whose values are words of the format and no text.
  private static let codes: Set<String> = ["basis", "visibility", "edtf", "id", "sha256", "vkey", "entry", "target"]

  var texts: [String] = []
  var keys: [String]

  mutating func collect(_ value: JSONValue, under name: String) {
    switch value {
    case .string(let text):
      guard !Self.codes.contains(name), EventID(text) == nil else { return }
      // A key or a date is looked for too, and shown only where nothing else was meant.
      if Key.isValid(text) || ImpreciseDate(edtf: text) != nil { keys.append(text) } else { texts.append(text) }
    case .array(let values): for value in values { collect(value, under: name) }
    case .object(let object): for member in object.members { collect(member.value, under: member.name) }
    default: break
    }
  }
}
