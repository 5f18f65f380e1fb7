# Keeps a PostgreSQL server for tests: makes it, says `ready FOLDER`, holds it until standard input ends, and leaves
# nothing behind. Standard input ends when whoever asked is done, and also when they were killed.
#
#     sh -c "$(cat keeper.sh)" keeper PROGRAMS TEMPORARY PORT
#
# Without a server: prints why, and ends.

# Whoever asked may be gone before they are told anything: no reason to leave a server and its folder lying about.
trap '' HUP INT QUIT TERM PIPE
exec 2>&1
programs=$1
temporary=$2
port=$3

name=lingjian-postgres.XXXXXX
# The temporary folder may be private to whoever asked, who need not be who we are.
folder=$(mktemp -d "$temporary/$name" 2>/dev/null || mktemp -d "/tmp/$name") || exit 1
data=$folder/data
log=$folder/log

make() {
    "$programs/initdb" --pgdata="$data" --username=lingjian --auth=trust --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 --lc-messages=C >/dev/null &&
        cat >"$data/pg_hba.conf" <<END &&
local all all trust
host all all 127.0.0.1/32 trust
END
        cat >>"$data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $port
# In the data folder, whatever the length of its path.
unix_socket_directories = '.'
max_connections = 300
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
# Nothing here outlives a crash, so nothing waits for the disk.
fsync = off
synchronous_commit = off
full_page_writes = off
END
}

start() {
    "$programs/pg_ctl" start --silent --wait --timeout=60 --pgdata="$data" --log="$log"
}

stop() {
    "$programs/pg_ctl" stop --silent --wait --timeout=20 --pgdata="$data" --mode="$1"
}

if { make && start; } >>"$log" 2>&1 </dev/null; then
    echo "ready $folder"
    cat >/dev/null
    stop fast >>"$log" 2>&1 || {
        tail -n 12 "$log"
        stop immediate >>"$log" 2>&1
    }
else
    tail -n 12 "$log"
    # It may still be on its way.
    stop immediate >>"$log" 2>&1
fi
rm -rf "$folder"
