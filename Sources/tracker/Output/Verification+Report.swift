internal import AgreementTracker
internal import Agreements
internal import CanonicalJSON
internal import LogStore
internal import Projections
internal import Reports

extension Verification {
  var json: JSONValue {
    var object = JSONObject()
    object["format"] = "tracker.verify/1"
    object["size"] = .integer(Int64(size))
    object["root"] = root.map { .string(Base64.encode($0)) } ?? .null
    object["origin"] = origin.map(JSONValue.string) ?? .null
    object["signedBy"] = .array(
      signedBy.map {
        [
          "name": .string($0.name), "keyID": .string($0.keyID), "size": .integer(Int64($0.size)),
          "trusted": .bool($0.isTrusted),
        ]
      })
    object["witnessedBy"] = .array(
      witnessedBy.map {
        ["name": .string($0.name), "time": .integer(Int64(clamping: $0.time)), "size": .integer(Int64($0.size))]
      })
    object["timestamps"] = .array(
      timestamps.map {
        [
          "size": .integer(Int64($0.size)), "time": $0.time.map { .string($0.description) } ?? .null,
          "authority": $0.authority.map(JSONValue.string) ?? .null,
        ]
      })
    object["policyMet"] = isPolicyMet.map(JSONValue.bool) ?? .null
    object["unsigned"] = .integer(Int64(unsigned))
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
      "present": .integer(Int64(privateValues.present)), "withheld": .integer(Int64(privateValues.withheld)),
      "erased": .integer(Int64(privateValues.erased)), "missing": .integer(Int64(privateValues.missing)),
    ]
    object["exhibits"] = [
      "stored": .integer(Int64(exhibits.stored)), "absent": .integer(Int64(exhibits.absent)),
      "erased": .integer(Int64(exhibits.erased)),
    ]
    object["withheldLines"] = .integer(Int64(withheld))
    object["unjudged"] = .integer(Int64(unjudged))
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
  ///
  /// - Parameter suspect: position of the first line that may be the one that was changed.
  func text(_ style: TextStyle, _ path: String, suspect: Int?) -> String {
    var text = style.lines(verdict(path))
    // Where lines are damaged, others seem to break rules because of it.
    let shown = isSound ? faults : faults.filter(\.isDamage)
    for run in Self.runs(shown) { text += style.lines("  \(Self.place(run)): \(run[0].text) [\(run[0].code)]") }
    if shown.count < faults.count {
      let hidden = Self.number(faults.count - shown.count, "broken rule")
      text += style.lines("  \(hidden) not listed here: that may come of the damage (all of it: --json)")
    }
    if faults.count == Self.listed { text += "  … only the first \(Self.listed) faults were kept\n" }
    if !isSound {
      if let suspect, suspect > 0 {
        text += style.lines("  Lines 1 to \(suspect) are sound as far as this check goes; do not rely on the rest.")
      } else {
        text += "  Nothing in it can be relied on.\n"
      }
      text += style.lines(
        "  Keep this copy, record nothing more, and compare it with a backup or another party's copy.")
    }
    if let root { text += "  root     \(Base64.encode(root))\n" }
    if let origin { text += style.lines("  origin   \(origin)") }
    if withheld > 0 { text += "  \(Self.number(withheld, "line")) left out of this copy openly\n" }
    if unjudged > 0 {
      text += style.lines(
        "  \(Self.number(unjudged, "event")) \(unjudged == 1 ? "names" : "name") what may stand in a line that was left out: "
          + "whether \(unjudged == 1 ? "it obeys" : "they obey") the rules of writers, only the whole record can tell")
    }
    text += vouching(style) + privateText(style) + exhibitText(style)
    for (type, count) in unknownTypes.sorted(by: { $0.key < $1.key }) {
      text += style.lines("  \(Self.number(count, "event")) of type \(type): unknown to this version")
    }
    for (type, count) in newerTypes.sorted(by: { $0.key < $1.key }) {
      text += style.lines(
        "  \(Self.number(count, "event")) of type \(type) in a version that this program does not know")
    }
    return text
      + style.lines(
        "  Checked: canonical form, streams, “previous”, clock order, ids, salts, the rules of writers; the tree, and "
          + "whatever stands beside the lines.")
      + style.lines(claims)
  }

  /// What checking shows, and what it does not.
  private var claims: String {
    guard isSound else {
      return "  Where a fault is named, nothing is shown; elsewhere only that the lines fit together."
    }
    guard !signedBy.isEmpty else {
      return "  It shows that the lines fit together as they were written. It does not show that an event is true, "
        + "that everything was recorded, or when it was written: there is no checkpoint that somebody signed."
    }
    let isTimed = !witnessedBy.isEmpty || timestamps.contains { $0.time != nil }
    return "  It shows that no event was changed, removed, reordered or added unseen since the checkpoint"
      + (isTimed ? ", and that it was there when a witness or an authority says so" : "")
      + ". It does not show that an event is true, "
      + (isTimed
        ? "or that everything was recorded."
        : "that everything was recorded, or when it was written: no outside witness was checked.")
  }

  /// Who vouches for it, and what that is worth.
  private func vouching(_ style: TextStyle) -> String {
    var text = ""
    let latest = signedBy.first?.size
    for signer in signedBy where signer.size == latest {
      let who =
        signer.isTrusted
        ? "\(signer.name) (\(signer.keyID)), whom your policy trusts"
        : "a key that this file names itself (\(signer.keyID)); who holds it, only a policy can say"
      text += style.lines("  signed over \(Self.number(signer.size, "event")) by \(who)")
    }
    let earlier = Set(signedBy.map(\.size)).count - 1
    if earlier > 0 {
      text += style.lines("  signed earlier too: \(Self.number(earlier, "checkpoint")) that somebody relies on")
    }
    for cosigner in witnessedBy {
      text += style.lines(
        "  witnessed: \(cosigner.name) saw it with \(Self.number(cosigner.size, "event")) on \(Moments.words(seconds: cosigner.time))"
      )
    }
    for stamp in timestamps {
      let what =
        stamp.time.map { "was there on \(Moments.words($0)), says \(stamp.authority ?? "")" }
        ?? "has a time-stamp that was not checked: name its authority (--ca FILE)"
      text += style.lines("  time-stamped: as it was with \(Self.number(stamp.size, "event")) it \(what)")
    }
    if signedBy.isEmpty {
      text += style.lines("  signed by nobody: without a checkpoint it could have been written anew as a whole")
    } else if unsigned > 0 {
      text += style.lines(
        "  \(Self.number(unsigned, "event")) at the end \(unsigned == 1 ? "is" : "are") not signed yet")
    }
    return text
  }

  private func privateText(_ style: TextStyle) -> String {
    guard privateValues.all > 0 else { return "" }
    if privateValues.hasNoSidecar {
      return style.lines(
        "  \(Self.number(privateValues.all, "private value")) kept outside the lines; this copy has none of them")
    }
    let states = [
      (privateValues.present, "present"), (privateValues.withheld, "withheld"), (privateValues.erased, "erased"),
      (privateValues.missing, "missing without an erasure"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return style.lines("  private values: \(states.joined(separator: ", "))")
  }

  /// Nothing where no file is stored and none was: papers need not have files.
  private func exhibitText(_ style: TextStyle) -> String {
    guard exhibits.stored + exhibits.erased > 0 else { return "" }
    let states = [
      (exhibits.stored, "stored"), (exhibits.absent, "not in this copy"), (exhibits.erased, "erased"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return style.lines("  files of exhibits: \(states.joined(separator: ", "))")
  }

  private func verdict(_ path: String) -> String {
    if !isSound { return "THE RECORD IS DAMAGED: \(Self.number(faults.filter(\.isDamage).count, "fault")) in \(path)" }
    guard faults.isEmpty else {
      let broken = Set(faults.map(\.position)).count
      return "The record is whole; \(Self.number(broken, "event")) in \(path) "
        + "break\(broken == 1 ? "s" : "") a rule that writers obey."
    }
    let vouched = isPolicyMet == true ? ", and signed as your policy asks" : ""
    return "The record is whole\(vouched): \(Self.number(size, "event")) in \(path)"
  }

  private static func number(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }

  /// Faults of the same kind in lines that follow each other are told as one.
  private static func runs(_ faults: [Fault]) -> [[Fault]] {
    var runs: [[Fault]] = []
    for fault in faults {
      if let last = runs.last?.last, last.code == fault.code, last.text == fault.text, let before = last.position,
        fault.position == before + 1
      {
        runs[runs.count - 1].append(fault)
      } else {
        runs.append([fault])
      }
    }
    return runs
  }

  private static func place(_ run: [Fault]) -> String {
    guard let first = run[0].position else { return "the file" }
    if run.count > 1 { return "lines \(first + 1) to \(first + run.count)" }
    return "line \(first + 1)" + (run[0].column.map { ", column \($0)" } ?? "")
  }
}

extension Verification {
  /// The first line that may be the one that was changed.
  ///
  /// A line that does not fit the one before it in its stream says that one of the two is wrong, not which: so the earlier
  /// one is suspect too.
  func firstSuspect(in log: any LogReading) -> Int? {
    let damaged = faults.filter(\.isDamage)
    guard let first = damaged.compactMap(\.position).min() else { return nil }
    let chained = Set(damaged.filter { ["previous", "stream-version"].contains($0.code) }.compactMap(\.position))
    guard let last = chained.max() else { return first }
    var suspect = first
    var ends: [StreamName: Int] = [:]
    var decoder = EventDecoder()
    // A line that cannot be read has a fault of its own.
    try? log.forEachLine(from: 0, limit: last + 1) { position, line in
      guard let event = try? decoder.event(line, at: position) else { return true }
      if chained.contains(position), let before = ends[event.stream] { suspect = min(suspect, before) }
      ends[event.stream] = position
      return true
    }
    return suspect
  }
}
