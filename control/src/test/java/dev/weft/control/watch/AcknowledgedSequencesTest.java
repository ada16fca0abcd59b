package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AcknowledgedSequencesTest {

    private static final SpiffeId ID = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");

    @Test
    void countsWhatALookAtAllOfThemWouldFind() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AcknowledgedSequences counted = new AcknowledgedSequences();
        Map<Integer, ExpectedProxy> all = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            int number = random.nextInt(20);
            ExpectedProxy now = random.nextInt(4) == 0 ? null : proxy(number, random);
            counted.replace(now == null ? all.remove(number) : all.put(number, now), now);
            for (String domain : List.of("cluster.local", "other.example")) {
                long sequence = random.nextInt(4) + 1L;
                assertThat(counted.atLeast(domain, sequence))
                        .as("seed %d, change %d", seed, i)
                        .isEqualTo((int) all.values().stream()
                                .filter(proxy -> proxy.acknowledged(domain) >= sequence)
                                .count());
            }
        }
    }

    private static ExpectedProxy proxy(int number, Random random) {
        Map<String, Long> bundles = new HashMap<>();
        bundles.put("cluster.local", (long) random.nextInt(5));
        if (random.nextBoolean()) {
            bundles.put("other.example", (long) random.nextInt(5));
        }
        ConnectedProxy last = new ConnectedProxy(
                "shop/web-" + number,
                ID.toString(),
                "10.0.0.1",
                "1",
                Instant.EPOCH,
                0,
                0,
                0,
                Map.of(),
                bundles,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                List.of(),
                Optional.empty());
        return new ExpectedProxy(
                "shop/web-" + number,
                ID,
                true,
                Optional.of(Instant.EPOCH),
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(last),
                false);
    }
}
