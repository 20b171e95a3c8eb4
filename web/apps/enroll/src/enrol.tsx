import { render } from "preact";
import { EnrolPage } from "./enrol-page";
import { type EnrolPage as Data, pageData } from "./page";
import "./styles.css";

const root = document.getElementById("root");
if (root) {
  root.textContent = "";
  render(<EnrolPage page={pageData() as Data} />, root);
}
