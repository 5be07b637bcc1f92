import Agreements
import CanonicalJSON

extension PlainFold {
  /// The rows of the agreement that was prepared last, as values: for whoever keeps rows and does not write them at once.
  ///
  /// - Parameter ledger: the one that is folded.
  mutating func rows(of agreement: AgreementKey, _ ledger: Ledger) -> [ObligationRow] {
    var rows: [ObligationRow] = []
    forEachRow { plain, relied in
      func party(_ number: Int32) -> PartyKey { PartyKey(unchecked: ledger.keys.text(Int(number))) }
      var row = ObligationRow(
        agreement: agreement, promise: PromiseKey(unchecked: ledger.keys.text(Int(plain.promise))),
        debtor: plain.debtor.map(party), creditor: party(plain.creditor), count: 1)
      if plain.due >= 0 {
        row.due = ImpreciseDate(edtf: ledger.dates.texts.text(Int(plain.due))).map { DueDate($0) }
      }
      row.promised = plain.promised
      row.earned = plain.earned
      row.paid = plain.paid
      row.withdrawn = plain.withdrawn
      row.outstanding = plain.outstanding
      row.category = plain.category
      row.strength = plain.strength
      if plain.straddles { row.flags.insert(.datesStraddle) }
      if plain.mayBeLate { row.flags.insert(.mayBeLate) }
      if plain.isAbout { row.flags.insert(.sumApproximate) }
      if plain.isNotFixed { row.flags.insert(.sumNotFixed) }
      row.missing = plain.missing.map { [$0.description] } ?? []
      row.reliedOn = relied.map { ledger.events[Int(UInt32(truncatingIfNeeded: $0))].id }
      rows.append(row)
    }
    return rows
  }
}
