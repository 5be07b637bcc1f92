"""Makes a copy of a file with one thing changed, for tools/strangers/check: tamper.py KIND FROM TO.

    line         one bit of the middle line of a log: a digit of its moment becomes another, and all else stays good
    cut          the last line of a log is gone
    byte         one bit in the middle of any file
    signature    one bit of the first signature of a note (or of the note in a proof)
    cosignature  one bit of the last signature of a note
    time         one bit of the time that the last signature, a cosignature, bears
    root         one bit of the root in a note or in the note of a proof
    hash         one bit of the first hash of a proof; a proof that needs none is given one
    index        the index of a proof becomes another, under the same size where there is room
"""
import base64
import sys


def flipped(data, at, bit=0):
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:]


def in_base64(text, at):
    """The same text with a bit of what it stands for changed, so that only the value is wrong and not its spelling."""
    return base64.b64encode(flipped(base64.b64decode(text), at))


def tamper(kind, data):
    lines = data.split(b"\n")
    signatures = [i for i, line in enumerate(lines) if line.startswith("— ".encode())]
    match kind:
        case "line":
            middle = (len(lines) - 1) // 2
            mark = b'"recordedAt":"'
            at = lines[middle].index(mark) + len(mark) + len("2026-11-24T13:06:49.89")
            lines[middle] = flipped(lines[middle], at)
        case "cut":
            lines = lines[:-2] + [b""]
        case "byte":
            return flipped(data, len(data) // 2, 3)
        case "signature" | "cosignature" | "time":
            at = signatures[0 if kind == "signature" else -1]
            start, text = lines[at].rsplit(b" ", 1)
            # After the key ID, 4 bytes: 8 bytes of time in a cosignature, then 64 of signature.
            lines[at] = start + b" " + in_base64(text, 11 if kind == "time" else -40)
        case "root":
            # The root is the third line of the text; the text ends with the last blank line before the signatures.
            at = signatures[0] - 2
            lines[at] = in_base64(lines[at], 16)
        case "hash":
            if lines[2]:
                lines[2] = in_base64(lines[2], 16)
            else:
                lines.insert(2, base64.b64encode(bytes(32)))
        case "index":
            index = int(lines[1].split()[1])
            lines[1] = b"index %d" % (index - 1 if index else 1)
        case _:
            sys.exit(f"error: no kind {kind}")
    return b"\n".join(lines)


_, wanted, source, target = sys.argv
with open(source, "rb") as file:
    before = file.read()
after = tamper(wanted, before)
# A tampering that changes nothing would be accepted, and rightly.
assert after != before
with open(target, "wb") as file:
    file.write(after)
