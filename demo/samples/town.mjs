// The plan of a town on a river: blocks cut into parcels, streets with names, a wall, a legend.
import { between, pick, seeded } from "./random.mjs";
import { n, path, sheet, text } from "./svg.mjs";

const [WIDTH, HEIGHT] = [3000, 2250];
const USES = [
  ["Wohnhäuser", "#e3b89a"], ["Höfe und Gärten", "#b9cf9d"], ["Werkstätten", "#cdb4c4"],
  ["Öffentliche Gebäude", "#d98b73"], ["Märkte und Plätze", "#efe3b8"],
];
const STREETS = ["Färbergasse", "Mühlstraße", "Am Brückentor", "Salzmarkt", "Küferweg", "Große Zeile", "Königsstraße", "Obere Bäckergasse", "Fischersteg", "Zur Schänke", "Lindenallee", "Häfnerplatz"];

const river = (x) => 1380 + Math.sin(x / 520) * 210 + Math.sin(x / 210) * 40;
const wet = (x, y) => Math.abs(y - river(x)) < 150;

/** Cuts a rectangle in two until its parts are small enough, leaving streets between them. */
function split(random, box, smallest, street, out) {
  const [x, y, width, height] = box;
  if (width < smallest && height < smallest) return out.push(box);
  const part = between(random, 0.36, 0.64);
  const next = [smallest, Math.max(3, street * 0.62), out];
  if (width > height) {
    split(random, [x, y, width * part - street / 2, height], ...next);
    split(random, [x + width * part + street / 2, y, width * (1 - part) - street / 2, height], ...next);
  } else {
    split(random, [x, y, width, height * part - street / 2], ...next);
    split(random, [x, y + height * part + street / 2, width, height * (1 - part) - street / 2], ...next);
  }
  return out;
}

function parcel(random, [x, y, width, height]) {
  const use = random() < 0.62 ? 0 : pick(random, [1, 1, 1, 2, 2, 3, 4]);
  const lean = () => between(random, -7, 7);
  const corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map(([px, py]) => [px + lean(), py + lean()]);
  let body = `<path d="${path(corners, true)}" fill="${USES[use][1]}" stroke="#4a3a2c" stroke-width="2.5"/>`;
  if (use === 1) {
    for (let tree = 0; tree < 7; tree += 1) body += `<circle cx="${n(between(random, x + 14, x + width - 14))}" cy="${n(between(random, y + 14, y + height - 14))}" r="${n(between(random, 6, 12))}" fill="#7fa060" stroke="#5a7a42" stroke-width="1.5"/>`;
  } else if (use !== 4) {
    const ridge = width > height ? [[x + 14, y + height / 2], [x + width - 14, y + height / 2]] : [[x + width / 2, y + 14], [x + width / 2, y + height - 14]];
    body += `<path d="${path(ridge)}" stroke="#8a6a52" stroke-width="2"/>`;
    body += text(x + width / 2, y + height / 2 - 5, 16, String(Math.ceil(random() * 180)), `text-anchor="middle" fill="#4a3a2c"`);
  }
  return body;
}

function water() {
  const bank = (offset) => Array.from({ length: 62 }, (_, index) => [index * 50 - 20, river(index * 50 - 20) + offset]);
  let body = `<path d="${path([...bank(-120), ...bank(120).reverse()], true)}" fill="#a5c8da" stroke="#39627a" stroke-width="6"/>`;
  for (let line = -90; line <= 90; line += 30) body += `<path d="${path(bank(line))}" fill="none" stroke="#7aa7bf" stroke-width="2" stroke-dasharray="90 60"/>`;
  for (const x of [640, 1480, 2380]) {
    const y = river(x);
    body += `<path d="M${x - 26} ${n(y - 170)}h52v340h-52z" fill="#d8cbb0" stroke="#4a3a2c" stroke-width="4"/>`;
  }
  return body + text(980, river(980) + 14, 46, "Die Mühl", `fill="#2f566d" font-style="italic" letter-spacing="22"`);
}

function wall() {
  const towers = Array.from({ length: 26 }, (_, index) => {
    const angle = (index * Math.PI * 2) / 26;
    return [WIDTH / 2 + Math.cos(angle) * 1390, HEIGHT / 2 + 30 + Math.sin(angle) * 990];
  });
  const round = towers.map(([x, y]) => `<circle cx="${n(x)}" cy="${n(y)}" r="24" fill="#c9b79a" stroke="#3a2d20" stroke-width="5"/>`).join("");
  return `<path d="${path(towers, true)}" fill="none" stroke="#3a2d20" stroke-width="20"/><path d="${path(towers, true)}" fill="none" stroke="#c9b79a" stroke-width="9"/>${round}`;
}

function legend(title) {
  const lines = USES.map(([name, color], index) => `<rect x="130" y="${1806 + index * 52}" width="56" height="34" fill="${color}" stroke="#4a3a2c" stroke-width="2"/>${text(206, 1834 + index * 52, 28, name, `fill="#3a2d20"`)}`);
  return `<rect x="90" y="1640" width="640" height="480" fill="#f7f0dc" stroke="#3a2d20" stroke-width="6"/>${text(130, 1720, 56, title, `fill="#3a2d20"`)}${text(130, 1764, 26, "Parzellen nach Nutzung, 1 : 2500", `fill="#6a5844" font-style="italic"`)}${lines.join("")}`;
}

/** Draws the plan of a town; every seed is another one. */
export function town(seed, title) {
  const random = seeded(seed);
  const blocks = split(random, [90, 90, WIDTH - 180, HEIGHT - 180], 400, 44, []);
  let body = `<rect width="${WIDTH}" height="${HEIGHT}" fill="#f1e8cf"/>`;
  for (const block of blocks) {
    for (const lot of split(random, block, 112, 7, [])) {
      const [x, y, width, height] = lot;
      const inside = ((x + width / 2 - WIDTH / 2) / 1370) ** 2 + ((y + height / 2 - HEIGHT / 2 - 30) / 970) ** 2 < 1;
      if (inside && !wet(x, y) && !wet(x + width, y + height)) body += parcel(random, lot);
    }
  }
  body += water() + wall();
  blocks.slice(0, 40).forEach(([x, y, width], index) => {
    if (width > 200 && !wet(x, y) && index % 2) body += text(x + 6, y - 12, 27, STREETS[index % STREETS.length], `fill="#3a2d20" font-style="italic" stroke="#f1e8cf" stroke-width="6" paint-order="stroke"`);
  });
  return sheet(WIDTH, HEIGHT, body + legend(title));
}
