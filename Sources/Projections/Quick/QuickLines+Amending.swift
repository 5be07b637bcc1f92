import Agreements
import CanonicalJSON

// What a correction sets, read into the event that was read last.

extension QuickLines {
  /// Takes an event as if it had been read last, to be amended. Of its line nothing else holds then.
  mutating func resume(_ event: QuickEvent) {
    self.event = event
    saidBy = event.said
    let name: String? =
      switch event.kind {
      case .made: AgreementMade.type
      case .promised: PaymentPromised.type
      case .saving: SavingReported.type
      case .paid: PaymentMade.type
      case .withdrawn: PromiseWithdrawn.type
      case .dueSet: DueDateSet.type
      case .cost, .revised, .evidence, .word, .note, .gone, .complex: nil
      }
    type = name.flatMap { types.find($0) } ?? -1
  }

  /// Reads what a correction sets into the event that was read last: its fields, a day, or both.
  ///
  /// Law: then `event` is what reading its line with these members in the stead of its own gives (`LineMerger`).
  ///
  /// - Parameter set: an object of a line that was read.
  /// - Returns: false if it takes the line to say what comes of it; then nothing of what is kept of the event holds.
  package mutating func amend(_ set: UnsafeBufferPointer<UInt8>) -> Bool {
    guard cursor.begin(set, isFramed: false), cursor.skip(byte: UInt8(ascii: "{")) else { return false }
    let hasData = cursor.skip("\"data\":")
    if hasData { guard type >= 0, readShape() else { return false } }
    if hasData ? cursor.skip(",\"when\":{\"edtf\":\"") : cursor.skip("\"when\":{\"edtf\":\"") {
      // An open end closes on the day on which the event was recorded, and that is not kept.
      guard readDate(), dates[date].hasEarliest, dates[date].hasLatest else { return false }
      setDays()
    }
    guard cursor.skip(byte: UInt8(ascii: "}")), cursor.isAtEnd else { return false }
    guard hasData else { return true }
    let before = event
    event = QuickEvent(id: before.id, position: before.position)
    event.marks = before.marks.intersection([.exhibit, .inferred, .begun])
    (event.earliest, event.latest) = (before.earliest, before.latest)
    (event.said, event.next) = (before.said, before.next)
    return readData()
  }
}
