package dev.weft.bench.proc;

/**
 * The machine's CPU time since boot, from the first line of {@code /proc/stat}.
 *
 * @param busyTicks time in which a core did anything, or was taken away by the hypervisor, in ticks of {@link #TICKS_PER_SECOND}
 * @param idleTicks time in which a core did nothing or waited for a disk
 */
public record MachineCpu(long busyTicks, long idleTicks) {
    /** USER_HZ: part of the kernel's interface to programs, 100 on every architecture that Weft runs on. */
    public static final int TICKS_PER_SECOND = 100;

    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    /** user nice system idle iowait irq softirq steal; guest time after them is part of user already. */
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
