export { OutboxPanel } from './OutboxPanel.tsx';
export { Question } from './Question.tsx';
export { canEdit, discard, edit, inQuestion, redo, undoable, undoLatest } from './state.ts';
export { YouDid } from './YouDid.tsx';
