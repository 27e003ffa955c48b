(function () {
  "use strict";
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function one(id) { return document.getElementById(id); }

  // Columns sort by the value in data-v, else by their words.
  all("table[data-sort] thead th[data-c]").forEach(function (head) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) { button.appendChild(head.firstChild); }
    head.appendChild(button);
    button.addEventListener("click", function () {
      var table = head.closest("table"), body = table.tBodies[0];
      var down = head.getAttribute("aria-sort") === "ascending" || (!head.hasAttribute("aria-sort") && head.dataset.c === "n");
      var index = head.cellIndex, sign = down ? -1 : 1, language = document.documentElement.lang;
      function key(row) {
        var cell = row.cells[index];
        return cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
      }
      var numbers = head.dataset.c === "n";
      var rows = all("tr", body).map(function (row) { return [key(row), row]; });
      rows.sort(function (a, b) {
        return sign * (numbers ? parseFloat(a[0]) - parseFloat(b[0]) : a[0].localeCompare(b[0], language));
      });
      var sorted = document.createDocumentFragment();
      rows.forEach(function (pair) { sorted.appendChild(pair[1]); });
      body.appendChild(sorted);
      all("th", table.tHead).forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });

  // The filter hides rows of the list and the marks below it.
  var text = one("f-text"), risk = one("f-risk"), client = one("f-client"), shown = one("shown"), timer = 0;
  function filter() {
    var words = text.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0, rows = all("#marks tbody tr");
    rows.forEach(function (row) {
      var fits = words.every(function (word) { return row.dataset.s.indexOf(word) >= 0; }) &&
        Number(row.dataset.r) >= Number(risk.value) &&
        (!client || !client.value || row.dataset.k.split(" ").indexOf(client.value) >= 0);
      row.hidden = !fits;
      var detail = one("m-" + row.dataset.m);
      if (detail) { detail.hidden = !fits; }
      if (fits) { count += 1; }
    });
    shown.textContent = shown.dataset.t.replace("{shown}", count).replace("{all}", rows.length);
  }
  if (text) {
    [text, risk, client].forEach(function (field) {
      if (field) {
        field.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(filter, 120); });
      }
    });
    one("controls").hidden = false;
    filter();
  }

  // In a long report the body of a mark waits as text (already escaped) until it is opened.
  function unpack(mark) {
    var packed = mark.querySelector("script");
    if (packed) {
      var box = document.createElement("div");
      box.innerHTML = packed.textContent;
      packed.replaceWith(box.firstElementChild);
    }
  }

  // A link to a mark opens it.
  function reveal() {
    var target = location.hash.length > 1 ? one(decodeURIComponent(location.hash.slice(1))) : null;
    if (target && target.tagName === "DETAILS") {
      unpack(target);
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
      target.querySelector("summary").focus({ preventScroll: true });
    }
  }
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[href^='#m-']") : null;
    if (link && link.getAttribute("href") === location.hash) { reveal(); }
  });
  reveal();
  var marks = all("details.mark"), toggle = one("open-all");
  if (toggle) {
    toggle.addEventListener("click", function () {
      var open = toggle.getAttribute("aria-pressed") !== "true";
      marks.forEach(function (mark) { mark.open = open && !mark.hidden; });
      toggle.setAttribute("aria-pressed", String(open));
      toggle.textContent = open ? toggle.dataset.close : toggle.dataset.open;
    });
  }
  // A line of time that is wider than the screen shows its newest part first.
  function newest(root) { all(".line", root).forEach(function (line) { line.scrollLeft = line.scrollWidth; }); }
  document.addEventListener("toggle", function (event) {
    if (event.target.open) { unpack(event.target); newest(event.target); }
  }, true);
  newest(document);
  var opened = [];
  // A short report is printed with every mark opened.
  window.addEventListener("beforeprint", function () {
    if (marks.length <= 60) {
      opened = marks.filter(function (mark) { return !mark.open; });
      opened.forEach(function (mark) { mark.open = true; });
    }
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (mark) { mark.open = false; });
    opened = [];
  });
})();
