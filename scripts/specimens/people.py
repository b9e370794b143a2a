"""Made-up people: names put together from syllables and given names, dates, places and numbers."""

import dataclasses
import random

from specimens.languages import spells

_GIVEN = {
    "F": ["ANNELIÈSE", "BŘETISLAVA", "ÇELINE", "DÓRA", "EÐNA", "FREJA", "GÜLSÜN", "HÅLLA", "IRÉNÉE", "JÚLIA",
          "KĄSIA", "LĪGA", "MĂLINA", "NOËLLE", "ØYVA", "ROŽA", "SØLVI", "ŞEBNEM", "TŰNDE", "ŽIVA", "MARTA", "VERENA"],
    "M": ["ÁRON", "BJØRN", "ĆIRO", "DÖME", "EŁIASZ", "FRANÇOIS", "GÖRAN", "HŸLKE", "ÍVAR", "JĀZEPS", "KÅRE",
          "LUÍS", "MÜMTAZ", "NIÑO", "ÖRVAR", "RADÓ", "SØREN", "ŞTEFĂN", "THÉO", "ŽARKO", "OSKAR", "VIKTOR"],
}
_HEAD = ["BRÅN", "ŽAL", "ÖLL", "SZÉL", "ŢĂR", "ŁUK", "MÜHR", "ÅS", "ÇAK", "DVOŘ", "GRØN", "HŐV", "KĘD", "NÚÑ", "PÂQ",
         "RŪT", "ŠIR", "TŮM", "VEST", "WIL", "ZEN", "KORV", "MAR", "LIND"]
_TAIL = ["HEIM", "VIK", "STRÖM", "VÁRY", "NESCU", "OWICZ", "LÜND", "GÅRD", "OĞLU", "ÁKOVÁ", "SKÓG", "HÁZY", "ZIŃ",
         "EZ", "UETTE", "AUSKĖ", "KIĆ", "OVSKÝ", "ERBY", "ETT", "HOLT", "ANEN", "QVIST", "MARK"]
_PLACES = ["BRÄMSUND", "ÅLVESTAD", "KŘIVOLES", "SZÁRNYAS", "ØSTRAVIK", "ŽELINKA", "PORTO NÉVE", "MÜHLGRUND",
           "ŁĘKOWIEC", "CASTRO DE MOÇA", "HØGHAVN", "ŞIRANE", "VALPÊTRE", "TÕRVALA"]
_STREETS = ["Lindengasse", "Ulička Růží", "Strandvägen", "Calle Olmo", "Brückenweg", "Rue du Chêne", "Høyveien"]


@dataclasses.dataclass
class Person:
    surname: str
    given_names: str
    sex: str
    birth: tuple
    issue: tuple
    expiry: tuple
    birth_place: str
    address: str
    nationality: str
    height: int


def date(rng, first_year, last_year):
    return (rng.randint(first_year, last_year), rng.randint(1, 12), rng.randint(1, 28))


def _spelled(rng, languages, draw):
    """The first text drawn that the state can write in its languages. Only the first draw is from `rng`: what follows it must not hang
    on how many it took."""
    text = draw(rng)
    further = random.Random(text)
    while not spells(languages, text):
        text = draw(further)
    return text


def make_person(rng, nationality, languages, years_valid=10):
    """`rng` is a random.Random; dates are (year, month, day)."""
    def place():
        return _spelled(rng, languages, lambda r: r.choice(_PLACES))

    sex = rng.choice("FM")
    given = _spelled(rng, languages, lambda r: " ".join(r.sample(_GIVEN[sex], r.choice((1, 2, 2)))))
    issue = date(rng, 2014, 2023)
    # A document that runs out on the eve of its day of issue, as most do; day 0 must not happen.
    expiry = (issue[0] + years_valid, issue[1], max(1, issue[2] - 1))
    surname = _spelled(rng, languages, lambda r: r.choice(_HEAD) + r.choice(_TAIL))
    birth, birth_place = date(rng, 1948, 2004), place()
    address = "%s %d, %s" % (_spelled(rng, languages, lambda r: r.choice(_STREETS)), rng.randint(1, 189), place())
    return Person(surname, given, sex, birth, issue, expiry, birth_place, address, nationality, rng.randint(152, 196))


def digits(rng, count):
    return "".join(rng.choice("0123456789") for _ in range(count))


def letters(rng, count):
    return "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(count))


def day_first(value, separator="."):
    return separator.join(("%02d" % value[2], "%02d" % value[1], "%04d" % value[0]))


def year_first(value, separator="-"):
    return separator.join(("%04d" % value[0], "%02d" % value[1], "%02d" % value[2]))
