/**
 * What the requirements promise in figures and no other benchmark measures (docs/requirements.md names the rows), over
 * real processes: the core behind its HTTP door and its socket, a real replica, a mail server and webhooks. The floor is
 * what is promised, but for A40, where it is the same beside a partner that is well.
 */
import { inFolder } from './folder.ts';
import { atTheDesk } from './promises-desk.ts';
import { partners, unasked } from './promises-sends.ts';
import { small } from './promises-small.ts';
import { readOptions, reporter } from './report.ts';

const options = readOptions(1);
const report = reporter('promises', options);
await inFolder(async (folder) => {
  await small(folder, options, report);
  await atTheDesk(folder, options.quick, report);
  await partners(folder, options.quick, report);
  await unasked(folder, options.quick, report);
});
