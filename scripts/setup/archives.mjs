// Just enough of tar, zip and asar for the set-up; Node built-ins only.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { SetupError } from './base.mjs';

const text = (buffer, from, length) => buffer.toString('utf8', from, from + length).replace(/\0.*$/s, '');

/** Walks an uncompressed ustar archive; yields {name, mode, data} for each regular file. */
export function* tarFiles(tar) {
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(tar, at + 124, 12).trim() || '0', 8);
    const prefix = text(tar, at + 345, 155);
    const name = (prefix ? `${prefix}/` : '') + text(tar, at, 100);
    const type = String.fromCharCode(tar[at + 156]);
    if (type === '0' || type === '\0') {
      yield {
        name,
        mode: Number.parseInt(text(tar, at + 100, 8), 8),
        data: tar.subarray(at + 512, at + 512 + size),
      };
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

/** Walks a zip archive by its central directory (no zip64); yields entries whose data is read on demand. */
export function* zipEntries(zip) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== 0x06054b50) end -= 1;
  if (end < 0) throw new SetupError('the archive has no zip directory.');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const entry = {
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      packed: zip.readUInt32LE(at + 20),
      mode: zip.readUInt32LE(at + 38) >>> 16,
      local: zip.readUInt32LE(at + 42),
      name: zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)),
    };
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    yield { ...entry, read: () => zipData(zip, entry) };
  }
}

function zipData(zip, { name, method, crc, packed, local }) {
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const raw = zip.subarray(from, from + packed);
  const data = method === 0 ? raw : inflateRawSync(raw);
  if (checksum(data) !== crc) throw new SetupError(`the archive is damaged at ${name}.`);
  return data;
}

let table;
/** CRC-32; zlib has it since Node 20.15, the table serves runtimes without it. */
function checksum(data) {
  if (crc32) return crc32(data) >>> 0;
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  let c = 0xffffffff;
  for (const byte of data) c = table[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** Writes a file below `folder`; a name that would leave the folder is refused. */
export function writeInside(folder, name, data, mode) {
  const target = resolve(folder, name);
  if (!target.startsWith(resolve(folder) + sep))
    throw new SetupError(`the archive holds an unsafe path: ${name}`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, data, { mode: mode & 0o777 || 0o644 });
}

/** Writes an asar archive of flat `files` {name: text}, with the integrity data that Electron's readers expect. */
export function writeAsar(folder, name, files) {
  const header = { files: {} };
  const bodies = [];
  let offset = 0;
  for (const [file, content] of Object.entries(files)) {
    const body = Buffer.from(content);
    const hash = createHash('sha256').update(body).digest('hex');
    const integrity = { algorithm: 'SHA256', hash, blockSize: 4194304, blocks: [hash] };
    header.files[file] = { size: body.length, offset: String(offset), integrity };
    bodies.push(body);
    offset += body.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4)]);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(8 + padded.length, 4);
  head.writeUInt32LE(4 + padded.length, 8);
  head.writeUInt32LE(json.length, 12);
  writeFileSync(join(folder, name), Buffer.concat([head, padded, ...bodies]));
}
