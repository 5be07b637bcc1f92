// swift-tools-version: 6.2
import PackageDescription

// What measures: it knows nothing of what it measures and stands on none of it, so it is built in seconds and a change of
// the program cannot change the yardstick.
let package = Package(
  name: "bench",
  targets: [
    // Runs whole commands, in turn, and says what they cost; and a loop to measure a machine by.
    .executableTarget(name: "measure", path: "measure"),
    // What SQLite itself costs, in C and with nothing around it.
    .executableTarget(name: "floor", path: "floor", linkerSettings: [.linkedLibrary("sqlite3")]),
  ])
