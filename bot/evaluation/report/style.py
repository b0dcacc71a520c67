"""How a report looks: light or dark as the reader's machine is, and legible on paper and small screens."""

STYLE = """
:root { color-scheme: light dark; --bg: #fbfaf7; --fg: #1d2126; --muted: #5c646e; --line: #dcd9d1;
  --card: #ffffff; --a: #1f5fa8; --b: #b4521a; --c: #2c7a4b; --bad: #a8222d; --good: #256b41; }
@media (prefers-color-scheme: dark) { :root { --bg: #15181c; --fg: #e7e5df; --muted: #a3abb5; --line: #353b43;
  --card: #1d2126; --a: #7db4f0; --b: #f0a26b; --c: #7fce9c; --bad: #ff8f8f; --good: #86d6a4; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.25rem; margin: 2.6rem 0 .5rem; }
h3 { font-size: 1.02rem; margin: 1.8rem 0 .3rem; }
p { margin: .35rem 0 .8rem; max-width: 46rem; } .muted, caption, figcaption { color: var(--muted); }
a { color: var(--a); } .scroll { overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.2rem, 1fr)); gap: .8rem;
  margin: 1.4rem 0 0; padding: 0; list-style: none; }
.tiles li, figure, details.case { background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; }
.tiles li { padding: .8rem 1rem; }
.tiles b { display: block; font-size: 1.75rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles span { display: block; font-size: .86rem; color: var(--muted); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .94rem; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { text-align: right; padding: .34rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: baseline; }
th { font-weight: 600; } tbody th { font-weight: 400; }
th:first-child, td.text { text-align: left; } tr.group th { font-weight: 600; padding-top: 1rem; }
td small, tbody th small { color: var(--muted); font-size: .82rem; }
td small { white-space: nowrap; } tbody th small { display: block; max-width: 34rem; }
td.interval { width: 9rem; } td.interval svg { display: block; width: 8.5rem; height: 1rem; }
tr.now td, tr.now th { font-weight: 700; }
.better { color: var(--good); font-weight: 600; } .worse { color: var(--bad); font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1rem; }
figure { margin: 0; padding: 1rem; }
figure h3 { margin: 0 0 .4rem; } figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: .88rem; margin-top: .5rem; }
svg text { font-size: 12px; fill: var(--muted); } svg .name { font-weight: 600; }
svg .grid { stroke: var(--line); } svg .mark { stroke: var(--muted); stroke-dasharray: 3 3; }
.line { fill: none; stroke-width: 2.2; } .line.b { stroke-dasharray: 7 3; } .line.c { stroke-dasharray: 2 3; }
.line.a, .rule.a { stroke: var(--a); } .line.b { stroke: var(--b); } .line.c { stroke: var(--c); }
.rule { stroke-width: 1.6; } svg text.a, .fill.a { fill: var(--a); } svg text.b, .fill.b { fill: var(--b); }
svg text.c, .fill.c { fill: var(--c); } .fill.b.bar { fill-opacity: .75; }
details.case { margin: .55rem 0; padding: .65rem 1rem; }
summary { cursor: pointer; } details.case > summary { font-weight: 600; }
summary small { font-weight: 400; color: var(--muted); }
summary:focus-visible, a:focus-visible { outline: 3px solid var(--a); outline-offset: 2px; }
dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .35rem 1rem; margin: .8rem 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
dd p { margin: 0 0 .4rem; max-width: none; }
blockquote { margin: .6rem 0; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--line);
  white-space: pre-line; overflow-wrap: anywhere; }
blockquote.gold { border-left-color: var(--c); } blockquote cite { display: block; font-style: normal;
  font-size: .88rem; color: var(--muted); }
.tag { font-size: .8rem; border: 1px solid currentColor; border-radius: .3rem; padding: 0 .35rem;
  white-space: nowrap; color: var(--c); } .tag.bad { color: var(--bad); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { body { background: #fff; } details.case { break-inside: avoid; } }
"""
