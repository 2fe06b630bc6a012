export { Ended } from './Ended.tsx';
export { SignIn } from './SignIn.tsx';
