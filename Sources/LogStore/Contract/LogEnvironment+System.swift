internal import CanonicalJSON
internal import Glibc

extension LogEnvironment {
  /// The clock of this machine, and the system's secure source of random bytes.
  public static let system = LogEnvironment(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    },
    random: { count in
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        // One call of the system gives up to 256 bytes whole.
        guard count <= 256, let base = buffer.baseAddress, getentropy(base, count) == 0 else { return }
        filled = count
      }
      if bytes.count == count { return bytes }
      var generator = SystemRandomNumberGenerator()
      return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    })
}
