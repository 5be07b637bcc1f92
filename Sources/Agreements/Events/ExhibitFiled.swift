public import CanonicalJSON

/// A paper or file enters the record as an exhibit.
public struct ExhibitFiled: EventData {
  public enum Kind: String, Sendable, CaseIterable {
    case press
    case letter
    case minute
    case email
    case report
    case spreadsheet
    case statement
    case contract
    case other
  }

  /// Its label.
  public var exhibit: String
  /// Its title.
  public var title: String
  /// What it is.
  public var kind: Kind
  /// Who wrote it.
  public var author: PartyKey?
  /// When it was made.
  public var made: ImpreciseDate?
  /// Digest of the file.
  public var sha256: String?
  /// Its size.
  public var bytes: Int64?
  /// Its media type.
  public var mediaType: String?
  /// How many pages it has.
  public var pages: Int64?
  /// From whom it was obtained.
  public var obtainedFrom: String?
  /// When it was obtained.
  public var obtainedOn: ImpreciseDate?
  /// What was blacked out, and by whom.
  public var redactions: String?

  public static let type = "ExhibitFiled"
  public static let version = 1
  public static let streams: [StreamName.Kind] = [.exhibit]
  public static let meaning = "A paper or file enters the record as an exhibit."
  public static let fields: [Field] = [
    Field("exhibit", .text, "its label"),
    Field("title", .text, "its title"),
    Field("kind", .choice(Kind.allCases.map(\.rawValue)), "what it is"),
    .optional("author", .key("party"), "who wrote it"),
    .optional("made", .date, "when it was made"),
    .optional("sha256", .digest, "digest of the file"),
    .optional("bytes", .count, "its size"),
    .optional("mediaType", .text, "its media type"),
    .optional("pages", .count, "how many pages it has"),
    .optional("obtainedFrom", .text, "from whom it was obtained"),
    .optional("obtainedOn", .date, "when it was obtained"),
    .optional("redactions", .text, "what was blacked out, and by whom"),
  ]

  public init(
    exhibit: String, title: String, kind: Kind, author: PartyKey? = nil, made: ImpreciseDate? = nil,
    sha256: String? = nil, bytes: Int64? = nil, mediaType: String? = nil, pages: Int64? = nil,
    obtainedFrom: String? = nil, obtainedOn: ImpreciseDate? = nil, redactions: String? = nil
  ) {
    self.exhibit = exhibit
    self.title = title
    self.kind = kind
    self.author = author
    self.made = made
    self.sha256 = sha256
    self.bytes = bytes
    self.mediaType = mediaType
    self.pages = pages
    self.obtainedFrom = obtainedFrom
    self.obtainedOn = obtainedOn
    self.redactions = redactions
  }

  public init(from data: inout FieldReader) throws(JSONFault) {
    author = try data.optionalKey("author")
    bytes = try data.optionalCount("bytes", in: 0...FieldReader.largest)
    exhibit = try data.text("exhibit")
    kind = try data.choice("kind")
    made = try data.optionalDate("made")
    mediaType = try data.optionalText("mediaType")
    obtainedFrom = try data.optionalText("obtainedFrom")
    obtainedOn = try data.optionalDate("obtainedOn")
    pages = try data.optionalCount("pages")
    redactions = try data.optionalText("redactions")
    sha256 = try data.optionalHexDigest("sha256")
    title = try data.text("title")
  }

  public var members: JSONObject {
    var object = JSONObject()
    object["author"] = author.json
    object["bytes"] = bytes.json
    object["exhibit"] = exhibit.json
    object["kind"] = kind.json
    object["made"] = made?.json
    object["mediaType"] = mediaType.json
    object["obtainedFrom"] = obtainedFrom.json
    object["obtainedOn"] = obtainedOn?.json
    object["pages"] = pages.json
    object["redactions"] = redactions.json
    object["sha256"] = sha256.json
    object["title"] = title.json
    return object
  }
}
