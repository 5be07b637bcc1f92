/// Files that the program makes for its user: whole or not at all, and never over something that is there.
public enum NewFile {
  public static func write(_ path: String, _ bytes: [UInt8]) throws(TrackerError) {
    try SmallFile.write(path, bytes, isNew: true)
  }
}

/// Small files that the program keeps for its user and makes anew: the rules of imports, rows that were refused.
public enum KeptFile {
  /// nil if there is no such file.
  public static func read(_ path: String) throws(TrackerError) -> [UInt8]? {
    try SmallFile.read(path, atMost: 1 << 26)
  }

  /// Puts the bytes in the place of the file in one step; its folder is made where there is none.
  public static func write(_ path: String, _ bytes: [UInt8]) throws(TrackerError) {
    try SmallFile.write(path, bytes)
  }
}
