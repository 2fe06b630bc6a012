export { AwayButton } from './AwayButton.tsx';
export { AwayStrip } from './AwayStrip.tsx';
export { changeText } from './changeText.ts';
