import Foundation

/// The words of a refusal, with … where a value comes: so that a text cannot change unseen, whatever it names.
package enum RefusalPattern {
  /// Do the pieces between the values stand in the text in their order, from its beginning to its end?
  package static func fits(_ text: String, _ words: String) -> Bool {
    let pieces = words.components(separatedBy: "…")
    guard let first = pieces.first, let last = pieces.last, text.hasPrefix(first), text.hasSuffix(last) else {
      return false
    }
    var rest = text.dropFirst(first.count)
    for piece in pieces.dropFirst() where !piece.isEmpty {
      guard let found = rest.range(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return pieces.count > 1 || text == words
  }
}
