export { Entry } from './Entry.tsx';
export { focusEntry, scanInto } from './focus.ts';
