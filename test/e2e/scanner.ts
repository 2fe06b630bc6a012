import type { Page } from '@playwright/test';

/** As a scanner types: keys without a pause, each on its way before the one before has been answered. */
export async function scanInto(page: Page, text: string): Promise<void> {
  const keyboard = await page.context().newCDPSession(page);
  const struck = [...text].flatMap((letter) => {
    const enter = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 };
    const key = letter === '\n' ? enter : { key: letter, text: letter };
    return (['keyDown', 'keyUp'] as const).map((type) =>
      keyboard.send('Input.dispatchKeyEvent', { type, ...key }),
    );
  });
  await Promise.all(struck);
  await keyboard.detach();
}
