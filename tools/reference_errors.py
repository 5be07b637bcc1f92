"""docs/errors.md: each error a person can meet, the command that produces it, and the exact words.

What is shown is taken from the transcripts and sessions of the tests, so that it is what the program answers. Each text
of an error in Sources must occur there, or stand in Tests/errors-elsewhere.txt with the test that holds it or
the reason why nobody can make it happen: `faults` says what is not so. tools/reference calls both."""
import collections
import pathlib
import re
import textwrap

PLACE = pathlib.Path(__file__).resolve().parent.parent
TRANSCRIPTS = PLACE / "Tests/CommandTests"
ELSEWHERE = PLACE / "Tests/errors-elsewhere.txt"
MEANINGS = {
    1: "looked, and found something", 4: "the log, or a proof, does not verify", 64: "wrong use", 65: "bad data",
    66: "a file is missing", 69: "a tool is missing", 73: "cannot write", 75: "busy", 130: "stopped by you"}

# What makes an error in the code; the words are its first literal that reads like words.
MAKERS = re.compile(
    r"\b(Failure|TrackerError|StoreError|ProofFault|SpreadsheetFault|JSONFault|RuleFinding|ValidationError|TimeStampFault"
    r"|WordsFault|TableQuestion|Fault|Reject"
    r"|fault|finding|refuse|\.init)\(")

Text = collections.namedtuple("Text", "file words")  # words: “…” stands where a value comes
Answer = collections.namedtuple("Answer", "file files command status output error")  # files: how they were made before
Shown = collections.namedtuple("Shown", "status answer what rest")

# The commands of a transcript that make files; tracker has none of these names.
FILES = re.compile(r"(write|change|lines|copy|remove|sql|mode|sparse) ")


# MARK: The code

def literals(code):
    """The string literals in a piece of Swift, with … for each value that is put in."""
    found, i = [], 0
    while i < len(code):
        if code.startswith('"""', i):
            end = code.index('"""', i + 3)
            body = re.sub(r"\\\n\s*", "", code[i + 3:end])
            found.append(re.sub(r"\s+", " ", re.sub(r"\\\([^()]*(\([^()]*\))*[^()]*\)", "…", body)).strip())
            i = end + 3
        elif code[i] == '"':
            i, words = i + 1, ""
            while i < len(code) and code[i] != '"':
                if code.startswith("\\(", i):
                    i, words = after_parenthesis(code, i + 2), words + "…"
                elif code[i] == "\\":
                    i, words = i + 2, words + code[i + 1]
                else:
                    i, words = i + 1, words + code[i]
            found.append(words)
            i += 1
        else:
            i += 1
    return found


def after_parenthesis(code, i):
    """The place behind the parenthesis that closes the one before i; parentheses in literals do not count."""
    depth, quoted = 1, False
    while depth and i < len(code):
        if quoted and code.startswith("\\(", i):
            i = after_parenthesis(code, i + 2)
            continue
        if quoted and code[i] == "\\":
            i += 2
            continue
        if code[i] == '"':
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(code[i], 0)
        i += 1
    return i


def texts():
    """Every text of an error in Sources, once for each file."""
    found = {}
    for file in sorted((PLACE / "Sources").rglob("*.swift")):
        code = re.sub(r"^\s*//.*$", "", file.read_text(), flags=re.MULTILINE)
        for call in MAKERS.finditer(code):
            within = literals(code[call.end():after_parenthesis(code, call.end()) - 1])
            words = [w for w in within if len(w.replace("…", "")) >= 10 and " " in w]
            if words:
                found[Text(str(file.relative_to(PLACE)), re.sub(r"\s+", " ", words[0]).strip())] = None
    return list(found)


def occurs(words, said):
    """Do the pieces of a text stand one behind the other, with no more than a value between two of them?"""
    pieces = [piece for piece in words.split("…") if piece]
    if not all(piece in said for piece in pieces):
        return False
    start = -1
    while (start := said.find(pieces[0], start + 1)) >= 0:
        end = start + len(pieces[0])
        for piece in pieces[1:]:
            at = said.find(piece, end, end + 240 + len(piece))
            if at < 0 or "\n" in said[end:at]:
                break
            end = at + len(piece)
        else:
            return True
    return False


# MARK: The transcripts

def answers():
    """What was answered in each transcript and session, command by command."""
    for file in sorted([*TRANSCRIPTS.glob("Transcripts/*.txt"), *TRANSCRIPTS.glob("Sessions/*.txt")]):
        command, lines, files = None, [], []
        for line in file.read_text().split("\n"):
            if line.startswith("$ ") and FILES.match(line[2:]):
                files.append(line[2:])
            elif line.startswith(("$ ", "@ ")):
                command, terminal, lines = line[2:], line.startswith("@ "), []
            elif (end := re.fullmatch(r"\[exit (-?\d+)\]", line)) and command:
                error = [e[3:] for e in lines if e.startswith("2> ")]
                output = [o for o in lines if not o.startswith("2> ")]
                # A terminal shows both in one.
                yield Answer(file.name, files, command, int(end[1]), output, error + (output if terminal else []))
                command, files = None, []
            # What is answered to a program is no text for people, and too long to look for one in.
            elif command and not line.startswith('{"'):
                lines.append(line)


def flat(lines):
    return re.sub(r"\s+", " ", " ".join(line.strip() for line in lines))


def shown(answer):
    """The errors of one answer, and the faults that `verify` lists in it."""
    lines = answer.error
    for i, line in enumerate(lines):
        if head := re.fullmatch(r"error: (.*?)  \[(\d+)\]", line):
            rest = []
            for more in lines[i + 1:]:
                if not more.startswith("  ") or len(rest) > 40:
                    break
                rest.append(more)
            yield Shown(int(head[2]), answer, head[1], rest)
    if answer.status in (1, 4) and answer.command.startswith(("tracker verify", "tracker replay")):
        for fault in listed(answer.output):
            yield Shown(answer.status, answer, fault, [])


def listed(output):
    """The faults in the report of `verify`: indented by two, what follows by four."""
    fault = None
    for line in [*output, ""]:
        if fault and line.startswith("    "):
            fault += " " + line.strip()
            continue
        if fault:
            yield fault
        fault = line.strip() if re.match(r"  (lines? \d|the file: |the book: |the private )", line) else None


# MARK: Completeness

def elsewhere():
    """The rows of the table of errors that no transcript shows: (line, words, holder, mark)."""
    for number, line in enumerate(ELSEWHERE.read_text().split("\n"), 1):
        if line and not line.startswith("#"):
            parts = [part.strip() for part in line.split(" | ")]
            yield number, *(parts + ["", ""])[:3]


def joined(code):
    """Swift with literals that are put together with + as one."""
    return re.sub(r'"\s*\+\s*"', "", code)


def judged():
    """Everything that is compared: texts, those that are shown, the rows of the table, the faults of it all."""
    every, seen = texts(), list(answers())
    said = "\n".join(flat(a.error) + ("\n" + flat(a.output) if a.status else "") for a in seen)
    # What the parser of arguments is told begins with a small letter where it is said.
    is_shown = {text: any(occurs(w, said) for w in (text.words, text.words[:1].lower() + text.words[1:]))
                for text in every}
    rows, bad = [], []
    for number, words, holder, mark in elsewhere():
        at = f"errors-elsewhere.txt:{number}: “{words}” "
        same = [text for text in every if text.words == words]
        if not same:
            bad.append(at + "is no text in Sources any more: take the line out")
        elif all(is_shown[text] for text in same):
            bad.append(at + "is shown by a transcript: take the line out")
        if not mark:
            bad.append(at + "needs a third part: the words or the code in the test, or the reason")
        elif holder != "-":
            test = PLACE / "Tests" / holder
            if not test.is_file():
                bad.append(at + f"is said to be held by {holder}, which is no file below Tests")
            elif mark not in test.read_text():
                bad.append(at + f"is said to be held by {holder}, which does not contain “{mark}”")
            elif not occurs(words, joined(test.read_text())):
                bad.append(at + f"is said to be held by {holder}, which does not have the words themselves")
        rows.append((words, holder, mark))
    named = {words for words, _, _ in rows}
    for text in every:
        if not is_shown[text] and text.words not in named:
            bad.append(f"{text.file}: “{text.words}” is shown by no transcript; add one, or a line to errors-elsewhere.txt")
    return every, seen, rows, bad


def faults():
    return judged()[3]


# MARK: The page

def page():
    every, seen, rows, _ = judged()
    known = [text.words for text in every]
    entries, more = {}, {}
    for answer in seen:
        for error in shown(answer):
            entries.setdefault((error.status, key(error.what, known)), error)
            for line in error.rest:
                # What stands on an event is listed too, but is no error.
                if line.startswith("  - ") and not re.match(r"  - event \d+: [A-Z]", line):
                    what = re.sub(r"^(lines? [\d, to]+(, column \d+)?|row \d+|[A-Za-z.]+\d*): ", "", line[4:])
                    more.setdefault(key(what, known), (typed(answer), line[4:]))
    groups = collections.defaultdict(list)
    for (status, _), error in entries.items():
        groups[status, subject(error)].append(error)
    lines = ["# Errors", "", "<!-- Made by tools/reference from the transcripts of the tests. Do not edit. -->", "",
             "Each error that a person can meet, with a command that produces it and the exact words. Look for some of the",
             "words on this page; what differs from case to case (keys, ids, moments) stands in angle brackets. The number in",
             "brackets behind an error is the exit code, a word in brackets the code that `--json` gives.", "",
             "Above some commands stands how their files were made: `write FILE | line | line`, `change FILE | old | new`,",
             "`lines FIRST LAST FROM TO`, `copy FROM TO`, `remove FILE`, `sql BOOK | STATEMENT` (into the database of the book),",
             "`mode FILE RIGHTS`, `sparse FILE BYTES`; `‹0D›` is a byte, `‹9 × a›` nine of them, `‹cut›` no line end, and `@FILE`",
             "what stands in a file.", ""]
    codes = sorted({status for status, _ in groups})
    for status in codes:
        subjects = sorted(name for code, name in groups if code == status)
        links = ", ".join(f"[{name}](#{anchor(status, name)})" for name in subjects)
        lines += textwrap.wrap(f"- **{status}** {MEANINGS.get(status, '')}: {links}", 120, subsequent_indent="  ",
                               break_long_words=False, break_on_hyphens=False)
    lines += ["- [What is said of a draft, a row or an answer](#what-is-said-of-a-draft-a-row-or-an-answer)",
              "- [Errors that no transcript shows](#errors-that-no-transcript-shows)", ""]
    for status in codes:
        lines += [f"## Exit code {status}: {MEANINGS.get(status, '')}", ""]
        for name in sorted(name for code, name in groups if code == status):
            lines += [f"### {status}, {name}", "", "```", *blocks(groups[status, name]), "```", ""]
    lines += ["## What is said of a draft, a row or an answer", "",
              "Where more than one thing is wrong, all are listed below the error, a line each.", "", "```"]
    by_command = collections.defaultdict(list)
    for command, line in more.values():
        by_command[command].append("  - " + line)
    for command, listed_lines in by_command.items():
        lines += [*command, *listed_lines, ""]
    lines[-1:] = ["```", ""]
    lines += ["## Errors that no transcript shows", "",
              "A value stands where … is. They need a disk that fails, another program at the wrong moment, or something else",
              "that cannot be typed; or the tests that are named hold them.", "", "| words | held by |", "|---|---|"]
    for words, holder, mark in sorted(set(rows)):
        held = mark if holder == "-" else "`Tests/" + holder + "`"
        lines.append(f"| {escaped(words)} | {escaped(held)} |")
    return "\n".join(lines) + "\n"


def key(what, known):
    """What makes two errors the same: the texts of the code that they were made from, else their words."""
    made = tuple(words for words in known if occurs(words, what))
    return made or re.sub(r"“[^”]*”|\d+", "…", what)


def subject(error):
    words = re.sub(r"^(\w+=\S+ )*tracker ", "", error.answer.command).split()
    return words[0] if words and re.fullmatch("[a-z-]+", words[0]) else "tracker"


def anchor(status, name):
    return re.sub(r"[^a-z0-9 -]", "", f"{status}, {name}".lower()).replace(" ", "-")


def blocks(errors):
    lines = []
    for error in errors:
        if lines:
            lines.append("")
        lines += typed(error.answer)
        if error.rest or not re.match(r"(lines? \d|the file: |the book: |the private )", error.what):
            lines += [f"error: {error.what}  [{error.status}]", *shortened(error.rest)]
        else:
            lines += textwrap.wrap(error.what, 116, initial_indent="  ", subsequent_indent="    ",
                                   break_long_words=False, break_on_hyphens=False)
    return lines


def shortened(rest):
    """No more than three of a list: all of it stands in a section of its own."""
    items = [line for line in rest if line.startswith("  - ")]
    dropped = set(items[3:])
    lines = [line for line in rest if line not in dropped]
    if dropped:
        lines.insert(lines.index(items[2]) + 1, "  - …")
    return lines


def typed(answer):
    """The command, behind what made the files that it is about; long ones are cut."""
    return tuple("$ " + (line if len(line) <= 140 else line[:139] + "…") for line in (*answer.files[-3:], answer.command))


def escaped(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
