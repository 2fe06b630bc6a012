export { Entry } from './Entry.tsx';
export { focusEntry, scanInto, searchFor } from './focus.ts';
