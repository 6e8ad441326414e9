from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales import detection
from locales.detection import MAX_ANSWERS, detect
from locales.tags import parse

SENTENCES = {
    "es": "La biblioteca abre a las nueve y los niños pueden quedarse hasta la noche con sus padres.",
    "an": "Los ninos d'o lugar tienen muitas parolas en aragonés y las charran totz os días con a chent.",
    "ast": "Los neños y les neñes del pueblu nun saben onde ta la biblioteca nueva, pero ye mui grande.",
    "ca": "Els nens i les nenes del poble no saben on és la biblioteca nova, però avui és oberta amb la seva mare.",
    "ca-valencia": "Els xiquets i les xiquetes han eixit hui amb la seua mare i tornaran a la vesprada.",
    "gl": "Os nenos e as nenas da vila non saben onde está a biblioteca nova, pero hoxe está aberta.",
    "pt": "As crianças da vila não sabem onde fica a nova biblioteca, mas hoje ela está aberta.",
    "oc": "Los enfants del vilatge sabon pas ont es la bibliotèca nòva, mas uèi es dobèrta amb lor paire.",
    "oc-aranes": "Es mainatges deth pòble non saben a on ei era bibliotèca naua, mès aué ei dubèrta damb eth pair.",
    "eu": "Herriko haurrek ez dakite non dagoen liburutegi berria, baina gaur zabalik dago.",
    "fr": "Les enfants du village ne savent pas où se trouve la nouvelle bibliothèque, mais elle est ouverte.",
    "en": "The children of the village do not know where the new library is, but it is open today.",
    "so": "Carruurta tuuladu ma garanayaan halka maktabadda cusub ay ku taal.",
    "ru": "Дети этой деревни не знают, где находится новая библиотека, но сегодня она открыта.",
    "ar": "لا يعرف أطفال القرية أين تقع المكتبة الجديدة لكنها مفتوحة اليوم.",
    "fa": "بچه‌های روستا نمی‌دانند کتابخانهٔ تازه کجاست ولی امروز باز است.",
    "hi": "गाँव के बच्चे नहीं जानते कि नया पुस्तकालय कहाँ है, लेकिन आज वह खुला है।",
    "am": "የመንደሩ ልጆች አዲሱ ቤተ መጻሕፍት የት እንደሆነ አያውቁም።",
    "ti": "ናይ ዓዲ ቆልዑ ሓድሽ ቤተ ንባብ ኣበይ ከምዘሎ ኣይፈልጡን።",
    "bn": "গ্রামের শিশুরা জানে না নতুন গ্রন্থাগার কোথায়।",
    "as": "গাঁৱৰ শিশুসকলে নাজানে।",
    "he": "ילדי הכפר אינם יודעים היכן הספרייה החדשה.",
    "yi": "די קינדער ווייסן נישט װוּ די ביבליאָטעק איז.",
    "km": "ក្មេងៗក្នុងភូមិមិនដឹងថាបណ្ណាល័យថ្មីនៅឯណា។",
    "th": "เด็กในหมู่บ้านไม่รู้ว่าห้องสมุดใหม่อยู่ที่ไหน",
    "my": "ရွာက ကလေးများ မသိကြပါ။",
    "lo": "ເດັກນ້ອຍໃນບ້ານບໍ່ຮູ້",
    "bo": "བོད་ཡིག་གི་དཔེ་མཛོད།",
    "dz": "འདི་རྫོང་ཁ་ཨིན།",
    "ko": "마을 아이들은 새 도서관이 어디 있는지 모릅니다.",
    "ja": "村の子供たちは新しい図書館がどこにあるか知りません。",
    "zh": "村里的孩子不知道新图书馆在哪里。",
    "el": "Τα παιδιά του χωριού δεν ξέρουν πού είναι η βιβλιοθήκη.",
}


@pytest.mark.parametrize("tag", SENTENCES)
def test_sentence_is_recognised(tag: str) -> None:
    best, *others = detect(SENTENCES[tag])
    assert best.tag == tag
    assert best.confidence > 0.5
    assert all(other.confidence <= best.confidence for other in others)


@pytest.mark.parametrize("text", ["", "  \n", "12.345,67 €", "😀😀😀😀😀😀😀😀😀", "hola", "አ", "a" * 5000, "𞤀" * 20])
def test_too_little_evidence_is_no_answer(text: str) -> None:
    assert detect(text) == ()


def test_catalan_without_valencian_forms_is_catalan() -> None:
    assert detect("Aquest llibre és molt interessant i el tenim a la biblioteca.")[0].tag == "ca"


def test_main_script_decides_a_mixed_text() -> None:
    best = detect("ខ្ញុំរៀននៅសាលាបឋមសិក្សា (primary)")[0]
    assert best.tag == "km"
    assert 0.5 < best.confidence < 1


def test_curly_apostrophes_and_capitals_change_nothing() -> None:
    plain = "Compruebe'l códigu d'esti testu nel llibru"
    assert detect(plain.replace("'", "’"))[0].tag == detect(plain)[0].tag == "ast"
    assert detect(plain.upper())[0].tag == "ast"


def test_model_is_loaded_once_whoever_asks_first() -> None:
    detection._identifier.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(detect, [SENTENCES["eu"]] * 8))
    assert len(answers) == 1
    assert detection._identifier.cache_info().misses == 1


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_answers_are_canonical_ordered_and_bounded(text: str) -> None:
    answers = detect(text)
    assert len(answers) <= MAX_ANSWERS
    assert all(parse(answer.tag) == answer.tag and 0 <= answer.confidence <= 1 for answer in answers)
    assert [a.confidence for a in answers] == sorted((a.confidence for a in answers), reverse=True)
