import Glibc
import Spreadsheets

/// Makes and reads a table of N rows in chunks, and says what it costs: CPU seconds (those of making it among them), rows
/// a CPU second, peak memory. First comes a table a tenth as long: its memory is the same, for what is kept is one row.
///
///   benchtable [ROWS]
@main
struct BenchTable {
  static func main() {
    let rows = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
    for count in [max(1, rows / 10), rows] {
      do {
        let started = cpuSeconds()
        let (read, cells) = try run(count)
        let seconds = cpuSeconds() - started
        let speed = Int(Double(read) / max(seconds, 0.001))
        print(
          "\(read) rows, \(cells) cells: \(Int(seconds * 1000)) ms of CPU, \(speed) rows a CPU second,"
            + " peak memory \(peakKilobytes() / 1024) MiB")
      } catch {
        print("error: \(error)")
        exit(1)
      }
    }
  }

  /// Surveyed once and read once, as an import does it.
  private static func run(_ rows: Int) throws -> (rows: Int, cells: Int) {
    var survey = TextSurvey()
    forEachChunk(rows) { chunk in chunk.withUnsafeBufferPointer { survey.take($0) } }
    var reader = DelimitedReader(try survey.finish())
    var (read, cells) = (0, 0)
    var fault: (any Error)?
    forEachChunk(rows) { chunk in
      guard fault == nil else { return }
      do {
        try chunk.withUnsafeBufferPointer { buffer in
          try reader.take(buffer) { row in
            read += 1
            cells += row.cells.count
          }
        }
      } catch { fault = error }
    }
    if let fault { throw fault }
    try reader.finish { row in
      read += 1
      cells += row.cells.count
    }
    return (read, cells)
  }

  private static func forEachChunk(_ rows: Int, _ body: ([UInt8]) -> Void) {
    var chunk = Array("Date paid,Promise,Paid to,Amount,Reference,Note\n".utf8)
    for row in 1...rows {
      let (day, month) = (row % 28 + 1, row % 12 + 1)
      let sum = "\"£\(row % 900 + 100).50\""
      chunk += "\(day)/\(month)/2010,slice,practice-\(row % 40),\(sum),R\(row),\n".utf8
      if chunk.count > 1 << 16 {
        body(chunk)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    body(chunk)
  }

  private static func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
  }

  private static func peakKilobytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
  }
}
