// Random numbers as a function of where they are used: Philox4x32-10, a counter-based generator.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011). Test vectors: README.md.

/** What a random number is for; part of the key, so that two uses never share numbers. */
export const purpose = {
  initialise: 1,
  shuffle: 2,
  split: 3,
  digits: 4,
  testDigits: 5,
  check: 6,
  scribble: 7,
} as const;
export type Purpose = keyof typeof purpose;

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** The high 32 bits of the 64-bit product a·b, from 16-bit halves: every partial sum is less than 2³², so that whole numbers of 32 bits do. */
function highProduct(a: number, b: number): number {
  const a1 = a >>> 16;
  const a0 = a & 0xffff;
  const b1 = b >>> 16;
  const b0 = b & 0xffff;
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) >>> 0;
  const carried = (Math.imul(a0, b1) + (middle & 0xffff)) >>> 0;
  return (Math.imul(a1, b1) + (middle >>> 16) + (carried >>> 16)) >>> 0;
}

/** Ten rounds of Philox: four 32-bit words of `counter` under two of `key` give four random words in `out`. */
export function philox(counter: Uint32Array, key: readonly [number, number], out: Uint32Array): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(M0, c0);
    const low0 = Math.imul(M0, c0);
    const high1 = highProduct(M1, c2);
    const low1 = Math.imul(M1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** A sequence of random numbers. Two streams opened alike give the same numbers, whatever else was drawn. */
export interface RandomStream {
  /** A whole number 0 … 2³² − 1. */
  bits(): number;
  /** Uniform in [0, 1), a multiple of 2⁻³². */
  uniform(): number;
  /** A whole number 0 … n − 1, each equally likely; n is 1 … 2³². */
  below(n: number): number;
}

/** The stream of (seed, use, place): key = (seed, use), counter = (block, place…); place is at most three numbers. */
export function randomStream(seed: number, use: Purpose, ...place: readonly number[]): RandomStream {
  const counter = Uint32Array.of(0, place[0] ?? 0, place[1] ?? 0, place[2] ?? 0);
  const key = [seed >>> 0, purpose[use]] as const;
  const block = new Uint32Array(4);
  let used = 4;
  const bits = () => {
    if (used === 4) {
      philox(counter, key, block);
      counter[0]++;
      used = 0;
    }
    return block[used++];
  };
  return {
    bits,
    uniform: () => bits() / 4294967296,
    below: (n) => {
      const fair = 4294967296 - (4294967296 % n);
      let draw = bits();
      while (draw >= fair) draw = bits();
      return draw % n;
    },
  };
}

/** 0 … n − 1 in random order (Fisher and Yates); depends on the stream alone. */
export function permutation(n: number, stream: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}
