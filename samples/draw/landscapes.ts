import {
  at,
  circle,
  cloud,
  type Drawing,
  downwards,
  drawing,
  ellipse,
  glow,
  grass,
  group,
  line,
  rect,
  scatter,
  shadow,
  shape,
} from "./svg.ts";

export const landscapes: readonly Drawing[] = [
  drawing(
    "travel/snowy mountains.jpg",
    800,
    560,
    downwards("sky", "#5fa8e0", "#d6ecf8"),
    rect(0, 0, 800, 560, "url(#sky)"),
    cloud(640, 90, 0.8),
    cloud(120, 120, 0.6),
    shape("M-40 420L140 190L260 330L330 240L520 430Z", "#8da6bd"),
    downwards("rock", "#7c93aa", "#4d6379"),
    shape("M150 460L400 90L530 270L610 180L860 460Z", "url(#rock)"),
    shape("M400 90L310 223L345 210L365 250L395 205L425 262L450 222L490 250L484 206Z", "#fff"),
    shape("M610 180L560 235L586 232L604 262L628 226L650 250L664 240Z", "#fff"),
    shape("M140 190L92 251L116 244L136 270L156 238L184 243Z", "#fff"),
    shape("M400 90L420 200L470 300L430 460H660L530 270Z", "#32465a", { opacity: 0.25 }),
    shape("M0 430Q200 380 420 425T800 410V560H0Z", "#eef5fa"),
    scatter(46, 15, (random) => {
      const y = 430 + random() * 110;
      return pine(random() * 800, y, 0.35 + (y - 430) / 170, "#2f5c46");
    }),
  ),
  drawing(
    "travel/beach at sunset.jpg",
    800,
    540,
    downwards("dusk", "#3b2a6b", "#b8446f", "#f58a4b", "#ffd27a"),
    rect(0, 0, 800, 310, "url(#dusk)"),
    glow("halo", "#fff3b0", "#ffc766/0.6", "#ff9d4d/0"),
    circle(400, 290, 190, "url(#halo)"),
    circle(400, 290, 62, "#fff0b3"),
    ...[120, 170, 215].map((y, index) =>
      ellipse(170 + index * 210, y, 130, 9, "#ffb98a", { opacity: 0.5, filter: "url(#soft)" }),
    ),
    downwards("calm", "#f2a25c", "#a34b72", "#4a2c63"),
    rect(0, 310, 800, 130, "url(#calm)"),
    scatter(46, 6, (random) => {
      const y = 315 + random() * 110;
      const wide = 20 + random() * 60;
      return line(`M${400 + (random() - 0.5) * (y - 250) * 1.6 - wide / 2} ${y}h${wide}`, "#ffe9a8", 4, {
        opacity: 0.65,
      });
    }),
    shape("M0 430Q150 410 330 432T800 420V540H0Z", "#6d4663"),
    shape("M0 424Q150 404 330 426T800 414V424Q560 412 330 436T0 434Z", "#ffdcb8", { opacity: 0.7 }),
    palm(640, 500, 1),
    palm(720, 520, 0.75),
  ),
  drawing(
    "travel/forest path.jpg",
    640,
    720,
    downwards("canopy", "#cfe8b0", "#7fb268"),
    rect(0, 0, 640, 720, "url(#canopy)"),
    ...Array.from({ length: 12 }, (_, index) =>
      trunk(20 + index * 55, 430, 14, "#6f8a5f", ["#8fbc73", "#86b36b"][index % 2] ?? ""),
    ),
    shape("M0 440Q320 400 640 440V720H0Z", "#6c9c4c"),
    shape("M300 425Q345 430 330 470Q280 560 420 720H180Q220 560 290 480Q310 445 300 425Z", "#d8b98a"),
    grass(0, 460, 640, 260, 9, "#47752f"),
    shape("M300 425Q345 430 330 470Q280 560 420 720H180Q220 560 290 480Q310 445 300 425Z", "#d8b98a", {
      opacity: 0.85,
    }),
    trunk(70, 600, 34, "#5b4029", "#4c8a3f"),
    trunk(190, 500, 22, "#64482f", "#5a9a48"),
    trunk(450, 510, 24, "#64482f", "#529142"),
    trunk(575, 620, 38, "#563b25", "#447f39"),
    shape("M0 0H190L20 440H0Z", "#fff7c9", { opacity: 0.22 }),
    shape("M300 0H390L180 520H80Z", "#fff7c9", { opacity: 0.16 }),
  ),
  drawing(
    "travel/city at night.jpg",
    800,
    520,
    downwards("night", "#0a1033", "#2f3a86", "#a25a8f", "#f0a070"),
    rect(0, 0, 800, 520, "url(#night)"),
    scatter(90, 31, (random) =>
      circle(random() * 800, random() * 220, 0.8 + random() * 1.4, "#fff", { opacity: 0.8 }),
    ),
    shape("M672 52A40 40 0 1 1 634 112A42 42 0 0 0 672 52Z", "#fdf6d8"),
    ...skyline(),
    rect(0, 440, 800, 80, "#141a38"),
    scatter(60, 40, (random) =>
      rect(
        random() * 800,
        446 + random() * 66,
        14 + random() * 30,
        3,
        ["#ffd97a", "#ff9f6b", "#8fc7ff"][Math.floor(random() * 3)] ?? "",
        { opacity: 0.5 },
      ),
    ),
  ),
  drawing(
    "travel/cactus in the desert.jpg",
    760,
    540,
    downwards("heat", "#59b3e6", "#fbe3b3"),
    rect(0, 0, 760, 540, "url(#heat)"),
    circle(620, 95, 48, "#fff2a8"),
    shape("M60 330L110 220H230L270 330Z", "#c8754a"),
    shape("M60 330L110 220H140L120 330Z", "#a85c39"),
    shape("M470 330L520 250H600L650 330Z", "#d1855a"),
    downwards("dunes", "#f0bd73", "#d3924a"),
    shape("M0 340Q180 290 380 335T760 320V540H0Z", "url(#dunes)"),
    shape("M0 430Q260 360 460 440T760 420V540H0Z", "#c98741", { opacity: 0.6 }),
    shadow(400, 490, 120, 12),
    cactus(370, 490, 1),
    cactus(120, 410, 0.4),
    cactus(640, 400, 0.35),
    circle(520, 480, 16, "#8f6b4a"),
    circle(545, 486, 11, "#7c5b3e"),
  ),
  drawing(
    "travel/house with a garden.jpg",
    760,
    580,
    downwards("sky", "#9fd6f7", "#e9f6fc"),
    rect(0, 0, 760, 580, "url(#sky)"),
    cloud(130, 90, 0.9),
    cloud(640, 70, 0.8),
    downwards("lawn", "#8cc866", "#5a9d40"),
    rect(0, 400, 760, 180, "url(#lawn)"),
    grass(0, 410, 760, 170, 2, "#437f2f"),
    house(),
    trunk(110, 440, 24, "#6b4a2c", "#4d9443"),
    ...Array.from({ length: 20 }, (_, index) => rect(index * 40, 430, 14, 66, "#fff", { rx: 4 })).filter(
      (_, index) => index < 8 || index > 11,
    ),
    rect(0, 446, 316, 9, "#fff"),
    rect(0, 474, 316, 9, "#fff"),
    rect(480, 446, 280, 9, "#fff"),
    rect(480, 474, 280, 9, "#fff"),
    scatter(38, 52, (random, index) => {
      const x = random() * 760;
      return x > 300 && x < 500
        ? ""
        : flower(x, 520 + random() * 45, ["#f04e68", "#ffd23f", "#b04ee0"][index % 3] ?? "");
    }),
  ),
  drawing(
    "travel/oak tree on a hill.jpg",
    640,
    640,
    downwards("sky", "#8fd0f2", "#f1f9ea"),
    rect(0, 0, 640, 640, "url(#sky)"),
    cloud(110, 120, 0.9),
    cloud(560, 180, 0.7),
    downwards("hill", "#93c95f", "#57963c"),
    shape("M0 520Q320 420 640 520V640H0Z", "url(#hill)"),
    grass(0, 530, 640, 110, 7, "#3e7a2b"),
    shadow(330, 490, 190, 18),
    oak(),
  ),
  drawing(
    "travel/rainbow over the fields.webp",
    760,
    500,
    downwards("rain", "#6f9fc4", "#dcebf2"),
    rect(0, 0, 760, 500, "url(#rain)"),
    ...["#e53935", "#fb8c00", "#fdd835", "#43a047", "#1e88e5", "#3949ab", "#8e24aa"].map((colour, index) =>
      circle(380, 400, 320 - index * 17, "none", { stroke: colour, "stroke-width": 17, opacity: 0.8 }),
    ),
    cloud(110, 100, 1.2),
    cloud(650, 80, 1.1),
    shape("M0 350Q200 290 400 345T760 320V500H0Z", "#8dc063"),
    shape("M0 400Q240 350 480 400T760 390V500H0Z", "#6aa84b"),
    grass(0, 410, 760, 90, 8, "#41802f"),
    scatter(40, 19, (random, index) =>
      circle(random() * 760, 420 + random() * 75, 4, ["#fff", "#ffe14d", "#ff7b7b"][index % 3] ?? ""),
    ),
  ),
];

function pine(x: number, y: number, scale: number, colour: string): string {
  return at(
    x,
    y,
    scale,
    rect(-5, -12, 10, 16, "#5a4130"),
    shape("M0 -90L28 -48H14L34 -10H-34L-14 -48H-28Z", colour),
    shape("M0 -90L14 -68L4 -72L-6 -66L-14 -69Z", "#fff", { opacity: 0.9 }),
  );
}

function palm(x: number, y: number, scale: number): string {
  const dark = "#1d1430";
  const frond = (turn: number, side: 1 | -1) =>
    group(
      { transform: `translate(30 -250) scale(${side} 1) rotate(${turn})` },
      shape("M0 0Q60 -58 140 20Q74 -28 0 6Z", dark),
      ...[40, 60, 80, 100, 120].map((along) => line(`M${along} ${along * 0.18 - 26}l-4 24`, dark, 4)),
    );
  const fronds = [-52, -22, 8, 38].flatMap((turn) => [frond(turn, 1), frond(turn, -1)]);
  return at(
    x,
    y,
    scale,
    line("M-20 0Q0 -130 30 -250", dark, 15),
    ...fronds,
    circle(24, -240, 9, dark),
    circle(40, -238, 9, dark),
  );
}

function trunk(x: number, foot: number, width: number, bark: string, leaves: string): string {
  const tall = width * 13;
  const crown = width * 3.2;
  return [
    shape(
      `M${x - width / 2} ${foot}L${x - width / 3} ${foot - tall}H${x + width / 3}L${x + width / 2} ${foot}Q${x} ${foot + width / 3} ${x - width / 2} ${foot}Z`,
      bark,
    ),
    circle(x - crown * 0.55, foot - tall * 0.8, crown * 0.75, leaves),
    circle(x + crown * 0.55, foot - tall * 0.83, crown * 0.75, leaves),
    circle(x, foot - tall * 1.05, crown, leaves),
    circle(x - crown * 0.25, foot - tall * 1.1, crown * 0.6, "#fff", { opacity: 0.1 }),
  ].join("");
}

function oak(): string {
  const crown = [
    [200, 300, 90],
    [280, 330, 80],
    [400, 320, 90],
    [460, 270, 85],
    [190, 215, 85],
    [250, 150, 90],
    [350, 130, 95],
    [430, 185, 90],
    [320, 240, 120],
  ] as const;
  return [
    shape("M285 500Q300 400 290 330H350Q342 400 362 500Q322 512 285 500Z", "#6b4a2e"),
    line("M315 380L230 300M325 370L420 290M318 350V260", "#6b4a2e", 22),
    ...crown.map(([x, y, radius]) => circle(x, y, radius, "#3f8a3a")),
    ...crown.map(([x, y, radius]) => circle(x - radius * 0.2, y - radius * 0.25, radius * 0.62, "#57a64a")),
    scatter(60, 71, (random) => {
      const [turn, reach] = [random() * 6.28, Math.sqrt(random()) * 150];
      return circle(320 + 1.15 * reach * Math.cos(turn), 230 + reach * Math.sin(turn), 9, "#7cc463", {
        opacity: 0.5,
      });
    }),
  ].join("");
}

function skyline(): string[] {
  const towers = [
    [0, 90, 210],
    [70, 80, 290],
    [140, 60, 170],
    [190, 95, 340],
    [280, 70, 230],
    [340, 60, 390],
    [395, 95, 260],
    [480, 75, 330],
    [545, 90, 200],
    [625, 70, 300],
    [690, 110, 240],
  ] as const;
  return towers.flatMap(([x, width, height], index) => [
    rect(x, 450 - height, width, height, ["#141a3d", "#1b2450", "#0f1430"][index % 3] ?? ""),
    index === 5 ? line(`M${x + width / 2} ${450 - height}v-50`, "#1b2450", 5) : "",
    index === 5 ? circle(x + width / 2, 400 - height, 4, "#ff5252") : "",
    scatter(Math.floor((width * height) / 420), index + 3, (random) => {
      const [column, row] = [Math.floor(random() * (width / 15)), Math.floor(random() * (height / 20))];
      return rect(
        x + 5 + column * 15,
        456 - height + row * 20,
        8,
        11,
        random() < 0.8 ? "#ffd97a" : "#bfe1ff",
        {
          opacity: 0.9,
        },
      );
    }),
  ]);
}

function cactus(x: number, y: number, scale: number): string {
  const green = "#3f9150";
  return at(
    x,
    y,
    scale,
    line("M0 -20V-290", green, 74),
    line("M-20 -130H-100V-210", green, 46),
    line("M20 -90H105V-190", green, 46),
    ...[-18, 0, 18].map((offset) => line(`M${offset} -10V-295`, "#2c6e3b", 4, { opacity: 0.6 })),
    line("M-100 -140V-212M105 -100V-192", "#2c6e3b", 4, { opacity: 0.6 }),
    scatter(40, 25, (random) => {
      const [left, top] = [random() * 60 - 30, -20 - random() * 290];
      return line(`M${left} ${top}l5 -6`, "#e8f3c9", 2);
    }),
    circle(-12, -328, 13, "#f06292"),
    circle(10, -332, 13, "#ec407a"),
    circle(0, -340, 11, "#f8bbd0"),
  );
}

function house(): string {
  const window = (x: number, y: number) =>
    rect(x - 6, y - 6, 82, 82, "#fff") +
    rect(x, y, 70, 70, "#a9d9ee") +
    line(`M${x + 35} ${y}v70M${x} ${y + 35}h70`, "#fff", 5) +
    rect(x - 10, y + 74, 90, 10, "#c96a3a");
  return [
    rect(510, 120, 40, 90, "#a5543c"),
    rect(210, 240, 380, 210, "#fbe9c6"),
    shape("M170 250L400 95L630 250Z", "#c8452f"),
    line("M170 250L400 95L630 250", "#9c2f1e", 12),
    circle(400, 190, 26, "#fff"),
    circle(400, 190, 20, "#a9d9ee"),
    window(245, 285),
    window(485, 285),
    rect(355, 300, 90, 150, "#6b3f22", { rx: 6 }),
    rect(368, 316, 64, 46, "#8c5a35", { rx: 4 }),
    circle(430, 385, 6, "#f3c64a"),
    shape("M350 450H450L520 580H290Z", "#d9c9a8"),
  ].join("");
}

function flower(x: number, y: number, colour: string): string {
  return [
    line(`M${x} ${y}v24`, "#3f7a2c", 3),
    ...[0, 72, 144, 216, 288].map((turn) =>
      circle(x, y - 6, 5, colour, { transform: `rotate(${turn} ${x} ${y})` }),
    ),
    circle(x, y, 4, "#fff3b0"),
  ].join("");
}
