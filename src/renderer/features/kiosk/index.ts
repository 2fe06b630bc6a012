export { followHands } from './hands.ts';
export { Kiosk } from './Kiosk.tsx';
export { useKiosk } from './store.ts';
export { startKiosk } from './visit.ts';
