import type { Passenger } from './passenger.ts';

/** What a person of the stories lives through; the rest of the airport is chance. */
export type StoryRole =
  | 'cancelled'
  | 'connection'
  | 'seat wish'
  | 'bag missing'
  | 'passport'
  | 'family'
  | 'callback'
  | 'shared phone';

export type CastMember = Pick<
  Passenger,
  | 'firstName'
  | 'lastName'
  | 'name'
  | 'email'
  | 'phone'
  | 'language'
  | 'zone'
  | 'tier'
  | 'anonymousId'
  | 'consents'
> & { story: StoryRole; preferences?: Record<string, string> };

const ALL = { service: true, marketing: true, phone: true, email: true, sms: true };
const SERVICE = { service: true, marketing: false, phone: false, email: true, sms: false };
const CALLED = { service: true, marketing: false, phone: true, email: true, sms: false };

const yilmaz = (firstName: string) =>
  ({
    firstName,
    lastName: 'Yılmaz',
    name: `${firstName} Yılmaz`,
    email: 'familie.yilmaz@example.com',
    phone: '+4915123450117',
    language: 'tr',
    zone: 'Europe/Berlin',
    tier: null,
    anonymousId: null,
    consents: SERVICE,
    story: 'family',
  }) satisfies CastMember;

const byrne = (firstName: string, slug: string, story: StoryRole) =>
  ({
    firstName,
    lastName: 'Byrne',
    name: `${firstName} Byrne`,
    email: `${slug}.byrne@example.com`,
    phone: '+35316001217',
    language: 'en',
    zone: 'Europe/Dublin',
    tier: slug === 'daniel' ? 'Frequent Traveller' : null,
    anonymousId: null,
    consents: CALLED,
    story,
  }) satisfies CastMember;

/** The people of the stories, the most important first: a small airport has only the first ones. */
export const CAST: readonly CastMember[] = [
  {
    firstName: 'Anna',
    lastName: 'Weber',
    name: 'Anna Weber',
    email: 'anna.weber@example.com',
    phone: '+4915123456712',
    language: 'de',
    zone: 'Europe/Berlin',
    tier: 'Senator',
    anonymousId: 'app-0a11a3eb0001',
    consents: SERVICE,
    preferences: { seat: 'window' },
    story: 'cancelled',
  },
  {
    firstName: 'Chidi',
    lastName: 'Okafor',
    name: 'Chidi Okafor',
    email: 'chidi.okafor@example.com',
    phone: '+2348031234567',
    language: 'en',
    zone: 'Africa/Lagos',
    tier: 'Frequent Traveller',
    anonymousId: 'app-0a11a3eb0002',
    consents: CALLED,
    story: 'connection',
  },
  byrne('Daniel', 'daniel', 'shared phone'),
  byrne('Aoife', 'aoife', 'shared phone'),
  {
    firstName: 'Thị Hà',
    lastName: 'Nguyễn',
    name: 'Nguyễn Thị Hà',
    email: 'ha.nguyen@example.com',
    phone: '+84912345678',
    language: 'vi',
    zone: 'Asia/Ho_Chi_Minh',
    tier: null,
    anonymousId: 'app-0a11a3eb0003',
    consents: SERVICE,
    preferences: { seat: 'bassinet row' },
    story: 'seat wish',
  },
  {
    firstName: 'Łukasz',
    lastName: 'Ørsted',
    name: 'Łukasz Ørsted',
    email: 'lukasz.orsted@example.com',
    phone: '+48601234567',
    language: 'pl',
    zone: 'Europe/Warsaw',
    tier: null,
    anonymousId: 'app-0a11a3eb0004',
    consents: ALL,
    story: 'bag missing',
  },
  {
    firstName: '小明',
    lastName: '王',
    name: '王小明 Wang Xiaoming',
    email: 'wang.xiaoming@example.com',
    phone: '+8613812345678',
    language: 'zh',
    zone: 'Asia/Shanghai',
    tier: 'Senator',
    anonymousId: null,
    consents: SERVICE,
    story: 'passport',
  },
  yilmaz('Mehmet'),
  yilmaz('Elif'),
  yilmaz('Deniz'),
  yilmaz('Ece'),
  {
    firstName: 'Sofia',
    lastName: 'Rossi',
    name: 'Sofia Rossi',
    email: 'sofia.rossi@example.com',
    phone: '+393471234567',
    language: 'it',
    zone: 'Europe/Rome',
    tier: null,
    anonymousId: 'app-0a11a3eb0005',
    consents: CALLED,
    story: 'callback',
  },
];
