// A small writer of line charts as SVG: panels side by side, lines labelled at their ends, no legend to look up.

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A line to compare with: dashed and grey. */
  readonly ideal?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Axes on which equal distances are equal factors. */
  readonly logarithmic: "both" | "x" | "none";
  readonly series: readonly Series[];
}

const size = { width: 368, height: 300, left: 68, right: 78, top: 44, bottom: 46 };
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9"];
const grey = "#767676";
/** Room for a line's label. */
const LINE = 13;

/** The panels from left to right as one picture. */
export function chart(panels: readonly Panel[]): string {
  const [width, height] = [panels.length * size.width, size.height];
  const drawn = panels.map((panel, k) => `<g transform="translate(${k * size.width} 0)">\n${draw(panel)}\n</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>${panels.map(({ title }) => title).join("; ")}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${drawn.join("\n")}
</svg>
`;
}

type Scale = (value: number) => number;

function draw({ title, x, y, series, logarithmic }: Panel): string {
  const points = series.flatMap((each) => each.points);
  const columns = [...new Set(points.map(([at]) => at))].sort((a, b) => a - b);
  const heights = points.map(([, value]) => value);
  const ticks =
    logarithmic === "both" ? factors(Math.min(...heights), Math.max(...heights)) : steps(Math.max(...heights));
  const [right, bottom] = [size.width - size.right, size.height - size.bottom];
  const across = scale([columns[0], columns[columns.length - 1]], [size.left, right], logarithmic !== "none");
  const up = scale([ticks[0], ticks[ticks.length - 1]], [bottom, size.top], logarithmic === "both");
  return [
    text(size.left, 18, title, 'font-weight="600" font-size="12"'),
    text(size.left, 33, y, `fill="${grey}"`),
    ...ticks.map((tick) => gridLine(up(tick), tick, right)),
    ...columns.map((column) => text(across(column), bottom + 16, shown(column), 'text-anchor="middle"')),
    text((size.left + right) / 2, bottom + 34, x, `text-anchor="middle" fill="${grey}"`),
    ...lines(series, across, up, right),
  ].join("\n");
}

function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number], log: boolean): Scale {
  const level = (value: number) => (log ? Math.log(value) : value);
  const span = level(to) - level(from);
  return (value) => start + (span === 0 ? 0.5 : (level(value) - level(from)) / span) * (end - start);
}

/** 0 and up in round steps, four to eight of them. */
function steps(most: number): number[] {
  const rough = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * rough).find((each) => most / each <= 8) as number;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, k) => k * step);
}

/** Powers of ten around the numbers. */
function factors(least: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, k) => 10 ** (first + k));
}

function gridLine(height: number, tick: number, right: number): string {
  const line = `<path d="M${size.left} ${round(height)}H${right}" stroke="#e4e4e4"/>`;
  return `${line}${text(size.left - 6, height + 4, shown(tick), 'text-anchor="end"')}`;
}

/** Every line with its name at its right end; names that would meet move down. */
function lines(series: readonly Series[], across: Scale, up: Scale, right: number): string[] {
  const ends = series.map(({ points }, k) => ({ k, at: up(points[points.length - 1][1]) }));
  let lowest = Number.NEGATIVE_INFINITY;
  const labels = new Map<number, number>();
  for (const { k, at } of ends.toSorted((a, b) => a.at - b.at)) {
    lowest = Math.max(at, lowest + LINE);
    labels.set(k, lowest);
  }
  return series.map(({ name, points, ideal }, k) => {
    const colour = ideal ? grey : colours[k % colours.length];
    const places = points.map(([x, y]) => [round(across(x)), round(up(y))]);
    const line = `<path d="M${places.map((place) => place.join(" ")).join("L")}" fill="none" stroke="${colour}" stroke-width="${ideal ? 1 : 1.8}"${ideal ? ' stroke-dasharray="4 3"' : ""}/>`;
    const dots = ideal ? "" : places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="2.4" fill="${colour}"/>`).join("");
    return `${line}${dots}${text(right + 7, (labels.get(k) as number) + 4, name, `fill="${colour}"`)}`;
  });
}

const round = (value: number) => Math.round(value * 10) / 10;

/** 2000 as 2,000; fractions with the digits that count. */
const shown = (value: number) => (value >= 1000 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(3))));

function text(x: number, y: number, content: string, attributes: string): string {
  const safe = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${safe}</text>`;
}
