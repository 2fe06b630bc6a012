export { OutboxPanel } from './OutboxPanel.tsx';
export { Question } from './Question.tsx';
export { canEdit, discard, edit, inQuestion, lookAt, redo, undoable, undoLatest } from './state.ts';
export { YouDid } from './YouDid.tsx';
