/// Did the other side agree? Absent counts as not stated, which is no consent.
public enum Consent: String, Sendable, CaseIterable {
  case yes, no, disputed
}

/// A plain fact that may not be known.
public enum Known: String, Sendable, CaseIterable {
  case yes, no, unknown
}
