/// Reads the members of one object in canonical order, each once.
///
/// Ask for the names in the order in which they stand in a canonical line (sorted); then each member is looked at once
/// and none is searched for. Members that nobody asks for are passed over, as the format wants it: unknown members are
/// kept in the line and ignored. A relaxed text may have any order, so it is written canonically first and read then.
@usableFromInline
package struct ObjectReader {
  @usableFromInline let view: JSONView
  @usableFromInline var at: Int
  @usableFromInline let end: Int
  #if DEBUG
    @usableFromInline var asked = ""
  #endif

  package init(_ view: JSONView) throws(JSONFault) {
    guard view.kind == .object else { throw JSONFault(.wrongType, at: view.offset, "an object {…} must stand here") }
    self.view = view
    at = view.index + 1
    end = Int(view.nodes[view.index].next)
  }

  package var offset: Int { view.offset }

  /// The member called `name`, or nil.
  @inlinable @inline(__always)
  package mutating func optional(_ name: StaticString) -> JSONView? {
    #if DEBUG
      assert(asked < name.description || asked.isEmpty, "ask for \(name) before \(asked)")
      asked = name.description
    #endif
    while at < end {
      let order = JSONView.compare(view.nodes[at], name, view.base)
      if order > 0 { return nil }
      let found = JSONView(base: view.base, nodes: view.nodes, index: at)
      at = Int(view.nodes[at].next)
      if order == 0 { return found }
    }
    return nil
  }

  @inline(__always)
  package mutating func required(_ name: StaticString) throws(JSONFault) -> JSONView {
    guard let view = optional(name) else {
      throw JSONFault(.missingMember, at: offset, path: name.description, "“\(name)” is missing")
    }
    return view
  }

  package mutating func string(_ name: StaticString) throws(JSONFault) -> String {
    try required(name).asString()
  }

  package mutating func optionalString(_ name: StaticString) throws(JSONFault) -> String? {
    try optional(name)?.asString()
  }

  package mutating func integer(_ name: StaticString) throws(JSONFault) -> Int64 {
    try required(name).asInteger()
  }

  package mutating func optionalInteger(_ name: StaticString) throws(JSONFault) -> Int64? {
    try optional(name)?.asInteger()
  }
}

extension JSONView {
  package func asString() throws(JSONFault) -> String {
    guard let string else { throw JSONFault(.wrongType, at: offset, path: name, "a text must stand here") }
    return string
  }

  package func asInteger() throws(JSONFault) -> Int64 {
    guard let integer else { throw JSONFault(.wrongType, at: offset, path: name, "a whole number must stand here") }
    return integer
  }

  package func asBool() throws(JSONFault) -> Bool {
    guard let bool else { throw JSONFault(.wrongType, at: offset, path: name, "true or false must stand here") }
    return bool
  }

  package func asElements() throws(JSONFault) -> [JSONView] {
    guard kind == .array else { throw JSONFault(.wrongType, at: offset, path: name, "a list […] must stand here") }
    return elements
  }
}
