// A chart of a sky that nobody has seen: stars by brightness, invented constellations, a grid.
import { between, noise, pick, seeded } from "./random.mjs";
import { n, path, sheet, text } from "./svg.mjs";

const SIZE = 2800;
const GREEK = "αβγδεζηθικλμνξοπρστυφχψω";
const NAMES = ["Lanterna", "Anguilla", "Molinum", "Ancora", "Vulpes Minor", "Clavis", "Telum", "Corona Maris", "Noctua", "Navicula", "Pons", "Ericius"];

function galaxy(random) {
  const cloud = noise(411, 4);
  const stars = [];
  while (stars.length < 7000) {
    const [x, y] = [between(random, -1, 1), between(random, -1, 1)];
    if (Math.hypot(x, y) > 1) continue;
    const band = Math.exp(-(((y - x * 0.55 - 0.1) * 3.2) ** 2));
    if (random() > 0.16 + band * cloud(x * 4 + 9, y * 4 + 9) * 1.4) continue;
    stars.push([x, y, random() ** 7]);
  }
  return stars;
}

function grid(center, radius) {
  let body = "";
  for (let ring = 1; ring <= 6; ring += 1) body += `<circle cx="${center}" cy="${center}" r="${n((radius * ring) / 6)}"/>`;
  for (let hour = 0; hour < 24; hour += 1) {
    const angle = (hour * Math.PI) / 12;
    body += `<path d="${path([[center + Math.cos(angle) * radius * 0.06, center + Math.sin(angle) * radius * 0.06], [center + Math.cos(angle) * radius, center + Math.sin(angle) * radius]])}"/>`;
  }
  return `<g fill="none" stroke="#5f7fb8" stroke-width="1.5" opacity="0.6">${body}</g>`;
}

function rim(center, radius) {
  let body = `<circle cx="${center}" cy="${center}" r="${radius + 70}" fill="none" stroke="#d8bf7a" stroke-width="6"/>`;
  for (let degree = 0; degree < 360; degree += 1) {
    const angle = (degree * Math.PI) / 180;
    const from = radius + (degree % 15 === 0 ? 0 : degree % 5 === 0 ? 40 : 55);
    body += `<path d="${path([from, radius + 70].map((r) => [center + Math.cos(angle) * r, center + Math.sin(angle) * r]))}" stroke="#d8bf7a" stroke-width="2"/>`;
  }
  for (let hour = 0; hour < 24; hour += 1) {
    body += `<g transform="translate(${center} ${center}) rotate(${hour * 15 + 7.5})">${text(0, -radius - 12, 40, `${hour}ʰ`, `text-anchor="middle" fill="#d8bf7a"`)}</g>`;
  }
  return body;
}

function constellation(random, name, angle, reach, center, radius) {
  const [cx, cy] = [center + Math.cos(angle) * reach * radius, center + Math.sin(angle) * reach * radius];
  const points = [];
  let heading = random() * Math.PI * 2;
  let [x, y] = [cx, cy];
  for (let star = 0; star < 6 + Math.floor(random() * 4); star += 1) {
    points.push([x, y]);
    heading += between(random, -1.1, 1.1);
    const step = between(random, 60, 130);
    const next = [x + Math.cos(heading) * step, y + Math.sin(heading) * step];
    if (Math.hypot(next[0] - center, next[1] - center) > radius * 0.94) heading += Math.PI;
    [x, y] = [x + Math.cos(heading) * step, y + Math.sin(heading) * step];
  }
  const lines = path(points) + path([points[2], [points[2][0] + between(random, -120, 120), points[2][1] + 90]]);
  let body = `<path d="${lines}" fill="none" stroke="#8fb0e8" stroke-width="3" opacity="0.9"/>`;
  points.forEach(([px, py], index) => {
    body += `<circle cx="${n(px)}" cy="${n(py)}" r="${n(between(random, 6, 13))}" fill="${pick(random, ["#fff", "#ffe9c0", "#cfe0ff", "#ffd0b0"])}"/>`;
    body += text(px + 14, py - 12, 24, GREEK[index], `fill="#d8bf7a" font-style="italic"`);
  });
  return body + text(cx + 24, cy + 62, 38, name.toUpperCase(), `fill="#e8edf8" letter-spacing="8" opacity="0.85"`);
}

/** Draws the chart. */
export function stars(seed) {
  const random = seeded(seed);
  const [center, radius] = [SIZE / 2, SIZE / 2 - 190];
  let body = `<defs><radialGradient id="sky"><stop offset="0" stop-color="#1d3166"/><stop offset="1" stop-color="#081029"/></radialGradient></defs>
    <rect width="${SIZE}" height="${SIZE}" fill="#050916"/><circle cx="${center}" cy="${center}" r="${radius}" fill="url(#sky)"/>`;
  for (const [x, y, bright] of galaxy(random)) {
    const shade = bright > 0.4 ? "#ffffff" : pick(random, ["#c9d6f5", "#f5e6c9", "#aebfe8"]);
    body += `<circle cx="${n(center + x * radius)}" cy="${n(center + y * radius)}" r="${n(1 + bright * 8)}" fill="${shade}"/>`;
  }
  body += grid(center, radius) + rim(center, radius);
  NAMES.forEach((name, index) => {
    body += constellation(random, name, (index * Math.PI * 2) / NAMES.length + 0.3, index % 2 ? 0.72 : 0.4, center, radius);
  });
  body += text(SIZE / 2, SIZE - 34, 52, "HEMISPHÆRIUM IGNOTUM", `text-anchor="middle" fill="#d8bf7a" letter-spacing="16"`);
  return sheet(SIZE, SIZE, body);
}
