#!/usr/bin/env python3
"""Checks a record in JSON Lines, and what was signed over it, with nothing of the program that wrote it.

It needs Python 3 alone; for a signature also the command `openssl`. It is meant to be read before it is believed. The
order below is the order of the checks: one line, the streams, the tree, the signed note, the proof, the private values.
Exit 0: verifies; 4: does not verify; 64: wrongly called, or a file cannot be read; 69: openssl is missing.
"""
import argparse, base64, hashlib, json, os, re, subprocess, sys, tempfile

LIMITS = """It shows: no event was changed, removed, reordered or added unseen since the checkpoint; who signed it.
It does not show: that an event is true, that everything was recorded, or, without an outside witness, when it was
written. The rules of meaning (who may say what of whom) are not checked here."""
REQUIRED = {"assertedBy", "basis", "data", "id", "previous", "recordedAt", "recordedBy", "salt", "stream",
            "streamVersion", "type", "v", "visibility"}
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
STREAM = "log|[a-z]+/[a-z0-9][a-z0-9-]{0,63}"
faults, remarks = [], []


class Refused(ValueError):
    """What was read cannot be what it should be; the text says why."""


def need(holds, otherwise):
    if not holds:
        raise Refused(otherwise)


def matches(pattern, value):
    return type(value) is str and re.fullmatch(pattern, value) is not None


def from_base64(text, length):
    """The bytes of base64 in its one strict spelling: what they encode to must be the text again."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise Refused("not base64") from None
    need(base64.b64encode(data).decode() == text, "base64 that is not spelled strictly")
    need(length is None or len(data) == length, f"base64 of {len(data)} bytes and not {length}")
    return data


def to_base64(data):
    return base64.b64encode(data).decode()


# --- one line: canonical JSON (RFC 8785), whole numbers only ---------------------------------------------------------

def split_lines(path):
    """The lines of a file without their LF, which every line must have."""
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(b"\xef\xbb\xbf"):
        faults.append(f"{path}: begins with a byte order mark, which an editor added")
    if data and not data.endswith(b"\n"):
        faults.append(f"{path}: the last line has no LF: cut off, or an editor took it away")
    return data.split(b"\n")[:-1] if data.endswith(b"\n") else data.split(b"\n") if data else []


def members(pairs):
    need(all(name.isascii() for name, _ in pairs), "the name of a member is not ASCII")
    need(len(dict(pairs)) == len(pairs), "a member stands there twice")
    return dict(pairs)


def integer(digits):
    need(len(digits) <= 17 and abs(int(digits)) < 2**53, "a number too large")
    return int(digits)


def no_fraction(text):
    raise Refused(f"“{text}” is no whole number")


def read_canonical(line):
    need(len(line) <= 65535, "longer than 65,535 bytes")
    need(not line.endswith(b"\r"), "ends with CR LF: mail or git changed it")
    value = json.loads(line.decode("utf-8"), object_pairs_hook=members, parse_int=integer, parse_float=no_fraction,
                       parse_constant=no_fraction)
    need(type(value) is dict, "no object {…}")
    # The names are ASCII, so Python's order of texts is the order by UTF-16 code units that RFC 8785 asks for.
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    need(again.encode("utf-8") == line, "not in canonical form")
    return value


# --- the digests and the tree (RFC 6962, section 2.1) ----------------------------------------------------------------

def sha256(data):
    return hashlib.sha256(data).digest()


def entry_digest(line):
    # SHA-256(line without LF)
    return sha256(line)


def leaf_hash(entry):
    # SHA-256(0x00 || entry)
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    # SHA-256(0x01 || left || right)
    return sha256(b"\x01" + left + right)


def left_part(size):
    """The largest power of two smaller than the size: so many leaves stand under the left child of the top."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root_hash(leaves):
    # of nothing: SHA-256("")
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = left_part(len(leaves))
    return node_hash(root_hash(leaves[:k]), root_hash(leaves[k:]))


def root_from_proof(leaf, index, size, path):
    """The root of a tree in which the leaf stands at the index, given its siblings from the lowest to the highest."""
    if size == 1:
        need(not path, "the proof has too many hashes")
        return leaf
    need(path, "the proof has too few hashes")
    k = left_part(size)
    if index < k:
        return node_hash(root_from_proof(leaf, index, k, path[:-1]), path[-1])
    return node_hash(path[-1], root_from_proof(leaf, index - k, size - k, path[:-1]))


# --- the streams -----------------------------------------------------------------------------------------------------

def check_lines(path):
    """Checks every line alone and in its stream. Returns the entry digests of all lines, and the events."""
    entries, events, withheld = [], [], []  # withheld: (position, digest in base64)
    last = {}  # stream: (position, version, entry digest) of its last event that is here
    ids, salts, clock = set(), set(), ""
    for position, line in enumerate(split_lines(path)):
        entry = entry_digest(line)
        try:
            event = read_canonical(line)
            if set(event) == {"entry"}:  # a line left out openly: its digest keeps its place
                entry = from_base64(event["entry"], 32)
                withheld.append((position, event["entry"]))
                continue
            need(REQUIRED <= set(event), f"without {', '.join(sorted(REQUIRED - set(event)))}")
            need(matches(UUID, event["id"]), "“id” is no UUID of version 7 or 5 in lower case")
            need(matches(MOMENT, event["recordedAt"]), "“recordedAt” is no moment")
            need(matches(STREAM, event["stream"]), "“stream” is no stream")
            stream, version, previous = event["stream"], event["streamVersion"], event["previous"]
            need(type(version) is int and version >= 1, "“streamVersion” is no number from 1")
            need(type(previous) is str, "“previous” is no text")
            from_base64(event["salt"], 16)
            need(type(event.get("private", {})) is dict, "“private” is no object")
            for digest in event.get("private", {}).values():
                from_base64(digest, 32)
            events.append(event)

            def fault(text):
                faults.append(f"line {position + 1}: {text}")
            if event["id"] in ids:
                fault("its id is there twice")
            if event["salt"] in salts:
                fault("its salt was used before")
            if event["recordedAt"] < clock:
                fault("recorded before the line above it")
            ids.add(event["id"])
            salts.add(event["salt"])
            clock = max(clock, event["recordedAt"])
            before, reached, digest = last.get(stream, (-1, 0, None))
            last[stream] = (position, version, entry)
            if version == reached + 1:
                if previous != ("" if digest is None else to_base64(digest)):
                    fault(f"“previous” is not the digest of the event before it in {stream}")
            else:  # a gap is allowed only where lines left out openly can fill it, and “previous” names one of them
                between = [digest for place, digest in withheld if place > before]
                if not 0 < version - reached - 1 <= len(between) or previous not in between:
                    fault(f"{stream} jumps from version {reached} to {version}: a line is missing, added or moved")
        except (ValueError, RecursionError) as error:
            faults.append(f"line {position + 1}: {error}")
        finally:
            entries.append(entry)
    if withheld:
        remarks.append(f"{len(withheld)} lines are withheld openly: their digests are here, their words are not")
    return entries, events


# --- the signed note (C2SP signed-note and tlog-checkpoint) ----------------------------------------------------------

def read_key(text):
    """NAME+hex key ID+base64(type || public key). Returns name, key ID, type, public key."""
    name, identity, key = (text.strip().split("+", 2) + ["", ""])[:3]
    key = from_base64(key, 33)
    # key ID = SHA-256(NAME || 0x0A || type || public key), its first 4 bytes
    key_id = sha256(name.encode() + b"\n" + key)[:4]
    need(name and identity == key_id.hex(), "the key contradicts itself: its ID is not that of its name and bytes")
    need(key[0] in (1, 4), "a key of a type that is not known here")
    return name, key_id, key[0], key[1:]


def ed25519_holds(public_key, signature, message):
    # DER: SEQUENCE { SEQUENCE { OID 1.3.101.112 = Ed25519 }, BIT STRING public key }
    der = bytes.fromhex("302a300506032b6570032100") + public_key
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("key", "signature", "message")]
        for path, data in zip(paths, (der, signature, message)):
            with open(path, "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths[0],
                   "-sigfile", paths[1], "-in", paths[2]]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def check_signature(key, text, signatures):
    """One of the signatures must be by this key, and every one that claims to be must hold."""
    name, key_id, kind, public_key = key
    ours = [blob[4:] for signer, blob in signatures if signer == name and blob[:4] == key_id]
    need(ours, f"no signature by {name} with this key")
    for blob in ours:
        if kind == 1:  # signed: the text
            need(len(blob) == 64 and ed25519_holds(public_key, blob, text), f"the signature by {name} does not hold")
            remarks.append(f"signature by {name}: holds")
        else:  # a witness signs: cosignature/v1 LF time SECONDS LF || the text; its blob begins with the time, 8 bytes
            seconds = int.from_bytes(blob[:8], "big")
            message = f"cosignature/v1\ntime {seconds}\n".encode() + text
            need(len(blob) == 72 and ed25519_holds(public_key, blob[8:], message), f"{name}'s cosignature does not hold")
            remarks.append(f"cosignature by {name}, who says: seen at {seconds} seconds after 1970: holds")


def check_checkpoint(note, entries, events, keys):
    """The note: text, blank line, signatures. The text: origin, size and root of the tree. Returns size and root."""
    need(not re.search(rb"[\x00-\x09\x0b-\x1f]", note), "control characters in the note")
    text, blank, tail = note.rpartition(b"\n\n")
    need(blank and tail.endswith(b"\n"), "no signed note: text, blank line, signatures")
    text += b"\n"
    signatures = []
    for line in tail.decode("utf-8").removesuffix("\n").split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014" and parts[1], "a signature line that is none")
        signatures.append((parts[1], from_base64(parts[2], None)))
    lines = text.decode("utf-8").split("\n")
    need(len(lines) == 4, "the text is not three lines: origin, size, root")
    origin, size, root = lines[0], lines[1], from_base64(lines[2], 32)
    need(re.fullmatch("0|[1-9][0-9]{0,17}", size), "the size is no number")
    size = int(size)
    if events and events[0]["type"] == "LogOpened" and type(events[0]["data"]) is dict:
        need(events[0]["data"].get("origin") == origin, f"signed for {origin}, which is not this record's origin")
    need(size <= len(entries), f"signed over {size} lines, and only {len(entries)} are here: lines were taken away")
    need(root_hash([leaf_hash(entry) for entry in entries[:size]]) == root,
         f"the root over the first {size} lines is not the one that was signed")
    remarks.append(f"checkpoint of {origin}: {size} lines, the root is the one that these lines give")
    if size < len(entries):
        remarks.append(f"NOT COVERED by this checkpoint: the {len(entries) - size} lines after line {size}")
    if keys and keys[0][2] == 1:
        need(origin == keys[0][0], f"the origin {origin} is not the key's name {keys[0][0]}")
    else:
        remarks.append("signature not checked: give the key you trust (--vkey)")
    for key in keys:
        check_signature(key, text, signatures)
    return size, root


def check_proof(data, number, entries, events, keys):
    """The file that proves one line: a first line, the index (from 0), hashes, a blank line, a checkpoint."""
    head, blank, note = data.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    need(blank and lines[0] == "c2sp.org/tlog-proof@v1" and len(lines) > 1, "no file of the kind tlog-proof")
    need(lines[1] == f"index {number - 1}", f"its second line is {lines[1]!r}; line {number} has index {number - 1}")
    path = [from_base64(line, 32) for line in lines[2:]]
    size, root = check_checkpoint(note, entries, events, keys)
    need(number <= size, f"line {number} is not under its checkpoint, which has {size} lines")
    need(root_from_proof(leaf_hash(entries[number - 1]), number - 1, size, path) == root,
         "its hashes do not lead from the line to the root")
    remarks.append(f"proof: line {number} is under that root")


# --- values kept beside the lines ------------------------------------------------------------------------------------

def check_private(path, events):
    """Every opening must be one that a line names; every value must be here, withheld openly, or erased openly."""
    promised = {digest: (event["id"], name) for event in events for name, digest in event.get("private", {}).items()}
    erased = {(str(event["data"].get("target")), name) for event in events
              if event["type"] == "PrivateErased" and type(event["data"]) is dict
              and type(event["data"].get("names")) is list for name in event["data"]["names"] if type(name) is str}
    here, withheld = set(), set()
    for number, line in enumerate(split_lines(path), 1):
        try:
            opening = read_canonical(line)
            if set(opening) == {"digest"}:
                from_base64(opening["digest"], 32)
                digest = opening["digest"]
                withheld.add(digest)
            else:
                need(set(opening) == {"name", "salt", "value"}, "no opening: name, salt, value")
                from_base64(opening["salt"], 16)
                # SHA-256(opening without LF)
                digest = to_base64(sha256(line))
                here.add(digest)
            need(digest in promised, "belongs to no line of this record: changed, or from another record")
            need("name" not in opening or opening["name"] == promised[digest][1], "bears another name than in its line")
        except (ValueError, RecursionError) as error:
            faults.append(f"{path}, line {number}: {error}")
    gone = {digest for digest, value in promised.items() if value in erased} - here - withheld
    for digest in promised.keys() - here - withheld - gone:
        faults.append(f"event {promised[digest][0]}: {promised[digest][1]!r} is missing, and no erasure is recorded")
    remarks.append(f"private values: {len(here)} present, {len(withheld - here)} withheld, {len(gone)} erased")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"error: {message}; see --help", file=sys.stderr)
        sys.exit(64)


def main():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", metavar="NAME.jsonl")
    parser.add_argument("--checkpoint", metavar="FILE", help="the signed note over the record")
    parser.add_argument("--vkey", help="the log's key that you trust, or @FILE; have it from somebody you believe")
    parser.add_argument("--witness", metavar="VKEY", action="append", default=[],
                        help="the key of a witness whose cosignature must be there, or @FILE; may be given again")
    parser.add_argument("--proof", metavar="FILE", help="a .tlog-proof for one line; --line says which")
    parser.add_argument("--line", metavar="N", type=int, help="which line the proof is for, from 1")
    parser.add_argument("--private", metavar="FILE", help="the values kept beside the lines: NAME.private.jsonl")
    asked = parser.parse_args()
    if (asked.proof is None) != (asked.line is None):
        parser.error("--proof and --line go together")
    if (asked.vkey or asked.witness) and not (asked.checkpoint or asked.proof):
        parser.error("a key is for a signature: give --checkpoint or --proof too")

    def contents(path):
        with open(path, "rb") as file:
            return file.read()

    try:
        keys = []
        for text, kind in [(asked.vkey, 1)] * bool(asked.vkey) + [(text, 4) for text in asked.witness]:
            key = read_key(contents(text[1:]).decode() if text.startswith("@") else text)
            need(key[2] == kind, f"{key[0]} is the key of a {'witness' if kind == 1 else 'log'}")
            keys.append(key)
    except (ValueError, OSError) as error:
        parser.error(f"the key cannot be used: {error}")
    try:
        entries, events = check_lines(asked.log)
        if asked.line is not None and not 1 <= asked.line <= len(entries):
            parser.error(f"there is no line {asked.line}")
        for what, path in ("checkpoint", asked.checkpoint), ("proof", asked.proof):
            try:
                if what == "checkpoint" and path:
                    check_checkpoint(contents(path), entries, events, keys)
                elif path:
                    check_proof(contents(path), asked.line, entries, events, keys)
            except ValueError as error:
                faults.append(f"{what}: {error}")
        if asked.private:
            check_private(asked.private, events)
        elif any(event.get("private") for event in events):
            remarks.append("private values: all withheld (no --private was given)")
    except FileNotFoundError as error:
        if error.filename == "openssl":
            print("error: openssl is not on this machine; without it no signature can be checked", file=sys.stderr)
            return 69
        parser.error(str(error))
    except OSError as error:
        parser.error(str(error))

    if not asked.checkpoint and not asked.proof:
        remarks.append("no signature was looked at: give --checkpoint and --vkey")
    print(f"{'DOES NOT VERIFY' if faults else 'Verifies'}: {len(entries)} lines in {asked.log}"
          + (f", {len(faults)} faults" if faults else ""))
    print(f"root {to_base64(root_hash([leaf_hash(entry) for entry in entries]))}")
    for fault in faults[:20]:
        print(f"fault: {fault}")
    if len(faults) > 20:
        print(f"… and {len(faults) - 20} faults more")
    for remark in remarks:
        print(remark)
    print(LIMITS)
    return 4 if faults else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
