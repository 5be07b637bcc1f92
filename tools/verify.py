#!/usr/bin/env python3
"""verify.py NAME.jsonl [--checkpoint FILE] [--proof FILE --line N] [--vkey KEY or @FILE]

Checks a record in JSON Lines, its signed checkpoint and the proof of line N (from 1) with nothing of the program that
wrote it: Python 3, and `openssl` for signatures. Have the key from somebody you trust, not from the record.
Exit 0: verifies; 4: does not (the first fault); 64: wrong call, or a file cannot be read; 69: openssl is missing."""
import argparse, base64, hashlib, json, pathlib, re, subprocess, sys, tempfile

LIMITS = """It shows: no event was changed, removed, reordered or added unseen since the checkpoint; who signed it.
It does not show: that an event is true, that everything was recorded, or, without an outside witness, when it was
written. The rules of meaning (who may say what of whom) are not checked here."""
DIGEST = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="  # 32 bytes in strict base64
SHAPES = {  # the members of an event, as they are written in JSON
    "id": '"[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"', "type": '"[A-Za-z0-9]+"',
    "recordedAt": '"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z"', "streamVersion": "[1-9][0-9]*",
    "stream": '"(log|[a-z]+/[a-z0-9][a-z0-9-]{0,63})"', "salt": '"[A-Za-z0-9+/]{21}[AQgw]=="', "v": "[1-9][0-9]*",
    "previous": f'"({DIGEST})?"', "private": '{("[^"]+":"%s",?)*}' % DIGEST, "data": "{.*}", "assertedBy": "{.*}",
    "basis": '".*"', "recordedBy": '".*"', "visibility": '".*"'}
# Origin, size, root; a blank line; lines “— NAME base64(key ID || signature of the three lines)”.
NOTE = f"([^\0-\x1f]+)\n(0|[1-9][0-9]{{0,17}})\n({DIGEST})\n\n((?:— [^\0- ]+ [A-Za-z0-9+/=]+\n)+)"
remarks = []

def need(holds, otherwise):
    if not holds:
        raise ValueError(otherwise)
def stop(message, code=64):
    sys.exit(print(f"error: {message}", file=sys.stderr) or code)
def to_base64(data):
    return base64.b64encode(data).decode()
def from_base64(text):
    data = base64.b64decode(text, validate=True)
    need(to_base64(data) == text, f"base64 that is not spelled strictly: {text}")
    return data

def ascii_names(pairs):
    need(all(name.isascii() for name, _ in pairs), "the name of a member is not ASCII")
    return dict(pairs)
def integer(text):
    need(re.fullmatch("-?[0-9]{1,16}", text) and abs(int(text)) < 2**53, f"{text[:20]} is no whole number below 2^53")
    return int(text)
def canonical(value):  # RFC 8785; the names are ASCII, which Python sorts as it asks
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

def read_canonical(line):
    need(len(line) <= 65535, "longer than 65,535 bytes")
    value = json.loads(line.decode(), object_pairs_hook=ascii_names, parse_int=integer, parse_float=integer,
                       parse_constant=integer)
    need(canonical(value).encode() == line, "not in canonical form: an editor, mail (CR LF) or git changed it?")
    need(type(value) is dict, "no object {…}")
    return value

def check_lines(data):
    """Checks every line alone and in its stream. Returns the entries of all lines, and the events."""
    entries, events, left_out, last, used, clock = [], [], [], {}, set(), ""
    need(data[-1:] in (b"", b"\n"), "the last line has no LF: cut off, or an editor took it away")
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            event = read_canonical(line)
            if event.keys() == {"entry"} and re.fullmatch(DIGEST, event["entry"]):  # left out openly, its place kept
                entries.append(from_base64(event["entry"]))
                left_out.append(event["entry"])
                continue
            event.setdefault("private", {})  # it may be absent
            for name, shape in SHAPES.items():
                need(re.fullmatch(shape, canonical(event.get(name))), f"“{name}” is missing, or cannot be one")
            need(used.isdisjoint({event["id"], event["salt"]}), "its id or its salt was used before")
            need(event["recordedAt"] >= clock, "recorded before the line above it")
            # In a stream versions count 1, 2, 3 …, and “previous” is the entry of the event before. A gap is allowed
            # only where at least as many lines left out lie between, and “previous” is the entry of one of them.
            version, previous, already_out = last.get(event["stream"], (0, "", 0))
            gap, between = event["streamVersion"] - version - 1, left_out[already_out:]
            need(0 <= gap <= len(between) and event["previous"] in (between if gap > 0 else [previous]),
                 f"does not follow version {version} of {event['stream']}: a line is missing, added, moved or changed")
        except (ValueError, TypeError, RecursionError) as error:
            raise ValueError(f"line {number}: {error}") from None
        entries.append(hashlib.sha256(line).digest())  # entry = SHA-256(line without LF)
        last[event["stream"]] = event["streamVersion"], to_base64(entries[-1]), len(left_out)
        used |= {event["id"], event["salt"]}
        clock = event["recordedAt"]
        events.append(event)
    remarks.append(f"{len(left_out)} lines are withheld openly: their digests are here, their words are not")
    remarks.append(f"{sum(len(event['private']) for event in events)} private values: withheld unless said otherwise")
    return entries, events

def root_hash(entries, index=-1, path=None):
    """The root (RFC 6962, 2.1). With an index, the siblings on the way up from its leaf are added to the path."""
    # leaf = SHA-256(0x00 || entry); node = SHA-256(0x01 || left || right); root of nothing = SHA-256("")
    if len(entries) < 2:
        return hashlib.sha256(b"\x00" + entries[0] if entries else b"").digest()
    middle = 2 ** ((len(entries) - 1).bit_length() - 1)  # the largest power of two below their number
    left, right = root_hash(entries[:middle], index, path), root_hash(entries[middle:], index - middle, path)
    if 0 <= index < len(entries):
        path.append(right if index < middle else left)
    return hashlib.sha256(b"\x01" + left + right).digest()

def read_key(text, kind=1):
    # KEY = NAME+hex(key ID)+base64(type || public key); key ID = 4 bytes of SHA-256(NAME || LF || type || public key)
    name, key_id, key = (pathlib.Path(text[1:]).read_text() if text[:1] == "@" else text).strip().split("+", 2)
    key = from_base64(key)
    right = hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    need(key_id == right and len(key) == 33 and key[0] == kind, "it contradicts itself, or is of another type")
    return name, bytes.fromhex(key_id), key[1:]

def ed25519_holds(public_key, signature, message):
    command = "openssl pkeyutl -verify -rawin -pubin -keyform DER".split()
    # DER: SEQUENCE { SEQUENCE { OID 1.3.101.112 = Ed25519 }, BIT STRING public key }
    der = bytes.fromhex("302a300506032b6570032100") + public_key
    with tempfile.TemporaryDirectory() as folder:
        for option, data in ("-inkey", der), ("-sigfile", signature), ("-in", message):
            pathlib.Path(folder, option).write_bytes(data)
            command += [option, str(pathlib.Path(folder, option))]
        return subprocess.run(command, capture_output=True).returncode == 0

def check_checkpoint(note, entries, events, key, index=-1):
    """Checks the signed note over the first lines. Returns the siblings that prove the line at the index."""
    parts, path = re.fullmatch(NOTE, note.decode()), []
    need(parts, "no checkpoint: origin, size, root, a blank line, signature lines, and nothing else")
    origin, size, text = parts[1], int(parts[2]), note[:note.index(b"\n\n") + 1]
    need(all(event["data"].get("origin") == origin for event in events if event["type"] == "LogOpened"),
         f"signed for {origin}, which is not this record's origin")
    need(size <= len(entries), f"signed over {size} lines, and only {len(entries)} are here: lines were taken away")
    need(to_base64(root_hash(entries[:size], index, path)) == parts[3], "the root is not the signed one")
    remarks.append(f"checkpoint of {origin}, {size} lines; {len(entries) - size} later lines are not covered")
    signatures = [(name, from_base64(blob)) for name, blob in re.findall("— (.+) (.+)\n", parts[4])]
    if key:  # those by others are passed over; one by the key must be there, and each that claims to be by it must hold
        ours = [blob[4:] for name, blob in signatures if (name, blob[:4]) == key[:2]]
        need(ours and key[0] == origin, f"no signature with this key, or its name {key[0]} is not the origin")
        need(all(ed25519_holds(key[2], signature, text) for signature in ours), "the log's signature does not hold")
        remarks.append(f"signature by {origin}: holds")
    need(index < size, f"line {index + 1} is not under its checkpoint, which has {size} lines")
    return path

def check_proof(data, index, entries, events, key):
    head, _, note = data.partition(b"\n\n")
    path = check_checkpoint(note, entries, events, key, index)
    right = "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *map(to_base64, path)])
    need(head.decode() == right, f"not the proof of line {index + 1} under this root: kind, index, siblings")
    remarks.append(f"proof: line {index + 1} is under that root")

def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.error = stop
    parser.add_argument("log", type=pathlib.Path)
    for option, kind in ("checkpoint", pathlib.Path), ("proof", pathlib.Path), ("line", int), ("vkey", read_key):
        parser.add_argument(f"--{option}", type=kind)
    asked = parser.parse_args()
    if (asked.proof is None) != (asked.line is None) or asked.vkey and not (asked.checkpoint or asked.proof):
        stop("--proof and --line go together, and --vkey goes with --checkpoint or --proof; see --help")
    try:
        entries, events = check_lines(asked.log.read_bytes())
        if asked.line is not None and not 0 < asked.line <= len(entries):
            stop(f"there is no line {asked.line}")
        if asked.checkpoint:
            check_checkpoint(asked.checkpoint.read_bytes(), entries, events, asked.vkey)
        if asked.proof:
            check_proof(asked.proof.read_bytes(), asked.line - 1, entries, events, asked.vkey)
        if not asked.vkey:
            remarks.append("no signature was checked: give --checkpoint, and the key you trust with --vkey")
        root = to_base64(root_hash(entries))
        print(f"Verifies: {len(entries)} lines in {asked.log}", f"root {root}", *remarks, LIMITS, sep="\n")
    except ValueError as fault:
        print(f"DOES NOT VERIFY: {asked.log}", f"fault: {fault}", LIMITS, sep="\n")
        sys.exit(4)

if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        main()
    except OSError as error:
        stop(error, 69 if error.filename == "openssl" else 64)
