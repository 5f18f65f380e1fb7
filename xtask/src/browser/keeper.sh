# Runs a program until standard input ends, then tells it to end (SIGTERM) and waits for that. Standard input ends when
# whoever asked is done, and also when they were killed.
#
#     sh -c "$(cat keeper.sh)" keeper PROGRAM [WORD…]
#
# Ends as the program did.

"$@" </dev/null &
program=$!
# Standard output is the program's alone: when it ends, whoever reads sees that.
exec >/dev/null
cat

kill -TERM "$program" 2>/dev/null
# What is in hand may be finished, within a minute.
left=300
while [ "$left" -gt 0 ] && kill -0 "$program" 2>/dev/null; do
    sleep 0.2
    left=$((left - 1))
done
[ "$left" -gt 0 ] || kill -KILL "$program" 2>/dev/null
wait "$program"
