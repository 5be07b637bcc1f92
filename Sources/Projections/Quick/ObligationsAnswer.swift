public import Agreements
public import CanonicalJSON
import LogStore

/// The answer to “what is owed?” in JSON, written row by row.
///
/// Law: the bytes are those that the `ObligationsView` of the same question gives. A view holds every row at once and makes
/// a tree of it; this writes the rows of plain agreements as they are folded and holds nothing of them.
public struct ObligationsAnswer {
  private let history: History
  private let question: Question
  private let scope: Scope

  // What is found before the first byte is written: whatever can fail, fails here.
  /// The rows of agreements that are not plain, by the numbers of their streams.
  private var written: [Int: [UInt8]] = [:]
  private var balances: [ObligationsView.Balance] = []
  private var costs: [(position: Int, id: EventID)] = []
  private var straddling: [(position: Int, id: EventID)] = []
  private var totals: ObligationsView.Total
  /// How many rows were folded the plain way.
  package private(set) var plainRows = 0

  /// What is owed to everybody, in one agreement or in all.
  ///
  /// - Parameter debtor: only what this party owes; nil = what anybody does.
  public init(_ history: History, _ question: Question, agreement: AgreementKey? = nil, debtor: PartyKey? = nil) {
    self.history = history
    self.question = question
    scope = Scope(agreement: agreement, debtor: debtor)
    totals = ObligationsView.Total()
  }

  /// Writes the answer.
  ///
  /// - Parameters:
  ///   - members: those of the question, as every answer has them.
  ///   - whole: the answer made the other way, where sums are so large that one may go past what can be stated.
  ///   - sink: gets the bytes in their order; they are only lent.
  /// - Throws: what `History.obligations` throws, before the first byte is handed on.
  public mutating func write(
    members: JSONObject, whole: (ObligationsView) -> JSONValue,
    to sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let reader = try AgreementReader(history, asOf: question.asOf)
    let ledger = history.ledger
    var fold = PlainFold(ledger, reader.surroundings, asOf: question.asOf)
    var agreements = agreements(ledger)
    guard ledger.moneyBound < UInt64(Amount.limit), try prepare(&agreements, reader, &fold) else {
      try whole(try history.obligations(question, scope: scope)).canonicalBytes.withUnsafeBytes { try sink($0) }
      return
    }
    var writer = JSONWriter(sink)
    begin(members, &writer)
    var isFirst = true
    for number in agreements {
      if let rows = written[number] {
        if !rows.isEmpty {
          if !isFirst { writer.put(",") }
          writer.put(rows)
          isFirst = false
        }
      } else if fold.prepare(number) {
        fold.forEachRow { row, relied in
          plainRows += 1
          if !isFirst { writer.put(",") }
          isFirst = false
          totals.add(row)
          writer.put(PlainRowInJSON(row: row, relied: relied, stream: number, ledger: ledger))
        }
      }
      try writer.flush(least: 1 << 16)
    }
    writer.put("],\"straddling\":")
    put(straddling, &writer)
    writer.put(",\"total\":{\"outstanding\":")
    writer.put(totals.outstanding)
    writer.put(",\"paid\":")
    writer.put(totals.paid)
    writer.put(",\"promised\":")
    writer.put(totals.promised)
    writer.put(",\"withdrawn\":")
    writer.put(totals.withdrawn)
    writer.put("}}")
    try writer.flush()
  }

  private func agreements(_ ledger: Ledger) -> [Int] {
    guard let agreement = scope.agreement else { return ledger.numbers(of: .agreement) }
    return ledger.number(of: .agreement(agreement)).map { [$0] } ?? []
  }

  /// Folds what is not plain, and finds what stands before the rows; false if a sum may be too large to be stated.
  ///
  /// - Parameter agreements: those that are left have something to do with the answer.
  private mutating func prepare(
    _ agreements: inout [Int], _ reader: AgreementReader, _ fold: inout PlainFold
  ) throws -> Bool {
    let ledger = history.ledger
    // A party whose key was never met owes nothing.
    let debtor = scope.debtor.map { ledger.keys.find($0.rawValue).map(Int32.init) ?? -1 }
    var left: [Int] = []
    var rowsWriter = JSONWriter()
    straddling = try history.straddlingElsewhere(question, scope: scope).map { ($0.position, $0.id) }
    for number in agreements {
      if fold.prepare(number) {
        if let debtor, !fold.hasRows(owedBy: debtor) { continue }
        left.append(number)
        straddling += fold.straddling.map { (Int($0.position), $0.id) }
        costs += fold.costs.map { (Int($0.position), $0.id) }
        continue
      }
      guard case .agreement(let key)? = StreamName(ledger.names.text(number)) else { continue }
      let answer = try reader.answer(for: key, isExplaining: false)
      let rows = answer.rows.filter { scope.includes($0) }
      if scope.debtor != nil, rows.isEmpty { continue }
      left.append(number)
      balances += answer.balances
      straddling += answer.position.straddling.map { ($0.position, $0.id) }
      costs += answer.position.counted.compactMap { event in
        guard case .costIncurred = event.body else { return nil }
        return (event.position, event.id)
      }
      rowsWriter.putEach(rows) { $1.put($0) }
      written[number] = rowsWriter.take()
      do { try totals.add(rows) } catch { return false }
    }
    agreements = left
    balances.sort { $0.position < $1.position }
    costs.sort { $0.position < $1.position }
    straddling.sort { $0.position < $1.position }
    // Plain rows add at most the bound to each end of each sum.
    let bound = Int64(clamping: ledger.moneyBound)
    return totals.isRoom(for: bound)
  }

  private func begin(_ members: JSONObject, _ writer: inout JSONWriter) {
    var object = members
    object["balances"] = .array(balances.map(\.json))
    object["costs"] = .array(costs.map { .string($0.id.description) })
    object["rows"] = .array([])
    // “rows” is the last of these names: what follows its bracket is written row by row.
    var bytes = JSONValue.object(object).canonicalBytes
    bytes.removeLast(2)
    writer.put(bytes)
  }

  private func put(_ events: [(position: Int, id: EventID)], _ writer: inout JSONWriter) {
    writer.put("[")
    for (index, event) in events.enumerated() {
      if index > 0 { writer.put(",") }
      writer.put(event.id)
    }
    writer.put("]")
  }
}

extension ObligationsView.Total {
  fileprivate init() {}

  /// Plain rows: the caller knows that their sums can be stated.
  fileprivate mutating func add(_ row: PlainFold.Row) {
    func sum(_ left: Amount, _ right: Amount) -> Amount {
      let high: Int64? = if let mine = left.high, let theirs = right.high { mine &+ theirs } else { nil }
      return Amount(low: left.low &+ right.low, high: high)
    }
    promised = sum(promised, row.promised)
    paid = sum(paid, row.paid)
    withdrawn = sum(withdrawn, row.withdrawn)
    outstanding = sum(outstanding, row.outstanding)
  }

  fileprivate mutating func add(_ rows: [ObligationRow]) throws {
    for row in rows {
      promised = try promised + row.promised
      paid = try paid + row.paid
      withdrawn = try withdrawn + row.withdrawn
      outstanding = try outstanding + row.outstanding
    }
  }

  /// Can so many pence be added to every end of every sum?
  fileprivate func isRoom(for pence: Int64) -> Bool {
    [promised, paid, withdrawn, outstanding].allSatisfy {
      max($0.low, $0.high ?? 0) <= Amount.limit - min(pence, Amount.limit)
    }
  }
}

extension ObligationsView.Balance {
  /// As it is answered in JSON.
  public var json: JSONValue {
    ["id": .string(id.description), "stated": stated.json, "computed": computed.json]
  }
}
