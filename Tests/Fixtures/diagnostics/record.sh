#!/bin/sh
# record.sh DHCPD: makes NAME.json and NAME.explain anew.
cd "$(dirname "$0")" || exit 2
[ -x "$1" ] || { echo "usage: record.sh DHCPD (an absolute path)" >&2; exit 2; }
empty=$(mktemp); trap 'rm -f "$empty"' EXIT
for file in *.conf *.conf6; do
    [ -e "$file" ] || continue
    name=${file%.*} test=-t leases=$empty family=-4
    [ -e "$name.leases" ] && test=-T leases=$name.leases
    [ "$file" != "$name.conf6" ] || family=-6
    "$1" $family $test -q --diagnostics=json -cf "$file" -lf "$leases" -pf p 2>/dev/null | sed "s|\"$PWD/|\"|" >"$name.json"
    "$1" $family $test --explain -cf "$file" -lf "$leases" -pf p 2>&1 >/dev/null | sed -e 1,4d -e '/^If you think you have received/,$d' |
        grep -av -e '^Config file: ' -e '^Database file: ' -e '^PID file: ' -e '^Wrote ' -e '^Lease file test' | sed -e '${/^$/d}' -e "s|$PWD/||" >"$name.explain"
done
