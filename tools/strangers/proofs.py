"""Judges our files with PyPI's `proofbundle`, a library for C2SP proofs, checkpoints and witnesses.

    proofs.py proof LOG INDEX PROOF VKEYFILE              the proof leads from line INDEX (from 0) to the signed root
    proofs.py cosigned NOTE VKEYFILE WITNESSFILE QUORUM   signed by the log, and by so many witnesses of one

Exit 0: accepted; 4: refused, and why; anything else is a mistake of this program or of its caller.
"""
import base64
import hashlib
import json
import sys

from proofbundle.checkpoint import verify_witnessed_checkpoint
from proofbundle.errors import ProofBundleError
from proofbundle.tlogproof import verify_tlog_proof


def text(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def entry(log, index):
    """The 32 bytes that a line puts into the tree."""
    with open(log, "rb") as file:
        line = file.read().split(b"\n")[index]
    if line.startswith(b'{"entry":"'):
        return base64.b64decode(json.loads(line)["entry"])
    return hashlib.sha256(line).digest()


def judge(arguments):
    match arguments:
        case ["proof", log, index, proof, vkey]:
            key = text(vkey).strip()
            result = verify_tlog_proof(text(proof), entry(log, int(index)), key, expected_origin=key.split("+")[0])
            # The library takes the index from the file; whose line it is must be asked here.
            return result["ok"] and result["index"] == int(index), result
        case ["cosigned", note, vkey, witness, quorum]:
            key = text(vkey).strip()
            result = verify_witnessed_checkpoint(text(note), key, [text(witness).strip()], threshold=int(quorum),
                                                 expected_origin=key.split("+")[0])
            return result["ok"], result
        case _:
            print("error: see the head of proofs.py for what can be asked", file=sys.stderr)
            sys.exit(64)


try:
    accepted, why = judge(sys.argv[1:])
except (ProofBundleError, UnicodeDecodeError) as error:
    accepted, why = False, error
if not accepted:
    print(f"refused: {why}", file=sys.stderr)
    sys.exit(4)
