export { LookUpBar } from './LookUpBar.tsx';
