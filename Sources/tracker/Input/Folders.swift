internal import AgreementTracker

extension UserFolders {
  /// Those of whoever runs this program.
  static var mine: UserFolders { standard(Console.environment) }
}
