// The style of the page about one number: tokens of both themes, one column, data square and the rest quiet.
import { type Palette, palettes } from "../look/colours.ts";
import { both, mono, sans } from "./svg.ts";

const names = Object.keys(palettes.light) as (keyof Palette)[];
const tokens = names.map((name) => `--${name}:${both("both", (theme) => palettes[theme][name])}`).join(";");

/** CSS, ready to stand in a style element. */
export const pageStyle = `
:root{color-scheme:light dark;${tokens}}
*{box-sizing:border-box}
body{margin:0;background:var(--surface);color:var(--ink);font:14px/1.55 ${sans}}
main{max-width:800px;margin:0 auto;padding:32px 24px 64px}
code,h1,.full,.legends,table{font-family:${mono};font-variant-numeric:tabular-nums}
p,h1,ul{margin:0}
ul{padding:0;list-style:none}
.where{display:flex;flex-wrap:wrap;gap:4px 16px;justify-content:space-between;color:var(--inkSecond);overflow-wrap:anywhere}
.where code{padding:2px 8px;border-radius:4px;background:var(--sunken);color:var(--ink)}
.where span{color:var(--inkThird);font-size:12px}
h1{margin-top:12px;font-size:44px;font-weight:500;line-height:1.2;letter-spacing:-.02em;overflow-wrap:anywhere}
.full{color:var(--inkThird);font-size:13px}
.wide{overflow-x:auto}
.wide:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.formula{margin-top:16px;padding:12px 0}
.formula math{width:max-content;min-width:0;margin:0;font-size:17px}
mtd{padding:4px 6px}
.legends{display:flex;flex-wrap:wrap;gap:4px 24px;margin:12px 0 16px;color:var(--inkThird);font-size:11px}
.legends b{margin-right:4px;color:var(--inkSecond);font-weight:500}
.bar{display:inline-block;width:72px;height:8px;margin:0 4px;outline:1px solid var(--cellLine)}
.signed{background:linear-gradient(90deg in oklab,var(--negative),var(--zero),var(--positive))}
.positive{width:40px;background:linear-gradient(90deg in oklab,var(--zero),var(--positive))}
.pixel{width:40px;background:linear-gradient(90deg,#000,#fff)}
.bar.gradient{outline:1px dashed var(--dash)}
table{width:100%;border-collapse:collapse;font-size:13px;white-space:nowrap}
th,td{padding:2px 8px;text-align:left;font-weight:400}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{border-bottom:1px solid var(--line);color:var(--inkThird);font:400 12px/24px ${sans}}
.n{text-align:right}
thead th:first-child,tbody th{width:1%;padding-right:20px}
tbody th,tbody th a{color:var(--inkThird);text-decoration:none}
.live{height:34px}
.live .s{color:var(--inkSecond)}
.zero,.zero .s,.part{color:var(--inkThird)}
.part{font:400 12px/24px ${sans};vertical-align:bottom}
.f{width:1%}
.s,.v{display:inline-block}
.v{padding:0 7px;text-align:right}
.dot{margin-left:8px}
.cell{height:26px;border:1px solid var(--cellLine);line-height:24px;text-align:center}
.cell.gradient{border:1px dashed var(--dash)}
.winner .n{font-weight:600}
.wins{margin-left:8px;color:var(--inkSecond)}
tr:target{outline:2px solid var(--accent);outline-offset:-1px}
tfoot th,tfoot td{padding-top:8px;border-top:2px solid var(--ink);font-weight:600}
.notes{margin-top:12px;color:var(--inkSecond);overflow-wrap:anywhere}
.stamp{display:flex;gap:16px;margin-top:20px;padding:12px 16px;border:1px solid var(--line);border-radius:8px;color:var(--inkSecond);overflow-wrap:anywhere}
.stamp b,.stamp span{color:var(--ink)}
.stamp.open{border:2px solid var(--ink)}
@media (max-width:600px){main{padding:20px 16px 40px}h1{font-size:36px}table{font-size:12px}th,td{padding:2px 5px}thead th:first-child,tbody th{padding-right:8px}.formula math{font-size:14px}.f .s{display:block;width:auto!important;font-size:11px}.dot{margin-left:2px}.live,.zero{vertical-align:bottom}}
@media (forced-colors:active){.cell,.bar{forced-color-adjust:none}}
@media print{main{max-width:none;padding:0}.wide{overflow:visible}}
`.replace(/\n/g, "");
