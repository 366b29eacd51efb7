// A melody as a sound file: sine tones with a soft end, 16 bits, one channel.

const RATE = 22050;
const BEAT = 0.32;

/** Half tones above the A of 440 Hz, and beats: what the band of Aldera plays. */
const ANTHEM = [
  [-9, 1], [-5, 1], [-2, 1], [3, 2], [0, 1], [-2, 2], [-4, 1], [-2, 1], [0, 1], [-5, 3],
  [-9, 1], [-5, 1], [-2, 1], [3, 2], [5, 1], [7, 2], [3, 1], [0, 1], [-2, 1], [3, 4],
];

function tone(halfTones, beats) {
  const frequency = 440 * 2 ** (halfTones / 12);
  const length = Math.round(beats * BEAT * RATE);
  return Array.from({ length }, (_, index) => {
    const time = index / RATE;
    const wave = (part) => Math.sin(2 * Math.PI * frequency * part * time) / part ** 2;
    const loudness = Math.min(1, index / 300, (length - index) / 900) * Math.exp(-time * 1.4);
    return Math.round(11000 * loudness * (wave(1) + wave(2) + wave(3)));
  });
}

/** The file. */
export function anthem() {
  const samples = ANTHEM.flatMap(([halfTones, beats]) => tone(halfTones, beats));
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => file.writeInt16LE(sample, 44 + index * 2));
  return file;
}
