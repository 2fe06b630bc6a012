/**
 * Inverse-gap weighting with a floor (SquareCB) over the candidates with `isOpen` 1: writes their propensities
 * and 0 for all others. `best` is the first of the highest q, `n` the decisions with a customer label.
 */
export function writePropensities(
  q: Float64Array,
  isOpen: Uint8Array,
  best: number,
  n: number,
  c: number,
  floor: number,
  into: Float64Array,
): void {
  into.fill(0);
  let k = 0;
  for (let i = 0; i < isOpen.length; i++) k += isOpen[i] as number;
  if (k === 1) {
    into[best] = 1;
    return;
  }
  const gamma = c * Math.sqrt(k * n);
  const highest = q[best] as number;
  let rest = 0;
  for (let i = 0; i < isOpen.length; i++) {
    if (isOpen[i] === 0 || i === best) continue;
    const share = 1 / (k + gamma * (highest - (q[i] as number)));
    rest += share;
    into[i] = (1 - floor) * share + floor / k;
  }
  into[best] = (1 - floor) * (1 - rest) + floor / k;
}
