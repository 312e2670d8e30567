"""The looks of the HTML page: one small stylesheet inside it, named by its hash in a policy.

Only logical sides (inline-start, not left), so that a right-to-left page is its mirror image.
Fonts are those of the reader's machine; the Noto families are what Linux and Android have.
"""

from __future__ import annotations

import base64
import hashlib

# Colours meet WCAG 2.2, 1.4.3 (4.5:1) on the grounds that they stand on.
STYLE = """
:root{color-scheme:light;--ink:#1b1f24;--soft:#50596a;--line:#c9d0da;--ground:#f4f6f9;
--link:#0b57a4;--warn:#a3120f;--warn-ground:#fdf1f0;--note:#6b4300;--note-ground:#fff7e2;
--good:#1a6b36}
*{box-sizing:border-box}
html{font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
color:var(--ink);background:#fff;-webkit-text-size-adjust:100%;text-size-adjust:100%}
:lang(ar){font-family:"Noto Sans Arabic","Noto Naskh Arabic","Segoe UI",Tahoma,sans-serif;
line-height:1.8}
:lang(ur){font-family:"Noto Nastaliq Urdu","Jameel Noori Nastaleeq","Urdu Typesetting",serif;
line-height:2.3}
:lang(bn){font-family:"Noto Sans Bengali","Nirmala UI",Vrinda,sans-serif;line-height:1.75}
:lang(zh-hans){font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",
sans-serif;line-height:1.75}
:lang(ko){font-family:"Apple SD Gothic Neo","Malgun Gothic","Noto Sans CJK KR","Noto Sans KR",
sans-serif;line-height:1.7;word-break:keep-all}
:lang(en),:lang(es),:lang(fr),:lang(ht),:lang(pl),:lang(ru){font-family:system-ui,-apple-system,
"Segoe UI",Roboto,"Noto Sans",sans-serif;line-height:1.6}
bdi[dir=ltr]{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.whole{white-space:nowrap}
body{margin:0 auto;max-width:48rem;padding:1.25rem 1rem 3rem;overflow-wrap:break-word}
h1{font-size:1.9rem;margin:0 0 .5rem}
h2{font-size:1.3rem;margin:0 0 .6rem}
h3{font-size:1.08rem;margin:1.2rem 0 .3rem}
h1,h2,h3{text-wrap:balance;break-after:avoid}
h2:lang(zh-hans),h3:lang(zh-hans){text-wrap:wrap}
h1:lang(en),h1:lang(es),h1:lang(fr),h1:lang(ht),h1:lang(pl),h1:lang(ru){line-height:1.25}
h2:lang(en),h2:lang(es),h2:lang(fr),h2:lang(ht),h2:lang(pl),h2:lang(ru){line-height:1.3}
p{margin:0 0 .6rem}
ul,ol{margin:0 0 .6rem;padding-inline-start:1.5rem}
li{margin-block-end:.45rem}
li p{margin:0}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);
outline-offset:2px}
bdi,cite,data,dd,dt,figcaption,span{unicode-bidi:isolate}
header{margin-block-end:1.5rem}
.names,.said,.small,figcaption,.transcript,.cited{color:var(--soft);font-size:.94em}
.summary{font-size:1.12em}
figure{margin:1rem 0}
img{display:block;max-width:min(100%,36rem);height:auto;border-radius:.4rem}
details{margin-block-end:1.5rem;border:1px solid var(--line);border-radius:.5rem;
padding:.6rem 1rem}
summary{font-weight:600;cursor:pointer}
nav ol{margin-block-start:.6rem}
section{margin-block:0 1.5rem;padding-block-start:1.25rem;border-block-start:1px solid var(--line)}
section.lead{font-size:1.12em}
.key_points,.checklist,.cta,.result_stat{border:0;background:var(--ground);border-radius:.5rem;
padding:1.1rem 1.25rem}
.critical,.care_card{border:0;border-inline-start:.4rem solid var(--warn);
background:var(--warn-ground);border-radius:.5rem;padding:1.1rem 1.25rem}
.care_card.non_urgent{border-color:var(--link);background:#eef4fb}
.care_card.urgent{border-color:#b25600;background:#fff4e8}
.level{display:block;font-size:.85em;color:var(--warn)}
.non_urgent .level{color:var(--link)}
.urgent .level{color:#8a4300}
.absolute{color:var(--warn)}
.action-line{font-size:1.3rem;font-weight:700}
.note{border:1px solid #d9b65c;background:var(--note-ground);color:var(--note);
border-radius:.4rem;padding:.5rem .8rem;font-size:.94rem}
.result{font-size:1.15em;font-weight:600}
.result data{font-size:1.9em;margin-inline-end:.1em}
.boxes{list-style:none;padding:0}
.boxes li{display:flex;gap:.7rem}
.boxes li::before{content:"";flex:none;inline-size:1.05em;block-size:1.05em;margin-block-start:.3em;
border:2px solid var(--soft);border-radius:.2em;background:#fff}
.do h3{color:var(--good)}
.dont h3{color:var(--warn)}
.action{display:inline-block;background:var(--link);color:#fff;text-decoration:none;
border-radius:.4rem;padding:.55rem 1.1rem;font-weight:600}
.scroll{overflow-x:auto}
table{border-collapse:collapse;min-width:100%}
th,td{border:1px solid var(--line);padding:.5rem .7rem;text-align:start;vertical-align:top;
min-width:8.5rem}
thead th,thead td{background:var(--ground)}
.terms,footer dl{margin:.8rem 0 0}
.terms{border-inline-start:3px solid var(--line);padding-inline-start:.9rem;font-size:.94em}
dt{font-weight:600}
dd{margin:0 0 .5rem}
footer{margin-block-start:2.5rem;padding-block-start:1rem;border-block-start:2px solid var(--line);
font-size:.94em;color:var(--soft)}
footer dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:.2rem 1.5rem}
@media print{
html{font-size:11pt}
body{max-width:none;padding:0}
details{display:none}
section,figure,tr,li{break-inside:avoid}
section.prose_section,section.faq,section.comparison{break-inside:auto}
.scroll{overflow:visible}
.critical,.care_card{border:1.5pt solid var(--warn);border-inline-start-width:5pt}
.action{border:1pt solid var(--link);background:#fff;color:var(--link)}
}
"""

STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
