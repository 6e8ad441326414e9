"""Distinct Spanish public-service sentences, as many as asked for, the same every time."""

from __future__ import annotations

_OPENINGS = (
    "La oficina de empleo",
    "El centro de salud del barrio",
    "La biblioteca municipal",
    "El registro civil",
    "La escuela de adultos",
    "El servicio de atención a las familias",
    "La unidad de protección civil",
)
_EVENTS = (
    "abre todos los días laborables de {a} a {b} horas",
    "no atenderá al público el día {a} de marzo",
    "enviará la carta de confirmación antes de {a} días",
    "recuerda que el plazo para presentar la solicitud termina en {b} días",
    "ha trasladado sus servicios al número {a} de la calle Mayor",
    "ofrece ayuda gratuita a las personas mayores de {b} años",
)
_CLOSINGS = (
    "y no es necesario pedir cita",
    "salvo los festivos de la localidad",
    "por lo que rogamos que traiga el documento de identidad",
    "según la resolución publicada el {b} de enero",
    "aunque puede llamar por teléfono si lo prefiere",
)


def spanish(count: int, skip: int = 0) -> list[str]:
    """One sentence each, told apart by a file number."""
    return [_sentence(number) for number in range(skip, skip + count)]


def _sentence(number: int) -> str:
    parts = (
        _OPENINGS[number % len(_OPENINGS)],
        _EVENTS[number // 7 % len(_EVENTS)],
        _CLOSINGS[number // 42 % len(_CLOSINGS)],
    )
    return " ".join(parts).format(a=number % 90 + 1, b=number % 60 + 3) + f", expediente {number}."
