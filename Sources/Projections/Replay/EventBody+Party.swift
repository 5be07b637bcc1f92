import Agreements
import CanonicalJSON

extension EventBody {
  /// The one party whose own money or doings an event states; nil where it is about all, or about nobody's alone.
  ///
  /// An answer for one practice leaves out, or leaves unsaid, what is another's.
  var soleParty: PartyKey? {
    switch self {
    case .paymentPromised(let promised): promised.to
    case .agreementVaried(let varied): varied.creditor
    case .dueDateSet(let set): set.creditor
    case .conditionOutcome(let outcome): outcome.creditor
    case .savingReported(let saving): saving.by
    case .paymentMade(let payment): payment.creditor ?? payment.to
    case .paymentReclaimed(let reclaim): reclaim.creditor ?? reclaim.to
    case .setOffApplied(let setOff): setOff.creditor ?? setOff.to
    case .promiseWithdrawn(let withdrawn): withdrawn.creditor
    case .promiseSuspended(let suspended): suspended.creditor
    case .promiseReinstated(let reinstated): reinstated.creditor
    case .obligationTransferred(let transferred): transferred.creditor
    case .performanceRecorded(let performance): performance.by
    case .costIncurred(let cost): cost.by
    case .balanceStated(let balance): balance.to
    case .disputeRaised(let raised): raised.claimant
    case .disputeConcluded(let concluded): concluded.creditor
    case .choiceMade(let choice): choice.by
    default: nil
    }
  }
}
