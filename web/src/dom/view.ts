/**
 * A part of a page that shows a T. Its element is made once; `update` shows other data in it, keeping
 * what the reader has chosen (a tab, an instant) where the new data still have it. `destroy` lets go of
 * listeners and observers; the element stays where it is.
 */
export interface View<T> {
  readonly element: HTMLElement;
  update(data: T): void;
  destroy(): void;
}
