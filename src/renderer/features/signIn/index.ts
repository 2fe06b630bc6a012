export { DeskCode } from './DeskCode.tsx';
export { Ended } from './Ended.tsx';
export { SignIn } from './SignIn.tsx';
