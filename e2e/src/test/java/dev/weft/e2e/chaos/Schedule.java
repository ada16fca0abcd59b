package dev.weft.e2e.chaos;

import dev.weft.e2e.chaos.Fault.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Which faults strike, in which order, together or alone, how hard and for how long: a pure function of the seed. */
final class Schedule {

    private static final long SHORTEST_MILLIS = 500;
    /** Of the steps at which there is another fault that goes with the first, so many have both. */
    private static final double TOGETHER = 0.6;

    /**
     * Faults that are there at once.
     *
     * @param faults one or two, in the order in which they strike
     * @param lasts how long all of them, before they are healed
     * @param severity from 0 to 1: how far the clock steps, how long the disk hangs
     */
    record Step(List<Fault> faults, Duration lasts, double severity) {

        boolean hitsCalls() {
            return faults.stream().anyMatch(Fault::hitsCalls);
        }

        @Override
        public String toString() {
            return String.join(" and ", faults.stream().map(Fault::name).toList())
                    + " for %d ms, severity %.2f".formatted(lasts.toMillis(), severity);
        }
    }

    private final List<Fault> faults;
    private final long longestMillis;
    private final Random random;
    private final List<Fault> deck = new ArrayList<>();
    /** Those of which a fault was drawn since each of them had one. */
    private final Set<Part> drawn = EnumSet.noneOf(Part.class);

    /** @param longest that a step lasts */
    Schedule(List<Fault> faults, Duration longest, long seed) {
        this.faults = List.copyOf(faults);
        this.longestMillis = longest.toMillis();
        this.random = new Random(seed);
    }

    /** The next step. Each round has each of the faults once, in another order; soon there was one of each part. */
    Step next() {
        if (deck.isEmpty()) {
            deck.addAll(faults);
            Collections.shuffle(deck, random);
        }
        Fault one = draw(List.copyOf(deck)).orElseThrow();
        boolean together = random.nextDouble() < TOGETHER;
        List<Fault> struck = new ArrayList<>(List.of(one));
        if (together) {
            draw(deck.stream()
                            .filter(other -> other.part().goesWith(one.part()))
                            .toList())
                    .ifPresent(struck::add);
        }
        double length = random.nextDouble();
        return new Step(
                inOrder(struck),
                Duration.ofMillis(SHORTEST_MILLIS + (long) (length * (longestMillis - SHORTEST_MILLIS))),
                random.nextDouble());
    }

    private Optional<Fault> draw(List<Fault> from) {
        if (drawn.containsAll(deck.stream().map(Fault::part).toList())) {
            drawn.clear();
        }
        Optional<Fault> next = from.stream()
                .filter(fault -> !drawn.contains(fault.part()))
                .findFirst()
                .or(() -> from.stream().findFirst());
        next.ifPresent(fault -> {
            drawn.add(fault.part());
            deck.remove(fault);
        });
        return next;
    }

    /**
     * A command comes before what keeps it from being heard. So does a policy before what hits the guest's calls, as those fail then
     * whatever is decided; for all else it may come later, and is in force when the other is over.
     */
    private static List<Fault> inOrder(List<Fault> struck) {
        Fault last = struck.getLast();
        boolean first = last.part() == Part.TRUST
                || (last.part() == Part.POLICY && struck.getFirst().hitsCalls());
        return first ? struck.reversed() : List.copyOf(struck);
    }
}
