import TestSupport
import TransparencyLog

/// The words of every refusal of proofs, notes, keys and policies.
///
/// … stands where a value comes. Every refusal that a test of this target meets is compared with them, so that a text cannot
/// change unseen; docs/errors.md lists them.
enum RefusalWords {
  static let known: [ProofFault.Code: [String]] = [
    .malformedCheckpoint: [
      "a log without entries has the root SHA-256(\"\")",
      "a checkpoint is three lines: origin, size, root",
      "this checkpoint has extension lines, which logs of tracker never have",
      "the origin is empty",
      "“…” is no size: decimal, without leading zeros",
      "“…” is no root: the base64 of 32 bytes",
    ],
    .malformedKey: [
      "… is a key of a log, not of a witness",
      "the key of … is of no kind that can be checked here (Ed25519, cosignature/v1)",
      "the id in “…+…+…” is not that of its name and key: a letter was changed",
      "“…” cannot name a key: no spaces, no plus, at most 255 bytes",
      "a signing key is 32 bytes",
      "a signing key begins with …",
      "this is no signing key of a kind that is known here",
      "the id of the signing key is not that of its name and key: a letter was changed",
      "the signing key cannot sign: …",
      "a … is NAME+8 hexadecimal digits+base64",
      "… is a key of a witness, not of a log",
    ],
    .outOfRange: [
      "a witness needs a clock",
      "no proof is possible from a tree without leaves",
      "a tree of … leaves cannot contain one of …",
      "a tree of … leaves has no leaf with the index …",
      "the tree does not reach to leaf …",
      "no tree has … leaves",
      "the tree has … leaves and does not reach so far",
    ],
    .badSignature: [
      "a cosignature is 72 bytes, this one of … is …",
      "the cosignature of … is not by its key, or the text was changed",
      "the signature of … is not by its key, or the text was changed",
    ],
    .tooLarge: [
      "a … has at most … bytes",
      "a policy has at most … bytes",
      "a proof has at most … bytes",
      "a note has at most … bytes",
      "a request has at most … bytes",
    ],
    .malformedPolicy: [
      "a control character stands in the policy",
      "the last line of the policy does not end with a line feed",
      "the name “…” is taken",
      "the key is no UTF-8",
      "a log's key is of type 0x01",
      "this log's key stands twice",
      "more than … logs",
      "a witness's key is of type 0x04",
      "this witness's key stands twice",
      "more than … witnesses",
      "more than … groups",
      "“…” is no witness or group of a line above",
      "“…” is a member already",
      "how many of the group’s … members are needed? all, any, or a number from 1",
      "there is a second quorum line",
      "a “…” line has other parts",
      "there is no line “…”: log, witness, group, quorum",
      "the key of … is of no kind that can be checked here (Ed25519, cosignature/v1)",
      "the id in “…+…+…” is not that of its name and key: a letter was changed",
      "a … is NAME+8 hexadecimal digits+base64",
      "a … has at most … bytes",
      "the quorum line is missing; without witnesses it is “quorum none”",
    ],
    .otherOrigin: [
      "the checkpoint is of “…”, signed by the key of another log"
    ],
    .quorumNotMet: [
      "the policy asks for more witnesses than the … that cosigned this checkpoint"
    ],
    .malformedProof: [
      "the first line of a proof is …",
      "the extra data of a proof is base64",
      "the line “index N” is missing",
      "a proof is at most … hashes of 32 bytes",
      "the empty line behind the hashes is missing",
      "“…” is no hash: the base64 of 32 bytes",
      "more than … hashes",
    ],
    .malformedNote: [
      "a note is UTF-8 without control characters but line feeds",
      "the note does not end with a line feed",
      "there is no empty line between the text and its signatures",
      "the note bears no signature",
      "the note bears more than … signatures",
      "a text to sign ends with a line feed and has no other control characters",
      "a line among the signatures does not begin with “— ”",
      "a signature line is “— NAME BASE64”",
    ],
    .noKnownSignature: [
      "none of the note's signatures is by a key that is known here"
    ],
    .malformedTile: [
      "“…” is no path of a tile",
      "… has … bytes, not …",
      "… holds an entry that is no digest of 32 bytes",
    ],
    .badProof: [
      "trees of one size need no proof, but hashes are given",
      "two trees of one size have different roots",
      "the proof is empty",
      "the proof has more hashes than the tree has levels",
      "the proof has fewer hashes than the tree has levels",
      "the proof does not lead to the earlier root",
      "the proof does not lead to the later root",
      "the proof does not lead to the root",
    ],
    .malformedRequest: [
      "the first line of a request is “old SIZE”",
      "the empty line behind the hashes is missing",
      "“…” is no hash: the base64 of 32 bytes",
      "more than … hashes",
    ],
  ]

  static func hold(_ fault: ProofFault) -> Bool {
    // In a policy the line is named first.
    let why = fault.why.replacing(#/^line \d+: /#, with: "")
    return (known[fault.code] ?? []).contains { RefusalPattern.fits(why, $0) }
  }
}
