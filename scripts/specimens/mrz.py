"""Machine readable zones after ICAO Doc 9303, parts 3 to 6."""

import unicodedata

_WEIGHTS = (7, 3, 1)
_SPECIAL = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Đ": "D", "Ħ": "H", "Ĳ": "IJ", "Ł": "L", "Ŋ": "N", "Ö": "OE",
    "Ø": "OE", "Œ": "OE", "ß": "SS", "Þ": "TH", "Ŧ": "T", "Ü": "UE", "'": "",
}


def check_digit(text):
    total = 0
    for position, char in enumerate(text):
        value = 0 if char == "<" else int(char, 36)
        total += value * _WEIGHTS[position % 3]
    return str(total % 10)


def transliterate(name):
    """Upper-case Latin letters as the zone writes them; anything between words becomes a filler."""
    out = []
    for char in name:
        if char in _SPECIAL:
            out.append(_SPECIAL[char])
            continue
        base = unicodedata.normalize("NFD", char)[0].upper()
        out.append(base if base.isascii() and base.isalnum() else "<")
    return "".join(out)


def _names(surname, given_names, length):
    return (transliterate(surname) + "<<" + transliterate(given_names)).ljust(length, "<")[:length]


def _short(date):
    """yymmdd of a (year, month, day)."""
    return "%02d%02d%02d" % (date[0] % 100, date[1], date[2])


def _dated(date):
    return _short(date) + check_digit(_short(date))


def td1(kind, issuer, number, person, optional1="", optional2=""):
    number = number.ljust(9, "<")
    first = (kind.ljust(2, "<") + issuer + number + check_digit(number) + optional1).ljust(30, "<")
    second = (_dated(person.birth) + person.sex + _dated(person.expiry) + person.nationality + optional2).ljust(29, "<")
    covered = first[5:30] + second[0:7] + second[8:15] + second[18:29]
    return [first, second + check_digit(covered), _names(person.surname, person.given_names, 30)]


def td2(kind, issuer, number, person, optional=""):
    number = number.ljust(9, "<")
    first = kind.ljust(2, "<") + issuer + _names(person.surname, person.given_names, 31)
    second = (number + check_digit(number) + person.nationality + _dated(person.birth) + person.sex +
              _dated(person.expiry) + optional.ljust(7, "<"))
    return [first, second + check_digit(second[0:10] + second[13:20] + second[21:35])]


def td3(kind, issuer, number, person, optional=""):
    number = number.ljust(9, "<")
    optional = optional.ljust(14, "<")
    first = kind.ljust(2, "<") + issuer + _names(person.surname, person.given_names, 39)
    second = (number + check_digit(number) + person.nationality + _dated(person.birth) + person.sex +
              _dated(person.expiry) + optional + check_digit(optional))
    return [first, second + check_digit(second[0:10] + second[13:20] + second[21:43])]
