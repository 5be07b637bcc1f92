import Foundation

/// Runs the built `tracker` as a person would, in a folder of its own.
struct Shell {
  let folder: String
  let root: String

  init() throws {
    folder = "\(NSTemporaryDirectory())/commands-\(UUID().uuidString)"
    root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized.path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/cases", withDestinationPath: "\(root)/events/cases")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/fixtures", withDestinationPath: "\(root)/Tests/CommandTests/Fixtures")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/nasty", withDestinationPath: "\(root)/Tests/TablesTests/Nasty")
  }

  func clean() { try? FileManager.default.removeItem(atPath: folder) }

  /// The binary that lies beside the test bundle.
  static let tracker: String = {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    let places = [
      beside, Bundle.main.bundleURL, root.appendingPathComponent(".build/release"),
      root.appendingPathComponent(".build/debug"),
    ]
    return places.map { $0.appendingPathComponent("tracker").path }.first { access($0, X_OK) == 0 } ?? "tracker"
  }()

  struct Result {
    var status: Int32
    var output: String
    var error: String
  }

  /// - Parameter line: words separated by spaces; quotes keep spaces.
  func run(_ line: String, input: String? = nil, environment: [String: String] = [:]) throws -> Result {
    try run(arguments: Self.words(line), input: input, environment: environment)
  }

  /// Keys, and what was seen, are of this folder alone.
  var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    for name in [
      "TRACKER_BOOK", "TRACKER_ACCESSIBLE", "COLUMNS", "TRACKER_KEYS", "TRACKER_STATE", "NO_COLOR", "PAGER",
      "TRACKER_PAGER", "LESS", "TRACKER_COLOR", "TRACKER_RECORDED_BY",
    ] {
      environment[name] = nil
    }
    environment["TERM"] = "dumb"
    // Whatever machine the tests run on.
    environment["TRACKER_THREADS"] = "2"
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
      environment[name] = "\(folder)/.\(name.lowercased())"
    }
    return environment
  }

  /// Answers go into files and not through pipes: a long message on one must not hold up the other.
  func run(arguments: [String], input: String? = nil, environment more: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.tracker)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = environment.merging(more) { $1 }
    let run = UUID().uuidString
    func file(_ name: String, holding data: Data = Data()) throws -> (URL, FileHandle) {
      let file = URL(fileURLWithPath: "\(NSTemporaryDirectory())/\(run).\(name)")
      try data.write(to: file)
      return (file, try FileHandle(forUpdating: file))
    }
    let (typed, output, error) = (
      try file("in", holding: Data((input ?? "").utf8)), try file("out"), try file("err")
    )
    defer { for file in [typed.0, output.0, error.0] { try? FileManager.default.removeItem(at: file) } }
    process.standardInput = typed.1
    process.standardOutput = output.1
    process.standardError = error.1
    try process.run()
    process.waitUntilExit()
    let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Result(
      status: status, output: String(decoding: try Data(contentsOf: output.0), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: error.0), as: UTF8.self))
  }

  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var (isQuoted, isWord) = (false, false)
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
        isWord = true
      } else if character == " ", !isQuoted {
        if isWord { words.append(word) }
        (word, isWord) = ("", false)
      } else {
        word.append(character)
        isWord = true
      }
    }
    if isWord { words.append(word) }
    return words
  }
}
