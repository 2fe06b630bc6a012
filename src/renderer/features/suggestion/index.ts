export { SuggestionPanel } from './SuggestionPanel.tsx';
