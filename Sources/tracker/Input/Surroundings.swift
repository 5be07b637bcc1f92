internal import AgreementTracker
internal import Glibc

extension UserFolders {
  /// Those of whoever runs this program.
  static var mine: UserFolders { standard(Console.environment) }
}

extension ReadingThreads {
  /// Those that whoever runs this program wants, or else what this machine has.
  static var mine: ReadingThreads {
    standard(Console.environment, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }
}
