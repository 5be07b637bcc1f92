public import CanonicalJSON

/// Work that a promise was for was done, in part or not at all.
public struct PerformanceRecorded: EventData {
  public enum Completion: String, Sendable, CaseIterable {
    case yes
    case part
    case no
  }

  /// Which promise; absent: every promise of the agreement.
  public var promise: PromiseKey?
  /// Who did it.
  public var by: PartyKey
  /// What was done.
  public var what: String
  /// When it was done.
  public var period: ImpreciseDate?
  /// Yes, part, or no = nothing was done.
  public var complete: Completion
  /// What a part has earned.
  public var earned: Money?

  public static let type = "PerformanceRecorded"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.agreement]
  public static let meaning = "Work that a promise was for was done, in part or not at all."
  public static let fields: [Field] = [
    .optional("promise", .key("promise"), "which promise; absent: every promise of the agreement"),
    Field("by", .key("party"), "who did it"),
    Field("what", .text, "what was done"),
    .optional("period", .date, "when it was done"),
    Field("complete", .choice(Completion.allCases.map(\.rawValue)), "yes, part, or no = nothing was done"),
    .optional("earned", .money, "what a part has earned"),
  ]

  public init(
    promise: PromiseKey? = nil, by: PartyKey, what: String, period: ImpreciseDate? = nil, complete: Completion,
    earned: Money? = nil
  ) {
    self.promise = promise
    self.by = by
    self.what = what
    self.period = period
    self.complete = complete
    self.earned = earned
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    by = try data.key("by")
    complete = try data.choice("complete")
    earned = try data.optionalMoney("earned")
    period = try data.optionalDate("period")
    promise = try data.optionalKey("promise")
    what = try data.text("what")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["by"] = by.json
    object["complete"] = complete.json
    object["earned"] = earned?.json
    object["period"] = period?.json
    object["promise"] = promise.json
    object["what"] = what.json
    return object
  }
}
