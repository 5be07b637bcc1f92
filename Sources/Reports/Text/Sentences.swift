public import Agreements
internal import CanonicalJSON
public import Projections

// Every event as one plain sentence. Who says so stands beside it, never inside it.

extension LoggedEvent {
  /// What happened, in the words of an office; the words of sources stand in quotation marks.
  public func sentence(_ lexicon: Lexicon = Lexicon()) -> String { statement.sentence(lexicon, in: stream) }
}

extension Statement {
  /// The sentence with the day, where one is known: “Paid to Practice 03: £70, on 15 April 2010”.
  public func dated(_ lexicon: Lexicon = Lexicon(), in stream: StreamName? = nil) -> String {
    sentence(lexicon, in: stream) + (when.map { " · \($0.date)" } ?? "")
  }

  /// - Parameter stream: whose event it is; some types leave their subject to it.
  public func sentence(_ lexicon: Lexicon = Lexicon(), in stream: StreamName? = nil) -> String {
    let writer = SentenceWriter(lexicon: lexicon, stream: stream, quotes: sources.compactMap(\.quote))
    switch body {
    case .partyRegistered(let party): return writer.sentence(party)
    case .partySucceeded(let change): return writer.sentence(change)
    case .memberNamed(let named): return "\(lexicon.name(named.member)) named as a member of \(writer.subject)"
    case .sameParty(let same): return writer.sentence(same)
    case .agreementMade(let made): return writer.sentence(made)
    case .agreementVaried(let varied): return writer.sentence(varied)
    case .paymentPromised(let promised): return writer.sentence(promised)
    case .dueDateSet(let set): return "Due date of \(set.promise) set: \(set.due)\(writer.only(set.creditor))"
    case .conditionOutcome(let outcome): return writer.sentence(outcome)
    case .savingReported(let saving): return writer.sentence(saving)
    case .savingRevised(let revised):
      return "Saving \(revised.saving) stated anew by \(lexicon.name(revised.byParty)): "
        + "\(writer.sum(revised.money)) (\(revised.agreed.words))"
    case .paymentMade(let payment): return writer.sentence(payment)
    case .paymentReclaimed(let reclaim): return writer.sentence(reclaim)
    case .setOffApplied(let setOff): return writer.sentence(setOff)
    case .promiseWithdrawn(let withdrawn): return writer.sentence(withdrawn)
    case .promiseSuspended(let suspended):
      return "Promise \(suspended.promise) put off\(suspended.until.map { " until \($0)" } ?? "")"
        + writer.only(suspended.creditor) + writer.reason(suspended.reason)
    case .promiseReinstated(let again):
      return "Promise \(again.promise) given again, \(again.money.map { "at \(writer.sum($0))" } ?? "on the old terms")"
        + writer.only(again.creditor) + writer.aside(again.consent?.words)
    case .obligationTransferred(let moved): return writer.sentence(moved)
    case .performanceRecorded(let done): return writer.sentence(done)
    case .costIncurred(let cost):
      return "Cost of \(lexicon.name(cost.by)): \(writer.sum(cost.money)), \(cost.what)"
    case .correspondenceLogged(let letter): return writer.sentence(letter)
    case .positionStated(let stated): return writer.sentence(stated)
    case .balanceStated(let balance): return writer.sentence(balance)
    case .disputeRaised(let raised):
      return "Dispute \(raised.dispute) raised by \(lexicon.name(raised.claimant)), route: \(raised.route.words)"
        + (raised.money.map { ", claiming \(writer.sum($0))" } ?? "")
    case .disputeStepTaken(let step):
      return "Step in dispute \(step.dispute): \(step.step)\(step.outcome.map { ". Outcome: \($0)" } ?? "")"
    case .disputeConcluded(let end): return writer.sentence(end)
    case .adviceGiven(let advice): return "Advice to \(lexicon.names(advice.to)): \(advice.advice)"
    case .choiceMade(let choice): return "\(lexicon.name(choice.by)) chose \(choice.choice.words)"
    case .exhibitFiled(let exhibit): return writer.sentence(exhibit)
    case .informationRequested(let request):
      return "Information asked of \(lexicon.name(request.to))\(request.law == .foi ? " under FOI" : ""): "
        + "\(request.what) (request \(request.request))"
    case .informationAnswered(let answer):
      return "Request \(answer.request) \(answer.outcome.words)\(answer.text.map { ": \($0)" } ?? "")"
    case .reductionPlanned(let plan): return writer.sentence(plan)
    case .corroborated(let further): return "A further source \(further.agrees.words) \(lexicon.event(further.target))"
    case .entryCorrected(let correction): return writer.sentence(correction)
    case .entryRetracted(let back): return "\(writer.target(back.target)) taken back. Why: \(back.why)"
    case .privateErased(let erased):
      let what = erased.names + (erased.bytes ? ["the stored file"] : [])
      return "Private values of \(lexicon.event(erased.target)) erased: \(Lexicon.list(what)). "
        + "Why: \(erased.why). Legal basis: \(erased.legalBasis)"
    case .entryErased(let erased):
      return "Line \(erased.position + 1) erased, its digest kept. Why: \(erased.why). "
        + "Legal basis: \(erased.legalBasis)"
    case .logOpened(let opened): return "Record book opened: \(opened.name)"
    case .keyRotated(let rotated): return "Key of the log changed\(rotated.reason.map { ". Why: \($0)" } ?? "")"
    case .acknowledged(let seen):
      let count = seen.targets.count
      return "\(lexicon.name(seen.by)) signed that it has seen \(count) event\(count == 1 ? "" : "s")"
    case .unknown(let type, let version): return "\(type) version \(version): unknown to this version of tracker"
    case .newer(let type, let version):
      return "\(type) in version \(version), which this version of tracker does not know"
    }
  }
}

/// Writes one sentence: it knows the names, and whose event it is.
struct SentenceWriter {
  let lexicon: Lexicon
  let stream: StreamName?
  /// The very words of its sources.
  var quotes: [String] = []

  /// Whose event it is, where the data do not say.
  var subject: String {
    switch stream {
    case .party(let key): lexicon.name(key)
    case .plan(let key): key.rawValue
    case .agreement(let key): key.rawValue
    case .exhibit(let key): key.rawValue
    case .log, nil: "this party"
    }
  }

  /// “Event 14”
  func target(_ id: EventID) -> String { lexicon.event(id).capitalised }

  func only(_ creditor: PartyKey?) -> String { creditor.map { ", for \(lexicon.name($0)) only" } ?? "" }
  /// Quotation marks are for the very words; what somebody wrote down of them has none.
  func reason(_ text: String?) -> String {
    text.map { ". Reason given: \(said($0))" } ?? ""
  }

  func said(_ text: String) -> String { quotes.contains { $0.quotes(text) } ? "“\(text)”" : text }
  func aside(_ text: String?) -> String { text.map { " (\($0))" } ?? "" }

  /// A sum; the words that were used stand beside what is no exact sum.
  func sum(_ money: Money) -> String {
    guard let words = money.words, money.low != money.high || money.isAbout,
      !money.description.lowercased().contains(words.lowercased())
    else { return money.description }
    return money.amount == .unknown ? "“\(words)”" : "\(money) (“\(words)”)"
  }
}

extension String {
  var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
