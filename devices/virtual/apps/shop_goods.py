"""What the shop sells, each thing with a picture made of shapes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

CURRENCIES = {"zh": "¥", "de": "€", "ja": "円"}  # language -> currency; others pay in $
EXPRESS = {"$": 990, "¥": 1800, "€": 990, "円": 600}  # what a fast delivery costs
SIDE = 320  # of a picture, in pixels
_FINE = 2


@dataclass(frozen=True)
class Product:
    """Something to buy. Words are English, prices in the smallest coin; `shapes` are read by `photo`."""

    name: str
    category: str
    cents: int
    fen: int
    stars: float
    text: str
    shapes: str

    def cost(self, currency: str) -> int:
        """The price in the smallest coin of a currency."""
        return {"¥": self.fen, "円": self.cents * 3 // 20 * 10}.get(currency, self.cents)


def _sell(category: str, *rows: tuple[str, int, int, float, str, str]) -> list[Product]:
    return [Product(row[0], category, *row[1:]) for row in rows]


GOODS = [
    *_sell(
        "Home",
        ("Desk lamp", 2990, 19900, 4.6, "Warm light, three levels, folds flat.",
         "r #37474F 28 82 72 88 3; l #37474F 4 50 84 38 48; l #37474F 4 38 48 60 30; "
         "p #FB8C00 50 22 66 16 82 40 58 46; e #FFF3C4 60 38 80 48"),
        ("Coffee mug", 1250, 4900, 4.8, "Stoneware, 350 ml.",
         "e #00897B 58 38 86 70; e @ 65 45 79 63; r #26A69A 22 28 70 82 10; e #004D40 24 24 68 36"),
        ("Wall clock", 3400, 12900, 4.3, "Silent movement, 30 cm.",
         "e #5D4037 16 16 84 84; e #FFFDF7 22 22 78 78; l #37474F 4 50 50 50 30; l #37474F 4 50 50 64 58; "
         "e #D84315 47 47 53 53"),
        ("Potted plant", 1890, 5900, 4.7, "Easy to keep, likes half shade.",
         "e #2E7D32 20 18 52 54; e #388E3C 46 12 80 52; e #43A047 34 30 66 62; "
         "p #BF5B36 30 58 70 58 64 88 36 88; r #D0704A 27 54 73 64 3"),
        ("Armchair", 18900, 89900, 4.4, "Oak legs, washable cover.",
         "r #5C6BC0 26 20 74 66 12; r #3F51B5 16 44 32 76 8; r #3F51B5 68 44 84 76 8; "
         "r #7986CB 30 52 70 72 6; l #6D4C41 5 24 76 22 90; l #6D4C41 5 76 76 78 90"),
    ),
    *_sell(
        "Electronics",
        ("Headphones", 7990, 49900, 4.7, "Noise cancelling, 30 hours.",
         "a #37474F 6 22 20 78 80 180 360; r #263238 16 48 34 80 8; r #263238 66 48 84 80 8; "
         "r #FF7043 30 52 36 76 3; r #FF7043 64 52 70 76 3"),
        ("Speaker", 4550, 25900, 4.2, "Small, loud, waterproof.",
         "r #455A64 28 12 72 90 10; e #263238 36 46 64 74; e #78909C 44 54 56 66; e #263238 42 20 58 36; "
         "e #78909C 47 25 53 31"),
        ("Smartwatch", 12900, 79900, 4.5, "Pulse, sleep, maps.",
         "r #424242 38 6 62 94 6; r #212121 26 26 74 74 12; r #4FC3F7 32 32 68 68 8; "
         "l #FFFFFF 4 36 52 46 52 50 42 56 60 64 52"),
        ("Camera", 34900, 239900, 4.9, "24 megapixels, fits a pocket.",
         "r #37474F 12 30 88 78 8; r #263238 34 22 58 34 4; e #212121 34 36 70 72; e #4FC3F7 42 44 62 64; "
         "e #E1F5FE 46 47 53 54; e #EF5350 76 35 82 41"),
        ("Keyboard", 5490, 32900, 4.4, "Quiet keys, three devices.",
         "r #546E7A 8 34 92 70 6; r #ECEFF1 14 40 24 47 2; r #ECEFF1 28 40 38 47 2; r #ECEFF1 42 40 52 47 2; "
         "r #ECEFF1 56 40 66 47 2; r #FF8A65 70 40 86 47 2; r #ECEFF1 14 50 30 57 2; "
         "r #ECEFF1 34 50 44 57 2; r #ECEFF1 48 50 58 57 2; r #ECEFF1 62 50 86 57 2; r #ECEFF1 28 60 70 66 2"),
    ),
    *_sell(
        "Sports",
        ("Football", 2200, 9900, 4.6, "Size 5, hand stitched.",
         "e #CFD8DC 14 14 86 86; e #FAFAFA 17 17 83 83; p #263238 50 36 64 46 58 62 42 62 36 46; "
         "l #263238 2 50 36 50 18; l #263238 2 64 46 80 40; l #263238 2 58 62 68 77; "
         "l #263238 2 42 62 32 77; l #263238 2 36 46 20 40; p #263238 42 18 58 18 50 25; "
         "p #263238 80 40 82 56 74 48; p #263238 20 40 18 56 26 48"),
        ("Yoga mat", 2650, 12900, 4.5, "6 mm, does not slip.",
         "r #7E57C2 18 36 88 62 13; e #B39DDB 12 34 38 64; e #7E57C2 18 40 32 58; e #B39DDB 22 45 28 53; "
         "r #FFB74D 52 35 58 63 2; r #FFB74D 70 35 76 63 2"),
        ("Water bottle", 1495, 6900, 4.7, "Steel, keeps cold for a day.",
         "r #37474F 42 8 58 20 3; r #0288D1 34 18 66 92 10; r #29B6F6 40 24 46 84 3; r #FFFFFF 34 52 66 62 0"),
        ("Bike helmet", 3990, 18900, 4.3, "Light, with a lamp at the back.",
         "c #E53935 12 22 88 98 180 360; l #B71C1C 4 34 56 44 28; l #B71C1C 4 66 56 56 28; "
         "r #263238 10 56 90 66 4; l #37474F 3 26 66 46 88 74 66"),
    ),
    *_sell(
        "Clothing",
        ("T-shirt", 1600, 7900, 4.1, "Organic cotton, regular fit.",
         "p #00ACC1 32 20 68 20 90 36 80 50 70 44 70 86 30 86 30 44 20 50 10 36; e @ 40 12 60 28; "
         "l #006064 2 30 44 30 86; l #006064 2 70 44 70 86"),
        ("Running shoes", 8900, 45900, 4.6, "Soft sole, 240 g.",
         "p #FF7043 12 40 34 36 54 54 84 60 90 70 12 70; r #FAFAFA 10 68 92 78 5; l #FFFFFF 3 40 42 34 52; "
         "l #FFFFFF 3 47 48 41 57; p #D84315 12 40 22 38 22 70 12 70"),
        ("Cap", 1450, 5900, 4.0, "One size, adjustable.",
         "c #3949AB 20 24 76 88 180 360; p #283593 44 54 76 54 96 64 60 66; e #FFCA28 44 20 52 28; "
         "l #283593 2 48 26 44 56"),
        ("Backpack", 5900, 25900, 4.8, "22 litres, for a laptop of 15 inches.",
         "a #5D4037 5 38 6 62 34 180 360; r #8D6E63 22 18 78 90 16; r #6D4C41 30 54 70 82 6; "
         "r #FFB300 46 52 54 62 2; l #5D4037 3 26 42 74 42"),
    ),
    *_sell(
        "Books",
        ("Cookbook", 2400, 6800, 4.9, "Eighty dishes in half an hour.",
         "r #C62828 24 14 78 88 3; r #8E0000 24 14 31 88 2; e #FFF3E0 38 34 68 64; e #FFCC80 44 40 62 58; "
         "r #FFF3E0 38 72 68 76 1"),
        ("City atlas", 3200, 12800, 4.5, "A hundred cities from above.",
         "r #1565C0 18 18 82 84 3; r #0D47A1 18 18 25 84 2; p #81C784 34 30 54 26 60 44 44 50; "
         "p #81C784 50 56 74 50 72 72 56 74; l #FFFFFF 2 30 66 50 56 76 34"),
        ("Night train", 1150, 3900, 4.4, "A novel, 312 pages.",
         "r #311B92 26 14 76 88 3; r #1A0F5C 26 14 33 88 2; e #FFF59D 54 22 68 36; "
         "l #B39DDB 3 36 80 54 50 72 80; l #B39DDB 2 44 68 64 68; l #B39DDB 2 48 60 60 60"),
    ),
]  # fmt: skip


def written(currency: str, coins: int) -> str:
    """An amount as people of that currency write it."""
    if currency == "円":
        return f"{coins:,}円"
    if currency == "€":
        return f"{coins / 100:,.2f} €".translate(str.maketrans(",.", ".,"))
    return f"{currency}{coins / 100:,.2f}"


@lru_cache
def photo(product: Product) -> Image.Image:
    """Draw a product: shapes on a grid of 100 x 100, each "letter colour numbers", with a soft ground behind.

    e ellipse, r box with round corners, p polygon, l line (its width first), a arc (likewise), c part of a disc;
    the colour "@" is the ground's.
    """
    unit, ground = SIDE * _FINE / 100, "#E8EDF5"
    image = Image.new("RGB", (SIDE * _FINE,) * 2, ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse([unit * n for n in (18, 86, 82, 94)], fill="#D5DCE8")
    for shape in product.shapes.split(";"):
        kind, color, *words = shape.split()
        n, color = [float(word) * unit for word in words], ground if color == "@" else color
        if kind == "e":
            draw.ellipse(n, fill=color)
        elif kind == "r":
            draw.rounded_rectangle(n[:4], n[4], fill=color)
        elif kind == "p":
            draw.polygon(n, fill=color)
        elif kind == "l":
            draw.line(n[1:], fill=color, width=round(n[0]), joint="curve")
        elif kind == "a":
            draw.arc(n[1:5], float(words[5]), float(words[6]), fill=color, width=round(n[0]))
        elif kind == "c":
            draw.pieslice(n[:4], float(words[4]), float(words[5]), fill=color)
    return image.reduce(_FINE)
