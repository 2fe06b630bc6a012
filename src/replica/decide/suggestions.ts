/** The decisions that are or were on screen, so that an answer can name them. */
import type { Language } from '../../domain/language.ts';
import type { Made } from './suggest.ts';

/** A card is answered while it is shown, in one of a few windows and some changes behind; each costs 15 KB and more. */
const REMEMBERED = 100;

export class Suggestions {
  language: Language = 'en';
  private readonly made = new Map<string, Made>();

  remember(made: Made): void {
    this.made.set(made.answer.id, made);
    if (this.made.size <= REMEMBERED) return;
    const [oldest] = this.made.keys();
    if (oldest !== undefined) this.made.delete(oldest);
  }

  /** An erasure. */
  forgetCustomers(profiles: readonly string[]): void {
    for (const [id, { profileId }] of this.made) if (profiles.includes(profileId)) this.made.delete(id);
  }

  find(id: string): Made | undefined {
    return this.made.get(id);
  }
}
