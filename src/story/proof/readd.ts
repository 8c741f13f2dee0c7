// Numbers re-added: cells drawn over all tensors and scopes, their terms added up anew and held against what is stored.
import { breathing, type Host } from "../../base/host.ts";
import { permutation, randomStream } from "../../base/random.ts";
import { cellAt, type Shape, sizeOf } from "../../base/shape.ts";
import { allPlaces, type Place, spelling } from "../../graph/places.ts";
import { type Account, totalAgain } from "../../trace/account.ts";
import { formatAddress, type Scope } from "../../trace/address.ts";
import { drawCells } from "../check.ts";
import type { Opened } from "../opened.ts";

/** A number that was re-added, and how far what is stored lies from what its terms give. */
export interface Distance {
  readonly address: string;
  /** Stored − re-added. */
  readonly residual: number;
  /** |residual| in float32 spacings at the number, as the account counts them. */
  readonly ulps: number;
  /** What rounding allows; 0 in float64. */
  readonly bound: number;
}

export interface Readded {
  /** Accounts re-added. */
  readonly numbers: number;
  readonly terms: number;
  /** Of the numbers: those whose terms give the stored bits. */
  readonly exact: number;
  /** The largest share of its bound. */
  readonly worst: Distance;
  /** One sentence each number that does not hold. */
  readonly wrong: readonly string[];
}

/** A tensor in one scope: forward values, gradients or the values after the step. */
interface Drawn {
  readonly place: Place;
  readonly scope: Scope;
}

/** Opens cells, adds their terms anew, and compares: the sum with the stored number, and every operand with what is stored at its address.
 * Leaves (pixels, parameters before the step) have no terms and are not drawn. */
export async function readd(
  opened: Opened,
  numbers: number | "all",
  seed: number,
  host: Host | undefined,
): Promise<Readded> {
  const breathe = breathing(host);
  const found = { numbers: 0, terms: 0, exact: 0, wrong: [] as string[] };
  let worst: Distance | undefined;
  for (const address of drawAddresses(opened, numbers, seed)) {
    const account = opened.at(address);
    const { distance, wrong } = holdAgainst(opened, account);
    found.numbers++;
    found.terms += account.terms.length;
    if (distance.residual === 0) found.exact++;
    if (wrong !== undefined) found.wrong.push(wrong);
    if (worst === undefined || strain(distance) > strain(worst)) worst = distance;
    const pause = breathe();
    if (pause) await pause;
  }
  return { ...found, worst: worst as Distance };
}

/** Which share of its bound a distance takes up; no number counts as the largest. */
function strain({ residual, bound }: Distance): number {
  if (residual === 0) return 0;
  return Number.isNaN(residual) ? Number.POSITIVE_INFINITY : Math.abs(residual) / bound;
}

function holdAgainst(opened: Opened, account: Account): { distance: Distance; wrong: string | undefined } {
  const { address, total, value, ulps, bound } = account;
  const again = totalAgain(account);
  const residual = value === again ? 0 : value - again;
  const within = Math.abs(residual) <= bound;
  const wrong = !within
    ? `${address} stores ${value}, its terms give ${again}`
    : again !== total
      ? `${address} states ${total}, its terms give ${again}`
      : opened.value(address) !== value
        ? `${address} states ${value}, stored is ${opened.value(address)}`
        : strangeOperand(opened, account);
  return { distance: { address, residual, ulps, bound }, wrong };
}

/** An operand that is not what is stored at its address. */
function strangeOperand(opened: Opened, { address, terms }: Account): string | undefined {
  for (const { factors } of terms) {
    for (const { address: from, value } of factors) {
      if (from === undefined) continue;
      const stored = opened.value(from);
      if (stored !== value) return `${address} takes ${value} from ${from}, which stores ${stored}`;
    }
  }
  return undefined;
}

/** Addresses of cells, drawn by seed: every layer first, then every tensor and scope, then evenly among them until there are enough. */
function drawAddresses(opened: Opened, numbers: number | "all", seed: number): string[] {
  const tensors = inTurns(opened, seed);
  const sizes = tensors.map(({ place }) => sizeOf(place.shape));
  const shares = numbers === "all" ? sizes : evenShares(sizes, numbers);
  return tensors.flatMap(({ place, scope }, index) =>
    shares[index] === 0
      ? []
      : [...drawCells(sizes[index], shares[index], seed, index, 1)].map((k) => addressOf(place, scope, k)),
  );
}

function addressOf(place: Place, scope: Scope, k: number): string {
  const shape: Shape = place.shape;
  return formatAddress({ scope, ...spelling(place), cell: cellAt(shape, k) });
}

/** All tensors and scopes that have terms: one of every layer, then the second of every layer, and so on. */
function inTurns({ network }: Opened, seed: number): Drawn[] {
  const layers = new Map<number, Drawn[]>();
  for (const place of allPlaces(network)) {
    const own = layers.get(place.node) ?? [];
    layers.set(place.node, own);
    const scopes = scopesOf(place, place.node < 0);
    own.push(...scopes.map((scope) => ({ place, scope })));
  }
  const shuffled = [...layers.values()].map((own, layer) =>
    [...permutation(own.length, randomStream(seed, "check", layer, 2))].map((k) => own[k]),
  );
  const most = Math.max(...shuffled.map((own) => own.length));
  return Array.from({ length: most }, (_, turn) => shuffled.flatMap((own) => own.slice(turn, turn + 1))).flat();
}

function scopesOf({ role }: Place, input: boolean): Scope[] {
  if (role !== "out") return [{ kind: "grad" }, { kind: "next" }];
  return input ? [{ kind: "grad" }] : [{ kind: "value" }, { kind: "grad" }];
}

/** One cell after the other to the tensors in turn, none more than it has. */
function evenShares(sizes: readonly number[], numbers: number): number[] {
  const shares = sizes.map(() => 0);
  let left = Math.min(
    numbers,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  while (left > 0) {
    for (const [index, size] of sizes.entries()) {
      if (left === 0 || shares[index] === size) continue;
      shares[index]++;
      left--;
    }
  }
  return shares;
}
