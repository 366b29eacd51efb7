// Two herbarium sheets: a pressed fern and a flower head, each with its label.
import { between, noise, seeded } from "./random.mjs";
import { paper } from "./png.mjs";
import { n, path, pixels, sheet, text } from "./svg.mjs";

const [WIDTH, HEIGHT] = [2100, 3000];

function mounted(body, name, lines) {
  const ground = paper(WIDTH / 3, HEIGHT / 3, [242, 236, 218], noise(3, 4), noise(4, 2));
  const label = [`<rect x="1240" y="2520" width="760" height="380" fill="#fbf8ee" stroke="#5f5545" stroke-width="4"/>`];
  label.push(text(1280, 2590, 34, "HERBARIUM OF NOWHERE", `fill="#5f5545" letter-spacing="5"`));
  label.push(text(1280, 2662, 46, name, `fill="#2c261c" font-style="italic"`));
  lines.forEach((line, index) => label.push(text(1280, 2726 + index * 50, 32, line, `fill="#2c261c"`)));
  let ruler = `<rect x="90" y="2760" width="1000" height="90" fill="#fdfdfa" stroke="#222" stroke-width="3"/>`;
  for (let tick = 0; tick <= 100; tick += 1) ruler += `<path d="M${90 + tick * 10} 2760v${tick % 10 ? (tick % 5 ? 18 : 28) : 44}" stroke="#222" stroke-width="2"/>`;
  for (let mark = 0; mark < 10; mark += 1) ruler += text(98 + mark * 100, 2838, 30, String(mark), `fill="#222"`);
  return sheet(WIDTH, HEIGHT, pixels(ground, 0, 0, WIDTH, HEIGHT) + body + ruler + label.join(""));
}

/** A frond: a bent stalk with fronds of the next order on both sides, leaflets at the last. */
function frond(random, x, y, angle, length, bend, order) {
  let body = "";
  const steps = order === 2 ? 24 : 22;
  const stalk = [[x, y]];
  let [px, py, heading] = [x, y, angle];
  for (let step = 1; step <= steps; step += 1) {
    heading += bend / steps;
    px += (Math.cos(heading) * length) / steps;
    py += (Math.sin(heading) * length) / steps;
    stalk.push([px, py]);
    const taper = Math.sin(Math.PI * (0.16 + 0.84 * (step / (steps + 0.6)))) ** 0.9;
    for (const side of [-1, 1]) {
      const out = heading + side * between(random, 0.92, 1.08);
      const reach = length * (order === 2 ? 0.36 : 0.15) * taper;
      if (order === 2 && step > 3) body += frond(random, px, py, out, reach, -side * 0.35, 1);
      if (order === 1) {
        const tip = [px + Math.cos(out) * reach, py + Math.sin(out) * reach];
        const belly = (turn) => [px + Math.cos(out + turn) * reach * 0.55, py + Math.sin(out + turn) * reach * 0.55];
        const [ax, ay] = belly(0.5);
        const [bx, by] = belly(-0.5);
        const green = `rgb(${n(between(random, 70, 104))},${n(between(random, 98, 124))},${n(between(random, 46, 62))})`;
        body += `<path d="M${n(px)} ${n(py)}Q${n(ax)} ${n(ay)} ${n(tip[0])} ${n(tip[1])}Q${n(bx)} ${n(by)} ${n(px)} ${n(py)}Z" fill="${green}" stroke="#3d4a26" stroke-width="0.8"/>`;
      }
    }
  }
  return `${body}<path d="${path(stalk)}" fill="none" stroke="#5c4a2a" stroke-width="${order === 2 ? 9 : 2.5}" stroke-linecap="round"/>`;
}

/** The fern. */
export function fern(seed) {
  const random = seeded(seed);
  let body = frond(random, 980, 2480, -Math.PI / 2 - 0.12, 2150, 0.34, 2);
  body += frond(random, 1040, 2500, -Math.PI / 2 + 0.62, 1150, 0.3, 2);
  for (const [x, y, turn] of [[960, 2200, -6], [1010, 1100, 4], [1360, 1960, 40]]) {
    body += `<rect x="${x - 80}" y="${y}" width="160" height="26" fill="#f7f3e4" stroke="#cfc6ac" stroke-width="2" transform="rotate(${turn} ${x} ${y})" opacity="0.92"/>`;
  }
  return mounted(body, "Filix imaginaria", ["Shady ravine below Hen Fell", "leg. A. Nobody, 14 June 1887", "Sheet 0042"]);
}

/** The flower head: seeds on the golden angle, ringed by petals. */
export function flower(seed) {
  const random = seeded(seed);
  const [cx, cy] = [1050, 1130];
  let body = `<path d="M1050 1400C1010 1800 1120 2100 1060 2600" fill="none" stroke="#6d7a3a" stroke-width="44" stroke-linecap="round"/>`;
  for (const [x, y, side] of [[1050, 1880, 1], [1075, 2120, -1]]) {
    body += `<path d="M${x} ${y}c${side * 160} -240 ${side * 420} -260 ${side * 560} -150c${side * -120} 180 ${side * -360} 230 ${side * -560} 150Z" fill="#7f9048" stroke="#4d5a28" stroke-width="5"/><path d="M${x} ${y}c${side * 180} -120 ${side * 360} -150 ${side * 540} -148" fill="none" stroke="#4d5a28" stroke-width="4"/>`;
  }
  for (let ring = 0; ring < 2; ring += 1) {
    for (let petal = 0; petal < 34; petal += 1) {
      const turn = (petal * 360) / 34 + ring * 5.3 + between(random, -2, 2);
      const long = between(random, 780, 880) - ring * 90;
      body += `<path transform="translate(${cx} ${cy}) rotate(${n(turn)})" d="M0 -380C90 -520 84 ${n(-long + 130)} 0 ${n(-long)}C-84 ${n(-long + 130)} -90 -520 0 -380Z" fill="${ring ? "#e9ae2c" : "#d8941e"}" stroke="#a86a12" stroke-width="3"/>`;
    }
  }
  body += `<circle cx="${cx}" cy="${cy}" r="470" fill="#3d2a17"/>`;
  for (let seedling = 0; seedling < 2600; seedling += 1) {
    const angle = seedling * 2.399963;
    const r = 9.1 * Math.sqrt(seedling);
    const warm = Math.round(60 + (r / 470) * 110);
    body += `<circle cx="${n(cx + Math.cos(angle) * r)}" cy="${n(cy + Math.sin(angle) * r)}" r="${n(3 + (r / 470) * 4.2)}" fill="rgb(${warm + 50},${warm},${Math.round(warm * 0.35)})" stroke="#2a1b0d" stroke-width="1.2"/>`;
  }
  return mounted(body, "Helianthus ignotus", ["Garden of the old customs house", "leg. A. Nobody, 2 August 1888", "Sheet 0107"]);
}
