export { ActionDialog } from './ActionDialog.tsx';
export { Possible } from './Possible.tsx';
