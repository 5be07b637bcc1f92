extension JSONView {
  /// Writes this object with the members of another one in the stead of its own: `null` takes a member away. Both are
  /// canonical, and so is what is written.
  ///
  /// - Parameter kept: a member that stays as it is, whatever the other one says.
  package func write(replacing other: JSONView, keeping kept: StaticString, to bytes: inout [UInt8]) {
    var (mine, theirs) = (index + 1, other.index + 1)
    var isFirst = true
    func put(_ view: JSONView, _ bytes: inout [UInt8]) {
      bytes.append(isFirst ? UInt8(ascii: "{") : UInt8(ascii: ","))
      isFirst = false
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: view.nameBytes)
      bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
      bytes.append(contentsOf: view.json)
    }
    while mine < Int(node.next) || theirs < Int(other.node.next) {
      let own = mine < Int(node.next) ? JSONView(base: base, nodes: nodes, index: mine) : nil
      let new =
        theirs < Int(other.node.next) ? JSONView(base: other.base, nodes: other.nodes, index: theirs) : nil
      switch (own, new) {
      case (let own?, let new?):
        // Names are ASCII, so the order of their bytes is that of canonical form.
        let isSame = own.nameBytes.elementsEqual(new.nameBytes)
        if isSame || new.nameBytes.lexicographicallyPrecedes(own.nameBytes) {
          if JSONView.compare(new.node, kept, new.base) != 0 {
            if new.kind != .null { put(new, &bytes) }
          } else if isSame {
            put(own, &bytes)
          }
          theirs = Int(new.node.next)
          if isSame { mine = Int(own.node.next) }
        } else {
          put(own, &bytes)
          mine = Int(own.node.next)
        }
      case (let own?, nil):
        put(own, &bytes)
        mine = Int(own.node.next)
      case (nil, let new?):
        if JSONView.compare(new.node, kept, new.base) != 0, new.kind != .null { put(new, &bytes) }
        theirs = Int(new.node.next)
      case (nil, nil): return
      }
    }
    if isFirst { bytes.append(UInt8(ascii: "{")) }
    bytes.append(UInt8(ascii: "}"))
  }

  private var nameBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + Int(node.nameStart), count: Int(node.nameEnd - node.nameStart))
  }
}
