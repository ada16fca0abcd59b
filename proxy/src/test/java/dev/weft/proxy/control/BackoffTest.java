package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesItsBoundUpToTheMostAndStartsAgainAfterASuccess() {
        long seed = System.nanoTime();
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random(seed));
        for (int round = 0; round < 50; round++) {
            long bound = 100;
            for (int i = 0; i < 12; i++) {
                assertThat(backoff.next())
                        .as("seed " + seed)
                        .isBetween(Duration.ofMillis(50), Duration.ofMillis(bound));
                bound = Math.min(10_000, 2 * bound);
            }
            backoff.reset();
        }
    }
}
