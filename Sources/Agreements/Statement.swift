import CanonicalJSON

/// The meaning of one line: who says what, since when it holds, and on which paper.
///
/// It is the part of an event that a person states. Where and when the log learned it (position, id, recordedAt) belongs
/// to memory and is no part of this.
public struct Statement: Hashable, Sendable {
  public var assertedBy: Assertion
  public var basis: Basis
  public var body: EventBody
  public var note: String?
  public var sources: [Source]
  public var visibility: Visibility
  public var when: When?

  public init(
    assertedBy: Assertion, basis: Basis, body: EventBody, note: String? = nil, sources: [Source] = [],
    visibility: Visibility = .committee, when: When? = nil
  ) {
    self.assertedBy = assertedBy
    self.basis = basis
    self.body = body
    self.note = note
    self.sources = sources
    self.visibility = visibility
    self.when = when
  }

  /// Who says so; not who typed it.
  public struct Assertion: Hashable, Sendable {
    public var party: PartyKey
    public var capacity: String?

    public init(party: PartyKey, capacity: String? = nil) {
      self.party = party
      self.capacity = capacity
    }
  }

  /// How the one who says so knows it.
  public enum Basis: String, Sendable, CaseIterable {
    case ownKnowledge = "own-knowledge"
    case told, document, press, inferred
  }

  public struct Source: Hashable, Sendable {
    public var exhibit: ExhibitKey?
    public var citation: String?
    public var locator: String?
    public var quote: String?

    public init(exhibit: ExhibitKey? = nil, citation: String? = nil, locator: String? = nil, quote: String? = nil) {
      self.exhibit = exhibit
      self.citation = citation
      self.locator = locator
      self.quote = quote
    }
  }

  public enum Visibility: Hashable, Sendable {
    case `public`
    case committee
    /// Only these practices; sorted.
    case practices([PartyKey])
  }

  /// When it happened, as far as is known. Absent = not known.
  public struct When: Hashable, Sendable {
    public var date: ImpreciseDate
    public var words: String?
    public var inference: String?

    public init(date: ImpreciseDate, words: String? = nil, inference: String? = nil) {
      self.date = date
      self.words = words
      self.inference = inference
    }
  }
}
