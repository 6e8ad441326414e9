import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locales import detection, ngrams
from locales.detection import MAX_ANSWERS, detect
from locales.tags import parse, profiled
from tests.locales.sentences import SENTENCES


@pytest.mark.parametrize("tag", SENTENCES)
def test_sentence_is_recognised(tag: str) -> None:
    best, *others = detect(SENTENCES[tag])
    assert best.tag == tag
    assert best.confidence > 0.5
    assert all(other.confidence <= best.confidence for other in others)


@pytest.mark.parametrize("text", ["", "  \n", "12.345,67 €", "😀😀😀😀😀😀😀😀😀", "hola", "አ", "a" * 5000, "𞤀" * 20])
def test_too_little_evidence_is_no_answer(text: str) -> None:
    assert detect(text) == ()


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ti", "ምስ ሓኪም ክዛረብ እደሊ።"),
        ("ti", "ካብ ንግሆ ክሳብ ምሸት ክፉት እዩ።"),
        ("ti", "ኩሉ ሰብ ማዕረ መሰል ኣለዎ።"),
        ("am", "ወደ ሲናይ ተራራ ሄዱ።"),  # "ናይ" is a word of Tigrinya, and part of one here
        ("am", "ምስራቅ ጎጃም ውስጥ ይኖራሉ።"),
    ],
)
def test_small_words_tell_tigrinya_from_amharic(tag: str, text: str) -> None:
    assert detect(text)[0].tag == tag


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
    detection._models.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(detect, [SENTENCES["eu"]] * 8))
    assert len(answers) == 1
    assert detection._models.cache_info().misses == 1


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_answers_are_canonical_ordered_and_bounded(text: str) -> None:
    answers = detect(text)
    assert len(answers) <= MAX_ANSWERS
    assert all(parse(answer.tag) == answer.tag and 0 <= answer.confidence <= 1 for answer in answers)
    assert [a.confidence for a in answers] == sorted((a.confidence for a in answers), reverse=True)


def test_among_the_served_languages_only_those_are_answered() -> None:
    served = [parse("es"), parse("oc"), parse("ca")]
    assert detect(SENTENCES["es"], served)[0].tag == "es"
    assert {each.tag for each in detect(SENTENCES["gl"], served)} <= set(served)


def test_a_variety_that_is_not_served_counts_for_its_language() -> None:
    best = detect(SENTENCES["ca-valencia"], [parse("ca"), parse("es")])[0]
    assert best.tag == "ca"
    assert best.confidence > 0.9


def test_text_in_a_language_nobody_serves_is_no_sure_answer() -> None:
    for tag in ("so", "fr", "eu", "am", "ru"):
        assert all(each.confidence < 0.3 for each in detect(SENTENCES[tag], [parse("es"), parse("ca")]))


def test_every_script_that_is_looked_at_has_a_language_and_others_have_no_answer() -> None:
    scripts = {script for _, script in detection._SCRIPT_RUNS if script}
    assert scripts == {*detection._hints().alone, *detection._hints().labels}
    assert detect("ⵜⴰⵎⴰⵣⵉⵖⵜ ⵜⴰⵎⴰⵣⵉⵖⵜ ⵜⴰⵎⴰⵣⵉⵖⵜ") == ()


SHORT = {
    "an": """
        A qué hora ubren l'achuntamiento?
        O mío fillo ye malo y no puet ir ta la escuela.
        Quiero demandar una aduya ta pagar a luz.
        No tiengo l'adreza d'o medico.
        Cuán zarran a biblioteca os sabados?
        Nusatros viviamos en un lugar chicot d'a montanya.
        Muitas gracias per l'aduya, no sabeba qué fer.
        Me'n voi dica o lunes a la capital.
    """,
    "ast": """
        ¿A qué hora abren l'ayuntamientu?
        El mio fíu ta malu y nun pue dir a la escuela.
        Quiero pidir una ayuda pa pagar la lluz.
        Nun tengo la direición del mélicu.
        ¿Cuándo zarra la biblioteca los sábados?
        Nós vivíemos nun pueblu pequeñu de la montaña.
        Munches gracies pola ayuda, nun sabía qué facer.
        Colé pa casa porque facía muncho fríu.
    """,
    "oc": """
        A quina ora dobrís la comuna?
        Mon filh es malaut e pòt pas anar a l'escòla.
        Vòli demandar una ajuda per pagar l'electricitat.
        Ai pas l'adreiça del mètge.
        Quand tanca la bibliotèca lo dissabte?
        Vivíam dins un vilatge pichon de la montanha.
        Mercés plan per l'ajuda, sabiái pas qué far.
        Anam a la vila deman matin.
    """,
    "oc-aranes": """
        A guaire daurissen er ajuntament?
        Eth mèn hilh ei malaut e non pòt anar ara escòla.
        Voi demanar ua ajuda entà pagar era lum.
        Non è era adreça deth mètge.
        Quan barre era bibliotèca es dissabtes?
        Mosati viuíem en un pòble petit dera montanha.
        Fòrça gràcies pera ajuda, non sabia qué hèr.
        Anam entara vila deman de maitin.
    """,
    "ca": """
        A quina hora obren l'ajuntament?
        El meu fill està malalt i no pot anar a l'escola.
        Vull demanar un ajut per pagar la llum.
        No tinc l'adreça del metge.
        Quan tanca la biblioteca els dissabtes?
        Nosaltres vivíem en un poble petit de la muntanya.
        Moltes gràcies per l'ajuda, no sabia què fer.
        Necessite renovar el carnet d'identitat este mes.
    """,
    "gl": """
        A que hora abre o concello?
        O meu fillo está enfermo e non pode ir á escola.
        Quero pedir unha axuda para pagar a luz.
        Non teño o enderezo do médico.
        Cando pecha a biblioteca os sábados?
        Nós viviamos nunha aldea pequena da montaña.
        Moitas grazas pola axuda, non sabía que facer.
        Marchamos para a cidade mañá cedo.
    """,
    "es": """
        ¿A qué hora abren el ayuntamiento?
        Mi hijo está enfermo y no puede ir a la escuela.
        Quiero pedir una ayuda para pagar la luz.
        No tengo la dirección del médico.
        ¿Cuándo cierra la biblioteca los sábados?
        Nosotros vivíamos en un pueblo pequeño de la montaña.
        Muchas gracias por la ayuda, no sabía qué hacer.
        Nos vamos a la ciudad mañana temprano.
    """,
}


@pytest.mark.parametrize("tag", SHORT)
def test_short_question_of_a_citizen_is_told_from_its_neighbours(tag: str) -> None:
    questions = [line.strip() for line in SHORT[tag].strip().splitlines()]
    right = [question for question in questions if detect(question)[0].tag == tag]
    assert len(right) >= len(questions) - 1, set(questions) - set(right)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("sc", "Sa biblioteca noa est aberta totu sa chida pro is pitzinnos de sa bidda."),
        ("szl", "Nowŏ biblijŏtyka we naszyj wsi je ôtwartŏ cołki tydziyń."),
        ("fur", "La biblioteche gnove dal paîs e je vierte par ducj i fruts."),
        ("ay", "Jisk'a wawanakax yatiqañ utan yatiqapxi, ukat utar kutt'apxi."),
        ("it", "La nuova biblioteca del paese è aperta tutta la settimana per i bambini."),
        ("pl", "Nowa biblioteka w naszej wsi jest otwarta przez cały tydzień."),
        ("ro", "Biblioteca nouă din sat este deschisă toată săptămâna pentru copii."),
        ("ht", "Nouvo bibliyotèk nan vilaj la louvri chak jou pou timoun yo."),
        ("sw", "Maktaba mpya ya kijiji iko wazi kila siku kwa watoto wote."),
        ("yo", "Ilé ìkàwé tuntun wà ní ṣíṣí lójoojúmọ́ fún gbogbo ọmọdé."),
        ("ha", "Sabon ɗakin karatu na ƙauyen yana buɗe kowace rana ga yara."),
        ("rw", "Isomero rishya ry'umudugudu rifungura buri munsi ku bana bose."),
        ("zu", "Umtapo wolwazi omusha wedolobhana uvulwa nsuku zonke ezinganeni."),
        ("qu", "Llaqtapi musuq biblioteca sapa punchaw kichasqa kachkan warmakunapaq."),
    ],
)
def test_language_the_library_hardly_knows_is_recognised(tag: str, text: str) -> None:
    assert detect(text)[0].tag == tag


def test_classifier_knows_languages_that_have_a_profile_and_shares_out_every_text() -> None:
    for text in ("", "ⴰⴱⴳ", SENTENCES["an"]):
        shares = ngrams.classifier().log_probabilities(text).values()
        assert sum(map(math.exp, shares)) == pytest.approx(1, abs=1e-4)
    assert set(ngrams.classifier().tags) - {ngrams.OTHER} <= profiled()
    assert [*ngrams.ngrams("A l’una")][:5] == [" ", "a", " ", "l", "'"]
