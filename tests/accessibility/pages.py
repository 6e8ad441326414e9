"""Pages in several scripts, as services publish them."""

from __future__ import annotations

from accessibility.document import Document
from accessibility.parse import parse
from locales.tags import LanguageTag

SPANISH = """<!doctype html><html lang="es"><head><title>Biblioteca municipal</title></head><body>
<h1 id="inicio">Biblioteca <em>municipal</em></h1>
<p>Abre a las 9:00 y cierra a las 20:30 &amp; los sábados &lt;antes&gt;.<br>Teléfono: 974 10 20 30.</p>
<h4>Qué traer</h4>
<ul><li>El <abbr title="Documento Nacional de Identidad">DNI</abbr></li><li>Una foto</li></ul>
<ol start="3"><li>Pida cita en <a href="https://example.org/cita?a=1&amp;b=2" title="Se abre en esta ventana">la
página de citas</a>.<ul><li>Por la mañana</li></ul></li><li>Traiga el <abbr
title="Documento Nacional de Identidad">DNI</abbr>.</li></ol>
<table><caption>Horario de verano</caption>
<tr><th>Día</th><th>Mañana</th><th>Tarde</th></tr>
<tr><th>Lunes</th><td>9:00</td><td>17:00</td></tr>
<tr><th>Martes</th><td colspan="2">Cerrado</td></tr></table>
<p><img src="plano.png" alt="Plano del edificio"> Escriba a ayuda@example.org o vea https://example.org/biblioteca/horario.</p>
<p>En inglés se dice <span lang="en">library</span>; en árabe, <span lang="ar">مكتبة - 3</span>.</p>
<blockquote lang="gl"><p>Unha casa sen libros é unha casa sen luz.</p></blockquote>
<p><label for="q">Buscar</label> <input id="q" type="search" placeholder="Título o autor"></p>
<nav aria-label="Secciones"><p><a href="#inicio">Al inicio</a></p></nav>
<dl><dt>Préstamo</dt><dd>15 días</dd></dl><p>Mida 20 m<sup>2</sup>, no <del>10</del>, con <code>x &lt; y</code>.</p>
</body></html>"""

ASTURIAN = "# Biblioteca\n\nLa biblioteca abre a les nueve. **Nun** abre'l domingu.\n\n- Carné\n- Semeya\n"

PASHTO = """<h1>کتابتون</h1><p>کتابتون په ۹ بجو پرانیستل کیږي. <a href="tel:+93701234567">زنګ ووهئ</a></p>
<table><caption>مهال ویش</caption><tr><th>ورځ</th><th>وخت</th></tr><tr><th>دوشنبه</th><td>۹:۰۰</td></tr></table>
<p>په انګلیسي کې <span lang="en">library (3)</span> ده.</p>"""

AMHARIC = """<h1>ቤተ መጻሕፍት</h1><p>ቤተ መጻሕፍቱ ከጠዋቱ 3 ሰዓት ይከፈታል። ስልክ፦ +251 11 551 7700።</p>
<ul><li>መታወቂያ</li><li>ፎቶ</li></ul><p><img src="a.png" alt="የሕንፃው ካርታ"></p>"""

ENGLISH = "## Library\n\nOpen from 9:00. See <https://example.org/hours>.\n\n1. Bring your card\n2. Sit down\n"


def tag(text: str) -> LanguageTag:
    return LanguageTag(text)


def spanish() -> Document:
    return parse(SPANISH, "html", tag("es"))


def all_pages() -> dict[str, Document]:
    return {
        "es": spanish(),
        "ast": parse(ASTURIAN, "markdown", tag("ast")),
        "ps": parse(PASHTO, "html", tag("ps")),
        "am": parse(AMHARIC, "html", tag("am")),
        "en": parse(ENGLISH, "markdown", tag("en")),
    }
