import type { Fit, FoundWord, SkipCode } from "../../core/types.ts";
import { pluralsIn } from "../../shared/plurals.ts";

type CommandText = readonly [name: string, description: string];

/** Names and descriptions of every command and option, and the names of choices. Keys are paths. */
const commands = {
  help: ["help", "What the bot can do"],
  find: ["find", "Find pictures by what they show"],
  "find.query": ["query", "What the picture shows, such as: golden retriever on a beach"],
  "find.image": ["image", "Find pictures like this one; together with words, both count"],
  "find.channel": ["channel", "Only this channel and its threads"],
  "find.author": ["author", "Only pictures posted by this person"],
  "find.since": ["since", "Only from this day on: 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  "find.until": ["until", "Only up to and including this day: 2026-03-01, 2026-03, 4w, yesterday"],
  "find.sort": ["sort", "Order of the pictures"],
  "find.sort.relevance": ["relevance", ""],
  "find.sort.newest": ["newest", ""],
  "find.sort.oldest": ["oldest", ""],
  "find.caption": ["caption", "Only where the message says this (where the server keeps captions)"],
  "find-similar": ["Find similar", ""],
  "classify-picture": ["Classify", ""],
  classify: ["classify", "Say what a picture shows"],
  "classify.image": ["image", "The picture"],
  "classify.labels": ["labels", "Choose among these, separated by commas: cat, dog, car"],
  duplicates: ["duplicates", "Pictures that were posted more than once"],
  "duplicates.channel": ["channel", "Only this channel and its threads"],
  "duplicates.since": ["since", "Only from this day on: 2026-03-01, 7d, 4w, 6m, 1y, yesterday"],
  index: ["index", "Choose whose pictures can be found"],
  "index.add": ["add", "Make the pictures of a channel findable, old and new"],
  "index.add.channel": ["channel", "The channel, or a category with all of its channels"],
  "index.add.all": ["all", "All channels that you and the bot can read"],
  "index.add.except": ["except", "Not these: #channel #channel"],
  "index.estimate": ["estimate", "How many messages with pictures a channel has, before it is read"],
  "index.remove": ["remove", "Forget the pictures of a channel"],
  "index.status": ["status", "What is indexed, and how far"],
  "index.export": ["export", "What the index says of each post, as files"],
  "index.log": ["log", "A channel where the bot says what was changed, what it erased, and why"],
  "index.log.channel": ["channel", "The channel; without one, nothing is logged"],
  "index.pause": ["pause", "Stop taking pictures from a channel for now"],
  "index.resume": ["resume", "Go on where it was paused"],
  "index.channel": ["channel", "The channel"],
  "index.captions": ["captions", "Keep message text with pictures, so that /find can search it"],
  "index.captions.keep": ["keep", "No erases every caption kept so far"],
  "index.text": ["text", "Read the text in pictures, so that /find finds its words"],
  "index.text.read": ["read", "No erases all text read so far"],
  "index.links": ["links", "Also take the pictures that Discord shows of links"],
  "index.links.take": ["take", "No erases those taken so far"],
  "index.stickers": ["stickers", "Also take posted stickers"],
  "index.stickers.take": ["take", "No erases those taken so far"],
  "index.retention": ["retention", "Erase pictures from the index after some time"],
  "index.retention.days": ["days", "Days to keep them; 0 keeps them for good"],
  "index.proxies": ["proxies", "Who counts as posting what PluralKit or Tupperbox post"],
  "index.proxies.author": ["author", "The webhook, or the member behind, whom /privacy then reaches"],
  "index.proxies.webhook": ["webhook", ""],
  "index.proxies.member": ["member", ""],
  autotag: ["autotag", "Tag pictures as they are posted in a channel"],
  "autotag.set": ["set", "How pictures of a channel are tagged; what you leave out stays as it is"],
  "autotag.list": ["list", "The rules of all channels"],
  "autotag.allow": ["allow", "Pictures that may be posted again without a notice"],
  "autotag.allow.message": ["message", "Link of a message with them"],
  "autotag.allow.again": ["again", "No takes it back"],
  "autotag.repost-wait": [
    "repost-wait",
    "Hours after which a picture posted again is pointed out; 0 at once",
  ],
  "autotag.channel": ["channel", "The channel"],
  "autotag.mode": ["mode", "How tags show themselves"],
  "autotag.mode.off": ["off", ""],
  "autotag.mode.react": ["react with the tag's emoji", ""],
  "autotag.mode.log": ["write to a log channel", ""],
  "autotag.mode.reply": ["reply to the picture", ""],
  "autotag.labels": ["labels", "The tags to choose among, separated by commas"],
  "autotag.threshold": ["threshold", "How sure to be, 0.05 to 0.95"],
  "autotag.log": ["log", "Where mode “log channel” writes"],
  "autotag.reposts": ["reposts", "Also say when a picture was posted before"],
  scam: ["scam", "Known scam pictures: a list, alerts, and what else happens to them"],
  "scam.watch": ["watch", "Where alerts go and what else is done; with no option at all, watching ends"],
  "scam.watch.channel": ["channel", "A channel for moderators"],
  "scam.watch.action": ["action", "What happens besides the alert"],
  "scam.watch.alert": ["nothing else", ""],
  "scam.watch.delete": ["delete the message", ""],
  "scam.watch.timeout": ["delete it and time out its poster", ""],
  "scam.watch.minutes": ["minutes", "How long a time-out lasts; 60 unless you say"],
  "scam.watch.bursts": [
    "bursts",
    "Also one picture posted by one member in three channels within two minutes",
  ],
  "scam.mark": ["mark", "Put a picture on the list"],
  "scam.mark.picture": ["picture", "The picture"],
  "scam.list": ["list", "The pictures on the list, to look at and to take off"],
  "mark-scam": ["Mark as scam", ""],
  saved: ["saved", "Be told of new pictures that fit what you look for"],
  "saved.add": ["add", "Keep words, and be told when a new picture fits them"],
  "saved.add.query": ["query", "What the picture shows, such as: golden retriever on a beach"],
  "saved.add.thread": ["thread", "The thread where you are told; without one, this thread"],
  "saved.add.dm": ["dm", "Yes: the bot tells you in a direct message"],
  "saved.list": ["list", "What you saved in this server, to look at and to remove"],
  safety: ["safety", "Labels that pictures are compared with, for moderators; off unless set"],
  "safety.set": ["set", "What is done about new pictures that look like one of these labels"],
  "safety.set.action": ["action", "What is done"],
  "safety.flag": ["tell moderators in a channel", ""],
  "safety.spoiler": ["ask the poster for a spoiler", ""],
  "safety.log": ["note it where /index log writes", ""],
  "safety.set.labels": ["labels", "What to look for, separated by commas: weapon, spider"],
  "safety.set.threshold": ["threshold", "How sure to be, 0.05 to 0.95"],
  "safety.set.channel": ["channel", "Where moderators are told"],
  "safety.off": ["off", "Stop one of these"],
  "safety.list": ["list", "What is set"],
  privacy: ["privacy", "Your own pictures: keep them out, erase them, see what is kept"],
  "privacy.opt-out": ["opt-out", "Erase your pictures and take no new ones"],
  "privacy.opt-in": ["opt-in", "Let your new pictures be found again"],
  "privacy.delete": ["delete", "Erase your pictures posted so far"],
  "privacy.export": ["export", "A file with everything kept about your pictures"],
  status: ["status", "How the bot is doing here"],
} as const satisfies Record<string, CommandText>;

const count = pluralsIn("en");
const pictures = count({ one: "# picture", other: "# pictures" });
const werePictures = count({ one: "# picture was", other: "# pictures were" });

/** What the bot answers. What people wrote comes escaped. */
const answers = {
  restarting: "The bot is being restarted. Please ask again in a moment.",
  olderButton: "This button belongs to an older version of the bot. Ask again.",
  otherVersion: "This command belongs to another version of the bot.",
  rightsChanged: "What you may see changed while this was put together. Please ask again.",
  wentWrong: (id: string) =>
    `Something went wrong. If it happens again, tell the bot's owner this number: ${id}`,
  tooOften: count({
    one: "That is a lot of questions at once. Please try again in # second.",
    other: "That is a lot of questions at once. Please try again in # seconds.",
  }),
  onlyInServers: "This works in servers that the bot has joined. Please run it there.",
  noMember: "You are no longer in this server.",
  notManager:
    "Only people who may manage this server, or were given this command in its settings, can do that.",
  notModerator:
    "Only people who may manage messages in this server, or were given this command in its settings, can do that.",
  tooOld: "This answer is too old, or it is somebody else's. Ask again with /find.",
  noContent:
    "Discord does not let this bot see message content, so it cannot index pictures. Turn on “Message Content Intent” at " +
    "https://discord.com/developers/applications → your application → Bot → Privileged Gateway Intents, then restart the " +
    "bot. /find image:, Find similar and Classify work without it.",
  andMore: count({ other: "and # more" }),
  open: "open",
  pictures,
  badPicture: (why: string) => `That picture could not be used: ${why}`,
  /** Why, by the kind of failure. */
  badPictures: {
    unreadable: "it cannot be read.",
    empty: "it is empty.",
    "not-a-picture": "it is no picture.",
    "unsupported-format": "pictures of this format are not read.",
    "too-many-pixels": "it has too many pixels.",
    "too-many-bytes": "it is too large.",
    "decoder-missing": "the bot lacks what reads this format.",
    damaged: "it is damaged.",
    timeout: "it took too long.",
    "crashed-decoder": "it cannot be read.",
    "changed-while-reading": "it changed meanwhile.",
    denied: "it does not lie with Discord.",
    failed: "it could not be looked at. Please try again.",
  } satisfies Record<SkipCode, string>,
  tooLarge: (mebibytes: number) => `That file is too large; pictures up to ${mebibytes} MiB are looked at.`,
  notFetched: "That picture could not be fetched from Discord. Please try again.",
  noPicture: "There is no picture attached to that message.",
  pictureGone: "That picture is no longer there.",
  noDate: (written: string) =>
    `“${written}” is no date. Write 2026, 2026-03, 2026-03-01, 7d, 4w, 6m, 1y or yesterday.`,
  datesReversed: (since: string, until: string) =>
    `The time range ends (${until}) before it begins (${since}).`,
  noLabel: "Give at least one label, such as: cat, dog, car",
  tooManyLabels: (most: number, given: number) =>
    `Too many labels: at most ${most} fit, and ${given} were given.`,
  nothingIndexed:
    "Nothing can be found yet: no channel of this server is indexed. Somebody who may manage the server chooses channels " +
    "with /index add; then their pictures, old and new, can be found.",
  noCaptions: "This server keeps no captions. Its managers can turn that on with /index captions.",
  find: {
    noServer:
      "You share no server with this bot in which pictures can be found. If you do, use /find there once, and this works here too.",
    whichServer: "In which server?",
    likeYours: "Like your picture",
    likeThat: "Like that picture",
    likeThose: count({ one: "Like that picture", other: "Like those # pictures together" }),
    moreLike: (name: string) => `More like ${name}`,
    moreLikeThis: "More like this picture",
    newest: "Newest pictures",
    weak: "only weak matches",
    nothing: "I found no good match; these are the nearest",
    among: count({ one: "among # picture", other: "among # pictures" }),
    page: (page: number) => `page ${page}`,
    notFound: count({
      one: "Nothing found among the # picture that you can see here.",
      other: "Nothing found among the # pictures that you can see here.",
    }),
    unsure: count({
      one: "# picture is left out: Discord did not confirm in time that it is still posted.",
      other: "# pictures are left out: Discord did not confirm in time that they are still posted.",
    }),
    same: "the same picture",
    fits: { good: "good", weak: "weak", nothing: "unlikely" } satisfies Record<Fit, string>,
    words: (matched: number, of: number) => `words ${matched} of ${of}`,
    sources: {
      read: "reads",
      caption: "caption",
      name: "named",
      tag: "tag",
      keyword: "keyword",
      title: "title",
    } satisfies Record<FoundWord["source"], string>,
    at: (time: string) => `at ${time}`,
    alike: count({ other: "+# alike" }),
    spoiler: "behind a spoiler",
    posted: (what: string, day: string) => `${what}, posted ${day}`,
    previous: "Previous",
    next: "Next",
    show: "Show to channel",
    similar: "Similar",
    filter: "Filter",
    closeFilters: "Close filters",
    hide: "Leave one out…",
    whoSees: "Who else can see…",
    byChannel: "Any channel",
    byAuthor: "Anybody",
    byTime: "Any time",
    periods: { "1d": "Last day", "7d": "Last week", "1m": "Last month", "1y": "Last year" },
    orders: { relevance: "Best first", newest: "Newest first", oldest: "Oldest first" },
    which: "Which was it? (only you see this)",
    none: "Nothing here is what I asked for",
    notedNone: "Noted that nothing here is what you asked for. /privacy delete erases your notes.",
    noted: "Noted that this is what you asked for. /privacy delete erases your notes.",
  },
  who: {
    thread: (place: string) =>
      `The members of the private thread ${place}, and who may manage threads there.`,
    everyone: (place: string) => `Everybody in this server can open ${place}.`,
    most: (place: string) =>
      `Everybody in this server can open ${place}, except those who are denied it there.`,
    roles: (place: string, readers: string) => `These can open ${place}: ${readers}.`,
    members: count({ one: "# member named there", other: "# members named there" }),
    admins: "the owner and administrators",
    nobody: (place: string) => `Nobody else can open ${place}.`,
  },
  show: {
    by: (user: string) => `shown by ${user}`,
    takeBack: "Take back",
    notForAll: "None of these pictures may be seen by everybody who reads this channel.",
    shown: "Shown.",
    leftOut: count({ other: "# left out: not everybody here can see where they were posted." }),
    mayNotPost: "You cannot post pictures in this channel.",
    changed: "What may be shown here changed while this was put together. Please try again.",
    takenBack: "Taken back.",
    notYours: "Only the person who showed these pictures, or a moderator, can take them back.",
  },
  duplicates: {
    none: "**No reposts** among the pictures that you can see here.",
    heading: count({
      one: "**Reposts**: # picture posted more than once, oldest post first",
      other: "**Reposts**: # pictures posted more than once, oldest post first",
    }),
    times: count({ one: "# time", other: "# times" }),
    posted: count({ one: "posted # time", other: "posted # times" }),
    best: "Best version",
  },
  classify: {
    none: "**None of these** fits well. Closest:",
    looked: (looked: number, of: number) =>
      looked < of ? `The first ${looked} of ${pictures(of)}:` : `All ${pictures(of)}:`,
  },
  tags: {
    removed: "Removed.",
    remove: "Remove",
    notYours: "Only the person who posted the picture, or a moderator, can remove its tags.",
    firstPosted: (by: string, when: string) => `first posted by ${by} on ${when}`,
    untagged: (skipped: number, channel: string) =>
      `${count({ one: "# more message", other: "# more messages" })(skipped)} came to ${channel} within a minute; what they show stays untagged.`,
  },
  autotag: {
    notReadable: "You or the bot cannot read that channel.",
    noMode: (modes: string) => `There are these modes: ${modes}.`,
    threshold: "The threshold lies between 0.05 and 0.95.",
    giveLabels: "Give labels to choose among, such as: 🐱 cat, 🐶 dog",
    mayNot: (channel: string, permission: string) =>
      `The bot may not do that in ${channel}: give it ${permission} there, then try again.`,
    /** As Discord calls them. */
    permissions: {
      react: "Add Reactions",
      reply: "Send Messages",
      threads: "Send Messages in Threads",
      log: "Send Messages",
    },
    otherEmoji: "One of these emoji is not of this server, so the bot could not react with it.",
    nameLog: "Name the channel that the log goes to, with the option log.",
    logTooOpen: "Not everybody who reads that log channel can surely see the pictures' channel.",
    modes: {
      off: "off",
      react: "react with the tag's emoji",
      log: "write to a log channel",
      reply: "reply to the picture",
    },
    off: (channel: string) => `Pictures in ${channel} are not tagged.`,
    rule: (channel: string, parts: string) => `New pictures in ${channel} are tagged${parts}`,
    labels: (labels: string) => ` with: ${labels}, or none`,
    countOfLabels: count({ one: "# label", other: "# labels" }),
    from: (threshold: number) => `, from ${threshold} on`,
    reposts: (after: string) => `Reposts are pointed out${after} (in indexed channels).`,
    after: count({ one: " after # hour", other: " after # hours" }),
    noRule: "No channel that you can see has a rule. Make one with /autotag set.",
    allowed: count({
      one: "# picture may be posted again without a notice (/autotag allow)",
      other: "# pictures may be posted again without a notice (/autotag allow)",
    }),
    giveLink: "Give the link of a message of this server: Copy Message Link.",
    noneOfThat: "No picture of that message is in the index.",
    nowAllowed: count({
      one: "# picture of that message may be posted again without a notice.",
      other: "# pictures of that message may each be posted again without a notice.",
    }),
    nowNotAllowed: count({
      one: "# picture of that message is pointed out again when it is reposted.",
      other: "# pictures of that message are pointed out again when they are reposted.",
    }),
  },
  index: {
    noChannel:
      "That channel cannot be used: it is not there, or you or the bot may not see it and read its history. Give the bot " +
      "View Channel and Read Message History there, then try again.",
    nameOne: "Name a channel or a category, or choose all.",
    already: (channel: string) => `${channel} is indexed already. See /index status.`,
    added: (channel: string) =>
      `${channel} will be indexed: new pictures at once, older ones from the newest on.`,
    below: "The message below shows how far it is.",
    see: "See /index status for how far it is.",
    everybody: "Everybody can keep their own pictures out with /privacy.",
    notLeftOut: (named: string) =>
      `${named} is no channel or category that you can see, so nothing was indexed. Name those to leave out as #channel, several with spaces between.`,
    noneAmong: "There is no channel among these that both you and the bot can read.",
    addedMany: count({
      one: "# channel will be indexed: new pictures at once, older ones from the newest on.",
      other: "# channels will be indexed: new pictures at once, older ones from the newest on.",
    }),
    alreadyMany: count({ one: "# was indexed already.", other: "# were indexed already." }),
    restricted: count({ other: "# age-restricted left out: add them by name." }),
    estimate: (channel: string, messages: number) =>
      `Discord counts about ${count({ one: "# message with pictures or films", other: "# messages with pictures or films" })(messages)} in ${channel}; threads count for themselves. Nothing was read.`,
    notCounted: count({
      one: "Discord still prepares its search of this server. Please try again in # second.",
      other: "Discord still prepares its search of this server. Please try again in # seconds.",
    }),
    exported: count({
      one: "# post in the index, of the channels that you can see.",
      other: "# posts in the index, of the channels that you can see.",
    }),
    notExported: count({ other: "# more did not fit." }),
    logOn: (channel: string) => `What is changed and what the bot erases by age is written to ${channel}.`,
    logOff: "Nothing is logged any more.",
    removed: (channel: string, erased: number) =>
      `${channel} is no longer indexed. ${werePictures(erased)} erased from the index.`,
    paused: (channel: string) =>
      `${channel} is paused. Its pictures stay findable; new ones wait for /index resume.`,
    resumed: (channel: string) => `${channel} goes on where it was paused.`,
    not: (channel: string) => `${channel} is not indexed.`,
    captionsOn:
      "Message text is kept with pictures posted from now on, and erased with the message. /find caption: searches it.",
    captionsOff: "No message text is kept. Every caption was erased.",
    textOff: "Text in pictures is not read. What was read was erased.",
    textOn:
      "Text in pictures is read, old and new, so that /find finds its words. It is erased with the message.",
    linksOn:
      "Pictures that Discord shows of links are taken from now on, from its own proxy; of older messages when their channel is indexed again.",
    linksOff: (erased: number) =>
      `Pictures of links are not taken. ${werePictures(erased)} erased from the index.`,
    stickersOn:
      "Posted stickers are taken from now on; of older messages when their channel is indexed again.",
    stickersOff: (erased: number) => `Stickers are not taken. ${werePictures(erased)} erased from the index.`,
    webhook:
      "Pictures that a proxy (PluralKit, Tupperbox) posts from now on count as its webhook's: /privacy of the member behind does not reach them.",
    member:
      "Pictures that a proxy (PluralKit, Tupperbox) posts from now on count as the member's, and /privacy reaches them. For older messages of PluralKit the bot asks its public API who that is. Pictures taken before stay as they are until their channel is indexed again.",
    keptForGood: "Pictures stay in the index until their message is deleted.",
    retention: (days: number, erased: number) =>
      `Pictures leave the index ${count({ one: "# day", other: "# days" })(days)} after they were posted. ${werePictures(erased)} erased now.`,
    none: "No channel that you can see is indexed. Start with /index add.",
    rules: (captions: boolean, reads: boolean, days: number | null) =>
      [
        `captions ${captions ? "kept" : "not kept"}`,
        `text in pictures ${reads ? "read" : "not read"}`,
        `retention ${days === null ? "unlimited" : count({ one: "# day", other: "# days" })(days)}`,
      ].join(" · "),
    states: { reading: "reading", complete: "complete", paused: "paused", unreadable: "not readable" },
    read: count({ one: "# message read", other: "# messages read" }),
    findable: count({ one: "# picture findable", other: "# pictures findable" }),
    skipped: count({ other: "# skipped (no usable picture)" }),
    waiting: count({ other: "# waiting for another try" }),
    places: (done: number, of: number) =>
      `${done} of ${count({ one: "# place", other: "# places" })(of)} done`,
    denied: count({ other: "# not readable for the bot" }),
  },
  scam: {
    off: "Nothing is watched any more. The list stays; /scam list shows it.",
    on: (channel: string, listed: number) =>
      `Pictures posted in channels that the bot can read are compared with the list (${pictures(listed)}); alerts go to ${channel}.`,
    actions: {
      alert: () => "Nothing else is done.",
      delete: () => "The message is deleted.",
      timeout: (minutes: number) =>
        `The message is deleted, and its poster timed out for ${count({ one: "# minute", other: "# minutes" })(minutes)}.`,
    },
    burstsToo: "The same goes for one picture that a member posts in three channels within two minutes.",
    mayNotWrite: (channel: string) =>
      `The bot may not write in ${channel}: give it View Channel and Send Messages there, then try again.`,
    giveDelete: "The bot may not delete messages: give its role Manage Messages, then try again.",
    giveTimeOut: "The bot may not time members out: give its role Timeout Members, then try again.",
    full: (most: number) => `The list is full (${most}). Take pictures off it with /scam list.`,
    listed: "That picture is on the list already.",
    marked: count({
      one: "# picture was put on the list, which moderators see with /scam list.",
      other: "# pictures were put on the list, which moderators see with /scam list.",
    }),
    watched: "Posted again, it raises an alert.",
    notWatched: "No alerts are sent yet: a manager chooses where they go with /scam watch.",
    heading: count({
      one: "# picture on the scam list",
      other: "# pictures on the scam list",
    }),
    markedOn: (when: string) => `marked ${when}`,
    picture: (number: string) => `Picture ${number}`,
    takeOff: "Take one off the list…",
    posted: (user: string) => `${user} posted a picture of the scam list:`,
    burst: (user: string) => `${user} posted one picture in several channels within two minutes:`,
    hidden: count({
      one: "# message where not everybody here can read",
      other: "# messages where not everybody here can read",
    }),
    spared: "Nothing was done: they may manage messages themselves.",
    deleted: count({ one: "# message was deleted.", other: "# messages were deleted." }),
    mayNotDelete: "Not all could be deleted: give the bot Manage Messages there.",
    timedOut: count({ one: "They are timed out for # minute.", other: "They are timed out for # minutes." }),
    mayNotTimeOut:
      "They could not be timed out: give the bot Timeout Members, and a role above theirs; owners and administrators never can be.",
    more: count({
      one: "# more message with scam pictures within a minute.",
      other: "# more messages with scam pictures within a minute.",
    }),
  },
  saved: {
    noWords: "Say what you look for.",
    already: "You saved that already. See /saved list.",
    tooMany: (most: number) => `You saved ${most} here, and more are not kept. Remove one with /saved list.`,
    serverFull: "This server's members saved as many as the bot keeps. Try again another day.",
    where: "Where are you to be told? Name a thread, run this in a thread, or choose dm for direct messages.",
    noThread: "That thread cannot be used: it is none, or you or the bot may not read it.",
    youMayNot: "You may not post pictures in that thread.",
    botMayNot: (thread: string) =>
      `The bot may not write in ${thread}: give it Send Messages in Threads and Attach Files there, or let it into the thread.`,
    closedToDirect:
      "The bot cannot write to you: allow direct messages from members of this server, then try again.",
    willTell: (user: string, title: string) =>
      `New pictures for ${title} will be told here, for ${user}: those that everybody who reads this thread may see.`,
    willTellYou: (title: string, server: string) =>
      `New pictures for ${title} in ${server} will be told here. /saved list there shows what you saved.`,
    toldIn: (thread: string) =>
      `Kept. New pictures that fit well are told in ${thread}, as far as you and everybody there may see them.`,
    toldDirectly:
      "Kept. New pictures that fit well are told in a direct message, as far as you may see them.",
    none: "You saved nothing in this server. /saved add keeps words.",
    direct: "direct message",
    stopped: "could not be delivered: remove it and add it again",
    remove: "Remove one…",
    removed: "Removed.",
    notYours: "Only the member who saved this, or a moderator, can stop it.",
    stop: "Stop this",
    newFor: (title: string, user: string) => `New for ${title} · ${user}`,
    newIn: (title: string, server: string) => `New for ${title} in ${server}`,
  },
  safety: {
    nameChannel: "Name the channel where moderators are told, with the option channel.",
    noLog: "Choose the log's channel first, with /index log.",
    actions: {
      flag: "tell moderators in a channel",
      spoiler: "ask the poster for a spoiler",
      log: "note it where /index log writes",
    },
    guess:
      "The model only guesses: nothing is deleted. Pictures of age-restricted channels are left out; bots and members who opted out are not.",
    none: "Nothing is set: no picture is compared with labels. /safety set begins.",
    removed: "No longer done.",
    flagged: (user: string, labels: string) => `${user} posted what looks like ${labels}:`,
    at: (channel: string) => `in ${channel}`,
    hidden: "in a channel that not everybody here can read",
    askForSpoiler: (user: string, labels: string) =>
      `${user}, this looks like ${labels}. Please post it as a spoiler, for those who do not want to see it unasked.`,
    more: count({
      one: "# more message was flagged within a minute.",
      other: "# more messages were flagged within a minute.",
    }),
  },
  audit: {
    ran: (user: string, what: string) => `${user} ran ${what}`,
    channelGone: (commands: string) => `The channel where ${commands} wrote was deleted: that is off now.`,
    tooOld: (erased: number, after: number) =>
      `${werePictures(erased)} erased: posted more than ${count({ one: "# day", other: "# days" })(after)} ago (/index retention).`,
    scam: (user: string, deleted: number, minutes: number) =>
      [
        `Scam pictures of ${user}:`,
        ...(deleted > 0 ? [count({ one: "# message deleted", other: "# messages deleted" })(deleted)] : []),
        ...(minutes > 0
          ? [count({ one: "timed out for # minute", other: "timed out for # minutes" })(minutes)]
          : []),
        "(/scam watch)",
      ].join(" "),
    scamMarked: (user: string, marked: number) =>
      `${user} put ${pictures(marked)} on the scam list (/scam list)`,
    scamUnmarked: (user: string) => `${user} took a picture off the scam list (/scam list)`,
    looksLike: (user: string, labels: string, place: string) =>
      `${user} posted ${place} what looks like ${labels} (/safety)`,
  },
  privacy: {
    optedOut: (erased: number) =>
      `Done: no picture that you post will be indexed, and ${werePictures(erased)} erased from the index, in every server of this bot. Your messages are untouched. /privacy opt-in undoes it for new pictures.`,
    optedIn: "Done: pictures that you post from now on can be found again.",
    erased: (erased: number) =>
      `Done: ${werePictures(erased)} erased from the index, in every server of this bot. Your messages are untouched. New pictures are indexed unless you opt out.`,
    exported: (kept: number) =>
      `Everything kept about your pictures (${kept}). Beside each: a vector that describes what it shows, a fingerprint and a small preview.`,
  },
  status: {
    visible: (images: number, channels: number) =>
      `${pictures(images)} in ${count({ one: "# channel or thread", other: "# channels and threads" })(channels)} that you can see`,
    waiting: count({
      one: "# picture waiting to be looked at",
      other: "# pictures waiting to be looked at",
    }),
    running: (model: string, search: string, since: string) =>
      `model ${model} · ${search} search · running since ${since}`,
  },
  help: {
    all: [
      "**Find pictures** that were posted here, in channels that you can see:",
      "- `/find query:golden retriever on a beach`: by what they show, and by words beside and in them",
      "- `/find image:` and *Apps → Find similar* on a message: by a picture",
      '- `text:invoice` inside the words asks for text in pictures only, `"in quotes"` for words together',
      "- `/duplicates`: what was posted more than once · `/classify`: what a picture shows",
      "- `/saved add`, `list`: be told of new pictures that fit your words, in a thread or a direct message",
      "Only you see the answers, until you press *Show to channel*.",
      "**Your own pictures**: `/privacy opt-out`, `delete` and `export`.",
    ].join("\n"),
    managers: [
      "**For managers**",
      "- `/index add`: which channels can be searched, one, a category or all · `/index status`: how far",
      "- `/index captions`, `text`, `links`, `retention`, `proxies`: what is kept of them",
      "- `/autotag set`, `list`, `allow`: tags and repost notices · `/status`: how the bot is doing",
      "- `/scam mark`, `list`, `watch` and *Apps → Mark as scam*: known scam pictures, alerts and what else happens",
      "- `/safety set`, `list`, `off`: labels that new pictures are compared with, for moderators",
    ].join("\n"),
    welcome:
      "Hello! Once somebody who may manage this server runs `/index add`, members can `/find` the pictures posted in the " +
      "channels that they can see. Nothing is indexed until then. `/help` says what else there is.",
  },
};

export const english = { commands, answers };

export type TextKey = keyof typeof commands;
export type AnswerTexts = typeof answers;

/** All texts in one language: the compiler names those that lack. */
export interface BotTexts {
  readonly commands: Readonly<Record<TextKey, CommandText>>;
  readonly answers: AnswerTexts;
}
