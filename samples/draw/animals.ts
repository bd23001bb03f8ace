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
  rounded,
  scatter,
  shadow,
  shape,
  sideways,
} from "./svg.ts";

export const animals: readonly Drawing[] = [
  drawing(
    "animals/dog in the park.jpg",
    720,
    600,
    downwards("sky", "#8ecbf2", "#e2f3fb"),
    rect(0, 0, 720, 600, "url(#sky)"),
    cloud(560, 90, 1),
    cloud(120, 70, 0.7),
    circle(90, 260, 90, "#4d8f46"),
    circle(190, 290, 80, "#5ba053"),
    circle(640, 270, 100, "#4d8f46"),
    downwards("lawn", "#8cc063", "#5d9a3f"),
    rect(0, 320, 720, 280, "url(#lawn)"),
    grass(0, 330, 720, 270, 3, "#3f7a2c"),
    shadow(360, 545, 190, 26),
    sittingDog({ coat: "#b9773a", dark: "#8a5226", light: "#f3e2c8" }),
  ),
  drawing(
    "animals/golden retriever on the beach.jpg",
    800,
    600,
    downwards("sky", "#79bdf0", "#d9eefb"),
    rect(0, 0, 800, 260, "url(#sky)"),
    cloud(150, 80, 1),
    cloud(650, 60, 0.8),
    downwards("sea", "#2b86c5", "#5cc0d8"),
    rect(0, 225, 800, 130, "url(#sea)"),
    scatter(26, 5, (random) => {
      const [x, y] = [random() * 800, 240 + random() * 90];
      return line(`M${x} ${y}q14 -5 28 0`, "#dff5fa", 2, { opacity: 0.7 });
    }),
    shape("M0 345Q110 325 220 345T450 345T680 345T900 345V380H0Z", "#f4fbfc"),
    downwards("sand", "#f6dfab", "#e3bd7c"),
    shape("M0 358Q110 338 220 358T450 358T680 358T900 358V600H0Z", "url(#sand)"),
    scatter(220, 8, (random) =>
      circle(random() * 800, 385 + random() * 215, 1.6, "#b98f55", { opacity: 0.5 }),
    ),
    shadow(400, 560, 210, 24),
    at(40, 15, 1, standingRetriever()),
  ),
  drawing(
    "animals/cat on the sofa.jpg",
    700,
    560,
    downwards("wall", "#e9dfd0", "#d8c9b3"),
    rect(0, 0, 700, 560, "url(#wall)"),
    rect(60, 40, 130, 100, "#fff"),
    rect(70, 50, 110, 80, "#9cc4c9"),
    shape("M70 130L110 80L140 110L155 95L180 130Z", "#4f7f66"),
    downwards("sofa", "#3f7f8c", "#2b5c67"),
    rect(20, 190, 660, 250, "url(#sofa)", { rx: 40 }),
    rect(0, 270, 110, 240, "#33707c", { rx: 36 }),
    rect(590, 270, 110, 240, "#33707c", { rx: 36 }),
    rect(90, 400, 520, 110, "#4a91a0", { rx: 26 }),
    line("M350 405V505", "#2b5c67", 3),
    rect(0, 510, 700, 50, "#8d6b4b"),
    shadow(350, 440, 170, 18, 0.35),
    sittingCat(),
  ),
  drawing(
    "animals/horse in the meadow.jpg",
    800,
    560,
    downwards("sky", "#9ed4f5", "#eaf6fb"),
    rect(0, 0, 800, 560, "url(#sky)"),
    cloud(180, 80, 0.9),
    cloud(600, 110, 1.1),
    shape("M0 300Q160 220 330 290T640 270T800 300V400H0Z", "#7fae6c"),
    downwards("meadow", "#93c365", "#568f3b"),
    rect(0, 330, 800, 230, "url(#meadow)"),
    grass(0, 345, 800, 215, 4, "#3d7a2b"),
    scatter(30, 12, (random) => circle(random() * 800, 400 + random() * 150, 4, "#f4e35a")),
    shadow(400, 490, 220, 20),
    horse(),
  ),
  drawing(
    "animals/elephant.jpg",
    800,
    600,
    downwards("sky", "#f8dca0", "#fbeed0"),
    rect(0, 0, 800, 600, "url(#sky)"),
    circle(650, 120, 55, "#fff4cf"),
    shape("M0 330Q200 280 420 330T800 310V600H0Z", "#d8b266"),
    downwards("savanna", "#d9b45e", "#b98b3c"),
    rect(0, 380, 800, 220, "url(#savanna)"),
    at(
      110,
      330,
      1,
      rect(-8, -90, 16, 95, "#6d4a26"),
      ellipse(0, -110, 95, 26, "#6f8a3b"),
      ellipse(30, -130, 65, 20, "#7d9a45"),
    ),
    grass(0, 400, 800, 200, 6, "#94702c"),
    shadow(400, 545, 250, 24),
    elephant(),
  ),
  drawing(
    "animals/red bird on a branch.png",
    600,
    600,
    downwards("leafy", "#bfe3c0", "#e9f5df"),
    rect(0, 0, 600, 600, "url(#leafy)"),
    scatter(14, 21, (random) =>
      circle(random() * 600, random() * 600, 30 + random() * 50, "#8cc78e", {
        opacity: 0.35,
        filter: "url(#blur)",
      }),
    ),
    line("M-10 470Q200 430 330 445T620 400", "#6d4b2f", 22),
    line("M420 428Q470 380 520 370", "#6d4b2f", 10),
    leaf(520, 365, 20),
    leaf(470, 385, -50),
    leaf(120, 440, -30),
    leaf(60, 470, 200),
    at(0, -26, 1, redBird()),
  ),
  drawing(
    "animals/goldfish.webp",
    640,
    480,
    downwards("water", "#7fd4ec", "#1d6fa8"),
    rect(0, 0, 640, 480, "url(#water)"),
    shape("M100 0L180 0L80 480L-60 480Z", "#fff", { opacity: 0.08 }),
    shape("M330 0L380 0L420 480L300 480Z", "#fff", { opacity: 0.08 }),
    shape("M0 420Q160 390 320 420T640 410V480H0Z", "#e2c58a"),
    line("M70 430Q50 360 80 300Q100 250 75 200", "#2f8f5b", 14),
    line("M110 435Q130 370 105 320", "#3aa56b", 12),
    line("M570 425Q590 350 560 290Q545 250 570 210", "#2f8f5b", 14),
    scatter(16, 9, (random) =>
      circle(420 + random() * 90, 40 + random() * 150, 3 + random() * 7, "none", {
        stroke: "#e9fbff",
        "stroke-width": 2,
        opacity: 0.8,
      }),
    ),
    goldfish(),
  ),
  drawing(
    "animals/butterfly.png",
    600,
    520,
    downwards("green", "#dff0c0", "#a9d38a"),
    rect(0, 0, 600, 520, "url(#green)"),
    scatter(9, 33, (random) => {
      const [x, y] = [random() * 600, 380 + random() * 120];
      return group({ opacity: 0.8, filter: "url(#soft)" }, daisy(x, y, 24 + random() * 16));
    }),
    butterfly(),
  ),
];

interface Coat {
  readonly coat: string;
  readonly dark: string;
  readonly light: string;
}

function sittingDog({ coat, dark, light }: Coat): string {
  return [
    line("M500 500Q590 480 580 400", coat, 30),
    shape("M250 540Q230 360 320 320H420Q500 370 490 540Z", coat),
    ellipse(455, 505, 70, 50, dark),
    shape("M310 350Q360 470 420 350Q430 500 370 520Q310 500 310 350Z", light),
    rect(285, 420, 52, 120, coat, { rx: 24 }),
    rect(385, 420, 52, 120, coat, { rx: 24 }),
    ellipse(308, 540, 42, 20, light),
    ellipse(414, 540, 42, 20, light),
    ellipse(360, 235, 118, 112, coat),
    shape("M270 170Q190 170 195 280Q205 340 250 320Q270 260 290 200Z", dark),
    shape("M450 170Q530 170 525 280Q515 340 470 320Q450 260 430 200Z", dark),
    shape("M345 130Q360 120 375 130L385 240H335Z", light),
    ellipse(360, 285, 68, 54, light),
    dogFace(360, 225, 1),
    rect(288, 335, 144, 22, "#c0392b", { rx: 11 }),
    circle(360, 362, 14, "#f1c40f"),
  ].join("");
}

function dogFace(x: number, y: number, scale: number): string {
  return at(
    x,
    y,
    scale,
    circle(-45, -5, 15, "#2b1a10"),
    circle(45, -5, 15, "#2b1a10"),
    circle(-40, -10, 5, "#fff"),
    circle(50, -10, 5, "#fff"),
    shape("M-22 75Q0 135 22 75Z", "#e8727f"),
    ellipse(0, 40, 25, 18, "#1d1310"),
    ellipse(-7, 34, 7, 4, "#6b5a55"),
    line("M0 55V72M0 72Q-20 92 -42 76M0 72Q20 92 42 76", "#4a2f20", 5),
  );
}

function standingRetriever(): string {
  const [gold, dark, light] = ["#dca54c", "#b97f30", "#f0c97f"];
  return [
    line("M560 320Q650 270 660 190Q630 250 550 290", gold, 34),
    line("M640 250Q655 225 660 195", light, 18),
    rect(470, 390, 50, 150, dark, { rx: 22 }),
    rect(270, 390, 46, 150, dark, { rx: 22 }),
    rect(515, 380, 54, 165, gold, { rx: 24 }),
    rect(315, 380, 54, 165, gold, { rx: 24 }),
    ellipse(542, 545, 36, 14, light),
    ellipse(340, 545, 36, 14, light),
    shape("M260 260Q400 230 560 270Q610 330 570 410Q540 440 470 425Q380 440 300 430Q240 380 260 260Z", gold),
    shape("M290 430Q380 455 480 428Q440 470 390 450Q340 470 290 430Z", light),
    scatter(30, 17, (random) => {
      const [x, y] = [310 + random() * 230, 290 + random() * 110];
      return line(`M${x} ${y}q10 10 22 6`, dark, 3, { opacity: 0.35 });
    }),
    shape("M190 240Q250 200 320 260Q350 350 300 420Q230 400 200 330Z", light),
    ellipse(230, 190, 98, 92, gold),
    shape("M155 130Q100 150 112 245Q130 285 160 250Q165 190 190 150Z", dark),
    shape("M300 130Q360 150 350 245Q332 285 302 250Q292 190 270 150Z", dark),
    ellipse(228, 235, 58, 48, light),
    dogFace(228, 185, 0.85),
  ].join("");
}

function sittingCat(): string {
  const [fur, dark, light] = ["#e8933a", "#bd6a1e", "#fbe6c9"];
  const stripes = ["M350 118V150", "M325 122L332 150", "M375 122L368 150"].map((d) => line(d, dark, 8));
  const flank = [
    "M262 330Q285 335 295 350",
    "M255 370Q282 372 296 386",
    "M438 330Q415 335 405 350",
    "M445 370Q418 372 404 386",
  ].map((d) => line(d, dark, 8));
  const whiskers = ["M290 232L210 220", "M290 244L208 252", "M410 232L490 220", "M410 244L492 252"];
  return [
    line("M450 430Q560 430 560 350Q555 310 520 320", fur, 30),
    line("M548 335Q540 312 520 320", dark, 22),
    shape("M255 440Q235 330 290 285H410Q465 330 445 440Z", fur),
    ...flank,
    ellipse(350, 370, 48, 70, light),
    ellipse(310, 432, 40, 20, fur),
    ellipse(390, 432, 40, 20, fur),
    ellipse(310, 436, 30, 12, light),
    ellipse(390, 436, 30, 12, light),
    shape("M255 190L250 80L330 135Z", fur),
    shape("M445 190L450 80L370 135Z", fur),
    shape("M268 165L265 108L310 138Z", "#f3b3a5"),
    shape("M432 165L435 108L390 138Z", "#f3b3a5"),
    ellipse(350, 210, 112, 96, fur),
    ...stripes,
    ellipse(350, 250, 58, 40, light),
    ellipse(305, 198, 24, 26, "#c7e06b"),
    ellipse(395, 198, 24, 26, "#c7e06b"),
    ellipse(305, 198, 8, 23, "#1c1c12"),
    ellipse(395, 198, 8, 23, "#1c1c12"),
    circle(311, 188, 5, "#fff"),
    circle(401, 188, 5, "#fff"),
    shape("M338 232H362L350 246Z", "#d9707a"),
    line("M350 246V256M350 256Q336 270 322 260M350 256Q364 270 378 260", "#8c4a20", 4),
    ...whiskers.map((d) => line(d, "#fff", 3)),
  ].join("");
}

function horse(): string {
  const [coat, dark, mane] = ["#8b4f27", "#6d3a1b", "#2d1a10"];
  const legs = [
    shape("M290 350L268 420L276 490H306L304 425L335 360Z", dark),
    shape("M545 350L556 420L546 490H576L588 420L585 340Z", dark),
    shape("M320 350L312 425L318 495H348L346 425L372 360Z", coat),
    shape("M510 350L512 425L506 495H536L546 425L560 350Z", coat),
  ];
  const hooves = [276, 546, 317, 505].map((x) => rect(x, 478, 32, 18, "#2b1d14", { rx: 3 }));
  return [
    shape("M585 270Q660 280 650 400Q630 420 620 390Q625 320 575 300Z", mane),
    ...legs,
    ...hooves,
    shape(
      "M270 270Q330 240 430 262Q540 240 592 275Q612 330 580 370Q480 395 400 385Q320 395 285 370Q255 320 270 270Z",
      coat,
    ),
    shape("M262 330Q250 250 235 200L215 130Q240 95 285 120Q330 190 372 262Q330 330 290 350Z", coat),
    shape("M240 95Q300 110 330 170Q355 220 385 258Q350 262 330 240Q290 190 262 125Z", mane),
    shape("M222 100L216 62L246 92ZM252 98L262 60L276 100Z", coat),
    shape(
      "M215 105Q250 85 278 118Q270 165 225 190Q190 225 158 232Q130 232 128 205Q140 175 175 150Q195 125 215 105Z",
      coat,
    ),
    shape("M158 232Q130 232 128 205Q136 188 152 178Q185 195 182 222Q170 230 158 232Z", dark),
    circle(148, 208, 5, "#1d110a"),
    line("M140 224Q155 224 168 215", "#3d2010", 3),
    ellipse(215, 140, 8, 9, "#1a0f08"),
    circle(213, 137, 3, "#fff"),
    shape("M228 92Q246 105 240 140Q230 120 222 100Z", mane),
  ].join("");
}

function elephant(): string {
  const [skin, dark, light] = ["#8d929b", "#727780", "#a8adb5"];
  const legs = [
    rect(330, 390, 84, 150, dark, { rx: 20 }),
    rect(560, 390, 84, 150, dark, { rx: 20 }),
    rect(395, 400, 88, 148, skin, { rx: 20 }),
    rect(500, 400, 88, 148, skin, { rx: 20 }),
  ];
  const nails = [405, 430, 455, 510, 535, 560].map((x) => ellipse(x + 6, 543, 10, 7, "#ece7d8"));
  return [
    line("M668 290Q705 340 690 400", dark, 10),
    line("M690 400L694 422", "#4b4e55", 14),
    ...legs,
    ...nails,
    ellipse(500, 325, 185, 135, skin),
    ellipse(480, 280, 140, 75, light, { opacity: 0.35 }),
    ellipse(265, 265, 110, 112, skin),
    shape("M205 300Q160 340 172 430Q180 500 130 515Q108 512 112 492Q140 480 130 420Q115 320 190 250Z", skin),
    ...[340, 372, 404, 436, 466].map((y, index) =>
      line(`M${150 - index * 3} ${y}q18 8 ${38 - index * 2} 0`, dark, 4, { opacity: 0.7 }),
    ),
    shape("M215 340Q205 400 255 420Q228 385 250 345Z", "#fbf6e6"),
    shape("M300 185Q420 150 430 270Q420 380 340 380Q290 340 290 270Z", dark),
    shape("M315 205Q395 185 402 270Q395 345 345 350Q312 320 310 270Z", "#b99a9c"),
    circle(222, 245, 11, "#23252a"),
    circle(219, 241, 4, "#fff"),
    line("M205 225Q222 215 240 224", dark, 5),
  ].join("");
}

function leaf(x: number, y: number, turn: number): string {
  return group(
    { transform: `translate(${x} ${y}) rotate(${turn})` },
    shape("M0 0Q30 -26 70 0Q30 26 0 0Z", "#5fae57"),
    line("M4 0H60", "#3d8440", 2),
  );
}

function redBird(): string {
  return [
    shape("M395 400L520 520L480 530L360 430Z", "#a41f23"),
    line("M300 440V470M335 442V470", "#5a3a22", 8),
    line("M285 470H315M320 470H350", "#5a3a22", 8),
    rounded("plumage", "#ee4a43", "#cf2a2d", "#a61c22"),
    ellipse(330, 340, 105, 110, "url(#plumage)"),
    shape("M330 290Q440 300 440 430Q380 430 340 380Z", "#8f181d"),
    line("M360 350Q400 360 420 400M350 370Q385 385 405 418", "#6f1216", 5),
    shape("M235 160Q245 90 275 80Q280 120 320 145Z", "#cf2a2d"),
    circle(280, 205, 78, "url(#plumage)"),
    ellipse(237, 218, 40, 34, "#1e1416"),
    shape("M220 200L160 222L222 240Z", "#f2a33a"),
    line("M165 222H215", "#c77d1f", 3),
    circle(262, 190, 12, "#120c0c"),
    circle(258, 186, 4, "#fff"),
  ].join("");
}

function goldfish(): string {
  return [
    sideways("scales", "#ffb347", "#ff8a1f", "#f2661c"),
    shape("M430 240Q520 130 560 150Q540 220 520 250Q550 300 560 350Q500 360 430 270Z", "#ff9a3c"),
    line("M450 235L535 170M455 255L540 320M450 245L520 250", "#f2661c", 4, { opacity: 0.7 }),
    shape("M250 160Q330 90 400 130Q380 170 370 185Z", "#ff9a3c"),
    shape("M290 320Q320 380 370 372Q360 330 350 310Z", "#ff9a3c"),
    ellipse(310, 245, 160, 92, "url(#scales)"),
    ...[250, 300, 350, 400].flatMap((x) =>
      [200, 235, 270, 300].map((y) => line(`M${x} ${y - 14}q16 14 0 28`, "#d9560f", 3, { opacity: 0.5 })),
    ),
    shape("M265 270Q310 270 325 310Q285 320 265 270Z", "#f2661c"),
    circle(205, 222, 22, "#fff"),
    circle(201, 222, 12, "#1b1b1b"),
    circle(197, 217, 4, "#fff"),
    line("M154 262Q172 272 182 262", "#b5420c", 5),
    line("M240 190Q256 245 240 300", "#e0620f", 5),
  ].join("");
}

function butterfly(): string {
  const wing = [
    shape("M300 250Q200 60 80 90Q40 190 130 260Q220 290 300 265Z", "url(#wings)"),
    shape("M300 262Q180 280 140 370Q170 450 240 420Q290 360 300 290Z", "url(#tails)"),
    line("M300 250Q200 60 80 90Q40 190 130 260", "#22160f", 12),
    line("M140 370Q170 450 240 420Q290 360 300 290", "#22160f", 10),
    line("M290 250L110 120M290 258L90 190M290 275L170 400", "#22160f", 5),
    circle(112, 150, 12, "#fff6d8"),
    circle(100, 200, 9, "#fff6d8"),
    circle(190, 410, 10, "#fff6d8"),
  ].join("");
  return [
    glow("wings", "#ffcf5a", "#ff9d2e", "#e8650f"),
    glow("tails", "#ffb03d", "#e05f12"),
    wing,
    group({ transform: "translate(600 0) scale(-1 1)" }, wing),
    line("M300 210Q270 150 240 140M300 210Q330 150 360 140", "#22160f", 5),
    circle(240, 140, 6, "#22160f"),
    circle(360, 140, 6, "#22160f"),
    ellipse(300, 300, 15, 95, "#2b1c12"),
    circle(300, 208, 20, "#2b1c12"),
  ].join("");
}

function daisy(x: number, y: number, size: number): string {
  const petals = Array.from({ length: 8 }, (_, index) =>
    group(
      { transform: `rotate(${index * 45} ${x} ${y})` },
      ellipse(x, y - size * 0.6, size * 0.22, size * 0.45, "#fff"),
    ),
  );
  return petals.join("") + circle(x, y, size * 0.3, "#f5c52c");
}
