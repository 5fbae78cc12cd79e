"""Names and sentences of the demo town; all invented."""

import random
import textwrap
from typing import Any

SETTINGS = {
    "office_hours_en": "Tuesday and Thursday, 9 am to 12 noon",
    "impressum": (
        "Dies ist eine Vorführung. Alle Personen, Vereine und Betriebe sind erfunden.\n\n"
        "Angaben nach § 5 DDG: Stadt Stadthagen, vertreten durch den Bürgermeister, Rathauspassage 1, "
        "31655 Stadthagen.\n\n"
        "Verantwortlich für den Inhalt (§ 18 Abs. 2 MStV): Maren Albrecht, Koordination der Digitallotsen."
    ),
    "dpo_contact": "datenschutz@stadthagen.example, Telefon 05721 782-115",
    "privacy_text": "Diese Vorführung speichert nur erfundene Angaben. Bitte tragen Sie hier nichts Echtes ein.",
    "accessibility_gaps": (
        "Dateien, die wir von anderen bekommen und weitergeben, sind nicht immer barrierefrei. Wir erstellen sie nicht "
        "selbst. Rufen Sie uns an, dann erklären wir den Inhalt."
    ),
}

PHONES = {
    "koordination": "05721 782-140",
    "admin": "05721 782-141",
    "lotsin": "05721 930417",
    "verein": "05721 884206",
}

PILOT: dict[str, Any] = {
    "headline": "Websites und Newsletter, die ein Verein selbst pflegen kann",
    "about": (
        "Ich habe fünfzehn Jahre in einer Agentur Internetseiten gebaut, meist mit WordPress. Heute "
        "helfe ich Vereinen, "
        "eine alte Homepage zu erneuern, Termine und Anmeldungen online anzubieten und einen Newsletter "
        "zu verschicken. "
        "Mir ist wichtig, dass am Ende zwei Leute aus dem Verein allein zurechtkommen."
    ),
    "postcode": "31655",
    "topics": [{"slug": "website", "level": 3}, {"slug": "messenger-newsletter", "level": 2}],
    "languages": ["de", "en"],
    "modes": ["on_site", "remote"],
    "radius_km": 25,
    "availability": [],
    "org_kinds": ["business", "club", "institution"],
    "capacity": 5,
}

APPLICANTS = (
    ("Nora Petersen", "Ich arbeite im Einkauf und kann gut mit Tabellen umgehen. Das gebe ich gern weiter."),
    ("Hartmut Jäckel", "Früher habe ich Telefonanlagen gebaut. WLAN und Router richte ich bei Nachbarn ein."),
    ("Leonie Sauer", "Ich studiere Medien und schneide Videos. Vereinen zeige ich gern, wie das mit dem Handy geht."),
    ("Dieter Wulf", "Als Steuerberater im Ruhestand kenne ich Programme für die Buchhaltung und die E-Rechnung."),
    ("Mirko Senft", "Ich kann Computer zusammenbauen und alte Rechner mit Linux wieder flott machen."),
    ("Gudrun Marx", "Dreißig Jahre Sekretariat: Serienbriefe, Ablage, Kalender. Heute zeige ich anderen, wie es geht."),
    ("Peter Lüdtke", "Ich habe einen Onlineshop für Ersatzteile geführt und kenne mich mit Versand und Zahlung aus."),
)

FIRST_NAMES = (
    "Anke Bernd Carola Detlef Elke Frauke Günter Heidi Ilse Jochen Kerstin Lothar Monika Norbert Olga "
    "Petra Ralf Silvia Thorsten Ulrike Volker Wiebke Yasemin Zita Astrid Björn Christa Dirk Edith Frank "
    "Gisela Harald Ines Jörg Katja"
)
LAST_NAMES = (
    "Ahrens Bartling Cordes Dettmer Engelke Fischbeck Grabe Hasemann Ilsemann Jahns Kappmeier Lohrberg "
    "Meinert Nolting Oelkers Pinkenburg Riechers Schaper Tatge Ulrich Vehling Wessel Ziegler Bothe Drewes "
    "Harting Kreipe Mensching Prange Reese Sölter Thies Völker Wilharm Bredthauer"
)


def name(chance: random.Random) -> str:
    """A person's name."""
    return f"{chance.choice(FIRST_NAMES.split())} {chance.choice(LAST_NAMES.split())}"


def phone(chance: random.Random) -> str:
    """A telephone number of the region."""
    return f"{chance.choice(('05721', '05722', '05725', '05724'))} {chance.randint(100000, 999999)}"


def profile(own_words: str) -> dict[str, Any]:
    """A short profile from own words."""
    return PILOT | {
        "headline": textwrap.shorten(own_words.split(". ")[0].rstrip("."), 80, placeholder=" …"),
        "about": own_words,
        "topics": [{"slug": "digital-learning", "level": 2}],
        "capacity": 1,
    }


CLUB_REQUESTS: dict[str, dict[str, Any]] = {
    "used": {
        "title": "Newsletter statt Rundbrief",
        "description": (
            "Wir schicken viermal im Jahr einen Rundbrief mit der Post an 240 Mitglieder. Das kostet viel "
            "Porto. Wir möchten "
            "einen Newsletter per E-Mail anbieten und brauchen jemanden, der mit uns das passende Werkzeug aussucht."
        ),
        "topics": ("messenger-newsletter",),
    },
    "running": {
        "title": "Programmseite, die wir selbst ändern können",
        "description": (
            "Unsere Konzerte und Lesungen stehen auf einer Seite, die nur ein früheres Mitglied ändern kann. "
            "Wir wünschen uns "
            "eine einfache Website, auf der wir Termine selbst eintragen. Zwei von uns möchten es lernen."
        ),
        "topics": ("website",),
    },
    "accepted": {
        "title": "Karten für Konzerte online verkaufen",
        "description": (
            "Bisher reservieren die Leute auf dem Anrufbeantworter. Wir möchten Karten im Internet "
            "verkaufen, mit Sitzplan und "
            "einer Liste für den Einlass. Der Saal hat 120 Plätze. Was kostet so etwas, und wer zeigt es uns?"
        ),
        "topics": ("events-ticketing",),
    },
    "query": {
        "title": "Fotos aus 30 Jahren sichern",
        "description": (
            "In unserem Büro liegen Kisten mit Fotos und einige CDs. Wie bekommen wir das sicher auf einen Rechner?"
        ),
        "topics": ("photo-video-audio",),
    },
}

PHONE_REQUEST: dict[str, Any] = {
    "title": "Einladungen für 90 Mitglieder",
    "description": (
        "Der Heimatverein schreibt jedes Jahr 90 Einladungen mit der Hand. Herr Kruse hat einen Rechner "
        "mit Word und möchte "
        "lernen, wie man die Adressen aus einer Liste in den Brief bekommt."
    ),
    "organisation_name": "Heimatverein Probsthagen",
    "contact_name": "Wilhelm Kruse",
    "contact_phone": "05721 336021",
    "topics": ("membership-management",),
}
UNCONFIRMED: dict[str, Any] = {
    "title": "Speisekarte im Internet",
    "description": (
        "Wir haben ein kleines Café am Markt. Gäste fragen am Telefon nach der Tageskarte. Wie kommt sie "
        "jeden Morgen ins Netz?"
    ),
    "organisation_name": "Café Kännchen",
    "contact_name": "Ursula Knoke",
    "contact_email": "kaennchen@post.example",
    "contact_phone": "05721 771902",
    "topics": ("website",),
}

GOALS = (
    "Zwei Leute kommen am Ende allein zurecht.",
    "Alles ist eingerichtet, und eine kurze Anleitung liegt bereit.",
    "Wir wissen, welches Programm passt, und haben damit angefangen.",
    "Die wichtigsten Schritte sind geübt und aufgeschrieben.",
)
PLACES = ("Bei Ihnen vor Ort", "Stadtbücherei, Gruppenraum", "Per Video", "Am Telefon", "Im Vereinsheim")
PRAISE = (
    "Geduldig, freundlich und immer auf den Punkt. Vielen Dank!",
    "Endlich hat uns das jemand so erklärt, dass wir es verstehen.",
    "Sehr angenehm. Wir haben an drei Abenden mehr gelernt als in drei Jahren.",
    "Ohne diese Hilfe hätten wir das nie angepackt.",
)
CRITICISM = ("", "", "", "Der erste Termin hat etwas lange auf sich warten lassen.")
MESSAGES = {
    "pilot": (
        "Schön, dass wir uns getroffen haben. Bitte suchen Sie bis zum nächsten Mal die Zugangsdaten heraus, "
        "und schicken Sie mir kein Passwort: Das geben Sie selbst ein."
    ),
    "member": "Danke, die Unterlagen liegen bereit. Passt es Ihnen nächste Woche wieder am Abend?",
}
NOTES = ("Erstes Treffen", "Vorbereitung zu Hause", "Zweites Treffen", "Telefonat", "Fragen per E-Mail beantwortet")
QUESTION = "Wie viele Bilder sind es ungefähr, und haben Sie einen Rechner mit genug Platz?"
PILOT_QUESTION = "Ist das Mischpult digital, und wer darf daran etwas umstecken?"
ANSWER = (
    "Dafür brauchen Sie keinen Termin: Die Verbraucherzentrale hat dazu ein kurzes Merkblatt, das wir Ihnen schicken."
)
REFERRALS = {
    "A-R08": "Freiwilligenagentur des Landkreises",
    "A-R16": "Seniorenbüro der Stadt",
    "A-R24": "Landesverband der Gehörlosen",
}
