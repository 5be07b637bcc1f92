import CanonicalJSON

/// The keys of the domain: each a type of its own, so that a party is never taken for a promise.
///
/// All share one grammar (`Key`): 1 to 64 of `a-z 0-9 -`, beginning with a letter or a digit.
public protocol DomainKey: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible
where RawValue == String {
  /// Taken as valid: the reader of a line checks the grammar before.
  init(unchecked text: String)
}

extension DomainKey {
  public init?(rawValue: String) {
    guard Key.isValid(rawValue) else { return nil }
    self.init(unchecked: rawValue)
  }

  public var description: String { rawValue }

  public static func < (left: Self, right: Self) -> Bool {
    left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
  }
}

/// A body or a role: a commissioner, a practice, a committee, a group of practices.
public struct PartyKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// One deal between a commissioner and those that it promised something.
public struct AgreementKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// One promise of money within an agreement.
public struct PromiseKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// One condition of a promise.
public struct ConditionKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// One reported saving, so that a revision names what it revises.
public struct SavingKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// One set-off, so that a later word on it replaces the earlier.
public struct SetOffKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// One dispute.
public struct DisputeKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// A way to take a dispute further, such as `nhs-dispute-resolution`.
public struct RouteKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// One request for information.
public struct RequestKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// A paper or file that events cite.
public struct ExhibitKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// A plan to spend less: no promise and no breach.
public struct PlanKey: DomainKey {
  public let rawValue: String
  public init(unchecked text: String) { rawValue = text }
}

/// The stream that an event belongs to: the history of one thing.
public enum StreamName: Hashable, Sendable, CustomStringConvertible {
  case agreement(AgreementKey)
  case party(PartyKey)
  case plan(PlanKey)
  case exhibit(ExhibitKey)
  case log

  /// The kinds of stream, as they stand before the slash.
  public enum Kind: String, Sendable, CaseIterable {
    case agreement, party, plan, exhibit, log

    /// The word before the slash; `log` has none.
    fileprivate init?(word: Slice<UnsafeBufferPointer<UInt8>>) {
      let kinds: [Kind] = [.agreement, .party, .plan, .exhibit]
      guard let kind = kinds.first(where: { word.elementsEqual($0.rawValue.utf8) }) else { return nil }
      self = kind
    }
  }

  public init?(_ text: String) {
    var text = text
    guard let name = text.withUTF8({ StreamName($0) }) else { return nil }
    self = name
  }

  package init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    if bytes.elementsEqual("log".utf8) {
      self = .log
      return
    }
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), let kind = Kind(word: bytes[..<slash]) else {
      return nil
    }
    let text = UnsafeBufferPointer(rebasing: bytes[(slash + 1)...])
    guard Key.isValid(text) else { return nil }
    let key = String(decoding: text, as: UTF8.self)
    switch kind {
    case .agreement: self = .agreement(AgreementKey(unchecked: key))
    case .party: self = .party(PartyKey(unchecked: key))
    case .plan: self = .plan(PlanKey(unchecked: key))
    case .exhibit: self = .exhibit(ExhibitKey(unchecked: key))
    case .log: self = .log
    }
  }

  public var kind: Kind {
    switch self {
    case .agreement: .agreement
    case .party: .party
    case .plan: .plan
    case .exhibit: .exhibit
    case .log: .log
    }
  }

  public var description: String {
    switch self {
    case .agreement(let key): "agreement/\(key)"
    case .party(let key): "party/\(key)"
    case .plan(let key): "plan/\(key)"
    case .exhibit(let key): "exhibit/\(key)"
    case .log: "log"
    }
  }
}
