internal import CanonicalJSON
internal import Glibc
public import LogStore
public import TransparencyLog

/// The signing keys of one user: a file each, readable by nobody else, outside of every book.
public struct KeyRing: Sendable {
  let folder: String

  public init(_ folders: UserFolders) { folder = folders.keys }

  private static let ending = ".key"

  /// Makes a key and keeps it.
  public func make(_ name: String, type: KeyType, environment: LogEnvironment = .system) throws(TrackerError)
    -> SigningKey
  {
    let key: SigningKey
    do throws(ProofFault) { key = try SigningKey(name: name, type: type, seed: environment.random(32)) } catch {
      throw TrackerError(.badData, error.why)
    }
    try SmallFile.write(path(of: key.verifierKey), Array("\(key.text)\n".utf8), mode: 0o600, isNew: true)
    return key
  }

  /// Where a key is kept.
  public func path(of key: VerifierKey) -> String {
    let name = key.name.utf8.map { byte -> Character in
      let character = Character(UnicodeScalar(byte))
      let isPlain = character.isASCII && (character.isLetter || character.isNumber || ".-_".contains(character))
      return isPlain ? character : "-"
    }
    return "\(folder)/\(String(name.prefix(80)))-\(key.keyID)\(KeyRing.ending)"
  }

  /// The signing key of a verifier key; nil if it is not here.
  public func key(_ wanted: VerifierKey) throws(TrackerError) -> SigningKey? {
    guard let key = try read(path(of: wanted)), key.verifierKey == wanted else { return nil }
    return key
  }

  /// All keys of a name.
  public func keys(named name: String) throws(TrackerError) -> [SigningKey] {
    var keys: [SigningKey] = []
    for file in SmallFile.names(in: folder) where file.hasSuffix(KeyRing.ending) {
      // Another key that cannot be read is no reason to do without this one.
      if let key = try? read("\(folder)/\(file)"), key.name == name { keys.append(key) }
    }
    return keys
  }

  private func read(_ path: String) throws(TrackerError) -> SigningKey? {
    guard let bytes = try SmallFile.read(path, atMost: 4096) else { return nil }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
      throw TrackerError(
        .badData, "others on this machine can read the key \(path)", next: "Close it:  chmod 600 \(path)")
    }
    do throws(ProofFault) {
      return try SigningKey(String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self))
    } catch {
      throw TrackerError(.badData, error.why, place: path)
    }
  }
}
