import type { SentenceBook } from "./sentence-book.ts";

/** In the order of who says it. */
export const german: SentenceBook = {
  // ------------------------------------------------------------ numbers of things
  "1 picture": "1 Bild",
  "{} pictures": "{1!} Bilder",
  "1 image": "1 Bild",
  "{} images": "{1!} Bilder",
  "1 failure": "1 Fehler",
  "{} failures": "{1!} Fehler",
  "1 place": "1 Ort",
  "{} places": "{1!} Orte",

  // ------------------------------------------------------------ search
  'The query is empty. Say what the picture shows, such as "a dog on a beach".':
    "Die Frage ist leer. Schreib, was das Bild zeigt, etwa „ein Hund am Strand“.",
  "This cursor belongs to another query. Ask again without a cursor.":
    "Diese Fortsetzung gehört zu einer anderen Frage. Frag noch einmal von vorn.",
  "Pictures that only an older model knows are among the hits, at every tenth place or after the others: scores of two models cannot be compared.":
    "Unter den Treffern sind Bilder, die nur ein älteres Modell kennt, an jeder zehnten Stelle oder nach den anderen: Werte zweier Modelle lassen sich nicht vergleichen.",
  "Only an older model, {}, knows the example: it alone was asked, and pictures that it never saw are left out.":
    "Nur ein älteres Modell, {1}, kennt das Beispiel: es allein wurde gefragt, und Bilder, die es nie gesehen hat, fehlen.",
  "Pictures that only an older model knows are left out: a least score means something else under each model.":
    "Bilder, die nur ein älteres Modell kennt, fehlen: ein Mindestwert bedeutet bei jedem Modell etwas anderes.",
  "The limit must be a whole number from 1 to {}, or all; got {}.":
    "Die Anzahl muss eine ganze Zahl von 1 bis {1} sein, oder „all“; gegeben war {2}.",
  "A query takes up to {} parts; this one has {}.": "Eine Frage hat höchstens {1} Teile; diese hat {2}.",
  "A weight must be a number; got {}.": "Ein Gewicht muss eine Zahl sein; gegeben war {1}.",
  "The parts of the query cancel each other out. Change a weight or drop one.":
    "Die Teile der Frage heben einander auf. Ändere ein Gewicht oder lass einen weg.",
  'The query "{}…" is longer than the model reads; its beginning was used.':
    "Die Frage „{1}…“ ist länger, als das Modell liest; ihr Anfang wurde genommen.",
  "Image {} has no vector under the current model yet. Run `glimpse add`.":
    "Das Bild {1} hat noch keinen Vektor des jetzigen Modells. Führe `glimpse add` aus.",
  "There is no file {}, and the library knows none there. Give the path of a picture, or an id that results show.":
    "Es gibt keine Datei {1}, und die Sammlung kennt dort keine. Gib den Pfad eines Bildes oder eine Kennung, die Ergebnisse zeigen.",
  "The model was changed since this picture was given. Ask again with the picture.":
    "Seit dieses Bild gegeben wurde, hat das Modell gewechselt. Frag noch einmal mit dem Bild.",
  '"{}" is read as "{}".': "„{1}“ ist als „{2}“ gelesen.",
  "The example is the only picture there is to search: nothing else can be like it.":
    "Das Beispiel ist das einzige Bild, das durchsucht wird: nichts anderes kann ihm gleichen.",
  "The examples are all the pictures there are to search: nothing else can be like them.":
    "Die Beispiele sind alle Bilder, die durchsucht werden: nichts anderes kann ihnen gleichen.",
  "The example itself is in the library; it is left out of what is like it.":
    "Das Beispiel selbst ist in der Sammlung; unter dem, was ihm gleicht, steht es nicht.",
  "{} is a moment of a film or animation, and this is about the whole of it. Give {}.":
    "{1} ist ein Moment eines Films oder einer Animation, und hier geht es um das Ganze. Gib {2}.",
  "There is no moment at {} s in {}: it is a still picture. Give {}.":
    "Bei {1} s ist kein Moment von {2}: es ist ein Standbild. Gib {3}.",
  "There is no moment at {} s in {}: it ends after {} s. Give an earlier one.":
    "Bei {1} s ist kein Moment von {2}: es endet nach {3} s. Gib einen früheren.",
  '"{}" is not an image id. Give at least {} of the hex digits that results show.':
    "„{1}“ ist keine Kennung eines Bildes. Gib mindestens {2} der Hex-Ziffern, die Ergebnisse zeigen.",
  "No image in the library has the id {}. It may have been removed; search again.":
    "Kein Bild der Sammlung hat die Kennung {1}. Vielleicht wurde es entfernt; such noch einmal.",
  'Id "{}" fits several images ({} …). Give more digits.':
    "Die Kennung „{1}“ passt auf mehrere Bilder ({2} …). Gib mehr Ziffern.",
  "{} belongs to {} and is no picture of its own. Give {} instead.":
    "{1} gehört zu {2} und ist kein eigenes Bild. Gib stattdessen {3}.",
  "{} is neither a file of the library nor an image id. Add it with `glimpse add`, or give the id that results show.":
    "{1} ist weder eine Datei der Sammlung noch die Kennung eines Bildes. Nimm sie mit `glimpse add` auf, oder gib die Kennung, die Ergebnisse zeigen.",
  "{} reads English only, not {}. {} reads other languages: `glimpse models pull {}`, then `glimpse models use {}`.":
    "{1} liest nur Englisch, nicht {2}. {3} liest andere Sprachen: `glimpse models pull {4}`, dann `glimpse models use {5}`.",
  "{} was never shown a picture of {}: it can only guess what that looks like. Larger models were shown more; see `glimpse models list`.":
    "{1} hat nie ein Bild von {2} gesehen und kann nur raten, wie das aussieht. Größere Modelle haben mehr gesehen; siehe `glimpse models list`.",
  "So many pictures have {} in words that it was not looked for.":
    "So viele Bilder haben {1} in Worten, dass nicht danach gesucht wurde.",
  "Names and captions are still being prepared for search; some words may not be found yet.":
    "Namen und Unterschriften werden noch für die Suche vorbereitet; manche Wörter werden vielleicht noch nicht gefunden.",
  "Some pictures are known only to an older model, {}, which is not installed here as it was: they were not searched. `glimpse status` says how many; pull that model, or make the pictures reachable and run `glimpse add`.":
    "Manche Bilder kennt nur ein älteres Modell, {1}, das hier nicht mehr so installiert ist: sie wurden nicht durchsucht. `glimpse status` sagt, wie viele; lade das Modell, oder mach die Bilder erreichbar und führe `glimpse add` aus.",

  // ------------------------------------------------------------ dates, places, what the file knows
  "The time range ends ({}) before it begins ({}).": "Der Zeitraum endet ({1}), bevor er beginnt ({2}).",
  '"{}" is no date. Write 2024, 2024-06, 2024-06-30, 2024-06-30T18:00, 30d, 2w, 6m, 1y, "yesterday" or "3 days ago".':
    "„{1}“ ist kein Datum. Schreib 2024, 2024-06, 2024-06-30, 2024-06-30T18:00, 30d, 2w, 6m, 1y, „yesterday“ oder „3 days ago“.",
  "There is no {} in the calendar.": "Den {1} gibt es im Kalender nicht.",
  '"{}" names a time of day. Write a time as 2024-06-30T18:00.':
    "„{1}“ nennt eine Uhrzeit. Schreib eine Zeit wie 2024-06-30T18:00.",
  "The list of places is missing from this installation. `npm run build` makes it.":
    "Die Liste der Orte fehlt in dieser Installation. `npm run build` erzeugt sie.",
  "A place needs a name, such as Lisbon or Portugal.":
    "Ein Ort braucht einen Namen, etwa Lisbon oder Portugal.",
  "{}. There are also {}: name one so to mean it.":
    "{1!}. Es gibt auch {2!}: schreib es so, um es zu meinen.",
  '"{}" is read as the state': "„{1}“ ist als der Bundesstaat gelesen",
  '"{}" is read as {}': "„{1}“ ist als {2} gelesen",
  '"{}" is read as the country; the state is "{}, US".':
    "„{1}“ ist als das Land gelesen; der Bundesstaat ist „{2}, US“.",
  'The state is "{} State".': "Der Bundesstaat ist „{1} State“.",
  "{} and {} more": "{1} und {2} weitere",
  "{} bear the name {}: pictures of any of them are meant.":
    "{1!} tragen den Namen {2}: Bilder von jedem sind gemeint.",
  '"{}" may be {}. Give one of them as it is written here.':
    "„{1}“ kann {2!} sein. Schreib einen davon so, wie er hier steht.",
  "{} or {} smaller ones": "{1} oder {2} kleinere",
  'There is no city of 15,000 people or more, no country and no state of the United States called "{}". --near 38.7,-9.1:10km takes any place.':
    "Es gibt keine Stadt ab 15.000 Menschen, kein Land und keinen Bundesstaat der USA namens „{1}“. Unter „Nahe“ geht jeder Ort: 38.7,-9.1:10km.",
  'There is no city of 15,000 people or more, no country and no state of the United States called "{}". Did you mean {}? --near 38.7,-9.1:10km takes any place.':
    "Es gibt keine Stadt ab 15.000 Menschen, kein Land und keinen Bundesstaat der USA namens „{1}“. Meintest du {2!}? Unter „Nahe“ geht jeder Ort: 38.7,-9.1:10km.",
  "{} or {}": "{1} oder {2}",
  "A camera needs a name, such as iphone or canon eos.":
    "Eine Kamera braucht einen Namen, etwa iphone oder canon eos.",
  'No picture here is from a camera called "{}".': "Kein Bild hier ist von einer Kamera namens „{1}“.",
  'No picture here is from a camera called "{}". There are {}.':
    "Kein Bild hier ist von einer Kamera namens „{1}“. Es gibt {2}.",
  "{} is no place to be near. Write latitude, longitude and a distance: 38.7,-9.1:10km (km, m or mi; 10km without).":
    "In der Nähe von {1} geht nicht. Schreib Breite, Länge und eine Entfernung: 38.7,-9.1:10km (km, m oder mi; ohne sie 10km).",
  "The latitude {} is not on Earth: it goes from -90 to 90, and comes first.":
    "Die Breite {1} gibt es auf der Erde nicht: sie geht von -90 bis 90 und steht vorn.",
  "The longitude {} is not on Earth: it goes from -180 to 180.":
    "Die Länge {1} gibt es auf der Erde nicht: sie geht von -180 bis 180.",
  "The distance {} is not between 0 and 20,016 km, half of the way around the Earth.":
    "Die Entfernung {1} liegt nicht zwischen 0 und 20.016 km, der halben Strecke um die Erde.",
  "{} is no rating. Write 4.. for four stars and more, 2..3, or 5; stars go from 1 to 5, and -1 is what was rejected.":
    "{1} ist keine Bewertung. Schreib 4.. für vier Sterne und mehr, 2..3 oder 5; Sterne gehen von 1 bis 5, und -1 ist, was verworfen wurde.",
  "{} is no orientation. It is landscape, portrait or square.":
    "{1} ist keine Ausrichtung. Es gibt landscape, portrait und square.",
  "{} is no format that is read. Did you mean {}? There are {}.":
    "{1} ist kein Format, das gelesen wird. Meintest du {2}? Es gibt {3}.",
  "{} is no format that is read. There are {}.": "{1} ist kein Format, das gelesen wird. Es gibt {2}.",
  "Text in pictures is not read. Leave out --no-text and GLIMPSE_TEXT=off.":
    "Text in Bildern wird nicht gelesen. Lass --no-text und GLIMPSE_TEXT=off weg.",

  // ------------------------------------------------------------ tags and labels
  'There is no tag "{}". {}': "Ein Schlagwort „{1}“ gibt es nicht. {2!}",
  'The vocabulary has no tag "{}". {}': "Das Vokabular hat kein Schlagwort „{1}“. {2!}",
  "Did you mean {}?": "Meintest du {1!}?",
  "No picture has a tag yet.": "Noch hat kein Bild ein Schlagwort.",
  "Existing tags: {}.": "Es gibt: {1}.",
  'The tag is called "{}" already.': "Das Schlagwort heißt schon „{1}“.",
  "Another process is changing the vocabulary. Try again in a moment.":
    "Ein anderer Vorgang ändert gerade das Vokabular. Versuch es gleich noch einmal.",
  "A vocabulary takes up to {} tags; this one has {}.":
    "Ein Vokabular hat höchstens {1} Schlagwörter; dieses hat {2}.",
  "The vocabulary cannot be used: {}": "So geht es nicht: {1!}",
  'The vocabulary has the tag "{}" twice. Keep one of them.':
    "Das Vokabular hat das Schlagwort „{1}“ zweimal. Behalte eines.",
  "a tag is empty. Name what it stands for.": "ein Schlagwort ist leer. Schreib, wofür es steht.",
  "A tag is empty. Name what it stands for.": "Ein Schlagwort ist leer. Schreib, wofür es steht.",
  'tag "{}" holds one of , : | @ or a tab. Choose another name.':
    "im Schlagwort „{1}“ steht eines von , : | @ oder ein Tabulator. Wähle einen anderen Namen.",
  'Tag "{}" holds one of , : | @ or a tab. Choose another name.':
    "Im Schlagwort „{1}“ steht eines von , : | @ oder ein Tabulator. Wähle einen anderen Namen.",
  'tag "{}…" is longer than {} letters.': "das Schlagwort „{1}…“ ist länger als {2} Buchstaben.",
  'Tag "{}…" is longer than {} letters.': "Das Schlagwort „{1}…“ ist länger als {2} Buchstaben.",
  'a prompt of "{}" is empty. Write it as "{}: prompt | prompt", or leave the colon out.':
    "eine Umschreibung von „{1}“ ist leer. Schreib etwas zwischen die Striche.",
  'the threshold of "{}" must be a number from 0 to 1, such as "{} @0.6".':
    "die Schwelle von „{1}“ muss eine Zahl von 0 bis 1 sein.",
  "There is a label “{}” already. Edit that one.": "Den Begriff „{1}“ gibt es schon. Bearbeite diesen.",
  "There is no label “{}” any more.": "Den Begriff „{1}“ gibt es nicht mehr.",
  "There is a label “{}” already. Choose another name, or delete one of the two.":
    "Den Begriff „{1}“ gibt es schon. Wähle einen anderen Namen, oder lösche einen der beiden.",
  "Too few pictures were judged to suggest a threshold.":
    "Für einen Vorschlag sind noch zu wenige Bilder beurteilt.",
  "The question is empty. Say what was looked for.": "Die Frage ist leer. Schreib, was gesucht war.",
  "A question of more than {} characters is not kept.":
    "Eine Frage von mehr als {1} Zeichen wird nicht aufgehoben.",

  // ------------------------------------------------------------ copies: why one is kept, what tells one from another
  "the only one": "die einzige",
  "equal in everything": "in allem gleich",
  "{} (the same bytes)": "{1!} (dieselben Bytes)",
  "none is a copy of another": "keines ist eine Kopie eines anderen",
  "the original: {}": "das Original: {1!}",
  "the other is {}": "das andere ist {1!}",
  "the others are {}": "die anderen sind {1!}",
  "one other is {}": "ein anderes ist {1!}",
  "another is {}": "eine andere ist {1!}",
  "{} others are {}": "{1} andere sind {2!}",
  "out of reach now": "jetzt nicht erreichbar",
  "without a raw file or video beside it": "ohne Rohdatei oder Video daneben",
  "with a raw file or a video beside it": "mit einer Rohdatei oder einem Video daneben",
  "named or filed as a copy": "als Kopie benannt oder abgelegt",
  "the oldest": "die älteste",
  "at the shortest path": "am kürzesten Pfad",
  "in {}, as asked; {}": "in {1}, wie gewünscht; {2!}",
  "in {}, as asked": "in {1}, wie gewünscht",
  "the {}, as asked": "das {1!}, wie gewünscht",
  largest: "größte",
  oldest: "älteste",
  newest: "neueste",
  "tagged by a person": "von einem Menschen verschlagwortet",
  "unlike most of them": "den meisten von ihnen ungleich",
  "in no file that can be read": "in keiner lesbaren Datei",
  flattened: "abgeflacht",
  "compared with none of them": "mit keinem von ihnen verglichen",
  "an animation of it": "eine Animation davon",
  smaller: "kleiner",
  "of less fine structure": "mit weniger feinen Strukturen",
  "without a capture date": "ohne Aufnahmedatum",
  enlarged: "vergrößert",
  "saved again from one of them": "aus einem von ihnen neu gespeichert",
  "saved at lower quality": "in geringerer Qualität gespeichert",
  "saved as {}": "als {1} gespeichert",
  "compressed more": "stärker komprimiert",
  "in fewer bytes": "in weniger Bytes gespeichert",
  "the oldest of equally good ones": "das älteste unter gleich guten",
  "at the shortest path of equally good ones": "unter gleich guten am kürzesten Pfad",
  "of other contrast": "von anderem Kontrast",
  resized: "in anderer Größe",
  "saved again": "neu gespeichert",
  cropped: "beschnitten",
  trimmed: "am Rand beschnitten",
  framed: "gerahmt",
  mirrored: "gespiegelt",
  turned: "gedreht",
  brighter: "heller",
  darker: "dunkler",
  grey: "grau",
  recoloured: "umgefärbt",
  watermarked: "mit Wasserzeichen",
  larger: "größer",
  "with text added": "mit Text darauf",
  "text added": "mit Text darauf",
  "same bytes": "dieselben Bytes",
  "hard links of one file": "feste Links auf eine Datei",
  "same layout, other content": "gleicher Aufbau, anderer Inhalt",
  "similar scene": "ähnliche Szene",
  "verdict of a person": "Urteil eines Menschen",
  "same picture": "dasselbe Bild",
  "Both ids name the same image: its copies are the same by content.":
    "Beide Kennungen nennen dasselbe Bild: seine Kopien sind dem Inhalt nach gleich.",
  "The folder to keep copies in is not among those that are shown here.":
    "Der Ordner, in dem Kopien bleiben sollen, gehört nicht zu denen, die hier gezeigt werden.",

  // ------------------------------------------------------------ moving files
  "There is no file that could go.": "Es gibt keine Datei, die weg könnte.",
  "{} is no absolute path. Name the whole path of a folder.":
    "{1} ist kein vollständiger Pfad. Nenne den ganzen Pfad eines Ordners.",
  "There is no folder {}. Make it first, or name another one.":
    "Es gibt keinen Ordner {1}. Leg ihn an, oder nenne einen anderen.",
  "{} lies in {}, which is in the library: the files would be found there again. Name a folder outside.":
    "{1} liegt in {2}, das zur Sammlung gehört: die Dateien würden dort wieder gefunden. Nenne einen Ordner außerhalb.",
  "It is in no folder of the library.": "Sie liegt in keinem Ordner der Sammlung.",
  "It is not there any more.": "Sie ist nicht mehr da.",
  "It was changed since it was added.": "Sie wurde geändert, seit sie aufgenommen wurde.",
  "It lies on another disk than the folder.": "Sie liegt auf einem anderen Datenträger als der Ordner.",
  "Every name for it is taken there.": "Jeder Name für sie ist dort vergeben.",
  "It could not be moved ({}).": "Sie ließ sich nicht verschieben ({1}).",
  "A link leads to it from outside the folder.": "Ein Verweis von außerhalb des Ordners führt zu ihr.",
  "The copy to keep is not there: {}": "Die Kopie, die bleiben soll, ist nicht da: {1!}",
  "A link in the folder leads elsewhere.": "Ein Verweis im Ordner führt anderswohin.",
  "This move is not known, or was undone.":
    "Diese Verschiebung ist nicht bekannt, oder sie wurde rückgängig gemacht.",
  "It was changed since it was moved.": "Sie wurde geändert, seit sie verschoben wurde.",
  "Another file has its name: {}": "Eine andere Datei hat ihren Namen: {1}",
  "It could not be moved back ({}).": "Sie ließ sich nicht zurückschieben ({1}).",
  "Files are being moved at this moment. Try again when that has ended.":
    "Gerade werden Dateien verschoben. Versuch es noch einmal, wenn das zu Ende ist.",

  // ------------------------------------------------------------ pictures and films
  "The file cannot be reached now.": "Die Datei ist jetzt nicht erreichbar.",
  "There is no film {} that can be played now.": "Es gibt keinen Film {1}, der jetzt gezeigt werden kann.",
  "Image {} has no vector yet. Run `glimpse add`.":
    "Das Bild {1} hat noch keinen Vektor. Führe `glimpse add` aus.",
  "Image {} has no thumbnail.": "Das Bild {1} hat kein Vorschaubild.",
  "The original of {} cannot be read now, and a moment of it is read only there. Without the moment, what was read before is shown.":
    "Das Original von {1} ist jetzt nicht lesbar, und ein Moment davon wird nur dort gelesen. Ohne den Moment wird gezeigt, was zuvor gelesen wurde.",
  "The original of image {} cannot be read: its file is offline, changed, or was posted on Discord. Its thumbnail is kept.":
    "Das Original des Bildes {1} ist nicht lesbar: seine Datei ist nicht da, geändert oder wurde auf Discord geteilt. Sein Vorschaubild bleibt.",
  "The dropped picture is no longer known. Drop it again.":
    "Das abgelegte Bild ist nicht mehr bekannt. Leg es noch einmal ab.",
  "A dropped picture may have {} MiB at most.": "Ein abgelegtes Bild darf höchstens {1} MiB haben.",

  // ------------------------------------------------------------ what a picture or film could not be read for
  "It vanished while it was read.": "Sie verschwand beim Lesen.",
  "Files of the kind {} are not read.": "Dateien der Art {1} werden nicht gelesen.",
  "The model finds nothing in this picture: its vector has no direction.":
    "Das Modell findet in diesem Bild nichts: sein Vektor hat keine Richtung.",
  "Reading this picture did not finish, twice.": "Dieses Bild zu lesen endete zweimal nicht.",
  "Reading this picture crashed the embedding process, twice.":
    "Dieses Bild zu lesen ließ den Einbettungsprozess zweimal abstürzen.",
  "This is not a file.": "Das ist keine Datei.",
  "This is no file.": "Das ist keine Datei.",
  "This is a film, and no picture.": "Das ist ein Film und kein Bild.",
  "There is no permission to read the file.": "Es fehlt die Erlaubnis, die Datei zu lesen.",
  "Too many open files. Raise `ulimit -n` and run again.":
    "Zu viele offene Dateien. Erhöhe `ulimit -n` und versuch es noch einmal.",
  "The file cannot be read: {}.": "Die Datei ist nicht lesbar: {1}.",
  "Decoding the picture took longer than allowed.": "Das Bild zu entschlüsseln dauerte länger als erlaubt.",
  "This kind of {} is not read ({}). Export it as JPEG or PNG and add that.":
    "Diese Art von {1} wird nicht gelesen ({2}). Exportiere es als JPEG oder PNG und nimm das auf.",
  "The picture is damaged or incomplete ({}).": "Das Bild ist beschädigt oder unvollständig ({1!}).",
  "the file ends {}": "die Datei endet {1!}",
  "long before it does": "lange vor dem Ende",
  "before the last {} % of it": "vor den letzten {1} %",
  "its BMP header makes no sense": "sein BMP-Kopf ergibt keinen Sinn",
  "the icon holds no whole picture": "das Symbol enthält kein ganzes Bild",
  "its head does not say where the picture is": "sein Kopf sagt nicht, wo das Bild ist",
  "The file holds sound, and no film.": "Die Datei enthält Ton und keinen Film.",
  "The film is damaged or incomplete: no picture of it can be read{}.":
    "Der Film ist beschädigt oder unvollständig: kein Bild davon ist lesbar{1}.",
  "Films are read with ffmpeg, and there is no {} on PATH. Install ffmpeg and add again.":
    "Filme werden mit ffmpeg gelesen, und {1} ist nicht im PATH. Installiere ffmpeg und nimm sie noch einmal auf.",
  "Its pixels are numbers from {} to {}, of which it is not known what is black and what is white. Export it as JPEG or PNG and add that.":
    "Seine Pixel sind Zahlen von {1} bis {2}, von denen nicht bekannt ist, was schwarz und was weiß ist. Exportiere es als JPEG oder PNG und nimm das auf.",
  "Its pixels are {} numbers of a kind of which it is not known what is black and what is white. Export it as JPEG or PNG and add that.":
    "Seine Pixel sind {1}-Zahlen einer Art, von der nicht bekannt ist, was schwarz und was weiß ist. Exportiere es als JPEG oder PNG und nimm das auf.",
  "This BMP {}: that kind is not read. Save it as PNG and add that.":
    "Diese Art von BMP wird nicht gelesen ({1}). Speichere es als PNG und nimm das auf.",
  "The file is empty (0 bytes).": "Die Datei ist leer (0 Bytes).",
  "SVG drawings are not read. Export it as PNG and add that.":
    "SVG-Zeichnungen werden nicht gelesen. Exportiere sie als PNG und nimm das auf.",
  "Pages of PDF documents are not read. Export them as PNG or JPEG and add those.":
    "Seiten von PDF-Dokumenten werden nicht gelesen. Exportiere sie als PNG oder JPEG und nimm diese auf.",
  "Pictures of the kind {} are not read. Export it as JPEG or PNG and add that.":
    "Bilder der Art {1} werden nicht gelesen. Exportiere es als JPEG oder PNG und nimm das auf.",
  "Not a picture, whatever its name says. {}.": "Kein Bild, was auch immer der Name sagt. {1!}.",
  "Its first bytes fit no picture format": "Die ersten Bytes passen zu keinem Bildformat",
  "It is {}": "Es ist {1}",
  "HEIC pictures need the package libheif-js. It comes with Glimpse unless optional packages are left out: install Glimpse again without `--omit=optional`, then add the pictures again.":
    "HEIC-Bilder brauchen das Paket libheif-js. Es kommt mit Glimpse, wenn optionale Pakete nicht ausgelassen werden: installiere Glimpse ohne `--omit=optional` neu und nimm die Bilder noch einmal auf.",
  "It is a TIFF of YCbCr colours that are not stored as JPEG, which would be shown in false colours. Export it as JPEG or PNG and add that.":
    "Es ist ein TIFF in YCbCr-Farben, die nicht als JPEG gespeichert sind, und würde in falschen Farben gezeigt. Exportiere es als JPEG oder PNG und nimm das auf.",
  "{}; one of at least {} on its longer side is needed. Export it as JPEG and add that.":
    "{1!}; gebraucht wird eine von mindestens {2} an der längeren Seite. Exportiere es als JPEG und nimm das auf.",
  "The largest preview in this raw file has {} x {} pixels":
    "Die größte Vorschau in dieser Rohdatei hat {1} x {2} Pixel",
  "This raw file holds no whole preview": "Diese Rohdatei enthält keine ganze Vorschau",
  "The file has {} MiB; pictures up to {} MiB are read.":
    "Die Datei hat {1} MiB; gelesen werden Bilder bis {2} MiB.",
  "The picture is {} x {}; sides of up to 65,535 pixels are read.":
    "Das Bild ist {1} x {2}; gelesen werden Seiten bis 65.535 Pixel.",
  "The picture is {} x {}; up to {} are read.": "Das Bild ist {1} x {2}; gelesen werden bis {3}.",
  "The picture is {} x {}, which takes about {} MiB of memory to decode; the limit is {} MiB (GLIMPSE_PICTURE_MEMORY).":
    "Das Bild ist {1} x {2} und braucht etwa {3} MiB Speicher; die Grenze sind {4} MiB (GLIMPSE_PICTURE_MEMORY).",

  // ------------------------------------------------------------ folders
  "{} is {}, not a file or folder. Name a folder of pictures.":
    "{1} ist weder Datei noch Ordner. Nenne einen Ordner mit Bildern.",
  "There is no permission to look at {}. Allow it, or name another folder.":
    "Es fehlt die Erlaubnis, {1} anzusehen. Erlaube es, oder nenne einen anderen Ordner.",
  "There is no file or folder {}. Check the spelling.":
    "Es gibt weder Datei noch Ordner {1}. Prüf die Schreibweise.",
  "This folder is not in the library.": "Dieser Ordner gehört nicht zur Sammlung.",
  "This folder is not among those that are shown here.":
    "Dieser Ordner gehört nicht zu denen, die hier gezeigt werden.",
  "The system cannot watch all of these folders, so some changes will be missed. Raise its limit (on Linux fs.inotify.max_user_watches), or run `glimpse add` from time to time.":
    "Das System kann nicht alle diese Ordner beobachten, manche Änderung wird übersehen. Erhöhe die Grenze (unter Linux fs.inotify.max_user_watches), oder führe ab und zu `glimpse add` aus.",
  "1 file": "1 Datei",
  "{} files": "{1!} Dateien",
  "{} of kinds not read: {}": "{1!} von Arten, die nicht gelesen werden: {2!}",
  "{} of a kind not read: {}": "{1!} einer Art, die nicht gelesen wird: {2!}",
  "{} ({})": "{1} ({2!})",
  "HEIC needs libheif-js: see `glimpse doctor`": "HEIC braucht libheif-js: siehe `glimpse doctor`",
  "films are read where ffmpeg is installed": "Filme werden gelesen, wo ffmpeg installiert ist",
  "pictures left out: {}": "ausgelassene Bilder: {1!}",
  "folders not looked into: {}": "Ordner, in die nicht geschaut wurde: {1!}",
  "{} in a recycle bin": "{1!} in einem Papierkorb",
  "{} in snapshots": "{1!} in Schnappschüssen",
  "{} in folders of the system": "{1!} in Ordnern des Systems",
  "{} in libraries of other programs": "{1!} in Sammlungen anderer Programme",
  "{} in folders marked {}": "{1!} in Ordnern mit {2}",
  "{} hidden": "{1!} versteckt",
  "{} listed in a {}": "{1!} aufgeführt in einer {2}",
  "{} of snapshots": "{1!} mit Schnappschüssen",
  "{} of the system": "{1!} des Systems",
  "{} of other programs' photo libraries": "{1!} mit Sammlungen anderer Programme",

  // ------------------------------------------------------------ models
  "The library keeps its model, since of {} the files cannot be read now. Make them reachable first.":
    "Die Sammlung behält ihr Modell, da Dateien jetzt nicht lesbar sind ({1!}). Mach sie zuerst erreichbar.",
  "Another process switched this library to other weights of {} ({}) than are installed here ({}). Update this Glimpse, then start it again.":
    "Ein anderer Vorgang hat diese Sammlung auf andere Gewichte von {1} ({2}) umgestellt, als hier installiert sind ({3}). Bring dieses Glimpse auf den neuesten Stand und starte es neu.",
  "Model {} is not installed: {} is missing or incomplete. {}":
    "Das Modell {1} ist nicht installiert: {2} fehlt oder ist unvollständig. {3}",
  "Model {} names no hub to download {} from.":
    "Das Modell {1} nennt keine Quelle, von der {2} zu laden ist.",
  "{} reads text in pictures and cannot embed them. Once pulled it is used by itself; see `glimpse models list`.":
    "{1} liest Text in Bildern und kann sie nicht einbetten. Ist es geladen, wird es von selbst benutzt; siehe `glimpse models list`.",
  'Model {} has no variant "{}". It has: {}.': "Das Modell {1} hat keine Variante „{2}“. Es hat: {3}.",
  'There is no model "{}". Known models: {}. See `glimpse models list`; one of your own is installed by `glimpse models add FOLDER`.':
    "Ein Modell „{1}“ gibt es nicht. Bekannt sind: {2}. Siehe `glimpse models list`; ein eigenes installiert `glimpse models add ORDNER`.",
  "Model {} needs {} MB, but only {} MB are free at {}. Free some space, or pull a smaller variant (see `glimpse models list`).":
    "Das Modell {1} braucht {2} MB, aber bei {4} sind nur {3} MB frei. Schaff Platz, oder lade eine kleinere Variante (siehe `glimpse models list`).",
  "The embedding process cannot start. Run `glimpse doctor`.{}":
    "Der Einbettungsprozess kann nicht starten. Führe `glimpse doctor` aus.{1}",
  "The embedding process crashed twice on this. Run `glimpse doctor`.{}":
    "Der Einbettungsprozess stürzte hierbei zweimal ab. Führe `glimpse doctor` aus.{1}",
  "The embedder was closed before this was embedded.":
    "Der Einbettungsprozess endete, bevor dies eingebettet war.",

  "CLIP trained on two billion pictures: English, as quick as OpenAI's and better.":
    "CLIP, mit zwei Milliarden Bildern trainiert: Englisch, so schnell wie das von OpenAI und besser.",
  "OpenAI's CLIP, the common reference. English; good with things, scenes and styles.":
    "CLIP von OpenAI, der übliche Maßstab. Englisch; gut bei Dingen, Szenen und Stilen.",
  "Meta's Perception Encoder: English, precise with things and scenes.":
    "Perception Encoder von Meta: Englisch, genau bei Dingen und Szenen.",
  "Small built-in model: works offline at once, on any machine. Knows everyday things; for careful search pull siglip2-b16-256.":
    "Kleines eingebautes Modell: geht sofort, ohne Netz, auf jedem Rechner. Kennt Alltägliches; für gründliche Suche lade siglip2-b16-256.",
  "Reads text in pictures; installed with the program.": "Liest Text in Bildern; kommt mit dem Programm.",
  "Reads text in pictures, beside the built-in reader.":
    "Liest Text in Bildern, neben dem eingebauten Leser.",
  "Google's SigLIP 2 at 224 px, kept for libraries that have it.":
    "SigLIP 2 von Google mit 224 px, für Sammlungen, die es haben.",
  "Google's SigLIP 2: the best for most libraries, in more than a hundred languages.":
    "SigLIP 2 von Google: das beste für die meisten Sammlungen, in mehr als hundert Sprachen.",
  "A third of the work for a picture, in more than a hundred languages: for slow machines and large libraries.":
    "Ein Drittel der Arbeit je Bild, in mehr als hundert Sprachen: für langsame Rechner und große Sammlungen.",
  "The best that a processor without a graphics card bears, in more than a hundred languages; several times the work of the base model.":
    "Das Beste, was ein Prozessor ohne Grafikkarte verträgt, in mehr als hundert Sprachen; ein Mehrfaches der Arbeit des Grundmodells.",
  "{}; the model card calls deployed use out of scope":
    "{1}; die Modellbeschreibung schließt den Einsatz in Produkten aus",
  "weights trained by this project on research data; not for commercial use":
    "Gewichte von diesem Projekt mit Forschungsdaten trainiert; nicht für gewerbliche Nutzung",
  "the reference": "der Maßstab",
  "half the download; published cosine to fp32 {}":
    "halb so viel zu laden; veröffentlichter Kosinus zu fp32 {1!}",
  "{} (image)": "{1} (Bild)",
  "{} (image) and {} (text)": "{1} (Bild) und {2} (Text)",
  "a quarter of the download; vectors differ between processors (components by up to 0.03) and between batch sizes, so pictures run one at a time and a library should stay on one machine":
    "ein Viertel zu laden; Vektoren unterscheiden sich zwischen Prozessoren (Komponenten um bis zu 0,03) und Stapelgrößen, darum laufen Bilder einzeln, und eine Sammlung sollte auf einem Rechner bleiben",
  "a quarter of the download; published cosine to fp32 of only 0.92 to 0.93, which costs search quality":
    "ein Viertel zu laden; veröffentlichter Kosinus zu fp32 nur 0,92 bis 0,93, was Suchgüte kostet",
  "published cosine to fp32 1.000 for pictures and texts":
    "veröffentlichter Kosinus zu fp32 1,000 für Bilder und Texte",
  "two thirds of the download and half of the memory; published cosine to fp32 0.969 for pictures (worst 0.952) and 0.997 for texts, the first hit right as often (0.96 of 25 questions)":
    "zwei Drittel zu laden und halber Speicher; veröffentlichter Kosinus zu fp32 0,969 für Bilder (schlechtester 0,952) und 0,997 für Texte, der erste Treffer so oft richtig (0,96 von 25 Fragen)",
  "not published for this size; of SigLIP 2's other sizes, a cosine to fp32 of 1.000":
    "für diese Größe nicht veröffentlicht; bei den anderen Größen von SigLIP 2 ein Kosinus zu fp32 von 1,000",
  "pictures in full precision, since one project measured the half-precision tower and rejected it; texts in half precision":
    "Bilder in voller Genauigkeit, da ein Projekt den Turm in halber gemessen und verworfen hat; Texte in halber",

  // ------------------------------------------------------------ the library itself
  "The library was closed; open it again to use it.": "Die Sammlung ist geschlossen; öffne sie noch einmal.",
  "The library was closed: {} is no longer open.": "Die Sammlung ist geschlossen: {1} ist nicht mehr offen.",
  "The library was closed: its settings are no longer open.":
    "Die Sammlung ist geschlossen: ihre Einstellungen sind nicht mehr offen.",
  "The library at {} cannot be reached ({}). Check that the database server runs and can be reached from here, then try again; nothing that was stored is lost.":
    "Die Sammlung unter {1} ist nicht erreichbar ({2}). Prüf, ob der Datenbankserver läuft und von hier aus zu erreichen ist, und versuch es dann noch einmal; nichts Gespeichertes ist verloren.",
  "The library in {} was replaced by another while this program had it open. Start the program again to use the new one.":
    "Die Sammlung in {1} wurde durch eine andere ersetzt, während dieses Programm sie offen hatte. Starte es neu, um die neue zu benutzen.",
  "The library in {} was deleted or moved away, or its disk is gone, while this program had it open. Put it back, or add your pictures again; then start the program again.":
    "Die Sammlung in {1} wurde gelöscht oder verschoben, oder ihr Datenträger ist fort, während dieses Programm sie offen hatte. Leg sie zurück, oder nimm deine Bilder neu auf; starte dann das Programm neu.",
  "The library is open for reading only: {} cannot be changed. Make the file and its folder writable, or use another library folder.":
    "Die Sammlung ist nur zum Lesen offen: {1} lässt sich nicht ändern. Mach die Datei und ihren Ordner beschreibbar, oder nimm einen anderen Ordner.",
  "The library cannot be changed: {} is read-only. Searching still works; to add or remove, make the file and its folder writable or use another library folder.":
    "Die Sammlung lässt sich nicht ändern: {1} ist schreibgeschützt. Suchen geht weiter; zum Aufnehmen und Entfernen mach die Datei und ihren Ordner beschreibbar, oder nimm einen anderen Ordner.",
  "The disk is full: {} could not grow. {}; free some space and run again.":
    "Der Datenträger ist voll: {1} konnte nicht wachsen. {2!}; schaff Platz und versuch es noch einmal.",
  "Everything acknowledged so far is kept": "Alles bisher Bestätigte ist aufgehoben",
  "The disk failed while reading or writing {}. {}; check the disk (is it full, unplugged, failing?) and run again.":
    "Der Datenträger versagte beim Lesen oder Schreiben von {1}. {2!}; prüf ihn (voll, abgezogen, defekt?) und versuch es noch einmal.",
  "Not enough memory to work on {}. {}; close other programs and run again.":
    "Zu wenig Speicher für {1}. {2!}; schließ andere Programme und versuch es noch einmal.",
  "Another program keeps the catalog {} locked. {}; wait until it is done, or stop it, and run again.":
    "Ein anderes Programm sperrt den Katalog {1}. {2!}; warte, bis es fertig ist, oder beende es, und versuch es noch einmal.",
  "The catalog {} is damaged. {}": "Der Katalog {1} ist beschädigt. {2}",
  "No image {} is in the library (any more).": "Das Bild {1} ist nicht (mehr) in der Sammlung.",

  // ------------------------------------------------------------ the page's server, and the fields of its forms
  tag: "Schlagwort",
  to: "Ziel",
  path: "Ordner",
  threshold: "Schwelle",
  prompts: "Umschreibungen",
  question: "Frage",
  "The request cannot be read.": "Die Anfrage ist nicht lesbar.",
  "“{}” must not be empty.": "„{1!}“ darf nicht leer sein.",
  "“{}” must be {} or more.": "„{1!}“ muss mindestens {2} sein.",
  "“{}” must be {} or less.": "„{1!}“ darf höchstens {2} sein.",
  "“{}” may have {} characters at most.": "„{1!}“ darf höchstens {2} Zeichen haben.",
  "“{}” may have {} values at most.": "„{1!}“ darf höchstens {2} Werte haben.",
  "“{}” must be one of these: {}.": "„{1!}“ muss eines von diesen sein: {2}.",
  "“{}” is missing, or cannot be read as what it should be.": "„{1!}“ fehlt oder ist nicht lesbar.",
  "The map was laid out again since this region was marked. Mark it again.":
    "Die Karte wurde neu ausgelegt, seit dieser Bereich markiert wurde. Markiere ihn noch einmal.",
  "The picture that this theme is named by is not among those that are shown here.":
    "Das Bild, nach dem dieses Thema heißt, gehört nicht zu denen, die hier gezeigt werden.",
  "The address is not usable: region (give the map's version, then x,y of each corner).":
    "Der Bereich der Karte in der Adresse ist nicht lesbar. Markiere ihn noch einmal.",
  Password: "Passwort",
  Open: "Öffnen",
  "Open the link that `glimpse web` printed last in its terminal. Each link opens one browser; a new one is printed when it was used.":
    "Öffne den Link, den `glimpse web` zuletzt in seinem Terminal ausgegeben hat. Jeder Link öffnet einen Browser; war er benutzt, steht dort ein neuer.",
  "This is not the password.": "Das ist nicht das Passwort.",
  "Too many attempts. Wait a minute.": "Zu viele Versuche. Warte eine Minute.",
  "Sign in again.": "Melde dich wieder an.",
  "There is no such address.": "Diese Adresse gibt es nicht.",
  "Something went wrong inside Glimpse; its terminal has the details.":
    "In Glimpse ging etwas schief; Näheres steht in seinem Terminal.",
  "Give the words to pin.": "Gib die Wörter, die auf die Karte sollen.",
  "Ask for {} pictures at most.": "Frag nach höchstens {1} Bildern.",

  // ------------------------------------------------------------ the examination
  node: "Node",
  database: "Datenbank",
  disk: "Datenträger",
  catalog: "Katalog",
  vectors: "Vektoren",
  index: "Index",
  device: "Gerät",
  "model {}": "Modell {1}",
  "answers of {}": "Antworten von {1}",
  "{}; {} or newer is needed. Install a newer one from nodejs.org.":
    "{1}; gebraucht wird {2} oder neuer. Installiere ein neueres von nodejs.org.",
  "its driver was made for this Node": "ihr Treiber wurde für dieses Node gebaut",
  "installed: large libraries use an HNSW graph": "installiert: große Sammlungen benutzen einen HNSW-Graphen",
  "not installed (it is compiled at install): search scans exactly, which slows down beyond some 100,000 pictures. Install a C++ compiler and run `npm rebuild hnswlib-node`.":
    "nicht installiert (es wird bei der Installation übersetzt): die Suche vergleicht alles, was ab etwa 100.000 Bildern langsam wird. Installiere einen C++-Compiler und führe `npm rebuild hnswlib-node` aus.",
  "installed: HEIC pictures are read": "installiert: HEIC-Bilder werden gelesen",
  "not installed: {}": "nicht installiert: {1!}",
  "on PATH: films are read": "im PATH: Filme werden gelesen",
  "ffmpeg and ffprobe are not on PATH: films, and all but the first frame of animated PNG and AVIF, are not read. Install ffmpeg and run `glimpse add`.":
    "ffmpeg und ffprobe sind nicht im PATH: Filme, und von bewegten PNG und AVIF alles außer dem ersten Bild, werden nicht gelesen. Installiere ffmpeg und führe `glimpse add` aus.",
  "unknown until {} is there; it is made when pictures are added":
    "unbekannt, bis es {1} gibt; es entsteht, wenn Bilder aufgenommen werden",
  "{} GB free on the library's disk": "{1} GB frei auf dem Datenträger der Sammlung",
  "{} GB free on the library's disk, which is little. Free some before adding pictures.":
    "{1} GB frei auf dem Datenträger der Sammlung: das ist wenig. Schaff Platz, bevor du Bilder aufnimmst.",
  "none at {} yet; `glimpse add` makes it": "noch keiner in {1}; `glimpse add` legt ihn an",
  "{} cannot be written: pictures are found, none can be added. Make the file and its folder writable for that.":
    "{1} ist nicht beschreibbar: Bilder werden gefunden, aufgenommen werden keine. Mach dafür die Datei und ihren Ordner beschreibbar.",
  "every vector is compared, as fits the library's size":
    "jeder Vektor wird verglichen, wie es zur Größe der Sammlung passt",
  "sound; images that changed since it was built, and are compared separately: {}":
    "in Ordnung; Bilder, die sich seit dem Aufbau geändert haben und einzeln verglichen werden: {1}",
  "the index file is {}; it is not used, and is rebuilt by the next `glimpse add`":
    "die Indexdatei ist {1!}; sie wird nicht benutzt und vom nächsten `glimpse add` neu gebaut",
  damaged: "beschädigt",
  "of another catalog, or too old for this one": "von einem anderen Katalog oder zu alt für diesen",
  "sound; {}, {} noted": "in Ordnung; {1!}, {2!} vermerkt",
  "every image has its vector under {}": "jedes Bild hat seinen Vektor von {1}",
  "{} without a vector under {}; `glimpse add` makes what is missing":
    "{1!} ohne Vektor von {2}; `glimpse add` holt das nach",
  "{}: as pinned": "{1}: wie festgeschrieben",
  "{}: {}; run `glimpse models pull {}`": "{1}: {2!}; führe `glimpse models pull {3}` aus",
  missing: "fehlt",
  "the CPU": "dem Prozessor",
  "pictures are embedded on {}": "Bilder werden eingebettet auf: {1!}",
};
