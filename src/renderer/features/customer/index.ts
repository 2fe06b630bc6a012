export { CustomerPanel } from './CustomerPanel.tsx';
export { Revealing } from './Revealing.tsx';
