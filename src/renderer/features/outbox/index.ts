export { OutboxPanel } from './OutboxPanel.tsx';
export { OwnMark } from './OwnMark.tsx';
export { Question } from './Question.tsx';
export {
  canEdit,
  canUndoLatest,
  didFor,
  discard,
  edit,
  hold,
  inHand,
  inQuestion,
  redo,
  undoLatest,
  waysOf,
} from './state.ts';
export { lookNext } from './step.ts';
export { YouDid } from './YouDid.tsx';
