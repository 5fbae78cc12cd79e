"""The processing activities of the programme. Facts only: a town's own sentences stand in its settings."""

from flask_babel import lazy_gettext as _l

from .entry import Activity

CONSENT = _l("Ihre Einwilligung (Art. 6 Abs. 1 Buchst. a DSGVO)")
TASK = _l("öffentliche Aufgabe der Kommune (Art. 6 Abs. 1 Buchst. e und Abs. 3 DSGVO mit § 3 NDSG)")
CONSENT_OR_TASK = _l(
    "Ihre Einwilligung (Art. 6 Abs. 1 Buchst. a DSGVO), daneben die öffentliche Aufgabe der Kommune "
    "(Art. 6 Abs. 1 Buchst. e DSGVO mit § 3 NDSG)"
)
HONORARY = _l(
    "Ihre Einwilligung (Art. 6 Abs. 1 Buchst. a DSGVO); für Pflichten, Verschwiegenheit und Auszeichnung das "
    "Ehrenamt (Art. 6 Abs. 1 Buchst. e DSGVO mit §§ 38 bis 43 NKomVG)"
)
DUTY = _l("rechtliche Pflicht der Kommune (Art. 6 Abs. 1 Buchst. c DSGVO mit Art. 5 Abs. 2, 7 Abs. 1 und 32 DSGVO)")

OFFICE = _l("Koordination")
STAFF = _l("Koordination und Verwaltung")
IN_EXPORT = _l("ja, unter „Meine Daten“")
AT_ONCE = _l("sofort, auf Wunsch oder mit dem Konto")

ACTIVITIES = (
    Activity(
        key="account",
        title=_l("Konto und Anmeldung"),
        purpose=_l("sich anmelden, Nachrichten bekommen, Zugang schützen"),
        basis=CONSENT_OR_TASK,
        persons=_l("Lotsinnen und Lotsen, Ansprechpersonen, Mitarbeitende"),
        data=_l("Name, E-Mail-Adresse, Telefon, Sprache, Rollen, Passwort als Prüfwert, Anmeldungen mit Gerät"),
        seen_by=_l("Sie selbst, Koordination und Verwaltung; Passwort und Geheimnisse niemand"),
        kept=("accounts_idle", "links"),
        also_kept=_l("Anmeldungen enden nach Stunden, die Zählung von Fehlversuchen nach einem Tag"),
        exported=IN_EXPORT,
        erased=AT_ONCE,
    ),
    Activity(
        key="consent",
        title=_l("Einwilligungen"),
        purpose=_l("nachweisen, wozu Sie Ja gesagt haben, und es zurücknehmen können"),
        basis=DUTY,
        persons=_l("alle, die etwas zugesagt haben"),
        data=_l("Zweck, Fassung des Textes, Tag, Weg, wer es eingetragen hat, Rücknahme"),
        seen_by=_l("Sie selbst, Koordination und Verwaltung"),
        kept=("consents",),
        exported=IN_EXPORT,
        erased=_l("der Nachweis bleibt ohne Namen bis zum Ende der Frist"),
    ),
    Activity(
        key="pilot",
        title=_l("Bewerbung und Profil der Lotsinnen und Lotsen"),
        purpose=_l("den Titel verleihen und passende Anfragen vorschlagen"),
        basis=HONORARY,
        persons=_l("Lotsinnen und Lotsen, Bewerberinnen und Bewerber"),
        data=_l(
            "Kenntnisse, Zeiten, Ort, Sprachen, Gespräch, Pflichten, Verbindungen zu Anbietern, Ausnahmen; "
            "vom Führungszeugnis nur, wann und von wem es gesehen wurde"
        ),
        seen_by=_l("Koordination; nach Ihrem Ja die Organisation einen Teil; öffentlich nur mit Einwilligung"),
        kept=("pilots_ended", "pilots_rejected"),
        also_kept=_l("Entwürfe nach den Fristen des Ablaufs"),
        exported=IN_EXPORT,
        erased=AT_ONCE,
    ),
    Activity(
        key="organisation",
        title=_l("Organisationen und ihre Ansprechpersonen"),
        purpose=_l("wissen, wer für wen um Hilfe bittet, und einmal prüfen, dass es stimmt"),
        basis=CONSENT_OR_TASK,
        persons=_l("Ansprechpersonen von Unternehmen, Vereinen und Einrichtungen"),
        data=_l("Zugehörigkeit, Aufgabe, Tag der Prüfung"),
        seen_by=STAFF,
        kept=("accounts_idle",),
        exported=IN_EXPORT,
        erased=AT_ONCE,
    ),
    Activity(
        key="request",
        title=_l("Anfragen"),
        purpose=_l("Hilfe vermitteln"),
        basis=CONSENT_OR_TASK,
        persons=_l("Ansprechpersonen; wer im Text der Anfrage vorkommt"),
        data=_l("Anliegen in eigenen Worten, Organisation, Ansprechperson, Erreichbarkeit, Zeiten, Kinder dabei"),
        seen_by=_l(
            "Koordination; wer gefragt wird, liest den freigegebenen Kurztext; Kontakt erst, wenn beide Ja gesagt haben"
        ),
        kept=("requests_closed",),
        also_kept=_l("Entwürfe nach den Fristen des Ablaufs, halb ausgefüllte Formulare zwei Tage"),
        exported=IN_EXPORT,
        erased=AT_ONCE,
    ),
    Activity(
        key="proposal",
        title=_l("Vorschläge und Antworten"),
        purpose=_l("zu einer Anfrage die passende Person finden; ein Mensch entscheidet"),
        basis=TASK,
        persons=_l("Lotsinnen und Lotsen"),
        data=_l("Begründung, Punktzahl, Antwort mit Grund, Ausnahmen"),
        seen_by=OFFICE,
        kept=("proposal_texts",),
        exported=IN_EXPORT,
        erased=AT_ONCE,
    ),
    Activity(
        key="engagement",
        title=_l("Begleitungen"),
        purpose=_l("die Hilfe begleiten, Stunden bescheinigen, nachfragen, was daraus wurde"),
        basis=CONSENT_OR_TASK,
        persons=_l("Lotsinnen und Lotsen, Ansprechpersonen"),
        data=_l("Termine, Nachrichten, Ziel, Stunden, Rückmeldungen, gemeldete Probleme"),
        seen_by=_l("beide Seiten, Koordination und Verwaltung; Kritik und gemeldete Probleme nur die Koordination"),
        kept=("case_texts",),
        also_kept=_l(
            "Stunden und Zahlen bleiben ohne Namen; Kontaktdaten sieht die andere Seite bis zur letzten Nachfrage nach "
            "dem Ende, bei einem Abbruch nur bis zu diesem"
        ),
        exported=IN_EXPORT,
        erased=_l("Texte sofort; Stunden und Zahlen bleiben ohne Namen"),
    ),
    Activity(
        key="notes",
        title=_l("Notizen und Anrufe der Koordination"),
        purpose=_l("wissen, was besprochen wurde, und daran denken"),
        basis=TASK,
        persons=_l("Lotsinnen und Lotsen, Ansprechpersonen"),
        data=_l("Notiz, Anruf, Wiedervorlage"),
        seen_by=_l("Koordination, nie die Person, um die es geht, in eigener Sache"),
        kept=("notes",),
        exported=_l("ja, Namen anderer werden zu Rollen"),
        erased=AT_ONCE,
    ),
    Activity(
        key="mail",
        title=_l("E-Mails und Anrufe im Postausgang"),
        purpose=_l("zustellen, erinnern, zeigen, was nicht ankam"),
        basis=TASK,
        persons=_l("alle, denen wir schreiben"),
        data=_l("Empfängerin oder Empfänger, Betreff, Text bis zum Versand, Zustellung"),
        seen_by=STAFF,
        kept=("mail_texts", "mails"),
        exported=_l("ja, ohne die Links"),
        erased=_l("sofort; was noch wartet, wird zurückgeholt"),
    ),
    Activity(
        key="log",
        title=_l("Protokoll und Einsicht"),
        purpose=_l("nachvollziehen, wer wann was getan und welche Akte geöffnet hat; Missbrauch erkennen"),
        basis=DUTY,
        persons=_l("alle, die etwas tun; Mitarbeitende, die Akten öffnen"),
        data=_l("Zeit, Nummer der Person, Handlung, Nummer der Zeile; keine Namen und keine Texte"),
        seen_by=_l("Verwaltung; zum eigenen Vorgang auch die Koordination"),
        kept=("audit", "readings", "job_errors"),
        exported=_l("ja, die eigenen Handlungen und die an der eigenen Person"),
        erased=_l("nein, es bleibt die Nummer; getippte Gründe werden gelöscht"),
    ),
    Activity(
        key="barrier",
        title=_l("Gemeldete Barrieren"),
        purpose=_l("Barrieren beheben und antworten"),
        basis=_l("rechtliche Pflicht der Kommune (Art. 6 Abs. 1 Buchst. c DSGVO mit § 9b NBGG)"),
        persons=_l("wer eine Barriere meldet"),
        data=_l("Beschreibung, Seite und, wenn Sie möchten, Ihr Kontakt"),
        seen_by=OFFICE,
        kept=("barriers",),
        exported=_l("ja, wenn die E-Mail-Adresse dieselbe ist"),
        erased=AT_ONCE,
    ),
)
BY_KEY = {activity.key: activity for activity in ACTIVITIES}

MEASURES = (
    _l("Zugriff nach Rollen; was keine Rolle hat, ist zu; fremde Daten gibt es nicht einmal als Fehlermeldung"),
    _l("Passwörter nur als Prüfwert (argon2id), zweiter Schritt bei der Anmeldung für Mitarbeitende"),
    _l("Verschlüsselte Verbindung; ohne sie startet der Echtbetrieb nicht"),
    _l("Links in E-Mails: zufällig, nur als Prüfwert gespeichert, befristet"),
    _l("Protokoll jeder Änderung, das niemand ändern kann, und der Einsicht in Akten"),
    _l("Protokolle der Technik nennen Nummern, keine Namen"),
    _l("Nur eigene Schriften, Bilder und Programme; kein Aufruf fremder Server"),
    _l("Jede Änderung ganz oder gar nicht; Sicherungen mit Prüfsumme"),
    _l("Nächtliche Löschung nach Fristen mit Bericht"),
)
