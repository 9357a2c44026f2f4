import type { Page } from "../data/page";

const data = document.getElementById("squall-data")?.textContent;
const root = document.getElementById("report");
if (root && data) {
  const page = JSON.parse(data) as Page;
  const heading = document.createElement("h1");
  heading.textContent = page.result.scenario;
  root.append(heading);
}
