import {
  circle,
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
  text,
} from "./svg.ts";

export const things: readonly Drawing[] = [
  drawing(
    "home/guitar.jpg",
    520,
    760,
    downwards("studio", "#f0e3d0", "#d9c3a3"),
    rect(0, 0, 520, 760, "url(#studio)"),
    rect(0, 660, 520, 100, "#8a5f3d"),
    shadow(260, 705, 150, 16, 0.4),
    guitar(),
  ),
  drawing(
    "home/wall clock.png",
    520,
    520,
    rect(0, 0, 520, 520, "#5f8f94"),
    ...Array.from({ length: 13 }, (_, index) => line(`M${index * 42} 0V520`, "#588589", 3)),
    ellipse(268, 280, 205, 205, "#000", { opacity: 0.3, filter: "url(#blur)" }),
    clock(),
  ),
  drawing(
    "home/umbrella in the rain.png",
    560,
    600,
    downwards("storm", "#7d93a6", "#b5c5d1"),
    rect(0, 0, 560, 600, "url(#storm)"),
    scatter(110, 61, (random) => {
      const [x, y] = [random() * 580, random() * 600];
      return line(`M${x} ${y}l-8 24`, "#e3eff7", 3, { opacity: 0.6 });
    }),
    ellipse(290, 560, 150, 14, "#6a8296", { opacity: 0.7 }),
    umbrella(),
  ),
  drawing(
    "home/books.jpg",
    640,
    500,
    downwards("study", "#efe6d6", "#ddceb4"),
    rect(0, 0, 640, 500, "url(#study)"),
    rect(0, 400, 640, 100, "#9c6f47"),
    shadow(320, 410, 220, 14, 0.4),
    books(),
  ),
  drawing(
    "home/football.png",
    560,
    520,
    downwards("pitch", "#6cbf4b", "#3d8a2d"),
    rect(0, 0, 560, 520, "url(#pitch)"),
    ...[0, 2, 4, 6].map((stripe) => rect(stripe * 80, 0, 80, 520, "#fff", { opacity: 0.07 })),
    grass(0, 0, 560, 520, 10, "#2f6f20"),
    line("M0 110H560", "#fff", 9, { opacity: 0.9 }),
    ellipse(300, 440, 150, 24, "#000", { opacity: 0.35, filter: "url(#blur)" }),
    football(),
  ),
  drawing(
    "home/sunflower.jpg",
    560,
    640,
    downwards("summer", "#7fc4f0", "#d8effb"),
    rect(0, 0, 560, 640, "url(#summer)"),
    shape("M0 520Q280 480 560 520V640H0Z", "#77b255"),
    sunflower(),
  ),
  drawing(
    "home/red rose.webp",
    520,
    640,
    downwards("velvet", "#f6e9ec", "#e3c7cf"),
    rect(0, 0, 520, 640, "url(#velvet)"),
    rose(),
  ),
];

function guitar(): string {
  const strings = [-15, -9, -3, 3, 9, 15].map((x) =>
    line(`M${260 + x * 0.8} 60L${260 + x} 610`, "#e8e2d2", 1.6),
  );
  const frets = Array.from({ length: 12 }, (_, index) =>
    line(`M240 ${150 + index * 24}H280`, "#cfc7b3", 2.5),
  );
  const pegs = [78, 104, 130].flatMap((y) => [circle(226, y, 8, "#8b8f96"), circle(294, y, 8, "#8b8f96")]);
  return [
    ...pegs,
    shape("M234 60Q260 48 286 60L280 146H240Z", "#4a2c17"),
    rounded("top", "#f0b661", "#d48a34", "#9c5a1d"),
    shape(
      "M260 372Q345 350 362 425Q368 470 345 500Q410 540 392 625Q370 700 260 700Q150 700 128 625Q110 540 175 500Q152 470 158 425Q175 350 260 372Z",
      "#5c3212",
    ),
    shape(
      "M260 382Q337 362 352 428Q357 470 333 503Q398 545 381 620Q360 689 260 689Q160 689 139 620Q122 545 187 503Q163 470 168 428Q183 362 260 382Z",
      "url(#top)",
    ),
    circle(260, 490, 52, "#6b3b16"),
    circle(260, 490, 43, "#1d0f07"),
    rect(240, 140, 40, 300, "#3a2212"),
    ...frets,
    shape("M318 470Q350 520 330 570Q300 545 300 520Z", "#3a1d0c"),
    rect(205, 600, 110, 22, "#3a2212", { rx: 8 }),
    ...strings,
  ].join("");
}

function clock(): string {
  const ticks = Array.from({ length: 60 }, (_, index) =>
    line("M260 92V104", "#333", index % 5 === 0 ? 7 : 2, { transform: `rotate(${index * 6} 260 260)` }),
  );
  const numbers = Array.from({ length: 12 }, (_, index) => {
    const turn = ((index + 1) * Math.PI) / 6;
    return text(260 + 124 * Math.sin(turn), 273 - 124 * Math.cos(turn), 36, `${index + 1}`, {
      "text-anchor": "middle",
      "font-weight": "bold",
      fill: "#2b2b2b",
    });
  });
  return [
    circle(260, 260, 205, "#7a4a28"),
    circle(260, 260, 186, "#4d2d17"),
    circle(260, 260, 180, "#fdfaf2"),
    ...ticks,
    ...numbers,
    line("M260 260L182 200", "#1f1f1f", 13),
    line("M260 260L316 162", "#1f1f1f", 8),
    line("M260 280L236 385", "#d32f2f", 4),
    circle(260, 260, 13, "#d32f2f"),
  ].join("");
}

function umbrella(): string {
  return [
    line("M280 110V90", "#3b3b3b", 9),
    line("M280 250V490Q280 535 320 535Q352 535 352 500", "#5a3b22", 15),
    shape(
      "M60 290Q70 110 280 105Q490 110 500 290Q465 255 427 285Q390 250 353 285Q316 250 280 285Q243 250 207 285Q170 250 133 285Q95 255 60 290Z",
      "#d92f3a",
    ),
    shape("M280 105Q205 130 207 285Q243 250 280 285Z", "#f0525b"),
    shape("M280 105Q355 130 353 285Q316 250 280 285Z", "#b8222d"),
    shape("M280 105Q110 130 60 290Q95 255 133 285Q150 150 280 105Z", "#f0525b", { opacity: 0.55 }),
  ].join("");
}

function books(): string {
  const lying = (x: number, y: number, width: number, colour: string, page: string) =>
    [
      rect(x, y, width, 56, colour, { rx: 8 }),
      rect(x + 20, y + 9, width - 14, 38, page),
      line(`M${x + 22} ${y + 20}H${x + width + 4}M${x + 22} ${y + 30}H${x + width + 4}`, "#d8cdb4", 2),
      rect(x, y, 26, 56, colour, { rx: 8 }),
      rect(x + 6, y + 12, 8, 32, "#f1d37a"),
    ].join("");
  const standing = (x: number, height: number, colour: string, band: string) =>
    rect(x, 230 - height, 46, height, colour, { rx: 4 }) +
    rect(x, 250 - height, 46, 12, band) +
    rect(x, 200, 46, 10, band) +
    rect(x + 17, 275 - height, 12, height - 110, band, { opacity: 0.7 });
  return [
    lying(120, 344, 380, "#27496d", "#f7f0df"),
    lying(150, 287, 330, "#b23a48", "#f7f0df"),
    lying(110, 230, 370, "#3f7d58", "#f7f0df"),
    standing(150, 170, "#d98324", "#fff1cf"),
    standing(198, 190, "#5b3f8c", "#e7dcff"),
    standing(246, 160, "#1f7a8c", "#d5f3f7"),
    standing(294, 182, "#8c1c13", "#f7d6b2"),
    group({ transform: "rotate(12 372 230) translate(-6 0)" }, standing(352, 172, "#2e4057", "#f0c808")),
  ].join("");
}

function football(): string {
  const pentagon = (x: number, y: number, size: number, turn: number) => {
    const corners = Array.from({ length: 5 }, (_, index) => {
      const angle = ((index * 72 + turn - 90) * Math.PI) / 180;
      return `${x + size * Math.cos(angle)} ${y + size * Math.sin(angle)}`;
    });
    return `M${corners.join("L")}Z`;
  };
  const seams = [0, 72, 144, 216, 288].map((turn) =>
    line("M280 218V150M280 150L225 112M280 150L335 112", "#3a3a3a", 4, {
      transform: `rotate(${turn} 280 270)`,
    }),
  );
  const outer = [0, 72, 144, 216, 288].map((turn) =>
    group(
      { transform: `rotate(${turn} 280 270)` },
      shape("M225 112Q280 92 335 112L322 84Q280 66 238 84Z", "#1e1e1e"),
    ),
  );
  return [
    rounded("leather", "#ffffff", "#f0f0f0", "#b9bdc2"),
    circle(280, 270, 190, "url(#leather)"),
    ...seams,
    shape(pentagon(280, 270, 54, 0), "#1e1e1e"),
    ...outer,
    circle(280, 270, 190, "none", { stroke: "#6b6f74", "stroke-width": 3 }),
    ellipse(220, 170, 46, 26, "#fff", { opacity: 0.5, transform: "rotate(-35 220 170)" }),
  ].join("");
}

function sunflower(): string {
  const petals = (count: number, reach: number, colour: string, offset: number) =>
    Array.from({ length: count }, (_, index) =>
      shape(
        `M280 240Q${244} ${240 - reach * 0.6} 280 ${240 - reach}Q316 ${240 - reach * 0.6} 280 240Z`,
        colour,
        {
          transform: `rotate(${(index * 360) / count + offset} 280 240)`,
        },
      ),
    );
  return [
    line("M280 300Q300 450 275 640", "#4f8f33", 20),
    shape("M288 470Q360 400 440 430Q400 510 288 500Z", "#5aa53c"),
    shape("M284 540Q210 470 130 505Q170 580 282 570Z", "#5aa53c"),
    ...petals(18, 200, "#f6a91b", 10),
    ...petals(18, 185, "#ffcf33", 0),
    circle(280, 240, 84, "#5b3615"),
    glow("seeds", "#8a5a24", "#4a2a10"),
    circle(280, 240, 76, "url(#seeds)"),
    ...Array.from({ length: 130 }, (_, index) => {
      const [radius, turn] = [6.3 * Math.sqrt(index), index * 2.39996];
      return circle(280 + radius * Math.cos(turn), 240 + radius * Math.sin(turn), 2.6, "#2f1908");
    }),
  ].join("");
}

function rose(): string {
  return [
    line("M262 330Q275 480 250 640", "#3b7a37", 15),
    shape("M262 470Q330 400 410 420Q380 500 265 500Z", "#4a9a45"),
    shape("M262 545Q190 480 115 505Q150 580 260 572Z", "#4a9a45"),
    line("M270 480Q330 440 395 428M255 555Q190 520 130 512", "#2f6b2d", 4),
    shape("M150 300Q180 380 262 372Q345 380 372 300L330 330L262 350L195 330Z", "#3f8c3b"),
    sideways("petal", "#e8344e", "#b3102f"),
    shape("M262 360Q120 350 105 220Q100 150 160 140Q150 260 262 360Z", "#c4183a"),
    shape("M262 360Q400 350 418 220Q424 150 362 140Q372 260 262 360Z", "#a80f2c"),
    shape("M140 150Q180 70 262 80Q345 70 382 150Q390 280 262 352Q132 280 140 150Z", "url(#petal)"),
    shape("M140 150Q200 215 262 200Q330 215 382 150Q400 300 262 358Q122 300 140 150Z", "#d92546"),
    shape("M140 150Q170 270 262 358Q160 330 140 150Z", "#ef5a73"),
    ellipse(262, 150, 86, 52, "#8f0b26"),
    ellipse(262, 145, 68, 40, "#c41a3b"),
    ellipse(266, 142, 46, 27, "#8f0b26"),
    ellipse(260, 140, 30, 18, "#d92546"),
    line("M236 140Q262 118 282 138Q290 156 262 158", "#7a0820", 5),
    line("M150 165Q205 225 262 212Q320 225 374 165", "#8f0b26", 5, { opacity: 0.6 }),
  ].join("");
}
