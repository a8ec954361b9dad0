/// Statements of an outermost scope, each followed by the lines that ISC dhcpd 4.4.3-P1 printed
/// for it under `-t` (each begins with `>`; bytes that cannot be printed as `\xNN`). Recorded on
/// Debian 12.
let recordedStatements = #"""
    log (info, "plain");
    >plain
    log (info, "");
    >
    log (info, null);
    log (info, "ends\000here");
    >ends
    log (info, concat ("x", null));
    log (info, 5);
    >\x05
    log (info, concat ("[", substring ("abcdef", 2, 2), "]"));
    >[cd]
    log (info, concat ("[", substring ("ab", 1, 5), "]"));
    >[b]
    log (info, concat ("[", substring ("ab", 7, 5), "]"));
    >[]
    log (info, suffix ("abcdef", 2));
    >ef
    log (info, suffix ("ab", 5));
    >ab
    log (info, lcase ("aBcD\311"));
    >abcd\xc9
    log (info, ucase ("aBcD"));
    >ABCD
    log (info, reverse (2, "abcd"));
    >cdab
    log (info, pick (reverse (2, "abc"), "none"));
    >reverse: length of buffer 3 not a multiple of width 2!
    >none
    log (info, pick (null, "second", "third"));
    >second
    log (info, pick-first-value (null, null, "third"));
    >third
    log (info, binary-to-ascii (10, 8, ".", 0a:00:ff));
    >10.0.255
    log (info, binary-to-ascii (16, 8, ":", 0a:00:ff));
    >a:0:ff
    log (info, binary-to-ascii (2, 8, " ", 0a:00:ff));
    >1010 0 11111111
    log (info, binary-to-ascii (8, 16, "-", 01:00:ff:ff));
    >400-177777
    log (info, binary-to-ascii (16, 32, "", de:ad:be:ef));
    >deadbeef
    log (info, binary-to-ascii (10, 32, "", 54:0b:e3:ff));
    >1410065407
    log (info, binary-to-ascii (10, 32, "", 54:0b:e4:00));
    >01410065408
    log (info, binary-to-ascii (17, 8, ".", 01:02:03));
    >..
    log (info, binary-to-ascii (1, 8, ".", 03));
    >00
    log (info, pick (binary-to-ascii (10, 12, ".", 01), "none"));
    >binary_to_ascii: invalid width 12!
    >none
    log (info, pick (binary-to-ascii (10, 16, ".", 01:02:03), "none"));
    >binary-to-ascii: length of buffer 3 not a multiple of width 2!
    >none
    log (info, binary-to-ascii (10, 8, ".", encode-int (258, 8)));
    >2
    log (info, binary-to-ascii (10, 8, ".", encode-int (258, 16)));
    >1.2
    log (info, binary-to-ascii (10, 8, ".", encode-int (258, 32)));
    >0.0.1.2
    log (info, binary-to-ascii (10, 8, ".", encode-int (extract-int (01:02:03:04, 16) + 1,
    + 32)));
    >0.0.1.3
    log (info, binary-to-ascii (10, 32, ".", encode-int (extract-int (00:00:00:07, 32) / 2,
    + 32)));
    >3
    log (info, binary-to-ascii (10, 32, ".", encode-int (extract-int (07, 8) % 4, 32)));
    >3
    log (info, binary-to-ascii (10, 32, ".", encode-int (extract-int (07, 8) * 3, 32)));
    >21
    log (info, binary-to-ascii (10, 32, ".", encode-int (extract-int (07, 8) & 12, 32)));
    >4
    log (info, binary-to-ascii (10, 32, ".", encode-int (extract-int (07, 8) | 8, 32)));
    >15
    log (info, binary-to-ascii (10, 32, ".", encode-int (extract-int (07, 8) ^ 3, 32)));
    >4
    log (info, pick (encode-int (extract-int (07, 8) / 0, 8), "none"));
    >none
    log (info, pick (encode-int (extract-int (07, 16), 8), "none"));
    >none
    log (info, pick (hardware, "none"));
    >data: hardware: no raw packet or lease is available
    >none
    log (info, pick (packet (0, 4), "none"));
    >data: packet: raw packet not available
    >none
    log (info, pick (leased-address, "none"));
    >data: "leased-address" configuration directive: there is no lease associated with this client.
    >none
    log (info, pick (host-decl-name, "none"));
    >data: host_decl_name: not available
    >none
    log (info, pick (option host-name, filename, server-name, "none"));
    >none
    log (info, pick (encode-int (lease-time, 32), "none"));
    >data: leased_lease: not available
    >none
    log (info, pick (encode-int (client-state, 32), "none"));
    >none
    log (info, pick (v6relay (1, "x"), v6relay (0, "self")));
    >self
    option domain-name "a.b"; log (info, config-option domain-name);
    >a.b
    set var-one = "x"; option domain-name = var-one; set var-one = "late"; log (info,
    + config-option domain-name);
    >late
    option domain-name "a"; append domain-name ".b"; prepend domain-name "c."; default
    + domain-name "d"; log (info, config-option domain-name);
    >c.a.b
    default domain-name "d"; log (info, config-option domain-name);
    >d
    append domain-name "d"; log (info, config-option domain-name);
    >d
    option domain-search "a.b.c", "d.b.c"; append domain-search "x.b.c"; log (info,
    + binary-to-ascii (16, 8, ":", config-option domain-search));
    >1:61:1:62:1:63:0:1:64:c0:2:1:78:c0:2
    allow bootp; log (info, binary-to-ascii (10, 8, ".", config-option server.allow-bootp));
    >1
    ignore bootp; log (info, binary-to-ascii (10, 8, ".", config-option server.allow-bootp));
    >2
    log (info, config-option server.ddns-rev-domainname);
    >in-addr.arpa.
    if "a" = "a" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if null = null { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if null = "a" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if null != "a" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if known { log (info, "yes"); } else { log (info, "no"); }
    >no
    if not known { log (info, "yes"); } else { log (info, "no"); }
    >no
    if static { log (info, "yes"); } else { log (info, "no"); }
    >no
    if not static { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if exists host-name { log (info, "yes"); } else { log (info, "no"); }
    >no
    if not exists host-name { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if check "default" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if not (exists host-name and static) { log (info, "yes"); } else { log (info, "no"); }
    >no
    if exists host-name or not static { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if not (exists host-name or known) { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if not (known or known) { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "abc" ~= "^a.c$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "ABC" ~= "^a.c$" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "ABC" ~~ "^a.c$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "xaby" ~= "(ab|cd)+y?$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "x12" ~= "^[[:alpha:]][0-9]{2}$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "x123" ~= "^[[:alpha:]][0-9]{2}$" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "a-b]" ~= "^a[]-]b[^a]$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "abc" ~= "(" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "a{b" ~= "a{b" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "a+b" ~= "a\\+b" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "a*b" ~= "*b" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "a)" ~= "a)" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "aaa" ~= "^a{,2}$" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "aaa" ~= "^a{2,}$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    set var-one = "a"; set var-one = concat (var-one, "b"); if defined (var-one) { log (info,
    + "yes"); } else { log (info, "no"); }
    >no
    set VAR-one = "a"; log (info, var-ONE); unset var-one; if defined (var-one) { log (info,
    + "yes"); } else { log (info, "no"); }
    >a
    >no
    set var-one = extract-int (05, 8); log (info, var-one);
    >binding type 2 in evaluate_data_expression.
    set var-one = exists host-name; log (info, var-one); if not (var-one or static) { log
    + (info, "false"); }
    >binding type 0 in evaluate_data_expression.
    >false
    set var-one = "a"; if var-one { log (info, "yes"); } else { log (info, "no"); }
    >binding type 1 in evaluate_boolean_expression.
    >no
    switch ("b") { log (info, "0"); case "a": log (info, "1"); case "b": log (info, "2");
    + default: log (info, "3"); break; case "c": log (info, "4"); }
    >2
    >3
    switch ("x") { case "a": log (info, "1"); default: log (info, "3"); case "c": log (info,
    + "4"); }
    >3
    >4
    switch (null) { case "a": log (info, "1"); default: log (info, "3"); }
    >3
    switch (extract-int (02, 8)) { case 1: log (info, "1"); case 2: log (info, "2"); break;
    + case 3: log (info, "3"); }
    >2
    switch (known) { default: log (info, "d"); }
    >Boolean opcode in evaluate_numeric_expression: 24
    >d
    if "a" = "a" { log (info, "1"); break; log (info, "2"); } log (info, "3");
    >1
    >3
    log (info, "1"); break; log (info, "2");
    >1
    log (info, "1"); return "x"; log (info, "2");
    >1
    >2
    define fun-f (arg-a) { set loc-one = "l"; set var-one = "changed"; return concat ("f:",
    + arg-a, loc-one); } set var-one = "o"; set var-two = fun-f ("z"); log (info, concat
    + (var-one, var-two)); if not defined (loc-one) { log (info, "local"); }
    >changedf:zl
    >local
    define fun-f (arg-a) { if arg-a = "x" { return "deep"; } return "flat"; } set var-two =
    + fun-f ("x"); log (info, var-two); set var-two = fun-f ("y"); log (info, var-two);
    >deep
    >flat
    define fun-f (arg-a) { log (info, arg-a); } set var-two = fun-f ("x"); if defined
    + (var-two) { log (info, "yes"); } else { log (info, "no"); }
    >x
    >no
    define fun-f (arg-a) { return arg-a; } log (info, fun-f ("x")); if fun-f ("x") = "x" { log
    + (info, "equal"); }
    >Bogus opcode in evaluate_data_expression: 45
    >equal
    define fun-f (arg-a) { return arg-a; } if fun-f ("x") { log (info, "yes"); } else { log
    + (info, "no"); }
    >fun-f() returned type 1 in evaluate_boolean_expression.
    >Bogus opcode in evaluate_boolean_expression: 45
    >no
    define fun-f (arg-a, arg-b) { return arg-a; } set var-two = fun-f ("x"); set var-two =
    + fun-f ("x", "y", "z");
    >fun-f: too few arguments.
    >fun-f: too many arguments.
    set var-two = fun-none ("x"); set var-two = var-two ("x");
    >fun-none: no such function.
    >var-two: no such function.
    log (error, "100%s");
    >100%s
    on commit { log (info, "later"); } log (info, "now");
    >now
    if "ab" ~= "^*b" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "ab" ~= "a|*b" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "ab" ~= "()b" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "ab" ~= "x||y" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "a]" ~= "a]" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "a}" ~= "a}" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "aa" ~= "^a**$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "a$b" ~= "a$b" { log (info, "yes"); } else { log (info, "no"); }
    >no
    if "a b" ~= "a\\sb" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "a.b" ~= "a[.]b" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "foo bar" ~= "\\bbar" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "a-" ~= "^[a-]+$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "A" ~~ "[[:lower:]]" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    if "é" ~= "^..$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    set var-num = extract-int (05, 8); set x-x = ("a" + var-num); set x-x = (hardware +
    + var-num);
    >Data opcode in evaluate_numeric_expression: 14
    >Data opcode in evaluate_numeric_expression: 12
    if not ("" ~= "^$") { log (info, "yes"); } else { log (info, "null"); }
    >data_string_new: src cannot be NULL tree.c(811)
    >null
    if not ("abc" ~= "") { log (info, "false"); } else { log (info, "yes"); }
    >false
    if concat ("", "") ~= "^$" { log (info, "yes"); } else { log (info, "no"); }
    >yes
    log (info, concat (null, leased-address));
    >data: "leased-address" configuration directive: there is no lease associated with this client.
    """#
