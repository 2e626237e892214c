"""Words for the report factory: a plausible assessment, in several scripts."""

# Section title, chart label, and control titles; refs follow from the order.
THEMES = (
    (
        "A.5",
        "Organizational controls",
        (
            (
                "Governance and roles",
                "Governance",
                "Policies for information security|Roles and responsibilities|Segregation of duties|Management responsibilities|Contact with authorities|Contact with special interest groups|Threat intelligence|Security in project management",
            ),
            (
                "Information and assets",
                "Assets",
                "Inventory of information and assets|Acceptable use|Return of assets|Classification of information|Labelling of information|Information transfer",
            ),
            (
                "Identity and access",
                "Access",
                "Access control|Identity management|Authentication information|Access rights",
            ),
            (
                "Suppliers and cloud",
                "Suppliers",
                "Supplier relationships|Security in supplier agreements|ICT supply chain|Monitoring of supplier services|Use of cloud services",
            ),
            (
                "Incidents and continuity",
                "Incidents",
                "Incident planning|Assessment of events|Response to incidents|Learning from incidents|Collection of evidence|Security during disruption|ICT readiness for continuity",
            ),
            (
                "Law, records and review",
                "Law",
                "Legal and contractual requirements|Intellectual property|Protection of records|Privacy and personal data|Independent review|Compliance with policies|Documented procedures",
            ),
        ),
    ),
    (
        "A.6",
        "People controls",
        (
            (
                "People",
                "People",
                "Screening|Terms of employment|Awareness, education and training|Disciplinary process|After termination or change|Confidentiality agreements|Remote working|Event reporting",
            ),
        ),
    ),
    (
        "A.7",
        "Physical controls",
        (
            (
                "Secure areas",
                "Secure areas",
                "Physical perimeters|Physical entry|Securing offices and rooms|Physical monitoring|Physical and environmental threats|Working in secure areas",
            ),
            (
                "Equipment",
                "Equipment",
                "Clear desk and screen|Equipment siting|Assets off premises|Storage media|Supporting utilities|Cabling security|Equipment maintenance|Secure disposal or reuse",
            ),
        ),
    ),
    (
        "A.8",
        "Technological controls",
        (
            (
                "Endpoints and privileges",
                "Endpoints",
                "User endpoint devices|Privileged access rights|Information access restriction|Access to source code|Secure authentication",
            ),
            (
                "Operations and data",
                "Operations",
                "Capacity management|Protection against malware|Technical vulnerabilities|Configuration management|Information deletion|Data masking|Data leakage prevention|Information backup|Redundancy of facilities",
            ),
            (
                "Logging and monitoring",
                "Logging",
                "Logging|Monitoring activities|Clock synchronization|Privileged utility programs|Software on operational systems",
            ),
            (
                "Networks and cryptography",
                "Networks",
                "Network security|Security of network services|Segregation of networks|Web filtering|Use of cryptography",
            ),
            (
                "Development and change",
                "Development",
                "Secure development life cycle|Application security requirements|Secure architecture|Secure coding|Security testing|Outsourced development|Separation of environments|Change management|Test information|Protection during audit tests",
            ),
        ),
    ),
)

NOTES = (
    "The policy was renewed in March and all site leads have signed it. The yearly review is in the management calendar, and the minutes are kept with the quality records.",
    "Done for the main plant. The warehouse in Vila do Conde still works with the old procedure; the change is planned for January, after the move of the goods-in area.",
    "Procedure SOP-114 is followed and sampled each quarter. In the last sample 24 of 25 records were complete; the missing signature was obtained afterwards and is explained on the record.",
    "Tickets show that requests are approved by the owner of the system. Two shared accounts remain on the packaging line because the controller knows only one user.",
    "We keep a list, but nobody has owned it since the reorganization. It was last checked in 2024.",
    "Restores were tested on 12 May and 3 October: 4 h 10 min and 3 h 25 min against a goal of 6 h. Both reports are attached, with the one deviation and how it was closed.",
    "Rule written down; not yet followed by the night shift.",
    "我们每季度审查一次访问权限，并由系统负责人签字确认。上一次审查发现三个多余账户，已在两天内停用。",
    "تُراجَع حقوق الوصول كل ثلاثة أشهر ويوقّع عليها مالك النظام. أُغلقت ثلاثة حسابات زائدة بعد المراجعة الأخيرة.",
    "Η διαδικασία εφαρμόζεται σε όλες τις εγκαταστάσεις και ελέγχεται κάθε χρόνο από ανεξάρτητη ομάδα.",
    "Процедура выполняется, записи хранятся пять лет. Последняя проверка прошла без замечаний ✅",
    "Works well since the tool was introduced 👍🏽 – see the dashboard at https://intranet.northwind.example/security/dashboards/operations?view=quarterly&site=porto for the figures.",
    "バックアップの復元試験は毎年二回実施し、結果を記録している。",
    "",
    "Nothing to add.",
)
QUESTIONS = (
    "Can you show who decides about this, and when it was last decided?",
    "Is there one agreed way of doing this, and do people at every site follow it?",
    "Do you check at least once a year that this works as it was meant to, and act on what you find?",
    "Is it written down who may do this, who must not, and who looks after it?",
)
CRITERIA = (
    (
        "1",
        1,
        "At least one example can be shown, even if it depends on a single person.",
    ),
    (
        "3",
        3,
        "A written procedure names the owner, the steps and the records to be kept.",
    ),
    ("3", 3, "Records of the last twelve months show that the procedure is followed."),
    (
        "5",
        5,
        "The procedure was changed after measured results, and the effect of the change is on file.",
    ),
)
EVIDENCE = (
    ("Access review, third quarter", "access-review-2026-q3.xlsx"),
    ("Information security policy", "IS-policy-v7-signed.pdf"),
    ("Restore test report, October", "restore-test-2026-10-03.pdf"),
    ("Supplier register with ratings", "supplier-register.xlsx"),
    ("Training records, all sites", "training-records-2026.csv"),
    ("Minutes of the management review", "management-review-2026-06.docx"),
    (
        "Network plan of the Porto site",
        "https://intranet.northwind.example/network/porto",
    ),
    ("清洁验证报告", "清洁验证报告-2026.pdf"),
)
REASONS = (
    "The list was shown, but three of ten sampled entries had no owner. The procedure asks for one.",
    "The last test is older than the twelve months that the procedure allows, and no reason for the delay is on file.",
    "The evidence covers the main plant only; the scope of the assessment names two sites.",
)
PEOPLE = (
    "Ines Duarte",
    "Mei Tanaka",
    "Jonas Weber",
    "Νίκος Παπαδόπουλος",
    "سارة المنصوري",
)
PROBE = '`#import #read("/etc/passwd") <script> {{7*7}} *x* $x$`'
FORMULA = "=cmd|'/C calc'!A0"
