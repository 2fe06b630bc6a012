export { SuggestionPanel } from './SuggestionPanel.tsx';
export { WhyNot } from './WhyNot.tsx';
