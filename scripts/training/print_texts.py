"""Texts of what is printed about fields: captions, sentences and addresses in small letters, lines of receipts, and characters that look alike.

As in text.py, every function takes a random.Random and returns a string over alphabet.ALPHABET.
"""
import string

CAPTIONS = ("Surname", "Given names", "Name", "Vorname", "Nachname", "Nom", "Prénoms", "Apellidos", "Nombre", "Cognome", "Nome", "Naam", "Efternavn", "Förnamn",
            "Etunimi", "Soyadı", "Doğum tarixi", "Cinsi", "Şəxsiyyət vəsiqəsi", "Vətəndaşlığı", "Etibarlıdır", "Verən orqan",
            "Nazwisko", "Imiona", "Příjmení", "Jméno", "Priezvisko", "Meno", "Családi név", "Utónév", "Prezime", "Ime", "Nume", "Prenume", "Soyadı",
            "Adı", "Pavardė", "Vardas", "Uzvārds", "Vārds", "Perekonnanimi", "Eesnimi", "Mbiemri", "Date of birth", "Geburtsdatum", "Date de naissance",
            "Fecha de nacimiento", "Data di nascita", "Data urodzenia", "Datum narození", "Születési idő", "Datum rođenja", "Doğum tarihi", "Fødselsdato",
            "Syntymäaika", "Sünniaeg", "Gimimo data", "Place of birth", "Geburtsort", "Lieu de naissance", "Luogo di nascita", "Miejsce urodzenia", "Sex", "Sexe",
            "Geschlecht", "Płeć", "Pohlaví", "Spol", "Cinsiyeti", "Nationality", "Nationalité", "Staatsangehörigkeit", "Obywatelstwo", "Državljanstvo", "Uyruğu",
            "Date of issue", "Date of expiry", "Gültig bis", "Date d'expiration", "Data ważności", "Platnost do", "Vrijedi do", "Son geçerlilik", "Authority",
            "Ausstellende Behörde", "Autorité", "Organ wydający", "Vydal", "Izdaje", "Document No.", "Personal No.", "No. du document", "Height", "Taille", "Größe",
            "Eye colour", "Augenfarbe", "Signature of bearer", "Unterschrift", "Podpis", "Residence", "Wohnort", "Domicile", "Valid until", "Type", "Code", "Passport",
            "Passeport", "Reisepass", "Identity card", "Carte d'identité", "Personalausweis", "Permis de conduire", "Führerschein", "Driving licence", "Remarks")
SMALL = ("the of and to in for der die das und von für de la le les et du des en el los por del il di che per con w na z do i o se je za na a v ve bir bu och av på til "
         "er det this card is property must be returned holder if found please any valid until state issued office police republic ministry kingdom union member "
         "thank you your visit open daily street floor phone total cash change item price tax sum date time table guest service no yes").split()
GOODS = ("Coffee Tea Milk Bread Butter Cheese Water Beer Wine Salad Soup Pizza Burger Rice Chicken Fish Apple Orange Sugar Cake Menu Espresso Cappuccino Brot Käse "
         "Kaffee Wasser Pain Fromage Queso Leche Latte Chleb Mleko Piwo Voda Pivo Kola Juice Ice Large Small Set Combo").split()
TOTALS = ("TOTAL", "Total", "SUBTOTAL", "Subtotal", "SUMME", "Summe", "MONTANT", "TOTALE", "SUMA", "CASH", "Cash", "CHANGE", "Change", "VAT", "MwSt", "TVA", "IVA",
          "TAX", "GST", "DISCOUNT", "BALANCE", "VISA", "Amount due", "Rounding", "Net", "BAR", "EUR")
ALIKE = ("0OD0Q0O", "1Il1Il|/", "5S5S", "2Z2Z7", "6868B3", "8B8B", "()()[]", "4A4A", "VUVYW", "CGCGO0", "rnmnm", "EFEF", "PRPR", ".,.,:;", "0123456789")
MARKS = ".,-/:'() "


def _word(rng):
    """A word in small letters, of a list or made up."""
    if rng.random() < 0.6:
        return rng.choice(SMALL)
    return "".join(rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiouaeiouyáéíóúäöüěščřžåøąęłńśćõîâ") for _ in range(rng.randint(1, 4)))[:rng.randint(2, 9)]


def _price(rng):
    whole = rng.choice((rng.randint(0, 9), rng.randint(0, 99), rng.randint(0, 999)))
    return f"{whole}{rng.choice('..,')}{rng.randint(0, 99):02}"


def caption(rng):
    """A caption, often in two languages, at times with the number that driving licences give it."""
    text = rng.choice(CAPTIONS)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        text += rng.choice((" / ", "/", " - ", " | ", ", ", " ")) + rng.choice(CAPTIONS)
    if rng.random() < 0.15:
        text = rng.choice(("1.", "2.", "3.", "4a.", "4b.", "4c.", "5.", "7.", "8.", "9.", "(1)", "(2)", "1", "12.")) + " " + text
    if rng.random() < 0.2:
        text += rng.choice((":", ":", ".", " *", " (1)", " (8)"))
    kind = rng.random()
    return text.upper().replace("ß", "SS") if kind < 0.3 else text.lower() if kind < 0.4 else text


def sentence(rng):
    """Small letters: a sentence, an address of the net, a telephone number with its word."""
    kind = rng.random()
    if kind < 0.1:
        return rng.choice(("www.", "http://", "")) + _word(rng) + rng.choice((".", "-")) + _word(rng) + rng.choice((".com", ".de", ".org", ".eu", ".gov"))
    if kind < 0.15:
        return _word(rng) + rng.choice(("@", ".info@")) + _word(rng) + rng.choice((".com", ".net", ".pl"))
    if kind < 0.3:
        number = "".join(rng.choice(string.digits) for _ in range(rng.randint(6, 10)))
        cut = rng.randint(2, 4)
        return rng.choice(("Tel. ", "Tel: ", "TEL ", "Phone: ", "Fax ", "T ", "")) + rng.choice(("", "+", "(0", "0")) + number[:cut] + rng.choice((" ", "-", ") ", "/")) + number[cut:]
    words = [_word(rng) for _ in range(rng.randint(1, 7))]
    if rng.random() < 0.7:
        words[0] = words[0].capitalize()
    for index in range(1, len(words)):
        if rng.random() < 0.12:
            words[index] = words[index].capitalize()
        if rng.random() < 0.08:
            words[index - 1] += rng.choice((",", ".", ";", ":"))
    return " ".join(words)[:46] + rng.choice(("", "", ".", "!", "?"))


def receipt(rng):
    """A line of a receipt or an invoice."""
    kind = rng.random()
    if kind < 0.25:
        return _price(rng)
    if kind < 0.45:
        money = rng.choice(("", "", "EUR ", "$", "USD ", "CHF ", "RM", "£")) + _price(rng) + rng.choice(("", "", " A", " B", " EUR", "-"))
        return rng.choice(TOTALS) + rng.choice((" ", ": ", "  ", " (incl.) ", " 20% ", " 7,00% ")) + money
    if kind < 0.7:
        goods = " ".join(rng.choice(GOODS) for _ in range(rng.randint(1, 3)))
        goods = goods.upper() if rng.random() < 0.45 else goods
        count = rng.choice(("", "", f"{rng.randint(1, 12)} ", f"{rng.randint(1, 9)}x ", f"{rng.randint(1, 9)} x "))
        return count + goods + rng.choice(("", " " + _price(rng), " " + _price(rng) + " " + rng.choice("AB")))
    if kind < 0.8:
        return f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}" + rng.choice(("", f":{rng.randint(0, 59):02}", " AM", " PM", "h"))
    if kind < 0.9:
        return rng.choice(("Table", "No", "Nr", "Bill", "Receipt", "Invoice", "Check", "Order", "Guests", "Term", "REF", "ID")) + rng.choice((" ", ": ", " #", ". ")) + str(rng.randint(1, 99999))
    return f"{rng.randint(1, 20)} x {_price(rng)}" + rng.choice(("", " = " + _price(rng)))


def alike(rng):
    """Characters that are told apart by little: 0 and O, 1, I and l, 5 and S, brackets, marks and spaces."""
    text = ""
    for _ in range(rng.randint(1, 4)):
        pool = rng.choice(ALIKE)
        text += "".join(rng.choice(pool) for _ in range(rng.randint(1, 5)))
        if rng.random() < 0.4:
            text += rng.choice(MARKS)
    return text
