/**
 * Screen pop with the cable out: a real console whose replica holds all customers and whose core is not there. From the
 * last key of a scanner, of a telephone's program or of a person to the frame that shows the customer, or those who are
 * found. No floor: the targets are a person's (50 ms, 100 ms for a scan to the open customer).
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { encode } from 'bcbp';
import { people } from './asked.ts';
import { DATA_TIME } from './data.ts';
import type { Asked } from './floor/fts.ts';
import { inFolder } from './folder.ts';
import { FROM_KEY } from './from-key.ts';
import { ESCAPE, type Page } from './page.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { leaveReplica } from './station.ts';
import { quantile } from './stats.ts';
import { consoleProgram } from './windows.ts';

/** Nothing listens there: the console is offline. */
const NO_CORE = 'http://127.0.0.1:9';
const ASKED = 150;
const SETTLE_MS = 200;

/**
 * `pop.wait(selector, text)` answers the ms from the last key to the paint of the frame in which an element of this kind
 * has this text (any text where it is empty and something of it has changed); null where it does not come.
 */
const WATCH = `(() => {${FROM_KEY}
  window.pop = {
    wait: (selector, text) =>
      fromKey(() => [...document.querySelectorAll(selector)].some((one) => one.textContent.includes(text))),
  };
})()`;

const LATIN = /^[A-Za-z]{3,20}$/u;
/** The hundred American numbers that nobody has: synthetic customers share them. */
const FICTION = /55501\d\d$/u;

/** As it stands on the paper of today; the booking code finds it. */
function passOf({ first, last, booking }: Asked): string {
  return encode({
    data: {
      passengerName: `${last}/${first}`.toUpperCase().slice(0, 20),
      legs: [
        {
          ...{ operatingCarrierPNR: booking, departureAirport: 'FRA', arrivalAirport: 'JFK' },
          ...{ operatingCarrierDesignator: 'LH', flightNumber: '0400', flightDate: new Date(DATA_TIME) },
          ...{
            compartmentCode: 'Y',
            seatNumber: '014C',
            checkInSequenceNumber: '0025',
            passengerStatus: '1',
          },
        },
      ],
    },
  });
}

/** The fastest scanner that is a USB keyboard: one report each ms, two of them a character. */
const SCANNER_MS = 2;

/** Strikes the keys and answers ms to what they bring; null where it did not come. */
async function popped(page: Page, keys: string, selector: string, text: string): Promise<number | null> {
  const shown = page.evaluate<number | null>(
    `pop.wait(${JSON.stringify(selector)}, ${JSON.stringify(text)})`,
  );
  for (const key of keys) {
    void page.keys(key);
    await pause(SCANNER_MS);
  }
  return shown;
}

async function clear(page: Page): Promise<void> {
  for (let i = 0; i < 3; i++) await page.keys(ESCAPE);
  await pause(SETTLE_MS);
}

/** A person types slower than a scanner. */
async function typed(page: Page, text: string): Promise<void> {
  for (const letter of text) {
    await page.keys(letter);
    await pause(70);
  }
  await pause(SETTLE_MS);
}

const WAYS: { name: string; pop: (page: Page, one: Asked) => Promise<number | null> }[] = [
  {
    name: 'boarding pass scanned, to the customer painted',
    pop: (page, one) => popped(page, `${passOf(one)}\n`, 'h1', one.last),
  },
  {
    name: 'number of a call, struck by the program of the telephone, to the customer painted',
    pop: (page, one) => popped(page, `+${one.phone}\n`, 'h1', one.last),
  },
  {
    name: 'booking code entered, to the customer painted',
    pop: async (page, one) => {
      await typed(page, `/${one.booking}`);
      return popped(page, '\n', 'h1', one.last);
    },
  },
  {
    name: 'fifth letter of a name typed, to the list painted',
    pop: async (page, one) => {
      await typed(page, `/${one.last.slice(0, 4)}`);
      return popped(page, one.last.charAt(4), '.results-list', '');
    },
  },
];

async function run(folder: string, { profiles, rounds }: Options, report: Report): Promise<void> {
  note('filling the replica');
  const data = join(folder, 'console');
  leaveReplica(data, profiles);
  const asked = people(profiles, ASKED).filter(({ first, last }) => LATIN.test(first) && LATIN.test(last));
  const long = asked.filter(({ last, phone }) => last.length > 5 && !FICTION.test(phone));
  const console = consoleProgram(data, NO_CORE, 'bench');
  try {
    const page = await console.page();
    await pause(5_000);
    await page.evaluate(WATCH);
    for (const { name, pop } of WAYS) {
      const took: number[] = [];
      let lost = 0;
      for (const one of long.slice(0, 20 * rounds)) {
        const ms = await pop(page, one);
        if (ms === null) lost++;
        else took.push(ms);
        await clear(page);
      }
      if (lost > took.length / 10) throw new Error(`${name}: ${lost} of ${lost + took.length} did not come`);
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(took, share)) as [
        number,
        number,
        number,
      ];
      const size = `${profiles.toLocaleString('en')} profiles, no core`;
      report({ case: `${size}: ${name}`, n: took.length, value: p95, unit: 'ms (p95)', p50, p99 });
    }
  } finally {
    await console.end();
  }
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('pop', options)));
