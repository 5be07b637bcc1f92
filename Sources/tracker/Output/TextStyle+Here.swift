internal import Reports

extension TextStyle {
  /// For messages and questions here: as wide as the terminal, and without signs for whoever listens (TRACKER_ACCESSIBLE=1).
  static var here: TextStyle {
    TextStyle(width: Console.width, isAccessible: Console.environment("TRACKER_ACCESSIBLE") == "1")
  }
}
