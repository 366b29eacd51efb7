// A small PDF, written by hand: one page of text in a font that every reader has.

const A5 = { width: 420, height: 595 };

/** The text as PDF writes it: Latin letters, with brackets and backslashes escaped. */
const literal = (text) => `(${text.replace(/[\\()]/g, "\\$&")})`;

/** A page with a heading and lines below it. */
export function pdf(heading, lines) {
  const rows = lines.map((line) => `${literal(line)} Tj T*`).join("\n");
  const content = `BT /F1 22 Tf 40 520 Td ${literal(heading)} Tj ET\nBT /F2 12 Tf 18 TL 40 480 Td\n${rows}\nET`;
  const font = (name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${A5.width} ${A5.height}] /Contents 4 0 R ` +
      "/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
    `<< /Length ${Buffer.byteLength(content, "latin1")} >>\nstream\n${content}\nendstream`,
    font("Times-Bold"),
    font("Times-Roman"),
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.indexOf("xref\n0")}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
