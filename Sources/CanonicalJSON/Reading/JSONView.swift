/// A look at one value of a scanned text. It borrows the bytes and the tape: never keep it beyond them.
@usableFromInline
package struct JSONView {
  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let nodes: UnsafePointer<Tape.Node>
  @usableFromInline let index: Int

  @inlinable
  init(base: UnsafePointer<UInt8>, nodes: UnsafePointer<Tape.Node>, index: Int) {
    self.base = base
    self.nodes = nodes
    self.index = index
  }

  @inlinable @inline(__always)
  var node: Tape.Node { nodes[index] }

  @inlinable @inline(__always)
  package var kind: Tape.Kind { node.kind }
  /// Byte offset of the value, for faults. For a string that of its text.
  package var offset: Int { Int(node.start) }

  /// The bytes of the value as they stand; for strings without the quotes, escapes untouched.
  @inlinable @inline(__always)
  package var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + Int(node.start), count: Int(node.end - node.start))
  }

  /// The bytes of the value as JSON, quotes included.
  package var json: UnsafeBufferPointer<UInt8> {
    let quote = node.kind == .string ? 1 : 0
    return UnsafeBufferPointer(start: base + Int(node.start) - quote, count: Int(node.end - node.start) + 2 * quote)
  }

  package var string: String? {
    guard node.kind == .string else { return nil }
    return node.isEscaped ? JSONText.unescaped(bytes) : String(decoding: bytes, as: UTF8.self)
  }

  /// Is it a text that is a key (`Key`)? A text with escapes is none.
  package var isKey: Bool { node.kind == .string && Key.isValid(bytes) }

  /// Is it this text, which needs no escapes?
  @inlinable
  package func isOne(_ text: StaticString) -> Bool {
    let bytes = bytes
    guard node.kind == .string, bytes.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return false }
    return true
  }

  @inlinable
  package var integer: Int64? {
    guard node.kind == .integer else { return nil }
    var at = Int(node.start)
    let isNegative = base[at] == UInt8(ascii: "-")
    if isNegative { at += 1 }
    var size: Int64 = 0
    while at < Int(node.end) {
      size = size &* 10 &+ Int64(base[at] &- UInt8(ascii: "0"))
      at += 1
    }
    return isNegative ? -size : size
  }

  package var bool: Bool? { node.kind == .bool ? node.end - node.start == 4 : nil }

  /// The values of an array, or nothing.
  package var elements: [JSONView] { node.kind == .array ? children : [] }

  /// The members of an object in the order of the line, or nothing.
  package var members: [JSONView] { node.kind == .object ? children : [] }

  private var children: [JSONView] {
    var views: [JSONView] = []
    var child = index + 1
    while child < Int(node.next) {
      views.append(JSONView(base: base, nodes: nodes, index: child))
      child = Int(nodes[child].next)
    }
    return views
  }

  /// The first value in here, at any depth, whose name has a character that is not ASCII. Nothing is copied out.
  package var firstNameNotASCII: JSONView? {
    for inner in index + 1..<max(index + 1, Int(node.next)) {
      var at = Int(nodes[inner].nameStart)
      while at < Int(nodes[inner].nameEnd) {
        if base[at] >= 0x80 { return JSONView(base: base, nodes: nodes, index: inner) }
        at += 1
      }
    }
    return nil
  }

  package var name: String {
    let name = UnsafeBufferPointer(start: base + Int(node.nameStart), count: Int(node.nameEnd - node.nameStart))
    return node.isNameEscaped ? JSONText.unescaped(name) : String(decoding: name, as: UTF8.self)
  }

  /// Is this its name, which needs no escapes?
  package func isNamed(_ text: String) -> Bool {
    let (start, count) = (base + Int(node.nameStart), Int(node.nameEnd - node.nameStart))
    guard text.utf8.count == count else { return false }
    let name = UnsafeBufferPointer(start: start, count: count)
    return text.utf8.withContiguousStorageIfAvailable { $0.elementsEqual(name) } ?? text.utf8.elementsEqual(name)
  }

  /// How many members an object or elements an array has.
  package var count: Int {
    var (child, count) = (index + 1, 0)
    while child < Int(node.next) {
      child = Int(nodes[child].next)
      count += 1
    }
    return count
  }

  /// A member of an object, looked for among all. In the order of the line, `ObjectReader` is quicker.
  package subscript(name: StaticString) -> JSONView? {
    guard node.kind == .object else { return nil }
    var child = index + 1
    while child < Int(node.next) {
      if JSONView.compare(nodes[child], name, base) == 0 { return JSONView(base: base, nodes: nodes, index: child) }
      child = Int(nodes[child].next)
    }
    return nil
  }

  /// The value as a tree.
  package var value: JSONValue {
    switch node.kind {
    case .null: return .null
    case .bool: return .bool(bool ?? false)
    case .integer: return .integer(integer ?? 0)
    case .string: return .string(string ?? "")
    case .array: return .array(children.map(\.value))
    case .object:
      var object = JSONObject()
      for child in children { object[child.name] = child.value }
      return .object(object)
    }
  }

  /// Below, equal to or above 0 as the node's name stands before, at or behind `name`. For ASCII names.
  @inlinable @inline(__always)
  static func compare(_ node: Tape.Node, _ name: StaticString, _ base: UnsafePointer<UInt8>) -> Int {
    let count = Int(node.nameEnd - node.nameStart)
    let start = base + Int(node.nameStart)
    let shared = min(count, name.utf8CodeUnitCount)
    var at = 0
    while at < shared {
      let (here, there) = (start[at], name.utf8Start[at])
      if here != there { return Int(here) - Int(there) }
      at += 1
    }
    return count - name.utf8CodeUnitCount
  }
}

extension JSONView {
  /// The way from this value down to the one that holds byte `offset`; see `Tape.path(at:in:)`.
  package func path(to offset: Int) -> String {
    JSONView.path(to: offset, nodes: nodes + index, count: Int(node.next) - index, first: index, base: base)
  }

  /// `first` is the index that the first of `nodes` has in its tape: `next` counts from there.
  static func path(
    to offset: Int, nodes: UnsafePointer<Tape.Node>, count: Int, first: Int = 0, base: UnsafePointer<UInt8>
  ) -> String {
    var path = ""
    var parent = 0
    while parent < count {
      // An object or list whose end was not reached yet has no `next`: all that follows is in it.
      let end = nodes[parent].next == 0 ? count : Int(nodes[parent].next) - first
      var (child, place) = (parent + 1, 0)
      var holder: (index: Int, place: Int)?
      while child < end {
        let isOpen = nodes[child].end == 0 || Int(nodes[child].end) >= offset
        if Int(nodes[child].start) <= offset + 1, isOpen { holder = (child, place) }
        child = nodes[child].next == 0 ? end : Int(nodes[child].next) - first
        place += 1
      }
      guard let holder else { break }
      if nodes[parent].kind == .array {
        path += "[\(holder.place)]"
      } else {
        let name = JSONView(base: base, nodes: nodes, index: holder.index).name
        path += path.isEmpty ? name : ".\(name)"
      }
      parent = holder.index
    }
    return path
  }

  /// The way to the first member that `read` does not have, if there is one. Members are in canonical order.
  ///
  /// - Parameters:
  ///   - skipped: names that are not asked for, in this object itself.
  ///   - saysNothing: values that need not be there.
  package func firstPath(
    missingIn read: JSONValue, besides skipped: [String] = [], where saysNothing: (JSONView) -> Bool
  ) -> String? {
    firstSteps(missingIn: read, besides: skipped, saysNothing)
      .map { String($0.first == "." ? $0.dropFirst() : $0[...]) }
  }

  /// “.member” and “[index]” from here on. Nearly always nothing is missing, so the path is only made on the way back.
  private func firstSteps(missingIn read: JSONValue, besides skipped: [String], _ saysNothing: (JSONView) -> Bool)
    -> String?
  {
    var child = index + 1
    switch (kind, read) {
    case (.object, .object(let kept)):
      var place = 0
      while child < Int(node.next) {
        let view = JSONView(base: base, nodes: nodes, index: child)
        child = Int(nodes[child].next)
        // Both are sorted, so what was passed is not asked for again.
        var at = place
        while at < kept.members.count, !view.isNamed(kept.members[at].name) { at += 1 }
        if at < kept.members.count {
          place = at + 1
          if let missing = view.firstSteps(missingIn: kept.members[at].value, besides: [], saysNothing) {
            return ".\(view.name)\(missing)"
          }
        } else if !skipped.contains(where: { view.isNamed($0) }), !saysNothing(view) {
          return ".\(view.name)"
        }
      }
    case (.array, .array(let kept)):
      var place = 0
      while child < Int(node.next), place < kept.count {
        let view = JSONView(base: base, nodes: nodes, index: child)
        child = Int(nodes[child].next)
        if let missing = view.firstSteps(missingIn: kept[place], besides: [], saysNothing) {
          return "[\(place)]\(missing)"
        }
        place += 1
      }
    default: break
    }
    return nil
  }

  /// What lies at the end of a path as `path(to:)` writes it, or the last that is there on the way.
  package func following(_ path: String) -> JSONView {
    var view = self
    for step in path.split(separator: ".") {
      let parts = step.split(separator: "[")
      for (index, part) in parts.enumerated() {
        let isPlace = index > 0 || step.hasPrefix("[")
        let next =
          isPlace
          ? Int(part.dropLast()).flatMap { view.elements.indices.contains($0) ? view.elements[$0] : nil }
          : view.members.first { $0.name == part }
        guard let next else { return view }
        view = next
      }
    }
    return view
  }
}

extension Tape {
  /// The root of the text that was scanned last. Call it only after `scan` returned.
  package borrowing func view(of bytes: UnsafeBufferPointer<UInt8>) -> JSONView {
    guard let base = bytes.baseAddress, count > 0 else { preconditionFailure("view of a tape that holds no text") }
    return JSONView(base: base, nodes: UnsafePointer(nodes), index: 0)
  }
}
