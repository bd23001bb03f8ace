import {
  circle,
  type Drawing,
  downwards,
  drawing,
  ellipse,
  group,
  line,
  rect,
  rounded,
  scatter,
  shadow,
  shape,
  sideways,
} from "./svg.ts";

export const food: readonly Drawing[] = [
  drawing(
    "food/slice of pizza.png",
    600,
    560,
    rect(0, 0, 600, 560, "#2e8b86"),
    ...checks(600, 560, "#277a76"),
    circle(300, 290, 250, "#f4f1ea"),
    circle(300, 290, 215, "#fff"),
    shape("M140 205L480 205L318 540Q300 550 292 535Z", "#000", { opacity: 0.25, filter: "url(#blur)" }),
    pizzaSlice(),
  ),
  drawing(
    "food/birthday cake.jpg",
    680,
    640,
    downwards("party", "#fde2ee", "#f6b9d0"),
    rect(0, 0, 680, 640, "url(#party)"),
    scatter(90, 41, (random, index) =>
      rect(
        random() * 680,
        random() * 430,
        8,
        14,
        ["#6ec6ff", "#ffd54f", "#81c784", "#ba68c8"][index % 4] ?? "",
        {
          transform: `rotate(${random() * 180} 340 240)`,
          opacity: 0.8,
        },
      ),
    ),
    rect(0, 540, 680, 100, "#c98f6a"),
    shadow(340, 560, 260, 20),
    birthdayCake(),
  ),
  drawing(
    "food/red apple.png",
    520,
    520,
    downwards("kitchen", "#f7f4ec", "#e6dcc8"),
    rect(0, 0, 520, 520, "url(#kitchen)"),
    rect(0, 400, 520, 120, "#c99a6a"),
    line("M0 430H520M0 470H520", "#b5855a", 3),
    shadow(262, 428, 150, 18, 0.4),
    apple(),
  ),
  drawing(
    "food/bananas.jpg",
    700,
    480,
    rect(0, 0, 700, 480, "#bfe3ea"),
    rect(0, 330, 700, 150, "#efe3cf"),
    shadow(360, 385, 220, 18),
    bananas(),
  ),
  drawing(
    "food/cup of coffee.webp",
    620,
    560,
    downwards("cafe", "#6f4e3a", "#4a3125"),
    rect(0, 0, 620, 560, "url(#cafe)"),
    rect(0, 380, 620, 180, "#a9744a"),
    line("M0 420H620M0 470H620M0 520H620", "#93623c", 4),
    coffeeCup(),
  ),
  drawing(
    "food/hamburger.jpg",
    680,
    560,
    downwards("diner", "#ffd98a", "#f7b84b"),
    rect(0, 0, 680, 560, "url(#diner)"),
    rect(0, 420, 680, 140, "#b5533c"),
    shadow(340, 455, 250, 20, 0.4),
    hamburger(),
  ),
];

function checks(width: number, height: number, colour: string): string[] {
  const size = 40;
  const cells: string[] = [];
  for (let y = 0; y < height; y += size) {
    for (let x = (y / size) % 2 ? size : 0; x < width; x += 2 * size)
      cells.push(rect(x, y, size, size, colour));
  }
  return cells;
}

function pizzaSlice(): string {
  const salami = [
    [240, 230],
    [350, 240],
    [290, 330],
    [330, 410],
  ] as const;
  return [
    downwards("cheese", "#ffd257", "#f7b733"),
    shape("M130 180Q300 110 470 180L310 520Q300 530 290 520Z", "url(#cheese)"),
    shape(
      "M145 210Q150 260 162 240Q170 300 185 280L150 215ZM455 210Q452 250 440 240Q432 290 420 275Z",
      "#e8982a",
    ),
    shape("M112 178Q300 80 488 178Q500 200 480 212Q300 140 120 212Q100 200 112 178Z", "#d08a3c"),
    line("M130 180Q300 100 470 180", "#e7ad63", 10, { opacity: 0.8 }),
    ...salami.map(
      ([x, y]) =>
        circle(x, y, 34, "#c2321f") +
        circle(x, y, 28, "#d8442c") +
        circle(x - 8, y - 8, 4, "#f0917c") +
        circle(x + 9, y + 4, 3, "#f0917c") +
        circle(x - 3, y + 12, 3, "#f0917c"),
    ),
    shape("M180 215Q200 190 225 200Q215 222 180 215Z", "#3f8f3a"),
    shape("M395 205Q420 190 430 215Q408 230 395 205Z", "#3f8f3a"),
    shape("M285 262Q300 245 318 262Q300 280 285 262Z", "#3f8f3a"),
    circle(402, 262, 13, "#2f2a26") + circle(402, 262, 5, "#f7b733"),
    circle(240, 300, 13, "#2f2a26") + circle(240, 300, 5, "#f7b733"),
    circle(300, 460, 11, "#2f2a26") + circle(300, 460, 4, "#f7b733"),
  ].join("");
}

function birthdayCake(): string {
  const drip = (left: number, right: number, top: number, colour: string) => {
    const count = Math.round((right - left) / 40);
    const wide = (right - left) / count;
    const drops = Array.from({ length: count }, (_, index) => {
      const [x, low] = [left + index * wide, top + 26 + ((index * 37) % 22)];
      return `Q${x} ${low} ${x + wide / 2} ${low}T${x + wide} ${top + 8}`;
    });
    return shape(`M${left} ${top - 16}V${top + 8}${drops.join("")}V${top - 16}Z`, colour);
  };
  const candles = [250, 310, 370, 430].map((x, index) =>
    [
      rect(x - 8, 130, 16, 90, ["#4fc3f7", "#ffb74d", "#81c784", "#ba68c8"][index] ?? "", { rx: 4 }),
      line(`M${x - 8} 160l16 -12M${x - 8} 190l16 -12`, "#fff", 4),
      line(`M${x} 130V120`, "#333", 3),
      circle(x, 102, 24, "#ffe082", { opacity: 0.5, filter: "url(#soft)" }),
      shape(`M${x} 74Q${x + 15} 102 ${x} 118Q${x - 15} 102 ${x} 74Z`, "#ff9800"),
      shape(`M${x} 92Q${x + 7} 106 ${x} 116Q${x - 7} 106 ${x} 92Z`, "#fff3b0"),
    ].join(""),
  );
  return [
    ellipse(340, 548, 280, 26, "#f2f2f2"),
    ellipse(340, 540, 280, 24, "#ffffff"),
    sideways("sponge", "#e9b678", "#f3cd98", "#dca266"),
    rect(130, 380, 420, 160, "url(#sponge)", { rx: 14 }),
    rect(130, 455, 420, 22, "#e4607f"),
    rect(200, 220, 280, 170, "url(#sponge)", { rx: 14 }),
    rect(200, 300, 280, 20, "#e4607f"),
    ...candles,
    drip(130, 550, 390, "#fff3f7"),
    drip(200, 480, 230, "#ff8fb3"),
    ...[150, 210, 270, 330, 390, 450, 510].map(
      (x) => circle(x + 10, 368, 15, "#d81b43") + circle(x + 6, 363, 4, "#ff8fa3"),
    ),
    scatter(34, 23, (random, index) =>
      rect(
        215 + random() * 245,
        215 + random() * 20,
        10,
        4,
        ["#fff", "#fff176", "#4dd0e1"][index % 3] ?? "",
        {
          rx: 2,
        },
      ),
    ),
  ].join("");
}

function apple(): string {
  return [
    rounded("skin", "#ff7a66", "#dc2626", "#9b1414"),
    shape(
      "M260 150Q200 105 140 140Q80 190 105 300Q130 410 210 428Q240 432 260 418Q280 432 310 428Q390 410 415 300Q440 190 380 140Q320 105 260 150Z",
      "url(#skin)",
    ),
    ellipse(260, 152, 48, 16, "#8c1212", { opacity: 0.7 }),
    line("M260 158Q258 110 282 78", "#6b4423", 13),
    shape("M272 118Q300 60 380 66Q370 124 272 118Z", "#4caf3f"),
    line("M280 115Q320 96 365 76", "#2f7d2a", 3),
    ellipse(165, 215, 22, 46, "#fff", { opacity: 0.35, transform: "rotate(22 165 215)" }),
  ].join("");
}

function bananas(): string {
  const banana = (turn: number, colour: string) =>
    group(
      { transform: `rotate(${turn} 190 110)` },
      shape(
        "M180 100Q190 330 430 350Q520 350 560 290Q570 275 556 270Q420 300 330 240Q240 180 215 95Z",
        colour,
      ),
      line("M205 120Q240 290 440 318Q500 320 545 285", "#c9921a", 5, { opacity: 0.7 }),
      shape("M556 268L580 258L576 286L560 292Z", "#5a4420"),
      shape("M178 108L172 58L208 52L217 104Z", "#9a8a2c"),
    );
  return banana(14, "#f0b51e") + banana(0, "#f9cb2e") + banana(-14, "#ffdd4a");
}

function coffeeCup(): string {
  return [
    ellipse(310, 470, 230, 44, "#2b1a10", { opacity: 0.35, filter: "url(#blur)" }),
    ellipse(310, 455, 220, 46, "#e9e4da"),
    ellipse(310, 448, 170, 30, "#d5cec0"),
    line("M440 290Q540 280 520 350Q500 400 420 395", "#f7f3ea", 26),
    sideways("china", "#ffffff", "#f4efe5", "#d9d1c1"),
    shape("M160 250H460Q455 430 370 450H250Q165 430 160 250Z", "url(#china)"),
    ellipse(310, 250, 150, 40, "#fbf8f1"),
    ellipse(310, 252, 134, 32, "#4a2a17"),
    ellipse(310, 258, 120, 24, "#6b3f22"),
    shape("M310 275Q250 255 275 243Q295 236 310 250Q325 236 345 243Q370 255 310 275Z", "#e9cfa6"),
    ...[240, 310, 380].map((x) =>
      line(`M${x} 200Q${x - 30} 160 ${x} 120T${x} 40`, "#fff", 14, { opacity: 0.35, filter: "url(#soft)" }),
    ),
  ].join("");
}

function hamburger(): string {
  const seeds = scatter(26, 77, (random) => {
    const [x, lift] = [190 + random() * 300, random()];
    const y = 210 - lift * Math.sqrt(Math.max(0, 1 - ((x - 340) / 200) ** 2)) * 105;
    return ellipse(x, y, 8, 5, "#fff1cf", { transform: `rotate(${random() * 60 - 30} ${x} ${y})` });
  });
  return [
    downwards("bun", "#e9a550", "#c67a2c"),
    rect(140, 388, 400, 66, "url(#bun)", { rx: 30 }),
    rect(128, 330, 424, 62, "#5b3320", { rx: 28 }),
    scatter(40, 3, (random) =>
      circle(145 + random() * 390, 340 + random() * 42, 4, "#41220f", { opacity: 0.6 }),
    ),
    shape("M130 322H550L500 340L470 375L430 340H260L225 362L190 338Z", "#ffc83d"),
    rect(140, 288, 400, 34, "#d83a2b", { rx: 14 }),
    shape(
      "M118 280Q140 250 175 262Q210 245 240 264Q275 246 305 264Q340 246 375 264Q405 246 440 264Q475 246 505 262Q540 250 562 280Q540 306 505 292Q475 308 440 294Q405 308 375 294Q340 308 305 294Q275 308 240 294Q210 308 175 292Q140 306 118 280Z",
      "#6cbf3f",
    ),
    shape("M130 255Q130 90 340 85Q550 90 550 255Q550 268 535 268H145Q130 268 130 255Z", "url(#bun)"),
    ellipse(260, 140, 80, 26, "#fff", { opacity: 0.25, transform: "rotate(-16 260 140)" }),
    seeds,
  ].join("");
}
