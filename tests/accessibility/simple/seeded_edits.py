"""Changes of meaning put into sentences on purpose, one at a time, so that what the guard catches can be measured.

The injector has its own word lists and its own idea of a number and a name; it asks nothing of the guard.

    python -m tests.accessibility.simple.seeded_edits
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from accessibility.simple.guard import compare
from locales.tags import LanguageTag

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "es": (
        "El plazo para presentar la solicitud termina el 14 de marzo de 2026 a las 14:00 horas.",
        "No se admiten solicitudes fuera de plazo ni por correo ordinario.",
        "Debe traer el DNI de todas las personas mayores de 16 años que viven en la casa.",
        "Puede llamar al 974 10 20 30 de lunes a viernes, de 9:00 a 14:00.",
        "Si no recibe respuesta en 30 días, puede presentar un recurso en el Ayuntamiento de Monzón.",
        "La ayuda es de 1.250,50 euros por familia y se paga en dos plazos.",
        "Nunca tome más de 3 pastillas al día sin hablar con su médica, la doctora Pilar Sanz.",
        "Las familias con tres hijos o más no pagan la matrícula.",
        "Escriba a ayuda@monzon.es o entre en https://sede.monzon.es/ayudas antes del 05/03/2026.",
        "Es obligatorio llevar casco, salvo en los caminos del parque.",
        "El colegio Santa Ana abre el comedor a partir del 8 de septiembre.",
        "Nadie debe entrar en la sala mientras la luz roja esté encendida.",
        "El autobús 25 no para en la plaza de España los domingos.",
        "Tiene que pagar al menos 20 euros antes de recoger la llave.",
        "La vacuna no es obligatoria, pero se recomienda a las personas mayores de 65 años.",
        "Si tiene fiebre de más de 38,5 grados, llame al 112.",
        "Tampoco pueden pedir la beca quienes ya la tuvieron en 2024.",
        "El agua de la fuente no se puede beber hasta nuevo aviso.",
        "La señora Carmen Ruiz atiende las consultas de la oficina de vivienda el martes.",
        "Guarde el medicamento entre 2 y 8 grados y no lo congele.",
        "Los menores de edad deben venir con su padre o con su madre.",
        "Ningún documento se devuelve sin la firma de la directora.",
        "El tren sale de Zaragoza a las 7:45 y llega a Huesca a las 8:30.",
        "Puede pedir cita por internet cuando tenga la clave que le dio la Seguridad Social.",
        "El permiso dura doce semanas y lo pueden pedir el padre y la madre.",
        "Hay que renovar la tarjeta cada 5 años en la comisaría de Teruel.",
        "La biblioteca presta hasta 6 libros durante 21 días.",
        "El recibo de 45,90 euros no incluye el IVA.",
        "Se prohíbe hacer fuego en el monte del 1 de junio al 30 de septiembre.",
        "Si el niño tiene menos de 2 años, no necesita billete.",
        "El curso de catalán del Centro Joan Maragall es gratuito excepto los libros.",
        "Deben entregar el formulario 790 firmado en la oficina de Barbastro.",
    ),
    "en": (
        "You must send the form before 14 March 2026 or you will not get the payment.",
        "Do not take more than 3 tablets in 24 hours without asking Dr Susan Hill.",
        "Call 0800 123 4567 between 9 am and 5 pm, Monday to Friday.",
        "If you are under 18, you cannot sign the contract.",
        "The grant is $1,250.50 per family and is paid in two parts.",
        "You may appeal to the Housing Office within 30 days.",
        "Children under five do not need a ticket on the bus to Leeds.",
        "You should not drive after you take this medicine.",
        "Nobody may enter the building unless the fire officer agrees.",
        "Write to help@example.org or visit https://www.example.org/rent by 5 May 2026.",
        "The clinic in Bradford is closed on Sundays and never opens before 8:30.",
        "You don't have to pay if your income is less than 12,000 pounds a year.",
        "Keep the vaccine between 2 and 8 degrees and do not freeze it.",
        "Parents must come with their child to the first visit.",
        "No one is refused help because of money.",
        "You can borrow up to 6 books for 21 days from the Carnegie Library.",
        "The water isn't safe to drink until further notice.",
        "You need to bring your passport and a letter from Mary Owen.",
        "The bill of 45.90 euros does not include tax.",
        "Residents are entitled to three free visits in 2026.",
        "You won't lose your place if you are ill.",
        "Everyone except staff must leave by 18:00.",
        "The train leaves York at 7:45 and gets to Hull at 9:05.",
        "You must not share your card or your PIN with anyone.",
        "Neither the landlord nor the agent can keep your deposit.",
        "The course at Saint Mary College lasts twelve weeks.",
        "You could get 200 euros if you apply by Tuesday.",
        "Fires are forbidden in the park from 1 June to 30 September.",
        "Children may stay overnight when a parent is with them.",
        "Pay at least 20 euros before you collect the key from Oxfam.",
        "The rules didn't change in 2024.",
        "You are required to renew the card every 5 years.",
    ),
    "gl": (
        "O prazo remata o 14 de marzo de 2026 ás 14:00 horas.",
        "Non se admiten solicitudes fóra de prazo.",
        "Debe traer o DNI de todas as persoas maiores de 16 anos.",
        "Pode chamar ao 981 10 20 30 de luns a venres.",
        "Se non recibe resposta en 30 días, pode presentar un recurso no Concello de Noia.",
        "A axuda é de 1.250,50 euros e págase en dous prazos.",
        "Escriba a axuda@noia.gal antes do 05/03/2026.",
        "Ninguén debe entrar na sala mentres a luz estea acesa.",
        "O curso de Vigo é de balde agás os libros.",
        "Os menores nunca poden entrar sen a nai.",
    ),
    "ca": (
        "El termini acaba el 14 de març de 2026 a les 14:00 hores.",
        "No s'admeten sol·licituds fora de termini.",
        "Ha de portar el DNI de totes les persones de més de 16 anys.",
        "Pot trucar al 973 10 20 30 de dilluns a divendres.",
        "Si no rep resposta en 30 dies, pot presentar un recurs a l'ajuntament de Tremp.",
        "L'ajut és de 1.250,50 euros i es paga en dos terminis.",
        "Escriviu a ajuda@tremp.cat abans del 05/03/2026.",
        "Ningú no ha d'entrar a la sala mentre el llum estigui encès.",
        "El curs de Lleida és gratuït excepte els llibres.",
        "Els menors mai poden entrar sense la mare.",
    ),
    "ast": (
        "El plazu acaba'l 14 de marzu de 2026 a les 14:00 hores.",
        "Nun s'almiten solicitúes fuera de plazu.",
        "Tien que traer el DNI de toles persones mayores de 16 años.",
        "Pue llamar al 985 10 20 30 de llunes a vienres.",
        "Si nun recibe respuesta en 30 díes, pue presentar un recursu nel conceyu de Llanes.",
        "L'ayuda ye de 1.250,50 euros y págase en dos plazos.",
        "Escriba a ayuda@llanes.es enantes del 05/03/2026.",
        "Naide tien que entrar na sala mentes la lluz tea prendida.",
        "El cursu de Xixón ye de baldre sacante los llibros.",
        "Los menores nunca puen entrar ensin la madre.",
    ),
    "pt": (
        "O prazo termina em 14 de março de 2026 às 14:00 horas.",
        "Não se aceitam pedidos fora do prazo.",
        "Deve trazer o documento de todas as pessoas com mais de 16 anos.",
        "Pode ligar para 212 345 678 de segunda a sexta.",
        "Se não receber resposta em 30 dias, pode apresentar um recurso na câmara de Évora.",
        "A ajuda é de 1.250,50 euros e é paga em duas prestações.",
        "Escreva para ajuda@evora.pt antes de 05/03/2026.",
        "Ninguém deve entrar na sala enquanto a luz estiver acesa.",
        "O curso de Braga é gratuito exceto os livros.",
        "Os menores nunca podem entrar sem a mãe.",
    ),
    "fr": (
        "Le délai se termine le 14 mars 2026 à 14:00.",
        "Les demandes ne sont pas acceptées hors délai.",
        "Vous devez apporter la carte de toutes les personnes de plus de 16 ans.",
        "Vous pouvez appeler le 05 59 10 20 30 du lundi au vendredi.",
        "Si vous ne recevez pas de réponse en 30 jours, vous pouvez écrire à la mairie de Tarbes.",
        "L'aide est de 1 250,50 euros et elle est payée en deux fois.",
        "Écrivez à aide@tarbes.fr avant le 05/03/2026.",
        "Personne ne doit entrer dans la salle quand la lumière est allumée.",
        "Le cours de Pau est gratuit sauf les livres.",
        "Les mineurs ne peuvent jamais entrer sans la mère.",
    ),
}

Edit = Callable[[str, str], Iterator[str]]

_NEGATIONS = {
    "es": "no ni nunca tampoco sin nadie ningún",
    "en": "not never no nobody neither nor without don't isn't won't didn't cannot",
    "gl": "non ninguén nunca sen", "ca": "no ningú mai sense", "ast": "nun naide nunca ensin",
    "pt": "não ninguém nunca sem", "fr": "pas personne jamais sans",
}  # fmt: skip
_MODALS = {
    "es": {
        "debe": "puede", "deben": "pueden", "puede": "debe", "pueden": "deben", "tiene que": "puede",
        "hay que": "puede",
    },
    "en": {
        "must": "may", "may": "must", "can": "must", "could": "must", "should": "may", "need to": "may",
        "required to": "able to",
    },
    "gl": {"debe": "pode", "pode": "debe", "poden": "deben"},
    "ca": {"ha de": "pot", "pot": "ha de", "poden": "han de"},
    "ast": {"tien que": "pue", "pue": "tien que", "puen": "tienen que"},
    "pt": {"deve": "pode", "pode": "deve", "podem": "devem"},
    "fr": {"devez": "pouvez", "pouvez": "devez", "doit": "peut", "peuvent": "doivent"},
}  # fmt: skip
_CONDITIONS = {
    "es": "si|salvo|excepto|cuando|mientras|hasta", "en": "if|unless|except|when|until",
    "gl": "se(?= non)|agás|mentres", "ca": "si|excepte|mentre", "ast": "si|sacante|mentes",
    "pt": "se(?= não)|exceto|enquanto", "fr": "si|sauf|quand",
}  # fmt: skip
_NUMBER_WORDS = {
    "es": {"dos": "tres", "tres": "dos", "doce": "diez"},
    "en": {"two": "three", "three": "two", "twelve": "ten", "five": "six"},
    "gl": {"dous": "tres"}, "ca": {"dos": "tres"}, "ast": {"dos": "tres"}, "pt": {"duas": "três"},
    "fr": {"deux": "trois"},
}  # fmt: skip
_DAYS = {
    "es": {"lunes": "martes", "martes": "jueves"}, "en": {"Monday": "Tuesday", "Tuesday": "Thursday"},
    "gl": {"luns": "martes"}, "ca": {"dilluns": "dimarts"}, "ast": {"llunes": "martes"}, "pt": {"segunda": "terça"},
    "fr": {"lundi": "mardi"},
}  # fmt: skip
_MONTHS = {
    "es": {"marzo": "mayo", "junio": "julio", "septiembre": "octubre"},
    "en": {"March": "May", "May": "June", "June": "July", "September": "October"},
    "gl": {"marzo": "maio"}, "ca": {"març": "maig"}, "ast": {"marzu": "mayu"}, "pt": {"março": "maio"},
    "fr": {"mars": "mai"},
}  # fmt: skip
# Before and behind a verb, what denies it; the verbs of the sentences above.
_DENIED = {
    "es": ("no ", "", "es|puede|debe|abre|dura|tiene"), "en": ("", " not", "is|are|may|must|can|should"),
    "gl": ("non ", "", "é|pode|debe"), "ca": ("no ", "", "és|pot|ha de"), "ast": ("nun ", "", "ye|pue|tien que"),
    "pt": ("não ", "", "é|pode|deve"), "fr": ("ne ", " pas", "est|pouvez|devez"),
}  # fmt: skip
_NAME = re.compile(r"(?<=[a-zñ,] )[A-ZÁÉÍÓÚ][a-záéíóúñ]{2,}")


def _digits(sentence: str, _: str) -> Iterator[str]:
    for digit in re.finditer(r"\d", sentence):
        yield sentence[: digit.start()] + str((int(digit[0]) + 1) % 10) + sentence[digit.end() :]


def _numbers_dropped(sentence: str, _: str) -> Iterator[str]:
    for number in re.finditer(r"\d+(?:[.,:/]\d+)*", sentence):
        yield sentence[: number.start()] + sentence[number.end() :]


def _numbers_swapped(sentence: str, _: str) -> Iterator[str]:
    found = list(re.finditer(r"\d+(?:[.,:/]\d+)*", sentence))
    for first, second in pairwise(found):
        if first[0] != second[0]:
            between = sentence[first.end() : second.start()]
            yield sentence[: first.start()] + second[0] + between + first[0] + sentence[second.end() :]


def _days_swapped(sentence: str, _: str) -> Iterator[str]:
    for date in re.finditer(r"(\d\d)/(\d\d)/", sentence):
        yield sentence[: date.start()] + f"{date[2]}/{date[1]}/" + sentence[date.end() :]


def _words(swaps: Mapping[str, Mapping[str, str]]) -> Edit:
    def edit(sentence: str, language: str) -> Iterator[str]:
        for word, other in swaps[language].items():
            for match in re.finditer(rf"\b{word}\b", sentence, re.IGNORECASE):
                yield sentence[: match.start()] + other + sentence[match.end() :]

    return edit


def _negations_dropped(sentence: str, language: str) -> Iterator[str]:
    for word in _NEGATIONS[language].split():
        for match in re.finditer(rf"\b{word}\b ?", sentence, re.IGNORECASE):
            kept = {"don't": "do ", "isn't": "is ", "won't": "will ", "didn't": "did ", "cannot": "can "}.get(word, "")
            yield sentence[: match.start()] + kept + sentence[match.end() :]


def _negations_added(sentence: str, language: str) -> Iterator[str]:
    before, behind, verbs = _DENIED[language]
    for match in re.finditer(rf"\b(?:{verbs})\b", sentence):
        yield f"{sentence[: match.start()]}{before}{match[0]}{behind}{sentence[match.end() :]}"


def _conditions_dropped(sentence: str, language: str) -> Iterator[str]:
    for match in re.finditer(rf"\b(?:{_CONDITIONS[language]})\b ?", sentence, re.IGNORECASE):
        yield sentence[: match.start()] + sentence[match.end() :]


def _names_dropped(sentence: str, language: str) -> Iterator[str]:
    for name in _proper_names(sentence, language):
        yield sentence[: name.start()] + sentence[name.end() + 1 :]


def _names_changed(sentence: str, language: str) -> Iterator[str]:
    for name in _proper_names(sentence, language):
        yield sentence[: name.start()] + "Zamora" + sentence[name.end() :]


def _proper_names(sentence: str, language: str) -> Iterator[re.Match[str]]:
    calendar = {*_DAYS[language], *_MONTHS[language], "Sundays", "Friday"}
    yield from (name for name in _NAME.finditer(sentence) if name[0] not in calendar)


def _contacts_changed(sentence: str, _: str) -> Iterator[str]:
    for match in re.finditer(r"\S+@\S+|https?://\S+", sentence):
        middle = (match.start() + match.end()) // 2
        yield sentence[:middle] + "x" + sentence[middle:]
        yield sentence[: match.start()] + sentence[match.end() + 1 :]


EDITS: Mapping[str, Edit] = {
    "digit changed": _digits,
    "number dropped": _numbers_dropped,
    "two numbers swapped": _numbers_swapped,
    "day and month swapped": _days_swapped,
    "number word changed": _words(_NUMBER_WORDS),
    "weekday changed": _words(_DAYS),
    "month changed": _words(_MONTHS),
    "negation dropped": _negations_dropped,
    "negation added": _negations_added,
    "must and may exchanged": _words(_MODALS),
    "condition or exception dropped": _conditions_dropped,
    "name dropped": _names_dropped,
    "name changed": _names_changed,
    "contact changed or dropped": _contacts_changed,
}


def edits(language: str) -> Iterator[tuple[str, str, str]]:
    """(kind of edit, sentence, edited sentence), never the same sentence twice."""
    for name, edit in EDITS.items():
        for sentence in SENTENCES[language]:
            yield from ((name, sentence, edited) for edited in edit(sentence, language) if edited != sentence)


def caught(language: str) -> tuple[Counter[str], Counter[str]]:
    """How many edits of each kind were seeded, and how many of them the guard stops in strict mode."""
    seeded: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    for name, before, after in edits(language):
        seeded[name] += 1
        stopped[name] += bool(compare(before, after, LanguageTag(language)))
    return seeded, stopped


def main() -> None:
    figures = {language: caught(language) for language in SENTENCES}
    print(f"| edit | {' | '.join(figures)} |\n|---|{'---|' * len(figures)}")
    for name in EDITS:
        cells = [f"{stopped[name]}/{seeded[name]}" for seeded, stopped in figures.values()]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
    for each in SENTENCES:
        for kind, old, new in edits(each):
            if not compare(old, new, LanguageTag(each)):
                print(f"missed: {kind}: {new}")
