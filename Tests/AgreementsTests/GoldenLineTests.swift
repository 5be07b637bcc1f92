import Agreements
import CanonicalJSON
import Foundation
import LogStore
import TestSupport
import Testing

/// Every type × version ever released has a golden line that must be read for ever.
@Suite("Golden lines")
struct GoldenLineTests {
  private func read(_ line: [UInt8]) throws -> (Record, Statement) {
    var scanner = LineScanner()
    return try scanner.scanBytes(line, at: 0) { view throws(JSONFault) in
      guard case .event(let record) = try LogLine(view) else {
        throw JSONFault(.badValue, at: 0, "no event")
      }
      return (record, try Statement(line: view))
    }
  }

  @Test("V1 every type has one, it decodes, every field is used, and writing it again gives the same data")
  func decode() throws {
    #expect(Examples.goldens.map(\.type).sorted() == EventBody.types.map { $0.type }.sorted())
    for golden in Examples.goldens {
      let (record, statement) = try read(golden.line)
      let data = try #require(statement.body.data, "\(golden.type)")
      #expect(record.type == golden.type)
      let line = try JSONValue(canonical: golden.line)
      #expect(JSONValue.object(data.members) == line["data"], "\(golden.type)")
      let alternatives: Set<String> = golden.type == "PaymentPromised" ? ["money", "greaterOf"] : []
      let used = Set(data.members.members.map(\.name)).union(alternatives)
      #expect(used == Set(Swift.type(of: data).fields.map(\.name)), "\(golden.type): a field without an example")
      #expect(try Statement(type: golden.type, members: statement.members) == statement)
    }
  }

  @Test("V5 names in lines are written out: every type is found by the name in its golden line, and in its stream")
  func names() throws {
    for golden in Examples.goldens {
      let type = try #require(EventBody.type(named: golden.type))
      let (record, statement) = try read(golden.line)
      #expect(statement.body.typeName == golden.type)
      let stream = try #require(StreamName(record.stream))
      #expect(type.streams.contains(stream.kind), "\(golden.type)")
    }
  }

  @Test("A required field that is missing, and a value of another type, is refused by name")
  func damagedFields() throws {
    for golden in Examples.goldens {
      let line = try #require(try JSONValue(canonical: golden.line).object)
      let data = try #require(line["data"]?.object)
      for field in try #require(EventBody.type(named: golden.type)).fields {
        var without = data
        without[field.name] = nil
        var changed = line
        changed["data"] = .object(without)
        let isGone = (try? read(JSONValue.object(changed).canonicalBytes)) == nil
        let isOneOfSome = ["SameParty", "PrivateErased"].contains(golden.type) || field.name == "share"
        if field.isRequired {
          #expect(isGone, "\(golden.type).\(field.name)")
        } else if !isOneOfSome {
          #expect(!isGone, "\(golden.type).\(field.name)")
        }
        var wrong = data
        wrong[field.name] = .array([.array([])])
        changed["data"] = .object(wrong)
        #expect(throws: StoreError.self, "\(golden.type).\(field.name)") {
          try read(JSONValue.object(changed).canonicalBytes)
        }
      }
    }
  }

  @Test("Every single-byte change of a golden line is refused or gives another event")
  func singleBytes() throws {
    var (refused, other) = (0, 0)
    for golden in Examples.goldens {
      let original = try read(golden.line)
      // Each byte once, to a value that moves with the place: bits of every weight are met.
      for at in golden.line.indices {
        var line = golden.line
        line[at] ^= UInt8(1 << (at % 8))
        do {
          let changed = try read(line)
          let isSame = changed.0 == original.0 && changed.1 == original.1
          if isSame {
            // Members that only a later version knows: kept in the line, ignored here; the digest differs all the same.
            let names = try JSONValue(canonical: line).object?.members.map(\.name)
            #expect(
              names != (try JSONValue(canonical: golden.line).object?.members.map(\.name)), "\(golden.type) at \(at)")
          }
          other += 1
        } catch is StoreError { refused += 1 }
      }
    }
    #expect(refused > 1_000 && other > 1_000)
  }

  @Test("V2 upcasters have no gap and lead nowhere else")
  func upcasters() {
    let versions = Dictionary(uniqueKeysWithValues: EventBody.types.map { ($0.type, $0.version) })
    #expect(Upcasters.current.faults(versions: versions).isEmpty)
    let same: Upcasters.Step = { $0 }
    #expect(Upcasters(["A": [1: same]]).faults(versions: ["A": 3]) == ["A: no step from version 2 to 3"])
    #expect(
      Upcasters(["A": [1: same, 2: same]]).faults(versions: ["A": 2]) == ["A: a step from version 2 leads nowhere"])
    #expect(Upcasters(["A": [1: same, 2: same]]).faults(versions: ["A": 3]).isEmpty)
  }

  @Test("V3 an unknown type is kept by name; a known type in a later version is told apart")
  func unknown() throws {
    var line = try #require(try JSONValue(canonical: Examples.goldens[0].line).object)
    line["type"] = "SomethingNew"
    #expect(try read(JSONValue.object(line).canonicalBytes).1.body == .unknown(type: "SomethingNew", version: 1))
    line["type"] = "PartyRegistered"
    line["v"] = 2
    #expect(try read(JSONValue.object(line).canonicalBytes).1.body == .newer(type: "PartyRegistered", version: 2))
  }

  @Test("The catalogue's files are those of the golden lines")
  func catalogue() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../events")
    for golden in Examples.goldens {
      let file = folder.appendingPathComponent("\(golden.type)/canonical.jsonl")
      #expect(
        try Data(contentsOf: file) == Data(golden.line + [0x0A]), "\(golden.type): make it anew with tools/catalogue")
    }
  }
}
