package dev.weft.e2e.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which faults strike, in which order, and how long each of them lasts: a pure function of the seed. */
final class Schedule {

    private static final long SHORTEST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 8_000;

    /** One fault, and how long it lasts before it is healed. */
    record Step(Fault fault, Duration lasts) {}

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
        return new Step(deck.removeLast(), Duration.ofMillis(millis));
    }
}
