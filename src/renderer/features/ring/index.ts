export { RingBar } from './RingBar.tsx';
