"""Texts for training lines: what stands in the fields of identity documents, made from general lists and at random.

No data set is a source. Every function takes a random.Random and returns a string over alphabet.ALPHABET.
"""
import random
import string

import alphabet
import print_texts

DIGITS = string.digits
UPPER = string.ascii_uppercase
GIVEN = ("ANNA MARIA JAN PETER EVA THOMAS LUCA SOFIA ELENA PAVEL MARTA OLGA IVAN NINA LEON EMMA NOAH MIA PAUL LAURA ANDREI DANIEL "
         "KATARZYNA JÓZEF ŁUKASZ MAŁGORZATA ZOFIA JIŘÍ TOMÁŠ ŠÁRKA LUKÁŠ DOMINIK BARBORA ZSÓFIA GÁBOR LÁSZLÓ ISTVÁN ÁGNES BÉLA JÜRGEN JÖRG BJÖRN "
         "GÜNTHER KÄTHE SÖREN ÅSA ØYVIND SØREN ÞÓR GUÐRÚN ÞÓRA HÅKON MÄRTA JOSÉ MARÍA BEGOÑA ÍÑIGO JOÃO CONCEIÇÃO ANTÓNIO FRANÇOIS HÉLÈNE "
         "RENÉ ZOË ANDRÉ JÉRÔME AGNÈS BENOÎT ŞEBNEM ÇAĞLA İBRAHİM GÖKHAN AYŞE ÖZGÜR ÜMİT IOANA ȘTEFAN ȚUȚEA MĂDĂLINA ION CĂTĂLIN ŽELJKO ĐORĐE "
         "SAŠA MILOŠ ČEDOMIR NIKOLA ANTE VESNA JĀNIS ĒRIKA ĢIRTS LĪGA KĀRLIS AGNĖ VYTAUTAS ŽYDRŪNAS RŪTA ÕNNE ÜLLE PRIIT MARI WILLIAM GRACE "
         "JACK EMILY OLIVER GEORGE HARRY CHARLOTTE ALICE KENJI YUKI WEI LI MING CHEN PRIYA ARJUN AHMED FATIMA OMAR YUSUF LEILA HASSAN AMINA "
         "ƏLİ NƏRMİN RƏŞAD GÜLNARƏ ŞƏHLA MƏHƏMMƏD TƏRANƏ ƏHMƏD KWAME ABENA THABO NALEDI CARLOS LUIS ANA JUANA PEDRO DIEGO SERGEI DMITRI NATALIA OKSANA BOGDAN TARAS").split()
PARTICLES = ("VON", "VAN DER", "DE", "DE LA", "DI", "DA", "DOS", "AL", "EL", "BIN", "MC", "O'", "D'", "VAN", "ZU", "LE", "TER")
ENDINGS = ("SON SEN MANN ER OVÁ OV OVA SKI SKA SKÝ ENKO CHUK IĆ OVIĆ EZ ES I O A ESCU EANU OGLU OĞLU QIZI ZADƏ LAR NEN LA VIST STRÖM BERG FELDT HOLM GÅRD S "
           "AITĖ IENĖ AUSKAS IŅŠ IŅA YAN IAN DZE SHVILI IDIS OPOULOS ELLI INI ETTI ARD EAU OIS IER ÓW CZYK EK ÍK ÁK Ő Y NAGY").split()
PLACES = ("BERLIN PARIS MADRID LISBOA ROMA WARSZAWA KRAKÓW ŁÓDŹ BRNO PLZEŇ KOŠICE GYŐR PÉCS ZÜRICH GENÈVE KÖLN MÜNCHEN DÜSSELDORF GÖTEBORG MALMÖ "
          "TROMSØ ÅRHUS REYKJAVÍK TALLINN TARTU RĪGA VILNIUS KAUNAS ȘIMLEU IAȘI CLUJ CHIȘINĂU SOFIA VARNA BEOGRAD NOVI SAD SKOPJE TIRANA ZADAR "
          "RIJEKA LJUBLJANA MARIBOR İZMİR ADANA BURSA ANKARA KYIV LVIV ODESA MINSK TBILISI YEREVAN BAKI GƏNCƏ LƏNKƏRAN ŞƏKİ LONDON DUBLIN CORK BELFAST NEW YORK TOKYO "
          "OSAKA SEOUL HANOI DELHI MUMBAI CAIRO TUNIS RABAT LAGOS ACCRA NAIROBI LIMA QUITO BOGOTÁ SÃO PAULO BRASÍLIA").split()
STATES = ("GERMANY FRANCE POLSKA ÖSTERREICH ITALIA ESPAÑA PORTUGAL SVERIGE NORGE DANMARK SUOMI EESTI LATVIJA LIETUVA HRVATSKA SLOVENIJA SRBIJA "
          "MAGYARORSZÁG ROMÂNIA BULGARIA ELLAS TÜRKİYE UKRAINE GEORGIA ARMENIA JAPAN CHINA INDIA BRASIL CHILE PERÚ MÉXICO CANADA AUSTRALIA "
          "UTOPIA AZƏRBAYCAN NEDERLAND BELGIË BELGIQUE SUISSE SCHWEIZ ÍSLAND ÉIRE").split()
NATIONALITIES = ("DEUTSCH FRANÇAISE POLSKIE ÖSTERREICH ITALIANA ESPAÑOLA PORTUGUESA SVENSK NORSK DANSK SUOMI EESTI LATVIJAS LIETUVOS HRVATSKO "
                 "SLOVENSKO SRPSKO MAGYAR ROMÂNĂ AZƏRBAYCAN UTOPIAN BRITISH IRISH JAPAN INDIAN BRASILEIRA MEXICANA").split()
TITLES = ("Dr.", "Mag.", "Ing.", "Prof.", "Dipl.-Ing.", "Bc.", "MUDr.", "Mr", "Mrs", "Ms", "Hr.", "Fr.")
MONTHS = (
    "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC", "JAN FÉV MAR AVR MAI JUN JUL AOÛ SEP OCT NOV DÉC", "JAN FEB MÄR APR MAI JUN JUL AUG SEP OKT NOV DEZ",
    "STY LUT MAR KWI MAJ CZE LIP SIE WRZ PAŹ LIS GRU", "ENE FEB MAR ABR MAY JUN JUL AGO SEP OCT NOV DIC", "GEN FEB MAR APR MAG GIU LUG AGO SET OTT NOV DIC",
    "JAAN VEEBR MÄRTS APR MAI JUUNI JUULI AUG SEPT OKT NOV DETS", "OCA ŞUB MAR NİS MAY HAZ TEM AĞU EYL EKİ KAS ARA",
    "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER")
STREETS = ("STR.", "STRASSE", "UL.", "ULICA", "RUE DE", "AVENUE", "VIA", "CALLE", "RUA", "GATAN", "TN", "IELA", "G.", "STREET", "ROAD", "UTCA", "TŘ.", "NÁM.", "BD.", "CAD.", "SOK.", "ALLEE", "WEG", "PLATZ")
AUTHORITIES = ("MINISTRY OF INTERIOR", "POLICE", "AUTHORITY", "REGISTRY OFFICE", "CITY OF", "DISTRICT", "PREFECTURE", "MAGISTRAT", "LANDRATSAMT", "OKR.", "okr.", "MVD", "MUP", "PU", "DEPT. OF TRANSPORT", "DVLA")
WORDS = ("Surname Given names Date of birth Place Sex Nationality Authority Holder's signature Date of expiry Personal No. Passport Identity card Driving licence "
         "Republic Permanent residence Type Code Document number Height Eyes Valid until Issued by Category Remarks Male Female blue brown green none single "
         "Name Vorname Geburtsdatum Nom Prénom Nacimiento Válido Cognome Luogo Imię Nazwisko Jméno Příjmení Prezime Ime Datum Név Születési").split()
MRZ_CODES = "UTO D F POL AUT ITA ESP PRT SWE NOR DNK FIN EST LVA LTU HRV SVN SRB HUN ROU BGR GRC TUR GEO ARM JPN CHN IND BRA CHL PER MEX CAN AUS NLD BEL CHE ISL IRL GBR USA KOR".split()


def check_digit(field):
    """The check digit of ICAO 9303 part 3, 4.9: weights 7, 3, 1 over digits, letters A = 10 to Z = 35, and < = 0."""
    total = 0
    for index, character in enumerate(field):
        value = int(character) if character.isdigit() else 0 if character == "<" else ord(character) - 55
        total += value * (7, 3, 1)[index % 3]
    return str(total % 10)


def _digits(rng, count):
    """Digits: mostly random, at times runs, zeros or a sequence as specimens have them."""
    kind = rng.random()
    if kind < 0.08:
        return rng.choice(DIGITS) * count
    if kind < 0.13:
        start = rng.randrange(10)
        return "".join(DIGITS[(start + index) % 10] for index in range(count))
    if kind < 0.25:
        few = rng.sample(DIGITS, 2)
        return "".join(rng.choice(few) for _ in range(count))
    return "".join(rng.choice(DIGITS) for _ in range(count))


def _letters(rng, count, letters=UPPER):
    return "".join(rng.choice(letters) for _ in range(count))


def syllables(rng, count):
    """A pronounceable word in capitals."""
    onsets = "B C D F G H J K L M N P R S T V Z BR CH DR FR GR KR PL ST SCH TR SZ CZ TH KN SV".split()
    nuclei = "A E I O U Y AI EI OU IE AU UE OO AA".split()
    accents = "ÁÀÂÄÃÅĄĂĀÉÈÊËĘĚĒĖÍÌÎÏİĪĮÓÒÔÖÕØŐÚÙÛÜŮŰŪŲÝŸ"  # alike often, so that none is preferred in a doubt
    codas = ["", "", "", "N", "R", "S", "L", "T", "K", "M", "NT", "RG", "CH", "LL", "SS", "Š", "Č", "Ž", "Ř", "Ł", "Ń", "Ś", "Ğ", "Ş", "Ç", "Ņ", "Ķ", "Ļ", "Ţ", "Đ", "Ć"]
    word = ""
    for _ in range(count):
        nucleus = rng.choice(nuclei)
        if rng.random() < 0.45:
            nucleus = rng.choice(accents)
        coda = rng.choice(codas[:15] if rng.random() < 0.9 else codas)
        word += rng.choice(onsets) + nucleus + coda
    return word


def surname(rng):
    """A surname in capitals."""
    name = syllables(rng, rng.choice((1, 1, 2, 2, 3)))
    if rng.random() < 0.5:
        name += rng.choice(ENDINGS)
    if rng.random() < 0.06:
        particle = rng.choice(PARTICLES)
        name = particle + ("" if particle.endswith("'") else " ") + name
    if rng.random() < 0.08:
        name += rng.choice("- ") + syllables(rng, 2)
    return name[:24]


def cased(rng, text):
    """Mostly capitals, as documents print names."""
    kind = rng.random()
    if kind < 0.68:
        return text
    if kind < 0.94:
        return "".join(c if i == 0 or text[i - 1] in " -'(/" else c.lower() for i, c in enumerate(text)).replace("i̇", "i")
    return text.lower().replace("i̇", "i")


def name(rng):
    """One or more names, with titles at times."""
    kind = rng.random()
    if kind < 0.35:
        text = cased(rng, surname(rng))
    elif kind < 0.6:
        text = cased(rng, " ".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))))
    elif kind < 0.7:
        text = cased(rng, syllables(rng, rng.choice((1, 2, 3))))
    elif kind < 0.82:
        text = cased(rng, rng.choice(GIVEN) + rng.choice((" ", " ", ", ")) + surname(rng))
    elif kind < 0.9:
        text = cased(rng, surname(rng)) + rng.choice((", ", " ")) + cased(rng, rng.choice(GIVEN))
    else:
        text = _letters(rng, rng.randint(2, 10))
    if rng.random() < 0.06:
        text = rng.choice(TITLES) + " " + text
    if rng.random() < 0.04:
        text += rng.choice((" jr.", " JR", " II", " III", ", Ph.D."))
    return text


def date(rng):
    """A date in one of the orders and separators that documents use."""
    day, month, year = rng.randint(1, 31), rng.randint(1, 12), rng.randint(1920, 2049)
    kind = rng.random()
    if kind < 0.44:
        text = f"{day:02}.{month:02}.{year}"
    elif kind < 0.60:
        text = f"{day:02} {month:02} {year}"
    elif kind < 0.66:
        text = f"{day:02}{'/'}{month:02}/{year}" if rng.random() < 0.6 else f"{month:02}/{day:02}/{year}"
    elif kind < 0.72:
        text = f"{day:02}-{month:02}-{year}"
    elif kind < 0.77:
        separator = rng.choice(("-", "-", ".", "/", " "))
        text = f"{year}{separator}{month:02}{separator}{day:02}"
    elif kind < 0.80:
        text = f"{day}.{month}.{year}" if rng.random() < 0.5 else f"{day:02}. {month:02}. {year}"
    elif kind < 0.83:
        separator = rng.choice((".", "/", "-", " "))
        text = f"{day:02}{separator}{month:02}{separator}{year % 100:02}"
    elif kind < 0.85:
        text = f"{day:02}{month:02}{year}"
    else:
        months = rng.choice(MONTHS).split()
        word = months[month - 1]
        if rng.random() < 0.3:
            word = word.capitalize()
        separator = rng.choice((" ", " ", " ", ".", "-", "/"))
        if rng.random() < 0.25:
            word += rng.choice(("/", " / ")) + rng.choice(MONTHS[:8]).split()[month - 1]
        text = f"{day:02}{separator}{word}{separator}{year if rng.random() < 0.75 else f'{year % 100:02}'}"
    if rng.random() < 0.05:
        text = rng.choice(("3. ", "4a. ", "4b. ", "4a ", "4b ")) + text
    if rng.random() < 0.02:
        text += " " + rng.choice(PLACES)
    return text


def number(rng):
    """A document or personal number."""
    kind = rng.random()
    if kind < 0.38:
        return _digits(rng, rng.randint(4, 13))
    if kind < 0.66:
        return _letters(rng, rng.choice((1, 1, 2, 2, 3))) + rng.choice(("", "", "", " ", "-")) + _digits(rng, rng.randint(4, 9))
    if kind < 0.73:
        return _digits(rng, rng.randint(4, 9)) + _letters(rng, rng.choice((1, 1, 2, 3)))
    if kind < 0.85:
        parts = [_digits(rng, rng.randint(2, 4)) for _ in range(rng.randint(2, 4))]
        return rng.choice((" ", " ", "-", "/", ".")).join(parts)
    if kind < 0.89:
        return _digits(rng, 6) + rng.choice(("/", "-", "+", "A")) + _digits(rng, rng.choice((3, 4)))
    if kind < 0.93:
        return rng.choice(("№ ", "No. ", "Nr. ", "N° ", "5. ", "#")) + _digits(rng, rng.randint(5, 9))
    return "".join(rng.choice(UPPER + DIGITS + DIGITS) for _ in range(rng.randint(5, 14)))


def address(rng):
    """An address, place, state or authority."""
    kind = rng.random()
    if kind < 0.3:
        text = cased(rng, rng.choice(PLACES))
    elif kind < 0.45:
        text = cased(rng, rng.choice(STATES))
    elif kind < 0.55:
        text = cased(rng, rng.choice(NATIONALITIES))
        if rng.random() < 0.4:
            text += "/" + rng.choice(NATIONALITIES)
    elif kind < 0.6:
        text = cased(rng, " ".join(rng.choice(STREETS + PARTICLES + tuple("AIEOVZYU")) if word % 2 else syllables(rng, rng.choice((1, 2))) for word in range(3)))
    elif kind < 0.7:
        text = cased(rng, syllables(rng, 2)) + " " + cased(rng, rng.choice(STREETS)) + " " + str(rng.randint(1, 199)) + rng.choice(("", "", "A", "/2", " b"))
    elif kind < 0.8:
        text = _digits(rng, 5) + " " + cased(rng, rng.choice(PLACES))
    elif kind < 0.9:
        text = cased(rng, rng.choice(AUTHORITIES)) + rng.choice((" ", " - ", ", ", " I ", " i ", " V ", " v ", " DE ", " do ")) + cased(rng, rng.choice(PLACES))
    else:
        text = cased(rng, rng.choice(PLACES)) + rng.choice((", ", " / ", "-", " (")) + cased(rng, rng.choice(STATES))
        if "(" in text:
            text += ")"
    return text


def short(rng):
    """Sex, categories, height, country codes and other short entries."""
    kind = rng.randrange(8)
    if kind == 0:
        return rng.choice(("M", "F", "X", "M/M", "F/F", "K/F", "M / M", "Ž/F", "W", "K", "H", "T", "E/K", "m", "f"))
    if kind == 1:
        return rng.choice((" ", ", ", "/", "")).join(rng.sample(("A", "A1", "A2", "AM", "B", "B1", "BE", "C", "C1", "CE", "D", "D1", "DE", "T", "M"), rng.randint(1, 5)))
    if kind == 2:
        return f"{rng.randint(140, 205)}" + rng.choice((" cm", "cm", " CM", "")) if rng.random() < 0.7 else f"1{rng.choice('.,')}{rng.randint(40, 99)} m"
    if kind == 3:
        return rng.choice(MRZ_CODES)
    if kind == 4:
        return rng.choice(("P", "PA", "PM", "ID", "IR", "V", "AB+", "0 Rh-", "A Rh(+)", "BLU", "BRO", "GRN", "70", "78.", "01.06"))
    if kind == 5:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 4)))
    if kind == 6:
        return rng.choice(WORDS) + rng.choice((": ", "/", " / ", " - ")) + rng.choice(WORDS)
    return _letters(rng, rng.randint(1, 3)) if rng.random() < 0.5 else _digits(rng, rng.randint(1, 4))


def random_characters(rng):
    """Characters of the whole alphabet, so that no dictionary is learned and rare letters are seen."""
    kind = rng.random()
    length = rng.randint(1, 14)
    if kind < 0.35:
        pool = alphabet.LATIN_LETTERS * 2 + UPPER + string.ascii_lowercase
    elif kind < 0.6:
        pool = UPPER * 3 + DIGITS * 3 + ".,-/ "
    elif kind < 0.8:
        pool = alphabet.ASCII
    else:
        pool = "".join(c for c in alphabet.LATIN_LETTERS if c.isupper()) + UPPER * 2 + " "
    return "".join(rng.choice(pool) for _ in range(length))


def mrz_line(rng):
    """A line of a machine readable zone: TD1, TD2, TD3, MRV-A or MRV-B (ICAO 9303 parts 4 to 7)."""
    def optional(width):
        text = "" if rng.random() < 0.5 else "".join(rng.choice(UPPER + DIGITS * 2) for _ in range(rng.randint(1, width)))
        return text.ljust(width, "<")

    def names(width):
        plain = [_letters(rng, rng.randint(2, 12)) if rng.random() < 0.3 else "".join(c for c in syllables(rng, rng.randint(1, 4)) if c in UPPER) or "A" for _ in range(5)]
        text = plain[0] + ("<" + plain[1] if rng.random() < 0.15 else "") + "<<" + plain[2] + ("<" + plain[3] if rng.random() < 0.35 else "")
        return text[:width].ljust(width, "<")

    def birth():
        text = f"{rng.randint(0, 99):02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
        return text + check_digit(text)

    document = (_letters(rng, rng.choice((0, 1, 2, 2, 3))) + _digits(rng, 7))[:9].ljust(9, "<") if rng.random() < 0.7 else "".join(rng.choice(UPPER + DIGITS * 2) for _ in range(9))
    document += check_digit(document)
    state = rng.choice(MRZ_CODES).ljust(3, "<") if rng.random() < 0.8 else _letters(rng, 3)
    sex = rng.choice("MF<")
    kind = rng.randrange(7)
    if kind == 0:
        return rng.choice(("ID", "I<", "IR", "AC", "C<")) + state + document + optional(15)
    if kind == 1:
        second = birth() + sex + birth() + state + optional(11)
        return second + check_digit(document + second[:7] + second[8:15] + second[18:29])
    if kind == 2:
        return names(30)
    if kind == 3:
        return rng.choice(("P<", "P<", "PA", "PM", "PO", "V<")) + state + names(39)
    if kind == 4:
        second = document + state + birth() + sex + birth() + (personal := optional(14))
        second += check_digit(personal)
        return second + check_digit(second[:10] + second[13:20] + second[21:43])
    if kind == 5:
        return rng.choice(("I<", "ID", "V<", "P<")) + state + names(31)
    second = document + state + birth() + sex + birth() + optional(7)
    return second + check_digit(second[:10] + second[13:20] + second[21:35])


# Characters alike at random teach a network to doubt the digits of dates: with three of them in a hundred lines 0 was read as Q.
KINDS = ((0.25, "date", date), (0.15, "number", number), (0.205, "name", name), (0.10, "address", address), (0.04, "short", short),
         (0.03, "random", random_characters), (0.07, "mrz", mrz_line), (0.055, "caption", print_texts.caption), (0.05, "sentence", print_texts.sentence),
         (0.045, "receipt", print_texts.receipt), (0.005, "alike", print_texts.alike))


def draw_text(rng):
    """(kind, text) of a random field: at least one visible character, single spaces, none at the ends."""
    while True:
        value = rng.random()
        for share, kind, function in KINDS:
            if value < share:
                break
            value -= share
        text = " ".join(function(rng).split())
        if text and len(text) <= 48 and all(character in alphabet.INDEX for character in text):
            return kind, text


if __name__ == "__main__":
    generator = random.Random(1)
    for _ in range(60):
        print(*draw_text(generator), sep="\t")
