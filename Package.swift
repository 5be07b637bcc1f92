// swift-tools-version: 6.2
import PackageDescription

// The libraries of Swift are linked into the program, which then starts in half the time. It is said here and not with
// `--static-swift-stdlib`, because that compiles every file in another way, and tests cannot be built so: that half of
// Swift has no Testing. What Foundation stands on must be named; in the shared libraries it is within. The linker is the one
// that comes with Swift; that of the system warns, at each build, of a function within Foundation.
let swiftWithin: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-stdlib", "-use-ld=lld", "-lFoundation", "-lFoundationInternationalization", "-lCoreFoundation",
      "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections", "-lstdc++", "-Xlinker", "--gc-sections",
    ], .when(platforms: [.linux]))
]
// For a Swift that came without its static libraries.
let isSwiftShared = Context.environment["TRACKER_SHARED_SWIFT"] != nil

let package = Package(
  name: "tracker",
  products: [
    // The one public door, and the command that stands before it.
    .library(name: "AgreementTracker", targets: ["AgreementTracker"]),
    .executable(name: "tracker", targets: ["program"]),
  ],
  dependencies: [
    // SQLite in one file, with its locking, statements and migrations understood by others too.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // SHA-256 and, with the proofs, Ed25519.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // DER: the reader and writer of requests, responses and tokens of outside time.
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    // Certificates: keys, extensions and the chain from a time-stamping authority to a trusted root.
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
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
      name: "TransparencyLog", dependencies: ["CanonicalJSON", .product(name: "Crypto", package: "swift-crypto")]),

    // Tables in files: CSV and workbooks as rows of cells. It knows no domain and no file system.
    .target(name: "Spreadsheets"),
    // What the columns of a table mean: sums, days, names; rows become statements, or reasons why not.
    .target(name: "Tables", dependencies: ["Agreements", "CanonicalJSON", "Spreadsheets"]),

    // Outside time: asks a time-stamping authority (RFC 3161) and checks its answers. It knows no domain and no log.
    .target(
      name: "TimeStamping",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"), .product(name: "X509", package: "swift-certificates"),
      ]),

    // Memory: the contract, the line format, JSON Lines and the engine in memory.
    .target(name: "LogStore", dependencies: ["CanonicalJSON", "TransparencyLog"]),
    // Memory on one disk.
    .target(
      name: "SQLiteStore",
      dependencies: [
        "CanonicalJSON", "LogStore", "TransparencyLog", .product(name: "GRDB", package: "GRDB.swift"),
        // SQLite itself: where every line of a book is read, a row of values a line costs more than the line.
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),

    // Meaning over time: where the two meet on the way out.
    .target(name: "Projections", dependencies: ["CanonicalJSON", "Agreements", "LogStore"]),
    // Views to words: text and JSON.
    .target(name: "Reports", dependencies: ["CanonicalJSON", "Agreements", "LogStore", "Projections"]),

    // The one public door, where they meet on the way in.
    .target(
      name: "AgreementTracker",
      dependencies: [
        "CanonicalJSON", "Agreements", "TransparencyLog", "TimeStamping", "LogStore", "SQLiteStore", "Projections",
        "Reports", "Spreadsheets", "Tables",
      ]),

    // The command, as the tests see it too.
    .target(
      name: "tracker",
      dependencies: [
        "AgreementTracker", "Agreements", "CanonicalJSON", "LogStore", "Projections", "Reports", "Spreadsheets",
        "Tables", "TransparencyLog", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // The program: one line that calls the command, and how it is linked.
    .executableTarget(name: "program", dependencies: ["tracker"], linkerSettings: isSwiftShared ? [] : swiftWithin),

    // What the tests share, and two small programs made from it: the catalogue of events, and the mutation run.
    .target(
      name: "TestSupport",
      dependencies: [
        "AgreementTracker", "Agreements", "CanonicalJSON", "LogStore", "Projections", "TransparencyLog",
      ], path: "Tests/TestSupport"),
    .executableTarget(
      name: "catalogue", dependencies: ["Agreements", "CanonicalJSON", "TestSupport", "TransparencyLog"],
      path: "tools/catalogue-maker"),
    .executableTarget(
      name: "mutants",
      dependencies: ["AgreementTracker", "CanonicalJSON", "LogStore", "Projections", "TestSupport"],
      path: "tools/mutants"),
    // All proofs of all small trees and all that can be wrong with them; the tests take a thinned grid.
    .executableTarget(name: "treegrid", dependencies: ["TestSupport"], path: "tools/treegrid"),

    // A long log to measure with.
    .executableTarget(
      name: "benchlog",
      dependencies: ["CanonicalJSON", "LogStore", "Projections", "SQLiteStore", "TestSupport", "TransparencyLog"],
      path: "tools/benchlog"),

    // A long table to measure with.
    .executableTarget(name: "benchtable", dependencies: ["Spreadsheets"], path: "tools/benchtable"),

    // A file system that can lose power, and the child that the fault tests kill.
    .target(name: "FaultVFS", path: "Tests/FaultVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "storehammer",
      dependencies: [
        "CanonicalJSON", "FaultVFS", "LogStore", "Projections", "SQLiteStore", "TestSupport", "TransparencyLog",
      ],
      path: "tools/storehammer"),

    // Tests, a suite a module.
    .testTarget(name: "CanonicalJSONTests", dependencies: ["CanonicalJSON", "TestSupport"]),
    .testTarget(name: "AgreementsTests", dependencies: ["Agreements", "CanonicalJSON", "LogStore", "TestSupport"]),
    .testTarget(
      name: "TransparencyLogTests", dependencies: ["CanonicalJSON", "TestSupport", "TransparencyLog"],
      exclude: ["Fixtures"]),
    .testTarget(name: "SpreadsheetsTests", dependencies: ["Spreadsheets", "TestSupport"]),
    .testTarget(
      name: "TablesTests", dependencies: ["Agreements", "CanonicalJSON", "Spreadsheets", "Tables", "TestSupport"],
      exclude: ["Nasty"]),
    .testTarget(
      name: "TimeStampingTests",
      dependencies: [
        "TestSupport", "TimeStamping", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"), .product(name: "X509", package: "swift-certificates"),
      ]),
    .testTarget(name: "LogStoreTests", dependencies: ["CanonicalJSON", "LogStore", "TransparencyLog"]),
    .testTarget(
      name: "StoreContractTests",
      dependencies: [
        "CanonicalJSON", "LogStore", "Projections", "SQLiteStore", "TestSupport", "TransparencyLog", "storehammer",
      ]),
    // Whoever tampers is played here: with the rights of the file, and with the key of the log.
    .testTarget(
      name: "ProofTests",
      dependencies: [
        "AgreementTracker", "Agreements", "CanonicalJSON", "LogStore", "Projections", "SQLiteStore", "TestSupport",
        "TransparencyLog", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "ProjectionsTests",
      dependencies: ["Agreements", "CanonicalJSON", "LogStore", "Projections", "TestSupport", "TransparencyLog"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "AgreementTracker", "Agreements", "CanonicalJSON", "LogStore", "Projections", "Reports", "TestSupport",
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "AgreementTracker", "Agreements", "CanonicalJSON", "LogStore", "Projections", "Reports", "Spreadsheets",
        "Tables", "TestSupport", "tracker", .product(name: "GRDB", package: "GRDB.swift"),
      ], exclude: ["Fixtures", "Sessions", "Transcripts"]),
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
