package dev.weft.e2e.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which faults strike, in which order, how hard and for how long: a pure function of the seed. */
final class Schedule {

    private static final long SHORTEST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 8_000;

    /**
     * One fault.
     *
     * @param lasts how long, before it is healed
     * @param severity from 0 to 1: how far the clock steps, how long the disk hangs
     */
    record Step(Fault fault, Duration lasts, double severity) {}

    private final List<Fault> faults;
    private final Random random;
    private final List<Fault> deck = new ArrayList<>();

    Schedule(List<Fault> faults, long seed) {
        this.faults = List.copyOf(faults);
        this.random = new Random(seed);
    }

    /** The next step. Each round has each of the faults once, in another order. */
    Step next() {
        if (deck.isEmpty()) {
            deck.addAll(faults);
            Collections.shuffle(deck, random);
        }
        long millis = SHORTEST_MILLIS + (long) (random.nextDouble() * (LONGEST_MILLIS - SHORTEST_MILLIS));
        return new Step(deck.removeLast(), Duration.ofMillis(millis), random.nextDouble());
    }
}
