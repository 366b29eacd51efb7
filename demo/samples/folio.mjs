// A leaf of a manuscript: parchment, a decorated initial, a border of vines, lines of Latin.
import { between, noise, seeded } from "./random.mjs";
import { paper } from "./png.mjs";
import { n, path, pixels, sheet, text } from "./svg.mjs";

const [WIDTH, HEIGHT] = [2200, 3000];
const WORDS = `in principio creavit deus caelum et terram terra autem erat inanis et vacua et tenebrae
  super faciem abyssi et spiritus dei ferebatur super aquas dixitque deus fiat lux et facta est lux et vidit
  deus lucem quod esset bona et divisit lucem ac tenebras appellavitque lucem diem et tenebras noctem
  factumque est vespere et mane dies unus dixit quoque deus fiat firmamentum in medio aquarum et dividat
  aquas ab aquis et fecit deus firmamentum divisitque aquas quae erant sub firmamento ab his quae erant
  super firmamentum et factum est ita vocavitque deus firmamentum caelum`.split(/\s+/);

function vine(random, x, top, bottom) {
  let body = "";
  const stem = [];
  for (let y = top; y <= bottom; y += 16) stem.push([x + Math.sin(y / 95) * 42, y]);
  body += `<path d="${path(stem)}" fill="none" stroke="#2f6b46" stroke-width="12" stroke-linecap="round"/>`;
  for (let y = top + 40; y < bottom; y += 74) {
    const side = Math.sin(y / 95) > 0 ? -1 : 1;
    const at = x + Math.sin(y / 95) * 42;
    body += `<path d="M${n(at)} ${y}q${side * 60} -60 ${side * 96} -6q${side * -34} 54 ${side * -96} 6Z" fill="#3f8a5a" stroke="#234f35" stroke-width="3"/>`;
    const color = ["#b5322b", "#28539c", "#d6a324"][Math.floor(random() * 3)];
    for (let leaf = 0; leaf < 5; leaf += 1) {
      const angle = (leaf * Math.PI * 2) / 5;
      body += `<circle cx="${n(at - side * 66 + Math.cos(angle) * 17)}" cy="${n(y + 30 + Math.sin(angle) * 17)}" r="14" fill="${color}" stroke="#3a2418" stroke-width="2"/>`;
    }
    body += `<circle cx="${n(at - side * 66)}" cy="${y + 30}" r="10" fill="#f0d678" stroke="#3a2418" stroke-width="2"/>`;
  }
  return body;
}

function initial(random, letter, x, y, size) {
  let body = `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="#28539c" stroke="#d6a324" stroke-width="18"/>`;
  for (let row = 0; row < 13; row += 1) {
    for (let column = 0; column < 13; column += 1) {
      const step = size / 13;
      body += `<circle cx="${n(x + step * (column + 0.5))}" cy="${n(y + step * (row + 0.5))}" r="${n(between(random, 5, 11))}" fill="${(row + column) % 2 ? "#f3eee0" : "#b5322b"}"/>`;
    }
  }
  return body + text(x + size / 2, y + size * 0.84, size * 0.98, letter, `text-anchor="middle" fill="#e2b53a" stroke="#5a3a10" stroke-width="9" font-weight="bold"`);
}

function lines(random, first, indent) {
  let [body, word] = ["", first];
  for (let row = 0; row < 27; row += 1) {
    const y = 470 + row * 84;
    const left = row < 7 ? 560 + indent : 560;
    let words = "";
    while (words.length < (1900 - left) / 33) {
      words += `${words ? " " : ""}${WORDS[word % WORDS.length]}`;
      word += 1;
    }
    const ink = `rgb(${n(between(random, 44, 70))},${n(between(random, 30, 44))},24)`;
    body += `<path d="M540 ${y + 14}H1990" stroke="#b39a72" stroke-width="2" opacity="0.7"/>`;
    body += text(left, y, 58, words, `fill="${ink}" textLength="${1960 - left}" lengthAdjust="spacingAndGlyphs"`);
    if (row % 6 === 5) body += `<path d="M${left - 34} ${y}l16 -44l16 44z" fill="#b5322b"/>`;
  }
  return body;
}

/** Draws a leaf. `verso` is the other side: mirrored stains, a plain beginning. */
export function folio(seed, number, verso) {
  const random = seeded(seed);
  const ground = paper(Math.round(WIDTH / 3), HEIGHT / 3, [232, 214, 176], noise(seed, 5), noise(seed + 1, 2));
  let body = pixels(ground, 0, 0, WIDTH, HEIGHT);
  body += lines(random, verso ? 61 : 1, verso ? 0 : 590) + vine(random, 330, 380, 2720);
  if (!verso) body += initial(random, "I", 548, 400, 560);
  body += text(2040, 190, 64, number, `fill="#7a3b26" font-style="italic" text-anchor="end"`);
  body += `<circle cx="1290" cy="2830" r="26" fill="#3a2a18" opacity="0.55"/><path d="M1180 300q60 -34 130 8q-50 34 -130 -8z" fill="#6b5130" opacity="0.5"/>`;
  return sheet(WIDTH, HEIGHT, body);
}
