import {
  at,
  circle,
  cloud,
  type Drawing,
  downwards,
  drawing,
  ellipse,
  line,
  rect,
  scatter,
  shadow,
  shape,
  sideways,
} from "./svg.ts";

export const vehicles: readonly Drawing[] = [
  drawing(
    "travel/red car.jpg",
    800,
    500,
    downwards("sky", "#a8d8f5", "#eef7fb"),
    rect(0, 0, 800, 500, "url(#sky)"),
    cloud(160, 80, 0.9),
    cloud(640, 60, 0.7),
    shape("M0 300Q200 240 420 295T800 280V340H0Z", "#86b96b"),
    rect(0, 330, 800, 170, "#5a5f66"),
    rect(0, 326, 800, 10, "#c9ccd1"),
    ...[40, 240, 440, 640].map((x) => rect(x, 460, 110, 12, "#f3f3f3")),
    shadow(400, 420, 300, 16, 0.5),
    car(),
  ),
  drawing(
    "travel/bicycle.png",
    700,
    500,
    rect(0, 0, 700, 500, "#f2d9b8"),
    ...bricks(700, 380, "#e6c59c"),
    rect(0, 380, 700, 120, "#b9b4ab"),
    shadow(350, 425, 260, 12),
    bicycle(),
  ),
  drawing(
    "travel/sailing boat.jpg",
    760,
    600,
    downwards("sky", "#6fb9ec", "#e4f3fb"),
    rect(0, 0, 760, 400, "url(#sky)"),
    circle(640, 90, 46, "#fff3b8"),
    cloud(150, 100, 1.1),
    cloud(560, 190, 0.7),
    downwards("sea", "#3d9bd0", "#155a91"),
    rect(0, 380, 760, 220, "url(#sea)"),
    shape("M0 382Q60 350 130 382ZM120 382Q190 360 250 382Z", "#6f9c8a"),
    scatter(60, 14, (random) => {
      const [x, y] = [random() * 760, 400 + random() * 190];
      return line(`M${x} ${y}q12 -6 24 0t24 0`, "#d6eefb", 3, { opacity: 0.5 });
    }),
    sailingBoat(),
    line("M150 512q30 -10 60 0t60 0t60 0t60 0t60 0t60 0t60 0t60 0", "#e8f6fd", 6, { opacity: 0.8 }),
  ),
  drawing(
    "travel/airplane.jpg",
    800,
    520,
    downwards("sky", "#2f86d6", "#bfe2f8"),
    rect(0, 0, 800, 520, "url(#sky)"),
    cloud(140, 430, 1.6),
    cloud(640, 460, 1.9),
    cloud(380, 490, 1.5),
    cloud(90, 110, 0.8, "#fff", 0.7),
    airplane(),
  ),
  drawing(
    "travel/train in the valley.jpg",
    800,
    500,
    downwards("sky", "#b6def4", "#f2f9fc"),
    rect(0, 0, 800, 500, "url(#sky)"),
    shape("M0 290L150 140L260 240L400 110L560 260L680 170L800 280V360H0Z", "#8fa7b8"),
    shape("M120 170L150 140L182 170L160 164ZM362 146L400 110L440 148L402 140Z", "#fff"),
    shape("M0 320Q200 260 420 310T800 290V500H0Z", "#7db35f"),
    rect(0, 410, 800, 24, "#8a7a66"),
    ...Array.from({ length: 34 }, (_, index) => rect(index * 24, 412, 12, 16, "#5d4b39")),
    rect(0, 406, 800, 6, "#a9adb2"),
    train(),
  ),
  drawing(
    "travel/yellow bus.png",
    720,
    480,
    downwards("sky", "#cfe9f7", "#f6fbfd"),
    rect(0, 0, 720, 480, "url(#sky)"),
    ...[0, 110, 230, 360, 470, 600].map((x, index) =>
      rect(x, 80 + ((index * 53) % 90), 100, 320, ["#b9c6d2", "#a8b7c6", "#c8d2da"][index % 3] ?? ""),
    ),
    rect(0, 380, 720, 100, "#666b72"),
    shadow(360, 420, 270, 14, 0.5),
    bus(),
  ),
];

function wheel(x: number, y: number, radius: number): string {
  return [
    circle(x, y, radius, "#22252a"),
    circle(x, y, radius * 0.62, "#c9ced6"),
    circle(x, y, radius * 0.5, "#8f96a1"),
    ...[0, 60, 120].map((turn) =>
      line(`M${x - radius * 0.5} ${y}H${x + radius * 0.5}`, "#dfe3e8", radius * 0.12, {
        transform: `rotate(${turn} ${x} ${y})`,
      }),
    ),
    circle(x, y, radius * 0.16, "#5a606a"),
  ].join("");
}

function car(): string {
  return [
    downwards("paint", "#f2473f", "#c9201d"),
    shape(
      "M110 340Q105 290 150 275L240 262Q300 180 350 172H500Q560 178 620 258Q700 265 720 300Q732 330 722 365Q715 380 700 380H130Q108 375 110 340Z",
      "url(#paint)",
    ),
    downwards("glass", "#d5eef9", "#9cc9de"),
    shape("M268 258Q312 200 355 192H420V258Z", "url(#glass)"),
    shape("M438 192H496Q545 196 588 258H438Z", "url(#glass)"),
    shape("M300 250L340 200L362 198L322 252Z", "#fff", { opacity: 0.5 }),
    line("M430 262V370M250 264Q240 320 262 372M600 262Q610 320 590 370", "#9d1614", 3),
    rect(445, 282, 34, 8, "#8a1311", { rx: 4 }),
    rect(275, 282, 34, 8, "#8a1311", { rx: 4 }),
    line("M125 320H720", "#ff8079", 4, { opacity: 0.7 }),
    ellipse(132, 308, 20, 14, "#fff3c4"),
    ellipse(712, 310, 12, 16, "#7d0f0d"),
    rect(108, 348, 60, 14, "#e6e8eb", { rx: 5 }),
    rect(672, 348, 52, 14, "#e6e8eb", { rx: 5 }),
    wheel(230, 378, 52),
    wheel(600, 378, 52),
  ].join("");
}

function bricks(width: number, height: number, colour: string): string[] {
  const courses: string[] = [];
  for (let y = 0; y < height; y += 38) {
    for (let x = (y / 38) % 2 ? -40 : 0; x < width; x += 80) {
      courses.push(rect(x + 2, y + 2, 76, 34, colour, { rx: 3 }));
    }
  }
  return courses;
}

function bicycle(): string {
  const bigWheel = (x: number) =>
    circle(x, 315, 105, "none", { stroke: "#2a2d31", "stroke-width": 13 }) +
    circle(x, 315, 96, "none", { stroke: "#b9bec6", "stroke-width": 4 }) +
    Array.from({ length: 9 }, (_, index) =>
      line(`M${x - 95} 315H${x + 95}`, "#9aa0a8", 1.5, { transform: `rotate(${index * 20} ${x} 315)` }),
    ).join("") +
    circle(x, 315, 11, "#444");
  return [
    bigWheel(185),
    bigWheel(515),
    line("M185 315L275 185L455 180L335 320Z", "#1f7fb8", 13),
    line("M275 185L335 320M250 140L275 185", "#1f7fb8", 13),
    line("M515 315L448 130", "#1f7fb8", 13),
    line("M448 130L430 105Q470 90 500 110M430 105L405 118", "#333", 10),
    line("M215 138H285", "#4a2f1d", 18),
    circle(335, 320, 30, "none", { stroke: "#555", "stroke-width": 7 }),
    line("M335 320L365 372M335 320L305 268", "#555", 8),
    line("M350 376H384M290 264H322", "#222", 10),
    line("M185 304H335M185 326H335", "#555", 3),
  ].join("");
}

function sailingBoat(): string {
  return [
    ellipse(390, 505, 230, 18, "#0e3f68", { opacity: 0.45 }),
    line("M400 90V430", "#7a5230", 12),
    shape("M412 100Q590 250 600 410H412Z", "#fdfdfb"),
    shape("M388 120Q300 260 210 410H388Z", "#e9463f"),
    line("M412 180H505M412 260H560M412 340H588", "#d9dde0", 3),
    shape("M400 90L400 64L446 77Z", "#f5b52e"),
    downwards("hull", "#9a5b2e", "#6b3b1c"),
    shape("M170 425H620Q600 505 530 508H260Q200 500 170 425Z", "url(#hull)"),
    shape("M170 425H620L614 446H178Z", "#fff6e4"),
    ...[280, 360, 440, 520].map((x) =>
      circle(x, 472, 11, "#d9ecf5", { stroke: "#4d2a13", "stroke-width": 4 }),
    ),
  ].join("");
}

function airplane(): string {
  return at(
    20,
    10,
    1,
    shape("M330 235L250 90L300 84L450 225Z", "#aebfcd"),
    downwards("body", "#ffffff", "#c6d3de"),
    shape("M80 200Q60 110 105 100L190 205Z", "#1e5fa8"),
    shape(
      "M70 230Q110 195 200 200L600 200Q690 205 715 245Q700 285 600 288L250 285Q110 275 70 230Z",
      "url(#body)",
    ),
    shape("M72 228Q200 262 714 250Q700 285 600 288L250 285Q110 275 70 230Z", "#1e5fa8", { opacity: 0.85 }),
    ...Array.from({ length: 15 }, (_, index) => rect(230 + index * 25, 218, 13, 17, "#2c4256", { rx: 5 })),
    shape("M640 212Q680 218 698 238L650 238Z", "#2c4256"),
    shape("M480 262L260 420L310 426L560 275Z", "#d9e3ec"),
    shape("M480 262L260 420L278 422L500 268Z", "#b6c6d4"),
    rect(360, 340, 78, 34, "#7f93a5", { rx: 16 }),
    ellipse(436, 357, 8, 17, "#3b4a58"),
    shape("M120 235L50 285L80 290L190 250Z", "#aebfcd"),
  );
}

function train(): string {
  const carriage = (x: number) =>
    [
      rect(x, 262, 230, 130, "#2f6fb5", { rx: 10 }),
      rect(x, 340, 230, 18, "#f4f6f8"),
      ...[18, 72, 126, 180].map((offset) => rect(x + offset, 284, 38, 40, "#dff1fa", { rx: 5 })),
      rect(x + 6, 252, 218, 14, "#51606e", { rx: 6 }),
      ...[40, 80, 150, 190].map(
        (offset) => circle(x + offset, 396, 15, "#33373d") + circle(x + offset, 396, 6, "#9aa3ad"),
      ),
    ].join("");
  return [
    sideways("engine", "#d8352f", "#b32420"),
    carriage(-40),
    carriage(205),
    shape("M450 392V270Q450 250 470 250H620Q700 260 740 340Q755 392 730 392Z", "url(#engine)"),
    rect(450, 340, 290, 18, "#f4f6f8"),
    rect(475, 280, 44, 42, "#dff1fa", { rx: 5 }),
    rect(535, 280, 44, 42, "#dff1fa", { rx: 5 }),
    shape("M610 276H645Q685 290 705 325H610Z", "#dff1fa"),
    ellipse(728, 368, 10, 8, "#fff3b0"),
    ...[490, 530, 640, 680].map((x) => circle(x, 396, 15, "#33373d") + circle(x, 396, 6, "#9aa3ad")),
    line("M500 250L530 215L560 250", "#51606e", 5),
    line("M0 214H800", "#6f7a85", 2),
  ].join("");
}

function bus(): string {
  return [
    downwards("paint", "#ffcf33", "#f3ac16"),
    rect(80, 130, 560, 270, "url(#paint)", { rx: 26 }),
    rect(80, 310, 560, 14, "#2d2d2d"),
    rect(80, 340, 560, 8, "#2d2d2d"),
    ...[108, 196, 284, 372].map(
      (x) =>
        rect(x, 170, 74, 92, "#cfe9f5", { rx: 8 }) +
        shape(`M${x + 10} 255L${x + 44} 175H${x + 60}L${x + 26} 255Z`, "#fff", { opacity: 0.5 }),
    ),
    rect(464, 170, 66, 222, "#b7dcec", { rx: 6 }),
    line("M497 170V392", "#2d2d2d", 4),
    rect(546, 165, 94, 110, "#cfe9f5", { rx: 10 }),
    rect(220, 138, 190, 24, "#2d2d2d", { rx: 5 }),
    ...[0, 1, 2, 3, 4, 5].map((index) => circle(250 + index * 26, 150, 6, "#ffcf33")),
    circle(622, 368, 13, "#fff4c4"),
    rect(70, 380, 580, 16, "#4a4d52", { rx: 6 }),
    wheel(190, 398, 42),
    wheel(560, 398, 42),
  ].join("");
}
