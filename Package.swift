// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "tracker",
  products: [
    // The one public door, and the command that stands before it.
    .library(name: "AgreementTracker", targets: ["AgreementTracker"]),
    .executable(name: "tracker", targets: ["tracker"]),
  ],
  dependencies: [
    // SQLite in one file, with its locking, statements and migrations understood by others too.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // SHA-256 and, with the proofs, Ed25519.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // Options, help and shell completions of the command line.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // Bytes: the strict reader and writer of one line. Meaning and memory both stand on it.
    .target(name: "CanonicalJSON"),

    // Meaning: terms, events, decisions. It knows no file and no database.
    .target(name: "Agreements", dependencies: ["CanonicalJSON"]),

    // Proof: the tree over digests. It knows no domain.
    .target(
      name: "TransparencyLog", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),

    // Memory: the contract, the line format, JSON Lines and the engine in memory.
    .target(name: "LogStore", dependencies: ["CanonicalJSON", "TransparencyLog"]),
    // Memory on one disk.
    .target(
      name: "SQLiteStore",
      dependencies: [
        "CanonicalJSON", "LogStore", "TransparencyLog", .product(name: "GRDB", package: "GRDB.swift"),
      ]),

    // Meaning over time: where the two meet on the way out.
    .target(name: "Projections", dependencies: ["CanonicalJSON", "Agreements", "LogStore"]),
    // Views to words: text and JSON.
    .target(name: "Reports", dependencies: ["CanonicalJSON", "Agreements", "LogStore", "Projections"]),

    // The one public door, where they meet on the way in.
    .target(
      name: "AgreementTracker",
      dependencies: [
        "CanonicalJSON", "Agreements", "TransparencyLog", "LogStore", "SQLiteStore", "Projections",
        "Reports",
      ]),

    // The command.
    .executableTarget(
      name: "tracker",
      dependencies: [
        "AgreementTracker", "Agreements", "CanonicalJSON", "LogStore", "Projections", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .swiftLanguageMode(.v6),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("InferIsolatedConformances"),
      .enableUpcomingFeature("ImmutableWeakCaptures"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      .treatAllWarnings(as: .error),
    ]
}
