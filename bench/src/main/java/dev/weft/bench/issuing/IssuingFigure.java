package dev.weft.bench.issuing;

/**
 * The cost of one step of issuing, in CPU time of its thread.
 *
 * @param coldMicros microseconds for each of the first {@link IssuingWork#COLD} executions in a fresh JVM
 * @param warmMicros microseconds after warm-up, as the median of slices
 */
public record IssuingFigure(String step, double coldMicros, double warmMicros) {
    private static final double MICROS_PER_SECOND = 1e6;

    /** Returns how many a core does in a second after warm-up. */
    public double perSecond() {
        return MICROS_PER_SECOND / warmMicros;
    }

    /** Returns how many a core does in a second in a fresh JVM. */
    public double coldPerSecond() {
        return MICROS_PER_SECOND / coldMicros;
    }
}
