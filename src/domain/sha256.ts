/**
 * SHA-256 (FIPS 180-4) without a platform: the pure folders run in the core, the replica and the window and
 * may use neither node:crypto (not in the window) nor Web Crypto (asynchronous).
 */

/** The 32 bytes of SHA-256; text is hashed as UTF-8, a lone surrogate as U+FFFD (as every platform encoder does). */
export function sha256(data: string | Uint8Array): Uint8Array {
  const state = digest(data);
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = (state[i >> 2] as number) >>> (24 - 8 * (i & 3));
  return bytes;
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  const state = digest(data);
  let text = '';
  for (let i = 0; i < 8; i++) text += ((state[i] as number) >>> 0).toString(16).padStart(8, '0');
  return text;
}

/** The first 8 bytes of SHA-256, big-endian, as two unsigned 32 bit halves: enough for a uniform draw of 53 bits. */
export function sha256Head(data: string | Uint8Array): readonly [high: number, low: number] {
  const state = digest(data);
  return [(state[0] as number) >>> 0, (state[1] as number) >>> 0];
}

/** The bytes of a text in UTF-8; a lone surrogate becomes U+FFFD. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  return bytes.subarray(0, writeUtf8(text, bytes));
}

// biome-ignore format: eight to a line, as in FIPS 180-4 section 4.2.2
const roundConstants = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
// biome-ignore format: FIPS 180-4 section 5.3.3
const initialState = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

// Scratch space shared by all calls: nothing here is asynchronous or re-entrant.
const schedule = new Int32Array(64);
const state = new Int32Array(8);
let textBuffer = new Uint8Array(4096);
const tail = new Uint8Array(128);

function digest(data: string | Uint8Array): Int32Array {
  let bytes: Uint8Array;
  let length: number;
  if (typeof data === 'string') {
    if (textBuffer.length < data.length * 3) textBuffer = new Uint8Array(data.length * 4);
    bytes = textBuffer;
    length = writeUtf8(data, bytes);
  } else {
    bytes = data;
    length = data.length;
  }
  state.set(initialState);
  const whole = length - (length % 64);
  for (let at = 0; at < whole; at += 64) compress(bytes, at);
  finish(bytes, whole, length);
  return state;
}

/** Padding: a one bit, zeros, and the length in bits as 64 bits. */
function finish(bytes: Uint8Array, from: number, length: number): void {
  const rest = length - from;
  const size = rest < 56 ? 64 : 128;
  tail.fill(0);
  for (let i = 0; i < rest; i++) tail[i] = bytes[from + i] as number;
  tail[rest] = 0x80;
  const high = Math.floor(length / 0x20000000);
  const low = (length << 3) >>> 0;
  for (let i = 0; i < 4; i++) {
    tail[size - 8 + i] = high >>> (24 - 8 * i);
    tail[size - 4 + i] = low >>> (24 - 8 * i);
  }
  for (let at = 0; at < size; at += 64) compress(tail, at);
}

function compress(bytes: Uint8Array, at: number): void {
  const w = schedule;
  for (let i = 0, j = at; i < 16; i++, j += 4) {
    w[i] =
      ((bytes[j] as number) << 24) |
      ((bytes[j + 1] as number) << 16) |
      ((bytes[j + 2] as number) << 8) |
      (bytes[j + 3] as number);
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  // Eight rounds at a time: the names turn instead of the values, which saves six moves a round.
  for (let i = 0; i < 64; i += 8) {
    h = (h + sigma1(e) + (g ^ (e & (f ^ g))) + (roundConstants[i + 0] as number) + (w[i + 0] as number)) | 0;
    d = (d + h) | 0;
    h = (h + sigma0(a) + ((a & b) | (c & (a | b)))) | 0;
    g = (g + sigma1(d) + (f ^ (d & (e ^ f))) + (roundConstants[i + 1] as number) + (w[i + 1] as number)) | 0;
    c = (c + g) | 0;
    g = (g + sigma0(h) + ((h & a) | (b & (h | a)))) | 0;
    f = (f + sigma1(c) + (e ^ (c & (d ^ e))) + (roundConstants[i + 2] as number) + (w[i + 2] as number)) | 0;
    b = (b + f) | 0;
    f = (f + sigma0(g) + ((g & h) | (a & (g | h)))) | 0;
    e = (e + sigma1(b) + (d ^ (b & (c ^ d))) + (roundConstants[i + 3] as number) + (w[i + 3] as number)) | 0;
    a = (a + e) | 0;
    e = (e + sigma0(f) + ((f & g) | (h & (f | g)))) | 0;
    d = (d + sigma1(a) + (c ^ (a & (b ^ c))) + (roundConstants[i + 4] as number) + (w[i + 4] as number)) | 0;
    h = (h + d) | 0;
    d = (d + sigma0(e) + ((e & f) | (g & (e | f)))) | 0;
    c = (c + sigma1(h) + (b ^ (h & (a ^ b))) + (roundConstants[i + 5] as number) + (w[i + 5] as number)) | 0;
    g = (g + c) | 0;
    c = (c + sigma0(d) + ((d & e) | (f & (d | e)))) | 0;
    b = (b + sigma1(g) + (a ^ (g & (h ^ a))) + (roundConstants[i + 6] as number) + (w[i + 6] as number)) | 0;
    f = (f + b) | 0;
    b = (b + sigma0(c) + ((c & d) | (e & (c | d)))) | 0;
    a = (a + sigma1(f) + (h ^ (f & (g ^ h))) + (roundConstants[i + 7] as number) + (w[i + 7] as number)) | 0;
    e = (e + a) | 0;
    a = (a + sigma0(b) + ((b & c) | (d & (b | c)))) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

const sigma0 = (a: number): number =>
  ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
const sigma1 = (e: number): number =>
  ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));

function writeUtf8(text: string, bytes: Uint8Array): number {
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 63);
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = code < 0xdc00 ? text.charCodeAt(i + 1) : Number.NaN;
      if (next >= 0xdc00 && next <= 0xdfff) {
        i++;
        code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
        bytes[at++] = 0xf0 | (code >> 18);
        bytes[at++] = 0x80 | ((code >> 12) & 63);
        bytes[at++] = 0x80 | ((code >> 6) & 63);
        bytes[at++] = 0x80 | (code & 63);
        continue;
      }
      code = 0xfffd;
    }
    bytes[at++] = 0xe0 | (code >> 12);
    bytes[at++] = 0x80 | ((code >> 6) & 63);
    bytes[at++] = 0x80 | (code & 63);
  }
  return at;
}
