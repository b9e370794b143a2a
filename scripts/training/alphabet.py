"""The characters that the network tells apart: printable ASCII and the Latin letters of European documents."""

ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
LATIN_1 = "".join(chr(code) for code in range(0xC0, 0x100) if code not in (0xD7, 0xF7))
# Without the ligatures and letters that no current orthography of a European document uses.
LATIN_EXTENDED_A = "".join(chr(code) for code in range(0x100, 0x180) if code not in (0x132, 0x133, 0x138, 0x13F, 0x140, 0x149, 0x17F))
ROMANIAN = "ȘșȚț"
SIGNS = "§°№€"
AZERBAIJANI = "Əə"
# What is new stands at the end, so that an earlier network's classes keep their numbers.
ALPHABET = ASCII + LATIN_1 + LATIN_EXTENDED_A + ROMANIAN + SIGNS + AZERBAIJANI + "£"
LATIN_LETTERS = LATIN_1 + LATIN_EXTENDED_A + ROMANIAN + AZERBAIJANI
INDEX = {character: index + 1 for index, character in enumerate(ALPHABET)}


def encode(text):
    """Class numbers of a text; class 0 is the CTC blank."""
    return [INDEX[character] for character in text]
