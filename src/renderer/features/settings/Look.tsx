import { Label, Radio, RadioGroup } from 'react-aria-components';
import { LANGUAGES } from '../../../domain/language.ts';
import { type TextId, useWords } from '../../i18n/words.tsx';
import {
  CONTRASTS,
  DENSITIES,
  SIGNAL_WAYS,
  settings,
  THEMES,
  useSettings,
  ZOOMS,
} from '../../state/settings.ts';

/** How everything looks and speaks. What is chosen holds at once. */
export function Look() {
  const { t, number } = useWords();
  return (
    <div className="form">
      <Choice name="theme" values={THEMES} label={(value) => t(`settings.theme.${value}`)} />
      <Choice name="contrast" values={CONTRASTS} label={(value) => t(`settings.contrast.${value}`)} />
      <Choice name="density" values={DENSITIES} label={(value) => t(`settings.density.${value}`)} />
      <Choice name="zoom" values={ZOOMS} label={(value) => t('settings.percent', { value: number(value) })} />
      <Choice name="signals" values={SIGNAL_WAYS} label={(value) => t(`settings.signals.${value}`)} />
      <Choice name="language" values={LANGUAGES} label={(value) => t(`settings.language.${value}`)} />
    </div>
  );
}

type Chosen = 'theme' | 'contrast' | 'density' | 'zoom' | 'signals' | 'language';

type ChoiceProps<N extends Chosen, T> = {
  name: N;
  values: readonly T[];
  label: (value: T) => string;
};

function Choice<N extends Chosen, T extends string | number>({ name, values, label }: ChoiceProps<N, T>) {
  const { t } = useWords();
  const chosen = useSettings((state) => state[name]);
  const choose = (text: string): void => {
    const value = values.find((one) => String(one) === text);
    if (value !== undefined) settings.setState({ [name]: value });
  };
  return (
    <RadioGroup className="field" value={String(chosen)} onChange={choose} orientation="horizontal">
      <Label className="field-label">{t(`settings.${name}` as TextId)}</Label>
      <div className="chips">
        {values.map((value) => (
          <Radio key={value} value={String(value)} className="chip">
            {label(value)}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
