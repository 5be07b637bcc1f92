import CanonicalJSON

/// One event's own fields, as the type that the line names.
///
/// An enumeration and not a protocol value: whoever folds events must say what each type means to it, and the compiler
/// lists those that were forgotten.
public indirect enum EventBody: Hashable, Sendable {
  case partyRegistered(PartyRegistered)
  case partySucceeded(PartySucceeded)
  case memberNamed(MemberNamed)
  case sameParty(SameParty)
  case agreementMade(AgreementMade)
  case agreementVaried(AgreementVaried)
  case paymentPromised(PaymentPromised)
  case dueDateSet(DueDateSet)
  case conditionOutcome(ConditionOutcome)
  case savingReported(SavingReported)
  case savingRevised(SavingRevised)
  case paymentMade(PaymentMade)
  case paymentReclaimed(PaymentReclaimed)
  case setOffApplied(SetOffApplied)
  case promiseWithdrawn(PromiseWithdrawn)
  case promiseSuspended(PromiseSuspended)
  case promiseReinstated(PromiseReinstated)
  case obligationTransferred(ObligationTransferred)
  case performanceRecorded(PerformanceRecorded)
  case costIncurred(CostIncurred)
  case correspondenceLogged(CorrespondenceLogged)
  case positionStated(PositionStated)
  case balanceStated(BalanceStated)
  case disputeRaised(DisputeRaised)
  case disputeStepTaken(DisputeStepTaken)
  case disputeConcluded(DisputeConcluded)
  case adviceGiven(AdviceGiven)
  case choiceMade(ChoiceMade)
  case exhibitFiled(ExhibitFiled)
  case informationRequested(InformationRequested)
  case informationAnswered(InformationAnswered)
  case reductionPlanned(ReductionPlanned)
  case corroborated(Corroborated)
  case entryCorrected(EntryCorrected)
  case entryRetracted(EntryRetracted)
  case privateErased(PrivateErased)
  case entryErased(EntryErased)
  case logOpened(LogOpened)
  case keyRotated(KeyRotated)
  case acknowledged(Acknowledged)
  /// A type that this version of the program does not know: kept, counted and shown, never skipped silently.
  case unknown(type: String, version: Int)
  /// A known type in a version that this program does not know yet. Reading goes on; whatever folds it stops.
  case newer(type: String, version: Int)
}

extension EventBody {
  /// All types, in the order of the catalogue.
  public static let types: [any EventData.Type] = [
    PartyRegistered.self,
    PartySucceeded.self,
    MemberNamed.self,
    SameParty.self,
    AgreementMade.self,
    AgreementVaried.self,
    PaymentPromised.self,
    DueDateSet.self,
    ConditionOutcome.self,
    SavingReported.self,
    SavingRevised.self,
    PaymentMade.self,
    PaymentReclaimed.self,
    SetOffApplied.self,
    PromiseWithdrawn.self,
    PromiseSuspended.self,
    PromiseReinstated.self,
    ObligationTransferred.self,
    PerformanceRecorded.self,
    CostIncurred.self,
    CorrespondenceLogged.self,
    PositionStated.self,
    BalanceStated.self,
    DisputeRaised.self,
    DisputeStepTaken.self,
    DisputeConcluded.self,
    AdviceGiven.self,
    ChoiceMade.self,
    ExhibitFiled.self,
    InformationRequested.self,
    InformationAnswered.self,
    ReductionPlanned.self,
    Corroborated.self,
    EntryCorrected.self,
    EntryRetracted.self,
    PrivateErased.self,
    EntryErased.self,
    LogOpened.self,
    KeyRotated.self,
    Acknowledged.self,
  ]

  private static let typesByName: [String: any EventData.Type] = Dictionary(
    uniqueKeysWithValues: types.map { ($0.type, $0) })

  /// The type of this name, if this version knows it.
  public static func type(named name: String) -> (any EventData.Type)? { typesByName[name] }

  /// Reads `data` of a type in the version that this program writes.
  init(type: String, data: inout FieldReader) throws(JSONFault) {
    switch type {
    case PartyRegistered.type: self = .partyRegistered(try PartyRegistered(from: &data))
    case PartySucceeded.type: self = .partySucceeded(try PartySucceeded(from: &data))
    case MemberNamed.type: self = .memberNamed(try MemberNamed(from: &data))
    case SameParty.type: self = .sameParty(try SameParty(from: &data))
    case AgreementMade.type: self = .agreementMade(try AgreementMade(from: &data))
    case AgreementVaried.type: self = .agreementVaried(try AgreementVaried(from: &data))
    case PaymentPromised.type: self = .paymentPromised(try PaymentPromised(from: &data))
    case DueDateSet.type: self = .dueDateSet(try DueDateSet(from: &data))
    case ConditionOutcome.type: self = .conditionOutcome(try ConditionOutcome(from: &data))
    case SavingReported.type: self = .savingReported(try SavingReported(from: &data))
    case SavingRevised.type: self = .savingRevised(try SavingRevised(from: &data))
    case PaymentMade.type: self = .paymentMade(try PaymentMade(from: &data))
    case PaymentReclaimed.type: self = .paymentReclaimed(try PaymentReclaimed(from: &data))
    case SetOffApplied.type: self = .setOffApplied(try SetOffApplied(from: &data))
    case PromiseWithdrawn.type: self = .promiseWithdrawn(try PromiseWithdrawn(from: &data))
    case PromiseSuspended.type: self = .promiseSuspended(try PromiseSuspended(from: &data))
    case PromiseReinstated.type: self = .promiseReinstated(try PromiseReinstated(from: &data))
    case ObligationTransferred.type: self = .obligationTransferred(try ObligationTransferred(from: &data))
    case PerformanceRecorded.type: self = .performanceRecorded(try PerformanceRecorded(from: &data))
    case CostIncurred.type: self = .costIncurred(try CostIncurred(from: &data))
    case CorrespondenceLogged.type: self = .correspondenceLogged(try CorrespondenceLogged(from: &data))
    case PositionStated.type: self = .positionStated(try PositionStated(from: &data))
    case BalanceStated.type: self = .balanceStated(try BalanceStated(from: &data))
    case DisputeRaised.type: self = .disputeRaised(try DisputeRaised(from: &data))
    case DisputeStepTaken.type: self = .disputeStepTaken(try DisputeStepTaken(from: &data))
    case DisputeConcluded.type: self = .disputeConcluded(try DisputeConcluded(from: &data))
    case AdviceGiven.type: self = .adviceGiven(try AdviceGiven(from: &data))
    case ChoiceMade.type: self = .choiceMade(try ChoiceMade(from: &data))
    case ExhibitFiled.type: self = .exhibitFiled(try ExhibitFiled(from: &data))
    case InformationRequested.type: self = .informationRequested(try InformationRequested(from: &data))
    case InformationAnswered.type: self = .informationAnswered(try InformationAnswered(from: &data))
    case ReductionPlanned.type: self = .reductionPlanned(try ReductionPlanned(from: &data))
    case Corroborated.type: self = .corroborated(try Corroborated(from: &data))
    case EntryCorrected.type: self = .entryCorrected(try EntryCorrected(from: &data))
    case EntryRetracted.type: self = .entryRetracted(try EntryRetracted(from: &data))
    case PrivateErased.type: self = .privateErased(try PrivateErased(from: &data))
    case EntryErased.type: self = .entryErased(try EntryErased(from: &data))
    case LogOpened.type: self = .logOpened(try LogOpened(from: &data))
    case KeyRotated.type: self = .keyRotated(try KeyRotated(from: &data))
    case Acknowledged.type: self = .acknowledged(try Acknowledged(from: &data))
    default: self = .unknown(type: type, version: 1)
    }
  }

  /// The fields as a value of their type; nil where the type or its version is not known.
  public var data: (any EventData)? {
    switch self {
    case .partyRegistered(let data): data
    case .partySucceeded(let data): data
    case .memberNamed(let data): data
    case .sameParty(let data): data
    case .agreementMade(let data): data
    case .agreementVaried(let data): data
    case .paymentPromised(let data): data
    case .dueDateSet(let data): data
    case .conditionOutcome(let data): data
    case .savingReported(let data): data
    case .savingRevised(let data): data
    case .paymentMade(let data): data
    case .paymentReclaimed(let data): data
    case .setOffApplied(let data): data
    case .promiseWithdrawn(let data): data
    case .promiseSuspended(let data): data
    case .promiseReinstated(let data): data
    case .obligationTransferred(let data): data
    case .performanceRecorded(let data): data
    case .costIncurred(let data): data
    case .correspondenceLogged(let data): data
    case .positionStated(let data): data
    case .balanceStated(let data): data
    case .disputeRaised(let data): data
    case .disputeStepTaken(let data): data
    case .disputeConcluded(let data): data
    case .adviceGiven(let data): data
    case .choiceMade(let data): data
    case .exhibitFiled(let data): data
    case .informationRequested(let data): data
    case .informationAnswered(let data): data
    case .reductionPlanned(let data): data
    case .corroborated(let data): data
    case .entryCorrected(let data): data
    case .entryRetracted(let data): data
    case .privateErased(let data): data
    case .entryErased(let data): data
    case .logOpened(let data): data
    case .keyRotated(let data): data
    case .acknowledged(let data): data
    case .unknown, .newer: nil
    }
  }

  /// The name as it stands in the line.
  public var typeName: String {
    switch self {
    case .unknown(let type, _), .newer(let type, _): type
    default: data.map { Swift.type(of: $0).type } ?? ""
    }
  }
}
