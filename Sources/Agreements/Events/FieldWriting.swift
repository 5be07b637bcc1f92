package import CanonicalJSON

// Small helpers so that `members` of an event type is one plain line a field; nil leaves the member out.

extension RawRepresentable where RawValue == String {
  package var json: JSONValue? { .string(rawValue) }
}

extension Optional where Wrapped: RawRepresentable, Wrapped.RawValue == String {
  package var json: JSONValue? { self?.json }
}

extension String {
  package var json: JSONValue? { .string(self) }
}

extension Optional where Wrapped == String {
  package var json: JSONValue? { self.map(JSONValue.string) }
}

extension Sequence where Element: DomainKey {
  package var json: JSONValue? { .array(map { .string($0.rawValue) }) }
}

extension Sequence where Element == EventID {
  package var json: JSONValue? { .array(map { .string($0.description) }) }
}

extension Sequence where Element == String {
  package var json: JSONValue? { .array(map(JSONValue.string)) }
}

extension Int64 {
  package var json: JSONValue? { .integer(self) }
}

extension Optional where Wrapped == Int64 {
  package var json: JSONValue? { self.map(JSONValue.integer) }
}

extension EventID {
  package var json: JSONValue? { .string(description) }
}

extension ImpreciseDate {
  package var json: JSONValue? { .string(edtf) }
}
