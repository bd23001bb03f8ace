import { expect, test } from "vitest";
import { dateInName } from "../../../src/core/dates/date-in-name.ts";

const now = Date.UTC(2026, 10, 30);
const read = (name: string) => {
  const clock = dateInName(`/photos/1999-01-01/${name}`, now);
  return clock === undefined ? undefined : new Date(clock).toISOString().slice(0, -1);
};

test.each([
  ["IMG-20250712-WA0003.jpg", "2025-07-12T00:00:00.000"],
  ["VID-20250712-WA0003.mp4", "2025-07-12T00:00:00.000"],
  ["WhatsApp Image 2024-05-06 at 07.08.09.jpeg", "2024-05-06T07:08:09.000"],
  ["WhatsApp Image 2024-05-06 at 7.08.09 PM (2).jpeg", "2024-05-06T19:08:09.000"],
  ["Screenshot_2024-05-06-07-08-09.png", "2024-05-06T07:08:09.000"],
  ["Screenshot_2024-05-06-07-08-09-123_com.example.app.jpg", "2024-05-06T07:08:09.123"],
  ["Screenshot_20240506-070809_Browser.jpg", "2024-05-06T07:08:09.000"],
  ["Screenshot 2024-05-06 070809.png", "2024-05-06T07:08:09.000"],
  ["Screenshot from 2024-05-06 07-08-09.png", "2024-05-06T07:08:09.000"],
  ["Screen Shot 2024-05-06 at 12.08.09\u202fAM.png", "2024-05-06T00:08:09.000"],
  ["Bildschirmfoto 2024-05-06 um 07.08.09.png", "2024-05-06T07:08:09.000"],
  ["PXL_20230102_030405678.MP.jpg", "2023-01-02T03:04:05.678"],
  ["PXL_20230102_030405.jpg", "2023-01-02T03:04:05.000"],
  ["20230102_030405.jpg", "2023-01-02T03:04:05.000"],
  ["20230102_030405_001.jpg", "2023-01-02T03:04:05.000"],
  ["20230102_030405(0).jpg", "2023-01-02T03:04:05.000"],
  ["IMG_20230102_030405.jpg", "2023-01-02T03:04:05.000"],
  ["IMG20230102030405.jpg", "2023-01-02T03:04:05.000"],
  ["VID_20230102_030405.mp4", "2023-01-02T03:04:05.000"],
  ["IMG_20230102.jpg", "2023-01-02T00:00:00.000"],
  ["signal-2024-05-06-070809.jpg", "2024-05-06T07:08:09.000"],
  ["signal-2024-05-06-070809_002.jpeg", "2024-05-06T07:08:09.000"],
  ["signal-2024-05-06-07-08-09-123-1.jpg", "2024-05-06T07:08:09.123"],
  ["photo_2024-05-06_07-08-09.jpg", "2024-05-06T07:08:09.000"],
  ["2024-05-06 07.08.09.jpg", "2024-05-06T07:08:09.000"],
  ["2024-05-06 harbour.jpg", "2024-05-06T00:00:00.000"],
  ["2024-05-06-12.jpg", "2024-05-06T00:00:00.000"],
])("the name %s has the date %s", (name, date) => {
  expect(read(name)).toBe(date);
});

test.each([
  "IMG_1234.jpg",
  "DSC00123.jpg",
  "20250712.jpg",
  "invoice 20231305.png",
  "1920x1080.png",
  "9f86d081884c7d65.png",
  "1234567890123456789.png",
  "20230102_1234567890_n.jpg",
  "no date at all.png",
])("the name %s has none, nor has that of its folder", (name) => {
  expect(read(name)).toBeUndefined();
});

test.each(["20230231_030405.jpg", "IMG-20250231-WA0003.jpg", "20230102_250000.jpg", "20990102_030405.jpg"])(
  "the name %s has no date of the past",
  (name) => {
    expect(read(name)).toBeUndefined();
  },
);
