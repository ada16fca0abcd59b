package dev.weft.bench.proc;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The CPU time used until one moment: by the machine, by the whole bench, and by some proxies.
 *
 * @param nanos the moment, on the clock of {@link System#nanoTime()}
 * @param machineTicks ticks used by the whole machine
 * @param ownTicks ticks used by the bench and everything that it started
 * @param proxyTicks ticks used by the given proxies
 */
public record CpuSnapshot(long nanos, long machineTicks, long ownTicks, long proxyTicks) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Takes a snapshot. The proxies are given by the roots of their process trees. */
    public static CpuSnapshot take(ProcFiles proc, Collection<Integer> proxies) {
        List<ProcessStat> processes = proc.processes();
        Set<Integer> tree = ProcFiles.tree(proxies, processes);
        long own = 0;
        long proxy = 0;
        for (ProcessStat process : processes) {
            own += process.ticks() + process.reapedTicks();
            if (tree.contains(process.pid())) {
                proxy += process.ticks() + process.reapedTicks();
            }
        }
        return new CpuSnapshot(System.nanoTime(), proc.machine().busyTicks(), own, proxy);
    }

    /** Returns the seconds from the earlier snapshot to this one. */
    public double secondsSince(CpuSnapshot earlier) {
        return (nanos - earlier.nanos) / NANOS_PER_SECOND;
    }

    /** Returns the CPU seconds that the proxies used since the earlier snapshot. */
    public double proxySecondsSince(CpuSnapshot earlier) {
        return (double) (proxyTicks - earlier.proxyTicks) / MachineCpu.TICKS_PER_SECOND;
    }

    /** Returns how many cores other programs kept busy since the earlier snapshot. Such load disturbs a measurement. */
    public double foreignCoresSince(CpuSnapshot earlier) {
        long foreign = (machineTicks - earlier.machineTicks) - (ownTicks - earlier.ownTicks);
        return Math.max(0, (double) foreign / MachineCpu.TICKS_PER_SECOND / secondsSince(earlier));
    }
}
