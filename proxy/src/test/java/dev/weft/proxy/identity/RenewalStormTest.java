package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What 5,000 sidecars that got their certificates in the same second ask of their control plane, in simulated time. */
class RenewalStormTest {
    private static final int SIDECARS = 5_000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofHours(1);
    private static final int SECONDS = 7_200;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    /** Requests in each second since the start. */
    private final int[] asked = new int[SECONDS];

    private final PriorityQueue<Sidecar> due = new PriorityQueue<>(Comparator.comparing(Sidecar::next));
    private int served;

    private record Sidecar(Instant next, Instant end, int failures) {}

    /** What a control plane does with a request that comes at this second: serves it, or says when to come again. */
    @FunctionalInterface
    private interface ControlPlane {
        Answer ask(int second);
    }

    private record Answer(boolean served, Optional<Duration> retryAfter) {
        static final Answer SERVED = new Answer(true, Optional.empty());
        static final Answer AWAY = new Answer(false, Optional.empty());
    }

    @BeforeEach
    void startAllInTheSameSecond() {
        for (int i = 0; i < SIDECARS; i++) {
            Instant issued = START.plusMillis(random.nextInt(1_000));
            due.add(new Sidecar(CertificateRenewal.renewAt(issued, issued.plus(LIFE), random), issued.plus(LIFE), 0));
        }
    }

    /** Until each has been served once. */
    private void run(ControlPlane control) {
        while (served < SIDECARS) {
            Sidecar sidecar = due.remove();
            int second = (int) Duration.between(START, sidecar.next()).toSeconds();
            asked[second]++;
            Answer answer = control.ask(second);
            if (answer.served()) {
                served++;
            } else {
                int failures = sidecar.failures() + 1;
                Instant again = CertificateRenewal.retryAt(
                        sidecar.next(), sidecar.end(), failures, answer.retryAfter(), random);
                due.add(new Sidecar(again, sidecar.end(), failures));
            }
        }
    }

    private int most(int from, int to) {
        int most = 0;
        for (int second = from; second < to; second++) {
            most = Math.max(most, asked[second]);
        }
        return most;
    }

    @Test
    void renewalsAreSpreadOverATenthOfTheLife() {
        run(_ -> Answer.SERVED);
        int first = 1_620;
        int last = 1_981;
        for (int second = 0; second < SECONDS; second++) {
            if (second < first || second > last) {
                assertThat(asked[second])
                        .as("second " + second + ", seed " + seed)
                        .isZero();
            }
        }
        int mean = SIDECARS / (last - first);
        assertThat(most(first, last)).as("in one second, seed " + seed).isLessThan(4 * mean);
        for (int tenth = first; tenth + 36 <= last; tenth += 36) {
            int sum = 0;
            for (int second = tenth; second < tenth + 36; second++) {
                sum += asked[second];
            }
            assertThat(sum).as("in seconds from " + tenth + ", seed " + seed).isBetween(350, 650);
        }
    }

    @Test
    void anOutageDoesNotHaveAllComeBackTogether() {
        int back = 2_400; // away when all are due, and for long after
        run(second -> second < back ? Answer.AWAY : Answer.SERVED);
        // Retries of a minute at most, at random: within a minute all are back.
        assertThat(most(back + 61, SECONDS)).as("seed " + seed).isZero();
        int mean = SIDECARS / 60;
        assertThat(most(back, back + 60)).as("in one second, seed " + seed).isLessThan(4 * mean);
        // Nor do they press while it is away.
        assertThat(most(2_100, back)).as("while it is away, seed " + seed).isLessThan(4 * mean);
    }

    @Test
    void aControlPlaneThatAsksForARespiteIsNotOverrunAndServesAll() {
        int back = 2_400;
        int perSecond = 100;
        int[] room = new int[SECONDS];
        run(second -> {
            if (second < back) {
                return Answer.AWAY;
            }
            return room[second]++ < perSecond ? Answer.SERVED : new Answer(false, Optional.of(Duration.ofSeconds(10)));
        });
        int needed = SIDECARS / perSecond;
        assertThat(most(back + 3 * needed, SECONDS))
                .as("served in time, seed " + seed)
                .isZero();
        assertThat(most(back, SECONDS)).as("in one second, seed " + seed).isLessThan(4 * perSecond);
    }
}
