import Agreements
import CanonicalJSON
import Foundation
import TestSupport
import TransparencyLog

/// Writes the catalogue of events out of the code, or checks that it is fresh: nothing in it is written twice by hand.
///
///     catalogue [--check] FOLDER
@main
struct CatalogueMaker {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let isCheck = arguments.first == "--check"
    if isCheck { arguments.removeFirst() }
    guard let folder = arguments.first, arguments.count == 1 else {
      print("usage: catalogue [--check] FOLDER")
      exit(64)
    }
    var stale: [String] = []
    for (path, text) in files {
      let file = URL(fileURLWithPath: folder).appendingPathComponent(path)
      if isCheck {
        if (try? Data(contentsOf: file)) != Data(text.utf8) { stale.append(path) }
      } else {
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
    }
    if !stale.isEmpty {
      print("stale, make them anew with tools/catalogue: \(stale.joined(separator: " "))")
      exit(1)
    }
    print("\(files.count) files of the catalogue \(isCheck ? "are fresh" : "written")")
  }

  static var files: [(String, String)] {
    var files = [("README.md", index)]
    for golden in Examples.goldens {
      guard let type = EventBody.type(named: golden.type) else { continue }
      files.append(("\(golden.type)/README.md", page(type, golden)))
      files.append(("\(golden.type)/canonical.jsonl", String(decoding: golden.line, as: UTF8.self) + "\n"))
      files.append(("\(golden.type)/digest.txt", golden.entry.hex + "\n"))
    }
    return files
  }

  static func page(_ type: any EventData.Type, _ golden: Examples.Golden) -> String {
    let data = (try? JSONValue(canonical: golden.line))?["data"] ?? .null
    var text = "# \(type.type)\n\n\(type.meaning)\n\n"
    text += "Version \(type.version) · stream: \(type.streams.map(\.rawValue).joined(separator: ", "))\n\n"
    text += "| field | what it holds | needed | meaning |\n|---|---|---|---|\n"
    for field in type.fields {
      text += "| `\(field.name)` | \(words(field.kind)) | \(field.isRequired ? "yes" : "") | \(field.meaning) |\n"
    }
    text += "\n## Example\n\nThe `data` of an event in which every field is used:\n\n```json\n"
    text += String(decoding: data.canonicalBytes, as: UTF8.self) + "\n```\n\n"
    text += "The whole line is in `canonical.jsonl`; its entry digest, SHA-256 of the line without its LF, is\n"
    text += "`\(golden.entry.hex)`.\n"
    return text
  }

  static func words(_ kind: Field.Kind) -> String {
    switch kind {
    case .key(let of): "key of a \(of)"
    case .text: "text"
    case .money: "money"
    case .date: "date"
    case .count: "whole number"
    case .pence: "whole number of pence"
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .eventID: "event id"
    case .digest: "digest"
    case .flag: "`true`"
    case .list(let kind): "list: \(words(kind))"
    case .shape(let shape): shape
    }
  }

  static var index: String {
    var text = """
      # The catalogue of events

      Every type of event that this version knows: its fields, an example, the example's canonical line and its digest.
      These pages are made from the code (`tools/catalogue`) and checked against it by the tests.

      How to recompute a digest by hand, with nothing of ours:

      ```
      $ tr -d '\\n' < events/PaymentMade/canonical.jsonl | sha256sum
      ```

      gives what stands in `events/PaymentMade/digest.txt`. The tree over such digests is that of RFC 6962: a leaf is
      SHA-256 of a zero byte and the digest; a node is SHA-256 of a one byte and the two nodes under it.

      Recorded cases, each with the drafts that it was made from, are in [cases](cases/README.md).

      | type | meaning |
      |---|---|

      """
    for type in EventBody.types { text += "| [\(type.type)](\(type.type)/README.md) | \(type.meaning) |\n" }
    return text
  }
}
