#!/usr/bin/env python3
"""Shows that tools/verify.py and tools/verify_more.py can say no: every kind of fault they speak of is made here once.

    python3 tools/verify_test.py

The logs are made here, by other code than that which checks them; the keys by openssl. The last test holds a log that
others made and signed.
"""
import base64, hashlib, json, os, pathlib, subprocess, sys, tempfile, unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import verify


def b64(data):
    return base64.b64encode(data).decode()


def digest(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event(number, stream="agreement/deal", version=1, previous="", **more):
    """A good event; `previous` is the line before it in its stream."""
    return canonical({
        "assertedBy": {"party": "lmc"}, "basis": "document", "data": {"gist": "asks “when?”"},
        "id": f"01a20daa-89a2-7000-8000-{number:012x}", "previous": previous and b64(digest(previous)),
        "recordedAt": f"2026-11-24T13:06:49.{number:03d}Z", "recordedBy": "officer", "salt": b64(bytes([number] * 16)),
        "stream": stream, "streamVersion": version, "type": "CorrespondenceLogged", "v": 1, "visibility": "public",
    } | more)


def opening(name, value):
    return canonical({"name": name, "salt": b64(bytes(16)), "value": value})


def withheld(line):
    return canonical({"entry": b64(digest(line))})


# A log of four lines: two of one stream, one of another between them, and the head of the log.
HEAD = event(1, "log", type="LogOpened", data={"name": "deals", "origin": "example.org/deals"})
FIRST = event(2)
OTHER = event(3, "party/pct", type="PartyRegistered")
SECOND = event(4, version=2, previous=FIRST)
GOOD = [HEAD, FIRST, OTHER, SECOND]
THIRD = event(5, version=3, previous=SECOND)

# Line by line: what is wrong with the last line, and the words that must be said of it.
LAST_LINES = [
    ("white space", SECOND.replace(b'"v":1', b'"v": 1'), "not in canonical form"),
    ("members in another order", SECOND.replace(b'"v":1,"visibility":"public"', b'"visibility":"public","v":1'), "canonical"),
    ("an escape that need not be", SECOND.replace(b"asks", b"\\u0061sks"), "canonical"),
    ("a number that begins with a minus and is nothing", SECOND.replace(b'"v":1', b'"v":-0'), "canonical"),
    ("a member twice", SECOND.replace(b'"v":1', b'"v":1,"v":1'), "canonical"),
    ("a name that is not ASCII", SECOND.replace(b'"gist"', '"gïst"'.encode()), "not ASCII"),
    ("a fraction", SECOND.replace(b'"v":1', b'"v":1.0'), "no whole number"),
    ("an exponent", SECOND.replace(b'"v":1', b'"v":1e0'), "no whole number"),
    ("not a number", SECOND.replace(b'"v":1', b'"v":NaN'), "no whole number"),
    ("2^53", SECOND.replace(b'"v":1', b'"v":9007199254740992'), "no whole number below 2^53"),
    ("a number of many digits", SECOND.replace(b'"v":1', b'"v":' + b"9" * 5000), "no whole number below 2^53"),
    ("half a character", SECOND.replace(b"asks", b"\\ud800"), "surrogates not allowed"),
    ("bytes that are no UTF-8", SECOND.replace(b"asks", b"\xff"), "utf-8"),
    ("a list", b"[]", "no object"),
    ("nothing", b"", "Expecting value"),
    ("two objects", SECOND + SECOND, "Extra data"),
    ("nesting without end", b"[" * 60000, "recursion"),
    ("65,536 bytes", SECOND.replace(b"asks", b"a" * (65536 - len(SECOND) + 4)), "longer than 65,535"),
    ("CR LF", SECOND + b"\r", "CR LF"),
    ("no salt", SECOND.replace(b'"salt":', b'"salu":'), "“salt” is missing"),
    ("base64 that is not strict", SECOND.replace(b"BAQEBA==", b"BAQEBB=="), "“salt” is missing, or"),
    ("a salt too short", event(4, version=2, previous=FIRST, salt=b64(bytes(15))), "“salt” is missing, or"),
    ("an id that is none", event(4, version=2, previous=FIRST, id="4"), "“id” is missing, or"),
    ("a moment that is none", event(4, version=2, previous=FIRST, recordedAt="2026-11-24"), "“recordedAt” is missing, or"),
    ("a stream that is none", event(4, "deal", version=2, previous=FIRST), "“stream” is missing, or"),
    ("true for a version", event(4, version=True, previous=FIRST), "“streamVersion” is missing, or"),
    ("an id that was there", event(4, version=2, previous=FIRST, id=json.loads(FIRST)["id"]), "id or its salt was used before"),
    ("a salt that was there", event(4, version=2, previous=FIRST, salt=json.loads(FIRST)["salt"]), "salt was used before"),
    ("a clock that runs back", event(4, version=2, previous=FIRST, recordedAt="2026-11-24T13:06:49.002Z"), "recorded before"),
    ("another previous", event(4, version=2, previous=OTHER), "does not follow version 1 of agreement/deal"),
    ("a version left out", event(4, version=3, previous=FIRST), "does not follow version 1 of agreement/deal"),
    ("a version again", event(4, version=1), "does not follow version 1 of agreement/deal"),
    ("a withheld line with a digest too short", canonical({"entry": b64(bytes(31))}), "“id” is missing"),
    ("private values that are none", event(4, version=2, previous=FIRST, private=None), "“private” is missing, or"),
    ("data that is none", event(4, version=2, previous=FIRST, data=[]), "“data” is missing, or"),
    ("a private digest too short", event(4, version=2, previous=FIRST, private={"who": b64(bytes(31))}), "“private” is"),
]


class Verify(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def run_on(self, data, *arguments):
        if isinstance(data, list):
            data = b"".join(line + b"\n" for line in data)
        more = "--witness" in arguments or "--private" in arguments
        script = "verify_more.py" if more else "verify.py"
        command = [sys.executable, str(HERE / script), self.file("log.jsonl", data), *arguments]
        ended = subprocess.run(command, capture_output=True, text=True)
        self.assertNotIn("Traceback", ended.stderr)
        return ended.returncode, ended.stdout + ended.stderr

    def verifies(self, data, *arguments, saying=""):
        code, said = self.run_on(data, *arguments)
        self.assertEqual(code, 0, said)
        self.assertTrue(said.startswith("Verifies: "), said)
        self.assertIn(saying, said)

    def refuses(self, data, saying, *arguments):
        code, said = self.run_on(data, *arguments)
        self.assertEqual(code, 4, said)
        self.assertTrue(said.startswith("DOES NOT VERIFY: "), said)
        self.assertIn(saying, "\n".join(line for line in said.split("\n") if line.startswith("fault: ")))

    # --- lines and streams

    def test_good_logs(self):
        self.verifies(GOOD, saying="no signature was checked")
        self.verifies(GOOD + [THIRD])
        self.verifies([])
        # The largest number, and what JSON may spell in two ways and canonical JSON in one.
        self.verifies([HEAD, event(2, data={"n": -(2**53 - 1), "t": "\x7f\u2028/\"\\\b\t\n\x01😀"})])

    def test_each_fault_of_a_line(self):
        for name, line, words in LAST_LINES:
            with self.subTest(name):
                self.assertNotEqual(line, SECOND)
                self.refuses([HEAD, FIRST, OTHER, line], "line 4: ")
                self.refuses([HEAD, FIRST, OTHER, line], words)

    def test_what_mail_does_to_a_file(self):
        data = b"\n".join(GOOD) + b"\n"
        self.refuses(data[:-1], "the last line has no LF")
        self.refuses(b"\xef\xbb\xbf" + data, "BOM")
        self.refuses(data.replace(b"\n", b"\r\n"), "line 1: not in canonical form: an editor, mail (CR LF)")

    def test_lines_taken_away_or_moved(self):
        self.refuses([HEAD, OTHER, SECOND], "does not follow version 0 of agreement/deal")
        self.refuses([HEAD, OTHER, FIRST, SECOND], "recorded before")

    def test_lines_left_out_openly(self):
        self.verifies([HEAD, withheld(FIRST), OTHER, SECOND], saying="1 lines are withheld openly")
        self.verifies([HEAD, withheld(FIRST), OTHER, withheld(SECOND), THIRD])
        # The root is that of the whole log.
        whole, part = self.run_on(GOOD)[1], self.run_on([HEAD, withheld(FIRST), OTHER, SECOND])[1]
        self.assertEqual(whole.split("\n")[1], part.split("\n")[1])
        # One withheld line cannot stand for two versions, …
        self.refuses([HEAD, OTHER, withheld(SECOND), THIRD], "does not follow version 0 of")
        # … nor one that “previous” does not name, …
        self.refuses([HEAD, withheld(OTHER), SECOND], "does not follow version 0 of")
        # … nor one that stands behind the gap or before the last event that is here.
        self.refuses([HEAD, OTHER, SECOND, withheld(FIRST)], "does not follow version 0 of")
        self.refuses([HEAD, withheld(SECOND), FIRST, OTHER, THIRD], "does not follow version 1 of")

    # --- values kept beside the lines

    def test_private_values(self):
        who, tel = opening("who", "A. Person"), opening("tel", "0161")
        holder = event(4, version=2, previous=FIRST, private={"tel": b64(digest(tel)), "who": b64(digest(who))})
        log = [HEAD, FIRST, OTHER, holder]
        erasure = event(5, version=3, previous=holder, type="PrivateErased",
                        data={"target": json.loads(holder)["id"], "names": ["tel"]})

        def beside(*lines):
            return "--private", self.file("log.private.jsonl", b"".join(line + b"\n" for line in lines))
        self.verifies(log, saying="2 private values: withheld")
        self.verifies(log, *beside(who, tel), saying="2 present, 0 withheld, 0 erased")
        self.verifies(log, *beside(who, canonical({"digest": b64(digest(tel))})), saying="1 present, 1 withheld, 0 erased")
        self.refuses(log, "'tel' is missing", *beside(who))
        self.verifies(log + [erasure], *beside(who), saying="1 present, 0 withheld, 1 erased")
        self.refuses(log + [erasure], "'who' is missing", *beside(tel))
        self.refuses(log, "belongs to no line", *beside(who, tel, opening("who", "B. Person")))
        self.refuses(log, "canonical", *beside(who, tel.replace(b'":', b'": ')))
        swapped = event(4, version=2, previous=FIRST, private={"tel": b64(digest(who))})
        self.refuses([HEAD, FIRST, OTHER, swapped], "another name", *beside(who))
        self.refuses(log + [event(5, version=3, previous=holder, type="PrivateErased", data=7)], "“data” is missing, or")
        for data in {"target": [], "names": 7}, {"target": {}, "names": [[]]}:  # no shape may make it stumble
            odd = event(5, version=3, previous=holder, type="PrivateErased", data=data)
            self.refuses(log + [odd], "'tel' is missing", *beside(who))

    # --- what was signed

    def key(self, name, kind=1):
        """A key made by openssl: its file, its verifier key, and the ID that its signatures begin with."""
        path = os.path.join(self.folder.name, f"key-{name.replace('/', '-')}-{kind}")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
        der = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True)
        public = bytes([kind]) + der.stdout[-32:]
        key_id = digest(name.encode() + b"\n" + public)[:4]
        return path, f"{name}+{key_id.hex()}+{b64(public)}", key_id

    def line_of(self, key, text, before=b"", head=b""):
        message = self.file("message", head + text)
        sign = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key[0], "-in", message]
        signature = subprocess.run(sign, check=True, capture_output=True).stdout
        return f"— {key[1].split('+')[0]} {b64(key[2] + before + signature)}\n".encode()

    def test_notes(self):
        entries = [digest(line) for line in GOOD]
        leaves = [digest(b"\0" + entry) for entry in entries]
        left, right = digest(b"\1" + leaves[0] + leaves[1]), digest(b"\1" + leaves[2] + leaves[3])
        four, three = digest(b"\1" + left + right), digest(b"\1" + left + leaves[2])
        origin = "example.org/deals"
        key, stranger, witness = self.key(origin), self.key("example.org/other"), self.key("witness.example.org", 4)

        def text(size=4, root=four, origin=origin, more=""):
            return f"{origin}\n{size}\n{b64(root)}\n{more}".encode()

        def note(text, *keys):
            return text + b"\n" + b"".join(self.line_of(key, text) for key in keys)

        def with_(data, *more, key=key):
            return "--checkpoint", self.file("log.checkpoint", data), "--vkey", key[1], *more
        good = note(text(), key)
        self.verifies(GOOD, *with_(good), saying=f"signature by {origin}: holds")
        self.verifies(GOOD, *with_(good)[:2], saying="no signature was checked: give")
        self.verifies(GOOD, *with_(good)[:3], "@" + self.file("vkey", key[1].encode() + b"\n"), saying="holds")
        self.verifies(GOOD, *with_(note(text(), stranger, key)), saying="holds")  # an unknown signature is skipped
        self.verifies(GOOD, *with_(note(text(3, three), key)), saying="1 later lines are not covered")
        self.refuses(GOOD[:3], "only 3 are here", *with_(good))
        self.refuses([HEAD, FIRST, OTHER, event(4, version=2, previous=FIRST, note="changed")], "the root", *with_(good))
        self.refuses(GOOD, "the root", *with_(note(text(root=three), key)))
        self.refuses(GOOD, "no signature with this key", *with_(note(text(), stranger)))
        self.refuses(GOOD, "is not the origin", *with_(note(text(), stranger), key=stranger))
        self.refuses(GOOD, "not this record's origin", *with_(note(text(origin="example.org/other"), stranger), key=stranger))
        self.refuses(GOOD, "does not hold", *with_(text() + b"\n" + self.line_of(key, text(3, three))))
        self.refuses(GOOD, "does not hold", *with_(good + self.line_of(key, text(3, three))))
        for data, words in [
            (note(text(more="more\n"), key), "no checkpoint"),
            (note(text(size="04"), key), "no checkpoint"),
            (note(text(root=four[:31]), key), "no checkpoint"),
            (good[:-1], "no checkpoint"),
            (text(), "no checkpoint"),
            (good + b"a line\n", "no checkpoint"),
            (good.replace("—".encode(), b"-"), "no checkpoint"),
            (good.replace(b"\n4\n", b"\n4\r\n"), "no checkpoint"),
            (good.replace(b"=\n\n", b"\n\n"), "no checkpoint"),
            (b"", "no checkpoint"),
        ]:
            with self.subTest(data):
                self.refuses(GOOD, words, *with_(data))

        moment = 1767139200
        head = f"cosignature/v1\ntime {moment}\n".encode()

        def cosigned(time):
            return good + self.line_of(witness, text(), time.to_bytes(8, "big"), head)
        self.verifies(GOOD, *with_(cosigned(moment)))
        self.verifies(GOOD, *with_(cosigned(moment), "--witness", witness[1]), saying=f"saw it {moment}")
        self.refuses(GOOD, "does not hold", *with_(cosigned(moment + 1), "--witness", witness[1]))
        self.refuses(GOOD, "no signature by witness", *with_(good, "--witness", witness[1]))

        # The third line's siblings: the fourth leaf, then the node over the first two.
        def proof(index=2, path=(leaves[3], left), note=good):
            lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *map(b64, path)]
            return "\n".join(lines).encode() + b"\n\n" + note

        def proving(data, line=3):
            return "--proof", self.file("log.tlog-proof", data), "--line", str(line), "--vkey", key[1]
        self.verifies(GOOD, *proving(proof()), saying="line 3 is under that root")
        self.refuses(GOOD, "not the proof of line 3", *proving(proof(path=(left, leaves[3]))))
        self.refuses(GOOD, "not the proof of line 3", *proving(proof(path=(left,))))
        self.refuses(GOOD, "not the proof of line 3", *proving(proof(path=(left, leaves[3], left))))
        self.refuses(GOOD, "not the proof of line 3", *proving(proof(index=3)))
        self.refuses(GOOD, "not the proof of line 3", *proving(proof(index="02")))
        self.refuses(GOOD, "not the proof of line 4", *proving(proof(index=3), 4))
        self.refuses(GOOD, "not under its checkpoint", *proving(proof(index=3, note=note(text(3, three), key)), 4))
        self.refuses(GOOD, "does not hold", *proving(proof(note=text() + b"\n" + self.line_of(key, text(3, three)))))
        self.refuses(GOOD, "not the proof of line 3", *proving(proof().replace(b"@v1", b"@v2")))

        # Wrong calls are no verdicts.
        contradicting = key[1].replace(key[2].hex(), "00000000")
        for arguments in [("--vkey", key[1]), with_(good)[:3] + (contradicting,), with_(good)[:3] + (witness[1],),
                          with_(good)[:3] + ("nonsense",), ("--line", "3"), with_(good)[:3] + ("",), proving(proof(), 5), ("--checkpoint", "none")]:
            with self.subTest(arguments):
                self.assertEqual(self.run_on(GOOD, *arguments)[0], 64)

    def test_a_log_that_others_made(self):
        """15 entries, signed: transparency-dev/tessera, testdata/log (Apache-2.0); the proof is made of its tiles."""
        words = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten"
        key = verify.read_key("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
        proof = """c2sp.org/tlog-proof@v1
index 4
yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=
nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=
zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=
5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=

example.com/log/testdata
15
rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=
"""
        entries = [word.encode() for word in words.split()]
        verify.check_proof(proof.encode(), 4, entries, [], key)
        with self.assertRaisesRegex(ValueError, "not the proof of line 6"):
            verify.check_proof(proof.replace("index 4", "index 5").encode(), 5, entries, [], key)
        with self.assertRaisesRegex(ValueError, "the root"):
            verify.check_proof(proof.encode(), 4, entries[:14] + [b"fifteen"], [], key)

    def test_short_enough_to_be_read(self):
        self.assertLessEqual(len((HERE / "verify.py").read_text().splitlines()), 170)

    def test_the_recorded_cases(self):
        cases = [path for path in (HERE.parent / "events/cases").glob("*.jsonl") if ".drafts." not in path.name]
        self.assertGreater(len(cases), 5)
        for path in cases:
            with self.subTest(path.name):
                self.verifies(path.read_bytes())


if __name__ == "__main__":
    unittest.main()
