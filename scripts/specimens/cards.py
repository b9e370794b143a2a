"""Cards of invented states: identity card (front and back), driving licence, residence permit."""

from specimens import mrz, ornaments, people
from specimens.canvas import DIGITS, LETTERS, MRZ_ALPHABET, Canvas
from specimens.languages import name_alphabet, text_alphabet

_DATE = DIGITS + "."
# Size ID-1 at 10 pixels a millimetre.
_ID1 = (860, 540)
# The languages that the states write names and places in.
_NORRAVIA = ("cs", "de", "es", "pt")
_KESTRIA = ("fr", "de", "et")
_ARVENIA = ("pt", "es", "fr")


def zone(canvas, lines, layout, x, baseline, step, pitch, size):
    """Prints a machine readable zone in OCR-B, a fixed pitch a character."""
    for i, line in enumerate(lines):
        canvas.field("mrz%d" % (i + 1), "mrz", line, x, baseline + i * step, "ocr-b", size, layout, MRZ_ALPHABET,
                     pitch=pitch, color=(24, 24, 26))


def _identity(rng):
    """The person of the identity card; front and back are of the same one."""
    person = people.make_person(rng, "XXR", _NORRAVIA)
    return person, people.letters(rng, 2) + people.digits(rng, 7)


def identity_front(rng):
    person, number = _identity(rng)
    c = Canvas(*_ID1, (236, 240, 246))
    ornaments.tint(c, [(246, 222, 222), (214, 232, 246), (222, 240, 250), (248, 226, 232)])
    ornaments.waves(c, rng, (150, 180, 214), 0.35)
    ornaments.waves(c, rng, (226, 160, 176), 0.25, 12)
    ornaments.rosette(c, rng, 640, 300, 150, (120, 160, 206), 0.35)
    ornaments.emblem(c, 56, 52, 36, (54, 76, 140), 7)
    c.text("REPUBLIKA NORRAVIA", 108, 48, "open-bold", 29, (40, 60, 130))
    c.text("OBČANSKÝ LIST", 108, 80, "open-semibold", 22, (40, 60, 130))
    c.text("REPUBLIC OF NORRAVIA  IDENTITY CARD", 830, 46, "roboto-condensed", 16, (40, 60, 130), anchor="r")
    ornaments.microtext(c, "REPUBLIKANORRAVIA", 30, 94, 830, (90, 110, 170))
    ornaments.portrait(c, rng, 34, 128, 254, 412)
    blue = (52, 82, 150)
    names = name_alphabet(_NORRAVIA)

    def caption(text, x, baseline):
        c.caption(text, x, baseline, 12.5, blue, "narrow")

    caption("ČÍSLO DOKLADU / DOCUMENT NO.", 560, 84)
    c.field("document_number", "docnum", number, 560, 114, "mono-bold", 30, "", LETTERS + DIGITS, tracking=2.5)
    caption("PŘÍJMENÍ / SURNAME", 284, 136)
    c.field("surname", "latin", person.surname, 284, 165, "sans", 27, "", names)
    caption("JMÉNA / GIVEN NAMES", 284, 194)
    c.field("given_names", "latin", person.given_names, 284, 223, "sans", 27, "", names)
    caption("DATUM NAROZENÍ / DATE OF BIRTH", 284, 252)
    c.field("birth_date", "date", people.day_first(person.birth), 284, 280, "sans", 26, "dd.mm.yyyy", _DATE)
    caption("POHLAVÍ / SEX", 600, 252)
    c.field("sex", "other", person.sex, 600, 280, "sans", 26, "", "FM")
    caption("MÍSTO NAROZENÍ / PLACE OF BIRTH", 284, 308)
    c.field("birth_place", "text", person.birth_place, 284, 337, "sans", 26, "", names)
    caption("STÁTNÍ OBČANSTVÍ / NATIONALITY", 284, 366)
    c.field("nationality", "text", "NORRAVIA", 284, 394, "sans", 26, "", names)
    caption("DATUM VYDÁNÍ / DATE OF ISSUE", 284, 424)
    c.field("issue_date", "date", people.day_first(person.issue), 284, 452, "sans", 26, "dd.mm.yyyy", _DATE)
    caption("PLATNOST DO / DATE OF EXPIRY", 284, 480)
    c.field("expiry_date", "date", people.day_first(person.expiry), 284, 508, "sans", 26, "dd.mm.yyyy", _DATE)
    caption("PODPIS / SIGNATURE", 600, 424)
    ornaments.signature(c, rng, 590, 432, 830, 512)
    ornaments.hologram(c, rng, 240, 420, 70)
    return c


def identity_back(rng):
    person, number = _identity(rng)
    c = Canvas(*_ID1, (238, 240, 240))
    ornaments.tint(c, [(222, 238, 248), (246, 228, 232), (248, 240, 226), (220, 236, 246)])
    ornaments.waves(c, rng, (160, 190, 200), 0.35)
    ornaments.rosette(c, rng, 200, 170, 130, (214, 160, 176), 0.35)
    blue = (52, 82, 150)
    c.caption("TRVALÝ POBYT / ADDRESS", 40, 46, 12.5, blue, "narrow")
    c.field("address", "text", person.address, 40, 76, "sans", 25, "", text_alphabet(_NORRAVIA))
    c.caption("VÝŠKA / HEIGHT", 40, 118, 12.5, blue, "narrow")
    c.field("height", "other", "%d cm" % person.height, 40, 148, "sans", 25, "", DIGITS + " cm")
    c.caption("RODNÉ ČÍSLO / PERSONAL NO.", 300, 118, 12.5, blue, "narrow")
    personal = "%s/%s" % (people.year_first(person.birth, "")[2:], people.digits(rng, 4))
    c.field("personal_number", "docnum", personal, 300, 148, "sans", 25, "", DIGITS + "/")
    c.caption("VYDAL / ISSUED BY", 40, 190, 12.5, blue, "narrow")
    c.field("authority", "text", "MAGISTRÁT " + person.birth_place, 40, 220, "sans", 25, "", name_alphabet(_NORRAVIA))
    c.box(40, 256, 820, 330, (248, 248, 246), 0.7, 6)
    c.box(40, 276, 820, 318, (60, 62, 70), 0.85)
    ornaments.emblem(c, 776, 120, 40, (54, 76, 140), 7)
    optional = personal.replace("/", "")
    zone(c, mrz.td1("I", "XXR", number, person, optional), "td1", 49, 412, 44, 25.4, 31)
    return c


def driving_licence(rng):
    person = people.make_person(rng, "XXK", _KESTRIA, 15)
    c = Canvas(*_ID1, (250, 226, 232))
    ornaments.tint(c, [(250, 214, 224), (252, 240, 242), (250, 206, 216), (248, 222, 230)])
    ornaments.waves(c, rng, (236, 150, 176), 0.3, 7, (430, 60, 860, 540))
    ornaments.rosette(c, rng, 690, 420, 170, (226, 120, 150), 0.3)
    c.box(36, 30, 212, 118, (96, 40, 92))
    ornaments.emblem(c, 124, 74, 38, (236, 226, 236), 8)
    c.text("PERMIS DE CONDUITE", 250, 58, "open-bold", 31, (44, 70, 150))
    c.text("FÉDÉRATION DE KESTRIE", 250, 86, "sans", 17, (44, 70, 150))
    c.text("DRIVING LICENCE · FÜHRERZETTEL", 836, 86, "roboto-condensed", 15, (44, 70, 150), anchor="r")
    ornaments.portrait(c, rng, 36, 136, 226, 388, (236, 238, 240))

    def row(number, name, kind, value, x, baseline, layout="", alphabet="", size=25):
        c.text(number, x, baseline, "sans-bold", 21, (60, 78, 150))
        c.field(name, kind, value, x + 46, baseline, "roboto", size, layout, alphabet, color=(52, 50, 56))

    names, texts = name_alphabet(_KESTRIA), text_alphabet(_KESTRIA)
    row("1.", "surname", "latin", person.surname, 250, 134, "", names, 28)
    row("2.", "given_names", "latin", person.given_names, 250, 172, "", names, 28)
    born = people.day_first(person.birth)
    row("3.", "birth_date", "date", born, 250, 214, "dd.mm.yyyy", _DATE)
    c.field("birth_place", "text", person.birth_place, 452, 214, "roboto", 23, "", names, color=(52, 50, 56))
    row("4a.", "issue_date", "date", people.day_first(person.issue), 250, 252, "dd.mm.yyyy", _DATE)
    row("4c.", "authority", "text", "PRÉFECTURE " + rng.choice("ABCDE") + "-%d" % rng.randint(10, 99), 480, 252, "", texts, 23)
    row("4b.", "expiry_date", "date", people.day_first(person.expiry), 250, 290, "dd.mm.yyyy", _DATE)
    row("4d.", "personal_number", "docnum", people.digits(rng, 11), 480, 290, "", DIGITS, 23)
    row("5.", "document_number", "docnum", people.digits(rng, 2) + people.letters(rng, 2) + people.digits(rng, 5), 250,
        328, "", LETTERS + DIGITS)
    c.text("7.", 250, 390, "sans-bold", 21, (60, 78, 150))
    ornaments.signature(c, rng, 296, 344, 520, 408, (40, 40, 46))
    row("8.", "address", "text", person.address, 36, 436, "", texts, 23)
    row("9.", "categories", "other", rng.choice(("AM/B1/B", "AM/A1/B/BE", "B", "AM/B/C1")), 36, 482, "",
        LETTERS + DIGITS + "/", 30)
    ornaments.flag(c, 720, 24, 836, 62, [(36, 120, 110), (240, 226, 186), (112, 52, 112)])
    ornaments.microtext(c, "KESTRIEKESTRIAKESTRIEN", 36, 510, 824, (170, 70, 110))
    return c


def residence_permit(rng):
    person = people.make_person(rng, "UTO", _ARVENIA, 5)
    c = Canvas(*_ID1, (232, 240, 232))
    ornaments.tint(c, [(214, 234, 222), (240, 240, 214), (236, 230, 244), (216, 236, 232)])
    ornaments.waves(c, rng, (140, 190, 160), 0.35, 8)
    ornaments.waves(c, rng, (190, 170, 210), 0.25, 14)
    ornaments.rosette(c, rng, 700, 260, 120, (130, 170, 150), 0.35)
    green = (34, 92, 74)
    c.text("GRÃO-DUCADO DE ARVÉNIA", 40, 48, "roboto-medium", 22, green)
    c.text("TÍTULO DE RESIDÊNCIA", 40, 84, "roboto-condensed-bold", 33, green)
    c.text("RESIDENCE PERMIT", 500, 82, "roboto-condensed", 22, green)
    ornaments.emblem(c, 800, 58, 38, green, 5)
    ornaments.portrait(c, rng, 40, 120, 262, 404, (220, 226, 222))

    def item(caption, name, kind, value, x, baseline, layout="", alphabet="", **how):
        c.caption(caption, x, baseline - 27, 12, green, "narrow")
        c.field(name, kind, value, x, baseline, "roboto-condensed-bold", 27, layout, alphabet, color=(28, 34, 34), **how)

    spaced, names = DIGITS + " ", name_alphabet(_ARVENIA)
    item("APELIDOS E NOMES / SURNAME", "surname", "latin", person.surname, 292, 146, "", names)
    item("NOMES PRÓPRIOS / GIVEN NAMES", "given_names", "latin", person.given_names, 292, 202, "", names)
    item("SEXO", "sex", "other", person.sex, 292, 258, "", "FM")
    item("NACIONALIDADE", "nationality", "other", person.nationality, 370, 258, "AAA", LETTERS)
    item("DATA DE NASCIMENTO", "birth_date", "date", people.day_first(person.birth, " "), 540, 258, "dd mm yyyy", spaced)
    item("TIPO DE TÍTULO / TYPE OF PERMIT", "permit_type", "text",
         rng.choice(("TRABALHO ALTAMENTE QUALIFICADO", "ESTUDANTE", "REAGRUPAMENTO FAMILIAR", "INVESTIGAÇÃO CIENTÍFICA")),
         292, 314, "", names)
    item("VÁLIDO DE", "issue_date", "date", people.day_first(person.issue, " "), 292, 370, "dd mm yyyy", spaced)
    item("VÁLIDO ATÉ", "expiry_date", "date", people.day_first(person.expiry, " "), 540, 370, "dd mm yyyy", spaced)
    item("OBSERVAÇÕES / REMARKS", "remarks", "text",
         rng.choice(("AUTORIZA O EXERCÍCIO DE ATIVIDADE", "SEM RESTRIÇÕES", "ACESSO AO MERCADO DE TRABALHO")), 292, 426,
         "", names)
    number = "AV" + people.digits(rng, 7)
    c.field("document_number", "docnum", number, 292, 500, "ocr-b", 36, "", LETTERS + DIGITS, tracking=2.0)
    c.caption("ASSINATURA", 600, 462, 12, green, "narrow")
    ornaments.signature(c, rng, 596, 466, 836, 524, (30, 30, 40))
    ornaments.ghost(c, 56, 420, 126, 510, "photo")
    ornaments.hologram(c, rng, 200, 450, 60)
    return c
