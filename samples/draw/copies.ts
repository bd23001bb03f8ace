import type { Sharp } from "sharp";

/** What a downloads folder collects: the same pictures again, each changed in another way. */
export interface Copy {
  readonly file: string;
  readonly of: string;
  readonly change?: (image: Sharp) => Sharp;
}

export const copies: readonly Copy[] = [
  { file: "downloads/birthday cake (1).jpg", of: "food/birthday cake.jpg" },
  {
    file: "downloads/sunset small.jpg",
    of: "travel/beach at sunset.jpg",
    change: (image) => image.resize(400).jpeg({ quality: 80 }),
  },
  {
    file: "downloads/IMG-20250712-WA0003.jpg",
    of: "animals/golden retriever on the beach.jpg",
    change: (image) => image.jpeg({ quality: 30 }),
  },
  {
    file: "downloads/car cropped.jpg",
    of: "travel/red car.jpg",
    change: (image) => image.extract({ left: 40, top: 25, width: 720, height: 450 }).jpeg({ quality: 88 }),
  },
  {
    file: "downloads/cat mirrored.jpg",
    of: "animals/cat on the sofa.jpg",
    change: (image) => image.flop().jpeg({ quality: 88 }),
  },
  {
    file: "downloads/mountains bright.jpg",
    of: "travel/snowy mountains.jpg",
    change: (image) => image.linear(1.18).jpeg({ quality: 88 }),
  },
  {
    file: "downloads/pizza with border.webp",
    of: "food/slice of pizza.png",
    change: (image) =>
      image.extend({ top: 30, bottom: 70, left: 30, right: 30, background: "#fff" }).webp({ quality: 85 }),
  },
];
