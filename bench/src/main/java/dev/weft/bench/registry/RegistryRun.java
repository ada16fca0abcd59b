package dev.weft.bench.registry;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.bench.proc.Memory;
import dev.weft.mesh.model.Workload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/** Adds and removes pods in a mesh of one size, and measures the cost and which sidecars receive the changes. */
final class RegistryRun {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MIB = 1 << 20;
    private static final double KIB_PER_MIB = 1024;
    private static final Duration MOST = Duration.ofSeconds(20);
    private static final int WARM = 20;
    private static final int PER_SECOND = 20;
    private static final int PATIENCE_SECONDS = 60;
    /** The process counts as idle if it uses less than this share of a core. */
    private static final double REST = 0.03;

    /**
     * How much is measured.
     *
     * @param changes most changes for each figure; there are fewer if the time is over
     * @param rateTime length of the series of changes at a fixed rate
     */
    record Effort(int changes, Duration rateTime) {
        static final Effort ALL = new Effort(200, Duration.ofSeconds(20));
    }

    private final ControlUnderChange control;
    private final SyntheticMesh mesh;
    private final MeshSize size;
    private final Effort effort;
    private final Listening listening = new Listening();
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Map<Integer, Set<Integer>> callers = new HashMap<>();
    private final Set<Integer> callersOfLarge = new HashSet<>();
    private int next;

    RegistryRun(ControlUnderChange control, SyntheticMesh mesh, MeshSize size, Effort effort) {
        this.control = control;
        this.mesh = mesh;
        this.size = size;
        this.effort = effort;
    }

    RegistryFigure measure() throws IOException {
        double begin = cpuMillis(control::publish);
        connect();
        double quiet = changes(false).cpuMillis();
        Cost told = changes(true);
        Rate rate = rate();
        rest();
        double heap = heapMib();
        Cost large = large();
        return new RegistryFigure(
                size.workloads(),
                size.services(),
                size.policies(),
                size.streams(),
                begin,
                quiet,
                told.cpuMillis(),
                told.streams(),
                rate.perSecond(),
                rate.p50(),
                rate.p99(),
                rate.cores(),
                rate.unconcerned(),
                large.cpuMillis(),
                large.octets(),
                heap,
                peakMib());
    }

    private void connect() {
        Random random = new Random(size.workloads());
        for (int sidecar = 0; sidecar < size.streams(); sidecar++) {
            // The sidecars are spread over all Services, so every change concerns sidecars of the changed Service.
            int workload = (int) ((long) sidecar * size.workloads() / size.streams());
            Set<String> names = new HashSet<>();
            for (int i = 0; i < MeshSize.CALLED; i++) {
                int service = size.uncalled() + random.nextInt(size.services() - size.uncalled());
                names.add(SyntheticMesh.destination(service));
                callers.computeIfAbsent(service, _ -> new HashSet<>()).add(sidecar);
            }
            if (sidecar < MeshSize.CALLERS_OF_LARGE) {
                names.add(SyntheticMesh.largeDestination());
                callersOfLarge.add(sidecar);
            }
            int number = sidecar;
            control.connect(
                    SyntheticMesh.workloadName(workload),
                    SyntheticMesh.identity(workload / MeshSize.REPLICAS),
                    List.copyOf(names),
                    response -> listening.told(number, response));
        }
        rest();
        if (control.connected() != size.streams()) {
            throw new IllegalStateException(control.connected() + " streams (expected: " + size.streams() + ")");
        }
    }

    /** The average cost of each change in a series, one after another. */
    private record Cost(double cpuMillis, double streams, double octets) {}

    private Cost changes(boolean called) {
        run(called, WARM);
        return cost(() -> run(called, effort.changes()));
    }

    private int run(boolean called, int count) {
        int done = repeat(count, () -> change(called ? nextCalled() : next++ % size.uncalled()));
        rest();
        return done;
    }

    /** Changes something so often, or until the time is over; waits each time until all sidecars have heard of it. */
    private int repeat(int count, Runnable change) {
        long end = System.nanoTime() + MOST.toNanos();
        int done = 0;
        while (done < count && System.nanoTime() < end) {
            change.run();
            awaitAll();
            done++;
        }
        return done;
    }

    private void awaitAll() {
        if (!listening.await(PATIENCE_SECONDS)) {
            throw new IllegalStateException("not heard: " + listening);
        }
    }

    private Cost cost(IntSupplier changes) {
        listening.begin();
        long before = process.getProcessCpuTime();
        double done = changes.getAsInt();
        double millis = (process.getProcessCpuTime() - before) / NANOS_PER_MILLI;
        double responses = listening.responses();
        return new Cost(millis / done, responses / done, responses == 0 ? 0 : listening.octets() / responses);
    }

    private int nextCalled() {
        return size.uncalled() + next++ % (size.services() - size.uncalled());
    }

    private void change(int service) {
        change(mesh.another(service), SyntheticMesh.destination(service), callers.getOrDefault(service, Set.of()));
    }

    private void change(Workload pod, String destination, Set<Integer> concerned) {
        mesh.toggle(pod);
        listening.expect(destination, concerned);
        control.publish();
    }

    private record Rate(double perSecond, double p50, double p99, double cores, int unconcerned) {}

    private Rate rate() {
        listening.begin();
        long begin = System.nanoTime();
        long before = process.getProcessCpuTime();
        long pause = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
        int done = 0;
        while (System.nanoTime() - begin < effort.rateTime().toNanos()) {
            change(nextCalled());
            done++;
            long due = begin + done * pause;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        double cores = (process.getProcessCpuTime() - before) / NANOS_PER_SECOND / seconds;
        awaitAll();
        return new Rate(done / seconds, listening.millis(0.5), listening.millis(0.99), cores, listening.unconcerned());
    }

    private Cost large() {
        mesh.addLarge();
        control.publish();
        rest();
        runLarge(WARM);
        return cost(() -> runLarge(effort.changes()));
    }

    private int runLarge(int count) {
        return repeat(
                count,
                () -> change(
                        SyntheticMesh.ofLarge(next++ % MeshSize.LARGE),
                        SyntheticMesh.largeDestination(),
                        callersOfLarge));
    }

    private double cpuMillis(Runnable work) {
        long before = process.getProcessCpuTime();
        work.run();
        return (process.getProcessCpuTime() - before) / NANOS_PER_MILLI;
    }

    /** Waits until the process is idle. */
    private void rest() {
        long interval = TimeUnit.MILLISECONDS.toNanos(50);
        List<Long> busy = new ArrayList<>();
        do {
            long before = process.getProcessCpuTime();
            LockSupport.parkNanos(interval);
            busy.add(process.getProcessCpuTime() - before);
        } while (busy.size() < 2 || busy.getLast() > interval * REST || busy.get(busy.size() - 2) > interval * REST);
    }

    private static double heapMib() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
    }

    private static double peakMib() throws IOException {
        return Memory.kib(Files.readString(Path.of("/proc/self/status")), "VmHWM:") / KIB_PER_MIB;
    }
}
