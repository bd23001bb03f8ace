import { pluralsIn } from "../../shared/plurals.ts";
import type { AnswerTexts, BotTexts } from "./english.ts";

const commands: BotTexts["commands"] = {
  help: ["aide", "Ce que le bot sait faire"],
  find: ["chercher", "Trouver des images d'après ce qu'elles montrent"],
  "find.query": ["recherche", "Ce que l'image montre, par exemple : golden retriever on a beach"],
  "find.image": ["image", "Trouver des images comme celle-ci ; avec des mots, les deux comptent"],
  "find.channel": ["salon", "Seulement ce salon et ses fils"],
  "find.author": ["auteur", "Seulement les images publiées par cette personne"],
  "find.since": ["depuis", "Seulement à partir de ce jour : 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  "find.until": ["jusqu-au", "Seulement jusqu'à ce jour inclus : 2026-03-01, 2026-03, 4w, yesterday"],
  "find.sort": ["ordre", "Ordre des images"],
  "find.sort.relevance": ["les plus proches d'abord", ""],
  "find.sort.newest": ["les plus récentes d'abord", ""],
  "find.sort.oldest": ["les plus anciennes d'abord", ""],
  "find.caption": ["texte", "Seulement si le message le dit (là où le serveur garde les textes)"],
  "find-similar": ["Images semblables", ""],
  "classify-picture": ["Décrire", ""],
  classify: ["décrire", "Dire ce qu'une image montre"],
  "classify.image": ["image", "L'image"],
  "classify.labels": ["choix", "Choisir parmi ceux-ci, séparés par des virgules : cat, dog, car"],
  duplicates: ["doublons", "Images publiées plus d'une fois"],
  "duplicates.channel": ["salon", "Seulement ce salon et ses fils"],
  "duplicates.since": ["depuis", "Seulement à partir de ce jour : 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  index: ["index", "Choisir de quels salons les images se trouvent"],
  "index.add": ["ajouter", "Rendre trouvables les images d'un salon, anciennes et nouvelles"],
  "index.add.channel": ["salon", "Le salon, ou une catégorie avec tous ses salons"],
  "index.add.all": ["tous", "Tous les salons que vous et le bot pouvez lire"],
  "index.add.except": ["sauf", "Pas ceux-ci : #salon #salon"],
  "index.estimate": ["estimer", "Combien de messages avec images a un salon, avant de le lire"],
  "index.remove": ["retirer", "Oublier les images d'un salon"],
  "index.status": ["état", "Ce qui est indexé, et jusqu'où"],
  "index.export": ["exporter", "Ce que l'index dit de chaque publication, en fichiers"],
  "index.log": ["journal", "Un salon où le bot dit ce qui a changé, ce qu'il a effacé, et pourquoi"],
  "index.log.channel": ["salon", "Le salon ; sans lui, rien n'est noté"],
  "index.pause": ["pause", "Ne plus prendre d'images d'un salon pour l'instant"],
  "index.resume": ["reprendre", "Continuer là où c'était en pause"],
  "index.channel": ["salon", "Le salon"],
  "index.captions": ["textes", "Garder le texte des messages avec les images, pour y chercher"],
  "index.captions.keep": ["garder", "Non efface tous les textes gardés jusqu'ici"],
  "index.text": ["écrits", "Lire le texte dans les images, pour que ses mots se trouvent"],
  "index.text.read": ["lire", "Non efface tout ce qui a été lu jusqu'ici"],
  "index.links": ["liens", "Prendre aussi les images que Discord montre des liens"],
  "index.links.take": ["prendre", "Non efface celles prises jusqu'ici"],
  "index.stickers": ["autocollants", "Prendre aussi les autocollants postés"],
  "index.stickers.take": ["prendre", "Non efface ceux pris jusqu'ici"],
  "index.retention": ["conservation", "Effacer les images de l'index après un certain temps"],
  "index.retention.days": ["jours", "Jours de conservation ; 0 les garde pour toujours"],
  "index.proxies": ["mandataires", "Qui compte comme auteur de ce que publient PluralKit ou Tupperbox"],
  "index.proxies.author": ["auteur", "Le webhook, ou le membre derrière lui, que /privacy atteint alors"],
  "index.proxies.webhook": ["le webhook", ""],
  "index.proxies.member": ["le membre derrière lui", ""],
  autotag: ["autotag", "Étiqueter les images dès leur publication"],
  "autotag.set": ["définir", "Comment étiqueter les images d'un salon ; ce qui est omis reste"],
  "autotag.list": ["liste", "Les règles de tous les salons"],
  "autotag.allow": ["autoriser", "Images qui peuvent être republiées sans avertissement"],
  "autotag.allow.message": ["message", "Lien d'un message qui les contient"],
  "autotag.allow.again": ["encore", "Non l'annule"],
  "autotag.channel": ["salon", "Le salon"],
  "autotag.mode": ["mode", "Comment les étiquettes se montrent"],
  "autotag.mode.off": ["désactivé", ""],
  "autotag.mode.react": ["réagir avec l'émoji de l'étiquette", ""],
  "autotag.mode.log": ["écrire dans un salon de journal", ""],
  "autotag.mode.reply": ["répondre à l'image", ""],
  "autotag.labels": ["étiquettes", "Les étiquettes au choix, séparées par des virgules"],
  "autotag.threshold": ["seuil", "Degré de certitude voulu, de 0.05 à 0.95"],
  "autotag.log": ["journal", "Où le mode journal écrit"],
  "autotag.reposts": ["republications", "Dire aussi quand une image a déjà été publiée"],
  "autotag.repost-wait": ["attente", "Heures après lesquelles une republication est signalée ; 0 aussitôt"],
  scam: ["arnaque", "Images d'arnaques connues : une liste, des alertes et le reste"],
  "scam.watch": [
    "surveiller",
    "Où vont les alertes et ce qui est fait ; sans aucune option, plus rien n'est surveillé",
  ],
  "scam.watch.channel": ["salon", "Un salon de modérateurs"],
  "scam.watch.action": ["mesure", "Ce qui est fait en plus de l'alerte"],
  "scam.watch.alert": ["rien d'autre", ""],
  "scam.watch.delete": ["supprimer le message", ""],
  "scam.watch.timeout": ["supprimer et exclure temporairement l'auteur", ""],
  "scam.watch.minutes": ["minutes", "Durée d'une exclusion temporaire ; 60 par défaut"],
  "scam.watch.bursts": ["rafales", "Aussi une image postée par un membre dans trois salons en deux minutes"],
  "scam.mark": ["marquer", "Mettre une image sur la liste"],
  "scam.mark.picture": ["image", "L'image"],
  "scam.list": ["liste", "Les images de la liste, à regarder et à retirer"],
  "mark-scam": ["Marquer comme arnaque", ""],
  saved: ["enregistrées", "Savoir quand une nouvelle image correspond à ce que vous cherchez"],
  "saved.add": ["ajouter", "Garder des mots et savoir quand une nouvelle image y correspond"],
  "saved.add.query": ["recherche", "Ce que montre l'image, par exemple : golden retriever on a beach"],
  "saved.add.thread": ["fil", "Le fil où vous êtes prévenu ; sans fil, celui-ci"],
  "saved.add.dm": ["mp", "Oui : le bot vous prévient par message privé"],
  "saved.list": ["liste", "Ce que vous gardez sur ce serveur, à regarder et à retirer"],
  safety: ["protection", "Termes auxquels comparer les images, pour les modérateurs ; sinon inactif"],
  "safety.set": ["définir", "Que faire des nouvelles images qui ressemblent à l'un de ces termes"],
  "safety.set.action": ["mesure", "Que faire"],
  "safety.flag": ["prévenir les modérateurs dans un salon", ""],
  "safety.spoiler": ["demander un spoiler à l'auteur", ""],
  "safety.log": ["le noter là où /index journal écrit", ""],
  "safety.set.labels": ["termes", "Que chercher, séparé par des virgules : weapon, spider"],
  "safety.set.threshold": ["seuil", "À quel point en être sûr, de 0.05 à 0.95"],
  "safety.set.channel": ["salon", "Où prévenir les modérateurs"],
  "safety.off": ["désactiver", "Arrêter l'une de ces mesures"],
  "safety.list": ["liste", "Ce qui est défini"],
  privacy: ["confidentialité", "Vos propres images : les exclure, les effacer, voir ce qui est gardé"],
  "privacy.opt-out": ["refuser", "Effacer vos images et n'en prendre aucune nouvelle"],
  "privacy.opt-in": ["accepter", "Laisser de nouveau trouver vos nouvelles images"],
  "privacy.delete": ["effacer", "Effacer vos images publiées jusqu'ici"],
  "privacy.export": ["exporter", "Un fichier avec tout ce qui est gardé sur vos images"],
  status: ["statut", "Comment va le bot ici"],
};

const count = pluralsIn("fr");
const pictures = count({ one: "# image", other: "# images" });
const erasedPictures = count({ one: "# image a été effacée", other: "# images ont été effacées" });
const days = count({ one: "# jour", other: "# jours" });

const answers: AnswerTexts = {
  restarting: "Le bot redémarre. Reposez votre question dans un instant.",
  olderButton: "Ce bouton vient d'une version antérieure du bot. Reposez votre question.",
  otherVersion: "Cette commande vient d'une autre version du bot.",
  rightsChanged: "Ce que vous pouvez voir a changé entre-temps. Reposez votre question.",
  wentWrong: (id) =>
    `Quelque chose a échoué. Si cela se reproduit, donnez ce numéro à la personne qui gère le bot : ${id}`,
  tooOften: count({
    one: "Cela fait beaucoup de questions à la fois. Réessayez dans # seconde.",
    other: "Cela fait beaucoup de questions à la fois. Réessayez dans # secondes.",
  }),
  onlyInServers: "Cela marche sur les serveurs où se trouve le bot. Faites-le là-bas.",
  noMember: "Vous n'êtes plus sur ce serveur.",
  notManager:
    "Seules les personnes qui peuvent gérer ce serveur, ou à qui ses paramètres donnent cette commande, peuvent le faire.",
  notModerator:
    "Seules les personnes qui peuvent gérer les messages de ce serveur, ou à qui ses paramètres donnent cette commande, peuvent le faire.",
  tooOld: "Cette réponse est trop ancienne, ou c'est celle de quelqu'un d'autre. Redemandez avec /chercher.",
  noContent:
    "Discord ne montre pas le contenu des messages à ce bot, il ne peut donc pas indexer d'images. Activez « Message Content " +
    "Intent » sur https://discord.com/developers/applications → votre application → Bot → Privileged Gateway Intents, puis " +
    "redémarrez le bot. /chercher image:, « Images semblables » et « Décrire » marchent sans cela.",
  andMore: count({ one: "et # autre", other: "et # autres" }),
  open: "ouvrir",
  pictures,
  badPicture: (why) => `Cette image n'a pas pu servir : ${why}`,
  badPictures: {
    unreadable: "elle ne peut pas être lue.",
    empty: "elle est vide.",
    "not-a-picture": "ce n'est pas une image.",
    "unsupported-format": "les images de ce format ne sont pas lues.",
    "too-many-pixels": "elle a trop de pixels.",
    "too-many-bytes": "elle est trop grande.",
    "decoder-missing": "il manque au bot de quoi lire ce format.",
    damaged: "elle est endommagée.",
    timeout: "cela a pris trop de temps.",
    "crashed-decoder": "elle ne peut pas être lue.",
    "changed-while-reading": "elle a changé entre-temps.",
    denied: "elle ne se trouve pas chez Discord.",
    failed: "elle n'a pas pu être regardée. Réessayez.",
  },
  tooLarge: (mebibytes) => `Ce fichier est trop grand ; les images sont regardées jusqu'à ${mebibytes} Mio.`,
  notFetched: "Cette image n'a pas pu être obtenue de Discord. Réessayez.",
  noPicture: "Aucune image n'est jointe à ce message.",
  pictureGone: "Cette image n'est plus là.",
  noDate: (written) =>
    `« ${written} » n'est pas une date. Écrivez 2026, 2026-03, 2026-03-01, 7d, 4w, 6m, 1y ou yesterday.`,
  datesReversed: (since, until) => `La période finit (${until}) avant de commencer (${since}).`,
  noLabel: "Donnez au moins un choix, par exemple : cat, dog, car",
  tooManyLabels: (most, given) => `${most} choix au plus ; il y en avait ${given}.`,
  nothingIndexed:
    "On ne peut encore rien trouver : aucun salon de ce serveur n'est indexé. Une personne qui peut gérer le serveur choisit " +
    "des salons avec /index ajouter ; leurs images se trouvent alors, anciennes et nouvelles.",
  noCaptions:
    "Ce serveur ne garde pas les textes. Les personnes qui le gèrent peuvent l'activer avec /index textes.",
  find: {
    noServer:
      "Vous n'êtes avec ce bot sur aucun serveur où l'on peut trouver des images. Si vous y êtes pourtant, utilisez-y une fois /chercher : cela marchera ici aussi.",
    whichServer: "Sur quel serveur ?",
    likeYours: "Comme votre image",
    likeThat: "Comme cette image",
    likeThose: count({ one: "Comme cette image", other: "Comme ces # images ensemble" }),
    moreLike: (name) => `D'autres comme ${name}`,
    moreLikeThis: "D'autres comme cette image",
    newest: "Images les plus récentes",
    weak: "seulement des résultats faibles",
    nothing: "rien ne convient bien ; voici le plus proche",
    among: count({ one: "parmi # image", other: "parmi # images" }),
    page: (page) => `page ${page}`,
    notFound: count({
      one: "Rien trouvé parmi la # image que vous pouvez voir ici.",
      other: "Rien trouvé parmi les # images que vous pouvez voir ici.",
    }),
    unsure: count({
      one: "# image manque : Discord n'a pas confirmé à temps qu'elle est encore publiée.",
      other: "# images manquent : Discord n'a pas confirmé à temps qu'elles sont encore publiées.",
    }),
    same: "la même image",
    fits: { good: "bon", weak: "faible", nothing: "peu probable" },
    words: (matched, of) => `mots ${matched} sur ${of}`,
    sources: {
      read: "on y lit",
      caption: "texte",
      name: "nom",
      tag: "étiquette",
      keyword: "mot-clé",
      title: "titre",
    },
    at: (time) => `à ${time}`,
    alike: count({ one: "+# semblable", other: "+# semblables" }),
    spoiler: "derrière un spoiler",
    posted: (what, day) => `${what}, publiée le ${day}`,
    previous: "Précédent",
    next: "Suivant",
    show: "Montrer au salon",
    similar: "Semblables",
    filter: "Filtrer",
    closeFilters: "Fermer les filtres",
    hide: "En écarter une…",
    whoSees: "Qui d'autre peut la voir…",
    byChannel: "Tous les salons",
    byAuthor: "Tout le monde",
    byTime: "N'importe quand",
    periods: { "1d": "Dernier jour", "7d": "Dernière semaine", "1m": "Dernier mois", "1y": "Dernière année" },
    orders: {
      relevance: "Les plus proches d'abord",
      newest: "Les plus récentes d'abord",
      oldest: "Les plus anciennes d'abord",
    },
    which: "Laquelle était-ce ? (visible pour vous seul)",
    none: "Rien ici n'est ce que je cherchais",
    notedNone: "Noté : rien ici n'est ce que vous cherchiez. /confidentialité effacer efface vos notes.",
    noted: "Noté : c'est ce que vous cherchiez. /confidentialité effacer efface vos notes.",
  },
  who: {
    thread: (place) => `Les membres du fil privé ${place}, et qui peut y gérer les fils.`,
    everyone: (place) => `Tout le monde sur ce serveur peut ouvrir ${place}.`,
    most: (place) =>
      `Tout le monde sur ce serveur peut ouvrir ${place}, sauf les personnes à qui c'est refusé là.`,
    roles: (place, readers) => `Peuvent ouvrir ${place} : ${readers}.`,
    members: count({ one: "# membre nommé là", other: "# membres nommés là" }),
    admins: "la personne propriétaire et les administrateurs",
    nobody: (place) => `Personne d'autre ne peut ouvrir ${place}.`,
  },
  show: {
    by: (user) => `montré par ${user}`,
    takeBack: "Retirer",
    notForAll: "Aucune de ces images ne peut être vue par toutes les personnes qui lisent ce salon.",
    shown: "Montré.",
    leftOut: count({
      one: "# manque : tout le monde ici ne peut pas voir où elle a été publiée.",
      other: "# manquent : tout le monde ici ne peut pas voir où elles ont été publiées.",
    }),
    mayNotPost: "Vous ne pouvez pas publier d'images dans ce salon.",
    changed: "Ce qui peut être montré ici a changé entre-temps. Réessayez.",
    takenBack: "Retiré.",
    notYours: "Seule la personne qui a montré ces images, ou la modération, peut les retirer.",
  },
  duplicates: {
    none: "**Aucune republication** parmi les images que vous pouvez voir ici.",
    heading: count({
      one: "**Republications** : # image publiée plus d'une fois, la plus ancienne d'abord",
      other: "**Republications** : # images publiées plus d'une fois, la plus ancienne d'abord",
    }),
    times: count({ other: "# fois" }),
    posted: count({ other: "publiée # fois" }),
    best: "Meilleure version",
  },
  classify: {
    none: "**Rien de cela** ne convient bien. Le plus proche :",
    looked: (looked, of) =>
      looked < of ? `Les ${looked} premières des ${pictures(of)} :` : `Les ${pictures(of)} :`,
  },
  tags: {
    removed: "Retiré.",
    remove: "Retirer",
    notYours: "Seule la personne qui a publié l'image, ou la modération, peut retirer ses étiquettes.",
    firstPosted: (by, when) => `publiée d'abord par ${by} le ${when}`,
    untagged: (skipped, channel) =>
      `${count({ one: "# autre message est arrivé", other: "# autres messages sont arrivés" })(skipped)} dans ${channel} en une minute ; ce qu'ils montrent reste sans étiquettes.`,
  },
  autotag: {
    notReadable: "Vous ou le bot ne pouvez pas lire ce salon.",
    noMode: (modes) => `Il y a ces modes : ${modes}.`,
    threshold: "Le seuil est entre 0.05 et 0.95.",
    giveLabels: "Donnez des étiquettes au choix, par exemple : 🐱 cat, 🐶 dog",
    mayNot: (channel, permission) =>
      `Le bot ne peut pas faire cela dans ${channel} : donnez-lui « ${permission} » là-bas, puis réessayez.`,
    permissions: {
      react: "Ajouter des réactions",
      reply: "Envoyer des messages",
      threads: "Envoyer des messages dans les fils",
      log: "Envoyer des messages",
    },
    otherEmoji: "Un de ces émojis n'est pas de ce serveur ; le bot ne pourrait pas réagir avec lui.",
    nameLog: "Nommez le salon du journal, avec l'option journal.",
    logTooOpen:
      "Il n'est pas sûr que toutes les personnes qui lisent ce salon de journal voient le salon des images.",
    modes: {
      off: "désactivé",
      react: "réagir avec l'émoji de l'étiquette",
      log: "écrire dans un salon de journal",
      reply: "répondre à l'image",
    },
    off: (channel) => `Les images de ${channel} ne sont pas étiquetées.`,
    rule: (channel, parts) => `Les nouvelles images de ${channel} sont étiquetées${parts}`,
    labels: (labels) => ` avec : ${labels}, ou rien`,
    countOfLabels: count({ one: "# étiquette", other: "# étiquettes" }),
    from: (threshold) => `, à partir de ${threshold}`,
    reposts: (after) => `Les republications sont signalées${after} (dans les salons indexés).`,
    after: count({ one: " après # heure", other: " après # heures" }),
    noRule: "Aucun salon que vous pouvez voir n'a de règle. Faites-en une avec /autotag définir.",
    allowed: count({
      one: "# image peut être republiée sans avertissement (/autotag autoriser)",
      other: "# images peuvent être republiées sans avertissement (/autotag autoriser)",
    }),
    giveLink: "Donnez le lien d'un message de ce serveur : Copier le lien du message.",
    noneOfThat: "Aucune image de ce message n'est dans l'index.",
    nowAllowed: count({
      one: "# image de ce message peut être republiée sans avertissement.",
      other: "# images de ce message peuvent être republiées sans avertissement.",
    }),
    nowNotAllowed: count({
      one: "# image de ce message est de nouveau signalée quand elle est republiée.",
      other: "# images de ce message sont de nouveau signalées quand elles sont republiées.",
    }),
  },
  index: {
    noChannel:
      "Ce salon ne peut pas servir : il n'existe pas, ou vous ou le bot ne pouvez pas le voir ni lire son historique. " +
      "Donnez-y au bot « Voir le salon » et « Voir les anciens messages », puis réessayez.",
    nameOne: "Nommez un salon ou une catégorie, ou choisissez tous.",
    already: (channel) => `${channel} est déjà indexé. Voir /index état.`,
    added: (channel) =>
      `${channel} sera indexé : les nouvelles images aussitôt, les anciennes à partir de la plus récente.`,
    below: "Le message ci-dessous montre où il en est.",
    see: "/index état montre où il en est.",
    everybody: "Chacun peut exclure ses propres images avec /confidentialité.",
    notLeftOut: (named) =>
      `${named} n'est ni un salon ni une catégorie que vous voyez : rien n'a été indexé. Nommez ce qui est exclu comme #salon, plusieurs séparés par des espaces.`,
    noneAmong: "Il n'y a là aucun salon que vous et le bot pouvez lire.",
    addedMany: count({
      one: "# salon sera indexé : les nouvelles images aussitôt, les anciennes à partir de la plus récente.",
      other:
        "# salons seront indexés : les nouvelles images aussitôt, les anciennes à partir de la plus récente.",
    }),
    alreadyMany: count({ one: "# était déjà indexé.", other: "# étaient déjà indexés." }),
    restricted: count({
      one: "# soumis à une limite d'âge est laissé de côté : ajoutez-le par son nom.",
      other: "# soumis à une limite d'âge sont laissés de côté : ajoutez-les par leur nom.",
    }),
    estimate: (channel, messages) =>
      `Discord compte environ ${count({ one: "# message avec images ou films", other: "# messages avec images ou films" })(messages)} dans ${channel} ; les fils comptent à part. Rien n'a été lu.`,
    notCounted: count({
      one: "Discord prépare encore sa recherche sur ce serveur. Réessayez dans # seconde.",
      other: "Discord prépare encore sa recherche sur ce serveur. Réessayez dans # secondes.",
    }),
    exported: count({
      one: "# publication dans l'index, des salons que vous pouvez voir.",
      other: "# publications dans l'index, des salons que vous pouvez voir.",
    }),
    notExported: count({ one: "# autre n'a pas tenu.", other: "# autres n'ont pas tenu." }),
    logOn: (channel) => `Ce qui change et ce que le bot efface d'après l'âge est écrit dans ${channel}.`,
    logOff: "Plus rien n'est noté.",
    removed: (channel, erased) => `${channel} n'est plus indexé. ${erasedPictures(erased)} de l'index.`,
    paused: (channel) =>
      `${channel} est en pause. Ses images restent trouvables ; les nouvelles attendent /index reprendre.`,
    resumed: (channel) => `${channel} continue là où il était en pause.`,
    not: (channel) => `${channel} n'est pas indexé.`,
    captionsOn:
      "Le texte des messages est gardé avec les images publiées dès maintenant, et effacé avec le message. /chercher texte: y cherche.",
    captionsOff: "Aucun texte de message n'est gardé. Tous les textes ont été effacés.",
    textOff: "Le texte dans les images n'est pas lu. Ce qui avait été lu est effacé.",
    textOn:
      "Le texte dans les images est lu, anciennes et nouvelles, pour que /chercher trouve ses mots. Il est effacé avec le message.",
    linksOn:
      "Les images que Discord montre des liens sont prises dès maintenant, par son propre proxy ; celles des anciens messages quand leur salon est indexé de nouveau.",
    linksOff: (erased) => `Les images des liens ne sont pas prises. ${erasedPictures(erased)} de l'index.`,
    stickersOn:
      "Les autocollants postés sont pris à partir de maintenant ; ceux d'anciens messages quand leur salon est ajouté de nouveau.",
    stickersOff: (erased) => `Les autocollants ne sont pas pris. ${erasedPictures(erased)} de l'index.`,
    webhook:
      "Les images que publie dès maintenant un mandataire (PluralKit, Tupperbox) comptent comme celles de son webhook : /confidentialité du membre derrière lui ne les atteint pas.",
    member:
      "Les images que publie dès maintenant un mandataire (PluralKit, Tupperbox) comptent comme celles du membre, et /confidentialité les atteint. Pour les anciens messages de PluralKit, le bot demande à son API publique de qui ils sont. Les images prises avant restent telles quelles jusqu'à ce que leur salon soit indexé de nouveau.",
    keptForGood: "Les images restent dans l'index jusqu'à ce que leur message soit supprimé.",
    retention: (after, erased) =>
      `Les images quittent l'index ${days(after)} après leur publication. ${erasedPictures(erased)} maintenant.`,
    none: "Aucun salon que vous pouvez voir n'est indexé. Commencez par /index ajouter.",
    rules: (captions, reads, kept) =>
      [
        `textes ${captions ? "gardés" : "non gardés"}`,
        `texte dans les images ${reads ? "lu" : "non lu"}`,
        `conservation ${kept === null ? "illimitée" : days(kept)}`,
      ].join(" · "),
    states: { reading: "en lecture", complete: "complet", paused: "en pause", unreadable: "illisible" },
    read: count({ one: "# message lu", other: "# messages lus" }),
    findable: count({ one: "# image trouvable", other: "# images trouvables" }),
    skipped: count({
      one: "# laissée de côté (pas d'image utilisable)",
      other: "# laissées de côté (pas d'image utilisable)",
    }),
    waiting: count({ one: "# attend un nouvel essai", other: "# attendent un nouvel essai" }),
    places: (done, of) => `${done} sur ${count({ one: "# lieu fini", other: "# lieux finis" })(of)}`,
    denied: count({ one: "# illisible pour le bot", other: "# illisibles pour le bot" }),
  },
  scam: {
    off: "Rien n'est plus surveillé. La liste reste ; /arnaque liste la montre.",
    on: (channel, listed) =>
      `Les images postées dans les salons que le bot peut lire sont comparées à la liste (${pictures(listed)}) ; les alertes vont dans ${channel}.`,
    actions: {
      alert: () => "Rien d'autre n'est fait.",
      delete: () => "Le message est supprimé.",
      timeout: (minutes) =>
        `Le message est supprimé et son auteur exclu temporairement pour ${count({ one: "# minute", other: "# minutes" })(minutes)}.`,
    },
    burstsToo: "De même pour une image qu'un membre poste dans trois salons en deux minutes.",
    mayNotWrite: (channel) =>
      `Le bot ne peut pas écrire dans ${channel} : donnez-lui « Voir le salon » et « Envoyer des messages », puis réessayez.`,
    giveDelete:
      "Le bot ne peut pas supprimer de messages : donnez « Gérer les messages » à son rôle, puis réessayez.",
    giveTimeOut:
      "Le bot ne peut exclure personne : donnez « Exclure temporairement les membres » à son rôle, puis réessayez.",
    full: (most) => `La liste est pleine (${most}). Retirez des images avec /arnaque liste.`,
    listed: "Cette image est déjà sur la liste.",
    marked: count({
      one: "# image est maintenant sur la liste, que les modérateurs voient avec /arnaque liste.",
      other: "# images sont maintenant sur la liste, que les modérateurs voient avec /arnaque liste.",
    }),
    watched: "Postée de nouveau, elle lance une alerte.",
    notWatched:
      "Aucune alerte n'est encore envoyée : qui gère le serveur choisit où avec /arnaque surveiller.",
    heading: count({ one: "# image sur la liste d'arnaques", other: "# images sur la liste d'arnaques" }),
    markedOn: (when) => `marquée le ${when}`,
    picture: (number) => `Image ${number}`,
    takeOff: "En retirer une de la liste…",
    posted: (user) => `${user} a posté une image de la liste d'arnaques :`,
    burst: (user) => `${user} a posté une image dans plusieurs salons en deux minutes :`,
    hidden: count({
      one: "# message là où tout le monde ici ne peut pas lire",
      other: "# messages là où tout le monde ici ne peut pas lire",
    }),
    spared: "Rien n'a été fait : ce membre peut lui-même gérer les messages.",
    deleted: count({ one: "# message a été supprimé.", other: "# messages ont été supprimés." }),
    mayNotDelete: "Tous n'ont pas pu être supprimés : donnez au bot « Gérer les messages » à cet endroit.",
    timedOut: count({
      one: "Ce membre est exclu temporairement pour # minute.",
      other: "Ce membre est exclu temporairement pour # minutes.",
    }),
    mayNotTimeOut:
      "L'exclusion temporaire a échoué : donnez au bot « Exclure temporairement les membres » et un rôle plus haut ; propriétaires et administrateurs ne peuvent jamais l'être.",
    more: count({
      one: "# autre message avec des images d'arnaque en une minute.",
      other: "# autres messages avec des images d'arnaque en une minute.",
    }),
  },
  saved: {
    noWords: "Dites ce que vous cherchez.",
    already: "Vous gardez déjà cela. Voyez /enregistrées liste.",
    tooMany: (most) =>
      `Vous gardez ${most} recherches ici, et pas plus. Retirez-en une avec /enregistrées liste.`,
    serverFull:
      "Les membres de ce serveur gardent autant de recherches que le bot en permet. Réessayez un autre jour.",
    where: "Où vous prévenir ? Nommez un fil, faites-le dans un fil, ou choisissez mp pour un message privé.",
    noThread: "Ce fil ne convient pas : ce n'en est pas un, ou vous ou le bot ne pouvez pas le lire.",
    youMayNot: "Vous ne pouvez pas poster d'images dans ce fil.",
    botMayNot: (thread) =>
      `Le bot ne peut pas écrire dans ${thread} : donnez-lui « Envoyer des messages dans les fils » et « Joindre des fichiers », ou laissez-le entrer.`,
    closedToDirect:
      "Le bot ne peut pas vous écrire : autorisez les messages privés des membres de ce serveur, puis réessayez.",
    willTell: (user, title) =>
      `Les nouvelles images pour ${title} seront annoncées ici, pour ${user} : celles que tous les lecteurs de ce fil peuvent voir.`,
    willTellYou: (title, server) =>
      `Les nouvelles images pour ${title} sur ${server} seront annoncées ici. /enregistrées liste y montre ce que vous gardez.`,
    toldIn: (thread) =>
      `C'est gardé. Les nouvelles images qui correspondent bien sont annoncées dans ${thread}, si vous et tous les lecteurs peuvent les voir.`,
    toldDirectly:
      "C'est gardé. Les nouvelles images qui correspondent bien arrivent par message privé, si vous pouvez les voir.",
    none: "Vous ne gardez rien sur ce serveur. /enregistrées ajouter garde des mots.",
    direct: "message privé",
    stopped: "n'a pas pu être envoyé : retirez-la et ajoutez-la de nouveau",
    remove: "En retirer une…",
    removed: "Retirée.",
    notYours: "Seul le membre qui garde cela, ou un modérateur, peut l'arrêter.",
    stop: "Arrêter",
    newFor: (title, user) => `Nouveau pour ${title} · ${user}`,
    newIn: (title, server) => `Nouveau pour ${title} sur ${server}`,
  },
  safety: {
    nameChannel: "Nommez le salon où prévenir les modérateurs, avec l'option salon.",
    noLog: "Choisissez d'abord le salon du journal, avec /index journal.",
    actions: {
      flag: "prévenir les modérateurs dans un salon",
      spoiler: "demander un spoiler à l'auteur",
      log: "le noter là où /index journal écrit",
    },
    guess:
      "Le modèle ne fait que deviner : rien n'est supprimé. Les images des salons à limite d'âge sont laissées de côté ; celles des bots et des membres qui ont refusé ne le sont pas.",
    none: "Rien n'est défini : aucune image n'est comparée à des termes. /protection définir commence.",
    removed: "Ce n'est plus fait.",
    flagged: (user, labels) => `${user} a posté ce qui ressemble à ${labels} :`,
    at: (channel) => `dans ${channel}`,
    hidden: "dans un salon que tout le monde ici ne peut pas lire",
    askForSpoiler: (user, labels) =>
      `${user}, cela ressemble à ${labels}. Merci de le poster en spoiler, pour qui ne veut pas le voir sans l'avoir demandé.`,
    more: count({
      one: "# autre message signalé en une minute.",
      other: "# autres messages signalés en une minute.",
    }),
  },
  audit: {
    ran: (user, what) => `${user} a lancé ${what}`,
    channelGone: (commands) => `Le salon où ${commands} écrivait a été supprimé : c'est désormais désactivé.`,
    tooOld: (erased, after) =>
      `${erasedPictures(erased)} : publication il y a plus de ${days(after)} (/index conservation).`,
    scam: (user, deleted, minutes) =>
      [
        `Images d'arnaque de ${user} :`,
        ...(deleted > 0
          ? [count({ one: "# message supprimé", other: "# messages supprimés" })(deleted)]
          : []),
        ...(minutes > 0
          ? [
              count({
                one: "exclusion temporaire de # minute",
                other: "exclusion temporaire de # minutes",
              })(minutes),
            ]
          : []),
        "(/arnaque surveiller)",
      ].join(" "),
    scamMarked: (user, marked) =>
      `${user} a mis ${pictures(marked)} sur la liste d'arnaques (/arnaque liste)`,
    scamUnmarked: (user) => `${user} a retiré une image de la liste d'arnaques (/arnaque liste)`,
    looksLike: (user, labels, place) => `${user} a posté ${place} ce qui ressemble à ${labels} (/protection)`,
  },
  privacy: {
    optedOut: (erased) =>
      `C'est fait : aucune image que vous publiez ne sera indexée, et ${erasedPictures(erased)} de l'index, sur chaque serveur de ce bot. Vos messages restent intacts. /confidentialité accepter l'annule pour les nouvelles images.`,
    optedIn: "C'est fait : les images que vous publiez dès maintenant peuvent de nouveau être trouvées.",
    erased: (erased) =>
      `C'est fait : ${erasedPictures(erased)} de l'index, sur chaque serveur de ce bot. Vos messages restent intacts. Les nouvelles images sont indexées sauf si vous refusez.`,
    exported: (kept) =>
      `Tout ce qui est gardé sur vos images (${kept}). Avec chacune : un vecteur qui décrit ce qu'elle montre, une empreinte et un petit aperçu.`,
  },
  status: {
    visible: (images, channels) =>
      `${pictures(images)} dans ${count({ one: "# salon ou fil", other: "# salons et fils" })(channels)} que vous pouvez voir`,
    waiting: count({ one: "# image attend d'être regardée", other: "# images attendent d'être regardées" }),
    running: (model, search, since) => `modèle ${model} · recherche ${search} · en marche depuis ${since}`,
  },
  help: {
    all: [
      "**Trouver des images** publiées ici, dans les salons que vous pouvez voir :",
      "- `/chercher recherche:golden retriever on a beach` : d'après ce qu'elles montrent, et les mots à côté et dedans",
      "- `/chercher image:` et *Applications → Images semblables* sur un message : d'après une image",
      '- `text:facture` parmi les mots ne cherche que le texte dans les images, `"entre guillemets"` des mots qui se suivent',
      "- `/doublons` : ce qui a été publié plus d'une fois · `/décrire` : ce que montre une image",
      "- `/enregistrées ajouter`, `liste` : savoir quand de nouvelles images correspondent à vos mots, dans un fil ou en privé",
      "Vous seul voyez les réponses, jusqu'à ce que vous touchiez *Montrer au salon*.",
      "**Vos propres images** : `/confidentialité refuser`, `effacer` et `exporter`.",
    ].join("\n"),
    managers: [
      "**Pour les gestionnaires**",
      "- `/index ajouter` : quels salons se fouillent, un seul, une catégorie ou tous · `/index état` : jusqu'où",
      "- `/index textes`, `écrits`, `liens`, `conservation`, `mandataires` : ce qui en est gardé",
      "- `/autotag définir`, `liste`, `autoriser` : étiquettes et republications · `/statut` : comment va le bot",
      "- `/arnaque marquer`, `liste`, `surveiller` et *Applications → Marquer comme arnaque* : images d'arnaques connues, alertes et le reste",
      "- `/protection définir`, `liste`, `désactiver` : termes auxquels comparer les nouvelles images, pour les modérateurs",
    ].join("\n"),
    welcome:
      "Bonjour ! Dès qu'une personne qui peut gérer ce serveur lance `/index ajouter`, les membres peuvent `/chercher` les " +
      "images publiées dans les salons qu'ils voient. Rien n'est indexé jusque-là. `/aide` dit ce qu'il y a d'autre.",
  },
};

export const fr: BotTexts = { commands, answers };
