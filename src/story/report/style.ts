// The style sheet of the report: the grid of the data, type and space; colours come from the palettes, the reader's theme chooses.
import { type Palette, palettes } from "../look/colours.ts";

const names: Readonly<Record<string, keyof Palette>> = {
  surface: "surface",
  sunken: "sunken",
  line: "line",
  "ink-1": "ink",
  "ink-2": "inkSecond",
  "ink-3": "inkThird",
  "cell-line": "cellLine",
  dash: "dash",
  accent: "accent",
};

const variables = (palette: Palette) =>
  Object.entries(names)
    .map(([name, key]) => `--${name}:${palette[key]}`)
    .join(";");

const base = `
*,*::before,*::after{box-sizing:border-box;margin:0}
html{-webkit-text-size-adjust:100%;color-scheme:light dark;scroll-padding-top:24px}
body{font:400 15px/1.6 var(--sans);color:var(--ink-1);background:var(--surface);-webkit-font-smoothing:antialiased;max-width:1280px;margin:0 auto;padding:0 16px 96px}
h1,h2,h3,p,dt,dd,.classes th,.map figcaption{overflow-wrap:anywhere}
h1,h2,h3{font-weight:600;line-height:1.2;letter-spacing:-.02em;text-wrap:balance}
h1{font-size:24px}
h2{font-size:20px;margin-bottom:16px}
h3{font-size:16px;letter-spacing:-.01em;margin-bottom:4px;overflow-wrap:anywhere}
h3 small{font:400 13px/20px var(--mono);letter-spacing:0;color:var(--ink-3);margin-left:4px}
p{max-width:68ch;color:var(--ink-2);text-wrap:pretty}
p b,p .num{color:var(--ink-1)}
a{color:inherit}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,.num,.facts,.range,.legend,dd{font-family:var(--mono);font-variant-numeric:tabular-nums}
code,.num{font-size:.93em}
p code{overflow-wrap:anywhere}
.num{white-space:nowrap}
.num i{font-style:normal;color:var(--ink-3);margin-right:.3em}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:16px;top:-60px;background:var(--surface);padding:8px 12px}
.skip:focus{top:8px;z-index:1}
`;

const frame = `
nav{padding:32px 0 0}
nav ol{list-style:none;padding:0;font-size:13px;line-height:20px;columns:2;column-gap:24px}
nav li{break-inside:avoid}
nav a{display:block;padding:6px 0;color:var(--ink-2);text-decoration:none}
nav a:hover{color:var(--ink-1);text-decoration:underline}
.head{padding-top:32px}
.eyebrow{font-size:12px;line-height:16px;font-weight:500;color:var(--ink-3);margin-bottom:8px}
main{min-width:0}
main>section{border-top:1px solid var(--line);margin-top:56px;padding-top:32px}
.layer,.weight{margin-top:48px}
main>section{container-type:inline-size}
.parts{display:flex;flex-wrap:wrap;gap:32px 56px;align-items:flex-start;margin-top:16px}
section>h3:not(:first-child){margin-top:32px}
.keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(148px,1fr));gap:16px 24px;margin-top:24px}
.keys dt{font-size:13px;line-height:18px;color:var(--ink-2)}
.keys dd{margin:0;font-size:24px;line-height:32px;letter-spacing:-.03em}
.keys dd .num{font-size:1em}.keys .num i{font-size:.75em}
.pairs{margin-top:16px;font-size:13px;line-height:20px;max-width:640px}
.pairs div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 24px;padding:4px 0}
.pairs dt{color:var(--ink-2)}
.pairs dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;max-width:100%}
.scroll:focus-visible{outline-offset:-2px}
@media(min-width:1080px){
body{display:grid;grid-template-columns:208px minmax(0,1fr);gap:0 56px;padding:0 40px 128px}
nav{position:sticky;top:0;align-self:start;grid-area:1/1/3/2;padding-top:48px}
nav ol{columns:1}
.head{padding-top:48px;grid-column:2}
main{grid-column:2}
h1{font-size:32px}
.keys dd{font-size:32px;line-height:40px}
}
`;

const tables = `
table{border-collapse:collapse}
th{font-weight:500;text-align:left}
.facts-table{margin-top:16px;font-size:13px;line-height:20px}
.facts-table th,.facts-table td{padding:6px 24px 6px 0;white-space:nowrap;text-align:right;font-family:var(--mono);font-weight:400;font-variant-numeric:tabular-nums}
.facts-table th:last-child,.facts-table td:last-child{padding-right:0}
.facts-table thead th{font:500 12px/16px var(--sans);color:var(--ink-3);border-bottom:1px solid var(--line)}
.facts-table th:first-child,.facts-table .words{text-align:left}
.facts-table td.words{font-family:var(--sans);color:var(--ink-2);white-space:normal}
.parts>.scroll{flex:1 1 340px;min-width:0}.parts .facts-table{margin-top:-4px;width:100%}.parts .facts-table th,.parts .facts-table td{padding-right:16px}
.facts-table .num,.losses .num{font-size:1em}
.classes{margin-top:16px;width:100%;max-width:720px;font-size:14px;line-height:20px}
.classes th,.classes td{padding:3px 0;height:34px}
.classes thead th{font:500 12px/16px var(--sans);color:var(--ink-3);border-bottom:1px solid var(--line);text-align:center}
.classes thead th:first-child,.classes thead .share{text-align:left}
.classes thead small{font:400 11px/16px var(--mono);margin-left:4px}
.classes tbody th{padding:0 12px}
.classes th small{font-weight:400;font-size:12px;color:var(--ink-2);margin-left:6px;white-space:nowrap}
.classes td{width:84px;text-align:center}
.classes td .c{width:72px;height:28px;margin:0 auto}
.classes .share{width:36%;padding-left:16px;padding-right:12px}
.classes .share i{display:block;height:8px;background:var(--ink-2);min-width:1px}
.classes .held th,.classes .held td{box-shadow:inset 0 2px var(--accent),inset 0 -2px var(--accent)}
.classes .held th:first-child{box-shadow:inset 2px 2px var(--accent),inset 0 -2px var(--accent)}
.classes .held td:last-child{box-shadow:inset -2px 2px var(--accent),inset 0 -2px var(--accent)}
.losses{margin:16px 0;font-size:14px;line-height:20px}
.losses th{font-weight:400;color:var(--ink-2);padding:6px 32px 6px 0}
.losses td{text-align:right;font-family:var(--mono)}
.losses tr:last-child>*{border-top:1px solid var(--ink-1);color:var(--ink-1);font-weight:500}
@media(max-width:520px){
.parts .facts-table .words{display:none}
.classes th small{display:block;margin-left:0;white-space:normal}
.classes td{width:64px}.classes td .c{width:60px}
.classes tbody th{padding:0 8px}
.classes .share{display:none}
.classes thead th{overflow-wrap:normal}
.classes .held td:nth-last-child(2){box-shadow:inset -2px 2px var(--accent),inset 0 -2px var(--accent)}
}
@media(max-width:380px){.classes td{width:50px}.classes td .c{width:46px;font-size:11px}}
`;

const data = `
.tensor{min-width:min(100%,200px);max-width:100%}
.tensor:not(.small):has(.maps>:nth-child(2)){width:100%}
.tensor>figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 20px;font-size:13px;line-height:20px;margin-bottom:12px}
.small>figcaption{contain:inline-size}
.tensor>figcaption b{font:500 13px/20px var(--mono);overflow-wrap:anywhere}
.facts{font-size:12px;line-height:20px;color:var(--ink-3)}
b+.facts{margin-left:4px}
.tag{margin-right:8px;font:500 12px/16px var(--mono);border:1px dashed var(--dash);padding:0 4px;text-decoration:none}
.legend{display:inline-flex;align-items:center;gap:8px;font-size:11px;line-height:20px;color:var(--ink-3);white-space:nowrap}
.legend sup,.classes sup{font-size:.85em;line-height:0}
.legend i{width:44px;height:8px;background:var(--l);box-shadow:0 0 0 1px var(--cell-line)}
.legend i.signed{width:84px}
.legends{display:flex;flex-wrap:wrap;gap:4px 24px;margin-top:16px;font-size:12px;color:var(--ink-2)}
.legends>span{display:flex;gap:8px;align-items:center}.legends b{font-weight:500}
.planes{display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start}
.maps{display:grid;grid-template-columns:repeat(auto-fill,min(100%,var(--col)));gap:20px 8px}
.maps:has(.pieces){column-gap:20px}
.plane{max-width:100%}
.plane>figcaption,.map figcaption{font-size:12px;line-height:18px;color:var(--ink-2)}
.plane>figcaption{padding-left:24px;margin-bottom:2px}
.cells{--cell:min(var(--pitch),calc((100cqi - 24px)/var(--n)));table-layout:fixed;width:calc(var(--n)*var(--cell) + 24px)}
.cells th,.cells thead td{font:400 11px/1 var(--mono);color:var(--ink-3);text-align:center;padding:0;height:20px}
.cells thead td,.cells tbody th{width:24px}
.cells thead th{width:var(--cell)}
.cells td.c{height:var(--cell);padding:0}
.c{background:var(--l);color:#000;text-align:center;vertical-align:middle;font:500 12px/1 var(--mono);font-variant-numeric:tabular-nums;letter-spacing:-.02em;white-space:nowrap;box-shadow:inset -1px -1px 0 var(--cell-line)}
span.c{display:flex;align-items:center;justify-content:center}
.c.lw{color:#fff}
.c.g{box-shadow:inset -1px -1px 0 var(--cell-line),inset 0 0 0 3px var(--surface);outline:1px dashed var(--dash);outline-offset:-4px}
.c.g.z{outline:0}
.cells .c,.list .c{font-size:min(12px,calc((var(--cell) - 6px)/var(--letters)/.6))}
.cells .g,.list .g{font-size:min(12px,calc((var(--cell) - 11px)/var(--letters)/.6))}
@container(max-width:420px){.planes{gap:20px 12px}.few{--cell:min(var(--pitch),calc((50cqi - 30px)/var(--n)))}}
@container(max-width:560px){.wide .c{font-size:0}}
@container(max-width:320px){.broad .c{font-size:0}}
@media(hover:hover){.c:hover::after{content:attr(data-addr) " = " attr(data-value);position:fixed;left:0;bottom:0;z-index:2;padding:6px 12px;background:var(--ink-1);color:var(--surface);font:400 12px/20px var(--mono);letter-spacing:0}}
.list{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 0}
.list{--cell:var(--pitch)}.list li{width:var(--pitch)}
.list small{display:block;font:400 11px/16px var(--mono);color:var(--ink-3);text-align:center}
.list .c{height:var(--pitch)}
.map{max-width:100%;width:var(--w)}
.map img{display:block;width:100%;height:auto;image-rendering:pixelated}
.map .frame{display:block;position:relative;box-shadow:0 0 0 1px var(--cell-line)}
.map.g .frame{outline:1px dashed var(--dash);outline-offset:2px;box-shadow:none}
.pieces .frame::after{content:"";position:absolute;inset:0;background:linear-gradient(90deg,var(--surface) 2px,transparent 0) -1px 0/calc(100%/var(--pieces)) 100%}
.map figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 8px;margin-top:4px}
.map:not(.pieces) figcaption{display:block;min-width:106px}.map:not(.pieces) figcaption span{display:block}.map:not(.pieces) .range{white-space:normal}
.range{font-size:11px;color:var(--ink-3);white-space:nowrap}
.attention{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,264px),1fr));gap:32px 40px;margin-top:24px}
.attention section{min-width:0;display:grid;grid-row:span 6;grid-template-rows:subgrid;gap:0;align-content:start}
.attention p{font-size:14px}
.attention .planes{margin:16px 0 8px;container-type:inline-size}
.attention .under{font-size:12px;margin-top:4px}.under .legend{display:flex}
.attention code{display:block;margin-top:12px;line-height:20px;color:var(--ink-1)}
`;

const sums = `
.sums{display:flex;flex-wrap:wrap;gap:0 56px}
.sum{margin-top:12px;padding:4px 0 4px 16px;border-left:2px solid var(--line);min-width:0;max-width:100%}
.sum math{font-size:16px;line-height:1.5;display:block;width:max-content;padding:4px 16px 4px 0;text-align:left}
.stamp{font-size:12px;line-height:20px;color:var(--ink-3);margin-top:4px;max-width:none}
.stamp code{color:var(--ink-2)}
.weight h3 code{font-weight:500;font-size:14px}
.proof{display:grid;grid-template-columns:20px minmax(0,1fr);gap:0 10px;padding:14px 16px;border:1px solid var(--line);border-radius:8px;max-width:800px;font-size:13px;line-height:20px}
.proof p{max-width:none;overflow-wrap:anywhere}
.proof b{font-weight:600}
.proof.wrong{border:2px solid var(--ink-1)}
.proof+.stamp{margin-top:8px}
.glyph{font-family:var(--mono)}
`;

const themes = `
:root{--sans:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;${variables(palettes.light)}}
@media(prefers-color-scheme:dark){
:root{${variables(palettes.dark)}}
.c,.legend i{background:var(--d)!important}
.c,.c.lw{color:#000}.c.dw{color:#fff}
}
@media print{nav,.skip{display:none}body{display:block}.tensor,.weight,.sum,tr{break-inside:avoid}.scroll{overflow:visible}}
@media(forced-colors:active){.c,.legend i,.map img{forced-color-adjust:none}}
`;

/** The whole sheet, without what only the source needs. */
export const reportStyle = [base, frame, tables, data, sums, themes].join("").replaceAll("\n", "");
