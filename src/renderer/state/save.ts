import { moment } from './moment.ts';

/** Asks where to and writes there; what came of it is said. */
export async function saveAs(name: string, text: string): Promise<void> {
  const saved = await window.shell.saveFile({ name, text });
  if (saved === 'saved') moment.toast('done', 'toast.saved');
  if (saved === 'failed') moment.toast('critical', 'toast.notSaved');
}
