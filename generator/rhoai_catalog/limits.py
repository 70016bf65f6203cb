"""What a stranger can make a run spend, and how much of a stranger a reader is shown: every bound, and why it is there.

A bound is checked where all of its kind pass. What goes beyond one costs itself only: it is refused, or cut and
counted, and told. Times are seconds; texts are counted in characters, unless a name says bytes. What another's format
prescribes, or the width of a screen, stands where it is used.
"""

from __future__ import annotations

from typing import Final

MiB: Final = 1 << 20

# Time: a server that drips, never answers or asks to wait holds up nothing but itself, and that not for long.
CONNECT_SECONDS: Final = 10.0  # a packet that is dropped is sent again after 1, 3 and 7
SILENCE_SECONDS: Final = 30.0  # between two bytes; a Route of OpenShift gives up after as many
CALL_SECONDS: Final = 90.0  # three tries that stay silent
LISTING_SECONDS: Final = 240.0  # below what a source has, so that a slow page is told as such
SOURCE_SECONDS: Final = 300.0  # unless its `timeout` says otherwise
CHECK_SECONDS: Final = 10.0  # of `doctor` at a source: whoever waits at the terminal sees a line by then
SURVEY_SECONDS: Final = 60.0  # of `init` at a cluster, whose listings of Services and Routes may be long
HUB_SECONDS: Final = 300.0  # of `doctor --hub`, with the sites that the Hub builds meanwhile
RETRY_SECONDS: Final = 10.0  # the longest pause that a source may ask for
FORGE_CALL_SECONDS: Final = 120.0  # a forge merges and checks while it answers
FORGE_WAIT_SECONDS: Final = 60.0  # one pause that a forge asks for, which is what GitHub's secondary limit asks for
FORGE_WAITS_SECONDS: Final = 180.0  # all of them in one run: the next run goes on
SOURCES_AT_ONCE: Final = 16  # each has connections and memory of its own

# Size of an answer: it is held in memory, and its JSON as Python's values takes five to ten times as much.
ANSWER_BYTES: Final = 64 * MiB  # a page of 100 rows, each with a card of several hundred thousand characters
LISTING_BYTES: Final = 256 * MiB  # a listing of Kubernetes that expired twice comes in one piece
FORGE_ANSWER_BYTES: Final = 16 * MiB  # a page of 50 pull requests with the longest bodies has a quarter
DEFINITION_BYTES: Final = 1 * MiB  # of a tenant's server, which may be anything
PAGES: Final = 1_000  # of a listing: 100,000 rows and more
FORGE_PAGES: Final = 40  # of 50 rows; only labels, comments and statuses of one pull request are listed
JSON_DEPTH: Final = 100  # what Kubernetes and registries say nests a fifth as deep; Python ends at 1,000
JSON_VALUES: Final = 250_000  # of a short answer; a longer one may have one more for so many bytes:
JSON_BYTES_PER_VALUE: Final = 10  # `[],[],…` has one for each three
VALUE_LENGTH: Final = 1_000_000  # of one text in a row; a longer one is cut
FILTER_LENGTH: Final = 5_000  # of a question in an address, which proxies bound
NAMES_COMPARED: Final = 30_000_000  # characters, to see whom a name with wildcards means: some seconds
TRIED_SEARCHES: Final = 3  # models by which to try whether a catalog can be searched
FAILED_LISTINGS: Final = 5  # of artifacts, after which no further one is asked for: the source fails as a whole

# What is parsed: YAML, patterns, front matter, shell; each bound keeps a parser's worst case within a second.
YAML_ALIASES: Final = 100  # uses of a node, times those of what is in it: as Backstage's parser counts them
YAML_REPEATED: Final = 100_000  # values that all aliases stand for: every reader behind walks through each
YAML_KEY: Final = 1_024  # as YAML itself has it unless a `?` stands in front; the name of each value below has it, too
YAML_NUMBER: Final = 300  # digits; JavaScript has no larger number than Infinity
YAML_TAB_LINES: Final = 100  # blank lines with tabs that only Backstage's parser reads, each a further reading
YAML_READ_AGAIN: Final = 2_000_000  # read over and over for their sake
PUNYCODE: Final = 4_000  # of a label, which DNS bounds at 63: decoding takes the square of it
HOST: Final = 1_000  # of an address; DNS bounds it at 253
PATTERN_LENGTH: Final = 4_096  # as long as a path is on Linux
PATTERN_CHOICES: Final = 256  # that its braces give
PATTERN_WILDCARDS: Final = 2  # groups and stars in a name that has a group: the time grows by a power with each
FILE_NAME_LENGTH: Final = 255  # on any file system
FRONT_MATTER: Final = 20_000  # a longer one is taken out of the page, but not used
README: Final = 400_000  # that are looked at for front matter
SCRIPT: Final = 100_000  # of a container's shell; of a longer one nothing is known
SCRIPT_LINE: Final = 20_000  # likewise; shlex joins a word character by character, which takes the square of its length
FILLED: Final = 100_000  # in place of a container's variables and templates: ten that name each other ten times are GB
MISTAKES: Final = 50  # of a configuration that are told at once
REVERTS: Final = 50  # commits of people that change the base, the newest, of which is looked up what they took back
STATE_BYTES: Final = 20_000_000  # of what the runs remember in Git: 50 proposals and 20,000 declines are less
KEPT_PLAN: Final = 30_000_000  # of what a plan writes and the next run may find again; a first one may have far more
TITLE: Final = 1_000  # of a section; the name of each section below has it, too
SECTIONS_COMPARED: Final = 2_000  # pairs of sections of two pages whose lines are compared one by one
LINES_COMPARED: Final = 200  # of each of them

# Descriptions, names and lists in an entity: what a list, a card or a menu of the Hub shows at once.
PROSE: Final = 20_000  # of a description
PROSE_LINES: Final = 1_000
SERVED_NAMES: Final = 100  # nobody looks through more; a server with an adapter for each customer has thousands
SERVED_NAME: Final = 200  # the longest of Hugging Face have half of that
STATED_VALUES: Final = 50  # of one list that a card or a registry states
STATED_VALUE: Final = 200
LABELS: Final = 100  # of a catalog's model; more than anybody filters by
LINKS: Final = 20  # a card of the Hub shows them all, below each other
LINK_TITLE: Final = 100
KEY_NAME: Final = 100  # of a header, parameter, cookie or prefix with an API key
TAGS: Final = 20  # in a row of a list
TAGS_OF_ONE_FIELD: Final = 10
RUNTIMES: Final = 1024  # command lines and images that are told apart once
PROTOCOLS: Final = 10  # a runtime may claim any number; there are five
TOOLS: Final = 100  # of an MCP server; a catalog lists no more, either
TOOL_PARAMETERS: Final = 50
FETCHED_DEFINITION: Final = 60_000  # that nobody wrote for readers
DECLARED_DEFINITION: Final = 200_000  # the Hub's page of an API shows it as a whole
INDEX_PARTS: Final = 500  # each costs the Hub one request a round

# Pages: beyond these, the builder of TechDocs takes minutes, and nobody reads to the end.
CARD: Final = 200_000
CARD_LINES: Final = 6_000  # as every one may be a block
CARD_BRACKETS: Final = 10_000  # as every one may begin a link, which is looked for to the end
SUBTITLE: Final = 200  # of a site, in one line
BLOCK: Final = 40_000  # of one paragraph, table or piece of code
BLOCK_DEPTH: Final = 12  # lists and quotes within each other
HEADINGS: Final = 300  # each further one makes the table of contents slower for all
SPANS: Final = 300  # emphases and links of one paragraph
TABLE_CELLS: Final = 5_000
CELLS: Final = 20_000  # of all tables of a page: half a second for the parser, which fills up each short row
MARKS: Final = 200  # of footnotes and abbreviations of one text; each costs the builder a look at all others
OPEN_TAGS: Final = 40  # HTML within each other
CELL: Final = 500  # of a value in a table
ROWS: Final = 200  # of a table; whoever needs more looks into the registry

# Reports: what is said of a stranger's words, and how many of a kind are named before the rest is counted.
SOURCE_REASON: Final = 300  # of what a catalog says of a source of its own
FORGE_REASON: Final = 200  # of a forge's answer
PARSER_CAUSE: Final = 200  # of what a parser says
QUOTE: Final = 80  # of a value in a message
CIRCLE: Final = 12  # names of a circle of dependencies
HUB_MESSAGE: Final = 600  # of what the Hub says of an entity
HUB_NAMED: Final = 5  # entities that a line of `doctor --hub` names
HUB_SITES: Final = 5  # that it has the Hub build
SUMMARY_NAMES: Final = 10  # for `model` in a description, by which the Hub finds it; the definition has all
SUMMARY_ROWS: Final = 300  # of a workflow's summary, which may have 1 MiB
ALIKE: Final = 10  # things in which the same change is told once
UPKEEP_FILES: Final = 50  # of the index, each with a row
BODY_VALUES: Final = 40  # of one entity in a pull request's body
SETTINGS: Final = 40  # changed keys of generator.yaml
BODY_REASONS: Final = 20  # that are told each by itself: their headings must not take the room of everything else
TERMINAL_ITEMS: Final = 40  # of one concern, unless verbose: a terminal shows as many lines
PAGE_DETAILS: Final = 12 * MiB  # of HTML about single values: a browser opens as much within two seconds
PAGE_VALUE: Final = 60_000  # of one side of a value
PAGE_LINES: Final = 400  # of one side that are compared line by line, which takes their square at worst
PAGE_DOCUMENT: Final = 80  # lines of an entity or page that is new
GRAPH_THINGS: Final = 30  # flagged ones, what is around each of which is looked for in every part
GRAPH_NODES: Final = 30  # boxes; more cannot be taken in
