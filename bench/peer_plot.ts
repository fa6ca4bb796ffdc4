/**
 * The comparison as a picture (SVG): a line for each preset, a dot for each contender, its time
 * over the limit from left to right on a logarithmic axis. A hollow dot has an arrow to the right:
 * the contender was ended there and would have taken longer. A cross was wrong: it missed open
 * ports, or more than one verdict in a thousand was false.
 */
import type { PeerSummary, PresetFacts } from "./peer_summary.ts";

/** Measures of the picture, px. */
const WIDTH = 960;
const LEFT = 190;
const RIGHT = 30;
const TOP = 112;
const ROW = 36;
const BOTTOM = 52;
const DOT = 5;

/** From one contender to the next in a row: marks at the same place stay visible. */
const LANE = 3;

/** Share of false verdicts from which a result is marked as wrong. */
const WRONG = 1e-3;

/** Colours that people who see fewer of them can tell apart (Okabe and Ito 2008). */
const COLORS = ["#d55e00", "#0072b2", "#56b4e9", "#009e73", "#cc79a7", "#e69f00", "#777777"];

const FONT = 'font-family="system-ui, sans-serif"';

/** What is drawn, and what stands above it. */
export interface PeerPlot {
  summaries: readonly PeerSummary[];
  presets: readonly PresetFacts[];
  contenders: readonly string[];
  /** Machine, and versions. */
  captions: readonly string[];
}

/** Draws. */
export function plotPeers({ summaries, presets, contenders, captions }: PeerPlot): string {
  const drawn = summaries.filter(({ trials }) => trials > 0);
  const rows = presets.filter(({ name }) => drawn.some(({ preset }) => preset === name));
  const most = Math.max(10, ...drawn.map(({ timeOverLimit }) => timeOverLimit));
  const decades = Math.ceil(Math.log10(most));
  const bottom = TOP + rows.length * ROW;
  const height = bottom + BOTTOM;
  const x = (ratio: number): number => {
    const share = Math.max(0, Math.log10(ratio)) / decades;
    return round(LEFT + share * (WIDTH - LEFT - RIGHT));
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ${FONT}>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text("Time over the limit of the path", { x: 16, y: 26, size: 17 }),
    ...captions.map((words, at) =>
      text(words, { x: 16, y: 46 + 16 * at, size: 11, color: "#666" })
    ),
    legend(contenders),
    axis({ decades, bottom, x }),
    ...rows.map((preset, at) => {
      const some = drawn.filter((summary) => summary.preset === preset.name);
      return row(preset, { y: TOP + (at + 0.5) * ROW, summaries: some, contenders, x });
    }),
    "</svg>\n",
  ].join("\n");
}

/** Where the names of the colours stand. */
const LEGEND = 88;

/** The names of the colours. */
function legend(contenders: readonly string[]): string {
  const step = (WIDTH - 32) / Math.max(1, contenders.length);
  return contenders.map((name, at) => {
    const x = round(22 + at * step);
    return `<circle cx="${x}" cy="${LEGEND}" r="${DOT}" fill="${colorOf(at)}"/>` +
      text(name, { x: x + 10, y: LEGEND + 4, size: 12 });
  }).join("\n");
}

/** Vertical lines at the powers of ten. */
function axis(
  { decades, bottom, x }: { decades: number; bottom: number; x: (ratio: number) => number },
): string {
  const lines = Array.from({ length: decades + 1 }, (_, power) => {
    const at = x(10 ** power);
    return `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${bottom}" stroke="#ddd"/>` +
      text(`${10 ** power}`, { x: at, y: bottom + 18, size: 12, anchor: "middle" });
  });
  const words = "times the least time that any scanner could take (1: as fast as the path allows)";
  return lines.join("\n") + text(words, {
    x: (LEFT + WIDTH - RIGHT) / 2,
    y: bottom + 38,
    size: 12,
    anchor: "middle",
    color: "#666",
  });
}

/** One preset. */
function row(
  preset: PresetFacts,
  { y, summaries, contenders, x }: {
    y: number;
    summaries: readonly PeerSummary[];
    contenders: readonly string[];
    x: (ratio: number) => number;
  },
): string {
  const line = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="#eee"/>`;
  const label = text(preset.name, { x: LEFT - 12, y: y + 4, size: 13, anchor: "end" });
  // The first contender last, so that no other dot hides it.
  const dots = summaries.toReversed().map((summary) => {
    const place = contenders.indexOf(summary.contender);
    const lane = y + (place - (contenders.length - 1) / 2) * LANE;
    return mark(summary, { x: x(summary.timeOverLimit), y: lane, color: colorOf(place), preset });
  });
  return [line, label, ...dots].join("\n");
}

/** One contender at one preset. */
function mark(
  summary: PeerSummary,
  { x, y, color, preset }: { x: number; y: number; color: string; preset: PresetFacts },
): string {
  const { contender, isCapped, timeOverLimit, openFound } = summary;
  const missed = preset.open - openFound;
  const wrong = summary.wrongOpen + summary.wrongClosed + summary.wrongFiltered;
  const words = `${contender}: ${isCapped ? "more than " : ""}${timeOverLimit.toFixed(2)} × limit` +
    (missed > 0 ? `, ${missed} of ${preset.open} open ports missed` : "") +
    (wrong > 0 ? `, ${wrong} verdicts wrong` : "");
  const title = `<title>${escape(words)}</title>`;
  const stroke = `stroke="${color}" stroke-width="2"`;
  if (isCapped) {
    const arrow = `M ${x + DOT} ${y} h 10 m -4 -4 l 4 4 l -4 4`;
    return `<g fill="none" ${stroke}>${title}<circle cx="${x}" cy="${y}" r="${DOT}" ` +
      `fill="#fff"/><path d="${arrow}"/></g>`;
  }
  if (missed > 0 || wrong > WRONG * preset.pairs) {
    const cross = `M ${x - DOT} ${y - DOT} l 10 10 m 0 -10 l -10 10`;
    return `<path d="${cross}" fill="none" ${stroke}>${title}</path>`;
  }
  return `<circle cx="${x}" cy="${y}" r="${DOT}" fill="${color}">${title}</circle>`;
}

/** A piece of text. */
function text(
  words: string,
  { x, y, size, anchor = "start", color = "#222" }: {
    x: number;
    y: number;
    size: number;
    anchor?: string;
    color?: string;
  },
): string {
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${color}">` +
    `${escape(words)}</text>`;
}

/** The colour of a contender by its place. */
function colorOf(at: number): string {
  return COLORS[at % COLORS.length]!;
}

/** Text that is no markup. */
function escape(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A tenth of a pixel is enough. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
