export { openNeighbour } from './step.ts';
export { WorkList } from './WorkList.tsx';
