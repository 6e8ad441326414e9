"""Language tags: every spelling a caller may send becomes one canonical BCP 47 tag, or is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, NewType

from babel.core import get_global

if TYPE_CHECKING:
    from langcodes import Language

LanguageTag = NewType("LanguageTag", str)

MAX_TAG_LENGTH = 35  # RFC 5646 §4.4.1: the length a receiver must at least be able to hold

_WELL_FORMED = re.compile(r"(?P<language>[A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")
_PRIVATE_USE = re.compile(r"q[a-t][a-z]")

# Spellings whose meaning the standards do not give. `arn_Latn` with an underscore is what Aranese corpora write;
# `arn` alone, and `arn-Latn`, stay Mapudungun.
_CORPUS_CODES = {
    "arn_latn": "oc-aranes",
    "oci_latn_aran1260": "oc-aranes",
    "cat_latn_vale1252": "ca-valencia",
    "val_latn": "ca-valencia",
}

# The short form that people and screen readers know, where the registry keeps a longer or narrower one.
_PREFERRED = {
    "ajp-Arab": "ajp",
    "ca-ES-valencia": "ca-valencia",
    "ko-Hang": "ko",
    "no": "nb",
    "oc-ES-aranes": "oc-aranes",
    "pbt": "ps",
    "quy": "qu",
}

_FLORES = """
ace_Arab ace_Latn acm_Arab acq_Arab aeb_Arab afr_Latn ajp_Arab aka_Latn als_Latn amh_Ethi apc_Arab arb_Arab arb_Latn
arg_Latn ars_Arab ary_Arab arz_Arab asm_Beng ast_Latn awa_Deva ayr_Latn azb_Arab azj_Latn bak_Cyrl bam_Latn ban_Latn
bel_Cyrl bem_Latn ben_Beng bho_Deva bjn_Arab bjn_Latn bod_Tibt bos_Latn bre_Latn bug_Latn bul_Cyrl cat_Latn
cat_Latn_vale1252 ceb_Latn ces_Latn cjk_Latn ckb_Arab crh_Latn cym_Latn dan_Latn deu_Latn dik_Latn dyu_Latn dzo_Tibt
ell_Grek eng_Latn epo_Latn est_Latn eus_Latn ewe_Latn fao_Latn fij_Latn fin_Latn fon_Latn fra_Latn fur_Latn fuv_Latn
gaz_Latn gla_Latn gle_Latn glg_Latn grn_Latn guj_Gujr hat_Latn hau_Latn heb_Hebr hin_Deva hne_Deva hrv_Latn hun_Latn
hye_Armn ibo_Latn ilo_Latn ind_Latn isl_Latn ita_Latn jav_Latn jpn_Jpan kab_Latn kac_Latn kam_Latn kan_Knda kas_Arab
kas_Deva kat_Geor kaz_Cyrl kbp_Latn kea_Latn khk_Cyrl khm_Khmr kik_Latn kin_Latn kir_Cyrl kmb_Latn kmr_Latn knc_Arab
knc_Latn kon_Latn kor_Hang lao_Laoo lij_Latn lim_Latn lin_Latn lit_Latn lmo_Latn ltg_Latn ltz_Latn lua_Latn lug_Latn
luo_Latn lus_Latn lvs_Latn mag_Deva mai_Deva mal_Mlym mar_Deva min_Arab min_Latn mkd_Cyrl mlt_Latn mni_Beng mos_Latn
mri_Latn mya_Mymr nld_Latn nno_Latn nob_Latn npi_Deva nso_Latn nus_Latn nya_Latn oci_Latn oci_Latn_aran1260 ory_Orya
pag_Latn pan_Guru pap_Latn pbt_Arab pes_Arab plt_Latn pol_Latn por_Latn prs_Arab quy_Latn ron_Latn run_Latn rus_Cyrl
sag_Latn san_Deva sat_Olck scn_Latn shn_Mymr sin_Sinh slk_Latn slv_Latn smo_Latn sna_Latn snd_Arab som_Latn sot_Latn
spa_Latn srd_Latn srp_Cyrl ssw_Latn sun_Latn swe_Latn swh_Latn szl_Latn tam_Taml taq_Latn taq_Tfng tat_Cyrl tel_Telu
tgk_Cyrl tgl_Latn tha_Thai tir_Ethi tpi_Latn tsn_Latn tso_Latn tuk_Latn tum_Latn tur_Latn twi_Latn tzm_Tfng uig_Arab
ukr_Cyrl umb_Latn urd_Arab uzn_Latn vec_Latn vie_Latn war_Latn wol_Latn xho_Latn ydd_Hebr yor_Latn yue_Hant zho_Hans
zho_Hant zsm_Latn zul_Latn
"""


class UnknownLanguage(ValueError):
    """A tag nobody registered; it is carried only when shaped like a tag, since a caller may send private text here."""

    def __init__(self, text: str) -> None:
        self.tag = text if len(text) <= MAX_TAG_LENGTH and _WELL_FORMED.fullmatch(text) else ""
        super().__init__(self.tag)


@cache
def profiled() -> frozenset[LanguageTag]:
    """Every language that has a profile; no file is opened for this."""
    names = (entry.name for entry in files("locales").joinpath("profiles").iterdir())
    return frozenset(LanguageTag(name.removesuffix(".toml")) for name in names if name.endswith(".toml"))


@lru_cache(maxsize=2048)
def parse(text: str) -> LanguageTag:
    """The canonical tag for a BCP 47 tag, an ISO 639 code or a FLORES code in any case; language names are refused."""
    if text in profiled():  # named canonically, so that reading the models needs no registry of all languages
        return LanguageTag(text)
    shape = _WELL_FORMED.fullmatch(text) if len(text) <= MAX_TAG_LENGTH else None
    if shape is None:
        raise UnknownLanguage(text)
    if corpus_tag := _CORPUS_CODES.get(text.lower()):
        return LanguageTag(corpus_tag)
    if _PRIVATE_USE.fullmatch(shape["language"].lower()):
        raise UnknownLanguage(text)
    return _registered(text)


def _registered(text: str) -> LanguageTag:
    # Half of what importing all of `locales` took, for the tags that nobody has a profile for.
    from langcodes import Language
    from langcodes.tag_parser import LanguageTagError

    try:
        # `macro`: corpora name the narrow language (swh, npi, arb), people and web browsers the wide one (sw, ne, ar).
        language = Language.get(text, normalize=True).prefer_macrolanguage()
    except LanguageTagError:
        raise UnknownLanguage(text) from None
    if not language.is_valid():
        raise UnknownLanguage(text)
    return _canonical(language)


def _canonical(language: Language) -> LanguageTag:
    expected = likely_script(language.language or "und", language.territory)
    script = None if language.script == expected else language.script
    # Extensions (calendar, collation, private use) choose conventions, never the language of a text.
    short = type(language).make(language.language, None, script, language.territory, language.variants)
    tag = short.to_tag()
    return LanguageTag(_PREFERRED.get(tag, tag))


def likely_script(language: str, territory: str | None = None) -> str | None:
    """The script CLDR expects for a language, as an ISO 15924 code, or None where CLDR does not say."""
    likely = get_global("likely_subtags")
    expanded = likely.get(f"{language}_{territory}") or likely.get(language)
    return expanded.split("_")[1] if expanded else None


@lru_cache(maxsize=1024)
def base(tag: LanguageTag) -> LanguageTag:
    """The language without script, region and variant: `oc` for `oc-aranes`."""
    return LanguageTag(tag.partition("-")[0])


@cache
def _flores_codes() -> Mapping[LanguageTag, str]:
    codes: dict[LanguageTag, str] = {}
    for code in _FLORES.split():
        codes.setdefault(parse(code), code)
    return MappingProxyType(codes)


def flores_code(tag: LanguageTag) -> str | None:
    """The code FLORES-200 and FLORES+ write for a tag, or None where they have no text in that language."""
    return _flores_codes().get(tag)
