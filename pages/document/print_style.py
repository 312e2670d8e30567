"""The looks of the printed page. Logical sides only: a right-to-left page is a mirror image.

The families are those of pages/printing/fonts/. Each language begins with its own, since the
Chinese font has Korean's punctuation and the Arabic font Urdu's letters.
"""

from __future__ import annotations

from pages.document.nodes import Direction


def page_style(size: str, dir: Direction, *, lines: int) -> str:
    """The sheet: its size, and the footer of so many `lines`. A margin box has no logical side."""
    bottom = 15 + 5 * lines  # millimetres: a line of Urdu takes more than five
    start, end = ("left", "right") if dir == "ltr" else ("right", "left")
    return f"""
@page{{size:{size};margin:16mm 18mm {bottom}mm;
@bottom-{start}{{content:element(running);vertical-align:top;width:82%;padding-top:4mm}}
@bottom-{end}{{content:counter(page) " / " counter(pages);vertical-align:top;width:18%;
padding-top:5mm;font:9pt "Noto Sans";color:#444b57;direction:ltr;text-align:{end}}}}}
"""


PRINT_STYLE = """
*{box-sizing:border-box}
html{font:10.5pt/1.5 "Noto Sans","IBM Plex Sans Arabic","Noto Sans Bengali","Noto Sans SC",
"Noto Sans KR";color:#111;image-rendering:crisp-edges}
:lang(ar){font-family:"IBM Plex Sans Arabic","Noto Sans";line-height:1.7}
:lang(ur){font-family:"Noto Nastaliq Urdu","Noto Sans";line-height:2.3}
:lang(bn){font-family:"Noto Sans","Noto Sans Bengali";line-height:1.7}
:lang(zh-hans){font-family:"Noto Sans SC","Noto Sans";line-height:1.65}
:lang(ko){font-family:"Noto Sans KR","Noto Sans","Noto Sans SC";line-height:1.6}
:lang(en),:lang(es),:lang(fr),:lang(ht),:lang(pl),:lang(ru){font-family:"Noto Sans",
"IBM Plex Sans Arabic","Noto Sans Bengali","Noto Sans SC","Noto Sans KR";line-height:1.45}
bdi[dir=ltr]{font-family:"Noto Sans","IBM Plex Sans Arabic","Noto Sans Bengali","Noto Sans SC",
"Noto Sans KR";line-height:1}
.whole{white-space:nowrap}
body{margin:0;overflow-wrap:anywhere}
h1{font-size:20pt;margin:0 0 2mm}
h2{font-size:13pt;margin:0 0 1.5mm}
h3{font-size:11pt;margin:3mm 0 1mm}
h1,h2,h3{line-height:1.3;break-after:avoid}
h1:lang(ur),h2:lang(ur),h3:lang(ur){line-height:2.2}
h1:lang(ar),h2:lang(ar),h3:lang(ar),h1:lang(bn),h2:lang(bn),h3:lang(bn){line-height:1.5}
p{margin:0 0 1.5mm;orphans:2;widows:2}
ul,ol{margin:0 0 1.5mm;padding-inline-start:6mm}
li{margin-bottom:1mm}
li p{margin:0}
em,cite{font-style:normal}
em{font-weight:700}
a{color:#0b57a4}
p>a[href^="http"]:not([data-treatment]):not(.action):not(:has(bdi))::after,
li>a[href^="http"]:not([data-treatment]):not(:has(bdi))::after{content:"(" attr(href) ")";
direction:ltr;margin:0 .3em;font-family:"Noto Sans"}
header{margin-bottom:4mm}
.names,.said,.small,figcaption,.transcript,.cited,.imprint{color:#444b57;font-size:9pt}
.summary{font-size:12pt}
figure{margin:2mm 0;break-inside:avoid}
img{display:block;max-width:90mm;max-height:56mm}
section{padding-top:3mm;margin-bottom:3mm;border-top:.75pt solid #c9d0da}
section.lead{font-size:11.5pt}
.key_points,.checklist,.cta,.result_stat,.critical,.care_card,.do_dont,.relation,tr,li,
footer div{break-inside:avoid}
.key_points,.checklist,.cta,.result_stat{border:.75pt solid #c9d0da;padding:3mm 4mm}
.critical,.care_card{border:1.5pt solid #a3120f;border-inline-start-width:5pt;padding:3mm 4mm}
.care_card.non_urgent{border-color:#0b57a4}
.care_card.urgent{border-color:#8a4300}
.level{display:block;font-size:9.5pt;color:#a3120f}
.non_urgent .level{color:#0b57a4}
.urgent .level{color:#8a4300}
.absolute{color:#a3120f}
.action-line{font-size:14pt;font-weight:700}
.note{border:.75pt solid #8a4300;color:#6b4300;padding:1mm 3mm;font-size:9pt}
.result{font-weight:700}
.result data{font-size:18pt}
.boxes{list-style:none;padding:0}
.boxes li{position:relative;padding-inline-start:7mm}
.boxes li::before{content:"";position:absolute;inset-inline-start:0;top:.25em;width:3.6mm;
height:3.6mm;border:1pt solid #444b57}
.action{font-weight:700}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{border:.75pt solid #c9d0da;padding:1.5mm 2mm;text-align:start;vertical-align:top}
.terms{border-inline-start:2pt solid #c9d0da;padding-inline-start:3mm;font-size:9pt;
margin:1.5mm 0}
dt{font-weight:700}
dd{margin:0 0 1mm}
footer{margin-top:5mm;padding-top:2mm;border-top:1.5pt solid #c9d0da;font-size:9pt}
footer h2{font-size:11pt}
.imprint{margin-top:3mm}
.running{position:running(running);font-size:8pt;line-height:1.4;color:#444b57}
.running :lang(ur){line-height:1.75}
.running :lang(ar){line-height:1.5}
.running .qr{float:inline-start;width:19mm;height:19mm}
.running .said{margin-inline-start:22mm;padding-top:1mm}
.running b{display:block;max-height:2lh;overflow:hidden}
.letterhead{overflow:hidden;margin-bottom:5mm;padding-bottom:2.5mm;border-bottom:2.5pt solid}
.letterhead p{margin:0;font-family:"Noto Sans"}
.letterhead img{float:inline-start;max-width:80mm;max-height:16mm}
.letterhead .contact{text-align:end;font-size:9pt;line-height:1.4;color:#111}
.letterhead b{font-size:12pt}
.letterhead br{line-height:inherit}
.letterhead bdi[dir=rtl]{line-height:2.3}
.letterhead a{color:inherit;text-decoration:none}
"""
