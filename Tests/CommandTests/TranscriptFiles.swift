import Foundation
import GRDB
import Testing

/// The commands of a transcript that make the files its errors come from: `tracker` makes no bad ones itself.
///
/// - `write FILE | line | line` makes a file with these lines, `change FILE | old | new` puts other words in the place of
///   some, `lines 2 5 FROM TO` takes lines 2 to 5 of a file, `copy FROM TO` and `remove FILE` are for folders too.
/// - `sql BOOK | STATEMENT` changes a book as a stranger with a database program would; `mode FILE 644` gives a file rights,
///   `sparse FILE BYTES` a length without contents.
/// - `‹0D›` in them is a byte that cannot be typed, `‹9 × [›` is nine brackets, `‹9 × a¶›` nine lines, `‹cut›` at the end takes
///   the last line feed away; a word `@FILE` is what stands in that file. A star stands for the one file whose name was drawn.
enum TranscriptFiles {
  /// - Returns: false if it is no command of these.
  static func run(_ command: String, in shell: Shell, inserted: (String) -> String) throws -> Bool {
    let verb = command.prefix { $0 != " " }
    let rest = String(command.dropFirst(verb.count + 1))
    let parts = rest.components(separatedBy: " | ")
    let words = rest.components(separatedBy: " ")
    func place(_ name: String) -> URL { Self.found(URL(fileURLWithPath: "\(shell.folder)/\(name)")) }
    func bytes(_ text: String) -> Data {
      Self.bytes(text.components(separatedBy: " ").map(inserted).joined(separator: " "))
    }
    switch (verb, parts.count, words.count) {
    case ("write", _, _):
      try FileManager.default.createDirectory(
        at: place(parts[0]).deletingLastPathComponent(), withIntermediateDirectories: true)
      var data = Data(parts.dropFirst().flatMap { bytes($0) + [0x0A] })
      let cut = Data("‹cut›\n".utf8)
      if data.suffix(cut.count) == cut { data.removeLast(cut.count) }
      try data.write(to: place(parts[0]))
    case ("change", 3, _):
      var data = try Data(contentsOf: place(parts[0]))
      let (old, new) = (bytes(parts[1]), bytes(parts[2]))
      try #require(data.range(of: old) != nil, "“\(parts[0])” holds no “\(parts[1])”")
      var from = data.startIndex
      while let found = data.range(of: old, in: from..<data.endIndex) {
        data.replaceSubrange(found, with: new)
        from = found.lowerBound + new.count
      }
      try data.write(to: place(parts[0]))
    case ("lines", _, 4):
      let lines = try Data(contentsOf: place(words[2])).split(separator: 0x0A, omittingEmptySubsequences: false)
      let (first, last) = (try #require(Int(words[0])), try #require(Int(words[1])))
      try #require((1...lines.count).contains(first) && (first...lines.count).contains(last), "\(command)")
      try Data(lines[(first - 1)..<last].flatMap { $0 + [0x0A] }).write(to: place(words[3]))
    case ("copy", _, 2):
      // Through a link: the file that it leads to is copied.
      try FileManager.default.copyItem(at: place(words[0]).resolvingSymlinksInPath(), to: place(words[1]))
    case ("sql", 2, _):
      let queue = try DatabaseQueue(path: place(parts[0]).path)
      // ~ is the folder of the transcript, as in its answers.
      let statement = parts[1].replacingOccurrences(of: "'~/", with: "'\(shell.folder)/")
      try queue.writeWithoutTransaction { try $0.execute(sql: statement) }
      try queue.close()
    case ("mode", _, 2):
      try #require(chmod(place(words[0]).path, mode_t(words[1], radix: 8) ?? 0) == 0)
    case ("sparse", _, 2):
      try Data().write(to: place(words[0]))
      try #require(truncate(place(words[0]).path, off_t(words[1]) ?? 0) == 0)
    case ("remove", _, 1): try FileManager.default.removeItem(at: place(words[0]))
    default: return false
    }
    return true
  }

  /// A star in the name of a file stands for whatever makes it the name of one that is there.
  private static func found(_ file: URL) -> URL {
    let parts = file.lastPathComponent.components(separatedBy: "*")
    guard parts.count == 2 else { return file }
    let folder = file.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let name = names.sorted().first { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1]) }
    return name.map(folder.appendingPathComponent) ?? file
  }

  /// `‹…›` in a text: bytes in hexadecimal, and what is there many times.
  static func bytes(_ text: String) -> Data {
    var data = Data()
    var rest = text[...]
    while let open = rest.firstIndex(of: "‹") {
      data += Data(rest[..<open].utf8)
      guard let close = rest[open...].firstIndex(of: "›") else { break }
      let inside = rest[rest.index(after: open)..<close]
      let many = inside.components(separatedBy: " × ")
      if many.count == 2, let count = Int(many[0]) {
        data += Data(String(repeating: many[1].replacingOccurrences(of: "¶", with: "\n"), count: count).utf8)
      } else if inside.utf8.count == 2, let byte = UInt8(inside, radix: 16) {
        data.append(byte)
      } else {
        data += Data(rest[open...close].utf8)
      }
      rest = rest[rest.index(after: close)...]
    }
    return data + Data(rest.utf8)
  }
}
