/**
 * exp, log and pow from the four operations alone (each correctly rounded by IEEE 754), after fdlibm
 * (Sun Microsystems, 1993): `Math.exp` and its kin may differ between engine versions, and a decision must be
 * the same byte for byte in all of them. Error below 1 ulp for exp and log.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** 2^k for k from -1074 to 1023, by exact doubling and halving. */
const powersOfTwo = ((): Float64Array => {
  const table = new Float64Array(2098);
  table[1074] = 1;
  for (let k = 1075; k < 2098; k++) table[k] = (table[k - 1] as number) * 2;
  for (let k = 1073; k >= 0; k--) table[k] = (table[k + 1] as number) / 2;
  return table;
})();

/** e to the power x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const k = Math.round(x * Math.LOG2E);
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
  // In two steps where 2^k itself would leave the range of doubles.
  if (k > 1023) return y * 2 * (powersOfTwo[k - 1 + 1074] as number);
  if (k < -1021) return y * (powersOfTwo[k + 1000 + 1074] as number) * (powersOfTwo[74] as number);
  return y * (powersOfTwo[k + 1074] as number);
}

/** The natural logarithm of x > 0; NaN below 0, -Infinity at 0. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  // x = 2^k * m with m in [sqrt(1/2), sqrt(2)), exactly.
  let k = 0;
  let m = x;
  while (m >= Math.SQRT2) {
    const step = m >= 4294967296 ? 32 : 1;
    m *= powersOfTwo[1074 - step] as number;
    k += step;
  }
  while (m < Math.SQRT1_2) {
    const step = m < 2.3283064365386963e-10 ? 32 : 1;
    m *= powersOfTwo[1074 + step] as number;
    k -= step;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + even + odd) + k * LN2_LOW) - f);
}

/** x to the power y, for x > 0, and for x = 0 with y >= 0. */
export function pow(x: number, y: number): number {
  if (y === 1) return x;
  if (y === 0) return 1;
  if (x === 0 || x === 1) return x;
  return exp(y * log(x));
}

/** 1 / (1 + e^-x), without overflow on either side. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

/** Puts the sigmoid of each value in its place. One loop for all: each call of a function returns its double in a new object. */
export function sigmoids(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = sigmoid(values[i] as number);
}

/** The inverse of sigmoid, for p in (0, 1). */
export function logit(p: number): number {
  return log(p / (1 - p));
}
