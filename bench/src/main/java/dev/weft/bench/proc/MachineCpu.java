package dev.weft.bench.proc;

/**
 * The machine's CPU time since boot, from the first line of {@code /proc/stat}.
 *
 * @param busyTicks time in which a core was busy or taken away by the hypervisor, in ticks of {@link #TICKS_PER_SECOND}
 * @param idleTicks time in which a core was idle or waited for a disk, in ticks
 */
public record MachineCpu(long busyTicks, long idleTicks) {
    /** USER_HZ. It is part of the kernel's interface to programs, and 100 on every architecture that Weft supports. */
    public static final int TICKS_PER_SECOND = 100;

    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    /**
     * The fields user nice system idle iowait irq softirq steal. The guest times after them are already included in
     * user.
     */
    private static final int COUNTED_FIELDS = 8;

    /**
     * Reads the text of {@code /proc/stat}.
     *
     * @throws IllegalArgumentException if the first line is not the machine's total
     */
    public static MachineCpu parse(String stat) {
        String total = stat.lines().findFirst().orElse("");
        String[] fields = total.trim().split("\\s+", -1);
        if (!fields[0].equals("cpu") || fields.length <= IO_WAIT) {
            throw new IllegalArgumentException(
                    "/proc/stat: '" + total + "' (expected: cpu USER NICE SYSTEM IDLE IOWAIT …)");
        }
        long busy = 0;
        long idle = 0;
        for (int field = 1; field < fields.length && field <= COUNTED_FIELDS; field++) {
            long ticks = Long.parseLong(fields[field]);
            if (field == IDLE || field == IO_WAIT) {
                idle += ticks;
            } else {
                busy += ticks;
            }
        }
        return new MachineCpu(busy, idle);
    }
}
