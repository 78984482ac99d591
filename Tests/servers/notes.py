"""Reads what a file says of its making as other programs would: notes.py FILE ... prints the output, the recipe and the params of each."""

import json
import re
import struct
import sys
import xml.etree.ElementTree
import zipfile
import zlib


def png(data):
    at, found = 8, None
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(kind + body), kind
        if kind == b"iTXt":
            keyword, compressed, _, language, translated, text = re.fullmatch(
                rb"([^\0]+)\0(.)(.)([^\0]*)\0([^\0]*)\0(.*)", body, re.S).groups()
            assert (keyword, compressed, language, translated) == (b"provenance", b"\0", b"", b"")
            found = text.decode()
        at += 12 + length
    assert at == len(data)
    return found


def svg(data):
    root = xml.etree.ElementTree.fromstring(data)
    description = root.find("{http://www.w3.org/2000/svg}metadata")[0][0]
    assert description.find("{http://purl.org/dc/elements/1.1/}format").text == "image/svg+xml"
    return description.find("{http://purl.org/dc/terms/}provenance").text


def pdf(data):
    # The last trailer names the document information, and the table before it where that is.
    place = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    table = data[place:]
    number, offset = re.match(rb"xref\s+(\d+) 1\s+(\d{10}) 00000 n", table).groups()
    assert re.search(rb"/Info %d 0 R" % int(number), table)
    previous = int(re.search(rb"/Prev (\d+)", table).group(1))
    assert data[previous : previous + 4] == b"xref"
    assert b"CreationDate" not in data
    entry = data[int(offset) :]
    assert entry.startswith(b"%d 0 obj" % int(number))
    return bytes.fromhex(re.search(rb"/Provenance <([0-9a-f]+)>", entry).group(1).decode()).decode()


def html(data):
    return re.search(r'<script type="application/json" id="provenance">(.*?)</script>', data.decode(), re.S).group(1)


def safetensors(data):
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length])["__metadata__"]["provenance"]


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    kind = path.rsplit(".", 1)[1]
    text = zipfile.ZipFile(path).read("provenance.json").decode() if kind == "npz" else globals()[kind](data)
    made = json.loads(text)
    print(made["output"], made["recipe"]["name"], json.dumps(made["parameters"]))
