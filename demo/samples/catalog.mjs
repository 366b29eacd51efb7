// What the demonstration shows: folders of images, and how each image is drawn.
import { flower, fern } from "./plants.mjs";
import { folio } from "./folio.mjs";
import { island } from "./island.mjs";
import { julia } from "./fractal.mjs";
import { stars } from "./stars.mjs";
import { town } from "./town.mjs";

/** One entry for each folder. Who may see it is said by the rules in scripts/demo; without them, all need a sign-in. */
export const FOLDERS = [
  {
    folder: "open",
    label: "Open: maps of nowhere",
    summary: "Anyone may see these: a rule of the gate makes open/* public.",
    images: [
      { file: "island map.tif", label: "The island of Aldera", draw: () => island(2024, "ALDERA", "an island that does not exist") },
      { file: "star chart.tif", label: "Chart of an unknown sky", draw: () => stars(7) },
    ],
  },
  {
    folder: "Stadtpläne",
    label: "Small for all: town plans",
    summary: "Anyone may see these up to 600 pixels; press Continue and sign in for more.",
    images: [
      { file: "Mühlfurt (1 von 2).tif", label: "Mühlfurt, first plan", draw: () => town(5, "Mühlfurt") },
      { file: "Grünau – Übersicht.tif", label: "Grünau, second plan", draw: () => town(29, "Grünau") },
    ],
  },
  {
    folder: "herbarium",
    label: "Protected: herbarium",
    summary: "Sign in to see these: press Continue. The fern is JPEG 2000 where the image server can read it.",
    images: [
      { file: "fern 0042.jp2", label: "Filix imaginaria", draw: () => fern(11) },
      { file: "flower 0107.tif", label: "Helianthus ignotus", draw: () => flower(12) },
    ],
  },
  {
    folder: "manuscripts/codex 1",
    label: "Terms: manuscript",
    summary: "Press Continue and accept the terms to see these.",
    images: [
      { file: "folio 1r.tif", label: "f. 1r", draw: () => folio(101, "j", false) },
      { file: "folio 1v.tif", label: "f. 1v", draw: () => folio(102, "j v", true) },
    ],
  },
  {
    folder: "reading room",
    label: "Reading room: sea chart",
    summary: "To be seen in the reading room only, that is from an address of its network.",
    images: [
      { file: "chart of Morvane.tif", label: "Chart of Morvane", draw: () => island(77, "MORVANE", "soundings in fathoms, never taken") },
    ],
  },
  {
    folder: "fractals",
    label: "Embargo: fractals",
    summary: "Nobody may see these before 2030; then they are open to everyone.",
    images: [
      { file: "Julia α.tif", label: "Julia set", draw: (width) => julia(-0.7269, 0.1889, width) },
    ],
  },
];
