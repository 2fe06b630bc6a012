import { createContext, useContext } from 'react';
import { createRegistry, type Registry } from './registry.ts';

/** The registry of the running window; the app fills it once with the commands of all features. */
export const RegistryContext = createContext<Registry>(createRegistry([]));

export const useRegistry = (): Registry => useContext(RegistryContext);
