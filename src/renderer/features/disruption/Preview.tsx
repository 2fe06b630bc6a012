import { type FormEvent, useState } from 'react';
import { FieldError, Input, Label, TextField } from 'react-aria-components';
import type { DisruptedPassenger } from '../../../bridge/views.ts';
import { flightName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { type BulkLine, bulkLines, flightTo } from '../../state/bulk.ts';
import { closePreview, giveAll, useDisruption } from '../../state/disruption.ts';
import { useMirror } from '../../state/mirror.ts';
import { Action } from '../../ui/Action.tsx';
import { DateBox } from '../../ui/DateBox.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { VirtualRows } from '../../ui/VirtualRows.tsx';
import { flightOf } from './texts.ts';

const ROW = 44;

/** Who is rebooked from where to where, before it is done; Enter does it. */
export function Preview() {
  const { t } = useWords();
  const keys = useDisruption((state) => state.preview);
  if (keys === null) return null;
  return (
    <Sheet title={t('disruption.preview', { count: keys.length })} onClose={closePreview} wide>
      <Form keys={keys} />
    </Sheet>
  );
}

function Form({ keys }: { keys: readonly string[] }) {
  const { t } = useWords();
  const everybody = useMirror((state) => state.disruption?.passengers ?? NOBODY);
  const [number, setNumber] = useState('');
  const [date, setDate] = useState('');
  const wanted = new Set(keys);
  const passengers = everybody.filter(({ key }) => wanted.has(key));
  const all = flightTo(number, date);
  const isBad = number.trim() !== '' && all === null;
  const lines = bulkLines(passengers, all);
  const able = isBad ? 0 : lines.filter(({ to }) => to !== null).length;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (able > 0) void giveAll(lines);
  };
  return (
    <form className="form bulk" noValidate onSubmit={submit}>
      <div className="bulk-to">
        <TextField
          className="field"
          value={number}
          onChange={(value) => setNumber(value.toUpperCase())}
          isInvalid={isBad}
          maxLength={12}
          autoFocus
        >
          <Label className="field-label">{t('disruption.forAll')}</Label>
          <Input className="box box-short" autoComplete="off" spellCheck="false" />
          {isBad ? <FieldError className="field-problem">{t('form.toBad')}</FieldError> : null}
        </TextField>
        <DateBox className="field" label={t('disruption.date')} value={date} onChange={setDate} />
      </div>
      <Lines lines={lines} />
      <div className="form-foot">
        <span className="form-note" role="status">
          {able < lines.length
            ? t('disruption.without', { count: lines.length - able })
            : t('disruption.previewKeys')}
        </span>
        <Action onPress={closePreview}>{t('disruption.back')}</Action>
        <Action kind="filled" isDisabled={able === 0}>
          {t('disruption.give', { count: able })}
        </Action>
      </div>
    </form>
  );
}

const NOBODY: DisruptedPassenger[] = [];

function Lines({ lines }: { lines: BulkLine[] }) {
  const { t } = useWords();
  return (
    <VirtualRows
      role="list"
      tabIndex={0}
      className="bulk-lines"
      style={{ height: `min(46vh, 420px, ${lines.length * ROW + 2}px)` }}
      aria-label={t('disruption.passengers')}
      count={lines.length}
      height={ROW}
      keyOf={(index) => lines[index]?.passenger.key ?? String(index)}
      row={(index) => {
        const line = lines[index];
        return line ? <Line line={line} place={index + 1} of={lines.length} /> : null;
      }}
    />
  );
}

function Line({ line, place, of }: { line: BulkLine; place: number; of: number }) {
  const words = useWords();
  const { passenger, to, lacks } = line;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows of a virtual list lie in boxes of their own
    <div role="listitem" className="bulk-line" aria-posinset={place} aria-setsize={of}>
      <span className="work-name">
        <bdi>{plain(passenger.name)}</bdi>
      </span>
      <span className="bulk-way">
        {flightName(passenger.flight)} →{' '}
        {to === null ? (
          <strong className="tone-critical">{words.t('disruption.lack.flight')}</strong>
        ) : (
          <strong>{flightOf(words, to)}</strong>
        )}
      </span>
      <span className="bulk-lacks">
        {lacks
          .filter((one) => one !== 'flight')
          .map((one) =>
            words.t(`disruption.lack.${one}`, {
              seat: plain(passenger.seat ?? ''),
              count: passenger.bags,
              flight: flightName(passenger.misses.at(-1)?.flight ?? ''),
            }),
          )
          .join(' · ')}
      </span>
    </div>
  );
}
