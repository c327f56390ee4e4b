#!/usr/bin/python3
"""Make the picture files of this folder that Go has no encoder for.

Debian: apt install python3-pil libjpeg-turbo-progs libtiff-tools
"""
import subprocess
from PIL import Image

W, H = 64, 48


def inside(x, y, cx, cy, rx, ry):
    return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1


def grey(x, y):
    if inside(x, y, 20, 23, 9, 15) or inside(x, y, 43, 23, 9, 15):
        return 60 + (7 * x + 5 * y) % 16  # lung
    if inside(x, y, 31.5, 23.5, 31, 23):
        return 200 + (3 * x + 2 * y) % 32  # body
    return 10  # air


phantom = Image.new("L", (W, H))
phantom.putdata([grey(x, y) for y in range(H) for x in range(W)])
rgb = phantom.convert("RGB")
opaque = phantom.convert("RGBA")
# The left half fades out towards the edge.
alpha = Image.new("L", (W, H))
alpha.putdata([min(255, 8 * x) for y in range(H) for x in range(W)])
faded = rgb.copy()
faded.putalpha(alpha)

phantom.save("phantom.png")
phantom.save("progressive.jpg", quality=95, progressive=True)
rgb.convert("CMYK").save("cmyk.jpg", quality=95)
rgb.save("lossy.webp", quality=95)
rgb.save("lossless.webp", lossless=True)
faded.save("alpha-lossless.webp", lossless=True, exact=True)
faded.save("alpha-lossy.webp", quality=95)
rgb.save("animated.webp", lossless=True, save_all=True, append_images=[rgb.rotate(180)])
phantom.save("lzw.tif", compression="tiff_lzw")
phantom.save("packbits.tif", compression="packbits")
phantom.convert("1", dither=0).save("fax.tif", compression="group4")
phantom.save("jpeg-in.tif", compression="jpeg")
phantom.convert("F").save("float.tif")

# What Pillow cannot do.
rgb.save("rgb.tmp.tif")
subprocess.run(["tiffcp", "-p", "separate", "rgb.tmp.tif", "planes.tif"], check=True)
subprocess.run(["rm", "rgb.tmp.tif"], check=True)
phantom.save("phantom.tmp.pgm")
subprocess.run(["cjpeg", "-arithmetic", "-outfile", "arithmetic.jpg", "phantom.tmp.pgm"], check=True)
subprocess.run(["rm", "phantom.tmp.pgm"], check=True)
