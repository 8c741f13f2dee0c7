// A plan as the TypeScript that makes the same network.
import type { Plan, PlanLayer } from "../../plan.ts";

export function typescriptOf({ input, nodes }: Plan): string {
  const used = [...new Set(nodes.map(({ op }) => op)), "sequential"].sort();
  const lines = [`[${input.join(", ")}]`, ...nodes.map(callOf)].map((line) => `  ${line},`);
  return [
    `import { ${used.join(", ")} } from "cutaway";`,
    "",
    "export const model = sequential(",
    ...lines,
    ");",
    "",
  ].join("\n");
}

function callOf({ op, options = {} }: PlanLayer): string {
  const given = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return given.length === 0 ? `${op}()` : `${op}({ ${given.join(", ")} })`;
}
