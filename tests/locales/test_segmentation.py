import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.segmentation import SEGMENTATION_VERSION, Segment, join, spans, split
from locales.tags import LanguageTag

ES = LanguageTag("es")
IBERIAN = tuple(map(LanguageTag, ("es", "an", "ast", "oc", "oc-aranes", "ca", "ca-valencia", "gl", "eu", "pt")))

EXOTIC = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\n\r\v\f\x1c\x85\u2028\u2029 \t\u00a0\u2003\u3000\u200b.!?…;:,«»“”\"'()1aAñ¿¡"),
        st.sampled_from("។៕၊။།؟،।。，👩\u200d🔧🏽🇪🇸กเำא\u200f\u0301\u0bcd한ᄒ\u1161"),
    ),
    max_size=120,
)


def texts(text: str, tag: str = "es", max_chars: int = 400) -> list[str]:
    return [segment.text for segment in split(text, LanguageTag(tag), max_chars)]


@given(
    EXOTIC, st.sampled_from(["es", "eu", "de", "km", "my", "th", "ar", "zh", "und", "ast", "xh"]), st.integers(1, 60)
)
def test_nothing_is_lost_and_nothing_too_long(text: str, tag: str, max_chars: int) -> None:
    segments = split(text, LanguageTag(tag), max_chars)
    assert join(segments, [segment.text for segment in segments]) == text
    assert [text[start:end] for start, end in spans(segments)] == [segment.text for segment in segments]
    for segment in segments:
        assert len(segment.text) <= max_chars
        assert segment.text.strip() == segment.text
        assert not (segment.before + segment.after).strip()
        assert segment.text or len(segments) == 1
        assert not set(segment.text) & set("\n\r\v\f\x85\u2028\u2029")


def test_no_text_is_no_segment_and_blank_text_one() -> None:
    assert split("", ES) == ()
    assert split(" \n\t", ES) == (Segment(" \n\t", "", ""),)


def test_translations_stand_between_the_same_whitespace() -> None:
    segments = split("  Hola. Adiós.\n\nFin \n", ES)
    assert segments == (Segment("  ", "Hola.", " "), Segment("", "Adiós.", "\n\n"), Segment("", "Fin", " \n"))
    assert join(segments, ["Kaixo.", "Agur.", "Amaiera"]) == "  Kaixo. Agur.\n\nAmaiera \n"


def test_join_wants_one_text_for_each_segment() -> None:
    with pytest.raises(ValueError, match="shorter"):
        join(split("Hola. Adiós.", ES), ["Kaixo."])


@pytest.mark.parametrize("tag", IBERIAN)
def test_full_stops_inside_a_sentence_do_not_end_it(tag: str) -> None:
    sentences = [
        "El Sr. García y la Sra. López (Avda. Sol núm. 3, art. 12) pagan 1.234,50 EUR.",
        "A las 9.30 h. del 14.03.2026 llaman al tel. 974 10 20 30 de noche.",
        "D.ª Ana vive en EE. UU. desde ayer.",
        "Está en el 1.º piso a las 9 a.m. del lunes.",
        "J. R. Pérez escribe.",
        "Ver www.x.org/a.b, https://x.org/?a=1&b=2 y a.b@c.es.",
        "Llegan la Dra. Vidal, la Srta. Pons y el Excmo. Ruiz.",
        "Ver pág. IV.",
    ]
    assert texts(" ".join(sentences), tag) == sentences


@pytest.mark.parametrize(
    ("tag", "sentences"),
    [
        ("es", ["Dijo que no.", "Luego salió.", "Está bien.", "¿Qué?", "¡Sí!", "Vale…", "¿No?"]),
        ("ca", ["No en queda cap.", "El cap. IV ho diu."]),
        ("eu", ["12. artikulua da.", "Martxoaren 3. Egunean.", "II. kapitulua hasi da.", "Bai."]),
        ("eu", ["Joan zen 2024.", "Gero etorri zen."]),
        ("de", ["Am 3. Oktober kam Dr. Weiß.", "Er ging."]),
        ("fr", ["M. Dupont et Mme Durand arrivent.", "Ils partent."]),
        ("en", ["Mr. Smith left.", "“Really?” she asked.", "Yes."]),
        ("ast", ["L'art. 3 ye nuevu.", "Nun hai más."]),
        ("sw", ["Bw. Juma amefika.", "Karibu."]),
        ("am", ["ሰላም ነው።", "እሺ፧", "አዎ።"]),
        ("ar", ["مرحبا.", "كيف حالك؟", "بخير."]),
        ("hi", ["यह है।", "वह है॥", "ठीक"]),
        ("ko", ["안녕하세요.", "저는 학생입니다."]),
        ("yo", ["Ọmọ náà ń lọ.", "Ó dára."]),
        ("el", ["Πού είναι;", "Εδώ είναι· ελάτε."]),
        ("ka", ["სად არის?", "აქ არის.", "კარგი."]),
        ("ur", ["یہ دفتر ہے۔", "کیا وہ کھلا ہے؟", "جی ہاں۔"]),
        ("fa", ["دفتر باز است.", "کجاست؟", "اینجا!"]),
        ("ps", ["دفتر خلاص دی.", "چېرته دی؟", "دلته."]),
        ("ne", ["यो कार्यालय हो।", "कहाँ छ?", "यहाँ।"]),
        ("bn", ["অফিস খোলা।", "কোথায়?", "এখানে।"]),
        ("ti", ["ቤት ጽሕፈት ክፉት እዩ።", "ኣበይ ኣሎ፧", "ኣብዚ።"]),
        ("ha", ["Ofishin yana buɗe.", "Ina yake?", "Ga shi nan."]),
        ("so", ["Xafiisku waa furan yahay.", "Xaggee buu ku yaal?", "Halkan."]),
        ("rw", ["Ibiro birafunguye.", "Biri he?", "Hano."]),
        ("zu", ["Ihhovisi livuliwe.", "Likuphi?", "Lapha."]),
        ("qu", ["Oficina kichasqa kachkan.", "¿Maypitaq?", "Kaypi."]),
        ("gn", ["Mba'apoha oĩ ojepe'áva.", "¿Moõpa oĩ?", "Ápe."]),
        ("ht", ["Biwo a louvri.", "Ki kote li ye?", "La a."]),
        ("ta", ["அலுவலகம் திறந்துள்ளது.", "எங்கே உள்ளது?", "இங்கே."]),
        ("sw", ["Ada ni Sh. 500 kwa mtu.", "Dkt. Amina yupo.", "Ona Na. 5."]),
        ("hi", ["डॉ. शर्मा आए।", "पं. नेहरू गए।"]),
        ("ne", ["डा. शर्मा आए।", "उहाँ गए।"]),
        ("bn", ["ডা. রহমান এলেন।", "তিনি গেলেন।"]),
        ("ar", ["د. أحمد هنا.", "السيد علي غائب."]),
        ("ta", ["திரு. குமார் வந்தார்.", "டாக்டர் போனார்."]),
        ("ht", ["Dr. Jan la.", "Me. Pòl ale."]),
        ("ha", ["Alh. Musa ya zo.", "Mal. Sani ya tafi."]),
        ("zu", ["UMnu. Dube ufikile.", "Nksz. Zulu uhambile."]),
        ("yo", ["Dr. Ade ti dé.", "Ọ̀gb. Ojo lọ."]),
        ("so", ["Dr. Cali wuu yimid.", "Md. Faarax wuu tagay."]),
        ("lo", ["ທ່ານ ດຣ. ບຸນມີ ມາ.", "ໄປ."]),
        ("am", ["ዶ/ር አበበ መጣ።", "ወ/ሮ አልማዝ ሄደች።"]),
        ("ay", ["Dr. Mamani jutiwa.", "Sra. Rosa sariwa."]),
        ("es", ["Vive en Av. Sol 3.", "Se fue."]),
        ("pt", ["O Sr. Silva mora na Av. Central n.º 3.", "Chega hoje."]),
        ("fr", ["Mme. Petit habite bd. Victor.", "Elle part."]),
    ],
)
def test_sentences_end_where_readers_of_the_language_end_them(tag: str, sentences: list[str]) -> None:
    assert texts(" ".join(sentences), tag) == sentences


@pytest.mark.parametrize(
    ("tag", "sentences"),
    [
        ("km", ["ខ្ញុំទៅសាលា។", "គាត់មក។", "ល្អ"]),
        ("my", ["ကျွန်တော်၊ သွားသည်။", "လာသည်။"]),
        ("zh", ["你好。", "我是学生！", "“是的。”", "他说。"]),
        ("ja", ["はい。", "そうです。"]),
        ("th", ["สวัสดีครับ ผมชื่อสมชาย"]),
        ("bo", ["བཀྲ་ཤིས།", "བདེ་ལེགས།"]),
    ],
)
def test_scripts_with_little_whitespace(tag: str, sentences: list[str]) -> None:
    assert texts((" " if tag == "bo" else "").join(sentences), tag) == sentences


def test_list_marker_and_heading_stay_with_their_line() -> None:
    text = "# Título\n1. Primero. 2. Segundo.\n   a) Tercero\n- Cuarto.\nIV. Quinto"
    assert texts(text) == ["# Título", "1. Primero.", "2. Segundo.", "a) Tercero", "- Cuarto.", "IV. Quinto"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_end_ends_a_segment(newline: str) -> None:
    assert texts(f"uno{newline}dos") == ["uno", "dos"]


def test_missing_space_is_no_sentence_end_but_an_opening_mark_is() -> None:
    assert texts("Fin.Otro. ¿Sí?¡No!") == ["Fin.Otro.", "¿Sí?", "¡No!"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("uno dos tres; cuatro cinco", ["uno dos tres;", "cuatro cinco"]),
        ("uno dos, tres cuatro cinco", ["uno dos,", "tres cuatro cinco"]),
        ("uno dos tres cuatro cinco", ["uno dos tres cuatro", "cinco"]),
        (
            "我们今天去学校，然后回家吃饭，再看电视节目休息一下",
            ["我们今天去学校，然后回家吃饭，", "再看电视节目休息一下"],
        ),
        ("ភាសា\u200bខ្មែរ\u200bនៅ\u200bកម្ពុជា\u200bទាំង", ["ភាសា\u200bខ្មែរ\u200bនៅ\u200b", "កម្ពុជា\u200bទាំង"]),
        ("a" * 45, ["a" * 20, "a" * 20, "a" * 5]),
    ],
)
def test_long_sentence_is_cut_where_a_reader_would_pause(text: str, parts: list[str]) -> None:
    assert texts(text, "und", 20) == parts


@pytest.mark.parametrize(
    "unit",
    [
        "e\u0301\u0323",
        "👩\u200d🔧",
        "👍🏽",
        "🇪🇸",
        "क्ष",
        "ក្រ",
        "เก",
        "กำ",
        "\u1112\u1161\u11ab",
        "ن\u200cن",
    ],
)
def test_cut_leaves_whole_characters(unit: str) -> None:
    for part in texts(unit * 40, "und", 23):
        assert len(part) % len(unit) == 0 or unit == "ن\u200cن"
        assert not unicodedata.category(part[0]).startswith("M")
        assert part[0] not in "\u200c\u200d"


def test_text_that_is_all_combining_marks_is_cut_anyway() -> None:
    assert max(map(len, texts("a" + "\u0301" * 1000))) <= 400


def test_cut_prefers_a_space_to_a_pause_that_would_split_a_character() -> None:
    assert texts("aaaa bbbb cccc, \u0301cccc dddddd", "und", 20)[0] == "aaaa bbbb"


def test_sentence_longer_than_the_window_is_still_cut_at_its_words() -> None:
    assert set(texts("palabra " * 2000)) <= {"palabra " * count + "palabra" for count in range(50)}


def test_many_sentences_in_one_line_end_where_they_end_in_short_lines() -> None:
    assert texts("El Sr. Gil vino. Se fue. " * 1000) == ["El Sr. Gil vino.", "Se fue."] * 1000


@pytest.mark.parametrize(
    "unit", ["a", ".", " ", "\n", "«", '"', "\u0301", ". ¿", "1. ", "A. ", "a\n", "។", "e\u200d", "ª.", "(a"]
)
def test_cost_grows_with_the_text_and_no_faster(unit: str) -> None:
    text = (unit * 50_000)[:50_000]
    started = time.process_time()
    segments = split(text, ES)
    assert time.process_time() - started < 2.0  # measured 0.01–0.3 s; a quadratic step would take minutes
    assert join(segments, [segment.text for segment in segments]) == text


@pytest.mark.parametrize(
    ("tag", "first", "second"),
    [
        ("es", "La renta es fija.", "No cambia."),
        ("am", "ቤተ መጻሕፍቱ ሰኞ ይዘጋል።", "ማክሰኞ ዝናብ ነበር።"),
        ("ar", "تغلق المكتبة يوم الاثنين.", "الجو جميل."),
        ("hi", "पुस्तकालय सोमवार को बंद है।", "मौसम अच्छा है।"),
        ("ru", "Окно закрыто.", "Дверь открыта."),
        ("km", "បណ្ណាល័យបិទ។", "អាកាសធាតុល្អ។"),
    ],
)
@pytest.mark.parametrize("bullet", "•◦▪●○■")
def test_sentences_behind_a_bullet_are_sentences(tag: str, first: str, second: str, bullet: str) -> None:
    assert texts(f"{bullet} {first} {second}", tag) == [f"{bullet} {first}", second]
    assert texts(f"{bullet} \n{bullet}", tag) == [bullet, bullet]


def test_version_names_the_rules() -> None:
    assert SEGMENTATION_VERSION == "3"
