// Pictures in another size: averages over areas when a side shrinks, linear between pixels when it grows.
// All weights are whole numbers over a common denominator, so every sum is exact and one division rounds, the last.

/** Height and width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** One side, n pixels to m: output i is Σ_k weights[k] · input[first[i] + k − start[i]] / over, for k from start[i] to start[i+1]. */
interface Taps {
  readonly first: Uint32Array;
  readonly start: Uint32Array;
  readonly weights: readonly number[];
  readonly over: number;
}

/** Pixel j covers [j·m, (j+1)·m), output i covers [i·n, (i+1)·n): the weight is the length that they share, over n. */
function areaTaps(n: number, m: number): Taps {
  const first = new Uint32Array(m);
  const start = new Uint32Array(m + 1);
  const weights: number[] = [];
  for (let i = 0; i < m; i++) {
    first[i] = Math.floor((i * n) / m);
    for (let j = first[i]; j * m < (i + 1) * n; j++) {
      weights.push(Math.min((i + 1) * n, (j + 1) * m) - Math.max(i * n, j * m));
    }
    start[i + 1] = weights.length;
  }
  return { first, start, weights, over: n };
}

/** The middle of output i lies at (i + ½)·n/m − ½ = ((2i + 1)·n − m) / 2m pixels; beyond the outer pixels' middles it is theirs. */
function linearTaps(n: number, m: number): Taps {
  const over = 2 * m;
  const first = new Uint32Array(m);
  const start = new Uint32Array(m + 1);
  const weights: number[] = [];
  for (let i = 0; i < m; i++) {
    const place = Math.min((n - 1) * over, Math.max(0, (2 * i + 1) * n - m));
    first[i] = Math.floor(place / over);
    const part = place - first[i] * over;
    weights.push(over - part);
    if (part > 0) weights.push(part);
    start[i + 1] = weights.length;
  }
  return { first, start, weights, over };
}

/** Sums along the middle axis of an array [outer, n, inner]; the result, [outer, m, inner], is still to be divided by `over`. */
function along(source: Uint8Array | Float64Array, outer: number, n: number, inner: number, taps: Taps): Float64Array {
  const m = taps.first.length;
  const out = new Float64Array(outer * m * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < m; i++) {
      const to = (o * m + i) * inner;
      let from = (o * n + taps.first[i]) * inner;
      for (let k = taps.start[i]; k < taps.start[i + 1]; k++) {
        for (let c = 0; c < inner; c++) out[to + c] += taps.weights[k] * source[from + c];
        from += inner;
      }
    }
  }
  return out;
}

/**
 * Resamples bytes H×W×C to `to`, each side on its own, rows first. Shrinking n pixels to m gives
 * out[i] = (m/n)·Σ_j in[j]·|[j, j+1) ∩ [i·n/m, (i+1)·n/m)|; growing is linear between the middles of the pixels.
 * The same size gives the same numbers; one grey stays that grey. Not rounded. Exact for sides up to 2²² pixels.
 */
export function resample(pixels: Uint8Array, from: Size, channels: number, to: Size): Float64Array {
  const taps = (n: number, m: number) => (m <= n ? areaTaps(n, m) : linearTaps(n, m));
  const across = taps(from.width, to.width);
  const down = taps(from.height, to.height);
  const rows = along(pixels, from.height, from.width, channels, across);
  const out = along(rows, 1, from.height, to.width * channels, down);
  for (let i = 0; i < out.length; i++) out[i] /= across.over * down.over;
  return out;
}

/** Numbers 0 … 255 → bytes, halves upwards. */
export function toBytes(values: Float64Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.floor(value + 0.5));
}
