internal import Glibc

extension Tape {
  /// Puts the members of all objects into the order of canonical form, so that a relaxed text is read like a line
  /// (`ObjectReader`) without being written first.
  ///
  /// - Parameter bytes: the text that was scanned.
  /// - Returns: false if a name has an escape or is not ASCII; then nothing is changed, and only what is written canonically
  ///   can be read so.
  package mutating func sortMembers(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress, count > 0 else { return true }
    for index in 0..<count {
      if nodes[index].isNameEscaped { return false }
      for at in Int(nodes[index].nameStart)..<Int(nodes[index].nameEnd) where base[at] >= 0x80 { return false }
    }
    let old = UnsafeMutablePointer<Node>.allocate(capacity: count)
    defer { old.deallocate() }
    old.initialize(from: nodes, count: count)
    // All that is open at a time are children of different nodes.
    let open = UnsafeMutablePointer<Int>.allocate(capacity: count)
    defer { open.deallocate() }
    var filled = 0
    Self.put(0, of: old, base, to: nodes, &filled, open)
    return true
  }

  /// Puts a value and all that is in it behind what was put before.
  ///
  /// - Parameter open: room for the children of this value and of those in it.
  private static func put(
    _ index: Int, of old: UnsafeMutablePointer<Node>, _ base: UnsafePointer<UInt8>,
    to new: UnsafeMutablePointer<Node>, _ filled: inout Int, _ open: UnsafeMutablePointer<Int>
  ) {
    let place = filled
    new[place] = old[index]
    filled += 1
    var children = 0
    var child = index + 1
    while child < Int(old[index].next) {
      var to = children
      if old[index].kind == .object {
        // Few and nearly in order: each goes down to its place.
        while to > 0, precedes(old[child], old[open[to - 1]], base) {
          open[to] = open[to - 1]
          to -= 1
        }
      }
      open[to] = child
      children += 1
      child = Int(old[child].next)
    }
    for at in 0..<children { put(open[at], of: old, base, to: new, &filled, open + children) }
    new[place].next = UInt32(filled)
  }

  /// By the bytes of their names.
  private static func precedes(_ left: Node, _ right: Node, _ base: UnsafePointer<UInt8>) -> Bool {
    let (mine, theirs) = (Int(left.nameEnd - left.nameStart), Int(right.nameEnd - right.nameStart))
    let order = memcmp(base + Int(left.nameStart), base + Int(right.nameStart), min(mine, theirs))
    return order != 0 ? order < 0 : mine < theirs
  }
}
