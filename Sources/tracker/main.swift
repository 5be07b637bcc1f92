import Projections
import Reports
import LogStore
import CanonicalJSON
let a = CommandLine.arguments
let log = try JSONLinesLog(path: a[1])
let history = try History(log, knownAt: a.count > 3 ? (Day(a[3]).map { Instant.end(of: $0) } ?? Instant(a[3])!) : nil)
let view = try history.obligations(history.question(asOf: Day(a[2])!, root: try log.head().root))
print(String(decoding: view.json.canonicalBytes, as: UTF8.self))
