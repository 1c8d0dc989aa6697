import { DEFAULT_HOST, DEFAULT_LOG, DEFAULT_PORT, DEFAULT_RATE_HZ, DEFAULT_TICK_SHARE, DEFAULT_WIDTH } from './options.ts';
import { MAX_RATE_HZ, MIN_RATE_HZ } from './option-values.ts';

/** In 80 columns. */
export const HELP = `procmap: the whole virtual address space of a process

  procmap serve        serve the page on this machine and print the link to it
    --port=N             port to listen at (${DEFAULT_PORT}; 0: any free one)
    --host=ADDRESS       address to listen at (${DEFAULT_HOST}), or localhost
    --socket=PATH        listen at this file instead, made for one user (0600)
    --peer-uid=UID       answer this user's programs, besides root's (who called
                         sudo, or you); may be repeated; any: of every user
    --allow-host=NAME    answer requests for this host name too; may be repeated
    --plain-origin       keep the page at 127.0.0.1, rather than a new name at
                         each start, which Safari does not find
    --token-file=F       write a token for scripts to this file (mode 0600)
    --metrics-match=NAME export figures of processes of this name (ps -o comm; *
                         for any letters) at /metrics; may be repeated
    --rate=HZ            looks a second until a viewer chooses (${DEFAULT_RATE_HZ}; ${MIN_RATE_HZ} to ${MAX_RATE_HZ})
    --tick-share=PERCENT of a core that the looks at one process may use (${DEFAULT_TICK_SHARE})
    --unsafe-path        as root, run even from a folder that others can write

  procmap open         print a fresh one-time link of the running daemon
    --port=N, --socket=PATH
                         of the daemon that listens there, where several run

  procmap --pid=PID    draw the map of a process in the terminal, once
    -p, --pid=PID        the process, or one of its threads; the number alone
                         works, too: procmap 1234
    -u, --only-user      the user half only
    -k, --only-kernel    the kernel half only; needs no process
    --locate=ADDRESS[,LENGTH]
                         mark that range and say what it lies in: an address in
                         hex, a length in KB or with a unit (B, K, M ... E);
                         or a place as it was pasted: libc.so.6+0x1d30, a line
                         of maps, of a backtrace or of dmesg
    --export-maps=F      write the map as CSV to this file (-: standard output)
    --export-kernel=F    the same of the kernel half
    --format=text|json   json: as GET /api/processes/PID/map answers it
    --width=COLUMNS      of the box (${DEFAULT_WIDTH})
    --no-color           no colours; nor with NO_COLOR, nor into a pipe
    --no-stats           without the figures below the map
    --log=F, --no-log    append the output to this file (./${DEFAULT_LOG})
    -v, --verbose        platform, program and libraries, legend
    -d, --debug          on standard error, what reading it took

  procmap --version, --ver   print the version
  procmap --help, -h         print this

Examples
  sudo procmap serve
  procmap --pid=$$
  sudo procmap -p 1234 -u --locate=0x7f1c2a000000,64
  procmap -p 1234 --no-log --export-maps=- | column -ts,
`;
