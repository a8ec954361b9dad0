"""What the two servers are asked: a case is a configuration, perhaps a file it includes, perhaps a
lease file, and the protocol. Half are made by a grammar, half from seeds by mutation."""
import glob
import os
import re

import grammar

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIXTURES = os.path.join(TESTS, "Fixtures", "syntax")
# Other people's files, where they lie beside the checkout; they are read and never copied.
CORPUS = os.path.join(os.path.dirname(os.path.dirname(TESTS)), "shared", "corpus")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|#[^\n]*|[A-Za-z][A-Za-z0-9_-]*|-?[0-9][A-Za-z0-9_-]*|\s+|.', re.S)
BYTES = [" ", "\n", "\t", "{", "}", ";", ",", '"', "(", ")", "=", ".", ":", "/", "#", "\\", "-", "!", "~", "%", "\x80", "\xff",
         "\0", "\r", "0", "9", "a", "x", "z", "_", "'"]


class Case:
    def __init__(self, text, v6=False, included="", leases=None):
        self.text, self.v6, self.included, self.leases = text, v6, included, leases

    def with_text(self, text):
        return Case(text, self.v6, self.included, self.leases)

    def with_leases(self, leases):
        return Case(self.text, self.v6, self.included, leases)


def read(path):
    with open(path, encoding="latin-1", newline="") as file:
        return file.read()


class Seeds:
    """The files of Fixtures/syntax and of the corpus: as they are for small ones, in parts for others."""

    def __init__(self, longest=2500):
        self.texts, self.pairs = {False: [], True: []}, []
        folders = [FIXTURES] + [os.path.join(CORPUS, name) for name in ("isc-tests", "real", "leases")]
        for folder in folders:
            for path in sorted(glob.glob(os.path.join(folder, "*.conf")) + glob.glob(os.path.join(folder, "*.conf6"))):
                v6, text = path.endswith("6"), read(path)
                leases = os.path.splitext(path)[0] + ".leases"
                if os.path.exists(leases) and len(text) < 20_000:
                    self.pairs.append((text, v6, read(leases)))
                elif len(text) <= longest:
                    self.texts[v6].append(text)
                else:
                    self.texts[v6].append((text, longest))
        small = [text for texts in self.texts.values() for text in texts if isinstance(text, str)]
        self.words = sorted({word for text in small for word in TOKEN.findall(text) if not word.isspace() and len(word) < 60})
        self.words += grammar.KEYWORDS + [name for known in grammar.OPTIONS.values() for name, _, _ in known]

    def choose(self, rng, v6):
        text = rng.choice(self.texts[v6 and rng.random() < 0.85])
        if not isinstance(text, str):
            text, longest = text
            start = text.rfind("\n", 0, rng.randrange(len(text))) + 1
            text = text[start:start + longest]
        return text


def mutate_tokens(rng, text, words, steps):
    tokens = TOKEN.findall(text)
    for _ in range(steps):
        if not tokens:
            break
        at, kind = rng.randrange(len(tokens)), rng.randrange(9)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens.insert(at, rng.choice(words) + rng.choice(["", " "]))
        elif kind == 2:
            tokens[at] = rng.choice(words)
        elif kind == 3:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 4:
            tokens.insert(at, rng.choice(BYTES))
        elif kind == 5:
            tokens = tokens[:at]
        elif kind == 6:  # a stretch once more
            tokens[at:at] = tokens[at:at + rng.randrange(1, 12)]
        elif kind == 7:  # a stretch elsewhere
            part = tokens[at:at + rng.randrange(1, 12)]
            del tokens[at:at + len(part)]
            at = rng.randrange(len(tokens) + 1)
            tokens[at:at] = part
        else:
            del tokens[at:at + rng.randrange(1, 12)]
    return "".join(tokens)


def mutate_bytes(rng, text, steps):
    for _ in range(steps):
        at, kind = rng.randrange(len(text) + 1), rng.randrange(4)
        if kind == 0:
            text = text[:at] + rng.choice(BYTES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + 1:]
        elif kind == 2:
            text = text[:at] + rng.choice(BYTES) + text[at + 1:]
        else:
            text = text[:at]
    return text


def mutated(rng, text, words):
    kind = rng.random()
    if kind < 0.6:
        return mutate_tokens(rng, text, words, rng.choice([1, 1, 1, 2, 3, 6]))
    if kind < 0.8:
        return mutate_bytes(rng, text, rng.choice([1, 1, 2, 4]))
    return text[:rng.randrange(len(text) + 1)]


def make_case(rng, seeds):
    kind, v6 = rng.random(), rng.random() < 0.3
    if kind < 0.06 and seeds.pairs:
        if rng.random() < 0.5:
            text, v6, leases = rng.choice(seeds.pairs)
            if len(leases) > 3000:
                start = leases.rfind("\n}", 0, rng.randrange(len(leases))) + 2
                leases = leases[start:start + 3000]
            leases = mutated(rng, leases, seeds.words)
        else:
            leases = grammar.Grammar(rng, v6).lease_file()
            text = LEASED[v6]
        return Case(text, v6, "", leases)
    if kind < 0.55:
        made = grammar.Grammar(rng, v6)
        text = made.file()
        included = made.file() if 'include "i.inc"' in text else ""
        return Case(mutated(rng, text, seeds.words) if rng.random() < 0.15 else text, v6, included)
    text = seeds.choose(rng, v6)
    if rng.random() < 0.15:  # the head of one with the tail of another
        other = TOKEN.findall(seeds.choose(rng, v6))
        tokens = TOKEN.findall(text)
        text = "".join(tokens[:rng.randrange(len(tokens) + 1)] + other[rng.randrange(len(other) + 1):])
    return Case(mutated(rng, text, seeds.words), v6)


LEASED = {
    False: 'failover peer "p" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 60; split 128; }\n'
           'class "c" { lease limit 4; }\nclass "d" { match hardware; }\n'
           "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.99; pool { failover peer \"p\"; range 10.0.0.100 10.0.0.200; } }\n",
    True: 'class "c" { lease limit 4; }\nsubnet6 2001:db8::/64 { range6 2001:db8:: 2001:db8::ffff; prefix6 2001:db8:0:1:: 2001:db8:0:f:: /64; }\n',
}
