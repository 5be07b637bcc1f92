#!/usr/bin/env python3
"""Checks a record in JSON Lines, and what was signed over it, with nothing of the program that wrote it.

It needs Python 3 alone; for a signature also the command `openssl`. It is short so that it is read before it is believed:
one line, the streams, the tree, the signed note, the proof of one line, the values kept beside the lines, the verdict.
Exit 0: verifies; 4: does not verify; 64: wrongly called, or a file cannot be read; 69: openssl is missing.
"""
import argparse, base64, hashlib, json, os, re, subprocess, sys, tempfile

LIMITS = """It shows: no event was changed, removed, reordered or added unseen since the checkpoint; who signed it.
It does not show: that an event is true, that everything was recorded, or, without an outside witness, when it was
written. The rules of meaning (who may say what of whom) are not checked here."""
faults, remarks = [], []


class Refused(ValueError):
    """What was read cannot be what it should be; the text says why."""


def need(holds, otherwise):
    if not holds:
        raise Refused(otherwise)


def from_base64(text, length):
    """The bytes of base64 in its one strict spelling: what they encode to must be the text again."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise Refused("not base64") from None
    need(to_base64(data) == text, "base64 that is not spelled strictly")
    need(length in (None, len(data)), f"base64 of {len(data)} bytes and not {length}")
    return data


def to_base64(data):
    return base64.b64encode(data).decode()


# --- one line: canonical JSON (RFC 8785), whole numbers only ---------------------------------------------------------

def split_lines(path):
    """The lines of a file without their LF, which every line must have."""
    data = contents(path)
    if data.startswith(b"\xef\xbb\xbf"):
        faults.append(f"{path}: begins with a byte order mark, which an editor added")
    if data and not data.endswith(b"\n"):
        faults.append(f"{path}: the last line has no LF: cut off, or an editor took it away")
    return data.removesuffix(b"\n").split(b"\n") if data else []


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


# --- the streams -----------------------------------------------------------------------------------------------------

TEXTS = {  # members of memory that are texts, and how they must look
    "id": "[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "previous": "|[A-Za-z0-9+/]{43}=",
    "recordedAt": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z",
    "stream": "log|[a-z]+/[a-z0-9][a-z0-9-]{0,63}", "type": "[A-Za-z0-9]+"}
OTHERS = {"assertedBy", "basis", "data", "recordedBy", "salt", "streamVersion", "v", "visibility"}


def read_event(line):
    event = read_canonical(line)
    if set(event) == {"entry"}:
        return event
    missing = (TEXTS.keys() | OTHERS) - set(event)
    need(not missing, f"without {', '.join(sorted(missing))}")
    for name, pattern in TEXTS.items():
        need(type(event[name]) is str and re.fullmatch(pattern, event[name]), f"what stands in “{name}” cannot be one")
    need(type(event["streamVersion"]) is int and event["streamVersion"] >= 1, "“streamVersion” is no number from 1")
    from_base64(event["salt"], 16)
    need(type(event["data"]) is type(event.get("private", {})) is dict, "“data” or “private” is no object")
    for digest in event.get("private", {}).values():
        from_base64(digest, 32)
    return event


def check_lines(path):
    """Checks every line alone and in its stream. Returns the entries of all lines, and the events that can be read."""
    entries, events, withheld = [], [], []  # withheld: (position, entry in base64)
    last = {}  # stream: (position, version, entry in base64) of its last event that is here
    ids, salts, clock = set(), set(), ""
    for position, line in enumerate(split_lines(path)):
        # entry = SHA-256(line without LF)
        entries.append(hashlib.sha256(line).digest())
        wrong = []
        try:
            event = read_event(line)
            if "entry" in event:  # a line left out openly: its entry keeps its place
                entries[-1] = from_base64(event["entry"], 32)
                withheld.append((position, event["entry"]))
                continue
        except (ValueError, RecursionError) as error:
            faults.append(f"line {position + 1}: {error}")
            continue
        stream, version, previous = event["stream"], event["streamVersion"], event["previous"]
        place, reached, entry = last.get(stream, (-1, 0, ""))
        if event["id"] in ids:
            wrong.append("its id is there twice")
        if event["salt"] in salts:
            wrong.append("its salt was used before")
        if event["recordedAt"] < clock:
            wrong.append("recorded before the line above it")
        if version == reached + 1:
            if previous != entry:
                wrong.append(f"“previous” is not the digest of the event before it in {stream}")
        else:  # a gap is allowed only where lines left out openly can fill it, and “previous” names one of them
            between = [entry for where, entry in withheld if where > place]
            if not 0 < version - reached - 1 <= len(between) or previous not in between:
                wrong.append(f"{stream} jumps from version {reached} to {version}: a line is missing, added or moved")
        faults.extend(f"line {position + 1}: {what}" for what in wrong)
        ids.add(event["id"])
        salts.add(event["salt"])
        clock = max(clock, event["recordedAt"])
        last[stream] = (position, version, to_base64(entries[-1]))
        events.append(event)
    if withheld:
        remarks.append(f"{len(withheld)} lines are withheld openly: their digests are here, their words are not")
    return entries, events


# --- the tree (RFC 6962, section 2.1) ---------------------------------------------------------------------------------

def leaf_hash(entry):
    # leaf = SHA-256(0x00 || entry)
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    # node = SHA-256(0x01 || left || right)
    return hashlib.sha256(b"\x01" + left + right).digest()


def left_part(size):
    """The largest power of two smaller than the size: so many leaves stand under the left child of the top."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root_hash(leaves):
    # root of nothing = SHA-256("")
    if not leaves:
        return hashlib.sha256(b"").digest()
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


# --- the signed note (C2SP signed-note, tlog-checkpoint, tlog-cosignature) --------------------------------------------

def read_key(text):
    """NAME+hex key ID+base64(type || public key). Returns name, key ID, type, public key."""
    name, identity, key = (text.strip().split("+", 2) + ["", ""])[:3]
    key = from_base64(key, 33)
    # key ID = SHA-256(NAME || 0x0A || type || public key), its first 4 bytes
    key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    need(name and identity == key_id.hex(), "the key contradicts itself: its ID is not that of its name and bytes")
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
    for signature in ours:
        message, when = text, ""
        if kind == 4:  # a witness: 8 bytes of time, then the signature of cosignature/v1 LF time SECONDS LF || text
            seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {seconds}\n".encode() + text
            when = f", who saw it {seconds} seconds after 1970"
        holds = len(signature) == 64 and ed25519_holds(public_key, signature, message)
        need(holds, f"the signature by {name} does not hold")
        remarks.append(f"signature by {name}{when}: holds")


def check_checkpoint(note, entries, events, keys):
    """The note: text, blank line, signatures. The text: origin, size and root of the tree. Returns size and root."""
    need(not re.search(rb"[\x00-\x09\x0b-\x1f]", note), "control characters in the note")
    text, blank, tail = note.rpartition(b"\n\n")
    need(blank and tail.endswith(b"\n"), "no signed note: text, blank line, signatures")
    text, signatures = text + b"\n", []
    for line in tail.decode("utf-8").removesuffix("\n").split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014" and parts[1], "a signature line that is none")
        signatures.append((parts[1], from_base64(parts[2], None)))
    lines = text.decode("utf-8").split("\n")
    need(len(lines) == 4, "the text is not three lines: origin, size, root")
    origin, size, root = lines[0], lines[1], from_base64(lines[2], 32)
    need(re.fullmatch("0|[1-9][0-9]{0,17}", size), "the size is no number")
    size = int(size)
    if events and events[0]["type"] == "LogOpened":
        need(events[0]["data"].get("origin") == origin, f"signed for {origin}, which is not this record's origin")
    need(size <= len(entries), f"signed over {size} lines, and only {len(entries)} are here: lines were taken away")
    need(root_hash([leaf_hash(entry) for entry in entries[:size]]) == root,
         f"the root over the first {size} lines is not the one that was signed")
    remarks.append(f"checkpoint of {origin}: {size} lines, the root is the one that these lines give")
    if size < len(entries):
        remarks.append(f"NOT COVERED by this checkpoint: the {len(entries) - size} lines after line {size}")
    if not any(kind == 1 for _, _, kind, _ in keys):
        remarks.append("signature not checked: give the key you trust (--vkey)")
    for key in keys:
        need(key[2] != 1 or key[0] == origin, f"the origin {origin} is not the key's name {key[0]}")
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
    erased = {(str(event["data"].get("target")), str(name)) for event in events if event["type"] == "PrivateErased"
              and type(event["data"].get("names")) is list for name in event["data"]["names"]}
    here, withheld = set(), set()
    for number, line in enumerate(split_lines(path), 1):
        try:
            opening = read_canonical(line)
            # digest = SHA-256(opening without LF)
            digest = opening["digest"] if set(opening) == {"digest"} else to_base64(hashlib.sha256(line).digest())
            need(digest in promised.keys(), "belongs to no line of this record: changed, or from another record")
            (withheld if "digest" in opening else here).add(digest)
            need(opening.get("name", promised[digest][1]) == promised[digest][1], "bears another name than in its line")
        except (ValueError, RecursionError, TypeError) as error:
            faults.append(f"{path}, line {number}: {error}")
    gone = {digest for digest, value in promised.items() if value in erased} - here - withheld
    for digest in promised.keys() - here - withheld - gone:
        faults.append(f"event {promised[digest][0]}: {promised[digest][1]!r} is missing, and no erasure is recorded")
    remarks.append(f"private values: {len(here)} present, {len(withheld - here)} withheld, {len(gone)} erased")


# --- the verdict -----------------------------------------------------------------------------------------------------

def contents(path):
    with open(path, "rb") as file:
        return file.read()


class Parser(argparse.ArgumentParser):
    def error(self, message):
        sys.exit(print(f"error: {message}; see --help", file=sys.stderr) or 64)


def main():
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", metavar="NAME.jsonl")
    parser.add_argument("--checkpoint", metavar="FILE", help="the signed note over the record")
    parser.add_argument("--vkey", help="the log's key, or @FILE; have it from somebody you trust, not from the record")
    parser.add_argument("--witness", metavar="VKEY", help="the key of a witness who must have signed too, or @FILE")
    parser.add_argument("--proof", metavar="FILE", help="a .tlog-proof for one line; --line says which")
    parser.add_argument("--line", metavar="N", type=int, help="which line the proof is for, from 1")
    parser.add_argument("--private", metavar="FILE", help="the values kept beside the lines: NAME.private.jsonl")
    asked = parser.parse_args()
    if (asked.proof is None) != (asked.line is None):
        parser.error("--proof and --line go together")
    if (asked.vkey or asked.witness) and not (asked.checkpoint or asked.proof):
        parser.error("a key is for a signature: give --checkpoint or --proof too")
    try:
        keys = []
        for text, kind in (asked.vkey, 1), (asked.witness, 4):
            if text:
                keys.append(read_key(contents(text[1:]).decode() if text.startswith("@") else text))
                need(keys[-1][2] == kind, f"it is of type {keys[-1][2]}; a log's is 1, a witness's is 4")
    except (ValueError, OSError) as error:
        parser.error(f"the key cannot be used: {error}")
    try:
        entries, events = check_lines(asked.log)
        if asked.line is not None and not 1 <= asked.line <= len(entries):
            parser.error(f"there is no line {asked.line}")
        if asked.checkpoint:
            try:
                check_checkpoint(contents(asked.checkpoint), entries, events, keys)
            except ValueError as error:
                faults.append(f"checkpoint: {error}")
        if asked.proof:
            try:
                check_proof(contents(asked.proof), asked.line, entries, events, keys)
            except ValueError as error:
                faults.append(f"proof: {error}")
        if asked.private:
            check_private(asked.private, events)
    except OSError as error:
        if error.filename == "openssl":
            sys.exit(print("error: without openssl no signature can be checked", file=sys.stderr) or 69)
        parser.error(str(error))
    if not asked.private and any(event.get("private") for event in events):
        remarks.append("private values: all withheld (no --private was given)")
    if not asked.checkpoint and not asked.proof:
        remarks.append("no signature was looked at: give --checkpoint and --vkey")

    print(f"{'DOES NOT VERIFY' if faults else 'Verifies'}: {len(entries)} lines in {asked.log}, {len(faults)} faults")
    print(f"root {to_base64(root_hash([leaf_hash(entry) for entry in entries]))}")
    for fault in faults[:20]:
        print(f"fault: {fault}")
    if len(faults) > 20:
        print(f"… and {len(faults) - 20} faults more")
    print(*remarks, LIMITS, sep="\n")
    return 4 if faults else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
