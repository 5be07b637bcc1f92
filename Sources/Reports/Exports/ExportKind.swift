/// The tables that can be exported, with their columns. `docs/export-sqlite.md` is made from this.
public enum ExportKind: String, Sendable, CaseIterable {
  case obligations, reneged, promises, payments, agreements, parties, timeline, plans, events

  /// What a row is.
  public var meaning: String {
    switch self {
    case .obligations: "One promise to one creditor as it stood on the day asked."
    case .reneged: "The report on deals that were withdrawn, varied, clawed back or left unpaid. No row says “reneged”."
    case .promises: "One account of a promise, as one source gives it."
    case .payments: "Money paid, taken back or set off."
    case .agreements: "One agreement."
    case .parties: "One party of the record."
    case .timeline:
      "What had happened by the day asked, in the order of the fold; corrected and withdrawn entries are marked."
    case .plans: "One account of a plan to spend less. Plans overlap: they are never added up."
    case .events: "Every event that was known, in the order of the log, whether it had happened by the day or not."
    }
  }

  public var columns: [ExportColumn] {
    switch self {
    case .obligations: Self.row + Self.rowNotes
    case .reneged:
      [ExportColumn("part", .text, "“finding” or “not settled”")] + Self.row + [
        ExportColumn("reasons", .text, "the other side’s reasons, each with who says so"),
        ExportColumn("not_claimed", .text, "what the figures do not show"),
      ] + Self.rowNotes
    case .promises: Self.promise
    case .payments: Self.payment
    case .agreements: Self.agreement
    case .parties: Self.party
    case .timeline: Self.event
    case .plans: Self.plan
    case .events: Self.event + [ExportColumn("id", .text, "the id of the event")]
    }
  }

  // MARK: Columns

  private static let row: [ExportColumn] = [
    .init("agreement", .text, "key of the agreement"), .init("promise", .text, "key of the promise"),
    .init("debtor", .text, "key of the party that promised; empty where it is not known"),
    .init("debtor_name", .text, "its name"), .init("creditor", .text, "key of the party that it is owed to"),
    .init("creditor_name", .text, "its name"),
    .init("practices", .whole, "how many practices the row stands for; empty where it is not known"),
    .init("due", .date, "when it is due"), .init("promised", .money, "promised under the terms that stand"),
    .init("earned", .money, "earned of it"), .init("paid", .money, "paid, less what was taken back"),
    .init("set_off", .money, "the accepted part of set-offs"),
    .init("withdrawn", .money, "withdrawn without consent"),
    .init("outstanding", .money, "earned less paid less set off"),
    .init("state", .text, "the category in words"), .init("category", .text, "the category, a stable word"),
    .init(
      "strength", .text, "how far the failure is shown: documented, admitted, denied, inferred, asserted; or empty"),
  ]

  private static let rowNotes: [ExportColumn] = [
    .init("flags", .text, "what must be known beside the figures: stable words, with “; ” between"),
    .init("not_known", .text, "what would have to be known to say more"),
    .init("may_owe", .text, "keys of those who may owe it now; none is chosen"),
    .init("events", .text, "numbers of the events that the row rests on, and of those that put them right"),
  ]

  private static let source: [ExportColumn] =
    [
      .init("asserted_by", .text, "key of the party that says so"), .init("asserted_by_name", .text, "its name"),
      .init("basis", .text, "how it knows: own-knowledge, told, document, press, inferred"),
      .init("sources", .text, "exhibits and pages"),
      .init("recorded", .date, "day on which this log first learned of it (UTC)"),
      .init("state", .text, "stands, or corrected"),
    ] + corrections

  private static let corrections: [ExportColumn] = [
    .init("corrected_by", .text, "numbers of the events that put it right, with “; ” between"),
    .init("corrected_on", .date, "day on which this log learned the last of these (UTC)"),
    .init("first_said", .text, "what it said before it was put right"),
  ]

  private static let promise: [ExportColumn] =
    [
      .init("event", .whole, "number of the event, from 1"), .init("agreement", .text, "key of the agreement"),
      .init("promise", .text, "key of the promise"),
      .init("account", .text, "label of a rival account of the same promise"),
      .init("to", .text, "key of the party that it was promised to"), .init("to_name", .text, "its name"),
      .init("happened", .date, "when it was promised"), .init("terms", .text, "the terms in words"),
      .init("sum", .money, "the sum promised; empty where it is a share or the greater of several sums"),
      .init("per", .text, "total or each: what the sum is counted for"),
      .init("percent_hundredths", .whole, "a share of the saving, in hundredths of a percent: 7000 is 70%"),
      .init("cap", .money, "the most that the share may be"), .init("due", .date, "when it is due"),
      .init("conditions", .text, "what has to come about first, with “; ” between"),
      .init("purpose", .text, "what the money is for"),
    ] + source

  private static let payment: [ExportColumn] =
    [
      .init("event", .whole, "number of the event, from 1"), .init("agreement", .text, "key of the agreement"),
      .init("promise", .text, "key of the promise"),
      .init("kind", .text, "paid, taken back or set off"), .init("to", .text, "key of the party"),
      .init("to_name", .text, "its name"), .init("happened", .date, "when"),
      .init("sum", .money, "how much; of a set-off what was claimed"),
      .init("per", .text, "total or each: what the sum is counted for"),
      .init("accepted", .money, "of a set-off: the part that was accepted"),
      .init("agreed", .text, "of money taken back: yes, no, disputed"),
      .init("reference", .text, "the reference of the payment"), .init("reason", .text, "the reason that was given"),
    ] + source

  private static let agreement: [ExportColumn] = [
    .init("agreement", .text, "key of the agreement"), .init("title", .text, "what people call it"),
    .init("debtor", .text, "key of the party that promised"), .init("debtor_name", .text, "its name"),
    .init("creditors", .text, "keys of those it was promised to, with “; ” between"),
    .init("made", .date, "when it was made"),
    .init("form", .text, "contract, SLA, MoU, letter, minute, email, oral, unknown"),
    .init("contract_status", .text, "nhs, non-nhs, unknown"), .init("scheme", .text, "the scheme that it belongs to"),
    .init("purpose", .text, "what the money is for"), .init("term", .date, "how long it runs"),
    .init("promises", .whole, "promises recorded in it"), .init("event", .whole, "number of the event that made it"),
  ]

  private static let party: [ExportColumn] = [
    .init("party", .text, "key of the party"), .init("name", .text, "its name; empty where it may not be given"),
    .init("kind", .text, "commissioner, authority, department, committee, practice, group, person-role, other"),
    .init("identity", .text, "named, unnamed, withheld"), .init("ods", .text, "its ODS code"),
    .init("practices", .whole, "how many a group has; empty where it is not known"),
    .init("members", .text, "keys of the members of a group that are known, with “; ” between"),
    .init("event", .whole, "number of the event that registered it"),
  ]

  private static let event: [ExportColumn] =
    [
      .init("event", .whole, "number of the event, from 1"), .init("happened", .date, "when it happened"),
      .init("happened_first", .date, "first possible day; empty where it is not known"),
      .init("happened_last", .date, "last possible day"),
      .init("recorded", .date, "day on which this log learned it (UTC)"),
      .init("recorded_at", .text, "the moment, in UTC"), .init("type", .text, "type of the event"),
      .init("stream", .text, "what it is about: agreement/KEY, party/KEY, exhibit/KEY, plan/KEY, log"),
      .init("what", .text, "what happened, as a sentence"),
      .init("asserted_by", .text, "key of the party that says so"),
      .init("asserted_by_name", .text, "its name"),
      .init("basis", .text, "how it knows: own-knowledge, told, document, press, inferred"),
      .init("sources", .text, "exhibits and pages"), .init("quotes", .text, "the words of the sources"),
      .init("note", .text, "a note of the one who recorded it"),
      .init("state", .text, "stands, corrected or retracted"),
    ] + corrections

  private static let plan: [ExportColumn] = [
    .init("event", .whole, "number of the event, from 1"), .init("plan", .text, "key of the plan"),
    .init("planner", .text, "key of the party that plans it"), .init("planner_name", .text, "its name"),
    .init("scope", .text, "on what"), .init("sum", .money, "how much less"), .init("period", .date, "in which period"),
    .init("method", .text, "how"), .init("conditional_on", .text, "on what it depends"),
    .init("practices", .whole, "how many practices it touches"),
    .init("overlaps", .text, "keys of plans that hold some of the same money"),
    .init("asserted_by", .text, "key of the party that says so"), .init("sources", .text, "exhibits and pages"),
  ]
}
