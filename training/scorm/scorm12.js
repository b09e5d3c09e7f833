"use strict";
// The learning system's side of SCORM 1.2 (Run-Time Environment, 3.3): found in a frame above or in the window that opened this one.
// Without one the course can be read all the same; then nothing is kept.

var Lms = (function () {
  var MOST_FRAMES = 10;
  var api = null;
  var isOpen = false;

  function above(from) {
    for (var frames = 0; from && frames < MOST_FRAMES; frames += 1) {
      try {
        if (from.API) return from.API;
        if (from.parent === from) return null;
        from = from.parent;
      } catch (foreign) {
        return null;
      }
    }
    return null;
  }

  function begin() {
    api = above(window) || (window.opener ? above(window.opener) : null);
    isOpen = Boolean(api) && String(api.LMSInitialize("")) === "true";
    return isOpen;
  }

  function get(name) {
    return isOpen ? String(api.LMSGetValue(name) || "") : "";
  }

  function set(name, value) {
    return isOpen && String(api.LMSSetValue(name, String(value))) === "true";
  }

  function commit() {
    return isOpen && String(api.LMSCommit("")) === "true";
  }

  function end() {
    if (!isOpen) return;
    commit();
    api.LMSFinish("");
    isOpen = false;
  }

  // CMITimespan: HHHH:MM:SS.
  function timespan(seconds) {
    function two(number) { return (number < 10 ? "0" : "") + number; }
    var whole = Math.floor(seconds);
    return two(Math.floor(whole / 3600)) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
  }

  return { begin: begin, get: get, set: set, commit: commit, end: end, timespan: timespan };
})();
