"""Pages of invented states: a TD3 passport data page and a TD2 certificate of registration."""

from specimens import mrz, ornaments, people
from specimens.canvas import DIGITS, LETTERS, Canvas
from specimens.cards import zone
from specimens.languages import name_alphabet, text_alphabet

# The languages that the states write names and places in.
_VALMERE = ("nb", "sv", "da", "is", "fi", "fr")
_UTOPIA = ("sv", "fr", "et", "hr", "hu")


def passport(rng):
    person = people.make_person(rng, "XXV", _VALMERE)
    number = people.letters(rng, 2) + people.digits(rng, 7)
    personal = people.year_first(person.birth, "")[2:] + "-" + people.digits(rng, 4)
    # 125 x 88 mm at 8 pixels a millimetre.
    c = Canvas(1000, 704, (244, 238, 230))
    ornaments.tint(c, [(250, 236, 220), (232, 226, 244), (240, 246, 232), (250, 232, 228)])
    ornaments.waves(c, rng, (206, 176, 150), 0.35, 10)
    ornaments.waves(c, rng, (170, 170, 210), 0.25, 15)
    ornaments.rosette(c, rng, 620, 330, 190, (200, 160, 140), 0.3)
    red = (130, 40, 56)
    c.text("KONGERIKET VALMERE · KINGDOM OF VALMERE · ROYAUME DE VALMÈRE", 500, 36, "open-semibold", 20, red, anchor="m")
    c.text("PASS", 44, 78, "open-bold", 30, red)
    c.text("PASSPORT / PASSEPORT", 44, 102, "open", 14, red)
    ornaments.microtext(c, "VALMERE", 44, 114, 950, red)
    ornaments.portrait(c, rng, 44, 136, 300, 470, (226, 224, 220))

    def item(caption, name, kind, value, x, baseline, layout="", alphabet=""):
        c.caption(caption, x, baseline - 24, 11, red, "open")
        c.field(name, kind, value, x, baseline, "open-semibold", 24, layout, alphabet, color=(36, 34, 38))

    dashed, names = DIGITS + "-", name_alphabet(_VALMERE)
    item("Type / Type", "document_type", "other", "P", 336, 84, "", LETTERS)
    item("Landkode / Code", "issuer", "other", "XXV", 450, 84, "AAA", LETTERS)
    item("Passnr. / Passport No.", "document_number", "docnum", number, 650, 84, "", LETTERS + DIGITS)
    item("Etternavn / Surname / Nom", "surname", "latin", person.surname, 336, 152, "", names)
    item("Fornavn / Given names / Prénoms", "given_names", "latin", person.given_names, 336, 210, "", names)
    item("Statsborgerskap / Nationality", "nationality", "text", "VALMERSK", 336, 268, "", names)
    item("Fødselsdato / Date of birth", "birth_date", "date", people.year_first(person.birth), 336, 326, "yyyy-mm-dd", dashed)
    item("Personnr. / Personal No.", "personal_number", "docnum", personal, 620, 326, "", dashed)
    item("Kjønn / Sex", "sex", "other", person.sex, 336, 384, "", "FM")
    item("Fødested / Place of birth", "birth_place", "text", person.birth_place, 450, 384, "", names)
    item("Utstedt / Date of issue", "issue_date", "date", people.year_first(person.issue), 336, 442, "yyyy-mm-dd", dashed)
    item("Myndighet / Authority", "authority", "text", "POLITIET I " + rng.choice(("HØGHAVN", "ÅLVESTAD", "BRÄMSUND")), 620,
         442, "", names)
    item("Utløper / Date of expiry", "expiry_date", "date", people.year_first(person.expiry), 336, 500, "yyyy-mm-dd",
         dashed)
    c.caption("Underskrift / Signature", 620, 476, 11, red, "open")
    ornaments.signature(c, rng, 616, 482, 880, 556)
    ornaments.ghost(c, 830, 200, 930, 330, "photo")
    ornaments.hologram(c, rng, 290, 460, 80)
    c.box(0, 578, 1000, 704, (246, 244, 240), 0.7)
    zone(c, mrz.td3("P", "XXV", number, person, personal.replace("-", "")), "td3", 54, 624, 48, 20.32, 25.5)
    return c


def registration(rng):
    person = people.make_person(rng, "UTO", _UTOPIA, 10)
    number = people.letters(rng, 1) + people.digits(rng, 8)
    # 105 x 74 mm at 8.5 pixels a millimetre.
    c = Canvas(892, 629, (240, 240, 230))
    ornaments.tint(c, [(226, 238, 246), (246, 244, 224), (238, 232, 244), (228, 242, 236)])
    ornaments.waves(c, rng, (150, 170, 200), 0.3, 9)
    ornaments.rosette(c, rng, 470, 250, 170, (190, 180, 130), 0.35)
    ornaments.flag(c, 30, 26, 130, 84, [(84, 60, 130), (244, 210, 90), (84, 60, 130), (240, 240, 240)])
    violet = (76, 54, 124)
    c.text("UTOPIA", 150, 58, "sans-bold", 38, violet, tracking=8)
    c.text("Registerintyg · Certificate of registration", 150, 84, "sans", 17, violet)
    ornaments.portrait(c, rng, 640, 110, 856, 390, (232, 230, 226))

    def item(caption, name, kind, value, x, baseline, layout="", alphabet=""):
        c.caption(caption, x, baseline - 27, 12.5, violet, "sans")
        c.field(name, kind, value, x, baseline, "narrow-bold", 23, layout, alphabet, color=(34, 34, 46))

    slashed, names = DIGITS + "/", name_alphabet(_UTOPIA)
    item("Efternamn / Surname", "surname", "latin", person.surname, 36, 140, "", names)
    item("Förnamn / Given names", "given_names", "latin", person.given_names, 36, 200, "", names)
    item("Medborgarskap / Nationality", "nationality", "other", "UTO", 36, 260, "AAA", LETTERS)
    item("Kön / Sex", "sex", "other", person.sex, 330, 260, "", "FM")
    item("Födelsedatum / Date of birth", "birth_date", "date", people.day_first(person.birth, "/"), 36, 320, "dd/mm/yyyy",
         slashed)
    item("Längd / Height", "height", "other", "%d cm" % person.height, 330, 320, "", DIGITS + " cm")
    item("Utfärdat / Issued", "issue_date", "date", people.day_first(person.issue, "/"), 36, 380, "dd/mm/yyyy", slashed)
    item("Giltigt till / Valid until", "expiry_date", "date", people.day_first(person.expiry, "/"), 330, 380, "dd/mm/yyyy",
         slashed)
    item("Adress / Address", "address", "text", person.address, 36, 440, "", text_alphabet(_UTOPIA))
    c.field("document_number", "docnum", number, 860, 74, "mono-bold", 34, "", LETTERS + DIGITS, color=(150, 40, 50),
            anchor="r")
    ornaments.signature(c, rng, 600, 404, 856, 484)
    c.box(0, 500, 892, 629, (248, 248, 244), 0.7)
    zone(c, mrz.td2("I", "UTO", number, person), "td2", 56, 550, 46, 21.6, 27)
    return c
