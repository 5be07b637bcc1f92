internal import Agreements

/// What people call each type of event: the word behind `tracker record`.
enum RecordKinds {
  static let types: [(word: String, type: any EventData.Type)] = [
    ("party", PartyRegistered.self), ("succession", PartySucceeded.self), ("member", MemberNamed.self),
    ("same-party", SameParty.self), ("agreement", AgreementMade.self), ("variation", AgreementVaried.self),
    ("promise", PaymentPromised.self), ("due-date", DueDateSet.self), ("condition", ConditionOutcome.self),
    ("saving", SavingReported.self), ("saving-revision", SavingRevised.self), ("payment", PaymentMade.self),
    ("reclaim", PaymentReclaimed.self), ("set-off", SetOffApplied.self), ("withdrawal", PromiseWithdrawn.self),
    ("suspension", PromiseSuspended.self), ("reinstatement", PromiseReinstated.self),
    ("transfer", ObligationTransferred.self), ("performance", PerformanceRecorded.self), ("cost", CostIncurred.self),
    ("letter", CorrespondenceLogged.self), ("position", PositionStated.self), ("balance", BalanceStated.self),
    ("dispute", DisputeRaised.self), ("step", DisputeStepTaken.self), ("outcome", DisputeConcluded.self),
    ("advice", AdviceGiven.self), ("choice", ChoiceMade.self), ("exhibit", ExhibitFiled.self),
    ("request", InformationRequested.self), ("answer", InformationAnswered.self), ("plan", ReductionPlanned.self),
    ("corroboration", Corroborated.self), ("correction", EntryCorrected.self), ("retraction", EntryRetracted.self),
    ("private-erasure", PrivateErased.self), ("entry-erasure", EntryErased.self), ("log-opening", LogOpened.self),
    ("key-rotation", KeyRotated.self), ("acknowledgement", Acknowledged.self),
  ]

  static func type(for word: String) -> (any EventData.Type)? { types.first { $0.word == word }?.type }

  static func word(for type: any EventData.Type) -> String { types.first { $0.type.type == type.type }?.word ?? "KIND" }

  /// `decidedBy` → `--decided-by`
  static func flag(for field: String) -> String {
    field.reduce(into: "--") { flag, character in
      flag += character.isUppercase ? "-\(character.lowercased())" : String(character)
    }
  }
}
