import CanonicalJSON

/// One event's own fields, as the type that the line names.
///
/// An enumeration and not a protocol value: whoever folds events must say what each type means to it, and the compiler
/// lists those that were forgotten.
public indirect enum EventBody: Hashable, Sendable {
  case promiseWithdrawn(PromiseWithdrawn)
  /// A type that this version of the program does not know: kept, counted and shown, never skipped silently.
  case unknown(type: String, version: Int)
}
