import { describe, expect, test } from "vitest";
import { cameraName } from "../../../src/core/image/camera-name.ts";
import { openPicture } from "../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { pictureMetadata } from "../../../src/core/image/picture-metadata.ts";
import { drawing } from "./drawing.ts";

/** As the decoding thread reads it. */
async function factsOf(bytes: Uint8Array) {
  const opened = await openPicture(bytes, DEFAULT_PICTURE_LIMITS);
  return (await pictureMetadata({ bytes, ...opened })).facts;
}

const GPS = {
  GPSLatitudeRef: "N",
  GPSLatitude: "38/1 41/1 2976/100",
  GPSLongitudeRef: "W",
  GPSLongitude: "9/1 12/1 5760/100",
};

const xmp = (attributes: string) => `<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
      xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" ${attributes}/>
  </rdf:RDF></x:xmpmeta>`;

describe("what the metadata of a picture say", () => {
  test.each(["jpeg", "png", "webp", "avif"] as const)("of EXIF in %s", async (format) => {
    const picture = drawing(1, 40, 30).withExif({
      IFD0: { Make: "NIKON CORPORATION", Model: "NIKON D70", Software: "Ver.1.01 " },
      IFD2: { LensModel: "AF-S 50mm" },
      IFD3: GPS,
    });
    const facts = await factsOf(await picture[format]().toBuffer());
    expect(facts).toMatchObject({
      camera: "Nikon D70",
      lens: "AF-S 50mm",
      software: "Ver.1.01",
      place: { name: "Lisbon, PT" },
    });
    expect(facts.location?.latitude).toBeCloseTo(38.6916, 4);
    expect(facts.location?.longitude).toBeCloseTo(-9.216, 4);
  });

  test("of XMP, whose rating stands before that of EXIF", async () => {
    const picture = (attributes: string) => drawing(1, 40, 30).jpeg().withXmp(xmp(attributes)).toBuffer();
    expect(await factsOf(await picture('xmp:Rating="4"'))).toEqual({ rating: 4 });
    expect(await factsOf(await picture('xmp:Rating="-1"'))).toEqual({ rating: -1 });
    expect(await factsOf(await picture('xmp:Rating="0"'))).toEqual({});
    expect(await factsOf(await picture('xmp:Rating="99"'))).toEqual({});
    const all = 'tiff:Make="Canon" tiff:Model="Canon EOS 5D" aux:Lens="EF50mm" xmp:CreatorTool="Lightroom"';
    expect(
      await factsOf(await picture(`${all} exif:GPSLatitude="33,51.5S" exif:GPSLongitude="151,12,30E"`)),
    ).toMatchObject({
      camera: "Canon EOS 5D",
      lens: "EF50mm",
      software: "Lightroom",
      location: { latitude: -(33 + 51.5 / 60), longitude: 151 + 12 / 60 + 30 / 3600 },
      place: { name: "Sydney, AU" },
    });
  });

  test("zeros and angles that are not on Earth are no location", async () => {
    const at = (gps: object) =>
      drawing(1, 40, 30)
        .withExif({ IFD3: { ...GPS, ...gps } })
        .jpeg()
        .toBuffer();
    const zero = "0/1 0/1 0/1";
    expect(await factsOf(await at({ GPSLatitude: zero, GPSLongitude: zero }))).toEqual({});
    expect(await factsOf(await at({ GPSLatitude: "91/1 0/1 0/1" }))).toEqual({});
    expect(await factsOf(await at({ GPSLongitude: "181/1 0/1 0/1" }))).toEqual({});
    expect(await factsOf(await at({ GPSLatitude: zero, GPSLatitudeRef: "S" }))).toMatchObject({
      location: { latitude: -0 },
    });
  });

  test("a screenshot says so, or is a PNG of a telephone's size from no camera", async () => {
    const screen = () => drawing(1, 1170, 2532);
    const exif = { IFD2: { UserComment: "Screenshot" } };
    expect(await factsOf(await screen().png().toBuffer())).toEqual({ isScreenshot: true });
    expect(await factsOf(await screen().jpeg().toBuffer())).toEqual({});
    expect(await factsOf(await drawing(1, 1171, 2532).png().toBuffer())).toEqual({});
    expect(
      await factsOf(
        await screen()
          .withExif({ IFD0: { Model: "iPhone 12" } })
          .png()
          .toBuffer(),
      ),
    ).toEqual({ camera: "iPhone 12" });
    expect(await factsOf(await drawing(1, 40, 30).withExif(exif).jpeg().toBuffer())).toMatchObject({
      isScreenshot: true,
    });
    const software = drawing(1, 40, 30).withExif({ IFD0: { Software: "gnome-screenshot" } });
    expect(await factsOf(await software.jpeg().toBuffer())).toMatchObject({ isScreenshot: true });
  });

  test("damaged or hostile metadata say nothing, and names are short", async () => {
    const long = drawing(1, 40, 30).withExif({ IFD0: { Make: "x".repeat(5000), Model: "a\u0007\tb" } });
    expect(await factsOf(await long.jpeg().toBuffer())).toEqual({ camera: "a b" });
    const nested = `<rdf:li>${"<a>".repeat(20_000)}`;
    const broken = await drawing(1, 40, 30)
      .jpeg()
      .withXmp(xmp(`xmp:Rating="4"`) + nested)
      .toBuffer();
    expect(await factsOf(broken)).toEqual({});
    expect(await factsOf(await drawing(1, 40, 30).jpeg().toBuffer())).toEqual({});
  });
});

test.each([
  ["Canon", "Canon EOS 5D", "Canon EOS 5D"],
  ["NIKON CORPORATION", "NIKON D70", "Nikon D70"],
  ["SONY", "ILCE-7M3", "Sony ILCE-7M3"],
  ["Sony Ericsson", "C905c", "Sony Ericsson C905c"],
  ["OLYMPUS OPTICAL CO.,LTD", "E-10", "Olympus E-10"],
  ["EASTMAN KODAK COMPANY", "KODAK DC240 ZOOM DIGITAL CAMERA", "Kodak DC240 ZOOM DIGITAL CAMERA"],
  ["Apple", "iPhone 12", "Apple iPhone 12"],
  ["SAMSUNG", "SAMSUNG-SM-N900A", "Samsung SM-N900A"],
  ["HTC", "HTC Desire", "HTC Desire"],
  ["RICOH", "", "Ricoh"],
  ["", "NIKON D70", "Nikon D70"],
  ["", "E775", "E775"],
  ["Phase One", "P 45+", "Phase One P 45+"],
])("a camera of %s called %s is %s", (make, model, name) => {
  expect(cameraName(make || undefined, model || undefined)).toBe(name);
});
