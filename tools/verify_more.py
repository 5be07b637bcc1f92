#!/usr/bin/env python3
"""verify_more.py NAME.jsonl [--checkpoint FILE --vkey KEY --witness KEY] [--private FILE]

Checks what verify.py checks of a record and its checkpoint; also a witness's signature under the same checkpoint, and
the values kept beside the lines (NAME.private.jsonl). A KEY may be @FILE. Ends at the first fault; exits as verify.py.
"""
import argparse, hashlib, pathlib, re, sys

sys.dont_write_bytecode = True
import verify
from verify import need


def witness_key(text):
    return verify.read_key(text, kind=4)


def check_cosignature(note, key):
    """One signature by the witness must be there, and every one that claims to be by it must hold."""
    text, _, tail = note.rpartition(b"\n\n")
    name, key_id, public_key = key
    signatures = [(signer, verify.from_base64(blob)) for signer, blob in re.findall("— (.+) (.+)\n", tail.decode())]
    ours = [blob[4:] for signer, blob in signatures if (signer, blob[:4]) == (name, key_id)]
    need(ours, f"no signature by {name} with this key")
    for blob in ours:
        # 8 bytes of time, then the signature of: cosignature/v1 LF time SECONDS LF || text
        seconds = int.from_bytes(blob[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n".encode() + text + b"\n"
        need(verify.ed25519_holds(public_key, blob[8:], message), f"the signature by {name} does not hold")
        verify.remarks.append(f"signature by {name}, who saw it {seconds} seconds after 1970: holds")


def check_private(data, events):
    """Every opening must be one that a line names; every value must be here, withheld openly, or erased openly."""
    promised = {digest: (event["id"], name) for event in events for name, digest in event.get("private", {}).items()}
    erased = {(str(event["data"].get("target")), str(name)) for event in events if event["type"] == "PrivateErased"
              and type(event["data"].get("names")) is list for name in event["data"]["names"]}
    here, withheld = set(), set()
    need(data[-1:] in (b"", b"\n"), "private values: the last line has no LF")
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            opening = verify.read_canonical(line)
            # digest = SHA-256(opening without LF)
            alone = opening.keys() == {"digest"}
            digest = opening["digest"] if alone else verify.to_base64(hashlib.sha256(line).digest())
            need(digest in promised.keys(), "belongs to no line of this record: changed, or from another record")
            need(alone or opening.get("name") == promised[digest][1], "bears another name than in its line")
        except (ValueError, RecursionError, TypeError) as error:
            raise ValueError(f"private values, line {number}: {error}") from None
        (withheld if alone else here).add(digest)
    gone = {digest for digest, value in promised.items() if value in erased} - here - withheld
    for digest in promised.keys() - here - withheld - gone:
        raise ValueError(f"event {promised[digest][0]}: {promised[digest][1]!r} is missing, and no erasure is recorded")
    verify.remarks.append(f"private values: {len(here)} present, {len(withheld - here)} withheld, {len(gone)} erased")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.error = verify.stop
    parser.add_argument("log", type=pathlib.Path)
    parser.add_argument("--checkpoint", type=pathlib.Path)
    parser.add_argument("--vkey", type=verify.read_key)
    parser.add_argument("--witness", type=witness_key)
    parser.add_argument("--private", type=pathlib.Path)
    asked = parser.parse_args()
    if (asked.vkey or asked.witness) and not asked.checkpoint:
        verify.stop("a key is for a signature: give --checkpoint too")
    try:
        entries, events = verify.check_lines(asked.log.read_bytes())
        if asked.checkpoint:
            note = asked.checkpoint.read_bytes()
            verify.check_checkpoint(note, entries, events, asked.vkey)
            if asked.witness:
                check_cosignature(note, asked.witness)
        if asked.private:
            check_private(asked.private.read_bytes(), events)
    except ValueError as fault:
        print(f"DOES NOT VERIFY: {asked.log}", f"fault: {fault}", verify.LIMITS, sep="\n")
        sys.exit(4)
    root = verify.to_base64(verify.root_hash(entries))
    print(f"Verifies: {len(entries)} lines in {asked.log}", f"root {root}", *verify.remarks, verify.LIMITS, sep="\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        main()
    except OSError as error:
        verify.stop(error, 69 if error.filename == "openssl" else 64)
