export { Diagnostics } from './Diagnostics.tsx';
