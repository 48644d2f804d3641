"""Upper and lower case in titles: Title Case, SHOUTING, and what must keep its case.

Covers Latin, Greek and Cyrillic text; scripts without case pass through unchanged.
"""

# ruff: noqa: SIM905  (word lists read best as text)

from __future__ import annotations

from collections.abc import Collection, Iterable

import regex

SMALL_WORDS = frozenset(
    # English articles, conjunctions and short prepositions: lower case inside Title Case.
    """a an the and or nor but for so yet as at by from in into of off on onto over per
    to up upon via vs with within without""".split()
)

ABBREVIATIONS = frozenset(
    """ABS AC ADHD AI AIO AM AMD AMOLED ANC ANSI APU ASMR ASTM ATM ATV ATX AUX AWD AZERTY
    BBQ BCAA BIOS BLDC BMX BNC BPA BPM BTU CB CBD CCD CCTV CD CDMA CE CFM CMOS CMYK CNC CPAP CPR
    CPU CRI CT CV DC DDR DIN DIY DJ DNA DPI DSLR DSP DTS DVD DVI DVR EAN EC ECG EDP EDT EEPROM
    EKG EMF EMI EN EPA EPDM EPS ESD EU EV EVA FCC FDA FHD FM FPS FPV FSC GFCI GMO GPS GPU GSM
    GTX HD HDD HDMI HDPE HDR HEPA HEVC HID HIFI HSS HUD HVAC IC ICC ID IDE IEC IEEE III IO IOS IP
    IPA IPS IPX IQ IR ISO ISOFIX ITX IV JBOD JPEG KN KVM LAN LCD LDPE LED LGA LTE LTO MAC MCT MDF
    MIDI MIG MLB MOLLE MOSFET MP MRI MSM MTB NAS NASCAR NATO NBA NCAA NEMA NFC NFL NHL NIOSH NPT
    NVME OBD OEM OLED OSHA OTC OTG PA PC PCB PCI PCIE PCS PD PE PET PETG PFOA PH PHD PLA PMMA POE
    POS PP PPE PPI PSI PSU PTFE PU PUBG PVA PVC PWM QC QHD QLED QWERTY QWERTZ QVGA RAID RAM RC RCA
    REACH RFID RGB RGBW RJ ROHS ROM RPG RPM RTX RV SAE SATA SCSI SD SDHC SDRAM SDXC SFF SFP SIM
    SIMM SLR SMA SMART SMD SODIMM SPF SSD SUV SVGA TENS TFT THC TKL TPE TPM TPR TPU TSA TV TWS UCLA
    UHD UHF UHT UK UL UNESCO UNICEF UPC UPF UPS UPVC US USA USB UV UVA UVB UVC VCR VESA VGA VHF
    VHS VIP VPN VR WAN WD WIFI WLAN WPS WUXGA WWE WXGA XGA XXS XS XL XXL XXXL XXXXL XLR YKK
    II IV VI VII VIII IX XI XII""".split()
)

UNIT_WORDS = frozenset(
    # What may stand after a number and belongs to it, lower case, Latin script.
    """mm cm dm m km in inch inches ft foot feet yd yard yards mil mils nm um μm
    mg g kg gr gm gms gram grams kilogram kilograms kgs oz ounce ounces lb lbs pound pounds t ton
    ml cl dl l lt ltr liter liters litre litres gal gallon gallons qt quart quarts pt pint pints
    cc fl fluid cup cups w kw watt watts wh kwh v kv volt volts mv a ma amp amps mah ah
    hz khz mhz ghz kb mb gb tb pb mbps gbps kbps mp px dpi ppi fps rpm psi bar kpa mpa pa nits lm
    lumen lumens k c f °c °f ° % '' " ′ ″ db dbi btu cfm gsm g/m² d den denier ct carat carats
    mm² cm² m² m³ ft² sq
    pc pcs piece pieces pk pack packs pkt count ct. ct set sets pair pairs roll rolls sheet sheets
    bag bags box boxes bottle bottles can cans tablet tablets capsule capsules pod pods serving
    servings ply layer layers tier tiers drawer drawers person people seater port ports pin pins
    way ways speed speeds day days week weeks month months year years yr yrs hour hours hr hrs h
    minute minutes min second seconds sec s ms bit bits x core cores
    stück stk teilig teile paar pièces pièce unidades uds piezas pezzi szt sztuk
    adet""".split()
)

# Everyday words of two or three letters: in capitals they shout, while other words that short are
# more likely abbreviations.
_SHORT_WORDS = frozenset(
    """all and any arm art bad bag bar bed bee big bow box boy bra bus but can cap car cat cow cup
    cut day dog dot dry duo ear egg eye fan far fat few fit fly fog for fox fun fur get gel girl gym
    hat her hey him his hot how ice ink its jam jar jaw joy key kid kit leg lid lip log lot low mat
    man men mix mom mug nap net new not now nut off oil old one our out own pad pan pen pie pig pin
    pop pot pro put rag raw red rib rod rug run sea see set she shy six sky sun tag tan tap tea ten
    the tie tin tip toe top toy try tub two use wax way web wet who why win yes you zip""".split()
)

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.\-/&+][\p{L}\p{M}\p{N}]+)*")
_PART = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*")
_NUMBER_WITH_UNIT = regex.compile(r"\d+(?:[.,/]\d+)?-?(\p{L}+)")
_ORDINAL = regex.compile(r"\d+(?:st|nd|rd|th)", flags=regex.I)
_DIGIT = regex.compile(r"\d")
_LETTER = regex.compile(r"\p{L}")
_VOWEL = regex.compile(r"[AEIOUYÀ-ÆÈ-ÏÒ-ØÙ-ÝАЕЁИОУЫЭЮЯ]")


def looks_like_code(word: str) -> bool:
    """Whether a word looks like a model or part number: WH-1000XM5, A4, RTX3060, 7.4V-X2.

    Plain numbers, numbers with a unit (500ml, 12-pack) and ordinals (2nd) don't.
    """
    if not _DIGIT.search(word) or not _LETTER.search(word):
        return False
    if _ORDINAL.fullmatch(word):
        return False
    quantity = _NUMBER_WITH_UNIT.fullmatch(word)
    if quantity and quantity[1].lower() in UNIT_WORDS:
        return False
    letters = [part for part in regex.split(r"[^\p{L}]+", word) if part]
    # "3-in-1", "16-piece-set": digits joined to whole lower-case words are descriptions.
    return "-" not in word or any(part.isupper() or len(part) <= 1 for part in letters)


def is_shouting(word: str, keep: Collection[str] = ()) -> bool:
    """Whether a word is written in capitals that are not its own.

    Not shouting: what holds a digit (model numbers), known abbreviations and sizes (USB, XXL),
    short words that no one can pronounce (BMX, HDTV), and words in `keep` (compared as written;
    brands, for one). Words without upper and lower case never shout.
    """
    if len(word) < 2 or not word.isupper() or word in keep or word in ABBREVIATIONS:
        return False
    if _DIGIT.search(word) or len(_LETTER.findall(word)) < 2:
        return False
    parts = _PART.findall(word)
    if len(parts) > 1:  # "BLU-RAY", "AC/DC": shouting when a part of it does
        return any(is_shouting(part, keep) for part in parts)
    if len(word) <= 3:
        return word.lower() in _SHORT_WORDS
    return bool(_VOWEL.search(word))


def calm(word: str, locale: str = "") -> str:
    """A shouted word in ordinary case: first letter of each part upper, the rest lower.

    English small words become lower case (FOR to for). Parts that are abbreviations stay.
    """

    def part(match: regex.Match[str]) -> str:
        text = match[0]
        if text in ABBREVIATIONS or _DIGIT.search(text):
            return text
        return capitalize(lower(text, locale), locale)

    return lower(word, locale) if word.lower() in SMALL_WORDS else _PART.sub(part, word)


def title_case(text: str, locale: str = "", keep: Iterable[str] = ()) -> str:
    """Text in Title Case as English-language shops write it.

    Small words are lower case except first and last; units after a number stay as they are;
    words with capitals or digits inside (iPhone, 4K, WH-1000XM5) and abbreviations stay; words
    of `keep` are spelled as `keep` spells them. In other languages than English only the first
    word is capitalized, since Title Case is not their custom. Shouted words are calmed.
    """
    kept = {word.casefold(): word for word in keep}
    english = locale[:2].lower() in ("", "en")
    words = list(_WORD.finditer(text))
    pieces: list[str] = []
    end = 0
    for index, match in enumerate(words):
        before = text[words[index - 1].end() : match.start()] if index else ""
        after_number = bool(
            index and before in ("", " ") and words[index - 1][0].replace(".", "").isdigit()
        )
        edge = index in (0, len(words) - 1)
        pieces.append(text[end : match.start()])
        pieces.append(_cased(match[0], locale, kept, english or index == 0, edge, after_number))
        end = match.end()
    return "".join(pieces) + text[end:]


def _cased(
    word: str, locale: str, kept: dict[str, str], title: bool, edge: bool, after_number: bool
) -> str:
    if word.casefold() in kept:
        return kept[word.casefold()]
    if is_shouting(word):
        word = calm(word, locale)
    if after_number and word.lower() in UNIT_WORDS:
        return word
    if not title or word[1:] != word[1:].lower() or _DIGIT.search(word):
        return word
    if word.lower() in SMALL_WORDS and not edge:
        return word.lower()
    return _PART.sub(
        lambda match: (
            match[0]
            if match[0].lower() in SMALL_WORDS and match.start()
            else capitalize(match[0], locale)
        ),
        word,
    )


def lower(text: str, locale: str = "") -> str:
    """Lower case; in Turkish and Azerbaijani I is ı and İ is i."""
    if locale[:2].lower() in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    return text.lower()


def capitalize(word: str, locale: str = "") -> str:
    """The first letter in upper case, the rest as it is; in Turkish i becomes İ."""
    if locale[:2].lower() in ("tr", "az") and word[:1] == "i":
        return "İ" + word[1:]
    first = word[:1].upper()
    return (first if len(first) == 1 else word[:1]) + word[1:]  # ß and ligatures stay one letter
