export type Tier = 'Frequent Traveller' | 'Senator' | 'HON Circle';

/** A synthetic passenger; nobody of this name and number is meant. */
export type Passenger = {
  userId: string;
  /** The device that the app or the web page knows; only some have one. */
  anonymousId: string | null;
  firstName: string;
  lastName: string;
  name: string;
  email: string;
  /** E.164 */
  phone: string;
  language: string;
  zone: string;
  tier: Tier | null;
  loyaltyNumber: string | null;
  ticket: string;
  consents: { service: boolean; marketing: boolean; phone: boolean; email: boolean; sms: boolean };
  preferences: Record<string, string>;
};
