import CanonicalJSON

/// One known event of an agreement in 64 bytes: what a plain fold needs of it, keys by their numbers.
///
/// Whatever does not fit makes the event `complex`; then its line is read again and folded with all the rules.
package struct QuickEvent: Equatable, Sendable {
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
    /// When a promise is due was set anew, for all its creditors.
    case dueSet
    /// Words that change no row.
    case word
    /// No happening: notes of the log about itself.
    case note
    /// In no fold: a correction or a retraction itself, and what was taken back.
    case gone
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

  /// The lower 48 bits: `low`; the others: `kind` and `marks`. So an event fits into one line of a processor's cache.
  private var packed: UInt64
  /// Money: pence, at most `Money.limit`; `high` −1 where no upper end is known.
  var low: Int64 {
    get { Int64(packed & 0xFFFF_FFFF_FFFF) }
    set { packed = (packed >> 48) << 48 | UInt64(newValue) & 0xFFFF_FFFF_FFFF }
  }
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

  var kind: Kind {
    get { Kind(rawValue: UInt8(truncatingIfNeeded: packed >> 48)) ?? .complex }
    set { packed = packed & ~(0xFF << 48) | UInt64(newValue.rawValue) << 48 }
  }

  var marks: Marks {
    get { Marks(rawValue: UInt8(truncatingIfNeeded: packed >> 56)) }
    set { packed = packed & ~(0xFF << 56) | UInt64(newValue.rawValue) << 56 }
  }

  init(id: EventID, position: Int32) {
    self.id = id
    self.position = position
    packed = UInt64(Kind.complex.rawValue) << 48
  }
}

/// A long list in pages, which grows without being moved: only what is used is ever touched.
struct Pages<Element: Sendable>: Sendable {
  private var pages: [[Element]] = []
  private(set) var count = 0
  private static var size: Int { 1 << 12 }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { pages[index >> 12][index & 0xFFF] }
    set { pages[index >> 12][index & 0xFFF] = newValue }
  }

  mutating func append(_ element: Element) {
    if count & 0xFFF == 0 {
      pages.append([])
      pages[pages.count - 1].reserveCapacity(Self.size)
    }
    pages[pages.count - 1].append(element)
    count += 1
  }
}
