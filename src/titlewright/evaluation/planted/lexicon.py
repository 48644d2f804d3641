"""Word lists for planting: what may stand for what, and what a product must not already say.

Groups keep a planted word from being a synonym of the true one. No detector reads these lists:
they are kept apart from the detector's own aliases, so that the measure stays independent.
"""

from __future__ import annotations

from titlewright.evaluation.stated import word_set

# Colours by family: a swap always goes to another family.
COLOURS: dict[str, tuple[str, ...]] = {
    "black": ("black", "charcoal", "jet", "onyx"),
    "white": ("white", "ivory", "cream", "pearl", "off-white"),
    "grey": ("grey", "gray", "charcoal", "slate", "graphite", "silver", "steel"),
    "blue": ("blue", "navy", "cyan", "azure", "indigo", "denim", "turquoise", "teal"),
    "green": ("green", "olive", "lime", "khaki", "teal", "turquoise", "mint", "emerald"),
    "red": ("red", "maroon", "burgundy", "crimson", "wine", "rust", "scarlet", "coral"),
    "pink": ("pink", "rose", "peach", "magenta", "fuchsia", "coral", "blush"),
    "purple": ("purple", "lavender", "violet", "mauve", "plum", "magenta", "lilac"),
    "yellow": ("yellow", "mustard", "gold", "golden", "lemon"),
    "orange": ("orange", "peach", "rust", "coral", "copper", "tangerine"),
    "brown": ("brown", "tan", "beige", "camel", "coffee", "khaki", "bronze", "taupe", "chocolate"),
}
SWAP_COLOURS = ("black", "white", "grey", "blue", "green", "red", "pink", "purple", "yellow",
                "orange", "brown", "navy", "beige", "maroon", "teal", "silver")  # fmt: skip
# Colour words that as often name a food, a flower or a material.
AMBIGUOUS_COLOURS = word_set(
    "denim steel copper chocolate coffee wine cream rose peach mint lemon lime plum pearl"
)
MIXED_COLOURS = ("multi", "multicolour", "multicolor", "multicoloured", "multicolored", "assorted")

COLOURS_ZH: dict[str, tuple[str, ...]] = {
    "黑色": ("黑",), "白色": ("白", "米"), "红色": ("红", "酒"), "蓝色": ("蓝", "青", "藏"),
    "绿色": ("绿", "青"), "粉色": ("粉",), "紫色": ("紫",), "黄色": ("黄", "金"),
    "灰色": ("灰", "银"), "棕色": ("棕", "咖", "褐", "驼", "卡其"),
}  # fmt: skip

# Materials by family.
MATERIALS: dict[str, tuple[str, ...]] = {
    "cotton": ("cotton", "denim", "canvas", "flannel"),
    "polyester": ("polyester", "poly", "synthetic", "microfiber", "fleece"),
    "leather": ("leather", "leatherette", "suede", "nubuck", "faux leather"),
    "wool": ("wool", "woollen", "cashmere", "merino", "knit"),
    "silk": ("silk", "satin"),
    "linen": ("linen", "flax"),
    "nylon": ("nylon", "polyamide"),
    "steel": ("steel", "stainless", "iron", "metal", "metallic"),
    "copper": ("copper", "brass", "bronze"),
    "aluminum": ("aluminum", "aluminium", "alloy"),
    "gold": ("gold", "golden"),
    "silver": ("silver", "sterling"),
    "titanium": ("titanium",),
    "plastic": ("plastic", "acrylic", "pvc", "vinyl", "polypropylene", "abs"),
    "glass": ("glass", "crystal"),
    "ceramic": ("ceramic", "porcelain", "stoneware"),
    "wood": ("wood", "wooden", "oak", "pine", "walnut", "bamboo", "birch", "mdf"),
    "rubber": ("rubber", "silicone", "latex"),
}
SWAP_MATERIALS = tuple(family for family in MATERIALS if family not in ("gold", "silver"))
MATERIALS_ZH = ("纯棉", "真皮", "羊毛", "真丝", "亚麻", "不锈钢", "陶瓷", "玻璃", "实木", "塑料",
                "羽绒", "雪纺", "牛仔", "硅胶", "橡胶", "铝合金")  # fmt: skip

# Product types by kind: a swap goes to another kind of the same domain.
PRODUCT_TYPES: dict[str, tuple[tuple[str, ...], ...]] = {
    "fashion": (
        ("shirt", "blouse", "top", "tee", "tshirt", "tunic", "kurta", "kurti", "polo", "tank"),
        ("jacket", "coat", "blazer", "sweater", "sweatshirt", "hoodie", "cardigan", "pullover"),
        ("jeans", "trousers", "pants", "shorts", "leggings", "joggers", "tights"),
        ("dress", "skirt", "gown", "saree", "jumpsuit"),
        ("shoes", "sneakers", "sandals", "boots", "flats", "heels", "loafers", "flops"),
        ("handbag", "backpack", "wallet", "clutch", "bag", "tote"),
        ("watch", "watches"),
        ("sunglasses", "eyewear"),
        ("belt", "belts"),
        ("earrings", "necklace", "bracelet", "pendant", "ring"),
        ("socks", "stockings"),
        ("cap", "hat", "beanie"),
    ),
    "electronics": (
        ("laptop", "notebook", "ultrabook", "chromebook"),
        ("printer", "scanner", "multifunctional"),
        ("toner", "cartridge", "ink"),
        ("cable", "cord"),
        ("monitor", "display", "television", "tv"),
        ("keyboard", "mouse"),
        ("adapter", "charger"),
        ("router", "switch", "modem"),
        ("headset", "headphones", "earphones"),
        ("camera", "webcam", "camcorder"),
        ("tablet", "ipad"),
        ("projector",),
        ("battery", "batteries"),
    ),
    "home": (
        ("lamp", "light", "lantern", "chandelier"),
        ("chair", "stool", "sofa", "recliner", "loveseat"),
        ("table", "desk"),
        ("rug", "mat", "carpet"),
        ("curtain", "drape", "blind"),
        ("pillow", "cushion"),
        ("blanket", "comforter", "quilt", "duvet", "throw"),
        ("sheet", "sheets"),
        ("bed", "mattress", "headboard"),
        ("mirror",),
        ("clock",),
        ("shelf", "bookcase", "cabinet", "dresser", "nightstand"),
        ("knife", "fork", "spoon"),
        ("mug", "cup", "glass", "tumbler"),
        ("towel", "towels"),
        ("vacuum", "mop"),
        ("blender", "toaster", "mixer", "kettle"),
        ("decal", "sticker", "poster"),
    ),
    "food": (
        ("coffee", "espresso"),
        ("tea",),
        ("cookies", "cookie", "crackers"),
        ("cake", "cheesecake", "brownie"),
        ("juice", "soda"),
        ("pasta", "noodles"),
        ("rice",),
        ("almonds", "cashews", "nuts", "pistachios"),
        ("chocolate", "candy"),
        ("beef", "steak"),
        ("chicken", "turkey"),
        ("salmon", "tuna", "shrimp"),
        ("cheese",),
        ("honey",),
        ("soup",),
    ),
}  # fmt: skip
PRODUCT_TYPES_ZH = ("连衣裙", "衬衫", "外套", "牛仔裤", "运动鞋", "高跟鞋", "手提包", "项链",
                    "手表", "茶杯", "台灯", "沙发", "面膜", "口红", "啤酒", "卫生巾", "毛巾",
                    "耳机")  # fmt: skip

# Added claims: what is written, and the letters that would (or might) state it already.
CLAIMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Waterproof", ("water", "rain", "ipx", "splash")),
    ("Organic", ("organic", "bio")),
    ("BPA-Free", ("bpa",)),
    ("Wireless", ("wireless", "bluetooth", "wi-fi", "wifi", "wlan", "cordless", "802.11", "radio")),
    ("Rechargeable", ("recharg", "batter", "li-ion", "lithium", "charg")),
    ("Hypoallergenic", ("allerg",)),
    ("100% Cotton", ("cotton", "100%")),
    ("Dishwasher Safe", ("dishwasher",)),
    ("Made in Italy", ("italy", "italian")),
    ("Made in USA", ("usa", "america", "u.s.", "united states")),
    ("Handmade", ("hand",)),
    ("Fireproof", ("fire", "flame")),
    ("Gluten-Free", ("gluten",)),
    ("Vegan", ("vegan", "plant")),
    ("Machine Washable", ("wash",)),
    ("Non-Stick", ("stick",)),
    ("Shockproof", ("shock",)),
    ("Noise Cancelling", ("noise", "cancel")),
    ("UV Protection", ("uv", "upf", "spf", "sun")),
    ("Lifetime Warranty", ("warrant", "guarantee", "lifetime")),
    ("FDA Approved", ("fda", "approv")),
    ("Solid Wood", ("wood", "oak", "pine")),
    ("Genuine Leather", ("leather", "genuine")),
    ("Antibacterial", ("bacteria", "microbial")),
    ("Foldable", ("fold",)),
    ("Touchscreen", ("touch",)),
    ("Sugar-Free", ("sugar",)),
    ("Kosher", ("kosher",)),
    ("Heated", ("heat",)),
    ("Stainless Steel", ("steel", "stainless")),
)
CLAIMS_ZH: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("防水", ("水",)), ("纯棉", ("棉",)), ("进口", ("进口", "原产", "国产")), ("真皮", ("皮",)),
    ("纯手工", ("手工",)), ("无糖", ("糖",)), ("可充电", ("电",)), ("防晒", ("晒", "阳")),
    ("抗菌", ("菌",)), ("有机", ("有机",)), ("正品", ("正品", "正版")),
    ("日本制造", ("日本", "日系")), ("加绒", ("绒",)), ("速干", ("干",)), ("可机洗", ("洗",)),
)  # fmt: skip

# Negations: the sentence that is added to the description, the false claim for the title,
# and letters that must not stand in the product before.
NEGATIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Not waterproof.", "Waterproof", ("water", "rain")),
    ("This item is not waterproof.", "Waterproof", ("water", "rain")),
    ("Batteries not included.", "with Batteries", ("batter",)),
    ("Sold without batteries.", "Batteries Included", ("batter",)),
    ("Does not come with a charger.", "with Charger", ("charg",)),
    ("The stand is not included.", "with Stand", ("stand",)),
    ("Not dishwasher safe.", "Dishwasher Safe", ("dishwasher",)),
    ("It isn't rechargeable.", "Rechargeable", ("recharg", "batter")),
    ("Contains no leather.", "Leather", ("leather",)),
    ("Not suitable for outdoor use.", "Outdoor", ("outdoor",)),
    ("BPA-free.", "with BPA", ("bpa",)),
    ("Never machine wash.", "Machine Washable", ("wash",)),
    ("Non-magnetic.", "Magnetic", ("magnet",)),
    ("No wireless function.", "Wireless", ("wireless", "wi-fi", "wifi", "bluetooth", "wlan")),
    ("Unlined.", "Lined", ("lined", "lining")),
    ("Without hood.", "with Hood", ("hood",)),
    ("It is not foldable.", "Foldable", ("fold",)),
    ("Not hypoallergenic.", "Hypoallergenic", ("allerg",)),
    ("Not made in Italy.", "Made in Italy", ("ital",)),
    ("Lid sold separately, not included.", "with Lid", ("lid",)),
    ("Free of sugar.", "with Sugar", ("sugar",)),
    ("Lacks a touchscreen.", "Touchscreen", ("touch",)),
)
NEGATIONS_ZH: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("本品不防水。", "防水", ("水",)),
    ("不含电池。", "含电池", ("电池",)),
    ("非真皮。", "真皮", ("皮",)),
    ("不含酒精。", "含酒精", ("酒",)),
    ("没有拉链。", "有拉链", ("拉链",)),
    ("不可机洗。", "可机洗", ("洗",)),
    ("无帽款。", "连帽", ("帽",)),
    ("不是进口产品。", "进口", ("进口",)),
    ("未加绒。", "加绒", ("绒",)),
    ("不带充电器。", "带充电器", ("充电",)),
)

# Gender words: written form -> the opposite, and words that make the opposite true as well.
GENDERS: dict[str, str] = {
    "men": "Women", "men's": "Women's", "mens": "Womens", "man": "Woman",
    "women": "Men", "women's": "Men's", "womens": "Mens", "woman": "Man", "ladies": "Men",
    "boys": "Girls", "boy": "Girl", "boy's": "Girl's", "boys'": "Girls'",
    "girls": "Boys", "girl": "Boy", "girl's": "Boy's", "girls'": "Boys'",
}  # fmt: skip
GENDER_WORDS: dict[str, frozenset[str]] = {
    "male": frozenset({"men", "men's", "mens", "man", "man's", "male", "gentlemen", "his", "him"}),
    "female": frozenset(
        {"women", "women's", "womens", "woman", "female", "ladies", "lady", "her", "she"}
    ),
    "boy": frozenset({"boy", "boys", "boy's", "boys'"}),
    "girl": frozenset({"girl", "girls", "girl's", "girls'"}),
    "both": frozenset({"unisex", "everyone", "couple", "couples", "adults", "kids", "children"}),
}

STOP_WORDS = word_set(
    "a an the and or of for with w in on to by from at as is are it its your & + - this that "
    "into per x plus"
)
NEGATORS = word_set("no not non without free less never faux fake imitation like style un")
