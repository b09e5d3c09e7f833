// Buttons for passkeys appear where the browser can use them; a failed try says so in words.
(function () {
  "use strict";
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };
  if (!window.PublicKeyCredential) return;
  all("[data-passkey]").forEach(function (button) { button.hidden = false; });
  all("[data-passkey-unable]").forEach(function (note) { note.hidden = true; });
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    all("[data-passkey-failed]").forEach(function (note) { note.hidden = false; });
  });
})();
