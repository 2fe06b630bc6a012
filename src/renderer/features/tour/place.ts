/** In px of the window. */
export type Box = { left: number; top: number; width: number; height: number };
type Size = { width: number; height: number };

const GAP = 12;
/** Least distance to the edge of the window. */
const EDGE = 8;

/**
 * Where a bubble of this size stands: beside the box where there is room (right, left), else below or above it, else
 * over its lower end; never outside of the window. Without a box in the middle.
 */
export function besideOf(
  box: Box | null,
  { width, height }: Size,
  view: Size,
): { left: number; top: number } {
  const within = (left: number, top: number): { left: number; top: number } => ({
    left: Math.max(EDGE, Math.min(left, view.width - width - EDGE)),
    top: Math.max(EDGE, Math.min(top, view.height - height - EDGE)),
  });
  if (box === null) return within((view.width - width) / 2, (view.height - height) / 2);
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const fits = (from: number, size: number, all: number): boolean =>
    from >= EDGE && from + size <= all - EDGE;
  // What is tall has more room beside it, what is flat has it below.
  if (box.height > box.width) {
    if (fits(right + GAP, width, view.width)) return within(right + GAP, box.top + GAP);
    if (fits(box.left - GAP - width, width, view.width)) return within(box.left - GAP - width, box.top + GAP);
  }
  if (fits(bottom + GAP, height, view.height)) return within(box.left, bottom + GAP);
  if (fits(right + GAP, width, view.width)) return within(right + GAP, box.top);
  if (fits(box.left - GAP - width, width, view.width)) return within(box.left - GAP - width, box.top + GAP);
  return within(right - width - GAP, bottom - height - GAP);
}
