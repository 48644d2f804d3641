"""Which language a product text is written in.

Titles are short and full of brands and codes, so evidence is added up: the script decides where
it can; for Latin letters, telling words and letters (data/language_cues.toml) are joined with
py3langid's probability. Too little evidence gives the hint, or "" - never a guess.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import lru_cache
from heapq import nlargest
from importlib.resources import files
from operator import itemgetter
from typing import TYPE_CHECKING

import regex
import tomli

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_Evidence = defaultdict[str, float]  # language -> nats
_Cues = dict[str, tuple[tuple[str, float], ...]]

_SCRIPTS = {
    "Han": r"\p{Han}",
    "Kana": r"[\p{Hiragana}\p{Katakana}--[ーｰ・]]",
    "Hangul": r"\p{Hangul}",
    "Thai": r"\p{Thai}",
    "Cyrillic": r"\p{Cyrillic}",
    "Arabic": r"\p{Arabic}",
    "Hebrew": r"\p{Hebrew}",
    "Devanagari": r"\p{Devanagari}",
    "Greek": r"\p{Greek}",
    "Latin": r"\p{Latin}",
}
_LETTER = regex.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _SCRIPTS.items()), flags=regex.V1
)
_OTHER_SCRIPT = regex.compile(r"[\p{L}--\p{Latin}]", flags=regex.V1)
_LATIN = regex.compile(r"\p{Latin}")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_WORD = regex.compile(r"(?<![\p{L}\p{N}_])\p{Latin}[\p{Latin}\p{M}]*(?:'s)?(?![\p{L}\p{N}_])")
_ONE_LANGUAGE = {"Hangul": "ko", "Thai": "th", "Hebrew": "he", "Devanagari": "hi", "Greek": "el"}

# Letters that few languages use: what one occurrence is worth, in nats like everything here.
_LETTERS = {
    "de": ("ß", "äöü"),
    "es": ("ñ¿¡", "áéíóú"),
    "pt": ("ãõ", "çáéíóúâêô"),
    "fr": ("œ", "èêçàùûîôé"),
    "it": ("", "àèìòù"),
    "pl": ("ąęłśźżćń", "ó"),
    "sv": ("å", "äö"),
    "da": ("æøå", ""),
    "no": ("æøå", ""),
    "fi": ("", "äö"),
    "tr": ("ğış", "çöü"),
    "vi": ("ơưđăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "áàãâéèêíìóòõôúùýĩũ"),
    "ro": ("ășțţ", "âî"),
    "cs": ("ěřů", "čšžáíéý"),
    "hu": ("őű", "áéíóöúü"),
}
_RARE_LETTER, _COMMON_LETTER = 3.0, 1.0
_WEIGHTS = {"function": 2.0, "product": 1.5, "shared": 0.5, "ending": 1.0}
_BORROWED = 0.8  # English words count less: titles in every language borrow them
_HINT = 1.0
_ENGLISH = 0.5  # what English is ahead before anything is read: names and codes look like it
_CLEAR = 2.5  # nats ahead of the runner-up: no need to ask the statistical model
_ENOUGH = 1.0  # nats ahead of the runner-up below which nothing is said
_ENOUGH_WITHOUT_CUES = 4.0  # the same for a language that only the statistical model sees
_MODEL_LETTERS = 12  # fewer letters than this tell the statistical model nothing
_LONGEST = 400  # characters that are looked at


def script(text: str) -> str:
    """The script most letters are in ("Latin", "Han", "Kana", "Thai"...); "" without letters.

    Any kana beside Han makes it "Kana". Latin letters count an eighth beside another script:
    they take more letters to say the same, and brands and codes are Latin everywhere.
    """
    if text.isascii() or not _OTHER_SCRIPT.search(text):
        return "Latin" if _LATIN.search(text) else ""
    counts: Counter[str] = Counter(
        match.lastgroup for match in _LETTER.finditer(text) if match.lastgroup
    )
    if not counts:
        return ""
    if counts["Kana"] and counts["Kana"] * 20 >= counts["Han"]:
        counts["Kana"] += counts.pop("Han", 0)
    return max(counts, key=lambda name: counts[name] / (8 if name == "Latin" else 1))


def is_cjk(text: str) -> bool:
    """Whether the text holds Chinese, Japanese or Korean characters."""
    return not text.isascii() and _CJK.search(text) is not None


@lru_cache(maxsize=2048)
def identify(text: str, hint: str = "") -> str:
    """The ISO 639-1 code of the text's language; the hint's or "" when the text doesn't tell.

    `hint` is a language code or BCP 47 tag that the seller declares. It counts as weak evidence
    and decides only where the words don't.
    """
    hint = hint.split("-")[0].split("_")[0].lower()
    text = text[:_LONGEST]
    main = script(text)
    if main == "Latin":
        return _identify_latin(text, hint)
    if main == "Han":
        return "ja" if hint == "ja" else "zh"
    if main == "Kana":
        return "ja"
    if main in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[main]
    if main == "Cyrillic":
        return _identify_cyrillic(text, hint)
    if main == "Arabic":
        return "fa" if regex.search("[پچژگ]", text) else ("ur" if hint == "ur" else "ar")
    return ""


def chinese_variant(text: str) -> str:
    """ "zh-Hant" or "zh-Hans" by the characters that only one of them uses; "" when none tells."""
    simplified, traditional = _variant_characters()
    balance = sum((c in traditional) - (c in simplified) for c in text)
    return "zh-Hant" if balance > 0 else "zh-Hans" if balance < 0 else ""


def _identify_latin(text: str, hint: str) -> str:
    words = _words(text)
    evidence: _Evidence = defaultdict(float)
    for word in dict.fromkeys(words):
        for language, weight in _word_cues(word):
            evidence[language] += weight
    if not text.isascii():
        _add_letters(evidence, text.lower())
    seen = frozenset(evidence)
    evidence["en"] += _ENGLISH
    if hint in seen:
        evidence[hint] += _HINT
    best, lead = _leader(evidence)
    if lead >= _CLEAR:
        return best
    if sum(map(len, words)) >= _MODEL_LETTERS:
        for language, log_probability in _model_scores(" ".join(words)):
            evidence[language] += log_probability
        best, lead = _leader(evidence)
    return best if lead >= (_ENOUGH if best in seen else _ENOUGH_WITHOUT_CUES) else hint


def _words(text: str) -> list[str]:
    """The words that may tell a language, lower-cased; not model codes or short capitals."""
    shouting = text.isupper()
    return [
        word.lower()
        for word in _WORD.findall(text.replace("’", "'"))
        if shouting or len(word) > 4 or not word.isupper()
    ]


def _add_letters(evidence: _Evidence, lowered: str) -> None:
    letters = {character for character in lowered if character > "\x7f"}
    for language, (rare, common) in _LETTERS.items():
        value = _RARE_LETTER * sum(letter in letters for letter in rare)
        value += _COMMON_LETTER * sum(letter in letters for letter in common)
        if value:
            evidence[language] += value


def _leader(evidence: _Evidence) -> tuple[str, float]:
    """The language with most evidence and its lead over the next, in nats."""
    ranked = nlargest(2, evidence.items(), key=itemgetter(1))
    if not ranked:
        return "", 0.0
    return ranked[0][0], ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0)


@lru_cache(maxsize=65_536)
def _word_cues(word: str) -> tuple[tuple[str, float], ...]:
    """What one lower-case word says: (language, nats) pairs."""
    words, endings = _cue_tables()
    if word in words:
        return words[word]
    if len(word) >= 7:
        for length in range(8, 2, -1):
            if word[-length:] in endings:
                return endings[word[-length:]]
    return ()


@lru_cache(maxsize=1)
def _cue_tables() -> tuple[_Cues, _Cues]:
    """Whole words and word endings: text -> ((language, nats), ...)."""
    words: dict[str, dict[str, float]] = {}
    endings: dict[str, dict[str, float]] = {}
    for language, kinds in _cue_data().items():
        for kind, listed in kinds.items():
            for text in listed.split():
                table = endings if kind == "ending" else words
                weight = _WEIGHTS[kind] * (_BORROWED if language == "en" else 1.0)
                table.setdefault(text, {}).setdefault(language, weight)
    return (
        {text: tuple(found.items()) for text, found in words.items()},
        {text: tuple(found.items()) for text, found in endings.items()},
    )


@lru_cache(maxsize=1)
def _cue_data() -> dict[str, dict[str, str]]:
    return tomli.loads((files("titlewright") / "data/language_cues.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(sorted(_cue_data()))
    return model


def _model_scores(text: str) -> list[tuple[str, float]]:
    """(language, log probability) pairs, at worst -6 nats: the model is not that sure of names."""
    return [(code, math.log(max(p, math.exp(-6)))) for code, p in _model().rank(text)]


def _identify_cyrillic(text: str, hint: str) -> str:
    if regex.search("[іїєґІЇЄҐ]", text):
        return "uk" if not regex.search("[ўЎ]", text) else "be"
    if regex.search("[ыэёЫЭЁ]", text):
        return "ru"
    return hint if hint in {"uk", "bg", "sr", "mk", "be"} else "ru"


@lru_cache(maxsize=1)
def _variant_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Common characters that exist in one writing only: (simplified, traditional)."""
    pairs = (
        "万萬与與专專业業东東丝絲两兩严嚴个個丰豐临臨为為丽麗举舉义義乐樂习習书書买買云雲亚亞产產亲親亿億仅僅从從仓倉"
        "仪儀们們价價众眾优優会會传傳伤傷体體余餘侧側侠俠净淨减減凉涼几幾凤鳳凯凱击擊划劃则則刚剛创創别別剂劑办辦务務动動"
        "励勵劲勁劳勞势勢华華单單卖賣卫衛厂廠历歷压壓厅廳发發变變叶葉号號吗嗎启啟员員响響哑啞唤喚团團园園围圍国國图圖圆圓"
        "场場块塊坚堅垫墊声聲处處备備复復头頭夹夾奖獎妆妝妇婦妈媽娇嬌婴嬰学學宁寧宝寶实實宠寵宽寬宾賓对對寻尋导導寿壽将將"
        "尔爾层層属屬岁歲岛島帅帥师師帐帳带帶帮幫干乾广廣庄莊库庫应應庆慶弯彎张張弹彈强強归歸录錄彻徹态態怀懷总總恋戀悬懸"
        "惊驚戏戲户戶扑撲执執扩擴扫掃护護报報担擔拟擬择擇挂掛换換损損据據摄攝摆擺数數断斷无無时時显顯晒曬暂暫术術机機杀殺"
        "条條来來极極构構枪槍柜櫃标標栏欄树樹样樣桥橋桨槳检檢楼樓残殘毕畢气氣汉漢汤湯沟溝没沒泪淚泽澤洁潔测測济濟浓濃涂塗"
        "润潤涩澀渐漸温溫湾灣湿濕满滿滤濾灭滅灯燈灵靈炉爐点點烟煙烧燒热熱爱愛牵牽独獨环環现現玛瑪电電画畫疗療盐鹽监監盖蓋"
        "盘盤码碼砖磚础礎礼禮离離种種积積称稱稳穩穷窮窗窓竖豎笔筆筛篩简簡类類粮糧紧緊红紅纤纖约約级級纪紀纯純纱紗纳納纸紙"
        "纹紋线線练練组組细細织織终終绍紹经經结結绒絨绕繞给給络絡绝絕统統绣繡继繼绩績绳繩维維绿綠缎緞缘緣编編缝縫网網罗羅"
        "职職联聯肤膚胆膽胜勝胶膠脏臟脑腦脚腳脸臉腻膩艺藝节節芦蘆苏蘇苹蘋荐薦药藥莲蓮获獲萝蘿营營蓝藍虽雖虾蝦蚂螞补補衬襯"
        "袜襪装裝裤褲见見规規视視觉覺计計订訂认認让讓训訓议議记記讲講许許设設证證识識诉訴试試话話该該详詳语語误誤说說请請"
        "读讀课課调調谢謝谱譜贝貝负負财財责責质質货貨贴貼贵貴费費资資赛賽赠贈赶趕跃躍车車轨軌转轉轮輪软軟轴軸轻輕载載较較"
        "辅輔输輸边邊达達过過运運还還这這进進远遠连連适適选選递遞逻邏遥遙酱醬钉釘针針钓釣钟鐘钢鋼钥鑰钮鈕钱錢钻鑽铁鐵铃鈴"
        "铜銅铝鋁银銀链鏈锁鎖锅鍋锈鏽锋鋒错錯键鍵镜鏡长長门門闪閃闭閉问問间間闹鬧阳陽阴陰阶階际際陆陸陈陳险險随隨隐隱难難"
        "雾霧静靜韩韓页頁顶頂项項顺順须須顾顧预預领領颈頸颗顆题題颜顏额額风風飞飛饭飯饮飲饰飾饼餅馆館马馬驱驅驶駛验驗骑騎"
        "鱼魚鲜鮮鸟鳥鸡雞鸭鴨鹅鵝麦麥黄黃齐齊齿齒龙龍龟龜"
    )
    simplified, traditional = frozenset(pairs[::2]), frozenset(pairs[1::2])
    return simplified - traditional, traditional - simplified
