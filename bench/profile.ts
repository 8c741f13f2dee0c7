// --profile: what each layer takes of a training step on one thread, and how far it is from the ceiling measured at the start.
import type { Case } from "./cases.ts";
import { measureCeiling } from "./ceiling.ts";
import { type ProfileEngine, profileEngine } from "./engine.ts";
import type { KernelTime } from "./kernel-times.ts";
import { grouped } from "./numbers.ts";
import { print, remark } from "./report.ts";
import { workloads } from "./workload.ts";

/** A kernel or a layer beside the whole step and the ceiling. */
export interface ProfileRow {
  readonly name: string;
  readonly way: string;
  readonly milliseconds: number;
  /** Of the step, 0…1. */
  readonly share: number;
  /** 0 where nothing is multiplied. */
  readonly gflops: number;
  /** GFLOP/s ÷ ceiling; above 1 where Winograd does with fewer multiplications. */
  readonly ofCeiling: number;
}

/** Profiles the training steps among the cases. */
export async function profile(
  cases: readonly Case[],
  exact: boolean,
  json: boolean,
  profileOf: ProfileEngine = profileEngine,
): Promise<void> {
  const ceiling = measureCeiling(exact);
  if (!ceiling) throw new Error("no WebAssembly with SIMD here: there is nothing to profile");
  const { set, gflops } = ceiling;
  print(
    json
      ? JSON.stringify({ instructionSet: set, ceilingGflops: gflops })
      : `ceiling of a core: ${gflops.toFixed(1)} GFLOP/s (${set})`,
  );
  const steps = cases.filter(({ mode }) => mode === "train");
  if (steps.length < cases.length) remark("only training steps are profiled");
  for (const { workload, mode, batch } of steps) {
    const kernels = await profileOf(exact, workloads[workload], batch);
    const rows = rowsOf(kernels, gflops);
    if (json)
      for (const { name, ...row } of rows) print(JSON.stringify({ workload, mode, batch, kernel: name, ...row }));
    else print(`\n${workload} ${mode} ${batch}, one thread\n${tableOf(kernels, gflops)}`);
  }
}

export function rowsOf(kernels: readonly KernelTime[], ceiling: number): ProfileRow[] {
  const whole = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return kernels.map(({ name, way, milliseconds, multiplyAdds }) => {
    const gflops = (2 * multiplyAdds) / milliseconds / 1e6;
    return { name, way, milliseconds, share: milliseconds / whole, gflops, ofCeiling: gflops / ceiling };
  });
}

/** Kernels of a layer added up: "conv1" for "conv1.forward" and "conv1.inputGradient". */
function layersOf(kernels: readonly KernelTime[]): KernelTime[] {
  const layers = grouped(kernels, ({ name }) => name.split(".")[0]);
  return [...layers].map(([name, own]) => ({
    name,
    way: [...new Set(own.map(({ way }) => way))].join(", "),
    milliseconds: own.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    multiplyAdds: own.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
  }));
}

/** Layers, each with its kernels below it, then the sum. */
export function tableOf(kernels: readonly KernelTime[], ceiling: number): string {
  const step = rowsOf(kernels, ceiling);
  const layers = rowsOf(layersOf(kernels), ceiling);
  const rows = layers.flatMap((layer) => {
    const own = step.filter(({ name }) => name.split(".")[0] === layer.name);
    return own.length === 1
      ? [cells(own[0], own[0].name)]
      : [
          cells({ ...layer, way: "" }, layer.name),
          ...own.map((row) => cells(row, `  ${row.name.slice(layer.name.length)}`)),
        ];
  });
  const milliseconds = kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0);
  const multiplyAdds = kernels.reduce((sum, kernel) => sum + kernel.multiplyAdds, 0);
  const [whole] = rowsOf([{ name: "step", way: "", milliseconds, multiplyAdds }], ceiling);
  return aligned([["kernel", "way", "ms", "share", "GFLOP/s", "of ceiling"], ...rows, cells(whole, "the step")]);
}

function cells({ way, milliseconds, share, gflops, ofCeiling }: ProfileRow, name: string): string[] {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const speed = gflops > 0 ? [gflops.toFixed(1), percent(ofCeiling)] : ["", ""];
  return [name, way, milliseconds.toFixed(4), percent(share), ...speed];
}

/** Words to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
