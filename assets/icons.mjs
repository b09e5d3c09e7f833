// Gathers the icons named below from bootstrap-icons into one sprite, static/img/icons.svg.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";

const NAMES = `
  arrow-left arrow-right box-arrow-right bar-chart calendar-event chat-left-text check-circle clock
  exclamation-circle eye file-earmark-text flag hourglass-split info-circle journal-check life-preserver
  list-check lock paperclip pencil people person printer qr-code question-circle search shield-check telephone
  translate x-lg
`.trim().split(/\s+/);

if (NAMES.length > 30) throw new Error(`${NAMES.length} icons: keep to 30`);

const symbols = NAMES.map((name) => {
  const svg = readFileSync(`node_modules/bootstrap-icons/icons/${name}.svg`, "utf8");
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s*\n\s*/g, "").trim();
  if (/<(?!path )[a-z]/.test(inner)) throw new Error(`${name} is drawn with more than paths`);
  return `<symbol id="${name}" viewBox="0 0 16 16">${inner}</symbol>`;
});

mkdirSync("../static/img", { recursive: true });
writeFileSync(
  "../static/img/icons.svg",
  `<!-- Bootstrap Icons 1.13.2, MIT License, (c) The Bootstrap Authors -->\n` +
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
