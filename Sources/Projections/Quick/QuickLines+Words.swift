import Agreements
import CanonicalJSON

// Words about other events, and what changes them.

extension QuickLines {
  /// An event that words are about, and in what way.
  struct Spoken {
    enum Way { case admits, denies, agrees }
    var way: Way
    var target: EventID
  }

  struct Amended {
    var target: EventID
    /// Where what is set lies in the line; nil = the target is taken back.
    var set: Range<Int>?
  }

  /// The id that must stand there.
  private func eventID(_ view: JSONView?) -> EventID? {
    guard let view, view.kind == .string, let id = EventID(view.bytes), id.version == 7 || id.version == 5,
      id.hasStandardVariant
    else { return nil }
    return id
  }

  mutating func readCorrected(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    let replaces = reader.optional("replaces")
    let set = reader.optional("set")
    let version = reader.optional("setVersion")
    guard version == nil, let set, set.kind == .object, let target = eventID(reader.optional("target")),
      reader.optional("why")?.kind == .string, replaces == nil || eventID(replaces) != nil
    else { return false }
    for member in set.members where !EntryCorrected.settable.contains(member.name) { return false }
    amended = Amended(target: target, set: set.offset..<set.offset + set.bytes.count)
    isReplacing = replaces != nil
    event.kind = .gone
    return true
  }

  mutating func readRetracted(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let target = eventID(reader.optional("target")), reader.optional("why")?.kind == .string else { return false }
    amended = Amended(target: target)
    event.kind = .gone
    return true
  }

  mutating func readPosition(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard add(reader.optional("admits"), .admits), add(reader.optional("denies"), .denies),
      reader.optional("proposition")?.kind == .string
    else { return false }
    event.kind = .evidence
    return true
  }

  private mutating func add(_ view: JSONView?, _ way: Spoken.Way) -> Bool {
    guard let view else { return true }
    guard view.kind == .array else { return false }
    for element in view.elements {
      guard let target = eventID(element) else { return false }
      spoken.append(Spoken(way: way, target: target))
    }
    return true
  }

  mutating func readCorroborated(_ data: JSONView) throws(JSONFault) -> Bool {
    var reader = try ObjectReader(data)
    guard let agrees = reader.optional("agrees")?.string, let agreement = Corroborated.Agreement(rawValue: agrees),
      let target = eventID(reader.optional("target"))
    else { return false }
    corroborated = target
    if agreement == .yes { spoken.append(Spoken(way: .agrees, target: target)) }
    event.kind = .evidence
    return true
  }
}
