export { HelpSheet } from './HelpSheet.tsx';
export { Palette } from './Palette.tsx';
