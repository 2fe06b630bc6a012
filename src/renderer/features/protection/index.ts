export { Protection } from './Protection.tsx';
