"""The rules: which words in a heading or a lead-in say which block. A table, in the order asked.

`*` in a phrase stands for up to six words; `$` at its end for the end of the line. The first
rule that matches wins, so what keeps somebody from harm stands first.
"""

from __future__ import annotations

from dataclasses import dataclass

from pages.document.vocabulary import Aspect


@dataclass(frozen=True, slots=True)
class Rule:
    """block: the type a list becomes; aspect: what the section speaks of, typed or not.

    critical: text of the section that stays prose is marked critical.
    lead_in: the sentence that opens a list is asked too, before the heading.
    inherited: a sub-heading that matches nothing is still under this rule.
    unless: phrases that mean something else although one of `phrases` is in them.
    """

    name: str
    block: str
    aspect: Aspect
    phrases: tuple[str, ...]
    critical: bool = False
    lead_in: bool = False
    inherited: bool = False
    unless: tuple[str, ...] = ()


RULES: tuple[Rule, ...] = (
    Rule(
        "when to get help",
        "care_card",
        Aspect.WHEN_TO_GET_HELP,
        (
            "call 911", "dial 911", "call 112", "call 999", "911 * if", "ambulance",
            "emergency room", "emergency department", "emergency if", "emergency signs",
            "emergency symptoms", "in an emergency$", "emergencies", "emergency", "danger signs",
            "warning signs", "warning symptoms", "red flags", "watch for", "watch out for",
            "look out for", "when to call", "when to contact", "when to seek", "when to get help",
            "when to get medical", "when to get care", "when to worry", "when to see * doctor",
            "when should i call", "when should i contact", "when should i seek",
            "when should i see", "when should i get help", "when do i call",
            "when do i need to call", "when should you call", "when should you contact",
            "call your", "call the doctor", "call the clinic", "call the office", "call a doctor",
            "call our", "call us if", "call us right away", "call us immediately",
            "call us at once", "call us today if", "call if", "call right away", "contact * if",
            "see a doctor * if", "see your doctor * if", "seek medical", "seek help",
            "seek care", "seek immediate", "seek emergency", "get help", "get medical help",
            "get emergency", "go to the hospital", "go to the nearest",
        ),
        critical=True,
        lead_in=True,
        inherited=True,
    ),
    Rule(
        "who must not have it",
        "contraindications",
        Aspect.CONTRAINDICATIONS,
        (
            "contraindication", "contraindications", "contraindicated", "when not to",
            "who should not", "who shouldn't", "who should avoid", "who cannot", "who can't",
            "who must not", "who is it not for", "who it is not for", "who * not suitable for",
            "should not have", "should not get", "should not be", "shouldn't have",
            "shouldn't get", "must not have", "cannot have", "can't have", "do not have * if",
            "do not have this", "do not get", "don't have * if", "not suitable", "not safe for",
            "not recommended", "not a candidate", "not be a candidate", "not be right",
            "not right for", "not be suitable", "not be able to have", "not for everyone",
            "avoid this treatment", "avoid * if you", "tell your * if", "tell us if",
            "tell us * before", "tell the * if", "ask your doctor first", "ask a doctor first",
            "talk to your * first", "check with your * first", "precautions", "use caution",
            "before you have * tell",
        ),
        critical=True,
        lead_in=True,
        inherited=True,
    ),
    Rule(
        "questions to ask",
        "checklist",
        Aspect.QUESTIONS,
        ("questions to ask", "what to ask", "ask your doctor", "ask your therapist",
         "questions for your"),
        lead_in=True,
    ),
    Rule(
        "things to bring",
        "checklist",
        Aspect.PREPARATION,
        ("what to bring", "bring with you", "things to bring", "bring to", "please bring",
         "bring the following", "bring along", "what should i bring", "what do i need to bring",
         "checklist", "check list", "what to pack", "what to wear"),
        lead_in=True,
    ),
    Rule(
        "key points",
        "key_points",
        Aspect.OVERVIEW,
        ("key points", "key takeaways", "key facts", "key messages", "takeaways", "at a glance",
         "quick facts", "in brief", "in short", "in a nutshell", "main points", "highlights",
         "points to remember", "the basics"),
        lead_in=True,
    ),
    Rule(
        "frequent questions",
        "faq",
        Aspect.QUESTIONS,
        ("frequently asked questions", "faq", "faqs", "common questions", "questions and answers",
         "questions & answers", "q&a", "q & a", "your questions", "patients ask", "people ask"),
        inherited=True,
    ),
    Rule(
        "what it is used for",
        "indications",
        Aspect.SUITABILITY,
        ("what it treats", "what * treat", "what * treats", "what * treated", "conditions treated",
         "conditions", "indication", "indications", "who is * for", "who it is for",
         "who it's for", "who is it for", "who may benefit", "who can benefit", "who benefits",
         "who might benefit", "who should have", "who can have", "who needs", "is * right for",
         "used for", "used to treat", "used when", "uses", "what is it good for", "helps with",
         "can help with", "help people with", "help people who", "may help if", "can help if",
         "when is it used", "when it is used", "we treat", "treats", "to treat", "why is * done",
         "why it is done", "why it's done", "why * need", "reasons for", "good candidate",
         "good candidates", "recommended for", "recommended if", "symptoms", "suggest it for",
         "suggest it if", "recommend it for", "recommend it if", "may be offered"),
        inherited=True,
        lead_in=True,
    ),
    Rule(
        "side effects",
        "side_effects",
        Aspect.SIDE_EFFECTS,
        ("side effect", "side effects", "risk", "risks", "complication", "complications",
         "adverse", "what can go wrong", "unwanted effects", "is it safe", "how safe", "safety",
         "reactions", "possible problems", "downsides"),
        inherited=True,
        lead_in=True,
        unless=("at risk", "at high risk", "at higher risk", "your risk of", "reduce the risk"),
    ),
    Rule(
        "benefits",
        "benefits",
        Aspect.BENEFITS,
        ("benefit", "benefits", "advantages", "what can it do for", "what you can gain",
         "how can it help", "how it can help", "how will it help", "how does it help",
         "how can * help you", "how * helps", "positive effects", "pros"),
        inherited=True,
        lead_in=True,
    ),
    Rule(
        "do and don't",
        "do_dont",
        Aspect.SELF_CARE,
        ("do and don't", "dos and don'ts", "do's and don'ts", "self-care", "self care",
         "aftercare", "after care", "home care", "care at home", "at home", "advice",
         "guidance", "what you can do", "what can i do", "what should i do", "instructions",
         "tips", "look after yourself", "taking care", "caring for"),
    ),
    Rule(
        "before",
        "steps",
        Aspect.PREPARATION,
        ("before your", "before the", "before you", "before", "prepare", "preparing",
         "preparation", "get ready", "getting ready", "days before", "day before"),
    ),
    Rule(
        "after",
        "steps",
        Aspect.RECOVERY,
        ("after your", "after the", "after you", "after", "afterwards", "afterward", "recovery",
         "recover", "recovering", "going home", "next steps", "follow-up", "follow up",
         "what happens next"),
    ),
    Rule(
        "steps",
        "steps",
        Aspect.WHAT_HAPPENS,
        ("step", "steps", "step by step", "procedure", "what to expect", "what happens",
         "what will happen", "during", "how is it done", "how it is done", "how it's done",
         "how is * done", "how is * performed", "how is * given", "your visit",
         "your appointment", "the treatment itself", "what does * involve", "what is involved",
         "your first visit", "the process", "session looks like"),
    ),
    Rule(
        "how it works",
        "how_it_works",
        Aspect.HOW_IT_WORKS,
        ("how it works", "how does * work", "how do * work", "how * works", "how * work",
         "what does it do", "what it does", "what does * do"),
    ),
    Rule(
        "comparison",
        "comparison",
        Aspect.ALTERNATIVES,
        ("compare", "compared", "compares", "comparison", "versus", "vs", "alternative",
         "alternatives", "other options", "other treatments", "other choices",
         "treatment options", "your options", "difference between", "side by side"),
    ),
    Rule(
        "research",
        "evidence",
        Aspect.EFFECTIVENESS,
        ("evidence", "research", "studies", "study", "does it work", "how well",
         "how effective", "effectiveness", "references", "sources", "citations", "literature",
         "what the science says"),
    ),
    Rule(
        "access",
        "prose_section",
        Aspect.GETTING_ACCESS,
        ("cost", "costs", "insurance", "price", "pay", "book", "booking", "appointment",
         "appointments", "contact us", "contact", "find us", "how to get", "location",
         "locations", "hours", "referral"),
    ),
)  # fmt: skip

# Words around a table that compares, and the corner of one whose rows are what is compared.
COMPARISON = ("compare", "compared", "compares", "comparison", "versus", "vs", "alternatives",
              "options", "other treatments", "other choices", "difference", "differences",
              "side by side")  # fmt: skip
COMPARED = ("treatment", "treatments", "option", "options", "therapy", "method", "procedure")

# Headings of a pair of lists.
DO = ("do", "dos", "do's", "do:", "what to do", "things to do")
DONT = ("don't", "don'ts", "do not", "what not to do", "things to avoid", "avoid", "what to avoid")

# Paragraphs that begin so belong to the page, not to the section they happen to follow.
CLOSING = (
    "this advice is based", "this information is", "this page is", "this leaflet", "version",
    "last updated", "last reviewed", "updated", "reviewed", "next review", "sources",
    "references", "for more information", "more information", "disclaimer", "copyright", "©",
)  # fmt: skip

# How a reader is told to act; a short paragraph that begins so can be a sign of a care card.
COMMANDS = ("call", "go to", "get", "seek", "contact", "dial", "if you", "see")

# Text that says so is critical, whatever block it stands in.
EMERGENCY_TEXT = ("call 911", "dial 911", "911", "call 112", "call 999", "emergency room",
                  "ambulance")  # fmt: skip
EMERGENCY = ("911", "112", "999", "emergency", "emergencies", "ambulance", "hospital")
NOT_URGENT = ("speak to your", "talk to your", "make an appointment", "at your next visit",
              "mention it")  # fmt: skip
RELATIVE = (
    "ask your", "ask a", "tell your", "tell us", "tell the", "talk to", "check with",
    "may not be", "might not be", "caution", "precautions", "be careful", "with care", "first$",
)  # fmt: skip
SERIOUS = ("serious", "severe", "rare but", "life-threatening", "dangerous", "emergency")
NOT_SERIOUS = ("not serious", "less serious", "no serious", "not severe")
SYMPTOMS = ("symptom", "symptoms", "signs")
# A list that goes on from one of these says what may be felt: nothing to do in steps.
FEELINGS = ("may feel", "might feel", "may have", "might have", "may notice", "can feel",
            "will feel", "may be", "may experience")  # fmt: skip
# A patient's question, not the section heading of a page: these are not gathered into a FAQ.
SECTION_QUESTIONS = ("what is", "what are", "what's")
# A sentence that begins so is not understood without the one before it.
REFERS = ("they", "it", "this", "he", "she")
NEGATIVE = ("do not", "don't", "avoid", "never", "no", "not", "stop", "refrain from")
# First words of advice. A list is do and don't only if every other item begins with one.
IMPERATIVES = frozenset(
    "apply ask be breathe bring call change check continue cover do drink drive eat elevate "
    "exercise follow get give go have hold ice increase keep lie limit listen make massage move "
    "place plan protect put raise relax remove rest resume return schedule see set shower sit "
    "sleep stand start stay stretch take talk tell try use wait walk warm wash watch wear work "
    "write".split()
)
