internal import ArgumentParser
internal import CanonicalJSON
internal import Tables

struct TemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "Prints the header of a table that import knows at once.",
    usage: "tracker template \(TableKind.allCases.map(\.template).joined(separator: "|"))\n    [--json]",
    discussion: """
      Fill in a row for each event. What is not known stays blank; dates and sums are typed as people write them.

      Example:
        tracker template payments.csv > payments.csv
      """)

  @Argument(help: "payments.csv, savings.csv, promises.csv or parties.csv")
  var name: String
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    guard let kind = TableKind.allCases.first(where: { $0.template == name || $0.rawValue == name }) else {
      throw Failure(
        .usage, what: "there is no template “\(name.shown)”",
        next: "Templates: \(TableKind.allCases.map(\.template).joined(separator: ", "))")
    }
    var more = JSONObject()
    more["columns"] = .array(
      kind.fields.map { ["header": .string($0.header), "field": .string($0.name), "required": .bool($0.isRequired)] })
    try Artefact.write(Array(kind.templateLine.utf8), to: nil, by: "template", more: more)
  }
}
