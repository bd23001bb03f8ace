type Triple = readonly [number, number, number];

/** A space of three primaries, as XYZ under D50, and one gamma. */
export interface MatrixSpace {
  readonly primaries: readonly [red: Triple, green: Triple, blue: Triple];
  readonly gamma: number;
}

export const adobeRgb: MatrixSpace = {
  primaries: [
    [0.60974, 0.31111, 0.01947],
    [0.20528, 0.62567, 0.06087],
    [0.14919, 0.06322, 0.74457],
  ],
  gamma: 2.19921875,
};
export const proPhoto: MatrixSpace = {
  primaries: [
    [0.79767, 0.28804, 0],
    [0.13519, 0.71188, 0],
    [0.03134, 0.00009, 0.82491],
  ],
  gamma: 1.8,
};
const srgbPrimaries: MatrixSpace["primaries"] = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];
/** Red and green exchanged: without conversion everything comes out in wrong colours. */
export const swapped: MatrixSpace = {
  primaries: [srgbPrimaries[1], srgbPrimaries[0], srgbPrimaries[2]],
  gamma: 2.2,
};

/** A minimal ICC profile, version 2. */
export function iccProfile({ primaries, gamma }: MatrixSpace): Buffer {
  const curve = gammaCurve(gamma);
  return profileOf("RGB ", [
    ["wtpt", xyz([0.9642, 1, 0.8249])],
    ["rXYZ", xyz(primaries[0])],
    ["gXYZ", xyz(primaries[1])],
    ["bXYZ", xyz(primaries[2])],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ]);
}

/** The same of greys alone. */
export const greyProfile = (gamma: number): Buffer =>
  profileOf("GRAY", [
    ["wtpt", xyz([0.9642, 1, 0.8249])],
    ["kTRC", gammaCurve(gamma)],
  ]);

function xyz(values: Triple): Buffer {
  const tag = Buffer.alloc(20);
  tag.write("XYZ ");
  for (const [at, value] of values.entries()) tag.writeInt32BE(Math.round(value * 65536), 8 + 4 * at);
  return tag;
}

function gammaCurve(gamma: number): Buffer {
  const curve = Buffer.alloc(16);
  curve.write("curv");
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  return curve;
}

function profileOf(space: string, tags: readonly (readonly [string, Buffer])[]): Buffer {
  const head = Buffer.alloc(128 + 4 + 12 * tags.length);
  let at = head.length;
  head.writeUInt32BE(0x02100000, 8);
  head.write(`mntr${space}XYZ `, 12);
  head.write("acsp", 36);
  head.writeInt32BE(Math.round(0.9642 * 65536), 68);
  head.writeInt32BE(65536, 72);
  head.writeInt32BE(Math.round(0.8249 * 65536), 76);
  head.writeUInt32BE(tags.length, 128);
  for (const [index, [name, content]] of tags.entries()) {
    head.write(name, 132 + 12 * index);
    head.writeUInt32BE(at, 136 + 12 * index);
    head.writeUInt32BE(content.length, 140 + 12 * index);
    at += content.length;
  }
  const profile = Buffer.concat([head, ...tags.map(([, content]) => content)]);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}

/** The values of an sRGB colour (0..255) in this space. */
export function numbersIn({ primaries, gamma }: MatrixSpace, colour: Triple): Triple {
  const light = colour.map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const xyz = [0, 1, 2].map((row) =>
    light.reduce((sum, value, column) => sum + value * (srgbPrimaries[column]?.[row] ?? 0), 0),
  );
  const [r, g, b] = primaries;
  const all = determinant(r, g, b);
  const solved = [
    determinant(xyz as unknown as Triple, g, b) / all,
    determinant(r, xyz as unknown as Triple, b) / all,
    determinant(r, g, xyz as unknown as Triple) / all,
  ];
  return solved.map((value) => Math.round(255 * Math.max(0, value) ** (1 / gamma))) as unknown as Triple;
}

const determinant = (a: Triple, b: Triple, c: Triple) =>
  a[0] * (b[1] * c[2] - b[2] * c[1]) -
  b[0] * (a[1] * c[2] - a[2] * c[1]) +
  c[0] * (a[1] * b[2] - a[2] * b[1]);
