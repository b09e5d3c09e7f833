// The little that plain links and forms cannot do. Every page works without this file.
(function () {
  "use strict";
  var root = document.documentElement;
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };

  // Leaving: cover the page at once, take its title away, and replace it, so that Back does not return here.
  var exit = document.querySelector("a[data-leave]");
  function leave() {
    root.classList.add("leaving");
    document.title = "\u00a0";
    location.replace(exit.href);
  }
  if (exit) {
    all("a[data-leave]").forEach(function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        leave();
      });
    });
    // Esc twice within a second. Not while an input method composes: there Esc means "drop this word".
    var lastEsc = 0;
    document.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key !== "Escape" || event.repeat) { lastEsc = 0; return; }
      if (lastEsc && event.timeStamp - lastEsc < 1000) leave();
      lastEsc = event.timeStamp;
    }, true);
  }

  // A page kept alive by the browser would show old text after leaving: fetch it anew.
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });

  var summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // Characters left, from three quarters of the limit on.
  all("textarea[data-limit]").forEach(function (area) {
    var limit = Number(area.dataset.limit), note = document.createElement("p"), timer;
    note.className = "count";
    note.setAttribute("role", "status");
    area.insertAdjacentElement("afterend", note);
    function show() {
      var left = limit - Array.from(area.value).length;
      note.classList.toggle("over", left < 0);
      note.textContent = left > limit / 4 ? "" : (left < 0 ? area.dataset.over : area.dataset.left).replace("{}", Math.abs(left).toLocaleString());
    }
    area.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(show, 400); });
    show();
  });

  all("button[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  all("[data-print-note]").forEach(function (note) { note.hidden = true; });

  if (navigator.clipboard) all("button[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.dataset.copy).textContent.trim().replace(/\s+/g, " ");
      navigator.clipboard.writeText(text).then(function () { button.textContent = button.dataset.done; });
    });
  });

  // The language button sends the page's main form; on a page with several, the one that somebody typed into last. It becomes that
  // form's button only when it is pressed: as the first button on the page it would otherwise be what Enter in a box presses.
  var languages = all("button[data-language]"), forms = all("main form"), typedInto = -1;
  if (languages.length) document.addEventListener("input", function (event) {
    var place = forms.indexOf(event.target.form);
    if (place >= 0 && forms[place].method === "post") typedInto = place;
  });
  languages.forEach(function (button) {
    button.addEventListener("click", function () {
      if (typedInto < 0) return;
      var form = forms[typedInto];
      form.id = form.id || "form-" + typedInto;
      button.setAttribute("form", form.id);
      button.value = button.value.split(":")[0] + ":" + typedInto;
    });
  });

  // The server closes the page after a time without activity. Typing counts as activity; two minutes before the end a strip says so.
  var strip = document.getElementById("idle-strip");
  if (strip) {
    var idle = Number(strip.dataset.seconds) * 1000, seen = Date.now(), told = seen;
    var tabs = window.BroadcastChannel ? new BroadcastChannel("seen") : null;
    var stayed = function () { seen = told = Date.now(); strip.hidden = true; };
    var stay = function () {
      fetch(strip.dataset.stay, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
        if (!answer.ok) return;
        stayed();
        if (tabs) tabs.postMessage(1);
      });
    };
    if (tabs) { tabs.onmessage = stayed; tabs.postMessage(1); }
    document.addEventListener("input", function () {
      if (Date.now() - told > idle / 4) { told = Date.now(); stay(); }
    });
    document.getElementById("idle-stay").addEventListener("click", stay);
    var look = function () {
      var left = seen + idle - Date.now();
      if (left <= 0 && strip.dataset.closed) { root.classList.add("leaving"); location.replace(strip.dataset.closed); }
      else strip.hidden = left > 120000;
    };
    setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
  }
})();
