import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

/** A dialog over the screen; Escape and a press outside close it, focus goes back to where it was. */
export function Sheet(props: {
  title: string;
  onClose: () => void;
  wide?: boolean;
  hideTitle?: boolean;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      className="veil"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Modal className={props.wide ? 'sheet sheet-wide' : 'sheet'}>
        <Dialog className="sheet-dialog" aria-label={props.hideTitle ? props.title : undefined}>
          {props.hideTitle ? null : (
            <Heading slot="title" className="sheet-title">
              {props.title}
            </Heading>
          )}
          {props.children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
