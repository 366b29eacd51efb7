// What the demonstration shows besides images: files of other kinds, and how each is made.
import { pdf } from "./pdf.mjs";
import { anthem } from "./wav.mjs";

export const FILES = [
  { file: "open/anthem of Aldera.wav", make: anthem },
  {
    file: "library/statutes.pdf",
    make: () => pdf("Statutes of the Library of Nowhere", [
      "1. The library is open on all days that do not exist.",
      "2. Who can read may read.",
      "3. Books go home when they want to.",
      "4. What is under embargo is still being dreamed.",
      "5. These statutes are for members; you have signed in.",
    ]),
  },
];
