/**
 * Languages of operators and guests, as ISO 639-1 names them. All that is said exists in each of them: the screen
 * (`src/renderer/i18n`), and what the catalogue suggests and sends.
 */
export const LANGUAGES = ['en', 'de', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a BCP 47 tag such as `es-MX` where it is one of ours; null where it is not, or nothing is known. */
export function languageOf(tag: string | null | undefined): Language | null {
  const spoken = tag?.toLowerCase().split(/[-_]/u)[0];
  return LANGUAGES.find((language) => language === spoken) ?? null;
}
