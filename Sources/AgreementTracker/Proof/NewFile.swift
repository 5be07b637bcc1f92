/// Files that the program makes for its user: whole or not at all, and never over something that is there.
public enum NewFile {
  public static func write(_ path: String, _ bytes: [UInt8]) throws(TrackerError) {
    try SmallFile.write(path, bytes, isNew: true)
  }
}
