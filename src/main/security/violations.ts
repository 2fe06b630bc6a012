import { z } from 'zod';
import { readBy } from '../../domain/read.ts';

z.config({ jitless: true });

/** More than these say nothing new. */
const MOST = 50;

const Violation = z.object({
  directive: z.string().max(100),
  blocked: z.string().max(2_000),
  source: z.string().max(2_000),
  line: z.number(),
});

/** Where it was, without what a query could name of a customer. */
const place = (url: string): string => url.split(/[?#]/u)[0] ?? '';

/** Takes what pages say of violations of the content security policy into the log (S23). */
export function violationLog(log: (line: string) => void): (input: unknown) => void {
  let told = 0;
  return (input) => {
    const read = readBy(Violation, input);
    if (!read.success || told >= MOST) return;
    told += 1;
    const { directive, blocked, source, line } = read.data;
    log(`csp: ${directive} blocked ${place(blocked)} at ${place(source)}:${line}`);
  };
}
