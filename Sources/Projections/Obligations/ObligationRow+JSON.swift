import Agreements
public import CanonicalJSON

// A row as it is answered in JSON and kept in the read model. Its shape is written down once, in `RowInJSON`.

extension ObligationRow {
  /// The row as obligations are answered in JSON. Money in pence; `high` null = unknown.
  public var json: JSONValue { .object(members) }

  /// The members of the row, sorted: what is written, read again. Answers of many rows are written straight away.
  package var members: JSONObject {
    var writer = JSONWriter()
    writer.put(self)
    guard let object = (try? JSONValue(canonical: writer.take()))?.object else {
      preconditionFailure("a row is written as an object in canonical form")
    }
    return object
  }
}
