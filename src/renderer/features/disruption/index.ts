export { DisruptionScreen } from './DisruptionScreen.tsx';
