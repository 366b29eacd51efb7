// Seeded chance for the sample images: the same seed draws the same picture on every machine.

/** A generator of numbers in [0, 1) (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Smooth noise in [0, 1] over the plane: octaves of interpolated lattice values. */
export function noise(seed, octaves = 5) {
  const table = Array.from({ length: 65536 }, seeded(seed));
  const lattice = (x, y) => table[((x & 255) << 8) | (y & 255)];
  const smooth = (t) => t * t * (3 - 2 * t);
  const single = (x, y) => {
    const [ix, iy] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [smooth(x - ix), smooth(y - iy)];
    const top = lattice(ix, iy) * (1 - fx) + lattice(ix + 1, iy) * fx;
    const bottom = lattice(ix, iy + 1) * (1 - fx) + lattice(ix + 1, iy + 1) * fx;
    return top * (1 - fy) + bottom * fy;
  };
  return (x, y) => {
    let [sum, weight, frequency, total] = [0, 1, 1, 0];
    for (let octave = 0; octave < octaves; octave += 1) {
      sum += weight * single(x * frequency + octave * 17, y * frequency + octave * 31);
      total += weight;
      weight /= 2;
      frequency *= 2;
    }
    return sum / total;
  };
}

/** A number between two others. */
export const between = (random, low, high) => low + random() * (high - low);

/** One member of a list. */
export const pick = (random, list) => list[Math.floor(random() * list.length)];
