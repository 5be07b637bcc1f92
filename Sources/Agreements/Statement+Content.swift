import CanonicalJSON

// When do two statements say the same? One rule for what is typed, for drafts and for the rows of a table.

extension Statement {
  /// What it says, without how that was written, who says so and on which paper it stands: of each part its length, then the
  /// part.
  ///
  /// Law: two statements of the same stream say the same exactly where these bytes are equal. The words of a sum or a day do
  /// not count (“£5” is “£5.00”, “3 May 2010” is 2010-05-03), nor does the key of a saving: a table that has none is given
  /// keys made of its file.
  package var content: [UInt8] {
    var content: [UInt8] = []
    content.reserveCapacity(160)
    func put(_ text: String) {
      content.append(contentsOf: String(text.utf8.count).utf8)
      content.append(0x3A)
      content.append(contentsOf: text.utf8)
    }
    put(body.typeName)
    put(when?.date.edtf ?? "")
    guard case .paymentMade(let payment) = body else {
      var data = body.data?.members ?? JSONObject()
      if case .savingReported = body { data["saving"] = nil }
      put(String(decoding: JSONValue.object(data).withoutWords.canonicalBytes, as: UTF8.self))
      return content
    }
    // The usual kind, without the detour over JSON.
    put(payment.promise.rawValue)
    put(payment.to.rawValue)
    put("\(payment.money.low) \(payment.money.high ?? -1) \(payment.money.per.rawValue) \(payment.money.isAbout)")
    put(payment.reference.map { "=" + $0 } ?? "")
    put(payment.creditor?.rawValue ?? "")
    return content
  }
}

extension JSONValue {
  /// Of all that stands in `data`, only a sum has `words`.
  fileprivate var withoutWords: JSONValue {
    switch self {
    case .object(let object):
      var plain = JSONObject()
      for member in object.members where member.name != "words" { plain[member.name] = member.value.withoutWords }
      return .object(plain)
    case .array(let items): return .array(items.map(\.withoutWords))
    default: return self
    }
  }
}
