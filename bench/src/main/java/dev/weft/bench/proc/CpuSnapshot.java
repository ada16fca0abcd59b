package dev.weft.bench.proc;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * CPU used up to one moment: by the machine, by all of the bench, by the proxies that are looked at.
 *
 * @param nanos when, on the clock of {@link System#nanoTime()}
 * @param machineTicks by anything on the machine
 * @param ownTicks by the bench and everything it started
 * @param proxyTicks by the proxies that are looked at
 */
public record CpuSnapshot(long nanos, long machineTicks, long ownTicks, long proxyTicks) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Takes one, with the trees of the proxies given by their roots. */
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

    /** Seconds from the earlier snapshot to this one. */
    public double secondsSince(CpuSnapshot earlier) {
        return (nanos - earlier.nanos) / NANOS_PER_SECOND;
    }

    /** CPU seconds that the proxies used since the earlier snapshot. */
    public double proxySecondsSince(CpuSnapshot earlier) {
        return (double) (proxyTicks - earlier.proxyTicks) / MachineCpu.TICKS_PER_SECOND;
    }

    /** Cores that others than the bench kept busy since the earlier snapshot: what spoils a measurement. */
    public double foreignCoresSince(CpuSnapshot earlier) {
        long foreign = (machineTicks - earlier.machineTicks) - (ownTicks - earlier.ownTicks);
        return Math.max(0, (double) foreign / MachineCpu.TICKS_PER_SECOND / secondsSince(earlier));
    }
}
