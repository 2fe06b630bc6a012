export { HelpSheet } from './HelpSheet.tsx';
export { Palette } from './Palette.tsx';
export { rank } from './rank.ts';
