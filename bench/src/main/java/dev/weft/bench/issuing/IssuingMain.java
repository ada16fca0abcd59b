package dev.weft.bench.issuing;

import dev.weft.bench.measure.ControlPlaneJvm;
import dev.weft.bench.measure.Quantiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Measures issuing in a JVM with the settings of the control plane. It measures CPU time of the single thread that
 * issues, so other load on the machine matters little.
 */
public final class IssuingMain {
    private static final int SLICES = 9;
    private static final double NANOS_PER_MICRO = 1e3;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private IssuingMain() {}

    /** The arguments are a working directory and the length of a slice in milliseconds. */
    public static void main(String[] args) throws IOException {
        Duration slice = Duration.ofMillis(Long.parseLong(args[1]));
        try (IssuingWork work = new IssuingWork(Path.of(args[0]))) {
            List<IssuingWork.Step> steps = work.steps();
            // Measures all cold figures first: each step warms up code that other steps use.
            IssuingWork.Step whole = steps.getLast();
            double coldWhole = micros(whole.work(), IssuingWork.COLD);
            double coldToken = tokens(work, IssuingWork.COLD);
            for (IssuingWork.Step step : steps) {
                double warm = warm(step.work(), slice);
                double cold = step.equals(whole) ? coldWhole : Double.NaN;
                ControlPlaneJvm.print(new IssuingFigure(step.name(), cold, warm));
            }
            double warmToken = median(() -> tokens(work, IssuingWork.COLD));
            ControlPlaneJvm.print(new IssuingFigure("certificate by token, all", coldToken, warmToken));
        }
    }

    private static double warm(Runnable work, Duration slice) {
        during(work, slice.multipliedBy(SLICES));
        return median(() -> during(work, slice));
    }

    /** Repeats the work for this CPU time of the thread, and returns microseconds for each execution. */
    private static double during(Runnable work, Duration time) {
        long begin = THREADS.getCurrentThreadCpuTime();
        long now = begin;
        int count = 0;
        while (now - begin < time.toNanos()) {
            work.run();
            count++;
            now = THREADS.getCurrentThreadCpuTime();
        }
        return (now - begin) / NANOS_PER_MICRO / count;
    }

    private static double micros(Runnable work, int count) {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            work.run();
        }
        return (THREADS.getCurrentThreadCpuTime() - begin) / NANOS_PER_MICRO / count;
    }

    private static double tokens(IssuingWork work, int count) {
        AtomicLong nanos = new AtomicLong();
        work.withTokens(count, certify -> {
            long begin = THREADS.getCurrentThreadCpuTime();
            certify.run();
            nanos.addAndGet(THREADS.getCurrentThreadCpuTime() - begin);
        });
        return nanos.get() / NANOS_PER_MICRO / count;
    }

    private static double median(Supplier<Double> slice) {
        return Quantiles.median(Stream.generate(slice).limit(SLICES).toList(), Double::doubleValue);
    }
}
