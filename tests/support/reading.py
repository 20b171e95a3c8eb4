"""Paper as a phone sees it: a PDF drawn as pixels, and the codes on them read by a decoder that is not ours.

PDFium and ZXing: neither shares a line with what typesets the poster (typst) or makes its code (segno).
"""

from importlib import import_module
from typing import Any

from PIL import Image

_pdfium: Any = import_module("pypdfium2")  # compiled; it says no types
_zxing: Any = import_module("zxingcpp")


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
