import { namesIn, type Page } from "../data/page";
import { h, nameElement } from "../dom/element";
import { told } from "../dom/told";
import type { View } from "../dom/view";
import { conclusionOf, plainText, type Sentence } from "../format/conclusion";
import { count } from "../format/numbers";
import { themeSwitch } from "../theme/switch";
import { FiguresView } from "./figures_view";
import { Overview } from "./overview";
import { isPartial, PARTIAL_HEADING, partialNote, titleOf, warmupNote } from "./notes";
import { ReplicationsView } from "./replications_view";
import { ScenarioView } from "./scenario_view";
import { VariantsView } from "./variants_view";

const inline = (sentence: Sentence): (string | HTMLElement)[] =>
  sentence.map((part) => (typeof part === "string" ? part : nameElement(part.name)));

/** Shows the sentence in the element, and no element where there is nothing to say. */
function note(element: HTMLElement, sentence: Sentence): void {
  element.hidden = sentence.length === 0;
  element.replaceChildren(...inline(sentence));
}

/** The whole report. Each part is a view of its own and can stand on another page too. */
class Report implements View<Page> {
  readonly element = h("div", { class: "report" });
  readonly #conclusion = h("h1");
  readonly #scenario = h("p", { class: "scenario-name" });
  readonly #description = h("p", { class: "description", dir: "auto" });
  readonly #partial = h("p", { class: "partial", role: "note" });
  readonly #warmup = h("p", { class: "warmup", role: "note" });
  readonly #overview: Overview;
  readonly #figures: FiguresView;
  readonly #variants: VariantsView;
  readonly #replications: ReplicationsView;
  readonly #again: ScenarioView;

  constructor(page: Page) {
    this.#variants = new VariantsView(page);
    this.#overview = new Overview(page, (index) => {
      this.#variants.choose(index);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.#variants.element.scrollIntoView({ behavior: still ? "auto" : "smooth" });
    });
    this.#figures = new FiguresView(page.result);
    this.#replications = new ReplicationsView(page.result);
    this.#again = new ScenarioView(page);
    const main = h(
      "main",
      { id: "main" },
      h("div", { class: "opening" }, this.#scenario, this.#conclusion, this.#description, this.#partial, this.#overview.element, this.#warmup),
      this.#figures.element,
      this.#variants.element,
      this.#replications.element,
      this.#again.element,
    );
    this.element.append(
      h("header", { class: "top" }, h("span", { class: "wordmark" }, "squall"), h("span", { class: "top-kind" }, "report"), themeSwitch()),
      main,
      h("footer", { class: "bottom" }, `squall ${page.squall}`),
    );
    this.#describe(page);
  }

  update(page: Page): void {
    this.#overview.update(page);
    this.#figures.update(page.result);
    this.#variants.update(page);
    this.#replications.update(page.result);
    this.#again.update(page);
    this.#describe(page);
  }

  destroy(): void {
    for (const part of [this.#overview, this.#figures, this.#variants, this.#replications, this.#again]) part.destroy();
  }

  #describe(page: Page): void {
    const { result, variants } = page;
    const partial = isPartial(page);
    const runs = result.replications ?? 1;
    // The story is of one run; of many it is not the conclusion.
    const only = !partial && result.variants.length === 1 && runs === 1 ? variants[0]?.runs[0] : undefined;
    const headline = only?.story.headline ?? "";
    const conclusion = partial ? [PARTIAL_HEADING] : headline === "" ? conclusionOf(result) : [headline];
    this.#conclusion.replaceChildren(
      ...(only && headline !== "" ? told(headline, namesIn(only)) : inline(conclusion)),
    );
    this.#scenario.replaceChildren(nameElement(result.scenario), ` · seed ${page.seed}${runs > 1 ? ` · ${count(runs)} runs` : ""}`);
    this.#description.textContent = result.description ?? "";
    this.#description.hidden = !result.description;
    note(this.#partial, partialNote(page));
    note(this.#warmup, warmupNote(result));
    document.title = titleOf(page, plainText(conclusion));
  }
}

/** Shows the page in `root`, in place of what is there. */
export function renderReport(root: HTMLElement, page: Page): View<Page> {
  const report = new Report(page);
  root.replaceChildren(report.element);
  return report;
}
