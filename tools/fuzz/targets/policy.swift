internal import TransparencyLog

// Policies: more witnesses are never worse, and white space means nothing.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(start, count)
  guard let policy = try? Policy(bytes: bytes) else { return 0 }
  let keys = policy.witnesses.map(\.key)
  law(Set(keys.map(\.publicKey)).count == keys.count, "no witness stands twice")
  law(Set(policy.logs.map(\.publicKey)).count == policy.logs.count, "no log stands twice")
  law(policy.keys == policy.logs + keys, "all keys are those of the logs and the witnesses")
  law(policy.isMet(by: Set(keys)), "all witnesses together meet every quorum")
  var cosigners: Set<VerifierKey> = []
  var isMet = policy.isMet(by: [])
  for key in keys.prefix(16) {
    cosigners.insert(key)
    let isMetNow = policy.isMet(by: cosigners)
    law(isMetNow || !isMet, "one witness more is never worse")
    isMet = isMetNow
  }
  law(policy.isMet(by: Set(policy.logs)) == policy.isMet(by: []), "a log is no witness")
  let commented = bytes + Array(" \t# more\n\n".utf8)
  if commented.count <= Policy.longest {
    law(try Policy(bytes: commented) == policy, "a comment means nothing")
  }
  var spaced: [UInt8] = []
  for byte in bytes { spaced += byte == 0x0A ? [0x20, 0x0A, 0x09] : [byte] }
  spaced.append(0x0A)
  if spaced.count <= Policy.longest {
    law(try Policy(bytes: spaced) == policy, "white space around a line means nothing")
  }
  return 0
}
