import type { Faker } from '@faker-js/faker';
import { faker as ar } from '@faker-js/faker/locale/ar';
import { faker as de } from '@faker-js/faker/locale/de';
import { faker as enGb } from '@faker-js/faker/locale/en_GB';
import { faker as enIn } from '@faker-js/faker/locale/en_IN';
import { faker as enUs } from '@faker-js/faker/locale/en_US';
import { faker as es } from '@faker-js/faker/locale/es';
import { faker as fr } from '@faker-js/faker/locale/fr';
import { faker as it } from '@faker-js/faker/locale/it';
import { faker as ja } from '@faker-js/faker/locale/ja';
import { faker as pl } from '@faker-js/faker/locale/pl';
import { faker as ptBr } from '@faker-js/faker/locale/pt_BR';
import { faker as tr } from '@faker-js/faker/locale/tr';
import { faker as vi } from '@faker-js/faker/locale/vi';
import { faker as zhCn } from '@faker-js/faker/locale/zh_CN';
import { CAST, type CastMember } from './cast.ts';
import type { Passenger, Tier } from './passenger.ts';
import type { Chance } from './random.ts';

/** Where a group of passengers comes from: `phone` is the start of a mobile number there, a # for each further digit. */
type Origin = {
  share: number;
  faker: Faker;
  language: string;
  zones: string[];
  phones: string[];
  familyFirst?: true;
};

const ORIGINS: readonly Origin[] = [
  {
    share: 32,
    faker: de,
    language: 'de',
    zones: ['Europe/Berlin'],
    phones: ['+49151########', '+49171#######'],
  },
  { share: 2, faker: de, language: 'de', zones: ['Europe/Vienna'], phones: ['+43664#######'] },
  { share: 8, faker: enGb, language: 'en', zones: ['Europe/London'], phones: ['+447400######'] },
  {
    share: 10,
    faker: enUs,
    language: 'en',
    zones: ['America/New_York', 'America/Chicago', 'America/Los_Angeles'],
    phones: ['+161755501##', '+121255501##', '+131255501##', '+141555501##'],
  },
  { share: 4, faker: enIn, language: 'en', zones: ['Asia/Kolkata'], phones: ['+9198########'] },
  { share: 8, faker: tr, language: 'tr', zones: ['Europe/Istanbul'], phones: ['+90532#######'] },
  { share: 7, faker: pl, language: 'pl', zones: ['Europe/Warsaw'], phones: ['+48601######'] },
  {
    share: 4,
    faker: vi,
    language: 'vi',
    zones: ['Asia/Ho_Chi_Minh'],
    phones: ['+8491#######'],
    familyFirst: true,
  },
  {
    share: 5,
    faker: zhCn,
    language: 'zh',
    zones: ['Asia/Shanghai'],
    phones: ['+86138########'],
    familyFirst: true,
  },
  {
    share: 2,
    faker: ja,
    language: 'ja',
    zones: ['Asia/Tokyo'],
    phones: ['+81901#######'],
    familyFirst: true,
  },
  { share: 4, faker: ar, language: 'ar', zones: ['Asia/Dubai'], phones: ['+97150#######'] },
  { share: 5, faker: es, language: 'es', zones: ['Europe/Madrid'], phones: ['+34612######'] },
  { share: 5, faker: fr, language: 'fr', zones: ['Europe/Paris'], phones: ['+33612######'] },
  { share: 3, faker: it, language: 'it', zones: ['Europe/Rome'], phones: ['+39347#######'] },
  { share: 1, faker: ptBr, language: 'pt', zones: ['America/Sao_Paulo'], phones: ['+55119########'] },
];

const SHARES = ORIGINS.flatMap((origin) => Array.from({ length: origin.share }, () => origin));
const DIGITS = '0123456789';
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Names from these scripts are written without a space, as their readers expect. */
const NO_SPACE = new Set(['zh', 'ja']);

function fullName(origin: Origin, first: string, last: string): string {
  const [one, two] = origin.familyFirst ? [last, first] : [first, last];
  return `${one}${NO_SPACE.has(origin.language) ? '' : ' '}${two}`;
}

/** The letters a-z of a name, none for scripts that are not Latin. */
function asciiSlug(name: string): string {
  return name
    .normalize('NFD')
    .replace(/ß/g, 'ss')
    .replace(/[łŁ]/g, 'l')
    .replace(/[đĐ]/g, 'd')
    .replace(/ı/g, 'i')
    .toLowerCase()
    .replace(/[^a-z]+/g, '');
}

function phoneOf(chance: Chance, pattern: string): string {
  return pattern.replace(/#/g, () => chance.code(1, DIGITS));
}

function preferencesOf(chance: Chance): Record<string, string> {
  const preferences: Record<string, string> = {};
  if (chance.once(0.45)) preferences.seat = chance.pick(['window', 'aisle', 'front', 'extra legroom']);
  if (chance.once(0.18))
    preferences.meal = chance.pick(['vegetarian', 'vegan', 'halal', 'kosher', 'gluten-free']);
  if (chance.once(0.04))
    preferences.assistance = chance.pick(['wheelchair to the gate', 'hearing', 'guide dog']);
  return preferences;
}

/** The part of a passenger that does not depend on his origin. */
function standing(index: number, chance: Chance) {
  const member = chance.once(0.42);
  const rank = chance.next();
  const tier: Tier | null = !member
    ? null
    : rank < 0.04
      ? 'HON Circle'
      : rank < 0.25
        ? 'Senator'
        : rank < 0.65
          ? 'Frequent Traveller'
          : null;
  return {
    userId: `K${String(1_000_001 + index)}`,
    anonymousId: chance.once(0.6) ? `app-${chance.code(12, '0123456789abcdef')}` : null,
    tier,
    loyaltyNumber: member ? `9920${String(10_000_000 + index * 7)}${chance.code(3, DIGITS)}` : null,
    consents: {
      service: true,
      marketing: chance.once(0.35),
      phone: chance.once(0.7),
      email: chance.once(0.85),
      sms: chance.once(0.55),
    },
    preferences: preferencesOf(chance),
  };
}

function ordinary(index: number, seed: number, chance: Chance, ticketOf: () => string): Passenger {
  const origin = chance.pick(SHARES);
  origin.faker.seed(((seed % 1_000_003) + 1) * 1_000_003 + index);
  const firstName = origin.faker.person.firstName();
  const lastName = origin.faker.person.lastName();
  const letters = [firstName, lastName].map(asciiSlug).filter((part) => part !== '');
  const mailbox = `${letters.join('.') || 'passenger'}${index}`;
  return {
    ...standing(index, chance),
    firstName,
    lastName,
    name: fullName(origin, firstName, lastName),
    email: `${mailbox}@${chance.pick(['example.com', 'example.org', 'example.net'])}`,
    phone: phoneOf(chance, chance.pick(origin.phones)),
    language: origin.language,
    zone: chance.pick(origin.zones),
    ticket: ticketOf(),
  };
}

function fromCast(member: CastMember, index: number, chance: Chance, ticketOf: () => string): Passenger {
  const { story: _story, ...person } = member;
  const base = standing(index, chance);
  return {
    ...base,
    ...person,
    loyaltyNumber: person.tier ? (base.loyaltyNumber ?? `9920${10_000_000 + index * 7}417`) : null,
    preferences: person.preferences ?? {},
    ticket: ticketOf(),
  };
}

/**
 * `count` passengers, first the people of the stories. A passenger is the same for the same seed whatever the time;
 * only the ticket belongs to the journey (`journey`: chance that also depends on now).
 */
export function passengers(count: number, seed: number, chance: Chance, journey: Chance): Passenger[] {
  const used = new Set<string>();
  const ticketOf = (): string => {
    for (;;) {
      const ticket = `220${journey.code(10, DIGITS)}`;
      if (!used.has(ticket)) {
        used.add(ticket);
        return ticket;
      }
    }
  };
  return Array.from({ length: count }, (_, index) => {
    const own = chance.fork(String(index));
    const member = CAST[index];
    return member ? fromCast(member, index, own, ticketOf) : ordinary(index, seed, own, ticketOf);
  });
}

/** A booking code that was not given out before: six characters, letters and digits, beginning with a letter. */
export function bookingCode(chance: Chance, used: Set<string>): string {
  for (;;) {
    const code = chance.code(1, CODE_LETTERS.slice(0, 24)) + chance.code(5, CODE_LETTERS);
    if (!used.has(code)) {
      used.add(code);
      return code;
    }
  }
}
