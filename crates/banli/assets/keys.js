// Keys for those who work here all day. Every page works without this file.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("tr[data-row], ul.tasks > li, nav.cards > *")].filter((row) => row.matches("a") || row.querySelector("a[href]"));
  let at = -1;
  let going = false;

  const mark = (index) => {
    const all = rows();
    if (all.length === 0) return;
    at = Math.max(0, Math.min(index, all.length - 1));
    const link = all[at].matches("a") ? all[at] : all[at].querySelector("a[href]");
    link.focus();
    all[at].scrollIntoView({ block: "nearest" });
  };

  // Past the last row the list goes on on its next page, and before the first on the one before.
  const step = (by) => {
    const all = rows();
    const list = all[at]?.closest("div.scroll, ul.tasks");
    const pages = list?.nextElementSibling?.matches("nav.pages") ? list.nextElementSibling : null;
    const edge = pages && all[at + by]?.closest("div.scroll, ul.tasks") !== list;
    const on = edge && pages.querySelector(by > 0 ? "a[rel=next]" : "a[rel=prev]");
    if (on) location.href = on.href + (by > 0 ? "#first" : "#last");
    else mark(at + by);
  };

  const help = () => {
    let dialog = document.getElementById("keys");
    if (!dialog) {
      const zh = document.documentElement.lang.startsWith("zh");
      const lines = [
        ["/", zh ? "查找" : "find"],
        ["j  k", zh ? "下一行、上一行" : "next row, previous row"],
        ["Enter", zh ? "打开" : "open"],
        ...(document.querySelector("[data-pick]") ? [["1 … 9", zh ? "选事项" : "choose a matter"]] : []),
        ...(document.querySelector("form.box[method=post]") ? [["Ctrl Enter", zh ? "提交" : "send the form"]] : []),
        ...(document.querySelector("[data-next]") ? [["n", zh ? "最该办的一件" : "the most urgent case"]] : []),
        ...[...document.querySelectorAll("#nav a[data-key]")].map((link) => ["g " + link.dataset.key, link.firstChild.textContent.trim()]),
        ["?", zh ? "这张表" : "this list"],
      ];
      dialog = document.createElement("dialog");
      dialog.id = "keys";
      dialog.setAttribute("aria-label", zh ? "快捷键" : "Keys");
      const list = document.createElement("dl");
      list.className = "facts";
      for (const [key, what] of lines) {
        const term = document.createElement("dt");
        const kbd = document.createElement("kbd");
        kbd.textContent = key;
        term.append(kbd);
        const said = document.createElement("dd");
        said.textContent = what;
        list.append(term, said);
      }
      dialog.append(list);
      dialog.addEventListener("click", () => dialog.close());
      document.body.append(dialog);
    }
    if (dialog.open) dialog.close();
    else dialog.showModal();
  };

  const open = "input:not([type=hidden], [type=file]), select, textarea";
  const empty = (row) => [...row.querySelectorAll("input")].every((one) => one.value === "");

  // A list of entries always has an empty row at its end, up to as many as the server takes.
  document.addEventListener("input", (event) => {
    const row = event.target.closest("table.entry tbody tr");
    if (!row || row.nextElementSibling || empty(row)) return;
    const next = row.cloneNode(true);
    const place = row.parentElement.rows.length;
    if (place >= Number(row.closest("table").dataset.most)) return;
    const before = [...row.querySelectorAll(open)];
    for (const [index, one] of [...next.querySelectorAll(open)].entries()) {
      one.name = one.name.replace(/\.\d+\./, `.${place}.`);
      // The class of an item and its day are mostly those of the one before.
      one.value = one.tagName === "SELECT" || one.type === "date" ? before[index].value : "";
    }
    row.after(next);
  });

  // The first field of a form that stands after this part of it; what is folded away is passed over.
  const following = (form, part) => [...form.querySelectorAll(open)].find((one) => one.offsetParent && !one.closest("details:not([open])") && !part.contains(one) && part.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);

  // Enter goes from row to row and out of an empty one; the form is sent by its button or by Ctrl and Enter.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const form = event.target.closest("form[method=post]");
    if (form && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.querySelector("button[type=submit]")?.click();
    } else if (event.target.closest("table.entry") && event.target.matches("input, select")) {
      event.preventDefault();
      const row = event.target.closest("tr");
      const next = empty(row) ? null : row.nextElementSibling;
      (next?.querySelector(open) ?? following(form, row.closest("table")))?.focus();
    } else if (form?.querySelector("table.entry") && event.target.matches("input:not([type=checkbox], [type=radio]), select")) {
      // Through the fields of such a form too: a day is one field to Enter, and several to Tab.
      event.preventDefault();
      following(form, event.target)?.focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    // Out of a field, so that the keys of the page are heard again.
    if (event.key === "Escape" && typing(event.target)) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (going) {
      going = false;
      const link = [...document.querySelectorAll("#nav a[data-key]")].find((one) => one.dataset.key === event.key);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    if (event.key === "/") {
      const find = document.getElementById("find");
      if (find) {
        event.preventDefault();
        find.focus();
        find.select();
      }
    } else if (/^[1-9]$/.test(event.key)) document.querySelector(`[data-pick="${event.key}"]`)?.click();
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "n") document.querySelector("[data-next]")?.click();
    else if (event.key === "g") {
      going = true;
      setTimeout(() => { going = false; }, 1500);
    } else if (event.key === "?") help();
  });

  // Long work goes on by itself; the page looks again after so many seconds.
  const again = document.querySelector("[data-again]");
  if (again) setTimeout(() => location.reload(), 1000 * Number(again.dataset.again));
  // One box for every paper that lies there as the list asks for it.
  for (const all of document.querySelectorAll("[data-all]")) {
    const boxes = () => [...all.closest("fieldset").querySelectorAll("ul.tasks input[type=checkbox]")];
    all.closest("label").hidden = false;
    all.checked = boxes().every((box) => box.checked);
    all.addEventListener("change", () => boxes().forEach((box) => { box.checked = all.checked; }));
    all.closest("fieldset").addEventListener("change", () => { all.checked = boxes().every((box) => box.checked); });
  }

  // Parts that stand open at a desk are folded on a phone, where one would scroll past them.
  const phone = matchMedia("(max-width: 760px)");
  const foldParts = () => {
    for (const part of document.querySelectorAll("details[data-narrow]")) {
      part.open = !phone.matches;
      part.firstElementChild.tabIndex = phone.matches ? 0 : -1;
    }
  };
  foldParts();
  phone.addEventListener("change", foldParts);

  // A provider is found by the first letters of its name, by a part of it or by its number; what was found is said.
  const found = (input) => {
    const typed = input.value.trim().toLowerCase();
    const all = [...(input.list?.options ?? [])];
    const exact = all.find((one) => one.value.toLowerCase() === typed);
    if (exact || typed === "") return exact;
    const by = [(one) => one.dataset.letters.startsWith(typed), (one) => one.text.includes(typed), (one) => /^\d+$/.test(typed) && Number(one.value.slice(-5)) === Number(typed)];
    const some = by.map((fits) => all.filter(fits)).find((fitting) => fitting.length > 0) ?? [];
    return some.length === 1 ? some[0] : undefined;
  };
  for (const input of document.querySelectorAll("input[list=providers]")) {
    const say = () => {
      const one = found(input);
      if (one) input.value = one.value;
      input.nextElementSibling.textContent = one?.text ?? "";
    };
    say();
    input.addEventListener("change", say);
  }

  // Many lines pasted at once go into the field for lists, which is read as a whole.
  document.addEventListener("paste", (event) => {
    const list = event.target.closest("table.entry[data-list]") && document.getElementById("f-lines-list");
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (!list || !/[\t\n]/.test(pasted.trim())) return;
    event.preventDefault();
    list.closest("details").open = true;
    list.value = [list.value.trimEnd(), pasted].filter(Boolean).join("\n");
    list.focus();
  });

  // What went wrong is read first.
  const faults = document.getElementById("faults");
  // Forms that begin at once begin at their first field.
  const begin = document.querySelector("form[data-begin]");
  if (faults) faults.focus();
  else {
    [...(begin?.querySelectorAll(open) ?? [])].find((one) => one.offsetParent)?.focus({ preventScroll: true });
  }
  // Somebody came here row by row.
  if (location.hash === "#first" || location.hash === "#last") mark(location.hash === "#first" ? 0 : rows().length - 1);
  // A form is sent once, however often its button is pressed; the server holds to that too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });

  // The way back to a page in the browser's memory: its form may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // A file that is too large is told before it is sent; the server holds to that too.
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.dataset.most) return;
    let told = input.parentElement.querySelector("p.fault.here");
    const large = [...input.files].some((file) => file.size > Number(input.dataset.most));
    if (large) {
      if (!told) {
        told = document.createElement("p");
        told.className = "fault here";
        told.setAttribute("role", "alert");
        input.before(told);
      }
      told.textContent = input.dataset.tooLarge;
      input.value = "";
    } else told?.remove();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
