package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DebouncerTest {

    private static final long MILLI = 1_000_000;

    private final TreeMap<Long, Runnable> later = new TreeMap<>();
    private final List<Set<String>> told = new ArrayList<>();
    private long now = 5 * MILLI;
    private final Debouncer<String> gathering = new Debouncer<>(
            Duration.ofMillis(100), () -> now, (task, nanos) -> later.put(now + nanos, task), told::add);

    @Test
    void tellsTheFirstChangeAtOnceAndThoseAfterItTogether() {
        assertThat(gathering.changed(Set.of("a"))).containsExactly("a");
        now += 30 * MILLI;
        assertThat(gathering.changed(Set.of("a"))).isEmpty();
        now += 30 * MILLI;
        assertThat(gathering.changed(Set.of("a", "b"))).as("of its own").containsExactly("b");
        assertThat(later).as("when the time since the first is over").containsOnlyKeys(105 * MILLI);
        now = 105 * MILLI;
        later.pollFirstEntry().getValue().run();
        assertThat(told).containsExactly(Set.of("a"));
    }

    @Test
    void beginsAgainWhenItHasTold() {
        gathering.changed(Set.of("a"));
        gathering.changed(Set.of("a"));
        now = 105 * MILLI;
        later.pollFirstEntry().getValue().run();
        assertThat(gathering.changed(Set.of("a"))).as("told just now").isEmpty();
        assertThat(later).containsOnlyKeys(205 * MILLI);
        now = 205 * MILLI;
        later.pollFirstEntry().getValue().run();
        now = 305 * MILLI;
        assertThat(gathering.changed(Set.of("a"))).containsExactly("a");
        assertThat(told).hasSize(2);
    }
}
