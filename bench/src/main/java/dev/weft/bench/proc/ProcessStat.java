package dev.weft.bench.proc;

/**
 * One process, from {@code /proc/PID/stat}.
 *
 * @param pid its id in the PID namespace of the reader
 * @param parent its parent's id
 * @param name its command, truncated by the kernel
 * @param ticks CPU time of all its threads, including ended ones, user and system; exact as a sum (the split is only
 *     sampled)
 * @param reapedTicks CPU time of its children that have ended and were waited for
 * @param startTicks ticks from boot to its start
 */
public record ProcessStat(int pid, int parent, String name, long ticks, long reapedTicks, long startTicks) {
    // Positions after the name, which itself may contain spaces and brackets. In proc(5) the state is field 3.
    private static final int FIRST_FIELD = 3;
    private static final int PARENT = 4 - FIRST_FIELD;
    private static final int USER_TIME = 14 - FIRST_FIELD;
    private static final int SYSTEM_TIME = 15 - FIRST_FIELD;
    private static final int CHILDREN_USER_TIME = 16 - FIRST_FIELD;
    private static final int CHILDREN_SYSTEM_TIME = 17 - FIRST_FIELD;
    private static final int START_TIME = 22 - FIRST_FIELD;

    /**
     * Reads the text of {@code /proc/PID/stat}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static ProcessStat parse(String stat) {
        int open = stat.indexOf('(');
        int close = stat.lastIndexOf(')');
        if (open < 1 || close < open) {
            throw new IllegalArgumentException("/proc/PID/stat: '" + stat.strip() + "' (expected: PID (NAME) …)");
        }
        String[] fields = stat.substring(close + 1).trim().split(" ", -1);
        if (fields.length <= START_TIME) {
            throw new IllegalArgumentException("/proc/PID/stat: " + fields.length + " fields after the name (expected: "
                    + (START_TIME + 1) + " or more)");
        }
        return new ProcessStat(
                Integer.parseInt(stat.substring(0, open).trim()),
                Integer.parseInt(fields[PARENT]),
                stat.substring(open + 1, close),
                Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]),
                Long.parseLong(fields[CHILDREN_USER_TIME]) + Long.parseLong(fields[CHILDREN_SYSTEM_TIME]),
                Long.parseLong(fields[START_TIME]));
    }
}
