import { createTransport } from 'nodemailer';
import type { Attempt, LatencyClass } from '../rules.ts';
import { type Destination, type Outgoing, PLACES } from './destination.ts';

/** E-mail over SMTP. What is due together shares a connection; the Message-ID is the same in every attempt. */

export type SmtpOptions = {
  channel: string;
  /** `smtp://` (STARTTLS is insisted on but on this machine itself) or `smtps://`, with user and password. */
  url: string;
  from: string;
  class: LatencyClass;
};

const TIMEOUT_MS = 10_000;
const CONNECTIONS = 2;
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function smtp(options: SmtpOptions): Destination {
  const url = new URL(options.url);
  const secure = url.protocol === 'smtps:';
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !LOOPBACK.has(url.hostname),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Said per message, as the answer to its attempt.
  transport.on('error', () => undefined);
  const domain = /@([\w.-]+)/u.exec(options.from)?.[1] ?? 'kairos.invalid';
  return {
    channel: options.channel,
    kind: 'smtp',
    class: options.class,
    facts: ['email'],
    places: PLACES,
    async deliver(message) {
      try {
        await transport.sendMail(mailOf(message, options.from, domain));
        return { kind: 'delivered' };
      } catch (error) {
        return attemptOf(error);
      }
    },
    close: () => transport.close(),
  };
}

function mailOf(message: Outgoing, from: string, domain: string) {
  return {
    from,
    // As an object: a comma in the address does not make two of it.
    to: { name: '', address: String(message.customer['email']) },
    subject: message.subject,
    text: `${message.text}\n`,
    messageId: `<${message.id}@${domain}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': message.language,
      'X-Kairos-Decision': message.decision,
    },
  };
}

type SmtpError = { code?: unknown; responseCode?: unknown; command?: unknown };

/** 5xx to the message or its recipient is final; a refused login is the configuration's fault and can be mended. */
function attemptOf(error: unknown): Attempt {
  const { code, responseCode, command } = error as SmtpError;
  const said = typeof responseCode === 'number' ? responseCode : 0;
  const name = `SMTP ${said || String(code ?? 'failed')}`;
  const isFinal = said >= 500 && code !== 'EAUTH' && ['RCPT TO', 'DATA'].includes(String(command));
  if (isFinal || code === 'EENVELOPE') {
    return said >= 400 && said < 500
      ? { kind: 'again', error: name, unclear: false }
      : { kind: 'refused', error: name };
  }
  // Without an answer after the content was sent it may lie in the mailbox.
  return {
    kind: 'again',
    error: name,
    unclear: said === 0 && !['ECONNECTION', 'EDNS'].includes(String(code)),
  };
}
