// exp, log and normal deviates from + − × ÷ and sqrt alone: the same bits in every JavaScript engine.
// Range reduction and polynomials after fdlibm (Sun Microsystems, 1993): e_exp.c and e_log.c; error below 1 unit in the last place.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const ONE_OVER_LN2 = 1.4426950408889634;

/** 2^k, exactly, for whole k in −1074 … 1023; products of exact squares. */
function powerOfTwo(k: number): number {
  let base = k < 0 ? 0.5 : 2;
  let power = 1;
  for (let left = k < 0 ? -k : k; left > 0; left >>>= 1) {
    if (left & 1) power *= base;
    base *= base;
  }
  return power;
}

/** e^x. x = k·ln 2 + r with |r| ≤ ½ ln 2; e^r = 1 + r + r·c/(2 − c); the result is scaled by 2^k. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = Math.round(x * ONE_OVER_LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  const half = Math.trunc(k / 2);
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

const SQRT2 = 1.4142135623730951;

/** ln x. x = 2^k·m with √½ < m ≤ √2; ln m = 2·atanh(s) with s = f/(2 + f), f = m − 1, as a polynomial in s². */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let m = x;
  while (m > 65536) [m, k] = [m / 65536, k + 16];
  while (m < 1 / 65536) [m, k] = [m * 65536, k - 16];
  while (m > SQRT2) [m, k] = [m / 2, k + 1];
  while (m <= SQRT2 / 2) [m, k] = [m * 2, k - 1];
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + odd + even) + k * LN2_LOW) - f);
}

/** A normal deviate, mean 0 and standard deviation 1 (Marsaglia's polar method; the second of each pair is not used). */
export function normal(uniform: () => number): number {
  for (;;) {
    const u = 2 * uniform() - 1;
    const v = 2 * uniform() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * log(s)) / s);
  }
}
