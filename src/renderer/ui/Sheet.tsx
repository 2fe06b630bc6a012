import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

/** A dialog over the screen; Escape and a press outside close it, focus goes back to where it was. */
export function Sheet(props: {
  title: string;
  onClose: () => void;
  wide?: boolean;
  hideTitle?: boolean;
  children: ReactNode;
}) {
  const dialog = useKeptFocus();
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
        <Dialog ref={dialog} className="sheet-dialog" aria-label={props.hideTitle ? props.title : undefined}>
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

/** Where what had the focus is gone, the dialog has it: a key that is struck next belongs to it and not to nobody. */
function useKeptFocus(): RefObject<HTMLElement | null> {
  const dialog = useRef<HTMLElement>(null);
  useEffect(() => {
    const observer = new MutationObserver(() => {
      if (document.activeElement === document.body) dialog.current?.focus();
    });
    if (dialog.current) observer.observe(dialog.current, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return dialog;
}
