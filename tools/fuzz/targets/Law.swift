/// What holds for every input is checked on every input. A law that is broken ends the program, and libFuzzer keeps the
/// input that broke it.
func law(_ isKept: @autoclosure () throws -> Bool, _ what: StaticString) {
  do {
    if try isKept() { return }
    fatalError("broken: \(what)")
  } catch {
    fatalError("broken: \(what): \(error)")
  }
}

/// The bytes that libFuzzer gives.
func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
  Array(UnsafeBufferPointer(start: start, count: count))
}
