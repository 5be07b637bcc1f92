import Agreements
import CanonicalJSON

// Which reader takes the data of which type.

extension QuickLines {
  /// How `data` of a type is read.
  enum Reader {
    case made, promised, saving, paid, withdrawn, letter, dueSet, corrected, retracted, position, corroborated
    /// By the type's own reader; then it is of this kind.
    case general(QuickEvent.Kind)
    /// Not here: its version is another.
    case none
  }

  /// How each type is read, in the order of `EventBody.types`, and their names: worked out once, since an append makes several
  /// readers for its few lines.
  static let readersOfTypes: [Reader] = EventBody.types.map { type in
    guard type.version == 1 else { return .none }
    return switch type {
    case is AgreementMade.Type: .made
    case is PaymentPromised.Type: .promised
    case is SavingReported.Type: .saving
    case is PaymentMade.Type: .paid
    case is PromiseWithdrawn.Type: .withdrawn
    case is CorrespondenceLogged.Type: .letter
    case is CostIncurred.Type: .general(.cost)
    case is SavingRevised.Type: .general(.revised)
    case is PositionStated.Type: .position
    case is Corroborated.Type: .corroborated
    case is DueDateSet.Type: .dueSet
    case is EntryCorrected.Type: .corrected
    case is EntryRetracted.Type: .retracted
    case is DisputeRaised.Type, is DisputeStepTaken.Type, is AdviceGiven.Type, is ChoiceMade.Type,
      is InformationRequested.Type, is InformationAnswered.Type:
      .general(.word)
    case is ReductionPlanned.Type: .general(.word)
    // What is no happening, and in the stream of an agreement has no effect on its rows.
    case is PartyRegistered.Type, is MemberNamed.Type, is SameParty.Type, is ExhibitFiled.Type, is PrivateErased.Type,
      is EntryErased.Type, is Acknowledged.Type, is LogOpened.Type, is KeyRotated.Type:
      .general(.note)
    default: .general(.complex)
    }
  }

  static let namesOfTypes: TextTable = {
    var names = TextTable()
    for type in EventBody.types { _ = names.number(of: type.type) }
    return names
  }()

  mutating func readData() -> Bool {
    saving = -1
    amended = nil
    corroborated = nil
    spoken.removeAll(keepingCapacity: true)
    if shape != .scanned {
      if let isRead = takeShape() { return isRead }
      // It has the shape of another type: it is looked at again.
      parties.removeAll(keepingCapacity: true)
      cursor.go(to: dataAt)
      guard cursor.value(depth: 1) else { return false }
    }
    let data = cursor.scanned
    do throws(JSONFault) {
      switch readers[type] {
      case .made: return try readMade(data)
      case .promised: return try readPromised(data)
      case .saving: return try readSaving(data)
      case .paid: return try readPaid(data)
      case .withdrawn: return try readWithdrawn(data)
      case .letter: return try readLetter(data)
      case .dueSet: return try readDueSet(data)
      case .corrected: return try readCorrected(data)
      case .retracted: return try readRetracted(data)
      case .position: return try readPosition(data)
      case .corroborated: return try readCorroborated(data)
      case .general(let kind):
        let body = try EventBody(type: EventBody.types[type].type, version: 1, data: data)
        event.kind = kind
        if isChecking { general = asked(body) }
        return true
      case .none: return false
      }
    } catch {
      return false
    }
  }
}
