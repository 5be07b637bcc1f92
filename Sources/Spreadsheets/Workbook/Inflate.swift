/// Undoes DEFLATE (RFC 1951), with a limit on what comes out. Written here because a workbook needs only this much of a
/// compression library, and a hostile one must meet limits and no surprises.
struct Inflate {
  private let input: UnsafeBufferPointer<UInt8>
  private let limit: Int
  private var at = 0
  private var bits: UInt32 = 0
  private var count = 0
  private var output: [UInt8] = []

  /// What is packed is broken, or more comes out than was allowed.
  enum Fault: Error, Hashable {
    case damaged, tooLarge
  }

  /// - Parameter limit: bytes; one more is `tooLarge`.
  static func bytes(_ input: UnsafeBufferPointer<UInt8>, limit: Int) throws(Fault) -> [UInt8] {
    var inflate = Inflate(input: input, limit: limit)
    try inflate.run()
    return inflate.output
  }

  private init(input: UnsafeBufferPointer<UInt8>, limit: Int) {
    self.input = input
    self.limit = limit
  }

  private mutating func run() throws(Fault) {
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try stored()
      case 1: try codes(Self.fixedLengths, Self.fixedDistances)
      case 2:
        let (lengths, distances) = try dynamic()
        try codes(lengths, distances)
      default: throw .damaged
      }
    }
  }

  private mutating func take(_ need: Int) throws(Fault) -> Int {
    while count < need {
      guard at < input.count else { throw .damaged }
      bits |= UInt32(input[at]) << UInt32(count)
      at += 1
      count += 8
    }
    let value = bits & (1 << UInt32(need) - 1)
    bits >>= UInt32(need)
    count -= need
    return Int(value)
  }

  private mutating func stored() throws(Fault) {
    // From the next whole byte on; bytes taken into `bits` beyond it were never more than this one.
    bits = 0
    count = 0
    guard input.count - at >= 4 else { throw .damaged }
    let length = Int(input[at]) | Int(input[at + 1]) << 8
    guard length == ~(Int(input[at + 2]) | Int(input[at + 3]) << 8) & 0xFFFF, input.count - at - 4 >= length else {
      throw .damaged
    }
    guard output.count + length <= limit else { throw .tooLarge }
    output += input[(at + 4)..<(at + 4 + length)]
    at += 4 + length
  }

  // MARK: Huffman codes

  /// How many codes each length has, and the symbols in the order of their codes.
  struct Codes {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    /// nil if the lengths make more codes than there can be.
    init?(_ lengths: ArraySlice<Int>) {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      var left = 1
      for length in 1..<16 {
        left = left << 1 - counts[length]
        if left < 0 { return nil }
      }
      var starts = [Int](repeating: 0, count: 17)
      for length in 1..<16 { starts[length + 1] = starts[length] + counts[length] }
      symbols = [Int](repeating: 0, count: starts[16])
      for (symbol, length) in lengths.enumerated() where length > 0 {
        symbols[starts[length]] = symbol
        starts[length] += 1
      }
    }
  }

  private mutating func symbol(_ codes: Codes) throws(Fault) -> Int {
    var (code, first, index) = (0, 0, 0)
    for length in 1..<16 {
      code |= try take(1)
      let count = codes.counts[length]
      if code - count < first { return codes.symbols[index + code - first] }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw .damaged
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthExtras = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  private static let distanceExtras = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
  private static let fixedLengths = Codes(
    (Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
      + Array(repeating: 8, count: 8))[...])
  private static let fixedDistances = Codes(Array(repeating: 5, count: 30)[...])

  private mutating func codes(_ lengths: Codes?, _ distances: Codes?) throws(Fault) {
    guard let lengths, let distances else { throw .damaged }
    while true {
      let symbol = try symbol(lengths)
      if symbol < 256 {
        guard output.count < limit else { throw .tooLarge }
        output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengthBases.count else { throw .damaged }
      let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthExtras[symbol - 257]))
      let far = try self.symbol(distances)
      guard far < Self.distanceBases.count else { throw .damaged }
      let distance = Self.distanceBases[far] + (try take(Self.distanceExtras[far]))
      guard distance <= output.count else { throw .damaged }
      guard output.count + length <= limit else { throw .tooLarge }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private mutating func dynamic() throws(Fault) -> (Codes?, Codes?) {
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    let literals = try take(5) + 257
    let distances = try take(5) + 1
    let given = try take(4) + 4
    guard literals <= 286, distances <= 30 else { throw .damaged }
    var lengths = [Int](repeating: 0, count: 19)
    for index in 0..<given { lengths[order[index]] = try take(3) }
    guard let codes = Codes(lengths[...]) else { throw .damaged }
    var all: [Int] = []
    while all.count < literals + distances {
      let symbol = try symbol(codes)
      switch symbol {
      case 0..<16: all.append(symbol)
      case 16:
        guard let last = all.last else { throw .damaged }
        all += Array(repeating: last, count: 3 + (try take(2)))
      case 17: all += Array(repeating: 0, count: 3 + (try take(3)))
      default: all += Array(repeating: 0, count: 11 + (try take(7)))
      }
    }
    guard all.count == literals + distances, all[256] > 0 else { throw .damaged }
    return (Codes(all[..<literals]), Codes(Array(all[literals...])[...]))
  }
}
