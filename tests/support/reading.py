"""Paper as a phone sees it: a PDF drawn as pixels, and the codes on them read by two decoders that are not ours.

PDFium, ZXing and OpenCV: none shares a line with what typesets the poster (typst) or makes its code (segno), nor the
two decoders with each other.
"""

import ctypes
from importlib import import_module
from typing import Any

from PIL import Image

_pdfium: Any = import_module("pypdfium2")  # compiled; it says no types
_zxing: Any = import_module("zxingcpp")
_opencv: Any = import_module("cv2")
_numpy: Any = import_module("numpy")


def drawn(pdf: bytes, *, dpi: int) -> list[Image.Image]:
    """Every page, at so many dots an inch."""
    document = _pdfium.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def written(pdf: bytes) -> str:
    """The words on all pages, white space as single spaces."""
    document = _pdfium.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).split())


def codes(image: Image.Image) -> list[str]:
    """What every QR code on the picture says."""
    return [found.text for found in _zxing.read_barcodes(image, formats=_zxing.BarcodeFormat.QRCode)]


def codes_by_another(image: Image.Image) -> list[str]:
    """What the QR code on the picture says, read by OpenCV, which looks for one at a time in its two ways."""
    seen = _numpy.asarray(image.convert("RGB"))[:, :, ::-1].copy()
    for detector in (_opencv.QRCodeDetectorAruco(), _opencv.QRCodeDetector()):
        text = detector.detectAndDecode(seen)[0]
        if text:
            return [text]
    return []


def embedded_fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts of every text on all pages by name, and whether the file brings them along."""
    pdfium = _pdfium.raw
    document = _pdfium.PdfDocument(pdf)
    fonts: dict[str, bool] = {}
    try:
        for page in document:
            for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                font = pdfium.FPDFTextObj_GetFont(thing.raw)
                room = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
                name = ctypes.create_string_buffer(room)
                pdfium.FPDFFont_GetBaseFontName(font, name, room)
                fonts[name.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
    finally:
        document.close()
    return fonts
