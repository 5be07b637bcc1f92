public import CanonicalJSON

/// How old versions of `data` are read: each step turns one version of one type into the next, purely.
///
/// Lines are never rewritten. A type changes by addition first; where that does not do, its version goes up and a step
/// is entered here, in the same change. A step leads from its version to the next and stands under it once, so there can
/// be no cycle and no two ways; what can be wrong is a gap, or a step that leads past the version that is written.
public struct Upcasters: Sendable {
  public typealias Step = @Sendable (JSONObject) -> JSONObject

  /// type → version that the step reads → the step to the next version
  public var steps: [String: [Int: Step]]

  public init(_ steps: [String: [Int: Step]] = [:]) { self.steps = steps }

  /// Those of this version of the program. All types are at version 1.
  public static let current = Upcasters()

  /// What is wrong with the steps: a gap on the way to the version that is written, or a step that leads past it.
  public func faults(versions: [String: Int]) -> [String] {
    var faults: [String] = []
    for (type, version) in versions.sorted(by: { $0.key < $1.key }) {
      for old in 1..<max(1, version) where steps[type]?[old] == nil {
        faults.append("\(type): no step from version \(old) to \(old + 1)")
      }
    }
    for (type, steps) in steps.sorted(by: { $0.key < $1.key }) {
      for old in steps.keys.sorted() where old < 1 || old >= versions[type] ?? 1 {
        faults.append("\(type): a step from version \(old) leads nowhere")
      }
    }
    return faults
  }

  /// The data in the version `current`; nil where a step is missing.
  public func lifted(_ data: JSONObject, type: String, from version: Int, to current: Int) -> JSONObject? {
    var data = data
    for old in version..<max(version, current) {
      guard let step = steps[type]?[old] else { return nil }
      data = step(data)
    }
    return data
  }

  func read(_ data: JSONView, type: String, version: Int, to current: Int) throws(JSONFault) -> EventBody {
    guard let old = data.value.object else {
      throw JSONFault(.wrongType, at: data.offset, path: "data", "an object {…} must stand here")
    }
    guard let object = lifted(old, type: type, from: version, to: current) else {
      return .newer(type: type, version: version)
    }
    let bytes = JSONValue.object(object).canonicalBytes
    var tape = Tape()
    do throws(JSONFault) {
      return try bytes.withUnsafeBufferPointer { buffer throws(JSONFault) in
        try tape.scan(buffer)
        var reader = try FieldReader(tape.view(of: buffer))
        return try EventBody(type: type, data: &reader)
      }
    } catch {
      // Its place is one in the new data; in the line it is somewhere in the old.
      throw JSONFault(error.code, at: data.offset, error.why)
    }
  }
}
