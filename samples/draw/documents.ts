import {
  circle,
  type Drawing,
  downwards,
  drawing,
  ellipse,
  group,
  line,
  rect,
  scatter,
  shape,
  text,
} from "./svg.ts";

const mono = { "font-family": "DejaVu Sans Mono" };
const bold = { "font-weight": "bold" };
const centred = { "text-anchor": "middle" };
const toTheRight = { "text-anchor": "end" };

export const documents: readonly Drawing[] = [
  drawing("documents/sales bar chart.png", 760, 520, barChart()),
  drawing("documents/budget pie chart.png", 640, 520, pieChart()),
  drawing("documents/overdue receipt.jpg", 520, 760, receipt()),
  drawing("documents/city map.png", 760, 600, cityMap()),
  drawing("documents/monday meme.jpg", 640, 640, meme()),
  drawing("documents/chat screenshot.png", 480, 800, chat()),
  drawing("documents/code editor.png", 800, 520, codeEditor()),
  drawing("documents/shopping list.jpg", 560, 700, shoppingList()),
  drawing("documents/calendar.png", 700, 600, calendar()),
];

function barChart(): string {
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"];
  const values = [42, 58, 51, 74, 69, 93];
  const bars = months.map((month, index) => {
    const value = values[index] ?? 0;
    const x = 130 + index * 98;
    return [
      rect(x, 430 - value * 3.2, 62, value * 3.2, "#2f7ed8"),
      text(x + 31, 420 - value * 3.2, 18, `${value}`, { ...centred, fill: "#333" }),
      text(x + 31, 458, 18, month, { ...centred, fill: "#444" }),
    ].join("");
  });
  const grid = [0, 25, 50, 75, 100].map(
    (value) =>
      line(`M100 ${430 - value * 3.2}H720`, "#dde1e6", 1.5) +
      text(88, 436 - value * 3.2, 16, `${value}`, { ...toTheRight, fill: "#667" }),
  );
  return [
    rect(0, 0, 760, 520, "#fff"),
    text(380, 50, 28, "Sales per month", { ...centred, ...bold, fill: "#222" }),
    ...grid,
    ...bars,
    line("M100 110V430H720", "#445", 3),
    text(410, 500, 17, "Thousand euros, first half of the year", { ...centred, fill: "#667" }),
  ].join("");
}

function pieChart(): string {
  const parts = [
    ["Rent", 38, "#3b6fb6"],
    ["Food", 24, "#e8833a"],
    ["Travel", 16, "#4ba35a"],
    ["Savings", 13, "#c94f55"],
    ["Other", 9, "#8d6cb8"],
  ] as const;
  let before = 0;
  const wedges = parts.map(([name, share, colour], index) => {
    const [from, to] = [before, before + share];
    before = to;
    const [x1, y1] = onCircle(from);
    const [x2, y2] = onCircle(to);
    const [x, y] = onCircle((from + to) / 2, 110);
    return [
      shape(`M240 290L${x1} ${y1}A170 170 0 0 1 ${x2} ${y2}Z`, colour, { stroke: "#fff", "stroke-width": 4 }),
      text(x, y + 7, 20, `${share}%`, { ...centred, ...bold, fill: "#fff" }),
      rect(470, 190 + index * 44, 24, 24, colour, { rx: 4 }),
      text(506, 209 + index * 44, 20, name, { fill: "#333" }),
    ].join("");
  });
  return [
    rect(0, 0, 640, 520, "#fff"),
    text(320, 60, 28, "Where the money goes", { ...centred, ...bold, fill: "#222" }),
    ...wedges,
  ].join("");
}

/** A point at so many per cent of the way round, clockwise from the top. */
function onCircle(percent: number, radius = 170): [number, number] {
  const angle = (percent / 100) * 2 * Math.PI;
  return [240 + radius * Math.sin(angle), 290 - radius * Math.cos(angle)];
}

function receipt(): string {
  const items = [
    ["Paper A4, 5 packs", "24.50"],
    ["Ink cartridge black", "31.90"],
    ["Ink cartridge colour", "38.90"],
    ["Envelopes C5", "7.20"],
    ["Delivery", "4.99"],
  ] as const;
  const rows = items.map(
    ([name, price], index) =>
      text(90, 290 + index * 36, 18, name, { ...mono, fill: "#222" }) +
      text(430, 290 + index * 36, 18, price, { ...mono, ...toTheRight, fill: "#222" }),
  );
  const teeth = Array.from({ length: 20 }, (_, index) => `L${450 - index * 20} 726L${440 - index * 20} 712`);
  const code = scatter(46, 5, (random, index) =>
    rect(130 + index * 5.6, 636, 1 + random() * 3.4, 50, "#222"),
  );
  return [
    rect(0, 0, 520, 760, "#a98a68"),
    ...[60, 190, 330, 470, 610].map((y) => line(`M0 ${y}Q260 ${y + 14} 520 ${y - 6}`, "#9a7b5a", 4)),
    shape("M70 46H472V726H70Z", "#000", { opacity: 0.3, filter: "url(#blur)" }),
    shape(`M60 40H460V712${teeth.join("")}Z`, "#fdfcf7"),
    text(260, 100, 28, "PAPER & CO", { ...mono, ...bold, ...centred, fill: "#111" }),
    text(260, 130, 15, "12 Harbour Street", { ...mono, ...centred, fill: "#444" }),
    text(260, 180, 22, "INVOICE 20417", { ...mono, ...bold, ...centred, fill: "#111" }),
    text(90, 225, 15, "Date 03.03.2025   Due 17.03.2025", { ...mono, fill: "#444" }),
    line("M90 248H430", "#888", 2, { "stroke-dasharray": "6 6" }),
    ...rows,
    line("M90 464H430", "#888", 2, { "stroke-dasharray": "6 6" }),
    text(90, 500, 18, "VAT 19 %", { ...mono, fill: "#222" }),
    text(430, 500, 18, "20.42", { ...mono, ...toTheRight, fill: "#222" }),
    text(90, 545, 25, "TOTAL", { ...mono, ...bold, fill: "#111" }),
    text(430, 545, 25, "127.91", { ...mono, ...bold, ...toTheRight, fill: "#111" }),
    code,
    group(
      { transform: "rotate(-16 270 400)", opacity: 0.86 },
      rect(96, 350, 348, 100, "none", { stroke: "#d3202a", "stroke-width": 9, rx: 12 }),
      text(270, 425, 66, "OVERDUE", { ...bold, ...centred, fill: "#d3202a" }),
    ),
  ].join("");
}

function cityMap(): string {
  const road = (d: string, width: number, colour = "#ffffff") =>
    line(d, "#d5cdbd", width + 4) + line(d, colour, width);
  const blocks = scatter(70, 27, (random) =>
    rect(random() * 740, random() * 580, 24 + random() * 40, 20 + random() * 34, "#e4dccb", { opacity: 0.9 }),
  );
  const pin = (x: number, y: number, colour: string) =>
    shape(
      `M${x} ${y}Q${x - 34} ${y - 44} ${x - 22} ${y - 70}A25 25 0 0 1 ${x + 22} ${y - 70}Q${x + 34} ${y - 44} ${x} ${y}Z`,
      colour,
    ) + circle(x, y - 60, 10, "#fff");
  return [
    rect(0, 0, 760, 600, "#f2ecdf"),
    blocks,
    shape("M500 60H690V200Q600 230 500 190Z", "#bfe0ac"),
    shape("M60 400H210V540H60Z", "#bfe0ac"),
    shape("M-10 240Q160 200 280 290T520 360T780 320V390Q640 420 520 425T250 350T-10 310Z", "#9fcbe8"),
    ...[70, 170, 460, 550].map((y) => road(`M0 ${y}H760`, 9)),
    ...[90, 230, 360, 480, 610, 700].map((x) => road(`M${x} 0V600`, 9)),
    road("M0 560Q300 470 420 250T760 60", 17, "#f9d56e"),
    road("M0 120L760 480", 17, "#f9d56e"),
    line("M90 460V170H360V70H610V170", "#3d7be0", 9, { opacity: 0.9 }),
    circle(90, 460, 12, "#3d7be0", { stroke: "#fff", "stroke-width": 4 }),
    pin(610, 172, "#e2352f"),
    text(548, 196, 18, "City Park", { fill: "#4b7a3d", ...bold }),
    text(82, 520, 18, "Old Town", { fill: "#4b7a3d", ...bold }),
    text(300, 350, 20, "River", { fill: "#3b76a5", "font-style": "italic", transform: "rotate(22 300 350)" }),
    text(250, 445, 17, "Station Road", { fill: "#6b6152" }),
    text(376, 56, 17, "Museum Street", { fill: "#6b6152" }),
    rect(600, 530, 140, 46, "#fff", { opacity: 0.85, rx: 6 }),
    line("M616 562V554M616 562H716M716 562V554", "#444", 3),
    text(666, 552, 15, "500 m", { ...centred, fill: "#444" }),
  ].join("");
}

function meme(): string {
  const caption = (y: number, words: string) =>
    text(320, y, 58, words, {
      ...bold,
      ...centred,
      fill: "#fff",
      stroke: "#000",
      "stroke-width": 9,
      "paint-order": "stroke",
      "stroke-linejoin": "round",
    });
  return [
    downwards("office", "#5f7f9c", "#39536b"),
    rect(0, 0, 640, 640, "url(#office)"),
    rect(0, 470, 640, 170, "#7a5638"),
    ellipse(320, 500, 210, 20, "#000", { opacity: 0.3, filter: "url(#blur)" }),
    // A grey cat that has had enough, behind its mug.
    shape("M190 500Q170 360 260 330H380Q470 360 450 500Z", "#8a8f98"),
    shape("M205 240L190 110L285 180Z", "#8a8f98"),
    shape("M435 240L450 110L355 180Z", "#8a8f98"),
    shape("M220 205L212 140L262 178Z", "#e0a9a5"),
    shape("M420 205L428 140L378 178Z", "#e0a9a5"),
    ellipse(320, 270, 135, 112, "#9aa0a9"),
    ellipse(320, 320, 70, 46, "#d9dce0"),
    ellipse(262, 258, 32, 26, "#f4e58a"),
    ellipse(378, 258, 32, 26, "#f4e58a"),
    ellipse(262, 262, 9, 20, "#1b1b1b"),
    ellipse(378, 262, 9, 20, "#1b1b1b"),
    shape("M222 226H304V252Q262 244 222 256Z", "#858b95"),
    shape("M418 226H336V252Q378 244 418 256Z", "#858b95"),
    line("M224 246L302 256M416 246L338 256", "#4c5159", 7),
    shape("M305 296H335L320 314Z", "#c7757b"),
    line("M320 314V326M280 348Q320 318 360 348", "#4c5159", 6),
    ...["M250 310L160 298", "M250 324L158 332", "M390 310L480 298", "M390 324L482 332"].map((d) =>
      line(d, "#eee", 3),
    ),
    line("M470 430Q530 420 520 470Q505 500 465 490", "#e9e6df", 16),
    rect(390, 410, 90, 100, "#f4f1ea", { rx: 12 }),
    ellipse(435, 412, 44, 10, "#4a2a17"),
    caption(78, "WHEN IT IS"),
    caption(600, "MONDAY AGAIN"),
  ].join("");
}

function chat(): string {
  const messages = [
    [false, ["Are you coming", "on Saturday?"]],
    [true, ["Yes! What should", "I bring?"]],
    [false, ["Maybe a salad"]],
    [false, ["And the big umbrella,", "it may rain"]],
    [true, ["Deal"]],
    [true, ["See you at four"]],
  ] as const;
  let top = 120;
  const bubbles = messages.map(([mine, words], index) => {
    const height = 26 + words.length * 26;
    const width = 46 + Math.max(...words.map((row) => row.length)) * 12;
    const left = mine ? 456 - width : 70;
    const bubble = [
      rect(left, top, width, height, mine ? "#cdf0c0" : "#ffffff", { rx: 18 }),
      ...words.map((row, at) => text(left + 20, top + 34 + at * 26, 20, row, { fill: "#1d1d1d" })),
      text(left + width - 10, top + height + 18, 12, `16:0${index + 1}`, { ...toTheRight, fill: "#8a8f86" }),
      mine
        ? ""
        : circle(40, top + height - 16, 19, "#e58a4e") +
          text(40, top + height - 9, 19, "A", { ...centred, fill: "#fff" }),
    ].join("");
    top += height + 34;
    return bubble;
  });
  return [
    rect(0, 0, 480, 800, "#e9e2d6"),
    rect(0, 0, 480, 96, "#2f7d6b"),
    text(20, 26, 15, "16:08", { fill: "#fff" }),
    rect(420, 14, 36, 15, "none", { stroke: "#fff", "stroke-width": 2, rx: 3 }),
    rect(423, 17, 24, 9, "#fff"),
    line("M32 52L20 64L32 76", "#fff", 4),
    circle(72, 64, 22, "#e58a4e"),
    text(72, 72, 22, "A", { ...centred, fill: "#fff" }),
    text(108, 62, 20, "Anna", { ...bold, fill: "#fff" }),
    text(108, 82, 14, "online", { fill: "#cfe8df" }),
    ...bubbles,
    rect(14, 738, 392, 48, "#fff", { rx: 24 }),
    text(40, 769, 18, "Message", { fill: "#9a9a9a" }),
    circle(442, 762, 25, "#2f7d6b"),
    shape("M432 750L456 762L432 774L436 762Z", "#fff"),
  ].join("");
}

function codeEditor(): string {
  const [keyword, name, value, quiet] = ["#c792ea", "#82aaff", "#c3e88d", "#637188"];
  const plain = "#d6deeb";
  const number = "#f78c6c";
  const rows: (readonly [string, string])[][] = [
    [["// Counts the words of a text", quiet]],
    [
      ["export function ", keyword],
      ["countWords", name],
      ["(text) {", plain],
    ],
    [
      ["  const ", keyword],
      ["counts", name],
      [" = new Map();", plain],
    ],
    [
      ["  for ", keyword],
      ["(", plain],
      ["const ", keyword],
      ["word of text.split(", plain],
      ['" "', value],
      [")) {", plain],
    ],
    [
      ["    if ", keyword],
      ["(word === ", plain],
      ['""', value],
      [") ", plain],
      ["continue", keyword],
      [";", plain],
    ],
    [
      ["    const ", keyword],
      ["before", name],
      [" = counts.get(word) ?? ", plain],
      ["0", number],
      [";", plain],
    ],
    [
      ["    counts.set(word, before + ", plain],
      ["1", number],
      [");", plain],
    ],
    [["  }", plain]],
    [
      ["  return ", keyword],
      ["counts;", plain],
    ],
    [["}", plain]],
    [],
    [
      ["console", name],
      [".log(countWords(", plain],
      ['"to be or not to be"', value],
      ["));", plain],
    ],
  ];
  const code = rows.map((pieces, row) => {
    let column = 0;
    const y = 98 + row * 30;
    const words = pieces.map(([piece, colour]) => {
      const x = 246 + (column + piece.length - piece.trimStart().length) * 10.25;
      column += piece.length;
      return text(x, y, 17, piece.trim(), { ...mono, fill: colour });
    });
    return text(226, y, 15, `${row + 1}`, { ...mono, ...toTheRight, fill: "#4b5a72" }) + words.join("");
  });
  const files = ["src", "  count.js", "  index.js", "test", "  count.test.js", "package.json", "README.md"];
  return [
    rect(0, 0, 800, 520, "#1b2333"),
    rect(0, 0, 800, 34, "#121826"),
    circle(22, 17, 7, "#ff5f57"),
    circle(46, 17, 7, "#febc2e"),
    circle(70, 17, 7, "#28c840"),
    rect(0, 34, 184, 460, "#161d2b"),
    rect(0, 78, 184, 26, "#26324a"),
    ...files.map((file, index) =>
      text(18 + (file.startsWith(" ") ? 18 : 0), 70 + index * 27, 15, file.trim(), { fill: "#a9b5c9" }),
    ),
    rect(184, 34, 150, 34, "#1b2333"),
    text(206, 57, 15, "count.js", { fill: "#e6ecf5" }),
    rect(184, 140, 616, 30, "#243049"),
    ...code,
    rect(0, 494, 800, 26, "#2d6cdf"),
    text(16, 512, 13, "main   0 errors   UTF-8   JavaScript", { fill: "#fff" }),
  ].join("");
}

function shoppingList(): string {
  const script = { "font-family": "DejaVu Serif", "font-style": "italic", fill: "#23408e" };
  const items = ["bread", "milk", "6 eggs", "tomatoes", "coffee!", "cat food", "flowers for Mum"];
  return [
    rect(0, 0, 560, 700, "#8c6b4f"),
    rect(56, 46, 460, 622, "#000", { opacity: 0.3, filter: "url(#blur)" }),
    group(
      { transform: "rotate(-2 280 350)" },
      rect(46, 36, 460, 622, "#fff7c2"),
      ...Array.from({ length: 13 }, (_, index) => line(`M46 ${140 + index * 40}H506`, "#b9cfe4", 2)),
      line("M112 36V658", "#e79a9a", 2),
      text(130, 108, 40, "Shopping list", { ...script, ...bold }),
      line("M130 122Q250 112 420 124", "#23408e", 3),
      ...items.map((item, index) => {
        const y = 174 + index * 60;
        const tilt = { transform: `rotate(${((index * 7) % 5) - 2} 150 ${y})` };
        const done =
          index < 3
            ? line(
                `M150 ${y - 12}Q${190 + item.length * 6} ${y - 18} ${170 + item.length * 17} ${y - 10}`,
                "#23408e",
                3,
              )
            : "";
        return text(150, y, 34, item, { ...script, ...tilt }) + circle(130, y - 12, 4, "#23408e") + done;
      }),
    ),
    shape("M236 20H330V66Q283 74 236 62Z", "#f2f2ea", { opacity: 0.75 }),
  ].join("");
}

function calendar(): string {
  const days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
  const cells = Array.from({ length: 31 }, (_, index) => {
    const [column, row] = [(index + 3) % 7, Math.floor((index + 3) / 7)];
    const [x, y] = [62 + column * 84, 206 + row * 72];
    const marks: Record<number, string> = { 8: "#4ba35a", 14: "#e8833a", 22: "#3b6fb6", 27: "#8d6cb8" };
    const mark = marks[index + 1];
    return [
      rect(x, y, 78, 66, column > 4 ? "#f1f4f8" : "#fff", { stroke: "#d9dee5", "stroke-width": 1.5 }),
      text(x + 12, y + 28, 21, `${index + 1}`, { fill: column === 6 ? "#d1383d" : "#333" }),
      mark ? rect(x + 8, y + 40, 62, 16, mark, { rx: 5 }) : "",
      index + 1 === 18 ? circle(x + 24, y + 21, 22, "none", { stroke: "#d1383d", "stroke-width": 4 }) : "",
    ].join("");
  });
  return [
    rect(0, 0, 700, 600, "#dfe6ec"),
    rect(40, 40, 620, 540, "#fff", { rx: 12 }),
    shape("M40 52Q40 40 52 40H648Q660 40 660 52V140H40Z", "#d1383d"),
    ...[140, 280, 420, 560].map((x) => rect(x - 8, 18, 16, 46, "#565d66", { rx: 8 })),
    text(350, 112, 40, "October 2026", { ...bold, ...centred, fill: "#fff" }),
    ...days.map((day, index) => text(101 + index * 84, 186, 20, day, { ...bold, ...centred, fill: "#667" })),
    ...cells,
  ].join("");
}
