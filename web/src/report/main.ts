import "uplot/dist/uPlot.min.css";
import "../theme/tokens.css";
import "../theme/page.css";
import "../theme/story.css";
import "./report.css";
import { PageError, readPage } from "../data/read_page";
import { h } from "../dom/element";
import { startTheme } from "../theme/theme";
import { renderReport } from "./report";

const root = document.getElementById("report");
if (root) {
  startTheme();
  try {
    renderReport(root, readPage(document.getElementById("squall-data")?.textContent));
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    root.replaceChildren(h("main", { class: "opening" }, h("h1", {}, "Nothing to show"), h("p", {}, error.message)));
  }
}
