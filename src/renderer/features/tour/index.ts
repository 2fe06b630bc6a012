export { TourOffer } from './Offer.tsx';
export { Tour } from './Tour.tsx';
