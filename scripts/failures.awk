#!/usr/bin/awk -f
# Says once more, at the end of a long run of `go test`, which tests failed and why: a test's name and what it said right
# after it, data races and panics; what the program under test logged in between is left out.
BEGIN { print "\n== what failed" }
/^ *--- FAIL:/ { print; left = 12; next }
/^WARNING: DATA RACE/ || /^panic: / || /^fatal error: / { print; left = 12; next }
/^FAIL\t/ { print; left = 0; next }
left > 0 && (/^ +[^ ]+\.go:[0-9]+:/ || /^ +(Error|Messages|Test):?/ || /^ +\t/) { print substr($0, 1, 300); left-- }
