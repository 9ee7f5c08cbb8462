"""What a file is, by its first bytes: names and content types are claims, bytes are not."""

from __future__ import annotations

HEAD_BYTES = 512

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"P5", "a PGM picture"),
    (b"P6", "a PPM picture"),
)
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"%!PS", "PostScript"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"ID3", "an MP3 sound"),
    (b"\xff\xfb", "an MP3 sound"),
    (b"fLaC", "a FLAC sound"),
    (b"OggS", "an Ogg file"),
    (b"#EXTM3U", "a playlist"),
)
_NO_MEDIA = {"a PDF", "PostScript", "a ZIP archive", "a gzip archive", "a playlist", "a web page or XML", "text"}
_RIFF = {b"WEBP": "a WebP picture", b"WAVE": "a WAV sound", b"AVI ": "an AVI video"}
_PICTURE_BRANDS = {b"avif", b"avis"}
_UNREAD_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}


def is_picture(head: bytes) -> bool:
    """Whether a file that begins with `head` is of a kind of picture that is read here, animated or not."""
    return head.startswith(tuple(start for start, _ in _PICTURES)) or what(head) in (
        "a WebP picture",
        "an AVIF picture",
    )


def no_media(head: bytes) -> str:
    """What a file is that is certainly neither a picture nor a video read here, and what to do; "" for any other."""
    words = what(head)
    if words == "a HEIF picture":
        return f"{words}; save it as JPEG or PNG first"
    return words if words in _NO_MEDIA else ""


def what(head: bytes) -> str:
    """Say in words what a file that begins with `head` is."""
    if not head:
        return "empty"
    for start, words in (*_PICTURES, *_OTHERS):
        if head.startswith(start):
            return words
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _PICTURE_BRANDS:
            return "an AVIF picture"
        return "a HEIF picture" if brand in _UNREAD_BRANDS else "an MP4 video"
    if head.lstrip()[:1] == b"<":
        return "a web page or XML"
    try:
        head[:-3].decode("utf-8")  # the last character may be cut
    except UnicodeDecodeError:
        return "of an unknown kind"
    return "text" if b"\0" not in head else "of an unknown kind"
