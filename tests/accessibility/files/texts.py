"""Formats that are text."""

NOTICE = """<!DOCTYPE html>
<html lang="es" class="no-js"><head><meta charset="iso-8859-1"><title>Aviso</title>
<meta name="description" content="Obras en la calle"><style>p { color: red }</style></head>
<body><h1 class="big">Corte de agua</h1><p>El <b>martes</b> no habrá agua en la <a href="/mapa">zona centro</a>.<br>
Disculpen.</p><ul><li>Casa<ul><li>Patio</li></ul></li></ul><p lang="en">Call us.</p>
<p translate="no">Iker Ibáñez</p><pre>código</pre><script>var texto = "no";</script></body></html>
"""
FORM = """<form><label for="a">Nombre <input id="a" placeholder="su nombre"></label>
<select><option>Huesca</option><option>Teruel</option></select><button type="submit">Enviar</button>
<input type="submit" value="Guardar"><textarea>borrador</textarea></form>
"""
TABLE = """<table><caption>Horario</caption><tr><th scope="col">Día</th><td title="por la tarde">tarde</td></tr></table>
<p>Fin<!-- nota --> del <code>x()</code> horario<img src="a.png" alt="Reloj"></p>"""
HOWTO = """# Cómo pedir ayuda

Vaya a la **oficina** o a [la sede](https://example.org).

1. Traiga su documento.
2. Espere su turno.

```sh
malgil serve
```
"""
PAGE = """---
title: kept
---

## Requisitos

| Día | Hora |
| --- | --- |
| lunes | mañana |
"""
LETTER = """Estimada vecina:

Le comunicamos que el próximo lunes cerraremos la biblioteca municipal por
obras. La sala de lectura abrirá de nuevo cuando terminen los trabajos, según
lo previsto.

- Horario: de 9 a 14
- Lugar: plaza Mayor
"""
LIST = "Pan\r\n\r\n  Leche\t2\r\nHuevos\r\n"
SRT = """1
00:00:01,000 --> 00:00:04,000
El agua no se puede
beber <i>hoy</i>.

2
00:00:05,000 --> 00:00:07,500
- ¿Por qué?
- Por las obras.

3
00:00:08,000 --> 00:00:09,000
{\\an8}♪
"""
VTT = """WEBVTT - ejemplo

NOTE no se traduce

STYLE
::cue { color: white }

inicio
00:01.000 --> 00:04.000 align:start
<v Ana>Buenos días, <b>vecinos</b>.

00:05.000 --> 00:06.000
Hasta luego
"""
PO = """msgid ""
msgstr ""
"Language: \\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#. nota
#: a.c:1
#, c-format
msgid "Hola, %s"
msgstr ""

msgid "Salir"
msgstr "Colar"

msgid "%d fichero"
msgid_plural "%d ficheros"
msgstr[0] ""
msgstr[1] ""

msgctxt "menú"
msgid "Abrir"
msgstr ""
"""
XLIFF1 = """<?xml version="1.0"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a" source-language="es" datatype="x">
<body><trans-unit id="1"><source>Abra la <g id="1">puerta</g> <x id="2"/> ya</source></trans-unit>
<trans-unit id="2" translate="no"><source>Iker</source></trans-unit>
<trans-unit id="3"><source>Hecho</source><target>Fecho</target></trans-unit>
<trans-unit id="4"><source>Cierre</source><target/></trans-unit></body></file></xliff>
"""
XLIFF2 = """<?xml version="1.0"?>
<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="es"><file id="f"><unit id="u">
<segment><source>Lea el <pc id="1">aviso</pc><ph id="2"/> bien</source></segment></unit>
<unit id="v" translate="no"><segment><source>Iker</source></segment></unit></file></xliff>
"""
TMX = """<?xml version="1.0"?>
<tmx version="1.4"><header srclang="es" creationtool="x" creationtoolversion="1" segtype="sentence" o-tmf="x" adminlang="en"
datatype="x"/><body><tu><tuv xml:lang="es-ES"><seg>Buenos <hi>días</hi></seg></tuv><tuv xml:lang="en"><seg>Good day</seg>
</tuv></tu><tu><tuv xml:lang="fr"><seg>Merci</seg></tuv></tu></body></tmx>
"""
CSV = 'código;nombre;nota\r\n1;Casa;grande\r\n2;"Perro; gato";\r\n3;7;x\r\n'
TSV = "uno\tdos\ncasa\tperro\n"
