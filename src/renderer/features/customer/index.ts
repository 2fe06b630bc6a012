export { CustomerPanel } from './CustomerPanel.tsx';
export { route } from './tiles.ts';
