// Keys for those who work here all day. Every page works without this file.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("tr[data-row], ul.tasks > li")].filter((row) => row.querySelector("a[href]"));
  let at = -1;
  let going = false;

  const mark = (index) => {
    const all = rows();
    if (all.length === 0) return;
    at = Math.max(0, Math.min(index, all.length - 1));
    const link = all[at].querySelector("a[href]");
    link.focus();
    all[at].scrollIntoView({ block: "nearest" });
  };

  const help = () => {
    let dialog = document.getElementById("keys");
    if (!dialog) {
      const zh = document.documentElement.lang.startsWith("zh");
      const lines = [
        ["/", zh ? "查找" : "find"],
        ["j  k", zh ? "下一行、上一行" : "next row, previous row"],
        ["Enter", zh ? "打开" : "open"],
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

  document.addEventListener("keydown", (event) => {
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
    } else if (event.key === "j") mark(at + 1);
    else if (event.key === "k") mark(at - 1);
    else if (event.key === "n") document.querySelector("[data-next]")?.click();
    else if (event.key === "g") {
      going = true;
      setTimeout(() => { going = false; }, 1500);
    } else if (event.key === "?") help();
  });

  // Long work goes on by itself; the page looks again after so many seconds.
  const again = document.querySelector("[data-again]");
  if (again) setTimeout(() => location.reload(), 1000 * Number(again.dataset.again));
  // What went wrong is read first.
  document.getElementById("faults")?.focus();
  // A form is sent once, however often its button is pressed; the server holds to that too.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
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
