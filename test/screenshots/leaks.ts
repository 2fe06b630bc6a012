import type { Page } from '@playwright/test';

/**
 * What the machine and the toolkit word themselves, in the page's language: names of days, months and languages, what is
 * printed on keys, the parts of a date. What says that it is not to be translated is left out.
 */
const OF_THE_MACHINE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|English|German|Turkish|Chinese|Vietnamese|Yoruba|Polish|French|Italian|Spanish|Arabic|Esc|Alt|Enter|ENTER|Kairos|Dismiss|Empty|day|month|year|dd|mm|yyyy)$/u;

/**
 * Plain words that are seen or read aloud on the page and come neither from the catalogue, which is in disguise, nor
 * from what the replica has told. Empty is good.
 */
export async function leaks(page: Page): Promise<string[]> {
  const { texts, said } = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Text && !node.parentElement?.closest('[translate=no]')) found.push(node.data);
      if (!(node instanceof Element)) continue;
      for (const name of [
        'aria-label',
        'title',
        'placeholder',
        'alt',
        'aria-valuetext',
        'aria-roledescription',
      ])
        found.push(node.getAttribute(name) ?? '');
    }
    const { preview } = window as unknown as { preview: { said: () => string } };
    return { texts: found, said: preview.said() };
  });
  const told = said.toLowerCase();
  const words = texts.flatMap(
    (text) => text.match(/[A-Za-z][A-Za-z'’-]*[A-Za-z]/gu)?.map((word) => [word, text]) ?? [],
  );
  return [
    ...new Set(
      words
        .filter(([word = '']) => !OF_THE_MACHINE.test(word) && !told.includes(word.toLowerCase()))
        .map(([word, text]) => `${word}: ${text}`),
    ),
  ];
}
