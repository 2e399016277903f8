// Filters, copies and folds. The page says everything without it.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  for (const element of all("[data-script]")) element.hidden = false;

  // What names others than the chosen is hidden; what names none stays, and the verdict always does.
  const kinds = { line: "lines of the map", finding: "findings", statement: "statements", group: "groups of rows" };
  const selects = all("[data-filter]");
  const status = document.querySelector("[data-status]");
  const clear = document.querySelector("[data-clear]");
  const filter = () => {
    const chosen = selects.filter((select) => select.value !== "").map((select) => [`data-${select.dataset.filter}`, ` ${select.value} `]);
    const hidden = {};
    for (const element of all("main [data-tenant], main [data-table], main [data-code], main [data-item]")) {
      element.hidden = chosen.some(([name, number]) => element.hasAttribute(name) && !element.getAttribute(name).includes(number));
      const kind = element.dataset.item;
      if (element.hidden && kind) hidden[kind] = (hidden[kind] ?? 0) + 1;
    }
    const parts = Object.keys(kinds).filter((kind) => hidden[kind]).map((kind) => `${hidden[kind]} ${kinds[kind]}`);
    clear.hidden = chosen.length === 0;
    if (chosen.length === 0) status.textContent = "";
    else status.textContent = `Hidden: ${parts.length ? parts.join(", ") : "nothing"}. The verdict is on all of it.`;
  };
  for (const select of selects) select.addEventListener("change", filter);
  clear?.addEventListener("click", () => {
    for (const select of selects) select.value = "";
    filter();
    selects[0]?.focus();
  });

  for (const button of all("[data-fold]")) {
    button.addEventListener("click", () => {
      for (const details of all("main details")) details.open = button.dataset.fold === "open";
    });
  }

  // Outside https and files there is no clipboard, but there is a selection.
  const copied = async (text, code) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return document.execCommand("copy");
    }
  };
  for (const button of all("[data-copy]")) {
    const name = button.textContent;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const code = button.closest(".preview").querySelector("code");
      button.textContent = (await copied(code.textContent, code)) ? "Copied" : "Selected: press Ctrl+C";
      setTimeout(() => { button.textContent = name; }, 2000);
    });
  }

  // A link to what stands in a closed section opens it.
  const reveal = () => {
    let element = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (element instanceof HTMLDetailsElement) element.open = true;
    for (; element; element = element.parentElement?.closest("details")) {
      if (element instanceof HTMLDetailsElement) element.open = true;
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });
})();
