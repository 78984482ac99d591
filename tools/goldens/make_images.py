#!/usr/bin/env python3
"""Images of every kind, and their pixels by Pillow, for Tests/Fixtures/images.

    tools/goldens/make_images.py Tests/Fixtures/images

PNG files are written here, since Pillow writes neither interlaced ones nor colours of 16 bits; JPEG files by Pillow. pixels.npz has for every file
the array [3, height, width] of 8 bits that ImageOps.exif_transpose and convert("RGB") give. Grey of 16 bits is the exception: Pillow cuts it off at
255 of 65535, so there the upper 8 bits stand, as Pillow itself takes them from colours of 16 bits. resized.npz has photo.png in other sizes by every filter,
named FILTER_WIDTHxHEIGHT. Needs Pillow and numpy.
"""
import io
import pathlib
import struct
import sys
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
warnings.simplefilter("ignore")
random = np.random.default_rng(5)
expected = {}

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def line_bytes(samples, depth):
    """The bytes of one row of samples."""
    if depth >= 8:
        return samples.astype(">u2" if depth == 16 else "u1").tobytes()
    bits = "".join(format(int(value), f"0{depth}b") for value in samples)
    return bytes(int(bits[i:i + 8].ljust(8, "0"), 2) for i in range(0, len(bits), 8))


def filtered(line, number, step):
    """A row behind the number of its filter: none, or in odd rows 1, the difference from the pixel to the left."""
    if number % 2 == 0:
        return b"\0" + line
    return b"\1" + bytes((value - (line[i - step] if i >= step else 0)) % 256 for i, value in enumerate(line))


def png(name, kind, depth, pixels, interlaced=False, between=()):
    """pixels [height, width, channels]; `between`: chunks in front of the pixels."""
    height, width, channels = pixels.shape
    assert channels == CHANNELS[kind]
    parts = [pixels[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [pixels]
    lines = [(row.reshape(-1), number) for part in parts if part.size for number, row in enumerate(part)]
    data = b"".join(filtered(line_bytes(row, depth), number, max(1, depth * channels // 8)) for row, number in lines)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*c) for c in between)
    content += chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    (folder / name).write_bytes(content)
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    array = np.asarray(image.convert("RGB"))
    if kind == 0 and depth == 16:
        array = np.repeat((pixels >> 8).astype("u1"), 3, axis=2)
    expected[name] = array.transpose(2, 0, 1)


def noise(height, width, channels, depth):
    return random.integers(0, 1 << depth, (height, width, channels))


def exif(order, orientation):
    """A TIFF block with a tag before the orientation, which is 16 bits of four."""
    end = "<" if order == b"II" else ">"
    tags = struct.pack(end + "HHI4s", 0x010F, 2, 4, b"cam\0") + struct.pack(end + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return order + struct.pack(end + "HIH", 42, 8, 2) + tags + struct.pack(end + "I", 0)


H, W = 9, 13
for depth in (1, 2, 4, 8, 16):
    png(f"grey{depth}.png", 0, depth, noise(H, W, 1, depth))
    png(f"grey{depth}_interlaced.png", 0, depth, noise(H, W, 1, depth), interlaced=True)
for depth in (1, 2, 4, 8):
    colours = random.integers(0, 256, ((1 << depth), 3)).astype("u1").tobytes()
    png(f"palette{depth}.png", 3, depth, noise(H, W, 1, depth), between=[(b"PLTE", colours)])
    png(f"palette{depth}_interlaced.png", 3, depth, noise(H, W, 1, depth), True, [(b"PLTE", colours), (b"tRNS", bytes(range(1 << depth)))])
for depth in (8, 16):
    for kind, name in ((2, "rgb"), (4, "grey_alpha"), (6, "rgba")):
        png(f"{name}{depth}.png", kind, depth, noise(H, W, CHANNELS[kind], depth))
    png(f"rgba{depth}_interlaced.png", 6, depth, noise(H, W, 4, depth), interlaced=True)
pixels = noise(H, W, 3, 8)
png("rgb_one_transparent.png", 2, 8, pixels, between=[(b"tRNS", struct.pack(">3H", *pixels[2, 3]))])
png("grey_one_transparent.png", 0, 8, noise(H, W, 1, 8), between=[(b"tRNS", struct.pack(">H", 7))])
png("gamma.png", 2, 8, noise(H, W, 3, 8), between=[(b"gAMA", struct.pack(">I", 100000))])
png("turned.png", 2, 8, noise(H, W, 3, 8), between=[(b"eXIf", exif(b"MM", 6))])
png("dot.png", 2, 8, noise(1, 1, 3, 8), interlaced=True)

# Smooth enough for a photo, with an edge.
y, x = np.mgrid[0:41, 0:53]
photo = np.stack([127 + 100 * np.sin(x / 7 + y / 11), 255 * (x > 20) * (y > 9) * 0.8 + 20, 3 * (x + y) % 256], axis=2)
photo = (photo + random.normal(0, 6, photo.shape)).clip(0, 255).astype("u1")
picture = Image.fromarray(photo)
png("photo.png", 2, 8, photo)


def jpeg(name, image, **settings):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **settings)
    (folder / name).write_bytes(buffer.getvalue())
    expected[name] = np.asarray(ImageOps.exif_transpose(Image.open(buffer)).convert("RGB")).transpose(2, 0, 1)


jpeg("444.jpg", picture, quality=85, subsampling=0)
jpeg("422.jpg", picture, quality=85, subsampling=1)
jpeg("420.jpg", picture, quality=85, subsampling=2)
jpeg("420_progressive.jpg", picture, quality=70, subsampling=2, progressive=True)
jpeg("restarts.jpg", picture, quality=80, restart_marker_blocks=2)
jpeg("rgb.jpg", picture, quality=85, keep_rgb=True)
jpeg("grey.jpg", picture.convert("L"), quality=85)
jpeg("grey_progressive.jpg", picture.convert("L"), quality=85, progressive=True)
jpeg("cmyk.jpg", picture.convert("CMYK"), quality=90)
jpeg("cmyk_progressive.jpg", Image.fromarray(random.integers(0, 256, (16, 24, 4)).astype("u1"), "CMYK"), quality=95, progressive=True)
for number in range(1, 10):
    jpeg(f"turned{number}.jpg", picture.crop((0, 0, 21, 12)), quality=85, exif=b"Exif\0\0" + exif(b"II" if number % 2 else b"MM", number))
np.savez_compressed(folder / "pixels.npz", **expected)

resized = {}
for filter in Image.Resampling:
    for size in ((11, 7), (53, 10), (16, 41), (70, 45), (1, 1)):
        image = picture.resize(size, filter)
        resized[f"{filter.name.lower()}_{size[0]}x{size[1]}"] = np.asarray(image).transpose(2, 0, 1)
np.savez_compressed(folder / "resized.npz", **resized)
print(len(expected), "images")
