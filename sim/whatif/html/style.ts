/** Of the whole page: light on paper, dark on a screen that is set so. Colours of verdicts are never their only sign. */
export const STYLE = `
:root{--ground:#fff;--text:#1f2328;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;--worse:#b3261e;--gain:#0b6bb8;--noise:#8a9199;--green:#2e8b57;--vehicle:#57606a}
@media screen and (prefers-color-scheme:dark){:root{--ground:#1b1d20;--text:#d3d7dc;--soft:#a3abb5;--line:#3c4148;--panel:#25282c;--worse:#ff8a7a;--gain:#6cb6ff;--noise:#8a9199;--green:#5cc08a;--vehicle:#a3abb5}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,"Liberation Sans",sans-serif;color:var(--text);background:var(--ground);max-width:62rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.15rem;margin:1.75rem 0 .5rem;padding-bottom:.2rem;border-bottom:2px solid var(--line)}
h3{font-size:1rem;margin:1rem 0 .25rem}
p{margin:.35rem 0}
.soft,.head-line{color:var(--soft);font-size:.9em}
.verdict{border-left:5px solid var(--noise);background:var(--panel);padding:.5rem .8rem;margin:.6rem 0}
.verdict.loses{border-color:var(--worse)}.verdict.gains{border-color:var(--gain)}
.verdict h3{margin:0 0 .15rem}
.alarm{font-weight:700;color:var(--worse)}
table{border-collapse:collapse;width:100%;font-size:.87em;font-variant-numeric:tabular-nums;margin:.6rem 0 1rem}
caption{text-align:left;font-weight:600;padding:.2rem 0}
th,td{padding:.16rem .45rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
thead th{font-weight:600;color:var(--soft);vertical-align:bottom}
th:first-child{text-align:left}
thead th,td{white-space:nowrap}.text td{white-space:normal}
tbody th{font-weight:400}
.text td,.text th{text-align:left}
.worse{color:var(--worse);font-weight:600}.gain{color:var(--gain)}.noise{color:var(--soft)}
.wide{overflow-x:auto}
pre{background:var(--panel);padding:.6rem .8rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85em;margin:.4rem 0}
svg{display:block;width:100%;height:auto;margin:.5rem 0;overflow:visible}
svg text{font:12px system-ui,"Liberation Sans",sans-serif;fill:var(--soft)}
svg .title{font-weight:600;font-size:13px;fill:var(--text)}
svg .head{font-size:11px}
svg .x{text-anchor:middle}svg .y{text-anchor:end}
svg .grid{stroke:var(--line);stroke-width:.6}svg .zero{stroke:var(--soft);stroke-width:1}
svg .line{fill:none;stroke-width:1.8}
g.worse text{fill:var(--worse);font-weight:600}g.gain text{fill:var(--text)}g.noise text{fill:var(--soft)}
g .bar{stroke-width:2.5}
g.worse .bar{stroke:var(--worse)}g.gain .bar{stroke:var(--gain)}g.noise .bar{stroke:var(--noise)}
g.worse .mark{fill:var(--worse)}g.gain .mark{fill:var(--gain)}g.noise .mark{fill:var(--noise)}
svg .ring{fill:var(--ground);stroke:var(--noise);stroke-width:2}
svg .dot.base{fill:none;stroke:var(--soft);stroke-width:1}svg .dot.variant{fill:var(--gain)}
svg .stop{stroke:var(--line);stroke-width:1}svg .green{stroke:var(--green);stroke-width:5}
svg .vehicle{fill:none;stroke:var(--vehicle);stroke-width:.7;stroke-opacity:.75}
@page{size:A4;margin:12mm}
@media print{
body{font-size:9.5pt;line-height:1.35;max-width:none;padding:0}
h1{font-size:15pt}h2{font-size:11.5pt;margin:.7rem 0 .25rem}
.verdict{margin:.3rem 0;padding:.2rem .6rem}.verdict h3{font-size:10pt}.verdict p{font-size:9pt;margin:.1rem 0}
table{font-size:8pt;margin:.3rem 0 .5rem}th,td{padding:.06rem .35rem}
svg{margin:.2rem 0}svg.forest{width:88%}svg.plot{width:92%}svg,tr,figure,.verdict{break-inside:avoid}h2,h3,caption{break-after:avoid}thead{display:table-header-group}
.appendix{break-before:page}
pre{font-size:7.5pt}.wide{overflow:visible}
.verdict,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`;
