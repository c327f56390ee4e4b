#!/usr/bin/env python3
"""Makes the code streams of this folder with img2dcm and dcmcjpls of DCMTK,
whose encoder is CharLS: slopes, a disc, stripes and a flat part, 61 x 43.
Prints the SHA-256 of what their decoder makes of the near-lossless ones."""
import hashlib, os, struct, subprocess, tempfile

W, H = 61, 43


def pixel(x, y):
    if y >= 33:
        return 7, 7, 9
    disc = (x - 30) ** 2 + (y - 18) ** 2 < 150
    return x * 4, 230 if disc else y * 6, 250 if (x + y) % 7 < 2 else 255 - x * 4


def bmp():
    rows = b""
    for y in reversed(range(H)):
        row = b"".join(bytes(reversed(pixel(x, y))) for x in range(W))
        rows += row.ljust((len(row) + 3) // 4 * 4, b"\0")
    return (b"BM" + struct.pack("<IHHI", 54 + len(rows), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, W, H, 1, 24, 0, len(rows), 2835, 2835, 0, 0) + rows)


def stream(dicom):
    """The fragment after the offset table."""
    at = dicom.index(b"\xff\xff\xff\xff", dicom.index(b"\xe0\x7f\x10\x00O")) + 4
    table, = struct.unpack_from("<I", dicom, at + 4)
    at += 8 + table
    length, = struct.unpack_from("<I", dicom, at + 4)
    return dicom[at + 8:at + 8 + length]


here = os.path.dirname(os.path.abspath(__file__))
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    open("a.bmp", "wb").write(bmp())
    subprocess.run("img2dcm -q -i BMP a.bmp a.dcm", shell=True, check=True)
    for name, options in {"component": "+in", "line": "+il", "sample": "+is", "near-3-component": "+en +md 3 +in",
                          "near-3-line": "+en +md 3 +il", "near-3-sample": "+en +md 3 +is"}.items():
        subprocess.run(f"dcmcjpls -q {options} a.dcm b.dcm", shell=True, check=True)
        open(f"{here}/{name}.jls", "wb").write(stream(open("b.dcm", "rb").read()))
        subprocess.run("dcmdjpls -q b.dcm c.dcm", shell=True, check=True)
        if name.startswith("near"):
            raw = open("c.dcm", "rb").read()
            at = raw.index(b"\xe0\x7f\x10\x00O") + 12
            print(name, hashlib.sha256(raw[at:at + W * H * 3]).hexdigest())
