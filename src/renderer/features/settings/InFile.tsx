import { useRef } from 'react';
import { useWords } from '../../i18n/words.tsx';
import { moment } from '../../state/moment.ts';
import { saveAs } from '../../state/save.ts';
import { exported, settings, takeSettings } from '../../state/settings.ts';
import { Action } from '../../ui/Action.tsx';

const save = (): Promise<void> => saveAs('kairos-settings.json', exported(settings.getState()));

async function load(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  const taken = takeSettings(await file.text());
  moment.toast(taken ? 'done' : 'critical', taken ? 'toast.settingsTaken' : 'toast.noSettings');
}

/** The settings as a file, for the next machine or a colleague. */
export function InFile() {
  const { t } = useWords();
  const file = useRef<HTMLInputElement>(null);
  return (
    <div className="form-foot settings-foot">
      <span className="form-note">{t('settings.kept')}</span>
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label={t('settings.load')}
        onChange={({ currentTarget }) => {
          void load(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
      <Action small onPress={() => file.current?.click()}>
        {t('settings.load')}
      </Action>
      <Action small onPress={() => void save()}>
        {t('settings.save')}
      </Action>
    </div>
  );
}
