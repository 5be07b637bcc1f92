internal import AgreementTracker
internal import CanonicalJSON
internal import Reports

extension Verification {
  var json: JSONValue {
    var object = JSONObject()
    object["format"] = "tracker.verify/1"
    object["size"] = .integer(Int64(size))
    object["root"] = root.map { .string(Base64.encode($0)) } ?? .null
    object["origin"] = origin.map(JSONValue.string) ?? .null
    object["signedBy"] = []
    object["witnessedBy"] = []
    object["timestamps"] = []
    object["faults"] = .array(
      faults.map { fault in
        [
          "position": fault.position.map { .integer(Int64($0)) } ?? .null,
          "line": fault.position.map { .integer(Int64($0) + 1) } ?? .null,
          "column": fault.column.map { .integer(Int64($0)) } ?? .null, "code": .string(fault.code),
          "text": .string(fault.text), "damage": .bool(fault.isDamage),
        ]
      })
    object["private"] = [
      "present": 0, "withheld": .integer(Int64(privateValues)), "erased": 0, "missing": 0,
    ]
    object["withheldLines"] = .integer(Int64(withheld))
    object["unknownTypes"] = Self.counts(unknownTypes)
    object["newerTypes"] = Self.counts(newerTypes)
    return .object(object)
  }

  private static func counts(_ counts: [String: Int]) -> JSONValue {
    var object = JSONObject()
    for (type, count) in counts { object[type] = .integer(Int64(count)) }
    return .object(object)
  }

  /// The plain verdict first; then what was checked, and what checking does not show.
  func text(_ style: TextStyle, _ path: String) -> String {
    var text = style.lines(verdict(path))
    for fault in faults {
      let place = fault.position.map { "line \($0 + 1)" } ?? "the file"
      let column = fault.column.map { ", column \($0)" } ?? ""
      text += style.lines("  \(place)\(column): \(fault.text) [\(fault.code)]")
    }
    if faults.count == Self.listed { text += "  … only the first \(Self.listed) are listed\n" }
    if let first = faults.first(where: \.isDamage)?.position {
      text += style.lines(
        first == 0 ? "  Nothing in it can be relied on." : "  Lines 1 to \(first) are sound as far as this check goes.")
      text += style.lines(
        "  Keep this copy, record nothing more, and compare it with a backup or another party's copy.")
    }
    if let root { text += "  root     \(Base64.encode(root))\n" }
    if let origin { text += style.lines("  origin   \(origin)") }
    if withheld > 0 { text += "  \(Self.number(withheld, "line")) left out of this copy openly\n" }
    if privateValues > 0 { text += "  \(Self.number(privateValues, "private value")) kept outside the lines\n" }
    for (type, count) in unknownTypes.sorted(by: { $0.key < $1.key }) {
      text += style.lines("  \(Self.number(count, "event")) of type \(type): unknown to this version")
    }
    for (type, count) in newerTypes.sorted(by: { $0.key < $1.key }) {
      text += style.lines(
        "  \(Self.number(count, "event")) of type \(type) in a version that this program does not know")
    }
    return text
      + style.lines(
        "  Checked: canonical form, streams, “previous”, clock order, ids, salts, the rules of writers.")
      + style.lines(
        "  It shows that the lines fit together as they were written. It does not show that an event is true, that "
          + "everything was recorded, or when it was written: no signature and no outside witness was checked.")
  }

  private func verdict(_ path: String) -> String {
    if !isSound { return "THE RECORD IS DAMAGED: \(Self.number(faults.filter(\.isDamage).count, "fault")) in \(path)" }
    guard faults.isEmpty else {
      let broken = Set(faults.map(\.position)).count
      return "The record is whole; \(Self.number(broken, "event")) in \(path) "
        + "break\(broken == 1 ? "s" : "") a rule that writers obey."
    }
    return "The record is whole: \(Self.number(size, "event")) in \(path)"
  }

  private static func number(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
}
