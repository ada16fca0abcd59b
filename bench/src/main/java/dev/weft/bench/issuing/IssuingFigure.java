package dev.weft.bench.issuing;

/**
 * What one step of issuing costs, in CPU time of its thread.
 *
 * @param step what was done
 * @param coldMicros of each of the first {@link IssuingWork#COLD} of a fresh JVM
 * @param warmMicros median of slices after warm-up
 */
public record IssuingFigure(String step, double coldMicros, double warmMicros) {
    private static final double MICROS_PER_SECOND = 1e6;

    /** How many a core does in a second, when it is warm. */
    public double perSecond() {
        return MICROS_PER_SECOND / warmMicros;
    }

    /** How many a core does in a second, in a fresh JVM. */
    public double coldPerSecond() {
        return MICROS_PER_SECOND / coldMicros;
    }

    /** For another process. */
    String toLine() {
        return step + "\t" + coldMicros + "\t" + warmMicros;
    }

    /** What {@link #toLine} wrote. */
    static IssuingFigure parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException(line + " (expected: step, cold, warm)");
        }
        return new IssuingFigure(fields[0], Double.parseDouble(fields[1]), Double.parseDouble(fields[2]));
    }
}
