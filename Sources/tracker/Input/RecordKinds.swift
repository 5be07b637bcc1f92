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

  /// Other words for the same type, with the flag that the word stands for.
  static let others: [(word: String, type: any EventData.Type, flag: String, value: String)] = [
    ("letter", CorrespondenceLogged.self, "--medium", "letter"),
    ("call", CorrespondenceLogged.self, "--medium", "phone"),
    ("email", CorrespondenceLogged.self, "--medium", "email"),
    ("meeting", CorrespondenceLogged.self, "--medium", "meeting"),
  ]

  /// All words, each once.
  static var words: [String] {
    types.flatMap { known in
      [known.word] + others.filter { $0.type.type == known.type.type && $0.word != known.word }.map(\.word)
    }
  }

  static func type(for word: String) -> (any EventData.Type)? {
    types.first { $0.word == word }?.type ?? others.first { $0.word == word }?.type
  }

  /// What a word says already: a call is by telephone, unless a flag says otherwise.
  static func presets(of word: String) -> [(flag: String, value: String)] {
    others.filter { $0.word == word }.map { ($0.flag, $0.value) }
  }

  /// Was it spoken, so that no paper shows it?
  static func isSpoken(_ word: String) -> Bool { word == "call" || word == "meeting" }

  /// Corrections, and notes about the log itself, have commands of their own; nobody is asked for them.
  static func isAskedFor(_ type: any EventData.Type) -> Bool {
    ![
      EntryCorrected.type, EntryRetracted.type, PrivateErased.type, EntryErased.type, LogOpened.type, KeyRotated.type,
      Acknowledged.type,
    ].contains(type.type)
  }

  /// Does it begin something that has a key of its own?
  static func isNewThing(_ type: any EventData.Type) -> Bool {
    [PartyRegistered.type, AgreementMade.type, ExhibitFiled.type, ReductionPlanned.type].contains(type.type)
  }

  /// Does it say who or what something is, and not that something happened?
  static func isRegistration(_ type: any EventData.Type) -> Bool {
    [PartyRegistered.type, MemberNamed.type, SameParty.type, ExhibitFiled.type].contains(type.type)
  }

  static func word(for type: any EventData.Type) -> String { types.first { $0.type.type == type.type }?.word ?? "KIND" }

  /// `decidedBy` → `--decided-by`
  static func flag(for field: String) -> String {
    field.reduce(into: "--") { flag, character in
      flag += character.isUppercase ? "-\(character.lowercased())" : String(character)
    }
  }
}
