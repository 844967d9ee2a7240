/* Dragging a row with the mouse, or with a finger after a long press. It only reports: where it began, where the
   pointer is over, where it was let go. */

const START_PX = 5;
const PRESS_MS = 320;

export interface DragHandlers {
  /** False refuses the drag (a locked player). */
  onStart(place: string): boolean;
  onDrop(place: string | null): void;
  ghost(): HTMLElement | null;
}

const placeUnder = (x: number, y: number): string | null =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-place]')?.dataset.place ?? null;

/** Listens on a list; returns what stops it. */
export function makeDraggable(list: HTMLElement, handlers: DragHandlers): () => void {
  let pending: { place: string; x: number; y: number; id: number } | null = null;
  let isDragging = false;
  let press: ReturnType<typeof setTimeout> | undefined;

  const place = (x: number, y: number): void => {
    const ghost = handlers.ghost();
    if (ghost) ghost.style.transform = `translate(${x + 12}px, ${y - 24}px)`;
  };
  const begin = (x: number, y: number): void => {
    if (!pending || !handlers.onStart(pending.place)) {
      stop();
      return;
    }
    isDragging = true;
    requestAnimationFrame(() => place(x, y));
  };
  const onMove = (event: PointerEvent): void => {
    if (!pending || event.pointerId !== pending.id) return;
    const far = Math.hypot(event.clientX - pending.x, event.clientY - pending.y) > START_PX;
    if (isDragging) place(event.clientX, event.clientY);
    else if (far && event.pointerType === 'mouse') begin(event.clientX, event.clientY);
    else if (far) stop();
  };
  const onUp = (event: PointerEvent): void => {
    if (isDragging) {
      const swallow = (click: MouseEvent): void => {
        click.preventDefault();
        click.stopPropagation();
      };
      addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener('click', swallow, { capture: true }), 0);
      handlers.onDrop(placeUnder(event.clientX, event.clientY));
    }
    stop();
  };
  const onCancel = (): void => {
    if (isDragging) handlers.onDrop(null);
    stop();
  };
  const noScroll = (event: TouchEvent): void => {
    if (isDragging) event.preventDefault();
  };
  const onDown = (event: PointerEvent): void => {
    const row = (event.target as Element).closest<HTMLElement>('[data-place]');
    if (!row?.dataset.place || event.button !== 0 || pending) return;
    pending = { place: row.dataset.place, x: event.clientX, y: event.clientY, id: event.pointerId };
    addEventListener('pointermove', onMove);
    addEventListener('pointerup', onUp);
    addEventListener('pointercancel', onCancel);
    if (event.pointerType !== 'mouse')
      press = setTimeout(() => begin(event.clientX, event.clientY), PRESS_MS);
  };
  function stop(): void {
    clearTimeout(press);
    pending = null;
    isDragging = false;
    removeEventListener('pointermove', onMove);
    removeEventListener('pointerup', onUp);
    removeEventListener('pointercancel', onCancel);
  }
  list.addEventListener('pointerdown', onDown);
  list.addEventListener('touchmove', noScroll, { passive: false });
  return () => {
    stop();
    list.removeEventListener('pointerdown', onDown);
    list.removeEventListener('touchmove', noScroll);
  };
}
