internal import Agreements
internal import CanonicalJSON

// Drafts: what a person writes is refused with its place, or means the same in its canonical form and when it is read
// again out of the log.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(start, count)
  let id = EventID.version7(milliseconds: 1_325_498_400_000, random: [UInt8](repeating: 7, count: 10))
  do throws(JSONFault) {
    let proposal = try Proposal(draft: bytes, id: id, recordedBy: "officer")
    let canonical = (try? JSONValue(relaxed: bytes))?.canonicalBytes ?? []
    law(try Proposal(draft: canonical, id: id, recordedBy: "officer") == proposal, "a draft means its canonical form")
    let statement = proposal.statement
    let type = statement.body.typeName
    let version = EventBody.type(named: type)?.version ?? 1
    law(
      try Statement(type: type, version: version, members: statement.members) == statement,
      "a statement is read as it was written")
    var draft = statement.members
    draft["type"] = .string(type)
    draft["stream"] = .string(proposal.stream.description)
    draft["id"] = .string(proposal.id.description)
    draft["recordedBy"] = .string(proposal.recordedBy)
    if !proposal.privateValues.members.isEmpty { draft["private"] = .object(proposal.privateValues) }
    let written = JSONValue.object(draft).canonicalBytes
    law(try Proposal(draft: written, id: id, recordedBy: "officer") == proposal, "a proposal is read as it was written")
  } catch {
    law(error.offset >= 0 && error.offset <= bytes.count, "a fault has a place in the draft")
    law(!error.why.isEmpty, "a fault says what is wrong")
  }
  return 0
}
