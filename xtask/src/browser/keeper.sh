# Runs a program until standard input ends, then tells it to end (SIGTERM), waits for that for a while, and leaves nothing
# behind. Standard input ends when whoever asked is done, and also when they were killed.
#
#     sh -c "$(cat keeper.sh)" keeper PROGRAM [WORD…]
#
# Adds `--data` with a fresh folder to the words, and says first where that is. Ends as the program did.

# Signals do not keep us from clearing up; the program may still heed its own.
trap : HUP INT QUIT TERM
# Its temporary files have a folder of their own: who is killed cannot clean up.
folder=$(mktemp -d "${TMPDIR:-/tmp}/lingjian-browser.XXXXXX") || exit 1
echo "data in $folder/data"
# Nor does it find the speech model there, which would keep this machine busy: recordings wait.
TMPDIR=$folder XDG_DATA_HOME=$folder "$@" --data "$folder/data" </dev/null &
program=$!
# Standard output is the program's alone: when it ends, whoever reads sees that.
exec >/dev/null
cat

kill -TERM "$program" 2>/dev/null
left=50
while [ "$left" -gt 0 ] && kill -0 "$program" 2>/dev/null; do
    sleep 0.2
    left=$((left - 1))
done
# It finishes what is in hand. Nobody waits longer than ten seconds for that here.
kill -KILL "$program" 2>/dev/null
wait "$program" 2>/dev/null
ended=$?
rm -rf "$folder"
exit "$ended"
