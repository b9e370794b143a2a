"""The letters of languages, from the table that comes with the templates."""

import os

from specimens.canvas import DIGITS, LETTERS

_TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "templates", "languages.tsv")
_NAME_MARKS = " '-."
_TEXT_MARKS = _NAME_MARKS + ",/()"


def _read_table():
    with open(_TABLE, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    return {code: letters for code, _, letters in rows}


_LETTERS_OF = _read_table()


def _letters(languages):
    own = "".join(_LETTERS_OF[language] for language in languages)
    return "".join(dict.fromkeys(LETTERS + LETTERS.lower() + own))


def name_alphabet(languages):
    """What may stand in a name that is printed in capitals."""
    return "".join(c for c in _letters(languages) if not c.islower()) + _NAME_MARKS


def text_alphabet(languages):
    """What may stand in an address, say."""
    return _letters(languages) + DIGITS + _TEXT_MARKS


def spells(languages, text):
    """Whether the languages have all letters of a text."""
    return set(text) <= set(text_alphabet(languages))
