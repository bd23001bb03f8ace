import { pluralsIn } from "../../shared/plurals.ts";
import type { AnswerTexts, BotTexts } from "./english.ts";

const commands: BotTexts["commands"] = {
  help: ["hilfe", "Was der Bot kann"],
  find: ["suchen", "Bilder nach dem finden, was sie zeigen"],
  "find.query": ["suche", "Was das Bild zeigt, zum Beispiel: golden retriever on a beach"],
  "find.image": ["bild", "Bilder wie dieses finden; zusammen mit Worten zählt beides"],
  "find.channel": ["kanal", "Nur dieser Kanal und seine Threads"],
  "find.author": ["von", "Nur Bilder, die diese Person gepostet hat"],
  "find.since": ["seit", "Nur ab diesem Tag: 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  "find.until": ["bis", "Nur bis zu diesem Tag einschließlich: 2026-03-01, 2026-03, 4w, yesterday"],
  "find.sort": ["reihenfolge", "Reihenfolge der Bilder"],
  "find.sort.relevance": ["Passendste zuerst", ""],
  "find.sort.newest": ["Neueste zuerst", ""],
  "find.sort.oldest": ["Älteste zuerst", ""],
  "find.caption": ["text", "Nur wo die Nachricht das sagt (wo der Server Texte behält)"],
  "find-similar": ["Ähnliche finden", ""],
  "classify-picture": ["Bestimmen", ""],
  classify: ["bestimmen", "Sagen, was ein Bild zeigt"],
  "classify.image": ["bild", "Das Bild"],
  "classify.labels": ["begriffe", "Zur Auswahl, durch Kommas getrennt: cat, dog, car"],
  duplicates: ["doppelte", "Bilder, die mehr als einmal gepostet wurden"],
  "duplicates.channel": ["kanal", "Nur dieser Kanal und seine Threads"],
  "duplicates.since": ["seit", "Nur ab diesem Tag: 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  index: ["index", "Wählen, wessen Bilder zu finden sind"],
  "index.add": ["hinzufügen", "Bilder eines Kanals auffindbar machen, alte und neue"],
  "index.add.channel": ["kanal", "Der Kanal, oder eine Kategorie mit allen ihren Kanälen"],
  "index.add.all": ["alle", "Alle Kanäle, die du und der Bot lesen können"],
  "index.add.except": ["außer", "Diese nicht: #kanal #kanal"],
  "index.estimate": ["schätzen", "Wie viele Nachrichten mit Bildern ein Kanal hat, bevor er gelesen wird"],
  "index.remove": ["entfernen", "Die Bilder eines Kanals vergessen"],
  "index.status": ["stand", "Was im Index ist, und wie weit"],
  "index.export": ["export", "Was der Index über jeden Post sagt, als Dateien"],
  "index.log": ["protokoll", "Ein Kanal, in dem der Bot sagt, was geändert wurde, was er löschte und warum"],
  "index.log.channel": ["kanal", "Der Kanal; ohne einen wird nichts protokolliert"],
  "index.pause": ["anhalten", "Vorerst keine Bilder mehr aus einem Kanal aufnehmen"],
  "index.resume": ["fortsetzen", "Weitermachen, wo angehalten wurde"],
  "index.channel": ["kanal", "Der Kanal"],
  "index.captions": ["texte", "Nachrichtentexte mit Bildern behalten, damit danach gesucht werden kann"],
  "index.captions.keep": ["behalten", "Nein löscht alle bisher behaltenen Texte"],
  "index.text": ["schrift", "Schrift in Bildern lesen, damit ihre Worte gefunden werden"],
  "index.text.read": ["lesen", "Nein löscht alles bisher Gelesene"],
  "index.links": ["links", "Auch die Bilder aufnehmen, die Discord von Links zeigt"],
  "index.links.take": ["aufnehmen", "Nein löscht die bisher aufgenommenen"],
  "index.stickers": ["sticker", "Auch gepostete Sticker aufnehmen"],
  "index.stickers.take": ["aufnehmen", "Nein löscht die bisher aufgenommenen"],
  "index.retention": ["aufbewahrung", "Bilder nach einiger Zeit aus dem Index löschen"],
  "index.retention.days": ["tage", "Tage, die sie bleiben; 0 behält sie für immer"],
  "index.proxies": ["vertreter", "Wer als Urheber dessen gilt, was PluralKit oder Tupperbox posten"],
  "index.proxies.author": ["urheber", "Der Webhook, oder das Mitglied dahinter, das /privacy dann erreicht"],
  "index.proxies.webhook": ["der Webhook", ""],
  "index.proxies.member": ["das Mitglied dahinter", ""],
  autotag: ["autotag", "Bilder verschlagworten, sobald sie gepostet werden"],
  "autotag.set": ["setzen", "Wie Bilder eines Kanals verschlagwortet werden; Ausgelassenes bleibt"],
  "autotag.list": ["liste", "Die Regeln aller Kanäle"],
  "autotag.allow": ["erlauben", "Bilder, die ohne Hinweis wieder gepostet werden dürfen"],
  "autotag.allow.message": ["nachricht", "Link einer Nachricht mit ihnen"],
  "autotag.allow.again": ["wieder", "Nein nimmt es zurück"],
  "autotag.channel": ["kanal", "Der Kanal"],
  "autotag.mode": ["art", "Wie Schlagworte sich zeigen"],
  "autotag.mode.off": ["aus", ""],
  "autotag.mode.react": ["mit dem Emoji des Schlagworts reagieren", ""],
  "autotag.mode.log": ["in einen Protokollkanal schreiben", ""],
  "autotag.mode.reply": ["auf das Bild antworten", ""],
  "autotag.labels": ["schlagworte", "Die Schlagworte zur Auswahl, durch Kommas getrennt"],
  "autotag.threshold": ["schwelle", "Wie sicher es sein soll, 0.05 bis 0.95"],
  "autotag.log": ["protokoll", "Wohin in einen Protokollkanal geschrieben wird"],
  "autotag.reposts": ["wiederholungen", "Auch sagen, wenn ein Bild schon gepostet wurde"],
  "autotag.repost-wait": [
    "wartezeit",
    "Stunden, nach denen auf eine Wiederholung hingewiesen wird; 0 sofort",
  ],
  scam: ["betrug", "Bekannte Betrugsbilder: eine Liste, Meldungen, und was sonst mit ihnen geschieht"],
  "scam.watch": ["überwachen", "Wohin Meldungen gehen und was sonst geschieht; ganz ohne Optionen endet es"],
  "scam.watch.channel": ["kanal", "Ein Kanal für Moderatoren"],
  "scam.watch.action": ["maßnahme", "Was außer der Meldung geschieht"],
  "scam.watch.alert": ["nichts weiter", ""],
  "scam.watch.delete": ["die Nachricht löschen", ""],
  "scam.watch.timeout": ["löschen und Timeout für den Absender", ""],
  "scam.watch.minutes": ["minuten", "Wie lange ein Timeout dauert; 60, wenn nichts gesagt ist"],
  "scam.watch.bursts": [
    "serien",
    "Auch ein Bild, das ein Mitglied binnen zwei Minuten in drei Kanälen postet",
  ],
  "scam.mark": ["merken", "Ein Bild auf die Liste setzen"],
  "scam.mark.picture": ["bild", "Das Bild"],
  "scam.list": ["liste", "Die Bilder auf der Liste, zum Ansehen und Herunternehmen"],
  "mark-scam": ["Als Betrug merken", ""],
  saved: ["gemerkt", "Erfahren, wenn ein neues Bild zu dem passt, was du suchst"],
  "saved.add": ["hinzufügen", "Worte merken und erfahren, wenn ein neues Bild dazu passt"],
  "saved.add.query": ["suche", "Was das Bild zeigt, zum Beispiel: golden retriever on a beach"],
  "saved.add.thread": ["thread", "Der Thread, in dem du es erfährst; ohne einen dieser hier"],
  "saved.add.dm": ["direktnachricht", "Ja: Der Bot sagt es dir in einer Direktnachricht"],
  "saved.list": ["liste", "Was du auf diesem Server gemerkt hast, zum Ansehen und Entfernen"],
  safety: ["schutz", "Begriffe, mit denen Bilder verglichen werden, für Moderatoren; sonst aus"],
  "safety.set": ["setzen", "Was bei neuen Bildern geschieht, die nach einem dieser Begriffe aussehen"],
  "safety.set.action": ["maßnahme", "Was geschieht"],
  "safety.flag": ["Moderatoren in einem Kanal sagen", ""],
  "safety.spoiler": ["um einen Spoiler bitten", ""],
  "safety.log": ["vermerken, wo /index protokoll schreibt", ""],
  "safety.set.labels": ["begriffe", "Wonach gesehen wird, durch Kommas getrennt: weapon, spider"],
  "safety.set.threshold": ["schwelle", "Wie sicher es sein muss, 0.05 bis 0.95"],
  "safety.set.channel": ["kanal", "Wo Moderatoren es erfahren"],
  "safety.off": ["aus", "Eines davon beenden"],
  "safety.list": ["liste", "Was gesetzt ist"],
  privacy: ["privatsphäre", "Deine eigenen Bilder: heraushalten, löschen, sehen, was behalten wird"],
  "privacy.opt-out": ["austreten", "Deine Bilder löschen und keine neuen aufnehmen"],
  "privacy.opt-in": ["beitreten", "Deine neuen Bilder wieder auffindbar machen"],
  "privacy.delete": ["löschen", "Deine bisher geposteten Bilder löschen"],
  "privacy.export": ["export", "Eine Datei mit allem, was über deine Bilder behalten wird"],
  status: ["zustand", "Wie es dem Bot hier geht"],
};

const count = pluralsIn("de");
const pictures = count({ one: "# Bild", other: "# Bilder" });
const erasedPictures = count({ one: "# Bild wurde", other: "# Bilder wurden" });
const days = count({ one: "# Tag", other: "# Tage" });

const answers: AnswerTexts = {
  restarting: "Der Bot wird neu gestartet. Bitte frag gleich noch einmal.",
  olderButton: "Dieser Knopf gehört zu einer älteren Version des Bots. Bitte frag noch einmal.",
  otherVersion: "Dieser Befehl gehört zu einer anderen Version des Bots.",
  rightsChanged: "Was du sehen darfst, hat sich währenddessen geändert. Bitte frag noch einmal.",
  wentWrong: (id) =>
    `Etwas ist schiefgegangen. Wenn es wieder geschieht, nenne dem Betreiber des Bots diese Nummer: ${id}`,
  tooOften: count({
    one: "Das sind viele Fragen auf einmal. Bitte versuch es in # Sekunde wieder.",
    other: "Das sind viele Fragen auf einmal. Bitte versuch es in # Sekunden wieder.",
  }),
  onlyInServers: "Das geht auf Servern, auf denen der Bot ist. Bitte führe es dort aus.",
  noMember: "Du bist nicht mehr auf diesem Server.",
  notManager:
    "Das kann nur, wer diesen Server verwalten darf oder diesen Befehl in dessen Einstellungen bekommen hat.",
  notModerator:
    "Das kann nur, wer auf diesem Server Nachrichten verwalten darf oder diesen Befehl in dessen Einstellungen bekommen hat.",
  tooOld: "Diese Antwort ist zu alt, oder sie gehört jemand anderem. Frag noch einmal mit /suchen.",
  noContent:
    "Discord zeigt diesem Bot keine Nachrichteninhalte, daher kann er keine Bilder aufnehmen. Schalte „Message Content " +
    "Intent“ ein unter https://discord.com/developers/applications → deine Anwendung → Bot → Privileged Gateway Intents, " +
    "und starte den Bot neu. /suchen bild:, „Ähnliche finden“ und „Bestimmen“ gehen auch ohne.",
  andMore: count({ other: "und # weitere" }),
  open: "öffnen",
  pictures,
  badPicture: (why) => `Dieses Bild war nicht zu gebrauchen: ${why}`,
  badPictures: {
    unreadable: "Es lässt sich nicht lesen.",
    empty: "Es ist leer.",
    "not-a-picture": "Es ist kein Bild.",
    "unsupported-format": "Bilder dieses Formats werden nicht gelesen.",
    "too-many-pixels": "Es hat zu viele Pixel.",
    "too-many-bytes": "Es ist zu groß.",
    "decoder-missing": "Dem Bot fehlt, was dieses Format liest.",
    damaged: "Es ist beschädigt.",
    timeout: "Es hat zu lange gedauert.",
    "crashed-decoder": "Es lässt sich nicht lesen.",
    "changed-while-reading": "Es hat sich inzwischen geändert.",
    denied: "Es liegt nicht bei Discord.",
    failed: "Es konnte nicht angesehen werden. Bitte versuch es noch einmal.",
  },
  tooLarge: (mebibytes) => `Diese Datei ist zu groß; angesehen werden Bilder bis ${mebibytes} MiB.`,
  notFetched: "Dieses Bild war von Discord nicht zu bekommen. Bitte versuch es noch einmal.",
  noPicture: "An dieser Nachricht hängt kein Bild.",
  pictureGone: "Dieses Bild ist nicht mehr da.",
  noDate: (written) =>
    `„${written}“ ist kein Datum. Schreib 2026, 2026-03, 2026-03-01, 7d, 4w, 6m, 1y oder yesterday.`,
  datesReversed: (since, until) => `Der Zeitraum endet (${until}), bevor er beginnt (${since}).`,
  noLabel: "Nenne mindestens einen Begriff, zum Beispiel: cat, dog, car",
  tooManyLabels: (most, given) => `Höchstens ${most} Begriffe passen hinein; es waren ${given}.`,
  nothingIndexed:
    "Noch ist nichts zu finden: Kein Kanal dieses Servers ist im Index. Wer den Server verwalten darf, wählt Kanäle mit " +
    "/index hinzufügen; dann sind ihre Bilder zu finden, alte und neue.",
  noCaptions: "Dieser Server behält keine Texte. Wer ihn verwaltet, kann das mit /index texte einschalten.",
  find: {
    noServer:
      "Du bist auf keinem Server mit diesem Bot, auf dem Bilder zu finden sind. Wenn doch, frage dort einmal mit /suchen; dann geht es auch hier.",
    whichServer: "Auf welchem Server?",
    likeYours: "Wie dein Bild",
    likeThat: "Wie dieses Bild",
    likeThose: count({ one: "Wie dieses Bild", other: "Wie diese # Bilder zusammen" }),
    moreLike: (name) => `Mehr wie ${name}`,
    moreLikeThis: "Mehr wie dieses Bild",
    newest: "Neueste Bilder",
    weak: "nur schwache Treffer",
    nothing: "nichts passt gut; das hier kommt am nächsten",
    among: count({ one: "unter # Bild", other: "unter # Bildern" }),
    page: (page) => `Seite ${page}`,
    notFound: count({
      one: "Nichts gefunden unter dem # Bild, das du hier sehen kannst.",
      other: "Nichts gefunden unter den # Bildern, die du hier sehen kannst.",
    }),
    unsure: count({
      one: "# Bild fehlt: Discord hat nicht rechtzeitig bestätigt, dass es noch da ist.",
      other: "# Bilder fehlen: Discord hat nicht rechtzeitig bestätigt, dass sie noch da sind.",
    }),
    same: "dasselbe Bild",
    fits: { good: "gut", weak: "schwach", nothing: "unwahrscheinlich" },
    words: (matched, of) => `Worte ${matched} von ${of}`,
    sources: {
      read: "darin steht",
      caption: "Text",
      name: "Name",
      tag: "Schlagwort",
      keyword: "Stichwort",
      title: "Titel",
    },
    at: (time) => `bei ${time}`,
    alike: count({ other: "+# gleiche" }),
    spoiler: "hinter einem Spoiler",
    posted: (what, day) => `${what}, gepostet ${day}`,
    previous: "Zurück",
    next: "Weiter",
    show: "Im Kanal zeigen",
    similar: "Ähnliche",
    filter: "Filtern",
    closeFilters: "Filter schließen",
    hide: "Eines weglassen …",
    whoSees: "Wer es noch sehen kann …",
    byChannel: "Jeder Kanal",
    byAuthor: "Alle Personen",
    byTime: "Jederzeit",
    periods: { "1d": "Letzter Tag", "7d": "Letzte Woche", "1m": "Letzter Monat", "1y": "Letztes Jahr" },
    orders: { relevance: "Passendste zuerst", newest: "Neueste zuerst", oldest: "Älteste zuerst" },
    which: "Welches war es? (nur du siehst das)",
    none: "Nichts davon habe ich gemeint",
    notedNone: "Notiert: Nichts davon war gemeint. /privatsphäre löschen löscht deine Notizen.",
    noted: "Notiert: Das war gemeint. /privatsphäre löschen löscht deine Notizen.",
  },
  who: {
    thread: (place) => `Die Mitglieder des privaten Threads ${place}, und wer dort Threads verwalten darf.`,
    everyone: (place) => `Alle auf diesem Server können ${place} öffnen.`,
    most: (place) => `Alle auf diesem Server können ${place} öffnen, außer wem es dort verwehrt ist.`,
    roles: (place, readers) => `${place} können öffnen: ${readers}.`,
    members: count({ one: "# dort genanntes Mitglied", other: "# dort genannte Mitglieder" }),
    admins: "Inhaber und Administratoren",
    nobody: (place) => `Sonst kann niemand ${place} öffnen.`,
  },
  show: {
    by: (user) => `gezeigt von ${user}`,
    takeBack: "Zurücknehmen",
    notForAll: "Keines dieser Bilder dürfen alle sehen, die diesen Kanal lesen.",
    shown: "Gezeigt.",
    leftOut: count({
      one: "# fehlt: Nicht alle hier können sehen, wo es gepostet wurde.",
      other: "# fehlen: Nicht alle hier können sehen, wo sie gepostet wurden.",
    }),
    mayNotPost: "Du kannst in diesem Kanal keine Bilder posten.",
    changed: "Was hier gezeigt werden darf, hat sich währenddessen geändert. Bitte versuch es noch einmal.",
    takenBack: "Zurückgenommen.",
    notYours: "Nur wer diese Bilder gezeigt hat, oder ein Moderator, kann sie zurücknehmen.",
  },
  duplicates: {
    none: "**Keine Wiederholungen** unter den Bildern, die du hier sehen kannst.",
    heading: count({
      one: "**Wiederholungen**: # Bild mehrmals gepostet, ältester Post zuerst",
      other: "**Wiederholungen**: # Bilder mehrmals gepostet, ältester Post zuerst",
    }),
    times: count({ other: "#-mal" }),
    posted: count({ other: "#-mal gepostet" }),
    best: "Beste Fassung",
  },
  classify: {
    none: "**Nichts davon** passt gut. Am nächsten:",
    looked: (looked, of) => (looked < of ? `Die ersten ${looked} von ${of} Bildern:` : `Alle ${of} Bilder:`),
  },
  tags: {
    removed: "Entfernt.",
    remove: "Entfernen",
    notYours: "Nur wer das Bild gepostet hat, oder ein Moderator, kann seine Schlagworte entfernen.",
    firstPosted: (by, when) => `zuerst gepostet von ${by} am ${when}`,
    untagged: (skipped, channel) =>
      `${count({ one: "# weitere Nachricht kam", other: "# weitere Nachrichten kamen" })(skipped)} binnen einer Minute in ${channel}; was sie zeigen, bleibt ohne Schlagworte.`,
  },
  autotag: {
    notReadable: "Du oder der Bot kann diesen Kanal nicht lesen.",
    noMode: (modes) => `Es gibt diese Arten: ${modes}.`,
    threshold: "Die Schwelle liegt zwischen 0.05 und 0.95.",
    giveLabels: "Nenne Schlagworte zur Auswahl, zum Beispiel: 🐱 cat, 🐶 dog",
    mayNot: (channel, permission) =>
      `Der Bot darf das in ${channel} nicht: Gib ihm dort „${permission}“ und versuch es noch einmal.`,
    permissions: {
      react: "Reaktionen hinzufügen",
      reply: "Nachrichten senden",
      threads: "Nachrichten in Threads senden",
      log: "Nachrichten senden",
    },
    otherEmoji: "Eines dieser Emoji ist nicht von diesem Server; der Bot könnte damit nicht reagieren.",
    nameLog: "Nenne den Kanal für das Protokoll, mit der Option protokoll.",
    logTooOpen: "Nicht alle, die den Protokollkanal lesen, können sicher den Kanal der Bilder sehen.",
    modes: {
      off: "aus",
      react: "mit dem Emoji des Schlagworts reagieren",
      log: "in einen Protokollkanal schreiben",
      reply: "auf das Bild antworten",
    },
    off: (channel) => `Bilder in ${channel} werden nicht verschlagwortet.`,
    rule: (channel, parts) => `Neue Bilder in ${channel} werden verschlagwortet${parts}`,
    labels: (labels) => ` mit: ${labels}, oder keinem`,
    countOfLabels: count({ one: "# Schlagwort", other: "# Schlagworte" }),
    from: (threshold) => `, ab ${threshold}`,
    reposts: (after) => `Auf Wiederholungen wird hingewiesen${after} (in Kanälen im Index).`,
    after: count({ one: " nach # Stunde", other: " nach # Stunden" }),
    noRule: "Kein Kanal, den du sehen kannst, hat eine Regel. Leg eine an mit /autotag setzen.",
    allowed: count({
      one: "# Bild darf ohne Hinweis wieder gepostet werden (/autotag erlauben)",
      other: "# Bilder dürfen ohne Hinweis wieder gepostet werden (/autotag erlauben)",
    }),
    giveLink: "Gib den Link einer Nachricht dieses Servers an: Nachrichtenlink kopieren.",
    noneOfThat: "Kein Bild dieser Nachricht ist im Index.",
    nowAllowed: count({
      one: "# Bild dieser Nachricht darf ohne Hinweis wieder gepostet werden.",
      other: "# Bilder dieser Nachricht dürfen ohne Hinweis wieder gepostet werden.",
    }),
    nowNotAllowed: count({
      one: "Auf # Bild dieser Nachricht wird wieder hingewiesen, wenn es noch einmal gepostet wird.",
      other: "Auf # Bilder dieser Nachricht wird wieder hingewiesen, wenn sie noch einmal gepostet werden.",
    }),
  },
  index: {
    noChannel:
      "Dieser Kanal geht nicht: Es gibt ihn nicht, oder du oder der Bot dürfen ihn und seinen Verlauf nicht sehen. Gib dem " +
      "Bot dort „Kanal ansehen“ und „Nachrichtenverlauf anzeigen“, und versuch es noch einmal.",
    nameOne: "Nenne einen Kanal oder eine Kategorie, oder wähle alle.",
    already: (channel) => `${channel} ist schon im Index. Siehe /index stand.`,
    added: (channel) => `${channel} wird aufgenommen: neue Bilder sofort, ältere vom neuesten an.`,
    below: "Die Nachricht unten zeigt, wie weit es ist.",
    see: "/index stand zeigt, wie weit es ist.",
    everybody: "Alle können ihre eigenen Bilder heraushalten, mit /privatsphäre.",
    notLeftOut: (named) =>
      `${named} ist kein Kanal und keine Kategorie, die du siehst; deshalb wurde nichts aufgenommen. Nenne, was ausgelassen wird, als #kanal, mehrere mit Leerzeichen dazwischen.`,
    noneAmong: "Darunter ist kein Kanal, den du und der Bot lesen können.",
    addedMany: count({
      one: "# Kanal wird aufgenommen: neue Bilder sofort, ältere vom neuesten an.",
      other: "# Kanäle werden aufgenommen: neue Bilder sofort, ältere vom neuesten an.",
    }),
    alreadyMany: count({ one: "# war schon im Index.", other: "# waren schon im Index." }),
    restricted: count({
      one: "# mit Altersbeschränkung fehlt: Nenne ihn einzeln.",
      other: "# mit Altersbeschränkung fehlen: Nenne sie einzeln.",
    }),
    estimate: (channel, messages) =>
      `Discord zählt etwa ${count({ one: "# Nachricht mit Bildern oder Filmen", other: "# Nachrichten mit Bildern oder Filmen" })(messages)} in ${channel}; Threads zählen für sich. Gelesen wurde nichts.`,
    notCounted: count({
      one: "Discord bereitet seine Suche auf diesem Server noch vor. Bitte versuch es in # Sekunde wieder.",
      other:
        "Discord bereitet seine Suche auf diesem Server noch vor. Bitte versuch es in # Sekunden wieder.",
    }),
    exported: count({
      one: "# Post im Index, aus den Kanälen, die du sehen kannst.",
      other: "# Posts im Index, aus den Kanälen, die du sehen kannst.",
    }),
    notExported: count({ one: "# weiterer passte nicht hinein.", other: "# weitere passten nicht hinein." }),
    logOn: (channel) => `Was geändert wird und was der Bot nach Alter löscht, steht in ${channel}.`,
    logOff: "Es wird nichts mehr protokolliert.",
    removed: (channel, erased) =>
      `${channel} ist nicht mehr im Index. ${erasedPictures(erased)} aus dem Index gelöscht.`,
    paused: (channel) =>
      `${channel} ist angehalten. Seine Bilder bleiben auffindbar; neue warten auf /index fortsetzen.`,
    resumed: (channel) => `${channel} geht weiter, wo angehalten wurde.`,
    not: (channel) => `${channel} ist nicht im Index.`,
    captionsOn:
      "Der Text der Nachricht wird mit Bildern behalten, die ab jetzt gepostet werden, und mit der Nachricht gelöscht. /suchen text: sucht darin.",
    captionsOff: "Kein Nachrichtentext wird behalten. Alle Texte wurden gelöscht.",
    textOff: "Schrift in Bildern wird nicht gelesen. Was gelesen war, wurde gelöscht.",
    textOn:
      "Schrift in Bildern wird gelesen, in alten und neuen, sodass /suchen ihre Worte findet. Sie wird mit der Nachricht gelöscht.",
    linksOn:
      "Bilder, die Discord von Links zeigt, werden ab jetzt aufgenommen, von Discords eigenem Proxy; die älterer Nachrichten, wenn ihr Kanal neu aufgenommen wird.",
    linksOff: (erased) =>
      `Bilder von Links werden nicht aufgenommen. ${erasedPictures(erased)} aus dem Index gelöscht.`,
    stickersOn:
      "Gepostete Sticker werden von nun an aufgenommen; die älterer Nachrichten, wenn ihr Kanal neu hinzugefügt wird.",
    stickersOff: (erased) =>
      `Sticker werden nicht aufgenommen. ${erasedPictures(erased)} aus dem Index gelöscht.`,
    webhook:
      "Bilder, die ein Vertreter (PluralKit, Tupperbox) ab jetzt postet, gelten als die seines Webhooks: /privatsphäre des Mitglieds dahinter erreicht sie nicht.",
    member:
      "Bilder, die ein Vertreter (PluralKit, Tupperbox) ab jetzt postet, gelten als die des Mitglieds, und /privatsphäre erreicht sie. Bei älteren Nachrichten von PluralKit fragt der Bot dessen öffentliche API, wer das ist. Früher aufgenommene Bilder bleiben, wie sie sind, bis ihr Kanal neu aufgenommen wird.",
    keptForGood: "Bilder bleiben im Index, bis ihre Nachricht gelöscht wird.",
    retention: (after, erased) =>
      `Bilder verlassen den Index ${count({ one: "# Tag", other: "# Tage" })(after)} nach dem Posten. ${erasedPictures(erased)} jetzt gelöscht.`,
    none: "Kein Kanal, den du sehen kannst, ist im Index. Fang an mit /index hinzufügen.",
    rules: (captions, reads, kept) =>
      [
        `Texte ${captions ? "behalten" : "nicht behalten"}`,
        `Schrift in Bildern ${reads ? "gelesen" : "nicht gelesen"}`,
        `Aufbewahrung ${kept === null ? "unbegrenzt" : days(kept)}`,
      ].join(" · "),
    states: {
      reading: "wird gelesen",
      complete: "vollständig",
      paused: "angehalten",
      unreadable: "nicht lesbar",
    },
    read: count({ one: "# Nachricht gelesen", other: "# Nachrichten gelesen" }),
    findable: count({ one: "# Bild auffindbar", other: "# Bilder auffindbar" }),
    skipped: count({ other: "# übergangen (kein brauchbares Bild)" }),
    waiting: count({ one: "# wartet auf einen neuen Versuch", other: "# warten auf einen neuen Versuch" }),
    places: (done, of) => `${done} von ${count({ one: "# Ort", other: "# Orten" })(of)} fertig`,
    denied: count({ other: "# für den Bot nicht lesbar" }),
  },
  scam: {
    off: "Es wird nichts mehr überwacht. Die Liste bleibt; /betrug liste zeigt sie.",
    on: (channel, listed) =>
      `Bilder in Kanälen, die der Bot lesen kann, werden mit der Liste verglichen (${pictures(listed)}); Meldungen gehen nach ${channel}.`,
    actions: {
      alert: () => "Sonst geschieht nichts.",
      delete: () => "Die Nachricht wird gelöscht.",
      timeout: (minutes) =>
        `Die Nachricht wird gelöscht, und wer sie gepostet hat, bekommt einen Timeout von ${count({ one: "# Minute", other: "# Minuten" })(minutes)}.`,
    },
    burstsToo: "Das gilt auch für ein Bild, das ein Mitglied binnen zwei Minuten in drei Kanälen postet.",
    mayNotWrite: (channel) =>
      `Der Bot darf in ${channel} nicht schreiben: Gib ihm dort „Kanal anzeigen“ und „Nachrichten senden“, dann versuch es noch einmal.`,
    giveDelete:
      "Der Bot darf keine Nachrichten löschen: Gib seiner Rolle „Nachrichten verwalten“, dann versuch es noch einmal.",
    giveTimeOut:
      "Der Bot darf keinen Timeout geben: Gib seiner Rolle „Mitglieder im Timeout“, dann versuch es noch einmal.",
    full: (most) => `Die Liste ist voll (${most}). Nimm mit /betrug liste Bilder herunter.`,
    listed: "Dieses Bild steht schon auf der Liste.",
    marked: count({
      one: "# Bild steht nun auf der Liste, die Moderatoren mit /betrug liste sehen.",
      other: "# Bilder stehen nun auf der Liste, die Moderatoren mit /betrug liste sehen.",
    }),
    watched: "Wird es wieder gepostet, kommt eine Meldung.",
    notWatched: "Noch kommen keine Meldungen: Wer den Server verwaltet, wählt mit /betrug überwachen, wohin.",
    heading: count({ one: "# Bild auf der Betrugsliste", other: "# Bilder auf der Betrugsliste" }),
    markedOn: (when) => `gemerkt ${when}`,
    picture: (number) => `Bild ${number}`,
    takeOff: "Eines von der Liste nehmen…",
    posted: (user) => `${user} hat ein Bild der Betrugsliste gepostet:`,
    burst: (user) => `${user} hat binnen zwei Minuten ein Bild in mehreren Kanälen gepostet:`,
    hidden: count({
      one: "# Nachricht, wo nicht alle hier lesen können",
      other: "# Nachrichten, wo nicht alle hier lesen können",
    }),
    spared: "Es wurde nichts unternommen: Dieses Mitglied darf selbst Nachrichten verwalten.",
    deleted: count({ one: "# Nachricht wurde gelöscht.", other: "# Nachrichten wurden gelöscht." }),
    mayNotDelete: "Nicht alle konnten gelöscht werden: Gib dem Bot dort „Nachrichten verwalten“.",
    timedOut: count({
      one: "Das Mitglied hat einen Timeout von # Minute.",
      other: "Das Mitglied hat einen Timeout von # Minuten.",
    }),
    mayNotTimeOut:
      "Ein Timeout war nicht möglich: Gib dem Bot „Mitglieder im Timeout“ und eine höhere Rolle; Eigentümer und Administratoren bekommen nie einen.",
    more: count({
      one: "# weitere Nachricht mit Betrugsbildern binnen einer Minute.",
      other: "# weitere Nachrichten mit Betrugsbildern binnen einer Minute.",
    }),
  },
  saved: {
    noWords: "Sag, was du suchst.",
    already: "Das hast du schon gemerkt. Siehe /gemerkt liste.",
    tooMany: (most) =>
      `Du hast hier ${most} gemerkt, mehr werden nicht behalten. Entferne eines mit /gemerkt liste.`,
    serverFull:
      "Die Mitglieder dieses Servers haben so viel gemerkt, wie der Bot behält. Versuch es an einem anderen Tag.",
    where: "Wo willst du es erfahren? Nenn einen Thread, tu es in einem Thread, oder wähl direktnachricht.",
    noThread: "Dieser Thread geht nicht: Es ist keiner, oder du oder der Bot darf ihn nicht lesen.",
    youMayNot: "Du darfst in diesem Thread keine Bilder posten.",
    botMayNot: (thread) =>
      `Der Bot darf in ${thread} nicht schreiben: Gib ihm dort „Nachrichten in Threads senden“ und „Dateien anhängen“, oder lass ihn in den Thread.`,
    closedToDirect:
      "Der Bot kann dir nicht schreiben: Erlaube Direktnachrichten von Mitgliedern dieses Servers, dann versuch es noch einmal.",
    willTell: (user, title) =>
      `Neue Bilder zu ${title} stehen künftig hier, für ${user}: jene, die alle sehen dürfen, die diesen Thread lesen.`,
    willTellYou: (title, server) =>
      `Neue Bilder zu ${title} auf ${server} stehen künftig hier. /gemerkt liste zeigt dort, was du gemerkt hast.`,
    toldIn: (thread) =>
      `Gemerkt. Neue Bilder, die gut passen, stehen dann in ${thread}, soweit du und alle dort sie sehen dürfen.`,
    toldDirectly:
      "Gemerkt. Neue Bilder, die gut passen, kommen in einer Direktnachricht, soweit du sie sehen darfst.",
    none: "Du hast auf diesem Server nichts gemerkt. /gemerkt hinzufügen merkt Worte.",
    direct: "Direktnachricht",
    stopped: "konnte nicht zugestellt werden: entferne es und füge es neu hinzu",
    remove: "Eines entfernen…",
    removed: "Entfernt.",
    notYours: "Das kann nur beenden, wer es gemerkt hat, oder ein Moderator.",
    stop: "Beenden",
    newFor: (title, user) => `Neu zu ${title} · ${user}`,
    newIn: (title, server) => `Neu zu ${title} auf ${server}`,
  },
  safety: {
    nameChannel: "Nenn mit der Option kanal den Kanal, in dem Moderatoren es erfahren.",
    noLog: "Wähl zuerst mit /index protokoll den Kanal des Protokolls.",
    actions: {
      flag: "Moderatoren in einem Kanal sagen",
      spoiler: "um einen Spoiler bitten",
      log: "vermerken, wo /index protokoll schreibt",
    },
    guess:
      "Das Modell vermutet nur: Gelöscht wird nichts. Bilder in Kanälen mit Altersbeschränkung bleiben außen vor, die von Bots und von Mitgliedern, die ausgetreten sind, nicht.",
    none: "Es ist nichts gesetzt: Kein Bild wird mit Begriffen verglichen. /schutz setzen beginnt damit.",
    removed: "Geschieht nicht mehr.",
    flagged: (user, labels) => `${user} hat gepostet, was nach ${labels} aussieht:`,
    at: (channel) => `in ${channel}`,
    hidden: "in einem Kanal, den nicht alle hier lesen können",
    askForSpoiler: (user, labels) =>
      `${user}, das sieht nach ${labels} aus. Bitte poste es als Spoiler, für alle, die es nicht ungefragt sehen wollen.`,
    more: count({
      one: "# weitere Nachricht binnen einer Minute.",
      other: "# weitere Nachrichten binnen einer Minute.",
    }),
  },
  audit: {
    ran: (user, what) => `${user} hat ${what} ausgeführt`,
    channelGone: (commands) => `Der Kanal, in den ${commands} schrieb, wurde gelöscht: Das ist jetzt aus.`,
    tooOld: (erased, after) =>
      `${erasedPictures(erased)} gelöscht: vor mehr als ${count({ one: "# Tag", other: "# Tagen" })(after)} gepostet (/index aufbewahrung).`,
    scam: (user, deleted, minutes) =>
      [
        `Betrugsbilder von ${user}:`,
        ...(deleted > 0
          ? [count({ one: "# Nachricht gelöscht", other: "# Nachrichten gelöscht" })(deleted)]
          : []),
        ...(minutes > 0
          ? [count({ one: "Timeout für # Minute", other: "Timeout für # Minuten" })(minutes)]
          : []),
        "(/betrug überwachen)",
      ].join(" "),
    scamMarked: (user, marked) =>
      `${user} hat ${pictures(marked)} auf die Betrugsliste gesetzt (/betrug liste)`,
    scamUnmarked: (user) => `${user} hat ein Bild von der Betrugsliste genommen (/betrug liste)`,
    looksLike: (user, labels, place) =>
      `${user} hat ${place} gepostet, was nach ${labels} aussieht (/schutz)`,
  },
  privacy: {
    optedOut: (erased) =>
      `Erledigt: Kein Bild, das du postest, wird aufgenommen, und ${erasedPictures(erased)} aus dem Index gelöscht, auf jedem Server dieses Bots. Deine Nachrichten bleiben unberührt. /privatsphäre beitreten macht es für neue Bilder rückgängig.`,
    optedIn: "Erledigt: Bilder, die du ab jetzt postest, sind wieder zu finden.",
    erased: (erased) =>
      `Erledigt: ${erasedPictures(erased)} aus dem Index gelöscht, auf jedem Server dieses Bots. Deine Nachrichten bleiben unberührt. Neue Bilder werden aufgenommen, wenn du nicht austrittst.`,
    exported: (kept) =>
      `Alles, was über deine Bilder behalten wird (${kept}). Neben jedem: ein Vektor, der beschreibt, was es zeigt, ein Fingerabdruck und eine kleine Vorschau.`,
  },
  status: {
    visible: (images, channels) =>
      `${pictures(images)} in ${count({ one: "# Kanal oder Thread, den", other: "# Kanälen und Threads, die" })(channels)} du sehen kannst`,
    waiting: count({
      one: "# Bild wartet darauf, angesehen zu werden",
      other: "# Bilder warten darauf, angesehen zu werden",
    }),
    running: (model, search, since) => `Modell ${model} · Suche ${search} · läuft seit ${since}`,
  },
  help: {
    all: [
      "**Bilder finden**, die hier gepostet wurden, in Kanälen, die du sehen kannst:",
      "- `/suchen suche:golden retriever on a beach`: nach dem, was sie zeigen, und nach Worten daneben und darin",
      "- `/suchen bild:` und *Apps → Ähnliche finden* bei einer Nachricht: nach einem Bild",
      '- `text:rechnung` zwischen den Worten sucht nur Schrift in Bildern, `"in Anführungszeichen"` Worte beieinander',
      "- `/doppelte`: was mehrmals gepostet wurde · `/bestimmen`: was ein Bild zeigt",
      "- `/gemerkt hinzufügen`, `liste`: erfahren, wenn neue Bilder zu deinen Worten passen, in einem Thread oder direkt",
      "Nur du siehst die Antworten, bis du *Im Kanal zeigen* drückst.",
      "**Deine eigenen Bilder**: `/privatsphäre austreten`, `löschen` und `export`.",
    ].join("\n"),
    managers: [
      "**Für die Verwaltung**",
      "- `/index hinzufügen`: welche Kanäle durchsucht werden, einer, eine Kategorie oder alle · `/index stand`: wie weit",
      "- `/index texte`, `schrift`, `links`, `aufbewahrung`, `vertreter`: was von ihnen behalten wird",
      "- `/autotag setzen`, `liste`, `erlauben`: Schlagworte und Hinweise auf Wiederholungen · `/zustand`: wie es dem Bot geht",
      "- `/betrug merken`, `liste`, `überwachen` und *Apps → Als Betrug merken*: bekannte Betrugsbilder, Meldungen und was sonst geschieht",
      "- `/schutz setzen`, `liste`, `aus`: Begriffe, mit denen neue Bilder verglichen werden, für Moderatoren",
    ].join("\n"),
    welcome:
      "Hallo! Sobald jemand, der diesen Server verwalten darf, `/index hinzufügen` ausführt, können Mitglieder mit `/suchen` " +
      "die Bilder finden, die in den für sie sichtbaren Kanälen gepostet wurden. Bis dahin wird nichts aufgenommen. `/hilfe` sagt, was es sonst gibt.",
  },
};

export const de: BotTexts = { commands, answers };
