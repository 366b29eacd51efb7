// A map of an island that does not exist: shaded relief, contour lines, names, a compass rose.
import { png, scale } from "./png.mjs";
import { between, noise, pick, seeded } from "./random.mjs";
import { n, path, pixels, sheet, text } from "./svg.mjs";

const [WIDTH, HEIGHT] = [3000, 2250];
const SEA = 0.36;
const TINTS = [
  [0, [58, 108, 148]], [SEA - 0.06, [104, 158, 190]], [SEA - 0.005, [176, 212, 220]],
  [SEA, [226, 214, 168]], [SEA + 0.04, [150, 178, 112]], [SEA + 0.16, [188, 190, 118]],
  [SEA + 0.28, [184, 142, 92]], [SEA + 0.38, [150, 110, 84]], [SEA + 0.46, [246, 244, 240]],
];
const PEAKS = ["Mt Aldera", "Grey Tooth", "Old Wife", "Hen Fell", "The Anvil", "Signal Hill"];
const PLACES = ["Port Merrow", "Saltby", "Kestrel Bay", "Nine Wells", "Ashmouth", "Low Quay", "Farrow", "Tern Point"];

function relief(seed) {
  const rough = noise(seed, 6);
  const ridge = noise(seed + 1, 4);
  return (x, y) => {
    const [u, v] = [x / WIDTH - 0.5, y / HEIGHT - 0.5];
    const shore = 1 - Math.hypot(u * 2.05, v * 2.15) ** 1.8;
    const crest = 1 - Math.abs(2 * ridge(x / 520, y / 520) - 1);
    return 0.4 * rough(x / 380, y / 380) + 0.42 * shore * (0.55 + 0.45 * crest) + 0.02;
  };
}

function shaded(height) {
  const step = 2;
  return png(WIDTH / step, HEIGHT / step, (px, py) => {
    const [x, y] = [px * step, py * step];
    const here = height(x, y);
    const light = here < SEA ? 0 : (height(x - 5, y - 5) - height(x + 5, y + 5)) * -1500;
    return scale(TINTS, here).map((value) => value + Math.max(-60, Math.min(60, light)));
  });
}

/** The level line of a grid of heights as path data, by marching squares. */
function contour(grid, columns, rows, cell, level) {
  let data = "";
  for (let row = 0; row < rows - 1; row += 1) {
    for (let column = 0; column < columns - 1; column += 1) {
      const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([dx, dy]) => [
        column + dx, row + dy, grid[(row + dy) * columns + column + dx] - level,
      ]);
      const cuts = [];
      for (let side = 0; side < 4; side += 1) {
        const [ax, ay, a] = corners[side];
        const [bx, by, b] = corners[(side + 1) % 4];
        if (a > 0 !== b > 0) {
          const part = a / (a - b);
          cuts.push([(ax + (bx - ax) * part) * cell, (ay + (by - ay) * part) * cell]);
        }
      }
      for (let pair = 0; pair + 1 < cuts.length; pair += 2) data += path(cuts.slice(pair, pair + 2));
    }
  }
  return data;
}

function contours(height) {
  const cell = 10;
  const [columns, rows] = [WIDTH / cell + 1, HEIGHT / cell + 1];
  const grid = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      grid[row * columns + column] = height(column * cell, row * cell);
    }
  }
  let body = `<g fill="none" stroke-linecap="round">`;
  for (let index = -3; index < 22; index += 1) {
    const level = SEA + index * 0.02;
    const [color, width] = index < 0 ? ["#2f6f99", 0.8] : index === 0 ? ["#3b3325", 3] : ["#6b4a26", index % 5 ? 0.8 : 1.9];
    body += `<path d="${contour(grid, columns, rows, cell, level)}" stroke="${color}" stroke-width="${width}" opacity="0.75"/>`;
  }
  return `${body}</g>`;
}

function names(height, random) {
  let body = "";
  const taken = [];
  const free = (x, y) => taken.every(([tx, ty]) => Math.hypot(tx - x, (ty - y) * 2) > 330);
  for (const [list, low, high, mark] of [[PEAKS, SEA + 0.24, 1, "▲"], [PLACES, SEA + 0.012, SEA + 0.05, "●"]]) {
    for (const name of list) {
      for (let attempt = 0; attempt < 4000; attempt += 1) {
        const [x, y] = [between(random, 300, WIDTH - 500), between(random, 250, HEIGHT - 250)];
        const here = height(x, y);
        if (here < low || here > high || !free(x, y)) continue;
        taken.push([x, y]);
        const words = mark === "▲" ? `${name} ${Math.round((here - SEA) * 4200)} m` : name;
        body += text(x, y + 6, 18, mark, `fill="#2b2118" text-anchor="middle"`);
        body += text(x + 18, y + 8, 30, words, `fill="#fff" stroke="#fff" stroke-width="7" stroke-linejoin="round" font-style="italic"`);
        body += text(x + 18, y + 8, 30, words, `fill="#2b2118" font-style="italic"`);
        break;
      }
    }
  }
  return body;
}

function rose(x, y, radius) {
  let body = "";
  for (let point = 0; point < 32; point += 1) {
    const long = point % 8 === 0 ? 1 : point % 4 === 0 ? 0.74 : point % 2 === 0 ? 0.5 : 0.36;
    for (const [side, fill] of [[-1, "#7d2b22"], [1, "#f6ecd2"]]) {
      body += `<path transform="rotate(${point * 11.25})" d="M0 ${n(-radius * long)}L${n(side * radius * 0.07)} ${n(-radius * 0.2)}L0 0Z" fill="${fill}" stroke="#3b2a1c" stroke-width="2"/>`;
    }
  }
  return `<g transform="translate(${x} ${y})"><circle r="${radius * 1.04}" fill="none" stroke="#3b2a1c" stroke-width="4"/>${body}${text(0, -radius * 1.08, 64, "N", `text-anchor="middle" fill="#3b2a1c"`)}</g>`;
}

function frame(title, subtitle) {
  let body = "";
  for (let x = 300; x < WIDTH; x += 300) body += `<path d="M${x} 60V${HEIGHT - 60}" stroke="#2d4f66" stroke-width="1" opacity="0.4"/>`;
  for (let y = 300; y < HEIGHT; y += 300) body += `<path d="M60 ${y}H${WIDTH - 60}" stroke="#2d4f66" stroke-width="1" opacity="0.4"/>`;
  for (let x = 60; x < WIDTH - 60; x += 120) body += `<path d="M${x} 48h60" stroke="#2b2118" stroke-width="14"/><path d="M${x} ${HEIGHT - 48}h60" stroke="#2b2118" stroke-width="14"/>`;
  return `${body}<rect x="24" y="24" width="${WIDTH - 48}" height="${HEIGHT - 48}" fill="none" stroke="#2b2118" stroke-width="10"/>
    <rect x="110" y="110" width="860" height="250" fill="#f6ecd2" stroke="#2b2118" stroke-width="6"/>
    <rect x="126" y="126" width="828" height="218" fill="none" stroke="#2b2118" stroke-width="2"/>
    ${text(540, 236, 84, title, `text-anchor="middle" fill="#2b2118"`)}${text(540, 306, 34, subtitle, `text-anchor="middle" fill="#5b4632" font-style="italic"`)}`;
}

/** Draws the island; every seed is another one. */
export function island(seed, title, subtitle) {
  const height = relief(seed);
  const random = seeded(seed + 7);
  let body = pixels(shaded(height), 0, 0, WIDTH, HEIGHT) + contours(height);
  body += names(height, random) + frame(title, subtitle);
  body += rose(pick(random, [2620, 2660]), 1840, 220);
  return sheet(WIDTH, HEIGHT, body);
}
