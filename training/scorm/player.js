"use strict";
// One thing a screen, as in the portal: read, choose, read what happens next, go on. What somebody chooses stays in this window: the learning
// system is told how far they are, how long it took, and that they are done.

(function () {
  var course = window.HEARD_COURSE;
  var screen = document.getElementById("screen");
  var isConnected = Lms.begin();
  // read: how many parts were read to the end; at: the part on the screen, -1 for the first page, parts.length for the last one.
  var place = { read: 0, at: -1, language: "en" };
  var scene = {};
  var spent = 0;
  var spentOnPart = 0;
  var since = Date.now();

  function say(text) { return text ? text[place.language] || text.en : ""; }
  function word(name) { return course.words[place.language][name]; }
  function fill(text, values) { return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; }); }

  // --- the learning system -------------------------------------------------------------------------

  function recall() {
    var languages = [Lms.get("cmi.student_preference.language"), navigator.language || ""];
    place.language = /^zh|chinese|中文/i.test(languages[0] || languages[1]) ? "zh-hans" : "en";
    try {
      var kept = JSON.parse(Lms.get("cmi.suspend_data") || "{}");
      // Another version of the course begins anew.
      if (kept.v === course.version) {
        place.read = Math.min(Math.max(0, Number(kept.r) || 0), course.parts.length);
        place.language = course.words[kept.l] ? kept.l : place.language;
      }
    } catch (unreadable) {
      place.read = 0;
    }
    var status = Lms.get("cmi.core.lesson_status");
    if (status === "not attempted" || status === "" || status === "unknown") Lms.set("cmi.core.lesson_status", "incomplete");
  }

  function keep() {
    Lms.set("cmi.suspend_data", JSON.stringify({ v: course.version, r: place.read, l: place.language }));
    Lms.set("cmi.core.lesson_location", place.read < course.parts.length ? course.parts[place.read].id : "end");
    Lms.set("cmi.core.session_time", Lms.timespan(spent));
    if (place.read === course.parts.length) {
      Lms.set("cmi.core.score.min", 0);
      Lms.set("cmi.core.score.max", 100);
      Lms.set("cmi.core.score.raw", 100);
      Lms.set("cmi.core.lesson_status", "completed");
      Lms.set("cmi.core.exit", "");
    } else {
      Lms.set("cmi.core.exit", "suspend");
    }
    Lms.commit();
  }

  // Idle time is left out: a part counts for twice the time it is made for at most, and two minutes at least.
  function count() {
    var now = Date.now();
    var part = course.parts[place.at];
    if (part) {
      var most = Math.max(120, part.minutes * 120);
      var more = Math.max(0, Math.min((now - since) / 1000, most - spentOnPart));
      spent += more;
      spentOnPart += more;
    }
    since = now;
  }

  function leave() {
    count();
    keep();
    Lms.end();
  }

  // --- making a screen -----------------------------------------------------------------------------

  function make(name, values, children) {
    var element = document.createElement(name);
    Object.keys(values || {}).forEach(function (key) {
      if (key === "text") element.textContent = values[key];
      else if (key === "html") element.innerHTML = values[key];
      else if (key === "click") element.addEventListener("click", values[key]);
      else element.setAttribute(key, values[key]);
    });
    (children || []).forEach(function (child) { if (child) element.appendChild(child); });
    return element;
  }

  function button(name, act, isFirst) {
    return make("button", { type: "button", text: word(name), click: act, class: isFirst ? "first" : "", "data-act": name });
  }

  function rich(text) { return make("div", { html: say(text) }); }

  function folded(summary, text, isOpen) {
    var element = make("details", {}, [make("summary", { text: summary }), rich(text)]);
    element.open = Boolean(isOpen);
    return element;
  }

  function show(children) {
    screen.textContent = "";
    children.forEach(function (child) { if (child) screen.appendChild(child); });
    document.documentElement.lang = place.language === "zh-hans" ? "zh-Hans" : "en";
    document.title = say(course.title);
    document.getElementById("course-title").textContent = say(course.title);
    var language = document.getElementById("language");
    language.textContent = word("other_language");
    language.lang = place.language === "en" ? "zh-Hans" : "en";
    var report = document.getElementById("report");
    report.textContent = word("report");
    report.href = course.site;
    var heading = screen.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
    window.scrollTo(0, 0);
  }

  function caption() {
    return make("p", { class: "muted", text: fill(word("part_of"), { number: place.at + 1, total: course.parts.length }) });
  }

  function heading(text) { return make("h1", { text: text }); }

  function actions(children) { return make("div", { class: "actions" }, children); }

  // --- going on ------------------------------------------------------------------------------------

  function go(at) {
    count();
    place.at = at;
    scene = { step: "" };
    spentOnPart = 0;
    draw();
  }

  function read() {
    place.read = Math.max(place.read, place.at + 1);
    count();
    keep();
    go(place.at + 1);
  }

  function step(name, values) {
    scene = Object.assign({}, scene, values || {}, { step: name });
    draw();
  }

  function back() {
    return place.at > 0 ? button("previous", function () { go(place.at - 1); }) : null;
  }

  // --- screens -------------------------------------------------------------------------------------

  function draw() {
    if (place.at < 0) return cover();
    if (place.at >= course.parts.length) return last();
    var part = course.parts[place.at];
    if (part.distressing && !scene.step) return note(part);
    if (scene.step === "after") return after(part);
    if (scene.step === "skipped") return skipped(part);
    if (scene.step === "depends") return depends(part);
    return part.choices ? ask(part) : plain(part);
  }

  function cover() {
    var begun = place.read > 0 && place.read < course.parts.length;
    show([
      heading(say(course.title)),
      rich(course.summary),
      make("p", { class: "muted", text: fill(word("minutes"), { number: course.minutes }) }),
      isConnected ? null : make("p", { class: "error", role: "status", text: word("not_connected") }),
      actions([button(begun ? "go_on" : "begin", function () { go(begun ? place.read : 0); }, true)])
    ]);
  }

  function last() {
    show([
      heading(word("done")),
      make("p", { text: isConnected ? word("done_kept") : word("not_connected") }),
      actions([button("again", function () { go(0); })])
    ]);
  }

  function note(part) {
    show([
      caption(), heading(say(part.title)), make("div", { class: "card" }, [rich(part.note)]), make("p", { text: word("skip_hint") }),
      actions([button("show_scene", function () { step("scene"); }, true), button("skip", function () { step("skipped"); }), back()])
    ]);
  }

  function skipped(part) {
    show([caption(), heading(say(part.title)), rich(part.equal), actions([button("continue", read, true)])]);
  }

  function plain(part) {
    show([
      caption(), heading(say(part.title)), part.body ? rich(part.body) : null,
      part.media ? player(part.media) : null,
      part.media ? folded(word("transcript"), part.media.transcript) : null,
      part.kind === "question_box" ? make("p", { class: "muted", text: word("ask_in_portal") }) : null,
      actions([button("continue", read, true), back()])
    ]);
  }

  function player(media) {
    var element = make(media.kind, { controls: "", preload: "metadata", src: media.file[place.language] || media.file.en });
    ["en", "zh-hans"].forEach(function (language) {
      if (!media.captions[language]) return;
      var track = make("track", {
        kind: "captions", src: media.captions[language], srclang: language === "en" ? "en" : "zh-Hans",
        label: language === "en" ? "English" : "简体中文"
      });
      track.default = language === place.language;
      element.appendChild(track);
    });
    return element;
  }

  function choices(list, type, legend) {
    var boxes = list.map(function (choice) {
      var input = make("input", { type: type, name: "choice", value: choice.id });
      input.checked = [].concat(scene.choice || [], scene.ticked || []).indexOf(choice.id) >= 0;
      return make("label", { class: "choice" }, [input, make("span", { text: say(choice.text) })]);
    });
    return make("fieldset", {}, [make("legend", { text: legend })].concat(boxes));
  }

  function chosen() {
    return [].map.call(screen.querySelectorAll("input:checked"), function (input) { return input.value; });
  }

  function complain(name) {
    var old = screen.querySelector(".error");
    if (old) old.remove();
    var field = screen.querySelector("fieldset");
    field.insertBefore(make("p", { class: "error", role: "alert", text: word(name) }), field.children[1]);
    field.querySelector("input").focus();
  }

  function ask(part) {
    show([
      caption(), heading(say(part.title)), rich(part.story),
      choices(part.choices, "radio", say(part.question) || word("is_it_ok")),
      actions([
        button("continue", function () {
          var choice = chosen()[0];
          if (!choice) return complain("choose");
          return step(choice === "depends" && part.depends.length ? "depends" : "after", { choice: choice, ticked: [] });
        }, true),
        part.distressing ? button("skip", function () { step("skipped"); }) : null, back()
      ])
    ]);
  }

  function depends(part) {
    show([
      caption(), heading(say(part.title)), folded(word("story_again"), part.story),
      choices(part.depends, "checkbox", word("on_what")),
      actions([
        button("continue", function () {
          var ticked = chosen();
          return ticked.length ? step("after", { ticked: ticked }) : complain("tick");
        }, true),
        button("other_answer", function () { step("scene"); })
      ])
    ]);
  }

  function after(part) {
    var mine = part.choices.filter(function (each) { return each.id === scene.choice; })[0];
    var others = part.choices.filter(function (each) { return each !== mine; });
    var isJudgement = part.kind === "judgement";
    show([
      caption(), heading(word(isJudgement ? "to_think" : "next")),
      make("p", { class: "muted", text: word("chose") + " " + say(mine.text) }),
      make("div", { class: "card" }, [rich(mine.feedback)]),
      scene.choice === "depends" && part.depends.length ? matters(part) : null
    ].concat(others.map(function (each) {
      var before = each.good && !isJudgement ? (mine.good ? "another_good" : "a_good") : "had_been";
      return folded(word(before) + " " + say(each.text), each.feedback);
    }), [folded(word("story_again"), part.story), actions([button("continue", read, true)])]));
  }

  function matters(part) {
    var lines = part.depends.map(function (each) {
      return make("li", {}, [
        make("span", { text: say(each.text) + " " }),
        make("span", { class: "tag", text: word(each.matters ? "matters" : "decides_little") })
      ]);
    });
    return make("div", {}, [make("h2", { text: word("depends_on") }), make("ul", {}, lines)]);
  }

  // --- begin ---------------------------------------------------------------------------------------

  recall();
  Lms.commit();
  document.getElementById("language").addEventListener("click", function () {
    place.language = place.language === "en" ? "zh-hans" : "en";
    draw();
  });
  window.addEventListener("pagehide", leave);
  draw();
})();
