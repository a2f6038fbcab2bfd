"""A second verifier of audit bundles, written from the format alone, so that no mistake is shared with the first.

    python3 verify.py FILE [--key audit.pub] [--since EARLIER-CHECKPOINT]
    python3 verify.py --batch      reads JSON lines {"file", "key", "since", "look_further"}, answers each with a JSON line

Standard library only, and the openssl command for Ed25519. Holds the whole bundle in memory. The same exit codes:
0 proven, 1 altered, 2 unreadable, 3 genuine but incomplete, 4 wrong key or two versions of the trail.
"""

import base64
import datetime
import functools
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

SMALLEST_FIRST = ["README.txt", "audit.pub", "keys.jsonl", "checkpoint.txt", "earlier.jsonl", "events.jsonl"]
LAYOUTS = {
    "range": SMALLEST_FIRST + ["leaves.bin", "checkpoints.jsonl", "manifest.json"],
    "selection": SMALLEST_FIRST + ["proofs.jsonl", "manifest.json"],
}
SAFE = 2**53 - 1
# The first of these that was found decides.
PRECEDENCE = [("checksum", 1), ("malformed", 2), ("wrong key", 4), ("altered", 1), ("split view", 4),
              ("container", 2), ("incomplete", 3)]


class Stop(Exception):
    def __init__(self, message, kind="malformed"):
        super().__init__(message)
        self.kind = kind


class Verdict:
    def __init__(self):
        self.found = []

    def add(self, kind, text, number=None):
        self.found.append((kind, text, number))

    def has(self, kind):
        return any(found == kind for found, _, _ in self.found)

    def answer(self):
        code = next((code for kind, code in PRECEDENCE if self.has(kind)), 0)
        rows = [number for _, _, number in self.found if number is not None]
        return {"code": code, "row": min(rows) if rows else None, "said": [text for _, text, _ in self.found[:5]]}


def verify(data, key=None, since=None, look_further=True):
    verdict = Verdict()
    try:
        files, kind = unpack(data, verdict)
        if look_further or not verdict.has("checksum"):
            check(Files(files), kind, key, since, verdict)
    except Stop as stop:
        verdict.add(stop.kind, str(stop))
    except Exception as error:  # A file may be wrong in ways that nobody thought of.
        verdict.add("malformed", f"cannot be read: {error!r}")
    return verdict.answer()


# Container ------------------------------------------------------------------------------------------------------------

def unpack(data, verdict):
    """The files by name, as functions, since a damaged one counts only where it is read; and the kind of bundle."""
    if data[:4] != b"PK\x03\x04":
        raise Stop("no zip")
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 22 - 65535))
    if at < 0:
        raise Stop("breaks off", "incomplete")
    end = data[at:]
    if len(end) < 22 or len(end) != 22 + struct.unpack_from("<H", end, 20)[0]:
        raise Stop("bytes behind the end")
    comment = end[22:]
    if not re.fullmatch(rb"sha256:[0-9a-f]{64}", comment):
        verdict.add("container", "no checksum")
    elif comment[7:] != hashlib.sha256(data[: len(data) - 71]).hexdigest().encode():
        verdict.add("checksum", "another content")
    count, length, start = struct.unpack_from("<HII", end, 10)
    if 0xFFFF == count or 0xFFFFFFFF in (length, start):
        if at < 76 or data[at - 76 : at - 72] != b"PK\x06\x06" or data[at - 20 : at - 16] != b"PK\x06\x07":
            raise Stop("no long end")
        if struct.unpack_from("<Q", data, at - 12)[0] != at - 76:
            raise Stop("long end elsewhere")
        count, length, start = struct.unpack_from("<QQQ", data, at - 44)
        at -= 76
    if length > 65536 or count > 64 or start + length > at:
        raise Stop("odd directory")
    records = list(read_directory(data[start : start + length], count))
    names = [record["name"] for record in records]
    if len(set(names)) < len(names):
        raise Stop("a name twice")
    for record in records:
        locate(data, record, start)
    kind = next((kind for kind, layout in LAYOUTS.items() if sorted(layout) == sorted(names)), None)
    if kind is None:
        raise Stop("other files than a bundle has")
    if names != LAYOUTS[kind] or data[: len(data) - len(comment)] != rewritten(data, records, len(comment)):
        verdict.add("container", "packed by another program")
    return {record["name"]: functools.partial(inflate, data, record) for record in records}, kind


def read_directory(directory, count):
    for _ in range(count):
        if len(directory) < 46 or directory[:4] != b"PK\x01\x02":
            raise Stop("no record")
        flags, method, _, _, crc, packed, size, name, extra, comment = struct.unpack_from("<HHHHIIIHHH", directory, 8)
        mode, offset = struct.unpack_from("<II", directory, 38)
        if len(directory) < 46 + name + extra + comment:
            raise Stop("short record")
        if method not in (0, 8) or flags & 1 or (mode >> 16) & 0o170000 == 0o120000:
            raise Stop("odd entry")
        fields = directory[46 + name : 46 + name + extra]
        while len(fields) >= 4 and fields[:2] != b"\x01\x00":
            fields = fields[4 + struct.unpack_from("<H", fields, 2)[0] :]
        numbers = [size, packed, offset]
        for position, number in enumerate(numbers):
            if number == 0xFFFFFFFF:
                used = 4 + 8 * sum(value == 0xFFFFFFFF for value in [size, packed, offset][:position])
                if len(fields) < used + 8:
                    raise Stop("no long sizes")
                numbers[position] = struct.unpack_from("<Q", fields, used)[0]
        if max(numbers) > SAFE:
            raise Stop("larger than any disk")
        yield {"name": directory[46 : 46 + name].decode("utf-8", "replace"), "method": method, "crc": crc,
               "size": numbers[0], "packed": numbers[1], "offset": numbers[2]}
        directory = directory[46 + name + extra + comment :]


def locate(data, record, limit):
    at = record["offset"]
    if at + 30 > limit or data[at : at + 4] != b"PK\x03\x04":
        raise Stop("not where it should be")
    name, extra = struct.unpack_from("<HH", data, at + 26)
    if data[at + 30 : at + 30 + name].decode("utf-8", "replace") != record["name"] or at + 30 + name > limit:
        raise Stop("another name there")
    record["begin"] = at + 30 + name + extra
    if record["begin"] + record["packed"] > limit:
        raise Stop("longer than the zip")


def rewritten(data, records, comment_length):
    """The container as an export writes it around these packed contents."""
    parts, directory, at = [], [], 0
    for record in records:
        name = record["name"].encode()
        crc, packed, size = record["crc"], record["packed"], record["size"]
        is_long = max(packed, size, at) >= 0xFFFFFFFF
        head = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0x0808, 8, 0, 0x21, 0, 0, 0, len(name), 0)
        body = data[record["begin"] : record["begin"] + packed]
        descriptor = struct.pack("<4sIQQ" if is_long else "<4sIII", b"PK\x07\x08", crc, packed, size)
        shown = (0xFFFFFFFF,) * 3 if is_long else (packed, size, at)
        extra = struct.pack("<HHQQQ", 1, 24, size, packed, at) if is_long else b""
        directory.append(struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 0x033F, 45 if is_long else 20, 0x0808, 8, 0,
                                     0x21, crc, shown[0], shown[1], len(name), len(extra), 0, 0, 0, 0o100644 << 16,
                                     shown[2]) + name + extra)
        parts += [head, name, body, descriptor]
        at += len(head) + len(name) + len(body) + len(descriptor)
    central = b"".join(directory)
    if at >= 0xFFFFFFFF:
        parts.append(central + struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 0x033F, 45, 0, 0, len(records),
                                           len(records), len(central), at))
        parts.append(struct.pack("<4sIQI", b"PK\x06\x07", 0, at + len(central), 1))
    else:
        parts.append(central)
    return b"".join(parts) + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(records), len(records), len(central),
                                         min(at, 0xFFFFFFFF), comment_length)


def inflate(data, record):
    packed = data[record["begin"] : record["begin"] + record["packed"]]
    if record["method"] == 0:
        content, whole = packed, True
    else:
        unpacker = zlib.decompressobj(-15)
        try:
            content = unpacker.decompress(packed, record["size"] + 1)
            whole = unpacker.eof and not unpacker.unused_data and not unpacker.unconsumed_tail
        except zlib.error as error:
            raise Stop(f"{record['name']} is damaged: {error}")
    if not whole or len(content) != record["size"] or zlib.crc32(content) != record["crc"]:
        raise Stop(f"{record['name']} is damaged")
    return content


class Files:
    def __init__(self, files):
        self.files = files

    @functools.lru_cache(None)
    def bytes(self, name):
        return self.files[name]()

    def text(self, name):
        return utf8(self.bytes(name), name)

    def lines(self, name):
        content = self.bytes(name)
        if content and not content.endswith(b"\n"):
            raise Stop(f"{name} is cut off")
        return content.split(b"\n")[:-1]


# Texts of a fixed form ------------------------------------------------------------------------------------------------

WORD = r"[!-*,-~]+"
B64 = r"[A-Za-z0-9+/]+={0,2}"
MS_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
NUMBER = r"[1-9][0-9]{0,15}"
CHECKPOINT = re.compile(rf"(?P<text>(?P<origin>{WORD})\n(?P<size>0|{NUMBER})\n(?P<root>{B64})\nsigned-at (?P<time>{MS_TIME})\n"
                        rf"leaves (?P<first>{NUMBER}) (?P<prints>(?:{B64})?)\n)\n\u2014 (?P<signer>{WORD}) (?P<signature>{B64})\n")
VKEY = re.compile(rf"({WORD})\+([0-9a-f]{{8}})\+({B64})\n")
ROTATION = re.compile(rf"(({WORD})\nkey-rotation\n({VKEY.pattern[:-2]})\n({VKEY.pattern[:-2]})\nsigned-at ({MS_TIME})\n)\n"
                      rf"\u2014 ({WORD}) ({B64})\n\u2014 ({WORD}) ({B64})\n")
ROW = re.compile(rb'\{"body":(.*),"number":([1-9][0-9]{0,15}),"recordedAt":"([0-9T:.-]{26}Z)"\}', re.DOTALL)
PURGED = re.compile(rb'\{"number":([1-9][0-9]{0,15}),"purged":true\}')
EPOCH = datetime.datetime(1970, 1, 1)


def utf8(content, what):
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Stop(f"{what} is not text")


def unbase64(text):
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return content if base64.b64encode(content).decode() == text else None


def microseconds(text):
    """Of a UTC time, or None where there is no such time."""
    if not re.fullmatch(MS_TIME.replace("{3}Z", "{3,6}Z"), text):
        return None
    try:
        time = datetime.datetime.fromisoformat(text[:-1])
    except ValueError:
        return None
    return (time - EPOCH) // datetime.timedelta(microseconds=1) if time >= EPOCH else None


def whole(text, what):
    if int(text) > SAFE:
        raise Stop(f"a number in {what} is too large")
    return int(text)


def strict_json(content, keys, what, **spelling):
    text = utf8(content, what)
    try:
        value = json.loads(text, parse_int=safe_integer, parse_float=refuse, parse_constant=refuse)
        respelled = json.dumps(value, ensure_ascii=False, **(spelling or {"separators": (",", ":")}))
        respelled.encode()
    except ValueError:
        raise Stop(f"{what} is not JSON")
    if not isinstance(value, dict) or list(value) != keys or respelled != text:
        raise Stop(f"{what} is spelled differently")
    return value


def note_of(line, what):
    note = line["note"]
    if not isinstance(note, str):
        raise Stop(f"no note in {what}")
    return note


def hashes_of(values, what):
    decoded = [unbase64(value) if isinstance(value, str) else None for value in values] if isinstance(values, list) else [None]
    if len(decoded) > 128 or any(value is None or len(value) != 32 for value in decoded):
        raise Stop(f"a proof in {what} cannot be read")
    return decoded


# Keys and signatures --------------------------------------------------------------------------------------------------

P = 2**255 - 19
# The y of the points whose order divides 8: anybody can sign for them.
ORDER_8 = {int.from_bytes(bytes.fromhex(encoded), "little")
           for encoded in ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]}
WEAK_Y = {0, 1, P - 1} | ORDER_8


class Key:
    def __init__(self, line, what):
        match = VKEY.fullmatch(line)
        content = unbase64(match[3]) if match else None
        if content is None or len(content) != 33 or content[0] != 1:
            raise Stop(f"no key in {what}")
        self.name, self.id, self.public = match[1], match[2], content[1:]
        if hashlib.sha256(f"{self.name}\n".encode() + content).hexdigest()[:8] != self.id:
            raise Stop(f"key id in {what}")
        y = int.from_bytes(self.public, "little") & (2**255 - 1)
        if y >= P or y in WEAK_Y:
            raise Stop(f"weak key in {what}")

    def __eq__(self, other):
        return (self.name, self.public) == (other.name, other.public)

    def __hash__(self):
        return hash(self.public)

    def has_signed(self, text, signature):
        return signature[:4].hex() == self.id and openssl_verifies(self.public, text.encode(), signature[4:])


@functools.lru_cache(200_000)
def openssl_verifies(public, text, signature):
    """One call of openssl for each different question: the same one is asked of it once."""
    der = bytes.fromhex("302a300506032b6570032100") + public
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der) + b"\n-----END PUBLIC KEY-----\n"
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        paths = {}
        for name, content in [("key", pem), ("text", text), ("signature", signature)]:
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as file:
                file.write(content)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", paths["key"], "-in", paths["text"],
                   "-sigfile", paths["signature"]]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


class Checkpoint:
    def __init__(self, note, what):
        match = CHECKPOINT.fullmatch(note)
        if not match:
            raise Stop(f"no checkpoint in {what}")
        self.note, self.text, self.origin = note, match["text"], match["origin"]
        self.size, self.first = whole(match["size"], what), whole(match["first"], what)
        self.root, self.prints = unbase64(match["root"]), unbase64(match["prints"])
        self.signature = unbase64(match["signature"])
        is_whole = (self.root is not None and len(self.root) == 32 and self.prints is not None
                    and len(self.prints) == 4 * (self.size - self.first + 1)
                    and self.signature is not None and len(self.signature) == 68
                    and microseconds(match["time"]) is not None and match["signer"] == self.origin)
        if not is_whole:
            raise Stop(f"odd checkpoint in {what}")

    def key_among(self, keys):
        wanted = (self.origin, self.signature[:4].hex())
        return next((key for key in keys if (key.name, key.id) == wanted), None)

    def is_signed(self, keys, what, verdict):
        key = self.key_among(keys)
        if key is None:
            verdict.add("wrong key", f"{what} is signed by a stranger")
        elif not key.has_signed(self.text, self.signature):
            verdict.add("altered", f"signature in {what}")
        else:
            return True
        return False

    def differs_from(self, number, leaf):
        at = 4 * (number - self.first)
        return self.first <= number <= self.size and self.prints[at : at + 4] != leaf[:4]


def vouching_pairs(files, verdict):
    for at, line in enumerate(files.lines("keys.jsonl"), 1):
        what = f"keys.jsonl, line {at}"
        match = ROTATION.fullmatch(note_of(strict_json(line, ["note"], what), what))
        if not match or microseconds(match[11]) is None:
            raise Stop(f"no statement in {what}")
        old, new = Key(match[3] + "\n", what), Key(match[7] + "\n", what)
        if {old.name, new.name, match[12], match[14]} != {match[2]}:
            raise Stop(f"names in {what}")
        signatures = [unbase64(match[13]), unbase64(match[15])]
        if any(signature is None or len(signature) != 68 for signature in signatures):
            raise Stop(f"signature in {what}")
        if old.has_signed(match[1], signatures[0]) and new.has_signed(match[1], signatures[1]):
            yield {old, new}
        else:
            verdict.add("altered", f"signatures in {what}")


def trusted_from(start, pairs):
    trusted, pairs = {start}, list(pairs)
    for _ in pairs:
        for pair in pairs:
            if pair & trusted:
                trusted |= pair
    return trusted


# Tree: the definitions of RFC 6962, section 2.1, as they stand there --------------------------------------------------

def sha(content):
    return hashlib.sha256(content).digest()


def split_of(count):
    return 1 << (count - 1).bit_length() - 1


class Tree:
    def __init__(self, leaves):
        self.leaves = leaves
        self.known = {}

    def root(self, begin, end):
        if end - begin == 0:
            return sha(b"")
        if end - begin == 1:
            return self.leaves[begin]
        if (begin, end) not in self.known:
            middle = begin + split_of(end - begin)
            self.known[begin, end] = sha(b"\x01" + self.root(begin, middle) + self.root(middle, end))
        return self.known[begin, end]


def root_by_path(index, size, leaf, path):
    """Section 2.1.1 read backwards; None where the path is of another length."""
    if size == 1:
        return leaf if not path else None
    if not path:
        return None
    middle = split_of(size)
    if index < middle:
        left = root_by_path(index, middle, leaf, path[:-1])
        return left and sha(b"\x01" + left + path[-1])
    right = root_by_path(index - middle, size - middle, leaf, path[:-1])
    return right and sha(b"\x01" + path[-1] + right)


def roots_by_proof(size, later, proof, root, is_left_edge=True):
    """Section 2.1.2 read backwards: what the proof makes of the earlier and the later root."""
    if size == later:
        if is_left_edge:
            return (root, root) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    middle = split_of(later)
    if size <= middle:
        both = roots_by_proof(size, middle, proof[:-1], root, is_left_edge)
        return both and (both[0], sha(b"\x01" + both[1] + proof[-1]))
    both = roots_by_proof(size - middle, later - middle, proof[:-1], root, False)
    return both and (sha(b"\x01" + proof[-1] + both[0]), sha(b"\x01" + proof[-1] + both[1]))


def is_beginning(earlier, later, proof):
    if earlier.size > later.size:
        return False
    if earlier.size == 0 and later.size > 0:
        return not proof and earlier.root == sha(b"")
    return roots_by_proof(earlier.size, later.size, proof, earlier.root) == (earlier.root, later.root)


# Rows -----------------------------------------------------------------------------------------------------------------

class Row:
    def __init__(self, line, at):
        purged, match = PURGED.fullmatch(line), ROW.fullmatch(line)
        self.purged = purged is not None
        if not purged and not match or len(line) > 2**20:
            raise Stop(f"line {at} is no row")
        self.number = whole(purged[1] if purged else match[2], f"line {at}")
        if not purged:
            self.body = match[1]
            time = microseconds(match[3].decode())
            if time is None:
                raise Stop(f"line {at} has no time")
            self.leaf = sha(b"\0reconnect-desk/audit/v1\0" + struct.pack(">QQ", self.number, time) + self.body)

    def is_canonical(self):
        try:
            text = self.body.decode("utf-8")
            value = json.loads(text, parse_int=safe_integer, parse_float=refuse, parse_constant=refuse)
            return isinstance(value, dict) and canonical(value) == text
        except ValueError:
            return False


def refuse(_):
    raise ValueError


def safe_integer(digits):
    value = int(digits)
    return value if abs(value) <= SAFE else refuse(digits)


def canonical(value):
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    text = json.dumps(value, ensure_ascii=False)
    text.encode()
    return text


def number_rows(rows, kind, verdict):
    last = None
    for row in rows:
        if last is not None and row.number <= last:
            verdict.add("altered", f"row {row.number} twice or out of order", row.number)
        elif last is not None and kind == "range" and row.number > last + 1:
            verdict.add("altered", f"row {last + 1} is missing", last + 1)
        last = max(last or 0, row.number)


# The checks -----------------------------------------------------------------------------------------------------------

def check(files, kind, key, since, verdict):
    files.text("README.txt")
    claim = Key(files.text("audit.pub"), "audit.pub")
    pinned = Key(key.strip() + "\n", "your key") if key is not None else None
    keys = trusted_from(pinned or claim, vouching_pairs(files, verdict))
    if pinned is None:
        verdict.add("incomplete", "no key to check against")
    checkpoint = Checkpoint(files.text("checkpoint.txt"), "checkpoint.txt")
    checkpoint.is_signed(keys, "checkpoint.txt", verdict)
    if checkpoint.signature[:4].hex() != claim.id:
        verdict.add("altered", "audit.pub is another key")
    if since is not None:
        since = Checkpoint(since, "your earlier checkpoint")
        its_key = since.key_among(keys)
        if its_key is None:
            verdict.add("wrong key", "your earlier checkpoint is signed by a stranger")
            since = None
        elif not its_key.has_signed(since.text, since.signature):
            raise Stop("your earlier checkpoint was changed")
        elif since.size > checkpoint.size:
            verdict.add("incomplete", "your checkpoint is newer")
    earlier = []
    for at, line in enumerate(files.lines("earlier.jsonl"), 1):
        what = f"earlier.jsonl, line {at}"
        value = strict_json(line, ["note", "proof"], what)
        one, proof = Checkpoint(note_of(value, what), what), hashes_of(value["proof"], what)
        if one.is_signed(keys, what, verdict):
            one.proven = is_beginning(one, checkpoint, proof)
            if one.size == checkpoint.size and one.root != checkpoint.root:
                verdict.add("split view", f"{what}: same size, other root")
            elif not one.proven and (kind == "selection" or one.size > checkpoint.size):
                verdict.add("altered", f"{what}: proof")
            earlier.append(one)
    if kind == "range":
        rows = check_range(files, checkpoint, keys, earlier, since, verdict)
    else:
        rows = check_selection(files, checkpoint, earlier, since, verdict)
    check_manifest(files, kind, checkpoint, rows, verdict)


def check_range(files, checkpoint, keys, earlier, since, verdict):
    covering, before = [], None
    for at, line in enumerate(files.lines("checkpoints.jsonl"), 1):
        what = f"checkpoints.jsonl, line {at}"
        one = Checkpoint(note_of(strict_json(line, ["note"], what), what), what)
        if before and one.first != before.size + 1:
            verdict.add("altered", f"gap before {what}")
        before = one
        if one.is_signed(keys, what, verdict) and one.size <= checkpoint.size:
            covering.append(one)
    if before is None or before.note != checkpoint.note:
        verdict.add("altered", "checkpoints.jsonl ends elsewhere")

    content = files.bytes("leaves.bin")
    if len(content) != 32 * checkpoint.size:
        verdict.add("altered", "leaves.bin is of another length")
    leaves = [content[at : at + 32] for at in range(0, min(len(content) // 32, checkpoint.size) * 32, 32)]
    tree = Tree(leaves)
    is_signed = checkpoint.size == len(leaves) and tree.root(0, len(leaves)) == checkpoint.root
    compared = covering + [one for one in earlier if one.size <= checkpoint.size] + [checkpoint]
    if since and since.size <= checkpoint.size:
        compared.append(since)
    if any(one.size > len(leaves) or tree.root(0, one.size) != one.root for one in compared):
        verdict.add("split view" if is_signed else "altered", "a signed root is not that of the leaves")
    # The leaves tell a wrong proof from a checkpoint that really says something else.
    if any(not one.proven and one.size <= len(leaves) and tree.root(0, one.size) == one.root for one in earlier):
        verdict.add("altered", "earlier.jsonl: proof")
    for number, leaf in enumerate(leaves, 1):
        if any(one.differs_from(number, leaf) for one in covering + ([since] if since else [])):
            verdict.add("split view" if is_signed else "altered", f"row {number}: signed fingerprint", number)

    rows = [Row(line, at) for at, line in enumerate(files.lines("events.jsonl"), 1)]
    number_rows(rows, "range", verdict)
    if covering and rows and covering[0].first > rows[0].number:
        verdict.add("altered", "checkpoints.jsonl begins behind the first row")
    passed, texts = 0, 0
    for row in rows:
        # A row behind its place is already found; whether its leaf fits says nothing more.
        passed, is_late = max(passed, row.number), row.number <= passed
        texts += not row.purged
        if is_late:
            continue
        if row.number > checkpoint.size:
            verdict.add("altered", f"row {row.number} is beyond the checkpoint", row.number)
        elif row.purged:
            if rows[0].number != 1 or texts > 0:
                verdict.add("altered", f"row {row.number} is purged, and not all rows before it are", row.number)
        elif row.number <= len(leaves) and row.leaf != leaves[row.number - 1]:
            verdict.add("altered", f"row {row.number}: leaf", row.number)
        elif not row.is_canonical():
            verdict.add("malformed", f"row {row.number} is not canonical", row.number)
    return rows


def check_selection(files, checkpoint, earlier, since, verdict):
    proofs = []
    for line in files.lines("proofs.jsonl"):
        value = strict_json(line, ["number", "path"], "proofs.jsonl")
        number = value["number"]
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= SAFE:
            raise Stop("a number in proofs.jsonl")
        proofs.append((number, hashes_of(value["path"], "proofs.jsonl")))
    rows = [Row(line, at) for at, line in enumerate(files.lines("events.jsonl"), 1)]
    number_rows(rows, "selection", verdict)
    for row, (number, path) in zip(rows, proofs):
        if number != row.number:
            verdict.add("altered", f"row {row.number} has the proof of {number}", row.number)
            continue
        if row.purged:
            raise Stop("purged in a selection")
        if since and since.differs_from(number, row.leaf):
            verdict.add("split view", f"row {number}: signed fingerprint", number)
        if number > checkpoint.size or root_by_path(number - 1, checkpoint.size, row.leaf, path) != checkpoint.root:
            verdict.add("altered", f"row {number}: proof", number)
        elif not row.is_canonical():
            verdict.add("malformed", f"row {number} is not canonical", number)
    for row in rows[len(proofs) :]:
        verdict.add("altered", f"row {row.number} has no proof", row.number)
    for number, _ in proofs[len(rows) :]:
        verdict.add("altered", f"row {number} is missing", number)
    if since and since.size <= checkpoint.size:
        same = [one for one in earlier if one.proven and one.size == since.size]
        same += [checkpoint] if checkpoint.size == since.size else []
        if any(one.root != since.root for one in same):
            verdict.add("split view", "your earlier checkpoint says something else")
        elif not same:
            verdict.add("incomplete", "your earlier checkpoint cannot be compared")
    return rows


def check_manifest(files, kind, checkpoint, rows, verdict):
    content = files.bytes("manifest.json")
    keys = ("format kind environment origin period filter generatedAt generatedBy exportId events purged purges "
            "firstNumber lastNumber checkpointSize uncovered files").split()
    if not content.endswith(b"\n"):
        raise Stop("manifest.json")
    manifest = strict_json(content[:-1], keys, "manifest.json", indent=2)
    period, uncovered = manifest["period"], manifest["uncovered"]
    texts = [manifest[name] for name in ["environment", "generatedAt", "generatedBy", "exportId"]]
    is_well_formed = (manifest["format"] == "reconnect-desk/audit-bundle/1" and isinstance(period, dict)
                      and list(period) == ["from", "until"] and all(isinstance(text, str) for text in texts)
                      and all(text is None or isinstance(text, str) for text in [*period.values(), manifest["filter"]])
                      and isinstance(uncovered, int) and not isinstance(uncovered, bool) and 0 <= uncovered <= SAFE)
    if not is_well_formed:
        raise Stop("manifest.json")
    numbers = [row.number for row in rows]
    purges = []
    for row in rows:
        if row.purged and purges and purges[-1]["last"] == row.number - 1:
            purges[-1]["last"] = row.number
        elif row.purged:
            purges.append({"first": row.number, "last": row.number})
    counted = {
        "kind": kind, "origin": checkpoint.origin, "events": sum(not row.purged for row in rows),
        "purged": sum(row.purged for row in rows), "purges": purges, "firstNumber": numbers[0] if rows else None,
        "lastNumber": max(numbers) if rows else None, "checkpointSize": checkpoint.size,
        "files": {name: {"bytes": len(files.bytes(name)), "sha256": hashlib.sha256(files.bytes(name)).hexdigest()}
                  for name in LAYOUTS[kind][:-1]},
    }
    for name, value in counted.items():
        if json.dumps(manifest[name]) != json.dumps(value):
            verdict.add("altered", f"manifest.json: {name}")
    if not checkpoint.origin.endswith(f"/audit/{manifest['environment']}"):
        verdict.add("altered", "manifest.json: environment")
    if kind == "range":
        first, last = (numbers[0], max(numbers)) if rows else (None, None)
        if not rows and period == {"from": None, "until": None} and checkpoint.size > 0:
            verdict.add("altered", "all rows are missing", 1)
        if rows and period["from"] is None and first > 1:
            verdict.add("altered", "the first rows are missing", 1)
        if rows and period["until"] is None and last < checkpoint.size:
            verdict.add("altered", "the last rows are missing", last + 1)
    if uncovered > 0:
        verdict.add("incomplete", f"{uncovered} rows are not covered yet")


# Command line ---------------------------------------------------------------------------------------------------------

def read(path):
    with open(path, "rb") as file:
        return file.read()


def answer_batch():
    for line in sys.stdin:
        question = json.loads(line)
        data = base64.b64decode(question["data"]) if "data" in question else read(question["file"])
        for at, mask in question.get("flips") or [[0, 0]]:
            flipped = data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :] if mask else data
            answer = verify(flipped, question.get("key"), question.get("since"), question.get("lookFurther", True))
            print(json.dumps(answer), flush=True)


def main(arguments):
    if arguments == ["--batch"]:
        return answer_batch()
    options, files = {}, []
    while arguments:
        word = arguments.pop(0)
        if word in ("--key", "--since") and arguments:
            options[word[2:]] = read(arguments.pop(0)).decode("utf-8", "replace")
        else:
            files.append(word)
    if len(files) != 1:
        sys.exit(__doc__)
    if "key" not in options and os.path.exists("audit.pub"):
        options["key"] = read("audit.pub").decode("utf-8", "replace")
    answer = verify(read(files[0]), **options)
    print(json.dumps(answer, indent=2))
    sys.exit(answer["code"])


if __name__ == "__main__":
    main(sys.argv[1:])
