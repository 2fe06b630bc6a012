import { parseDate } from '@internationalized/date';
import { DateField, DateInput, DateSegment, Label } from 'react-aria-components';

type DateBoxProps = {
  label: string;
  /** `2026-11-28`, or `''` for none. */
  value: string;
  onChange: (value: string) => void;
  className: string;
};

/** A date, typed in the order of the page's language. */
export const DateBox = ({ label, value, onChange, className }: DateBoxProps) => (
  <DateField
    className={className}
    value={value === '' ? null : parseDate(value)}
    onChange={(date) => onChange(date?.toString() ?? '')}
  >
    <Label className="field-label">{label}</Label>
    <DateInput className="box date-box">
      {(segment) => <DateSegment segment={segment} className="date-segment" />}
    </DateInput>
  </DateField>
);
