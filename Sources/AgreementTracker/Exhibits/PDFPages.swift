/// How many pages a PDF has, where that can be read surely; a number that may be wrong is left out.
///
/// Read surely means one of two: the file was written for the web and says the number at its beginning, and is as long as it
/// says there; or all its objects stand open, none was replaced by a later one, and the pages that are there are as many as
/// the list of pages says. Objects that are packed away are not unpacked for it.
enum PDFPages {
  /// Longer files are not searched.
  static let longest = 1 << 25

  static func count(_ bytes: [UInt8]) -> Int? {
    guard bytes.starts(with: Array("%PDF-".utf8)), bytes.count <= longest else { return nil }
    return bytes.withUnsafeBufferPointer { buffer in
      let search = Search(bytes: buffer)
      return search.linearized ?? search.open
    }
  }

  private struct Search {
    let bytes: UnsafeBufferPointer<UInt8>

    /// ISO 32000-1, annex F: the first object gives the length of the whole file (L) and the number of pages (N).
    var linearized: Int? {
      let head = 0..<min(1024, bytes.count)
      guard let mark = places(of: "/Linearized", in: head).first,
        let end = places(of: ">>", in: mark..<head.upperBound).first, number(of: "/L", in: mark..<end) == bytes.count
      else { return nil }
      return plausible(number(of: "/N", in: mark..<end))
    }

    /// All objects in the open, once each.
    var open: Int? {
      let whole = 0..<bytes.count
      guard places(of: "startxref", in: whole).count == 1, places(of: "/ObjStm", in: whole).isEmpty,
        places(of: "/Encrypt", in: whole).isEmpty
      else { return nil }
      var pages = 0
      var listed = 0
      for type in places(of: "/Type", in: whole) {
        var place = type + 5
        while place < bytes.count, isSpace(bytes[place]) { place += 1 }
        if stands("/Pages", at: place) {
          guard let object = object(around: type), let count = number(of: "/Count", in: object) else { return nil }
          listed = max(listed, count)
        } else if stands("/Page", at: place) {
          pages += 1
        }
      }
      return pages == listed ? plausible(pages) : nil
    }

    private func plausible(_ count: Int?) -> Int? { count.flatMap { (1...1_000_000).contains($0) ? $0 : nil } }

    /// From “obj” to “endobj”.
    private func object(around place: Int) -> Range<Int>? {
      let near = max(0, place - 4096)..<place
      guard let start = places(of: "obj", in: near).last,
        let end = places(of: "endobj", in: place..<min(bytes.count, place + (1 << 20))).first
      else { return nil }
      return start..<end
    }

    /// The whole number behind a name.
    private func number(of name: String, in range: Range<Int>) -> Int? {
      for place in places(of: name, in: range) {
        var place = place + name.utf8.count
        guard place < range.upperBound, isSpace(bytes[place]) else { continue }
        while place < range.upperBound, isSpace(bytes[place]) { place += 1 }
        let digits = bytes[place..<range.upperBound].prefix { (0x30...0x39).contains($0) }
        guard (1...10).contains(digits.count) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
      }
      return nil
    }

    /// Does a name stand here as a whole word?
    private func stands(_ name: String, at place: Int) -> Bool {
      let end = place + name.utf8.count
      guard end <= bytes.count, bytes[place..<end].elementsEqual(name.utf8) else { return false }
      return end == bytes.count || isSpace(bytes[end]) || "/<>[]()%".utf8.contains(bytes[end])
    }

    private func places(of word: String, in range: Range<Int>) -> [Int] {
      let word = Array(word.utf8)
      guard range.count >= word.count else { return [] }
      var places: [Int] = []
      for place in range.lowerBound...(range.upperBound - word.count) where bytes[place] == word[0] {
        if bytes[place..<(place + word.count)].elementsEqual(word) { places.append(place) }
      }
      return places
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
  }
}
