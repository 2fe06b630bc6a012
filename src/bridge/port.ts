/** The little of a MessagePort that both ends need; adapters for DOM ports and Electron's MessagePortMain stand at the rims. */
export type PortLike = {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
};
