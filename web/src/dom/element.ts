type Attribute = string | number | boolean | null | undefined;
type Child = Node | string | null | undefined;

function fill(element: Element, attributes: Readonly<Record<string, Attribute>>, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined) element.append(child);
  }
}

/**
 * An HTML element. Strings become text and never markup: all that comes from a scenario goes in here.
 * Attributes that are null, undefined or false are left out.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, children);
  return element;
}

/** Shows the text. Leaves alone what says so already: to be told the same again costs the page a layout. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The same for an attribute. */
export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** The same for what a control holds, which the browser looks at anew each time that it is set. */
export function setValue(control: HTMLInputElement | HTMLSelectElement, value: string): void {
  if (control.value !== value) control.value = value;
}

/** A name from the scenario: isolated from the direction of the text around it, whole in its title. */
export function nameElement(name: string): HTMLElement {
  return h("bdi", { class: "name", title: name }, name);
}

/** A button of the page, not of a form. */
export function button(label: string, onClick: () => void, attributes: Readonly<Record<string, Attribute>> = {}): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}

let last_id = 0;

/** An id that no other element of this page has. */
export const uniqueId = (stem: string): string => `${stem}-${++last_id}`;
