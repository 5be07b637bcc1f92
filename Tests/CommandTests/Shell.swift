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
  func run(_ line: String, input: String? = nil) throws -> Result {
    try run(arguments: Self.words(line), input: input)
  }

  func run(arguments: [String], input: String? = nil) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.tracker)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    var environment = ProcessInfo.processInfo.environment
    environment["TRACKER_BOOK"] = nil
    environment["TRACKER_ACCESSIBLE"] = nil
    process.environment = environment
    let (output, error, stdin) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    process.standardInput = stdin
    try process.run()
    if let input { stdin.fileHandleForWriting.write(Data(input.utf8)) }
    try stdin.fileHandleForWriting.close()
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorData = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Result(
      status: status, output: String(decoding: outputData, as: UTF8.self),
      error: String(decoding: errorData, as: UTF8.self))
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
