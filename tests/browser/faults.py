"""What every page must hold to, looked at in the browser all at once: one load, many checks (acceptance points 5, 7, 17 to 22)."""

import re

from tests.browser.axe import violations

TRACES = re.compile(r"harass|complain|骚扰|投诉|举报|\d{5}", re.IGNORECASE)
UNKIND = re.compile(r"\b(victims?|perpetrators?|alleged?|required field|mandatory)\b|受害者|加害者|疑似|必填", re.IGNORECASE)
# Letters that belong on a Chinese page: names of things that have no other name.
LETTERS = {
    "AA", "Cookie", "English", "Esc", "HEIC", "JPG", "JavaScript", "MB", "MP", "PDF", "PNG", "WCAG", "Wi-Fi", "Word", "axe-core",
}  # fmt: skip
IN_PAGE = """
language => {
  const found = [];
  const box = e => e.getBoundingClientRect();
  const seen = e => box(e).width > 1 && box(e).height > 1 && getComputedStyle(e).visibility !== 'hidden';
  const name = e => e.tagName.toLowerCase() + ' "' + (e.innerText || e.value || e.name || '').trim().slice(0, 40) + '"';
  const all = s => Array.from(document.querySelectorAll(s)).filter(seen);

  const wanted = language === 'en' ? 'en' : 'zh-Hans';
  if (document.documentElement.lang !== wanted) found.push('the page says it is in ' + document.documentElement.lang);
  const stops = document.querySelectorAll('a[href], button:not([tabindex]), input, select, textarea, summary');
  if (stops[0].getAttribute('href') !== '#main' || !stops[1].matches('a[data-leave]')) found.push('leaving is not the second tab stop');

  for (let e of all('a[href], button, summary, select, textarea, input:not([type=hidden])')) {
    if (e.matches('.skip, .visually-hidden')) continue;
    const around = e.parentElement.innerText || '';
    if (e.tagName === 'A' && getComputedStyle(e).display === 'inline' && around.trim().length > e.innerText.trim().length + 1
        && !e.closest('.door')) continue;
    const whole = e.closest('.choice, .door') || e;
    if (Math.min(box(whole).height, box(whole).width) < 43.5) found.push('too small to hit: ' + name(e) + ' ' + Math.round(box(e).height));
  }
  for (const e of all('p, li, dd, td, label, h1, h2, h3, time, strong')) {
    const style = getComputedStyle(e);
    if (style.fontStyle !== 'normal') found.push('slanted: ' + name(e));
    if (parseFloat(style.fontSize) < 15.9) found.push('small print: ' + name(e));
    const air = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
    const isText = e.matches('p, li, dd, td') && !e.closest('.code, .panel-title, [translate=no]');
    if (language !== 'en' && isText && air < 1.69) found.push('lines too close: ' + name(e) + ' ' + air.toFixed(2));
  }
  return found;
}
"""
OWN_WORDS = """
() => {
  // What the page says, without what people wrote into it.
  const copy = document.body.cloneNode(true);
  const theirs = '[lang], [translate=no], .prewrap, .narrative, .message-body, textarea, code, script, .file-name, .contact-address';
  copy.querySelectorAll(theirs).forEach(e => e.remove());
  return copy.textContent;
}
"""
# More air between lines, letters and words than any page plans for (WCAG 1.4.12). A sheet of the document's own: inline styles are refused.
MORE_AIR = """
on => {
  if (!window.airy) {
    window.airy = new CSSStyleSheet();
    const air = 'line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important';
    window.airy.replaceSync('* { ' + air + ' } p { margin-bottom: 2em !important }');
  }
  document.adoptedStyleSheets = on ? [window.airy] : [];
}
"""
SUMMARY = """
() => {
  const found = [], summary = document.querySelector('.error-summary');
  if (!summary) return ['no summary of what is wrong'];
  if (document.activeElement !== summary) found.push('the summary has not taken the focus');
  const links = Array.from(summary.querySelectorAll('a'));
  const inline = Array.from(document.querySelectorAll('.invalid-feedback p')).map(e => e.innerText);
  for (const link of links) {
    link.click();
    if ('#' + document.activeElement.id !== link.hash) found.push('leads nowhere: ' + link.innerText);
    if (!inline.includes(link.innerText)) found.push('not said beside the field: ' + link.innerText);
  }
  return links.length ? found : found.concat('the summary leads nowhere');
}
"""
CLIPPED = """
() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.visually-hidden, .table-card');
    const culprits = Array.from(document.querySelectorAll('body *')).filter(wide);
    found.push('scrolls sideways: ' + culprits.map(e => e.tagName + '.' + e.className).slice(0, 3));
  }
  for (const e of document.querySelectorAll('main *, header *')) {
    const style = getComputedStyle(e);
    if (e.closest('.visually-hidden, thead, .table-card') || e.matches('.skip')) continue;
    if (style.overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1) found.push('cut off: ' + e.className);
  }
  window.scrollTo(0, document.body.scrollHeight);
  const exit = document.querySelector('.site-header .btn-exit').getBoundingClientRect();
  if (exit.top < 0 || exit.bottom > 70 || exit.left < 0 || exit.right > innerWidth) found.push('the way out is out of view');
  window.scrollTo(0, 0);
  return found;
}
"""


def faults(page, language: str, *, names=(), axe: bool = True) -> list[str]:
    """Return what is wrong with the page shown. `names`: people's names that a Chinese page may hold in Latin letters."""
    found = page.evaluate(IN_PAGE, language)
    found += _small(page)
    found += _words(page, language, names)
    if axe:
        found += violations(page)
    return found


def error_faults(page, language: str) -> list[str]:
    """Return what is wrong with the page as one that shows an error (acceptance point 20)."""
    prefix = "Error: " if language == "en" else "有误："
    found = [] if page.title().startswith(prefix) else [f"the title does not say so: {page.title()}"]
    return found + page.evaluate(SUMMARY)


def _small(page) -> list[str]:
    """320 px wide, as it is and with more air between the letters."""
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(MORE_AIR, True)
    found = page.evaluate(CLIPPED)
    page.evaluate(MORE_AIR, False)
    found += page.evaluate(CLIPPED)
    page.set_viewport_size(size)
    return list(dict.fromkeys(found))


def _words(page, language: str, names) -> list[str]:
    words = page.evaluate(OWN_WORDS)
    shown = page.url.partition("//")[2].partition("/")[2] + page.title()
    found = [f"a trace in address or title: {shown}"] if TRACES.search(shown) else []
    found += [f"unkind or bureaucratic: {match}" for match in UNKIND.findall(words) if match]
    if "*" in words:
        found.append("an asterisk")
    if language != "en":
        for name in sorted({*LETTERS, *names}, key=len, reverse=True):
            words = words.replace(name, "")
        found += [f"not translated: {run}" for run in dict.fromkeys(re.findall(r"[A-Za-z][A-Za-z '’-]+[A-Za-z]", words))]
    elif run := re.search(r"[\u4e00-\u9fff]+", words):
        found.append(f"not translated: {run.group()}")
    return found
