import CanonicalJSON

/// One known event of an agreement in 64 bytes: what a plain fold needs of it, keys by their numbers.
///
/// Whatever does not fit makes the event `complex`; then its line is read again and folded with all the rules.
struct QuickEvent: Sendable {
  enum Kind: UInt8, Sendable {
    /// `AgreementMade`
    case made
    /// A sum of money was promised, without conditions.
    case promised
    case saving
    case paid
    /// A promise was withdrawn whole, and nobody says that it was agreed.
    case withdrawn
    case cost
    /// A revision of a saving; it changes no sum that was promised as money.
    case revised
    /// Words that can show a failure: a position or a corroboration.
    case evidence
    /// Words that change no row.
    case word
    /// No happening: notes of the log about itself.
    case note
    /// Anything else.
    case complex
  }

  struct Marks: OptionSet, Sendable {
    let rawValue: UInt8
    static let about = Marks(rawValue: 1)
    /// A paper that was filed is cited.
    static let exhibit = Marks(rawValue: 2)
    static let inferred = Marks(rawValue: 4)
    /// A day is known on which it may have begun.
    static let begun = Marks(rawValue: 8)
    /// The promise is named.
    static let promise = Marks(rawValue: 16)
  }

  /// Money: pence, `high` −1 where no upper end is known.
  var low: Int64 = 0
  var high: Int64 = 0
  var id: EventID
  /// From 0, in the log.
  var position: Int32
  /// Of the first event of a run: where the next run of its stream begins; −1 = nowhere yet.
  var next: Int32 = -1
  /// Days from 1970; `earliest` counts only with the mark `begun`.
  var earliest: Int32 = 0
  var latest: Int32 = 0
  /// Number of the promise's key, with the mark `promise`.
  var promise: Int32 = -1
  /// Number of the key of the one it is about: to whom, by whom, the debtor.
  var party: Int32 = -1
  /// Number of the key of the one who says so.
  var said: Int32 = -1
  /// Number of a date, −1 = none: when a promise is due, in which period a saving was made.
  var due: Int32 = -1
  var kind = Kind.complex
  var marks: Marks = []
}
